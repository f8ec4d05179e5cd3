"""How many tables and interpreters an event will need, before anyone has wished: from who comes, and what they speak.

Everybody is expected to meet anybody of another side equally likely, and talks to spread over the slots as far as
enough people are there. Of a group that speaks the same, meetings with every other group come in proportion to how
many they are; languages for interpreters are chosen greedily, those first that serve most of what is still unserved.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import ceil, floor, sqrt

import numpy as np

from qiao.engine.scheduling.changes import Change, strictest_rest
from qiao.engine.scheduling.enough import Crowded, time_and_room
from qiao.engine.scheduling.model import Problem
from qiao.engine.scheduling.what_if import Company, serves, serving

RESERVE = 0.15
UNSERVED = 0.005
"""Share of all talks for which no interpreter is advised: each language pair of this rest would serve almost nobody."""


@dataclass(frozen=True, slots=True)
class Advice:
    """`talks` are expected, `changes` are the tables and interpreters they take, all there are to be, not in addition.

    `served` tells how many talks are expected to need an interpreter of these languages; `crowded` whose time does not
    suffice for the talks that fall to them.
    """

    talks: int
    changes: tuple[Change, ...]
    served: tuple[tuple[tuple[str, ...], int], ...]
    crowded: tuple[Crowded, ...]


def advice(problem: Problem, talks: float, *, reserve: float = RESERVE) -> Advice:
    """What it takes that people have so many talks each on average. The requests of the problem are not looked at.

    `reserve` is added to tables and interpreters: talks never spread as evenly as they could. Interpreters rest as the
    strictest of those there are.

    Raises:
        ValueError: `talks` or `reserve` is negative.
    """
    if talks < 0 or reserve < 0:
        raise ValueError("talks and reserve cannot be negative")
    crowd = Crowd(problem)
    wanted = crowd.possible(talks)
    abreast = crowd.abreast(wanted)
    changes = [*tables(crowd, wanted, abreast, reserve)]
    at_all_tables = ceil(sum(one.count for one in changes) / crowd.stamina)
    served = list(languages_needed(crowd, wanted))
    for languages, number in served:
        likely = number + sqrt(number)  # how many it will be is a matter of chance
        staff = ceil((1 + reserve) * likely / wanted * abreast / crowd.stamina)
        changes.append(Change("interpreter", min(staff, ceil(number), at_all_tables), languages=languages))
    return Advice(
        talks=ceil(wanted),
        changes=tuple(changes),
        served=tuple((languages, ceil(number)) for languages, number in served),
        crowded=tuple(crowd.crowded(talks)),
    )


class Crowd:
    """Who is there when; `others[p]` is how many are of another side than person p (of any, where nobody has a side).

    Who is never there, or may have no talk, counts as nobody: has no others and is none.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        people = problem.participants
        self.room = np.array([time_and_room(problem, one)[1] for one in people], np.float64)
        self.comes = self.room > 0
        coming = [one for one, comes in zip(people, self.comes, strict=True) if comes]
        self.with_sides = any(one.side is not None for one in coming)
        count = Counter(one.side for one in coming)
        others = [len(coming) - (count[one.side] if self.with_sides else 1) for one in people]
        self.others = np.where(self.comes, np.array(others, np.float64), 0)
        self.side = {side: np.array([one.side == side for one in people], np.bool_) for side in count}
        there = np.zeros((len(people), len(problem.slots)))
        for p, one in enumerate(people):
            there[p, list(problem.available[one.id])] = 1
        self.pairs_abreast = [self.most(there[:, t]) for t in range(len(problem.slots))]

    def most(self, each: "np.typing.NDArray[np.float64]") -> float:
        """The most talks of people who have so many each: two take part in one, and at most one of a side."""
        total = float(each.sum())
        if not self.with_sides:
            return floor(total / 2)
        return min([floor(total / 2), *(total - float(each[those].sum()) for those in self.side.values())])

    def loads(self, talks: float) -> "np.typing.NDArray[np.float64]":
        """(people,): how many talks fall to everybody, so that it is so many on average of those who come."""
        total = self.others.sum()
        return talks * self.comes.sum() * self.others / total if total else np.zeros(len(self.others))

    def possible(self, talks: float) -> float:
        """How many talks that makes, as far as people have time."""
        return min(float(self.loads(talks).sum()) / 2, self.most(self.room), float(sum(self.pairs_abreast)))

    def abreast(self, talks: float) -> int:
        """How many talks must take place at the same time at most, so that there are so many."""
        if not talks:
            return 0
        number = ceil(talks / len(self.pairs_abreast))
        while sum(min(number, pairs) for pairs in self.pairs_abreast) < talks:
            number += 1
        return number

    @property
    def stamina(self) -> float:
        """In which share of the slots an interpreter can serve."""
        rest = strictest_rest(self.problem)
        if rest is None or not self.problem.slots:
            return 1.0
        serving = sum(len(day) - len(day) // (rest + 1) for day in self.problem.days)
        return serving / len(self.problem.slots)

    def crowded(self, talks: float) -> Iterator[Crowded]:
        """To whom more talks fall than they have room for, those who lack most first."""
        found = []
        for one, load in zip(self.problem.participants, self.loads(talks), strict=True):
            time, room = time_and_room(self.problem, one)
            if ceil(load) > room:
                found.append(Crowded(one.id, ceil(load), time, room))
        yield from sorted(found, key=lambda one: one.room - one.wishes)


def tables(crowd: Crowd, talks: float, abreast: int, reserve: float) -> Iterator[Change]:
    """Tables for all talks; some with the features that people need, for theirs."""
    most = max(crowd.pairs_abreast, default=0)
    number = min(ceil((1 + reserve) * abreast), int(most))
    needy = [p for p, one in enumerate(crowd.problem.participants) if one.needs and crowd.comes[p]]
    share = float(crowd.others[needy].sum()) * 2 / crowd.others.sum() if talks else 0.0
    special = min(number, ceil((1 + reserve) * share * abreast))
    features = tuple(sorted({need for p in needy for need in crowd.problem.participants[p].needs}))
    if number > special:
        yield Change("table", number - special)
    if special:
        yield Change("table", special, features=features)


def languages_needed(crowd: Crowd, talks: float) -> Iterator[tuple[tuple[str, ...], float]]:
    """Languages for interpreters, and how many of so many talks they serve; what one pair serves no other one counts."""
    waiting = companies(crowd, talks)
    while waiting and sum(waiting.values()) > UNSERVED * talks:
        candidates = sorted({languages for company in waiting for languages in serving(company)})
        if not candidates:
            return
        best = max(candidates, key=lambda languages: sum(_of(waiting, languages).values()))
        served = _of(waiting, best)
        yield best, sum(served.values())
        waiting = {company: number for company, number in waiting.items() if company not in served}


def _of(waiting: dict[Company, float], languages: Iterable[str]) -> dict[Company, float]:
    spoken = tuple(languages)
    return {company: number for company, number in waiting.items() if serves(spoken, company)}


def companies(crowd: Crowd, talks: float) -> dict[Company, float]:
    """How many of so many talks are of people who share no language, by what they speak."""
    problem = crowd.problem
    groups = Counter(
        (one.side if crowd.with_sides else p, problem.spoken[one.id])
        for p, one in enumerate(problem.participants)
        if crowd.comes[p]
    )
    pairs = float(crowd.others.sum()) / 2
    found: Counter[Company] = Counter()
    for (one, number), (other, its) in combinations(groups.items(), 2):
        if one[0] != other[0] and not one[1] & other[1]:
            found[frozenset((one[1], other[1]))] += number * its
    return {company: number * talks / pairs for company, number in found.items()}
