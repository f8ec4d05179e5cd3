"""Reading and writing what people wrote: one row per owner, field and language; and what is stored of it at all."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from django.contrib.contenttypes.models import ContentType
from django.db import models

from qiao.core.languages import pick_language
from qiao.core.models import Text

# Control, zero-width and direction marks: invisible, and good for nothing but deceiving; line ends and tabs stay.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def tidy(text: str) -> str:
    """One line of text: composed letters, no invisible characters, single blanks."""
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split())


def tidy_lines(text: str) -> str:
    """Running text with its line breaks, tidied line by line."""
    return "\n".join(tidy(line) for line in text.splitlines()).strip()


def write_texts(
    owner: models.Model, field: str, texts: Mapping[str, str], *, origin: str = Text.Origin.HUMAN
) -> list[str]:
    """Make the texts of one field exactly `texts` (language -> text; empty ones go); returns the changed languages."""
    key = {"owner_type": ContentType.objects.get_for_model(owner), "owner_id": owner.pk, "field": field}
    present = {row.language: row for row in Text.objects.filter(**key)}
    wanted = {language: text.strip() for language, text in texts.items() if text.strip()}
    changed = [language for language in present if language not in wanted]
    Text.objects.filter(**key, language__in=changed).delete()
    for language, text in wanted.items():
        row = present.get(language)
        if row and row.text == text and row.origin == origin:
            continue
        changed.append(language)
        if row:
            row.text, row.origin, row.version = text, origin, row.version + 1
            row.save()
        else:
            Text.objects.create(**key, language=language, text=text, origin=origin)
    return changed


def for_reader(texts: Iterable[Text], language: str | None = None) -> Text | None:
    """The text a reader of this language (default: the one in force) understands best."""
    by_language = {row.language: row for row in texts}
    code = pick_language(by_language, language)
    return by_language[code] if code else None


def native(texts: Iterable[Text]) -> Text | None:
    """The text that was written first by a person: what matching reads."""
    human = sorted((row for row in texts if row.origin == Text.Origin.HUMAN), key=lambda row: row.pk)
    return human[0] if human else None
