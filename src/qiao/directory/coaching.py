"""What a profile lacks, as a short list for those who keep it: each point with the place where it is mended.

All facts of many organisations are read at once; the points are judged from these.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from qiao.core.languages import listed
from qiao.core.models import Text
from qiao.directory.abstract_queries import abstracts_for
from qiao.directory.abstracts import Abstracts
from qiao.directory.evidence_models import OrganisationEvidence
from qiao.directory.keyword_queries import ProfileKeyword
from qiao.directory.models import (
    OPPORTUNITIES_FROM,
    Consent,
    Entry,
    EntryKeyword,
    Membership,
    Organisation,
    OrganisationKeyword,
    Side,
)
from qiao.directory.purposes import CROSS_BORDER
from qiao.directory.showing_models import ProfileFile
from qiao.templatetags.wording import is_han, language_name

READ_IN = {"CN": "zh", "DE": "de", "AT": "de", "CH": "de"}  # what people of a country read; others read English
SHORTEST = {"zh": 12}  # characters that say what, what for and for whom; in other languages SHORTEST_ELSE
SHORTEST_ELSE = 40


@dataclass(frozen=True)
class Written:
    """An offer or seek of a profile. texts: by language; translations count as well."""

    pk: int
    kind: str
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Facts:
    """What is judged of one organisation. `entries` are those of the profile, in their order."""

    organisation: Organisation
    entries: Sequence[Written]
    tagged: frozenset[int]  # entries with a keyword
    confirmed: bool  # a person confirmed a keyword
    picture: bool
    evidence: bool
    named: bool  # somebody agreed to be named in the other country
    read: tuple[str, ...]  # languages of the other sides
    abstracts: Abstracts

    def of_kind(self, kind: str) -> list[Written]:
        return [entry for entry in self.entries if entry.kind == kind]

    @property
    def untagged(self) -> list[Written]:
        return [] if self.confirmed else [entry for entry in self.entries if entry.pk not in self.tagged]

    @property
    def short(self) -> list[Written]:
        return [entry for entry in self.entries if _is_short(entry)]

    def unread(self, language: str) -> list[Written]:
        """Without a text in this language, be it a translation."""
        return [entry for entry in self.entries if language not in entry.texts]

    @property
    def without_abstract(self) -> list[str]:
        """Languages of the other sides in which nothing sums the organisation up."""
        shown = {language: self.abstracts.shown(language) for language in self.read}
        return [language for language, one in shown.items() if one is None or one.text.language != language]

    @property
    def unread_languages(self) -> list[str]:
        return [language for language in self.read if self.unread(language)]


def _is_short(entry: Written) -> bool:
    longest = [(len(text.strip()), SHORTEST.get(language, SHORTEST_ELSE)) for language, text in entry.texts.items()]
    return bool(longest) and all(length < least for length, least in longest)


@dataclass(frozen=True)
class Hint:
    """Something that is missing: code, what it would be good for in a sentence, and where to mend it ("" for nowhere)."""

    code: str
    text: str
    url: str


@dataclass(frozen=True)
class Coaching:
    """done of total points are there. keywords: proposed by the machine. Words are found when they are read: lists need none."""

    facts: Facts
    missing: Sequence["Point"]
    keywords: Sequence[ProfileKeyword] = ()

    @property
    def total(self) -> int:
        return len(POINTS)

    @property
    def done(self) -> int:
        return self.total - len(self.missing)

    @cached_property
    def hints(self) -> list[Hint]:
        """What is missing in words of the reader's language, what weighs most first."""
        values = _values(self.facts)
        return [Hint(code, str(text % values), url(self.facts)) for code, _is_there, text, url in self.missing]


def _field(name: str) -> Callable[[Facts], str]:
    return lambda facts: f"{reverse('organisation-edit', args=[facts.organisation.key])}#id_{name}"


def _page(name: str) -> Callable[[Facts], str]:
    return lambda facts: reverse(name, args=[facts.organisation.key])


def _office(facts: Facts) -> str:
    office = facts.organisation.side.office
    return f"mailto:{office.email}" if office and office.email else ""


def _box(entry: Written, facts: Facts, language: str) -> str:
    """The box of a text on the page for editing."""
    number = facts.of_kind(entry.kind).index(entry) + 1
    return _field(f"{entry.kind}s_{number}_{language}")(facts)


def _unread_box(facts: Facts) -> str:
    language = facts.unread_languages[0]
    return _box(facts.unread(language)[0], facts, language)


def _short_box(facts: Facts) -> str:
    entry = facts.short[0]
    return _box(entry, facts, next((code for code in ("de", "zh", "en") if code in entry.texts), "en"))


# code, whether it is there, what to say (with the values of _values), and where to mend it.
Point = tuple[str, Callable[[Facts], Any], Any, Callable[[Facts], str]]
POINTS: list[Point] = [
    ("offers", lambda f: f.of_kind(Entry.Kind.OFFER), _("Say what you offer: partners look for that first."), _field("offers_1_de")),
    ("seeks", lambda f: f.of_kind(Entry.Kind.SEEK), _("Say what you seek: whoever has it finds you."), _field("seeks_1_de")),
    ("languages_read", lambda f: not f.unread_languages,
     ngettext_lazy("%(unread)s offer or seek cannot be read in %(languages)s, which people of the other side read.",
                   "%(unread)s offers and seeks cannot be read in %(languages)s, which people of the other side read.", "unread"), _unread_box),
    ("abstract", lambda f: not f.without_abstract,
     _("No abstract in %(abstracts)s says in two sentences who you are. It is what people of the other side read first."), _page("abstract")),
    ("latin", lambda f: f.organisation.name_latin or not is_han(f.organisation.name),
     _("Your name has no Latin form: readers of German and English can neither read nor say it."), _field("name_latin")),
    ("picture", lambda f: f.picture, _("Show a picture: it needs no translation."), _page("showing")),
    ("evidence", lambda f: f.evidence,
     _("Nothing shows yet that your organisation is real. Ask the contact office to look at your register extract or to visit you."), _office),
    ("keywords", lambda f: not f.untagged,
     ngettext_lazy("%(untagged)s offer or seek has no keyword, by which readers of other languages find it.",
                   "%(untagged)s offers and seeks have no keyword, by which readers of other languages find them.", "untagged"), _page("organisation-keywords")),
    ("short", lambda f: not f.short,
     ngettext_lazy("%(short)s offer or seek is very short. Say what it is, what it is good for, and for whom.",
                   "%(short)s offers and seeks are very short. Say what they are, what they are good for, and for whom.", "short"), _short_box),
    ("size", lambda f: f.organisation.size, _("Say how many people work with you: many look for partners of their own size."), _field("size")),
    ("number", lambda f: f.organisation.uscc or f.organisation.register or f.organisation.vat_id or f.organisation.lei,
     _("Enter a number under which you are registered, so that partners can check that you exist."), _field("register")),
    ("languages", lambda f: f.organisation.languages, _("Say in which languages you can work."), _field("languages")),
    ("website", lambda f: f.organisation.website, _("Name your website: many look there before they answer."), _field("website")),
    ("named", lambda f: f.named, _("Nobody of you has agreed to be named in the other country: partners there do not learn whom they would meet."), lambda f: reverse("consents")),
]  # fmt: skip


def _values(facts: Facts) -> dict[str, Any]:
    languages = facts.unread_languages
    return {
        "unread": len({entry.pk for code in languages for entry in facts.unread(code)}),
        "languages": listed(language_name(code) for code in languages),
        "untagged": len(facts.untagged), "short": len(facts.short),
        "abstracts": listed(language_name(code) for code in facts.without_abstract),
    }  # fmt: skip


def coached(facts: Facts, keywords: Sequence[ProfileKeyword] = ()) -> Coaching:
    """What is missing. keywords: those of the organisation."""
    missing = [point for point in POINTS if not point[1](facts)]
    return Coaching(facts, missing, [one for one in keywords if not one.is_confirmed])


def coaching_of(organisation: Organisation, keywords: Sequence[ProfileKeyword] = ()) -> Coaching:
    return coached(facts_of([organisation])[organisation.pk], keywords)


def completeness(organisations: Iterable[Organisation]) -> dict[int, Coaching]:
    """By primary key, in a fixed number of queries."""
    return {pk: coached(facts) for pk, facts in facts_of(organisations).items()}


def facts_of(organisations: Iterable[Organisation]) -> dict[int, Facts]:
    """A fixed number of queries, however many there are."""
    rows = list({one.pk: one for one in organisations}.values())
    prefetch_related_objects(rows, "side__office")
    pks = [one.pk for one in rows]
    written = _written(pks)
    entries = [entry.pk for some in written.values() for entry in some]
    tagged = frozenset(EntryKeyword.objects.filter(entry__in=entries).values_list("entry", flat=True))
    sets, abstracts = _sets(pks), abstracts_for(rows)
    countries = dict(Side.objects.order_by("pk").values_list("pk", "country"))
    return {
        one.pk: Facts(one, written[one.pk], tagged, read=_read(one, countries), abstracts=abstracts[one.pk],
                      **{name: one.pk in some for name, some in sets.items()})
        for one in rows
    }  # fmt: skip


def _written(pks: list[int]) -> dict[int, list[Written]]:
    """What organisations wrote in their profiles, by organisation. Two queries of plain values: lists read it of many."""
    rows = Entry.objects.filter(organisation__in=pks, position__lt=OPPORTUNITIES_FROM).order_by("position")
    entries = list(rows.values_list("pk", "organisation_id", "kind"))
    texts: dict[int, dict[str, str]] = defaultdict(dict)
    owner = ContentType.objects.get_for_model(Entry)
    said = Text.objects.filter(owner_type=owner, field="text", owner_id__in=[pk for pk, _owner, _kind in entries])
    for pk, language, text in said.values_list("owner_id", "language", "text"):
        texts[pk][language] = text
    found: dict[int, list[Written]] = defaultdict(list)
    for pk, organisation, kind in entries:
        found[organisation].append(Written(pk, kind, texts[pk]))
    return found


def _sets(pks: list[int]) -> dict[str, set[int]]:
    """Of which organisations something is true."""
    said = OrganisationKeyword.objects.filter(organisation__in=pks, origin=OrganisationKeyword.Origin.CONFIRMED)
    pictures = ProfileFile.objects.filter(organisation__in=pks, kind=ProfileFile.Kind.PICTURE, removed=None)
    seen = OrganisationEvidence.objects.filter(organisation__in=pks, removed=None)
    agreed = Consent.objects.filter(purpose=CROSS_BORDER.code, version=CROSS_BORDER.version, withdrawn=None)
    named = Membership.objects.filter(organisation__in=pks, person__in=agreed.values("person"))
    found = {"confirmed": said, "picture": pictures, "evidence": seen, "named": named}
    return {name: set(rows.values_list("organisation", flat=True)) for name, rows in found.items()}


def _read(organisation: Organisation, countries: Mapping[int, str]) -> tuple[str, ...]:
    others = [READ_IN.get(code, "en") for pk, code in countries.items() if pk != organisation.side_id]
    own = READ_IN.get(organisation.country, "en")
    return tuple(dict.fromkeys(code for code in others if code != own))
