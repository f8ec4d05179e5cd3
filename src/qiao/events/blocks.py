"""Cutting a meeting block into slots."""

from datetime import datetime, timedelta

Times = tuple[datetime, datetime]


def cut(starts: datetime, ends: datetime, minutes: int, pause: int) -> list[Times]:
    """(start, end) of each slot of `minutes` that fits, with `pause` minutes between one and the next."""
    found: list[Times] = []
    length, step = timedelta(minutes=minutes), timedelta(minutes=minutes + pause)
    while starts + length <= ends:
        found.append((starts, starts + length))
        starts += step
    return found


def overlap(one: Times, other: Times) -> bool:
    return one[0] < other[1] and other[0] < one[1]
