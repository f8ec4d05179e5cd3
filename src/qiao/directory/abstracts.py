"""Abstracts: what an organisation is, in two or three sentences, in each of the three languages.

One of them is the original, written from the profile's offers and seeks; the others were made from it. Each stands in a
Text (field "abstract") that knows what it was made from, in which version, and who checked it. An abstract is outdated once
that has changed: the original's words, or, for the original, the profile.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db import models
from django.utils.translation import pgettext_lazy

from qiao.core.languages import html_tag, pick_language, reader_language
from qiao.core.models import Text

FIELD = "abstract"
LONGEST = 600  # characters: three long sentences


class State(models.TextChoices):
    MISSING = "missing", pgettext_lazy("an abstract", "missing")
    DRAFT = "draft", pgettext_lazy("an abstract", "draft")
    OUTDATED = "outdated", pgettext_lazy("an abstract", "outdated")
    CONFIRMED = "confirmed", pgettext_lazy("an abstract", "confirmed")


@dataclass(frozen=True)
class Shown:
    """An abstract as one reader meets it. is_outdated: what it was made from has changed since it was checked."""

    text: Text
    is_outdated: bool

    @property
    def lang(self) -> str:
        return html_tag(self.text.language)

    @property
    def is_draft(self) -> bool:
        return self.text.confirmed is None

    @property
    def is_machine(self) -> bool:
        return self.text.origin == Text.Origin.MACHINE

    @property
    def is_translation(self) -> bool:
        return bool(self.text.source_language)


@dataclass(frozen=True)
class Abstracts:
    """All abstracts of one organisation. texts: by language; profile_version: of its offers and seeks."""

    texts: Mapping[str, Text]
    profile_version: int

    @classmethod
    def of(cls, rows: Iterable[Text], profile_version: int) -> "Abstracts":
        return cls({row.language: row for row in rows if row.field == FIELD}, profile_version)

    @cached_property
    def original(self) -> Text | None:
        """What was written from the profile and not from another abstract."""
        return min(
            (row for row in self.texts.values() if not row.source_language), key=lambda row: row.pk, default=None
        )

    def source_of(self, language: str) -> Text | None:
        """The abstract that the one in this language is, or would be, made from; None: from the profile."""
        row = self.texts.get(language)
        source = self.texts.get(row.source_language) if row else self.original
        return source if source and source.language != language else None

    def source_version(self, language: str) -> int:
        """The version, as it is now, of what the abstract in this language is made from."""
        source = self.source_of(language)
        return source.version if source else self.profile_version

    def is_current(self, language: str) -> bool:
        row = self.texts[language]
        return row.source_language in ("", *self.texts) and row.source_version == self.source_version(language)

    def state(self, language: str) -> State:
        row = self.texts.get(language)
        if row is None:
            return State.MISSING
        if not self.is_current(language):
            return State.OUTDATED
        return State.DRAFT if row.confirmed is None else State.CONFIRMED

    def shown(self, language: str | None = None) -> Shown | None:
        """What a reader of this language (default: the one in force) gets.

        Best a confirmed abstract in that language, then a machine's translation of a confirmed one, then a confirmed one in
        another language. What nobody confirmed and no confirmed text stands behind is shown to nobody.
        """
        wanted = language or reader_language()
        confirmed = {code: row for code, row in self.texts.items() if row.confirmed}
        row = confirmed.get(wanted) or self._draft(wanted)
        if row is None:
            code = pick_language(confirmed, wanted)
            row = confirmed[code] if code else None
        return Shown(row, not self.is_current(row.language)) if row else None

    def _draft(self, language: str) -> Text | None:
        row = self.texts.get(language)
        if row is None or row.origin != Text.Origin.MACHINE or not row.source_language or not self.is_current(language):
            return None
        source = self.source_of(language)
        return row if source and source.confirmed else None
