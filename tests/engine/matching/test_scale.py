"""Percentiles: exact for few pairs, in bins for many, per language pair where there are enough."""

import numpy as np
import pytest

from qiao.engine.matching.scale import FEWEST_PAIRS, Distribution, LanguagePair, Scale

DE_ZH, ZH_DE = LanguagePair("de", "zh"), LanguagePair("zh", "de")


def floats(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


@pytest.mark.parametrize("exact", [True, False])
def test_the_share_of_lower_values(exact: bool) -> None:
    found = Distribution(exact)
    assert found.share_lower(floats(1)).tolist() == [0]
    found.add(floats(0.25, 0.5, -np.inf))
    found.add(floats(0.5, 1))
    found.finish()
    assert found.total == 4
    assert found.share_lower(floats(-np.inf, 0.25, 0.3, 0.5, 1, 7)).tolist() == [0, 0, 0.25, 0.25, 0.75, 1]


def test_values_beyond_the_bins_are_counted() -> None:
    found = Distribution(exact=False)
    found.add(floats(-100, 0, 100))
    assert found.share_lower(floats(-1, 1)).tolist() == pytest.approx([1 / 3, 2 / 3])


def test_bins_are_close_to_exact() -> None:
    values = np.random.default_rng(1).normal(size=5000).astype(np.float32)
    both = []
    for exact in (True, False):
        one = Distribution(exact)
        one.add(values)
        one.finish()
        both.append(one.share_lower(values))
    assert np.abs(both[0] - both[1]).max() < 0.002


@pytest.mark.parametrize("exact", [True, False])
def test_a_pair_with_few_values_is_judged_among_all(exact: bool) -> None:
    scale = Scale(exact=exact)
    many = np.linspace(0, 1, FEWEST_PAIRS, endpoint=False, dtype=np.float32)
    scale.add("total", DE_ZH, many)
    scale.add("total", ZH_DE, many[:-1] + 2)
    scale.add("total", LanguagePair("en", "zh"), floats(5))
    scale.finish()
    everything = 2 * FEWEST_PAIRS
    assert scale.percentile("total", DE_ZH, floats(0.5)).tolist() == pytest.approx([0.5])
    assert scale.percentile("total", ZH_DE, floats(0.5)).tolist() == pytest.approx([FEWEST_PAIRS / 2 / everything])
    assert scale.percentile("total", LanguagePair("xx", "yy"), floats(6)).tolist() == [1]
    assert scale.percentile("other", DE_ZH, floats(1)).tolist() == [0]


def test_kinds_are_kept_apart() -> None:
    scale = Scale(exact=True)
    scale.add("total", DE_ZH, floats(*[0.0] * FEWEST_PAIRS))
    scale.add("theme", DE_ZH, floats(*[1.0] * FEWEST_PAIRS))
    scale.finish()
    assert scale.percentile("total", DE_ZH, floats(0.5)).tolist() == [1]
    assert scale.percentile("theme", DE_ZH, floats(0.5)).tolist() == [0]
