"""Made-up conferences of two regions as scheduling problems; the same seed gives the same problem.

What real events look like is imitated: a few people are wanted by many, half days and talks are missed, languages
differ by side, tables and interpreters are short by a given share.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

from qiao.engine.scheduling.model import Interpreter, Participant, Problem, Request, Slot, Table, needs_interpreter

CROSS = 0.92  # wishes that name somebody of the other side
MOST_WANTED = 40.0
CROWD = 1.25  # wishes of one person, in slots


@dataclass(frozen=True, slots=True)
class Speech:
    """Who speaks what: chances of each language by side, kinds of interpreters with their shares, and their rest."""

    spoken: Mapping[str, Sequence[tuple[str, float]]]
    kinds: Mapping[tuple[str, ...], float]
    rest: int | None = None


USUAL = Speech(
    spoken={"eu": (("de", 1.0), ("en", 0.9), ("zh", 0.12)), "cn": (("zh", 1.0), ("en", 0.4), ("de", 0.05))},
    kinds={("de", "zh"): 0.7, ("en", "zh"): 0.3},
)
MANY_LANGUAGES = Speech(
    spoken={
        "eu": (("de", 0.4), ("fr", 0.3), ("es", 0.25), ("it", 0.2), ("en", 0.5), ("zh", 0.05)),
        "cn": (("zh", 1.0), ("en", 0.3), ("de", 0.05), ("fr", 0.05)),
    },
    kinds={
        ("de", "zh"): 0.25,
        ("fr", "zh"): 0.2,
        ("en", "zh"): 0.15,
        ("es", "zh"): 0.15,
        ("it", "zh"): 0.1,
        ("de", "en", "zh"): 0.05,
        ("fr", "es", "zh"): 0.05,
        ("de", "fr"): 0.05,
    },
    rest=6,
)


@dataclass(frozen=True, slots=True)
class Family:
    """What conferences of a kind have in common, whatever their size; `wishes` for each participant."""

    wishes: int = 5
    slots: int = 32
    days: int = 2
    tables: float = 0.75
    interpreters: float = 0.8
    speech: Speech = USUAL


FAMILIES = {
    "tight": Family(),
    "loose": Family(tables=1.2, interpreters=1.3),
    "short": Family(wishes=2, slots=8, days=1),
    "many languages": Family(speech=MANY_LANGUAGES),
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """A delegation (`guests`) meets the firms of the region it visits (`hosts`) on one day."""

    guests: int
    hosts: int
    slots: int
    tables: int
    de_zh: int
    en_zh: int
    per_guest: int
    accepted: float = 0.5


SCENARIOS = {
    "A": Scenario(guests=14, hosts=46, slots=7, tables=10, de_zh=5, en_zh=2, per_guest=6),
    "B": Scenario(guests=60, hosts=150, slots=16, tables=35, de_zh=18, en_zh=8, per_guest=8),
}


def random_conference(
    people: int,
    wishes: int,
    *,
    seed: int,
    slots: int = 32,
    tables: float = 0.75,
    interpreters: float = 0.8,
    days: int = 2,
    speech: Speech = USUAL,
) -> Problem:
    """Some days, commonly two, for `people` participants with `wishes` requests.

    There are tables for the share `tables` of the wishes and interpreters for the share `interpreters` of those
    meetings that need one; less where somebody is present on one day only.
    """
    dice = Random(seed)
    guests = max(2, round(0.2 * people))
    sides = ["eu"] * guests + ["cn"] * (people - guests)
    calendar = tuple(Slot(f"s{t + 1:02}", day=f"day {1 + days * t // slots}") for t in range(slots))
    persons = tuple(
        Participant(
            f"p{number}",
            side=side,
            languages=_languages(side, dice, speech),
            unavailable=_missed(calendar, dice, opening=side == "eu" and number <= 11),
        )
        for number, side in enumerate(sides, 1)
    )
    requests = tuple(_wishes(persons, wishes, slots, dice))
    seats = max(1, round(tables * wishes / slots))
    bare = Problem(slots=calendar, participants=persons, requests=requests)
    need = sum(needs_interpreter(bare, one) for one in requests)
    return Problem(
        name=f"{people} people, {wishes} wishes, seed {seed}",
        slots=calendar,
        participants=persons,
        requests=requests,
        tables=tuple(Table(f"t{number}") for number in range(1, seats + 1)),
        interpreters=tuple(_staff(max(2, round(interpreters * need / (0.8 * slots))), calendar, speech, dice)),
    )


def conference(family: str, people: int, *, seed: int) -> Problem:
    """One of FAMILIES in a given size."""
    one = FAMILIES[family]
    return random_conference(
        people,
        one.wishes * people,
        seed=seed,
        slots=one.slots,
        tables=one.tables,
        interpreters=one.interpreters,
        days=one.days,
        speech=one.speech,
    )


def scenario(name: str, *, seed: int) -> Problem:
    """One of SCENARIOS: guests ask hosts, hosts accept half of it."""
    one, dice = SCENARIOS[name], Random(seed)
    guests = [
        Participant(f"g{n}", side="eu", group="delegation", languages=_languages("eu", dice)) for n in _to(one.guests)
    ]
    hosts = [Participant(f"h{n}", side="cn", languages=_languages("cn", dice)) for n in _to(one.hosts)]
    pull = [min(dice.paretovariate(1.2), MOST_WANTED) for _ in hosts]
    pairs = [(guest, host) for guest in guests for host in _draw(hosts, pull, one.per_guest, dice)]
    accepted = [pair for pair in pairs if dice.random() < one.accepted]
    staff = ["de"] * one.de_zh + ["en"] * one.en_zh
    return Problem(
        name=f"scenario {name}, seed {seed}",
        slots=tuple(Slot(f"s{t:02}", day="day 1") for t in _to(one.slots)),
        participants=(*guests, *hosts),
        requests=tuple(
            Request(f"m{n}", (guest.id, host.id), weight=_points(dice)) for n, (guest, host) in enumerate(accepted, 1)
        ),
        tables=tuple(Table(f"t{n}") for n in _to(one.tables)),
        interpreters=tuple(
            Interpreter(f"i{n}", languages=(tongue, "zh"), max_consecutive=6) for n, tongue in enumerate(staff, 1)
        ),
    )


def _to(count: int) -> range:
    return range(1, count + 1)


def _languages(side: str, dice: Random, speech: Speech = USUAL) -> tuple[str, ...]:
    """At least the language that comes first on this side."""
    chances = speech.spoken[side]
    return tuple(tongue for tongue, chance in chances if dice.random() < chance) or (chances[0][0],)


def _missed(calendar: Sequence[Slot], dice: Random, *, opening: bool) -> tuple[str, ...]:
    """A quarter misses half a day, a third sits in some talk, a delegation attends the openings."""
    slots, missed = len(calendar), set[int]()
    if dice.random() < 0.25:
        half = dice.randrange(4)
        missed |= {t for t in range(slots) if 4 * t // slots == half}
    if dice.random() < 0.3:
        talk = dice.randrange(slots - 1)
        missed |= {talk, talk + 1}
    if opening:
        missed |= {0, 1, 2, slots // 2, slots // 2 + 1}
    return tuple(calendar[t].id for t in sorted(missed))


def _wishes(people: Sequence[Participant], count: int, slots: int, dice: Random) -> Iterable[Request]:
    """Pairs of people, drawn by how much people are wanted; nobody in many more than there are slots."""
    pull = [min(dice.paretovariate(1.2), MOST_WANTED) for _ in people]
    of_side = {side: [p for p, one in enumerate(people) if one.side == side] for side in ("eu", "cn")}
    chances = {side: [pull[p] for p in members] for side, members in of_side.items()}
    load, found = [0] * len(people), dict[tuple[int, int], int]()
    while len(found) < count:
        p = dice.randrange(len(people))
        side = str(people[p].side)
        if dice.random() < CROSS:
            side = "cn" if side == "eu" else "eu"
        q = dice.choices(of_side[side], chances[side])[0]
        pair = (min(p, q), max(p, q))
        if p == q or pair in found or max(load[p], load[q]) >= CROWD * slots:
            continue
        load[p] += 1
        load[q] += 1
        found[pair] = _points(dice)
    for number, ((p, q), weight) in enumerate(sorted(found.items()), 1):
        yield Request(f"m{number}", (people[p].id, people[q].id), weight=weight)


def _points(dice: Random) -> int:
    """Must, gladly or merely accepted, of both sides."""
    return dice.choices((10, 8, 6, 4, 2), (5, 10, 25, 30, 30))[0]


def _staff(count: int, calendar: Sequence[Slot], speech: Speech, dice: Random) -> Iterable[Interpreter]:
    """Two in five miss a day, where there are several."""
    days = list(dict.fromkeys(one.day for one in calendar))
    for number in _to(count):
        [languages] = dice.choices(list(speech.kinds), list(speech.kinds.values()))
        absent = dice.choice(days) if dice.random() < 0.4 and len(days) > 1 else None
        yield Interpreter(
            f"i{number}",
            languages=languages,
            unavailable=tuple(one.id for one in calendar if one.day == absent),
            max_consecutive=speech.rest,
        )


def _draw(hosts: Sequence[Participant], pull: Sequence[float], count: int, dice: Random) -> list[Participant]:
    """`count` different hosts, the more wanted ones more often."""
    keys = [dice.random() ** (1 / one) for one in pull]
    best = sorted(range(len(hosts)), key=lambda h: -keys[h])[:count]
    return [hosts[h] for h in sorted(best)]


def all_seeds(names: Iterable[str], seeds: Iterable[int]) -> list[Problem]:
    return [scenario(name, seed=seed) for name, seed in product(names, seeds)]
