"""A finished plan as it hangs on the wall: what is free in which slot, judged meeting by meeting and literally."""

from collections.abc import Iterable, Iterator

import numpy as np

from qiao.engine.scheduling import goals
from qiao.engine.scheduling.assemble import Draft
from qiao.engine.scheduling.compact import Compact
from qiao.engine.scheduling.interpreters import within_rest

Spot = tuple[int, int, int]  # slot, table or -1, interpreter or -1


class Board:
    """What a draft leaves free. `fairness` is the bound on the spread of breaks, or None."""

    def __init__(self, compact: Compact, draft: Draft, fairness: int | None) -> None:
        self.compact, self.draft, self.fairness = compact, draft, fairness
        data = compact.data
        slots = range(compact.slots)
        self.busy = np.zeros(data.available.shape, np.bool_)
        self.serving = np.zeros_like(compact.on_duty)
        self.free_tables = [set(np.flatnonzero(compact.table_open[:, t]).tolist()) for t in slots]
        self.seat: dict[tuple[int, int], int] = {}
        self.stays = [
            one.side is not None and one.side == compact.problem.seating.stays for one in compact.problem.participants
        ]
        for i in np.flatnonzero(draft.slot >= 0).tolist():
            self.mark(i)
        self.breaks = {p: self.breaks_with(p, None) for p in np.flatnonzero(self.busy.any(axis=1)).tolist()}

    def mark(self, i: int) -> None:
        """Take note of a planned meeting."""
        t, table, interpreter = (int(x[i]) for x in (self.draft.slot, self.draft.table, self.draft.interpreter))
        for p in self.compact.people(i):
            self.busy[p, t] = True
            if table >= 0 and self.stays[p]:
                self.seat[p, int(self.compact.data.day[t])] = table
        if table >= 0:
            self.free_tables[t].discard(table)
        if interpreter >= 0:
            self.serving[interpreter, t] = True

    def add(self, i: int, spot: Spot) -> None:
        self.draft.slot[i], self.draft.table[i], self.draft.interpreter[i] = spot
        self.mark(i)
        for p in self.compact.people(i):
            self.breaks[p] = self.breaks_with(p, None)

    def drop(self, i: int) -> None:
        """Take a meeting out of the plan."""
        t, table, interpreter = (int(x[i]) for x in (self.draft.slot, self.draft.table, self.draft.interpreter))
        self.draft.slot[i] = self.draft.table[i] = self.draft.interpreter[i] = -1
        if table >= 0:
            self.free_tables[t].add(table)
        if interpreter >= 0:
            self.serving[interpreter, t] = False
        for p in self.compact.people(i):
            self.busy[p, t] = False
            self.breaks[p] = self.breaks_with(p, None)
            if not self.busy[p].any():
                del self.breaks[p]
            if not any(self.draft.table[j] >= 0 and self.same_day(j, t) for j in self.compact.own(p)):
                self.seat.pop((p, int(self.compact.data.day[t])), None)

    def same_day(self, i: int, t: int) -> bool:
        """Is meeting i planned on the day of slot t?"""
        day, own = self.compact.data.day, self.draft.slot[i]
        return bool(own >= 0 and day[own] == day[t])

    def breaks_without(self, p: int, t: int) -> int:
        """Breaks of person p, but for the meeting in slot t."""
        problem = self.compact.problem
        slots = set(np.flatnonzero(self.busy[p]).tolist()) - {t}
        return goals.breaks_of(problem, problem.participants[p].id, slots)

    def breaks_with(self, p: int, t: int | None) -> int:
        """Breaks of person p, with one more meeting in slot t if given."""
        problem = self.compact.problem
        slots = set(np.flatnonzero(self.busy[p]).tolist()) | ({t} if t is not None else set())
        return goals.breaks_of(problem, problem.participants[p].id, slots)

    def full(self, p: int) -> bool:
        """Has person p as many meetings as he takes?"""
        return bool(self.busy[p].sum() >= self.compact.data.most[p])

    def day_full(self, p: int, t: int) -> bool:
        day = self.compact.data.day
        if self.compact.data.most_per_day[p] > len(day):
            return False
        return bool(self.busy[p, day == day[t]].sum() >= self.compact.data.most_per_day[p])

    def in_order(self, i: int, t: int) -> bool:
        data, slot = self.compact.data, self.draft.slot
        later = data.later[data.later_from[i] : data.later_from[i + 1]]
        return all(slot[j] < t for j in self.compact.earlier(i)) and all(slot[j] < 0 or slot[j] > t for j in later)

    def fair(self, i: int, t: int) -> bool:
        if self.fairness is None:
            return True
        after = dict(self.breaks)
        for p in self.compact.people(i):
            after[p] = self.breaks_with(p, t)
        return max(after.values()) - min(after.values()) <= self.fairness

    def tables(self, i: int, t: int) -> list[int]:
        """Free tables that suit meeting i in slot t; [-1] for an online meeting."""
        options = self.compact.tables[i]
        if options is None:
            return [-1]
        return sorted(options & self.free_tables[t] & self.seated_at(i, t, options))

    def seated_at(self, i: int, t: int, options: frozenset[int]) -> frozenset[int]:
        """The tables that people who stay leave open."""
        day = int(self.compact.data.day[t])
        for p in self.compact.people(i):
            if (p, day) in self.seat:
                options &= {self.seat[p, day]}
        return options

    def interpreters(self, i: int, t: int) -> list[int]:
        """Free interpreters who can serve meeting i in slot t; [-1] where none is needed."""
        able = self.compact.interpreters[i]
        if able is None:
            return [-1]
        free = (k for k in sorted(able) if self.compact.on_duty[k, t] and not self.serving[k, t])
        return [k for k in free if within_rest(self.compact, self.serving, k, t)]

    def goes_with(self, k: int, table: int) -> bool:
        """May interpreter k (-1: none) serve at this table (-1: online)?"""
        own = None if k < 0 else self.compact.problem.interpreters[k].table
        return own is None or (table >= 0 and self.compact.problem.tables[table].id == own)

    def pairs(self, i: int, t: int) -> Iterator[tuple[int, int]]:
        """Tables and interpreters free for meeting i in slot t."""
        tables = self.tables(i, t)
        staff = self.interpreters(i, t) if tables else []
        for table in tables:
            yield from ((table, k) for k in staff if self.goes_with(k, table))

    def spot(self, i: int, slots: Iterable[int]) -> Spot | None:
        """The first place among the slots where meeting i could be added, its people's limits on meetings apart."""
        for t in slots:
            if self.in_order(i, t) and self.fair(i, t):
                found = next(self.pairs(i, t), None)
                if found is not None:
                    return (t, *found)
        return None


def squeeze_in(board: Board) -> None:
    """Add whatever still fits as the plan stands, heavy meetings first."""
    weight = board.compact.data.weight
    waiting = np.flatnonzero((board.draft.slot < 0) & (weight > 0)).tolist()
    for i in sorted(waiting, key=lambda i: (-int(weight[i]), i)):
        people = board.compact.people(i)
        if any(board.full(p) for p in people):
            continue
        free = np.flatnonzero(board.compact.possible[i] & ~board.busy[people].any(axis=0)).tolist()
        spot = board.spot(i, (t for t in free if not any(board.day_full(p, t) for p in people)))
        if spot is not None:
            board.add(i, spot)
