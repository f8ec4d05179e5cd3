"""Candidates without comparing everybody with everybody: records share a key when they may be one."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from qiao.engine.same.compare import LEVELS, Likeness, Record, compare
from qiao.engine.same.names import Name

MOST_IN_BLOCK = 60  # a key that more records share says nothing by itself


def keys(record: Record) -> frozenset[str]:
    """What a record is found by, without blanks: numbers, domains, and parts of its names, also with one typo in them."""
    found = {f"#{kind}:{number}" for kind, number in record.numbers.items()}
    found |= {f"@{domain}" for domain in record.domains}
    for name in record.names:
        found |= set(_name_keys(name, record.city))
    return frozenset(key.replace(" ", "_") for key in found)


def _name_keys(name: Name, city: str) -> Iterator[str]:
    joined = name.joined
    if len(name.whole) >= 10:  # one typo leaves the beginning or the end as it is
        yield f"a{name.whole[:5]}|{city}"
        yield f"z{name.whole[0]}{name.whole[-5:]}|{city}"
    if not joined:
        yield f"w{'+'.join(sorted(name.core))}"
        return
    yield f"n{joined}|{city}"
    yield f"n{joined}"
    yield f"n{''.join(sorted(name.brand))}"
    if name.han:
        yield f"h{name.han}"
    if len(joined) >= 7:
        yield f"a{joined[:4]}|{city}"
        yield f"z{joined[0]}{joined[-3:]}|{city}"
    yield from (f"t{word}|{city}" for word in name.brand if len(word) >= 5)
    if len(name.brand) == 1 and 3 <= len(joined) <= 6:
        yield f"i{joined}|{city}"
    if len(name.initials) >= 3:
        yield f"i{name.initials}|{city}"


def pairs(keyed: Mapping[int, Iterable[str]], *, of: Iterable[int] | None = None) -> Iterator[tuple[int, int]]:
    """Pairs (low, high) that share a key, each once; `of`: only pairs with one of these."""
    blocks: dict[str, list[int]] = defaultdict(list)
    for number, own in keyed.items():
        for key in own:
            blocks[key].append(number)
    wanted = None if of is None else set(of)
    seen: set[tuple[int, int]] = set()
    for key, members in blocks.items():
        if len(members) < 2 or (len(members) > MOST_IN_BLOCK and key[0] not in "#"):
            continue
        for place, one in enumerate(members):
            for other in members[place + 1 :]:
                pair = (one, other) if one < other else (other, one)
                if pair not in seen and (wanted is None or one in wanted or other in wanted):
                    seen.add(pair)
                    yield pair


def likenesses(candidates: Iterable[tuple[int, int]], load: Callable[[int], Record]) -> list[Likeness]:
    """The likenesses among candidates, the surest first."""
    found = [likeness for low, high in candidates if (likeness := compare(load(low), load(high)))]
    return sorted(found, key=lambda one: (LEVELS.index(one.level), one.low, one.high))


def find(records: Iterable[Record]) -> list[Likeness]:
    """All likenesses among records."""
    by_id = {record.id: record for record in records}
    return likenesses(pairs({number: keys(record) for number, record in by_id.items()}), by_id.__getitem__)
