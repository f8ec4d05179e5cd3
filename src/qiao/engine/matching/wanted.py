"""What seeks ask of a partner besides its texts, and who has it: type, size, region and type of cooperation."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qiao.engine.matching import regions
from qiao.engine.matching.embed import Floats
from qiao.engine.matching.model import SIZES, TYPES, Profile, Text, TextKey
from qiao.engine.matching.sought import COOPERATIONS, cooperations, sizes_sought, types_sought

Booleans = npt.NDArray[np.bool_]
Asked = Callable[[Iterable[str]], tuple[str, ...]]


def _cooperations_of(profile: Profile) -> tuple[str, ...]:
    return tuple(code for text in (*profile.offers, *profile.seeks) for code in cooperations(text.words.values()))


# Kind of evidence -> the labels it knows, those that a seek asks for, those that a profile has.
_KINDS: dict[str, tuple[tuple[str, ...], Asked, Callable[[Profile], tuple[str, ...]]]] = {
    "type": (TYPES, types_sought, lambda profile: (profile.type or "",)),
    "size": (SIZES, sizes_sought, lambda profile: (profile.size or "",)),
    "region": (regions.labels(), regions.regions_sought, regions.regions_of),
    "cooperation": (tuple(COOPERATIONS), cooperations, _cooperations_of),
}
KINDS = tuple(_KINDS)


def named(kind: str, text: Text) -> tuple[str, ...]:
    """What a text says of this kind."""
    return _KINDS[kind][1](text.words.values())


@dataclass(frozen=True, slots=True)
class Wanted:
    """One kind for a pool: bool [seeks, labels] and [profiles, labels]."""

    labels: tuple[str, ...]
    asked: Booleans
    given: Floats

    @classmethod
    def of(cls, kind: str, profiles: Sequence[Profile], seeks: Sequence[TextKey]) -> "Wanted":
        labels, asked, given = _KINDS[kind]
        words = {(profile.id, text.index): text.words.values() for profile in profiles for text in profile.seeks}
        rows = [asked(words[key.profile, key.number]) for key in seeks]
        has = [given(profile) for profile in profiles]
        return cls(labels, _marks(rows, labels), _marks(has, labels).astype(np.float32))

    def met(self, asked: Booleans, others: "Wanted") -> Floats:
        """float32 [rows of `asked`, profiles of the others]: 1 where one has something of what is asked for, else 0."""
        found = np.zeros((len(asked), len(others.given)), np.float32)
        rows = np.flatnonzero(asked.any(axis=1))
        columns = np.flatnonzero(asked.any(axis=0))
        if len(rows):
            both = asked[np.ix_(rows, columns)].astype(np.float32) @ others.given[:, columns].T
            found[rows] = np.minimum(both, 1)
        return found


def _marks(rows: Sequence[tuple[str, ...]], labels: tuple[str, ...]) -> Booleans:
    place = {label: n for n, label in enumerate(labels)}
    found = np.zeros((len(rows), len(labels)), np.bool_)
    for row, own in enumerate(rows):
        found[row, [place[label] for label in own if label in place]] = True
    return found
