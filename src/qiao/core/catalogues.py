"""The message catalogues: extracted, merged, checked and compiled with Babel, so that no gettext program is needed.

`qiao manage catalogues --update` after a string was written, `--check` in `make check`, `--compile` in `make setup`.
"""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[1]
LOCALES = ("de", "zh_Hans")
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
METHODS = [
    ("**.py", "python"),
    ("templates/**.html", "qiao.core.catalogues:extract_template"),
    ("templates/**.txt", "qiao.core.catalogues:extract_template"),
]
Found = tuple[int, str | tuple[str, ...], list[str], str | None]


def extract_template(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Found]:
    """Babel's extraction method for Django templates: Django turns the template into calls, Babel reads those."""
    calls = templatize(file.read().decode())
    flat = "\n".join(line.strip() for line in calls.splitlines())  # Python's tokenizer minds indentation
    yield from extract_python(io.BytesIO(flat.encode()), keywords, comment_tags, options)


def extract() -> Catalog:
    """All messages of the source tree."""
    catalog = Catalog(project="Qiao", charset="utf-8")
    found = extract_from_dir(
        PACKAGE, METHODS, {}, KEYWORDS, (), directory_filter=lambda path: "locale" not in str(path)
    )
    for file, line, message, comments, context in found:
        catalog.add(message, None, [(file, line)], auto_comments=comments, context=context)
    return catalog


def path_of(locale: str) -> Path:
    return PACKAGE / "locale" / locale / "LC_MESSAGES" / "django.po"


def load(locale: str) -> Catalog:
    path = path_of(locale)
    if not path.exists():
        return Catalog(locale, header_comment="# Translations of Qiao.", project="Qiao", version="", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def save(locale: str, catalog: Catalog) -> None:
    """Sorted, without line numbers and dates: a change of the file is a change of the words."""
    catalog.revision_date = catalog.creation_date = datetime(2026, 1, 1, tzinfo=UTC)
    catalog.last_translator = catalog.language_team = catalog.msgid_bugs_address = "Qiao"
    path = path_of(locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, no_location=True, sort_output=True, ignore_obsolete=True, width=0)


def update(locale: str) -> Catalog:
    """Take new messages up and drop those that are gone."""
    catalog = load(locale)
    catalog.update(extract(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    save(locale, catalog)
    return catalog


def compile_all() -> None:
    for locale in LOCALES:
        path = path_of(locale)
        if path.exists():
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, load(locale))


def strings(value: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [""])


def flaws(locale: str) -> Iterator[str]:
    """What is missing or wrong in one catalogue, one line each."""
    catalog, wanted = load(locale), extract()
    known = {(message.id if isinstance(message.id, str) else message.id[0], message.context) for message in wanted}
    for message in wanted:
        if message.id:
            yield from _flaws_of(catalog.get(_first(message), message.context), message, locale)
    for message in catalog:
        if message.id and (_first(message), message.context) not in known:
            yield f"{locale}: no longer used: {_first(message)!r}"


def _first(message: Message) -> str:
    return strings(message.id)[0]


def _flaws_of(found: Message | None, wanted: Message, locale: str) -> Iterator[str]:
    if found is None or not all(strings(found.string)):
        yield f"{locale}: not translated: {_first(wanted)!r} ({wanted.locations[0][0]})"
    elif found.fuzzy:
        yield f"{locale}: fuzzy: {_first(wanted)!r}"
    elif isinstance(wanted.id, str) is not isinstance(found.string, str):
        yield f"{locale}: plural forms differ: {_first(wanted)!r}"
    else:
        names = set(re.findall(r"%\((\w+)\)", " ".join(strings(wanted.id))))
        for text in strings(found.string):
            used = set(re.findall(r"%\((\w+)\)", text))
            # A singular may leave the number out; nothing may use a name that is not given.
            if used - names or (isinstance(wanted.id, str) and used != names):
                yield f"{locale}: placeholders differ: {_first(wanted)!r}"
