"""Compile inner loops with numba where it is present; the same functions run, more slowly, without it.

Searches then try fewer moves at a time: both ways prove the same values, but may find different plans of that value.
"""

import os
from collections.abc import Callable
from typing import ParamSpec, TypeVar

Args = ParamSpec("Args")
Result = TypeVar("Result")

try:
    if os.environ.get("QIAO_NO_NUMBA"):
        raise ImportError("switched off by QIAO_NO_NUMBA")
    from numba import njit
except ImportError:
    COMPILED = False
else:
    COMPILED = True


def compiled(function: Callable[Args, Result]) -> Callable[Args, Result]:
    """Mark an inner loop for compilation. Such a function draws its random numbers from `dice`, so that a seed repeats its run."""
    if not COMPILED:
        return function
    fast: Callable[Args, Result] = njit(cache=True, nogil=True)(function)
    return fast
