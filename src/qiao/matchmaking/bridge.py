"""Rows <-> the matching engine: who takes part as profiles, one per organisation, and the matches as suggestions."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from qiao.directory import bridge as directory
from qiao.directory import embedders
from qiao.directory.keyword_queries import weights_for
from qiao.directory.models import EmbedderState
from qiao.engine.matching.embed import EmbedderError, Floats
from qiao.engine.matching.learn import Judged
from qiao.engine.matching.model import Match, MatchList, Passage, Profile, Reason, Role, Text, TextKey, Weights
from qiao.engine.matching.rank import Ranker, match
from qiao.engine.matching.space import Space
from qiao.events.languages import common_languages
from qiao.events.models import Event, Participation
from qiao.events.queries import approved
from qiao.matchmaking.models import Suggestion, Weighting, engine_name
from qiao.matchmaking.phrases import Phrases
from qiao.matchmaking.queries.exclusion import Facts, facts_of

Key = tuple[str, Role, int]  # organisation key, role, index of a text
CAP = 3.0
"""Nobody is shown more than this many times a fair share, so that a few do not fill everybody's list."""


@dataclass(frozen=True)
class Pool:
    """Everything the engine is given for one event."""

    profiles: list[Profile]
    space: Space
    vectors: dict[TextKey, Floats]
    people: dict[str, list[Participation]]  # organisation key -> its participations, by primary key
    embedder: EmbedderState  # whose vectors they are
    facts: Facts  # who must not be suggested to whom


def pool_of(event: Event) -> Pool:
    """The organisations of all who take part, with the vectors stored for them."""
    people: dict[str, list[Participation]] = defaultdict(list)
    everybody = list(approved(event).order_by("pk"))
    for one in everybody:
        people[one.organisation.key].append(one)
    facts = facts_of(event, everybody)
    organisations = [members[0].organisation for members in people.values()]
    embedder = embedders.state()
    vectors = directory.stored_vectors(organisations, model=embedder.model)
    space = Space.from_vectors(vectors, dim=embedder.dim, model=embedder.model)
    keywords = weights_for(organisations)
    profiles = [
        replace(one, keywords=keywords[one.id], **facts.of_organisation(people[one.id]))
        for one in directory.profiles_for(organisations)
    ]
    return Pool(profiles, space, vectors, dict(people), embedder, facts)


def match_lists(pool: Pool, *, top: int) -> list[MatchList]:
    return match(
        pool.profiles,
        space=pool.space,
        across="side",
        per="profile",
        top=top,
        cap=CAP,
        weights=weights_in_force(),
        bars=pool.facts.bars,
    )


def weights_in_force() -> Weights:
    """Those learned last from what participants answered; the engine's own until then."""
    latest = Weighting.objects.order_by("pk").last()
    return Weights(**latest.values) if latest else Weights()


def judged_lists(event: Event, grades: Mapping[tuple[str, int], Mapping[str, int]]) -> list[Judged]:
    """The evidence of the pairs that somebody judged by an answer: (organisation's key, 0) -> partner's key -> grade.

    An answer says who fits whom, also where the two are not suggested to each other any more.
    """
    pool = pool_of(event)
    profiles = [replace(one, withheld=()) for one in pool.profiles]
    return Ranker(profiles, space=pool.space, across="side", per="profile").judged(grades)


def to_suggestions(pool: Pool, lists: Sequence[MatchList]) -> list[Suggestion]:
    """Unsaved rows: each participant of an organisation gets its list; of a partner's people one each who may be shown
    (see `_partner`).
    """
    shown: Counter[int] = Counter()
    made: list[Suggestion] = []
    alone = {one.pk: pool.facts.profile(one) for people in pool.people.values() for one in people}
    neutral = Neutral(pool, lists)
    engine = engine_name(pool.space.model, phrases=neutral.has_phrases)
    for found in lists:
        for participation in pool.people[found.seeker]:
            for one in found.matches:
                mine = alone[participation.pk]
                people = [p for p in pool.people[one.candidate] if not pool.facts.parted(mine, alone[p.pk])]
                if not people:
                    continue
                partner = _partner(people, participation, shown)
                shown[partner.pk] += 1
                reasons = neutral.reasons(found.seeker, one)
                made.append(_suggestion(participation, partner, one, reasons, engine))
    return made


def _partner(people: Sequence[Participation], seeker: Participation, shown: Counter[int]) -> Participation:
    """Who of a partner's people is suggested: somebody with a language in common, then who was shown least often."""

    def order(one: Participation) -> tuple[bool, int, int]:
        return not common_languages(seeker, one), shown[one.pk], one.pk

    return min(people, key=order)


def _suggestion(
    participation: Participation, partner: Participation, found: Match, reasons: list[dict[str, Any]], engine: str
) -> Suggestion:
    return Suggestion(
        participation=participation,
        partner=partner,
        rank=found.rank,
        score=found.score,
        fit=asdict(found.fit),
        reasons=reasons,
        engine=engine,
    )


class Neutral:
    """Reasons as stored: those of the matches format, and for each passage its carrying phrases by language."""

    def __init__(self, pool: Pool, lists: Iterable[MatchList]) -> None:
        self._words = {(one.id, text.role, text.index): text.words for one in pool.profiles for text in _texts(one)}
        self._vectors = {key[:3]: pool.vectors[key] for key in pool.vectors}
        cited = {key for each in lists for one in each.matches for key in _cited(each.seeker, one)}
        self._phrases = _phrases([words for key in cited for words in self._words[key].values()], pool.embedder)
        self.has_phrases = self._phrases is not None

    def reasons(self, seeker: str, found: Match) -> list[dict[str, Any]]:
        return [self._reason(seeker, found.candidate, reason) for reason in found.reasons]

    def _reason(self, seeker: str, candidate: str, reason: Reason) -> dict[str, Any]:
        """As in the matches format: only what is given."""
        made: dict[str, Any] = {"code": reason.code}
        if reason.value is not None:
            made["value"] = reason.value
        if reason.mine:
            made["mine"] = _passage(reason.mine)
        if reason.theirs:
            made["theirs"] = _passage(reason.theirs)
        if reason.mine and reason.theirs and reason.strength is not None:
            mine, theirs = _key(seeker, reason.mine), _key(candidate, reason.theirs)
            made["mine"]["phrases"] = self._of(mine, reason.mine.lang, theirs)
            made["theirs"]["phrases"] = self._of(theirs, reason.theirs.lang, mine)
            made["strength"] = reason.strength
        return made

    def _of(self, key: Key, lang: str, other: Key) -> dict[str, str]:
        if self._phrases is None:
            return {}
        return self._phrases.carrying(self._words[key], lang, self._vectors[other])


def _phrases(texts: Iterable[str], embedder: EmbedderState) -> Phrases | None:
    """None while the embedder does not answer: partners are found all the same, their texts are cited as a whole."""
    try:
        return Phrases(texts, embedders.in_force(embedder))
    except EmbedderError:
        return None


def _texts(profile: Profile) -> tuple[Text, ...]:
    return (*profile.offers, *profile.seeks)


def _passage(passage: Passage) -> dict[str, Any]:
    return {"field": passage.field, "index": passage.index, "lang": passage.lang}


def _key(profile: str, passage: Passage) -> Key:
    return profile, passage.field, passage.index


def _cited(seeker: str, found: Match) -> Iterable[Key]:
    for reason in found.reasons:
        if reason.mine and reason.theirs and reason.strength is not None:
            yield _key(seeker, reason.mine)
            yield _key(found.candidate, reason.theirs)
