"""What the matching engine reads and what it answers: frozen values, as described in the file formats."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Role = Literal["offers", "seeks"]
Across = Literal["side"] | None
Per = Literal["seek", "profile"]

ROLES: tuple[Role, ...] = ("offers", "seeks")
TYPES = ("company", "institute", "university", "agency", "network", "cultural", "authority")
SIZES = ("micro", "small", "medium", "large")


def primary(language: str) -> str:
    """The primary subtag of a BCP 47 tag, with or without a level, lower case: `zh-Hans` -> `zh`, `en:B2` -> `en`."""
    return language.partition(":")[0].replace("_", "-").partition("-")[0].strip().lower()


class TextKey(NamedTuple):
    """The name of one embedded text."""

    profile: str
    role: Role
    number: int  # the text's index, from 1
    lang: str


@dataclass(frozen=True, slots=True)
class Text:
    """One offer or one seek in one or more languages (language tag -> text); `index` counts from 1 within its role."""

    role: Role
    index: int
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Profile:
    """One organisation or person to be matched. `type` is one of TYPES; `avoid` holds ids never to be suggested.

    `keywords` maps codes of the vocabulary to their weight, above 0: what a person confirmed weighs more. Profiles with the
    same `organisation` belong together and never meet. `withheld` says why this one is kept from others, with codes of
    `exclude.WITHHELD`. `roles` are those in which it takes part, as the organiser calls them; `size` is one of SIZES.
    """

    id: str
    side: str | None = None
    name: str | None = None
    type: str | None = None
    city: str | None = None
    country: str | None = None
    nace: str | None = None
    themes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    offers: tuple[Text, ...] = ()
    seeks: tuple[Text, ...] = ()
    avoid: tuple[str, ...] = ()
    keywords: Mapping[str, float] = field(default_factory=dict)
    size: str | None = None
    roles: tuple[str, ...] = ()
    organisation: str | None = None
    withheld: tuple[str, ...] = ()

    def texts(self, role: Role) -> tuple[Text, ...]:
        return self.offers if role == "offers" else self.seeks

    def cited(self, passage: "Passage") -> str:
        """The words a reason refers to. Raises KeyError if this profile has no such text."""
        words = {text.index: text.words for text in self.texts(passage.field)}
        return words[passage.index][passage.lang]


@dataclass(frozen=True, slots=True)
class Weights:
    """What each kind of evidence adds to the fit; the texts' evidence is a corrected cosine, the rest lies in [0, 1].

    `type`, `size`, `region` and `cooperation` count where a seek names what the candidate is or has.
    """

    seek_offer: float = 1.0
    offer_seek: float = 0.5
    shared_goal: float = 0.5
    theme: float = 0.05
    classification: float = 0.05
    type: float = 0.1
    language: float = 0.0
    keyword: float = 0.2
    size: float = 0.05
    region: float = 0.02
    cooperation: float = 0.0


@dataclass(frozen=True, slots=True)
class Fit:
    """The kinds of evidence of one match, each in [0, 1]; those of texts are percentiles within the language pair."""

    seek_offer: float
    offer_seek: float
    shared_goal: float
    theme: float
    classification: float
    type: float
    language: float
    keyword: float = 0.0
    size: float = 0.0
    region: float = 0.0
    cooperation: float = 0.0


@dataclass(frozen=True, slots=True)
class Passage:
    """A reference to one text of a profile; `index` counts from 1."""

    field: Role
    index: int
    lang: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why (or with which obstacle) two profiles were put together, in neutral form.

    `code` is seek-meets-offer, offer-meets-seek or shared-goal (with both passages and a strength in [0, 1]); type-sought,
    size-sought, region-sought or cooperation-sought (with a value and the seek, the last also with the text that answers);
    shared-theme, shared-keyword, same-classification or common-language (with a value); or an obstacle:
    interpreter-needed, export-check (with a value) or not-joined.
    """

    code: str
    value: str | None = None
    mine: Passage | None = None
    theirs: Passage | None = None
    strength: float | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """One suggested candidate. `score` is the percentile of the file formats; `total` is the raw fit, never shown."""

    candidate: str
    rank: int
    score: float
    total: float
    fit: Fit
    reasons: tuple[Reason, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class MatchList:
    """What is shown for one seek (`seek` counts from 1) or, with `seek` None, for one profile as a whole."""

    seeker: str
    seek: int | None
    matches: tuple[Match, ...]
