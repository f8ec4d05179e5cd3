"""The nearest of many vectors, exactly, in little more time than the matrix products take."""

import numpy as np
import numpy.typing as npt

from qiao.engine.matching.embed import Floats

Indices = npt.NDArray[np.intp]

_ROWS_AT_ONCE = 256
_MEMBERS = 64  # documents of one group


def nearest(queries: Floats, documents: Floats, count: int) -> tuple[Floats, Indices]:
    """The `count` highest products of each query with the documents, best first: values and columns [queries, count].

    With fewer documents there are fewer columns. Among equal values any may be chosen.
    """
    count = min(count, len(documents))
    values = np.zeros((len(queries), count), np.float32)
    columns = np.zeros((len(queries), count), np.intp)
    groups = -(-len(documents) // _MEMBERS)
    products = np.full((min(_ROWS_AT_ONCE, len(queries)), groups * _MEMBERS), -np.inf, np.float32)
    turned = documents.T
    for start in range(0, len(queries) if count else 0, _ROWS_AT_ONCE):
        some = slice(start, min(start + _ROWS_AT_ONCE, len(queries)))
        block = products[: some.stop - start]
        block[:, : len(documents)] = queries[some] @ turned
        values[some], columns[some] = _best(block, groups, count)
    return values, columns


def _best(block: Floats, groups: int, count: int) -> tuple[Floats, Indices]:
    """A group holds every `groups`-th column. All of the best lie in the `count` groups whose best members are highest."""
    rows = np.arange(len(block))[:, None]
    if groups <= count:
        candidates = np.broadcast_to(np.arange(block.shape[1]), block.shape)
    else:
        highest = block.reshape(len(block), _MEMBERS, groups).max(axis=1)
        chosen = np.argpartition(highest, groups - count, axis=1)[:, groups - count :]
        members = np.arange(_MEMBERS) * groups
        candidates = (chosen[:, :, None] + members).reshape(len(block), -1)
    found = block[rows, candidates]
    if found.shape[1] > count:
        best = np.argpartition(found, found.shape[1] - count, axis=1)[:, found.shape[1] - count :]
        candidates, found = candidates[rows, best], found[rows, best]
    order = np.lexsort((candidates, -found), axis=1)
    return np.asarray(found[rows, order], np.float32), np.asarray(candidates[rows, order], np.intp)
