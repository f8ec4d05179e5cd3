"""Language-aware hubness correction, as a few more coordinates of each vector.

In spaces of many dimensions a few texts are near to everything, and texts of one language are nearer to each other than
to those of another. Both are taken away by comparing with what is usual:

    similarity(x, y) = x·y − s(y's group) (r(x, y's group) − R) − s(x's group) (r(y, x's group) − R)

where r(x, group) is the mean of x's NEAREST products with texts of the group (language and role) that belong to others,
R the mean of all r, and s = ½ n / (n + ENOUGH) grows with the number n of texts of the group: among few texts the
nearest ones are no measure of anything. At s = ½ this is half of cross-domain similarity local scaling.

The sum is a product of two vectors, so that everything after this is plain matrix multiplication: a text is [x, which
group it belongs to, −s (r − R) for each group], and the asking side has the last two parts exchanged (`as_queries`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from qiao.engine.matching.embed import Floats
from qiao.engine.matching.nearest import nearest

Group = tuple[str, str]  # primary language subtag, role
Integers = npt.NDArray[np.int64]

NEAREST = 5
FEWEST = 20  # a group with fewer texts corrects nothing
ENOUGH = 100


@dataclass(frozen=True)
class Members:
    """The texts of one group: unit vectors [texts, dim], and whose they are [texts]."""

    vectors: Floats
    owner: Integers

    @cached_property
    def most(self) -> int:
        """How many texts the owner with the most has."""
        return int(np.bincount(np.unique(self.owner, return_inverse=True)[1]).max(initial=0))


@dataclass(frozen=True, slots=True)
class Hubs:
    """The groups that correct, their strengths, the usual r, and the texts that r is measured on."""

    groups: tuple[Group, ...] = ()
    strength: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    usual: float = 0.0
    members: Mapping[Group, Members] = field(default_factory=dict, repr=False)

    def columns(self) -> int:
        return 2 * len(self.groups)

    def coordinates(self, group: Group, levels: Floats) -> Floats:
        """The further coordinates [texts, columns] of texts of one group with these r (NaN: not measured)."""
        belongs = np.zeros_like(levels)
        if group in self.groups:
            belongs[:, self.groups.index(group)] = 1
        excess = np.where(np.isfinite(levels), levels - self.usual, 0)
        return np.asarray(np.hstack([belongs, -self.strength * excess]), np.float32)

    def levels(self, texts: Mapping[Group, Members]) -> dict[Group, Floats]:
        """r [texts, groups] of the texts of each group; NaN where the two roles are never compared.

        All texts given are compared with a group at once: for few of them, reading the group takes the time.
        """
        found = {
            group: np.full((len(own.vectors), len(self.groups)), np.nan, np.float32) for group, own in texts.items()
        }
        for column, other in enumerate(self.groups):
            asking = [
                group for group in texts if "seeks" in (group[1], other[1])
            ]  # offers are not compared with offers
            if not asking:
                continue
            values = _mean_of_nearest(_joined([texts[group] for group in asking]), self.members[other])
            ends = np.cumsum([len(texts[group].vectors) for group in asking])
            for group, part in zip(asking, np.split(values, ends[:-1]), strict=True):
                found[group][:, column] = part
        return found


def measured(members: Mapping[Group, Members]) -> tuple[Hubs, dict[Group, Floats]]:
    """What corrects a corpus, and r of all its texts."""
    groups = tuple(sorted(group for group, own in members.items() if len(own.vectors) >= FEWEST))
    counts = np.array([len(members[group].vectors) for group in groups], np.float32)
    hubs = Hubs(groups, 0.5 * counts / (counts + ENOUGH), 0.0, {group: members[group] for group in groups})
    levels = {group: hubs.levels({group: own})[group] for group, own in members.items()}
    every = np.concatenate([np.zeros(0, np.float32), *(found[np.isfinite(found)] for found in levels.values())])
    usual = float(every.mean(dtype=np.float64)) if len(every) else 0.0
    return Hubs(groups, hubs.strength, usual, hubs.members), levels


def as_queries(texts: Floats, dim: int) -> Floats:
    """Texts [n, dim + columns] in the form in which they are multiplied with texts."""
    half = (texts.shape[1] - dim) // 2
    return np.hstack([texts[:, :dim], texts[:, dim + half :], texts[:, dim : dim + half]])


def _joined(texts: Sequence[Members]) -> Members:
    if len(texts) == 1:  # without a copy: it may be the whole corpus
        return texts[0]
    return Members(np.concatenate([one.vectors for one in texts]), np.concatenate([one.owner for one in texts]))


def _mean_of_nearest(texts: Members, others: Members) -> Floats:
    """The mean of the NEAREST highest products of each text with those of other owners; NaN if there are none."""
    values, columns = nearest(texts.vectors, others.vectors, NEAREST + others.most)
    foreign = others.owner[columns] != texts.owner[:, None]
    place = np.cumsum(foreign, axis=1)
    counted = foreign & (place <= NEAREST)
    number = counted.sum(axis=1)
    total = np.where(counted, values, 0).sum(axis=1)
    return np.asarray(np.where(number > 0, total / np.maximum(number, 1), np.nan), np.float32)


def owners(names: Sequence[str], number: dict[str, int]) -> Integers:
    """Numbers for names, the same for the same name."""
    return np.array([number.setdefault(name, len(number)) for name in names], np.int64)
