"""Exactly the nearest, compared with sorting everything."""

import numpy as np
import pytest

from qiao.engine.matching.nearest import nearest


@pytest.mark.parametrize("documents", [0, 1, 5, 63, 64, 65, 200, 1000, 2049])
@pytest.mark.parametrize("count", [1, 5, 20])
@pytest.mark.parametrize("queries", [0, 1, 1300])
def test_values_and_columns_are_those_of_sorting(queries: int, documents: int, count: int) -> None:
    random = np.random.default_rng(documents + count)
    q = random.normal(size=(queries, 6)).astype(np.float32)
    d = random.normal(size=(documents, 6)).astype(np.float32)
    values, columns = nearest(q, d, count)
    products = q @ d.T
    expected = -np.sort(-products, axis=1)[:, :count]
    np.testing.assert_allclose(values, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(np.take_along_axis(products, columns, axis=1), values, rtol=1e-5, atol=1e-6)
    assert all(len(set(row)) == len(row) for row in columns.tolist())


def test_among_equals_each_is_named_once() -> None:
    values, columns = nearest(np.ones((2, 1), np.float32), np.ones((500, 1), np.float32), 7)
    assert (values == 1).all()
    assert all(len(set(row)) == 7 for row in columns.tolist())
