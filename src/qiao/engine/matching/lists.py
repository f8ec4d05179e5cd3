"""Which lists are to be filled: one for each seek, or one for each profile."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qiao.engine.matching.model import Per, TextKey, primary
from qiao.engine.matching.pool import Indices, Integers, Pool


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists to be filled: owner, seek (0: the profile as a whole), row among the embedded seeks (-1: none), language."""

    owner: Integers
    seek: Integers
    text: Integers
    language: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.owner)

    def pick(self, rows: Indices) -> "Lists":
        return Lists(self.owner[rows], self.seek[rows], self.text[rows], tuple(self.language[n] for n in rows))


def all_lists(pool: Pool, per: Per) -> Lists:
    """The lists of all profiles, in the pool's order."""
    names = set(pool.languages)

    def group(lang: str) -> str:
        return lang if lang in names else "*"

    if per == "profile":
        everyone = np.arange(len(pool))
        nothing = np.zeros(len(pool), np.int64)
        return Lists(everyone, nothing, nothing - 1, tuple(pool.languages[code] for code in pool.language))
    row_of: dict[tuple[str, int], int] = {
        (key.profile, key.number): n for n, key in enumerate(pool.texts["seeks"].keys)
    }
    keys: Sequence[TextKey] = pool.texts["seeks"].keys
    owner, seek, text, language = [], [], [], []
    for n, profile in enumerate(pool.profiles):
        for each in profile.seeks:
            row = row_of.get((profile.id, each.index), -1)
            owner.append(n)
            seek.append(each.index)
            text.append(row)
            language.append(group(primary(keys[row].lang)) if row >= 0 else pool.languages[pool.language[n]])
    return Lists(np.array(owner, np.int64), np.array(seek, np.int64), np.array(text, np.int64), tuple(language))
