"""Members of networks <-> the matching engine: which pairs of two networks fit, and which opportunities fit a member."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from qiao.directory import bridge, embedders
from qiao.directory.keyword_queries import weights_for
from qiao.directory.market_models import Opportunity
from qiao.directory.models import Entry, Organisation
from qiao.engine.matching.model import Match, Profile
from qiao.engine.matching.rank import match
from qiao.engine.matching.space import Space
from qiao.matchmaking.bridge import weights_in_force

MOST = 5  # partners of one member


@dataclass(frozen=True)
class Found:
    """One organisation for another; codes: of the engine's reasons, the strongest first. texts: (field, index) cited of both."""

    mine: Organisation
    theirs: Organisation
    score: float  # percentile
    keyword: float
    codes: tuple[str, ...]
    cited: tuple[tuple[str, int], ...] = ()  # of `theirs`


def pairs_between(ones: Collection[Organisation], others: Collection[Organisation]) -> list[Found]:
    """The best partners of each of `ones` among `others`, best first; of two directions the better one counts."""
    both = {one.pk: one for one in [*ones, *others] if not one.opted_out}
    first, second = {one.pk for one in ones}, {one.pk for one in others}
    best: dict[tuple[int, int], Found] = {}
    for found in _matches(list(both.values())):
        if found.mine.pk in second and found.theirs.pk in first:
            found = replace(found, mine=found.theirs, theirs=found.mine, codes=_turned(found.codes), cited=())
        key = found.mine.pk, found.theirs.pk
        if key[0] in first and key[1] in second and (key not in best or best[key].score < found.score):
            best[key] = found
    return sorted(best.values(), key=lambda one: -one.score)


TURNED = {"seek-meets-offer": "offer-meets-seek", "offer-meets-seek": "seek-meets-offer"}


def _turned(codes: Iterable[str]) -> tuple[str, ...]:
    """As the other side reads them."""
    return tuple(TURNED.get(code, code) for code in codes)


def opportunities_for(members: Collection[Organisation]) -> dict[int, list[Opportunity]]:
    """By member the open opportunities of the other side that its texts meet, best first."""
    if not members:
        return {}
    entries = _open_entries({one.pk for one in members})
    owners = {entry.organisation_id: entry.organisation for entry in entries.values()}
    shown: dict[int, set[tuple[str, int]]] = {}
    for pk, field, index in entries:
        shown.setdefault(pk, set()).add((field, index))
    chosen = {one.pk: one for one in [*members, *owners.values()]}
    result: dict[int, list[Opportunity]] = {}
    for found in _matches(list(chosen.values()), shown):
        for field, index in found.cited:
            entry = entries.get((found.theirs.pk, field, index))
            if entry is not None and entry.opportunity not in result.get(found.mine.pk, ()):
                result.setdefault(found.mine.pk, []).append(entry.opportunity)
    return {pk: own[:MOST] for pk, own in result.items()}


def _open_entries(but: Collection[int]) -> dict[tuple[int, str, int], Entry]:
    """By (organisation, field, index); an anonymous one is an entry of its side's office."""
    rows = Entry.objects.filter(
        opportunity__state=Opportunity.State.PUBLISHED, opportunity__expires__gte=timezone.localdate()
    ).exclude(organisation__in=but)
    rows = rows.select_related("organisation__side", "opportunity").prefetch_related("opportunity__texts")
    return {(row.organisation_id, bridge.ROLES[row.kind], row.position): row for row in rows}


def _matches(
    organisations: Sequence[Organisation], shown: Mapping[int, set[tuple[str, int]]] | None = None
) -> list[Found]:
    """From side to side. shown: of these organisations (by primary key) only these texts count."""
    model = embedders.state()
    by_key = {one.key: one for one in organisations}
    vectors = bridge.stored_vectors(organisations, model=model.model)
    keywords = weights_for(organisations)
    profiles = [
        _only(replace(one, keywords=keywords[one.id]), (shown or {}).get(by_key[one.id].pk))
        for one in bridge.profiles_for(organisations)
    ]
    kept = {(one.id, text.role, text.index) for one in profiles for text in (*one.offers, *one.seeks)}
    vectors = {key: vector for key, vector in vectors.items() if key[:3] in kept}
    space = Space.from_vectors(vectors, dim=model.dim, model=model.model)
    lists = match(profiles, space=space, across="side", per="profile", top=MOST, weights=weights_in_force())
    return [_found(by_key[each.seeker], by_key[one.candidate], one) for each in lists for one in each.matches]


def _only(profile: Profile, texts: set[tuple[str, int]] | None) -> Profile:
    if texts is None:
        return profile
    kept: dict[str, Any] = {
        role: tuple(text for text in getattr(profile, role) if (role, text.index) in texts)
        for role in ("offers", "seeks")
    }
    return replace(profile, **kept)


def _found(mine: Organisation, theirs: Organisation, one: Match) -> Found:
    codes = tuple(dict.fromkeys(reason.code for reason in one.reasons))
    cited = tuple((reason.theirs.field, reason.theirs.index) for reason in one.reasons if reason.theirs)
    return Found(mine, theirs, one.score, one.fit.keyword, codes, cited)
