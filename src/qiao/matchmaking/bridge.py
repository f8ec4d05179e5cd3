"""Rows <-> the matching engine: who takes part as profiles, one per organisation, and the matches as suggestions."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from qiao.directory import bridge as directory
from qiao.engine.matching.model import Match, MatchList, Profile, Reason
from qiao.engine.matching.rank import match
from qiao.engine.matching.space import Space
from qiao.events.languages import common_languages
from qiao.events.models import Event, Participation
from qiao.events.queries import approved
from qiao.matchmaking.models import Suggestion

CAP = 3.0
"""Nobody is shown more than this many times a fair share, so that a few do not fill everybody's list."""


@dataclass(frozen=True)
class Pool:
    """Everything the engine is given for one event."""

    profiles: list[Profile]
    space: Space
    people: dict[str, list[Participation]]  # organisation key -> its participations, by primary key


def pool_of(event: Event) -> Pool:
    """The organisations of all who take part, with the vectors stored for them."""
    people: dict[str, list[Participation]] = defaultdict(list)
    for one in approved(event).order_by("pk"):
        people[one.organisation.key].append(one)
    organisations = [members[0].organisation for members in people.values()]
    return Pool(directory.profiles_for(organisations), directory.space(organisations), dict(people))


def match_lists(pool: Pool, *, top: int) -> list[MatchList]:
    return match(pool.profiles, space=pool.space, across="side", per="profile", top=top, cap=CAP)


def to_suggestions(pool: Pool, lists: Iterable[MatchList], *, engine: str) -> list[Suggestion]:
    """Unsaved rows: each participant of an organisation gets its list; of a partner's people one each (see `_partner`)."""
    shown: Counter[int] = Counter()
    made: list[Suggestion] = []
    for found in lists:
        for participation in pool.people[found.seeker]:
            for one in found.matches:
                partner = _partner(pool.people[one.candidate], participation, shown)
                shown[partner.pk] += 1
                made.append(_suggestion(participation, partner, one, engine))
    return made


def _partner(people: Sequence[Participation], seeker: Participation, shown: Counter[int]) -> Participation:
    """Who of a partner's people is suggested: somebody with a language in common, then who was shown least often."""

    def order(one: Participation) -> tuple[bool, int, int]:
        return not common_languages(seeker, one), shown[one.pk], one.pk

    return min(people, key=order)


def _suggestion(participation: Participation, partner: Participation, found: Match, engine: str) -> Suggestion:
    return Suggestion(
        participation=participation,
        partner=partner,
        rank=found.rank,
        score=found.score,
        fit=asdict(found.fit),
        reasons=[_neutral(reason) for reason in found.reasons],
        engine=engine,
    )


def _neutral(reason: Reason) -> dict[str, Any]:
    """As in the matches format: only what is given."""
    return {key: value for key, value in asdict(reason).items() if value is not None}
