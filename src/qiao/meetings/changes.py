"""What a plan would change for whom: new, moved and dropped talks, and the people to be told about them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Held:
    """A talk as its people know it, by primary keys of the request's participations, slot, table and interpreter."""

    people: tuple[int, int]
    slot: int
    table: int | None = None
    interpreter: int | None = None


@dataclass(frozen=True)
class Changes:
    """Request ids by what happens to their talk; participations and interpreters whose agenda changes."""

    new: frozenset[int] = frozenset()
    moved: frozenset[int] = frozenset()
    kept: frozenset[int] = frozenset()
    dropped: frozenset[int] = frozenset()
    participations: frozenset[int] = field(default=frozenset())
    interpreters: frozenset[int] = field(default=frozenset())

    @property
    def told(self) -> int:
        """How many people are told."""
        return len(self.participations) + len(self.interpreters)


def compare(before: Mapping[int, Held], after: Mapping[int, Held]) -> Changes:
    """From the talks in force to those of a plan, both by request id."""
    common = before.keys() & after.keys()
    moved = frozenset(one for one in common if before[one] != after[one])
    changed = [talks[one] for talks in (before, after) for one in talks if one in moved or one not in common]
    return Changes(
        new=frozenset(after.keys() - common),
        moved=moved,
        kept=frozenset(common - moved),
        dropped=frozenset(before.keys() - common),
        participations=frozenset(who for talk in changed for who in talk.people),
        interpreters=frozenset(_known(talk.interpreter for talk in changed)),
    )


def concerning_all(changes: Changes, talks: Iterable[Held]) -> Changes:
    """The same changes, but everybody who has a talk is told of them."""
    held = list(talks)
    return replace(
        changes,
        participations=changes.participations | {who for talk in held for who in talk.people},
        interpreters=changes.interpreters | set(_known(talk.interpreter for talk in held)),
    )


def _known(keys: Iterable[int | None]) -> Iterable[int]:
    return (key for key in keys if key is not None)
