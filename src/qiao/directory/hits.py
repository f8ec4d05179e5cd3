"""A search as it is asked and as it is answered (directory.finding)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import overload

import numpy as np

from qiao.directory.catalogue import KINDS, Ints

LISTS = ("", "organisation", "person", *KINDS)
PASSAGES = 2  # offers and seeks quoted under an organisation
_NONE = np.zeros(0, np.int32)


@dataclass(frozen=True)
class Ask:
    """What somebody looks for.

    kind: "" (organisations and people), "organisation", "person", "offer" or "seek"; facets: values by facet; waiting: only
    what waits for the office's approval, for the office alone; newest: what was changed last stands first; impossible: what was
    typed cannot be looked for, so that nothing fits; entries: only these offers and seeks (primary keys), None for all; more: what
    else the addresses of a list carry.
    """

    words: str = ""
    kind: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    waiting: bool = False
    newest: bool = False
    impossible: bool = False
    entries: frozenset[int] | None = None
    more: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Hit:
    """kind: organisation, person, offer or seek; id: its primary key; passages: entries that made it a hit."""

    kind: str
    id: int
    passages: tuple[int, ...] = ()


@dataclass(frozen=True)
class Carriers:
    """The offers and seeks that made organisations hits, best first: primary keys, and whose they are (rows)."""

    entries: Ints
    owners: Ints

    def of(self, row: int) -> tuple[int, ...]:
        return tuple(self.entries[self.owners == row][:PASSAGES].tolist())


class Hits(Sequence[Hit]):
    """People, then all else that fits, best first. A hit is made when it is read: a page shows few of many."""

    def __init__(
        self, kind: str = "", keys: Ints = _NONE, rows: Ints = _NONE, carriers: Carriers | None = None
    ) -> None:
        self.kind, self.keys, self._rows, self._carriers = kind, keys, rows, carriers
        self._people: Sequence[int] = ()

    def after(self, people: Sequence[int]) -> "Hits":
        """The same with these people before it."""
        made = Hits(self.kind, self.keys, self._rows, self._carriers)
        made._people = people
        return made

    def __len__(self) -> int:
        return len(self._people) + len(self.keys)

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> list[Hit]: ...
    def __getitem__(self, place: int | slice) -> Hit | list[Hit]:
        if isinstance(place, slice):
            return [self._hit(n) for n in range(*place.indices(len(self)))]
        return self._hit(range(len(self))[place])

    def _hit(self, place: int) -> Hit:
        if place < len(self._people):
            return Hit("person", self._people[place])
        place -= len(self._people)
        passages = self._carriers.of(int(self._rows[place])) if self._carriers else ()
        return Hit(self.kind, int(self.keys[place]), passages)

    def among(self, things: Collection[int], entries: Collection[int]) -> list[int]:
        """The places of what is listed beside people and is among `things` (primary keys) or carried by `entries`."""
        wanted = np.isin(self.keys, list(things))
        if self._carriers:
            carried = self._carriers.owners[np.isin(self._carriers.entries, list(entries))]
            wanted |= np.isin(self._rows, carried)
        return [len(self._people) + place for place in np.flatnonzero(wanted).tolist()]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    def __hash__(self) -> int:
        raise TypeError


@dataclass(frozen=True)
class Found:
    """hits: all. counts: by facet and value, each as if nothing were chosen in that facet itself.

    kinds: how many hits each kind of list has. similar: nothing had the words as they are, so typing errors were allowed.
    words_only: what is alike in meaning could not be looked for.
    """

    hits: Hits
    counts: dict[str, dict[str, int]]
    kinds: dict[str, int]
    similar: bool = False
    words_only: bool = False
