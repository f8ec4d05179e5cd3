"""What somebody sees of an organisation: its offers and seeks, and why it was suggested, both texts side by side."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.db.models import prefetch_related_objects

from qiao.core.languages import html_tag, reader_language
from qiao.core.models import Text
from qiao.core.texts import for_reader, native
from qiao.directory.abstract_queries import abstracts_of
from qiao.directory.abstracts import Shown
from qiao.directory.access import may_edit
from qiao.directory.bridge import KINDS
from qiao.directory.evidence_queries import prefetch_evidence
from qiao.directory.keyword_queries import ProfileKeyword
from qiao.directory.models import Entry, Keyword, Organisation, Person, Theme
from qiao.directory.queries import managers_of
from qiao.events.languages import common_languages
from qiao.events.models import Participation
from qiao.matchmaking.models import Request, Suggestion, Wish
from qiao.matchmaking.rules import why_not
from qiao.matchmaking.states import OPEN, State
from qiao.matchmaking.words import COOPERATIONS

ASKED = ("type-sought", "size-sought", "region-sought", "cooperation-sought")
TEXT_CODES = ("seek-meets-offer", "offer-meets-seek", "shared-goal")


@dataclass(frozen=True)
class Quote:
    """A text in the reader's language as far as there is one, with the phrase that carried the match."""

    kind: str  # offer or seek
    shown: Text
    original: Text | None  # what its owner wrote, where that is another text
    phrases: Mapping[str, str] = field(default_factory=dict)  # by language

    @property
    def lang(self) -> str:
        return html_tag(self.shown.language)

    @property
    def original_lang(self) -> str:
        return html_tag(self.original.language) if self.original else ""

    @property
    def is_machine(self) -> bool:
        return self.shown.origin == Text.Origin.MACHINE

    @cached_property
    def parts(self) -> tuple[str, str, str]:
        """(before, phrase, after); without a known phrase the whole text is the phrase."""
        phrase = self.phrases.get(self.shown.language, "")
        before, found, after = self.shown.text.partition(phrase) if phrase else ("", "", "")
        return (before, found, after) if found else ("", self.shown.text, "")


@dataclass(frozen=True)
class Meeting:
    """One reason in two voices: my words and theirs."""

    code: str
    mine: Quote
    theirs: Quote


@dataclass(frozen=True)
class Asked:
    """Something besides its texts that a seek asks of a partner, and that the partner is, in words."""

    code: str
    label: str


@dataclass(frozen=True)
class Profile:
    """An organisation as a reader of one language sees it."""

    participation: Participation
    offers: list[Quote]
    seeks: list[Quote]
    language: str  # of the reader
    abstract: Shown | None = None

    @property
    def is_foreign(self) -> bool:
        """Something is shown in another language than the reader's, because there is no text in it."""
        return any(one.shown.language != self.language for one in [*self.offers, *self.seeks])

    @property
    def organisation(self) -> Organisation:
        return self.participation.organisation


@dataclass(frozen=True)
class SeenAs:
    """How another side sees the reader's organisation, and who can improve that."""

    profile: Profile
    may_edit: bool  # the reader
    managers: list[Person]  # who else, where the reader may not


@dataclass(frozen=True)
class Card:
    """A possible partner of this reader."""

    partner: Participation
    person_is_visible: bool
    level: str  # very-good, good, possible; "" for somebody who was not suggested
    meetings: list[Meeting]
    themes: list[Theme]
    keywords: list[ProfileKeyword]  # what the partner is about
    shared_keywords: list[Keyword]  # those of them that speak for the two
    asked: list["Asked"]  # what a seek of the reader names and the partner is
    export_checks: list[str]  # groups of goods under export control of which the cited texts speak
    first_offer: Quote | None
    abstract: Shown | None
    languages: list[str]  # both can negotiate in
    wish: Wish | None
    request: Request | None
    declined: str  # by whom, where one of the two said no and nothing is open now: me, partner
    why_not: str  # a request would be refused, as a sentence; empty where it may be sent

    @property
    def organisation(self) -> Organisation:
        return self.partner.organisation


def quote(entry: Entry, *, language: str | None = None, phrases: Mapping[str, str] | None = None) -> Quote | None:
    """None for an entry without any text."""
    texts = list(entry.texts.all())
    shown, written = for_reader(texts, language), native(texts)
    if shown is None:
        return None
    return Quote(entry.kind, shown, written if written and written.pk != shown.pk else None, phrases or {})


def profile(participation: Participation, *, language: str | None = None) -> Profile:
    """All offers and seeks for a reader of this language (default: the one in force). Entries and texts: two queries."""
    prefetch_related_objects([participation.organisation], "entries__texts")
    entries = participation.organisation.entries.all()
    quotes = [found for entry in entries if (found := quote(entry, language=language))]
    return Profile(
        participation,
        [one for one in quotes if one.kind == Entry.Kind.OFFER],
        [one for one in quotes if one.kind == Entry.Kind.SEEK],
        language or reader_language(),
    )


def seen_as(own: Participation, *, language: str) -> SeenAs:
    reader = own.person.user
    mine = reader is not None and may_edit(reader, own.organisation)
    seen = replace(profile(own, language=language), abstract=abstracts_of(own.organisation).shown(language))
    return SeenAs(seen, mine, [] if mine else managers_of(own.organisation))


def language_of_side(participation: Participation) -> str:
    """The language in which people of that side read."""
    return {"CN": "zh", "DE": "de"}.get(participation.organisation.side.country, reader_language())


@dataclass(frozen=True)
class Relations:
    """What one participant has with others, read in a fixed number of queries."""

    own: Participation
    wishes: dict[int, Wish]  # by the partner's participation
    requests: dict[int, Request]  # the newest with that partner, closed ones included
    declined: set[int]  # partners who declined a request of the own one, be it an earlier one
    pending: int  # own requests that wait for an answer
    closed: set[int]  # people who take no requests, or none of the own one
    barred: bool  # the organiser lets the own one ask nobody
    suggestions: dict[int, Suggestion]
    themes: dict[str, Theme]


def card(
    partner: Participation,
    relations: Relations,
    suggestion: Suggestion | None,
    *,
    named: bool,
    keywords: Sequence[ProfileKeyword] = (),
    abstract: Shown | None = None,
) -> Card:
    """`partner.organisation` and the own one need their entries and texts prefetched."""
    reasons = suggestion.reasons if suggestion else []
    shared = set(_values(reasons, "shared-keyword"))
    wish, request = relations.wishes.get(partner.pk), relations.requests.get(partner.pk)
    offers = [entry for entry in partner.organisation.entries.all() if entry.kind == Entry.Kind.OFFER]
    return Card(
        partner=partner,
        person_is_visible=named,
        level=suggestion.word if suggestion else "",
        meetings=list(_meetings(reasons, relations.own.organisation, partner.organisation)),
        themes=[relations.themes[code] for code in _values(reasons, "shared-theme") if code in relations.themes],
        keywords=list(keywords),
        shared_keywords=[one.keyword for one in keywords if one.keyword.code in shared],
        asked=[Asked(one["code"], str(_label(one["code"], one["value"]))) for one in reasons if one["code"] in ASKED],
        export_checks=_values(reasons, "export-check"),
        first_offer=quote(offers[0]) if offers else None,
        abstract=abstract,
        languages=common_languages(relations.own, partner),
        wish=wish,
        request=request,
        declined=_declined(partner, relations),
        why_not=why_not(
            refused=wish is not None and wish.kind == Wish.Kind.NO,
            declined=partner.pk in relations.declined,
            pending=relations.pending,
            closed=partner.person_id in relations.closed,
            barred=relations.barred,
        ),
    )


def _declined(partner: Participation, relations: Relations) -> str:
    newest = relations.requests.get(partner.pk)
    if newest is None or newest.state in OPEN:
        return ""
    if partner.pk in relations.declined:
        return "partner"
    return "me" if newest.state == State.DECLINED else ""


def _label(code: str, value: str) -> object:
    choices: dict[str, Any] = {
        "type-sought": dict(Organisation.Type.choices),
        "size-sought": dict(Organisation.Size.choices),
        "cooperation-sought": COOPERATIONS,
    }
    return choices.get(code, {}).get(value, value)


def _values(reasons: Iterable[Mapping[str, Any]], code: str) -> list[str]:
    return [reason["value"] for reason in reasons if reason["code"] == code]


def _meetings(reasons: Iterable[Mapping[str, Any]], mine: Organisation, theirs: Organisation) -> Iterable[Meeting]:
    """Reasons whose texts have gone since the suggestions were computed are left out."""
    for reason in reasons:
        if reason["code"] in TEXT_CODES:
            one, other = _cited(mine, reason["mine"]), _cited(theirs, reason["theirs"])
            if one and other:
                yield Meeting(reason["code"], one, other)


def _cited(organisation: Organisation, passage: Mapping[str, Any]) -> Quote | None:
    kind, position = KINDS[passage["field"]], passage["index"]
    entries = (one for one in organisation.entries.all() if (one.kind, one.position) == (kind, position))
    entry = next(entries, None)
    return quote(entry, phrases=passage.get("phrases")) if entry else None


def with_texts(rows: Sequence[Participation]) -> None:
    """Read the organisations' entries, texts and evidence: three queries."""
    prefetch_related_objects(rows, "organisation__entries__texts", prefetch_evidence("organisation__"))
