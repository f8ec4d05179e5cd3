"""The nearest of many vectors, exactly, in little more time than the matrix products take."""

import numpy as np
import numpy.typing as npt

from qiao.engine.matching.embed import Floats

Indices = npt.NDArray[np.intp]

_ROWS_AT_ONCE = 1024
_MEMBERS = 64  # documents of one group


def nearest(queries: Floats, documents: Floats, count: int) -> tuple[Floats, Indices]:
    """The `count` highest products of each query with the documents, best first: values and columns [queries, count].

    With fewer documents there are fewer columns. Among equal values any may be chosen.
    """
    count = min(count, len(documents))
    values = np.zeros((len(queries), count), np.float32)
    columns = np.zeros((len(queries), count), np.intp)
    products = np.empty((min(_ROWS_AT_ONCE, len(queries)), len(documents)), np.float32)
    for start in range(0, len(queries) if count else 0, _ROWS_AT_ONCE):
        some = slice(start, min(start + _ROWS_AT_ONCE, len(queries)))
        block = np.matmul(queries[some], documents.T, out=products[: some.stop - start])
        values[some], columns[some] = _best(block, count)
    return values, columns


def _best(block: Floats, count: int) -> tuple[Floats, Indices]:
    """A group holds every `groups`-th column. All of the best lie in the `count` groups whose best members are highest,
    or among the last columns, which fill no group."""
    rows = np.arange(len(block))[:, None]
    width = block.shape[1]
    groups = width // _MEMBERS
    if groups <= count:
        candidates = np.broadcast_to(np.arange(width), block.shape)
    else:
        highest = block[:, : groups * _MEMBERS].reshape(len(block), _MEMBERS, groups).max(axis=1)
        chosen = np.argpartition(highest, groups - count, axis=1)[:, groups - count :]
        members = (chosen[:, :, None] + np.arange(_MEMBERS) * groups).reshape(len(block), -1)
        rest = np.broadcast_to(np.arange(groups * _MEMBERS, width), (len(block), width - groups * _MEMBERS))
        candidates = np.hstack([members, rest])
    found = block[rows, candidates]
    if found.shape[1] > count:
        best = np.argpartition(found, found.shape[1] - count, axis=1)[:, found.shape[1] - count :]
        candidates, found = candidates[rows, best], found[rows, best]
    order = np.lexsort((candidates, -found), axis=1)
    return np.asarray(found[rows, order], np.float32), np.asarray(candidates[rows, order], np.intp)
