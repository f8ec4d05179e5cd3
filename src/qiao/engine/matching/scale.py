"""From raw similarities to percentiles: what may be shown, and what is comparable between languages."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from qiao.engine.matching.embed import Floats

Doubles = npt.NDArray[np.float64]

FEWEST_PAIRS = 200  # a language pair with fewer pairs is judged among all pairs
EXACT_PAIRS = 4_000_000  # up to here every value is kept; above, counts in bins of 2^-13
_BINS_PER_UNIT = 8192
_LOWEST, _HIGHEST = -8, 8


class LanguagePair(NamedTuple):
    """Language groups of the seek and of the candidate."""

    seek: str
    candidate: str


@dataclass
class Distribution:
    """How many values are lower than a given one: exact, or (for many values) to within a bin of 2^-13."""

    exact: bool
    _values: list[Floats] = field(default_factory=list, repr=False)
    _counts: npt.NDArray[np.int64] | None = field(default=None, repr=False)
    total: int = 0

    def add(self, values: Floats) -> None:
        """Count the finite values in."""
        values = values[np.isfinite(values)]
        self.total += len(values)
        if self.exact:
            self._values.append(values)
        else:
            size = (_HIGHEST - _LOWEST) * _BINS_PER_UNIT
            if self._counts is None:
                self._counts = np.zeros(size, np.int64)
            self._counts += np.bincount(_bins(values), minlength=size)

    def merge(self, other: "Distribution") -> None:
        """Take over the values of another one of the same kind."""
        self.total += other.total
        self._values += other._values
        if other._counts is not None:
            self._counts = other._counts.copy() if self._counts is None else self._counts + other._counts

    def share_lower(self, values: Floats) -> Doubles:
        """The share of all values that lie below each given one, 0 if there are none."""
        if self.total == 0:
            return np.zeros(len(values))
        if self.exact:
            if len(self._values) != 1:
                self._values = [np.sort(np.concatenate(self._values))]
            lower = np.searchsorted(self._values[0], values, side="left")
        else:
            assert self._counts is not None
            lower = np.concatenate([[0], np.cumsum(self._counts)])[_bins(values)]
        return np.asarray(lower / self.total, np.float64)

    def finish(self) -> None:
        """Sort once; called when everything is in."""
        if self.exact:
            self._values = [np.sort(np.concatenate(self._values))] if self._values else [np.zeros(0, np.float32)]


def _bins(values: Floats) -> npt.NDArray[np.int64]:
    return np.clip((values - _LOWEST) * _BINS_PER_UNIT, 0, (_HIGHEST - _LOWEST) * _BINS_PER_UNIT - 1).astype(np.int64)


class Scale:
    """The distributions of one run, by kind of evidence and language pair. Also serves profiles that are ranked later."""

    def __init__(self, *, exact: bool) -> None:
        self._exact = exact
        self._pairs: dict[tuple[str, LanguagePair], Distribution] = {}
        self._all: dict[str, Distribution] = {}

    def add(self, kind: str, pair: LanguagePair, values: Floats) -> None:
        self._pairs.setdefault((kind, pair), Distribution(self._exact)).add(values)

    def merge(self, other: "Scale") -> None:
        """Count in what another one of the same kind has counted."""
        for key, found in other._pairs.items():
            self._pairs.setdefault(key, Distribution(self._exact)).merge(found)

    def finish(self) -> None:
        """Make ready for reading: nothing may be added afterwards."""
        for (kind, _), found in self._pairs.items():
            self._all.setdefault(kind, Distribution(self._exact)).merge(found)
        for each in (*self._pairs.values(), *self._all.values()):
            each.finish()

    def percentile(self, kind: str, pair: LanguagePair, values: Floats) -> Doubles:
        """Share of pairs of that language pair (of all pairs where these are below 200) with a lower value; -inf gives 0."""
        found = self._pairs.get((kind, pair))
        if found is None or found.total < FEWEST_PAIRS:
            found = self._all.get(kind)
        return found.share_lower(values) if found else np.zeros(len(values))
