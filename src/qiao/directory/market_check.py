"""What a file of opportunities would do: each record judged, every bad cell or element named."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core.languages import html_tag
from qiao.core.texts import tidy
from qiao.directory import market_format
from qiao.directory.actions.market import FIELDS, LONGEST_VALID
from qiao.directory.columns import LONGEST_TEXT
from qiao.directory.market_format import LANGUAGES, TEXTS, TYPES, Raw
from qiao.directory.market_models import Cooperation, Opportunity, Rights, Stage
from qiao.directory.market_queries import wordings
from qiao.directory.models import Organisation
from qiao.directory.values import countries, tidy_text

LONGEST_TITLE = 120
LONGEST_ID = 60
MOST_PROBLEMS = 20  # of one record
_ID = re.compile(r"[\w.:/-]+")


@dataclass(frozen=True)
class Problem:
    """Something that is wrong: where ("Row 5"), in which cell or element, and why."""

    place: str
    name: str
    why: str


@dataclass
class Planned:
    """A record that can be taken. organisation: None for what the importing office stands for; existing: None for a new one."""

    raw: Raw
    values: dict[str, Any]
    organisation: Organisation | None
    existing: Opportunity | None
    changed: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        titles: Mapping[str, str] = self.values["texts"]["title"]
        return next(iter(titles.values()), "")

    @property
    def lang(self) -> str:
        """Of the title."""
        return html_tag(next(iter(self.values["texts"]["title"]), ""))

    @property
    def is_new(self) -> bool:
        return self.existing is None


@dataclass(frozen=True)
class Preview:
    planned: Sequence[Planned]
    problems: Sequence[Problem]

    @property
    def new(self) -> list[Planned]:
        return [one for one in self.planned if one.is_new]

    @property
    def changed(self) -> list[Planned]:
        return [one for one in self.planned if one.changed and not one.is_new]

    @property
    def unchanged(self) -> int:
        return len(self.planned) - len(self.new) - len(self.changed)

    @property
    def shown(self) -> dict[str, object]:
        """What somebody who confirms has seen."""
        return {
            one.values["external_id"]: (one.is_new, one.changed, one.organisation and one.organisation.pk)
            for one in self.planned
        }


def preview(data: bytes, filename: str) -> Preview:
    """Raises Refused where the file as a whole cannot be read. A fixed number of queries."""
    raws = market_format.read(data, filename)
    known, owners = _existing(raws), _Owners(raws)
    planned: list[Planned] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for raw in raws:
        checked = _Checked(raw)
        if checked.key in seen:
            checked.wrong("id", _("This id occurs twice in the file."))
        seen.add(checked.key)
        existing = known.get(checked.key)
        owner = existing.organisation if existing else owners.of(checked)
        if checked.problems:
            problems += checked.problems
        else:
            one = Planned(raw, checked.values, owner, existing)
            one.changed = _changes(existing, checked.values) if existing else []
            planned.append(one)
    return Preview(planned, problems)


def _existing(raws: Iterable[Raw]) -> dict[str, Opportunity]:
    """By the id in a file: that under which it came, or that of its page, where it was made here."""
    ids = [raw.text("id") for raw in raws]
    rows = Opportunity.objects.filter(Q(external_id__in=ids) | Q(public_key__in=ids)).prefetch_related("texts")
    return {
        row.external_id or row.public_key: row for row in rows.select_related("organisation__side__office", "entry")
    }


def _changes(existing: Opportunity, values: Mapping[str, Any]) -> list[str]:
    texts = wordings(existing)
    plain = [
        name for name in FIELDS if name in values and name != "external_id" and getattr(existing, name) != values[name]
    ]
    return plain + [name for name in TEXTS.values() if texts[name] != values["texts"][name]]


class _Owners:
    """Organisations that a file names, by our key, by the id of an imported table, or by name and country."""

    def __init__(self, raws: Iterable[Raw]) -> None:
        ids = {raw.text("organisation_id") for raw in raws} - {""}
        names = {raw.text("organisation") for raw in raws} - {""}
        rows = Organisation.objects.filter(Q(key__in=ids) | Q(external_id__in=ids) | Q(name__in=names))
        self._rows = list(rows.select_related("side__office").order_by("pk"))

    def of(self, checked: "_Checked") -> Organisation | None:
        raw = checked.raw
        key, name, country = (raw.text(one) for one in ("organisation_id", "organisation", "organisation_country"))
        if not key and not name:
            return None
        by_key = [row for row in self._rows if key and key in (row.key, row.external_id)]
        by_name = [row for row in self._rows if row.name == name and country in ("", row.country)]
        found = by_key or ([] if key else by_name)
        place = "organisation_id" if key else "organisation"
        if not found:
            checked.wrong(
                place,
                _(
                    "The directory has no such organisation. Import it first, or leave it out: then the office stands for it."
                ),
            )
        elif len(found) > 1:
            checked.wrong(place, _("The directory has several such organisations. Say which one by its id."))
        elif not found[0].is_published:
            checked.wrong(place, _("This organisation waits for the office's approval."))
        return found[0] if found else None


class _Checked:
    """The values of one record, and what is wrong with it."""

    def __init__(self, raw: Raw) -> None:
        self.raw = raw
        self.problems: list[Problem] = []
        for name in raw.odd:
            self.wrong(tidy(name)[:60], _("The format has no such part, or its content has another form."))
        self.key = self._key()
        kind, area = self._type()
        self.values = {
            "external_id": self.key, "kind": kind, "area": area, "texts": self._texts(),
            "stage": self._one("stage", Stage.values), "rights": self._one("rights", Rights.values),
            "partner_types": self._many("partner_types", Organisation.Type.values),
            "cooperation": self._many("cooperation", Cooperation.values),
            "countries": self._many("countries", countries("en")), "expires": self._expires(),
        }  # fmt: skip

    def wrong(self, name: str, why: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(self.raw.place, name, why))

    def _key(self) -> str:
        key = self.raw.text("id")
        if not key:
            self.wrong("id", _("The id is missing: by it the same opportunity is recognised next time."))
        elif len(key) > LONGEST_ID or not _ID.fullmatch(key):
            self.wrong("id", _("An id has at most %(most)s letters, digits, dots and hyphens.") % {"most": LONGEST_ID})
        return key

    def _type(self) -> tuple[str, str]:
        code = self.raw.text("type").upper()
        if code not in TYPES:
            self.wrong("type", self._not_among(code, TYPES))
        return TYPES.get(code, ("", ""))

    @staticmethod
    def _not_among(value: str, known: Iterable[str]) -> str:
        values = {"value": tidy(value)[:60], "known": ", ".join(sorted(known))}
        return _("“%(value)s” is none of: %(known)s.") % values

    def _texts(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for name, its_field in TEXTS.items():
            longest = LONGEST_TITLE if name == "title" else LONGEST_TEXT
            found[its_field] = {}
            for language in LANGUAGES:
                text = (tidy if name == "title" else tidy_text)(self.raw.text(f"{name}_{language}"))
                if len(text) > longest:
                    self.wrong(
                        f"{name}_{language}", _("The text has more than %(most)s characters.") % {"most": longest}
                    )
                if text:
                    found[its_field][language] = text
        if not set(found["title"]) & set(found["text"]):
            self.wrong("title", _("Write a title and a description in the same language, at least in one."))
        return found

    def _one(self, name: str, known: Iterable[str]) -> str:
        value = self.raw.text(name)
        if value and value not in known:
            self.wrong(name, self._not_among(value, known))
        return value

    def _many(self, name: str, known: Iterable[str]) -> list[str]:
        values = list(dict.fromkeys(self.raw.list(name)))
        for value in values:
            if value not in known:
                odd = name == "countries"
                self.wrong(name, _("“%(value)s” is no code of a country, such as DE or CN.") % {"value": tidy(value)[:60]}
                           if odd else self._not_among(value, known))  # fmt: skip
        return values

    def _expires(self) -> date | None:
        try:
            day = date.fromisoformat(self.raw.text("expires")[:10])
        except ValueError:
            self.wrong("expires", _("The last day is missing or no date: write it as 2027-03-31."))
            return None
        today = timezone.localdate()
        if not today <= day <= today + LONGEST_VALID:
            self.wrong("expires", _("Choose a last day that lies ahead, at most a year from now."))
        return day
