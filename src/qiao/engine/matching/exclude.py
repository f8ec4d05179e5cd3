"""Who must never be suggested to whom, whatever the fit, and the codes that say why.

`exclusions` says it of one pair, for whoever asks why two do not meet; `Shut` of whole blocks of pairs, for the ranking.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from qiao.engine.matching.classes import division_of
from qiao.engine.matching.model import Across, Profile

if TYPE_CHECKING:
    Booleans = npt.NDArray[np.bool_]
    Integers = npt.NDArray[np.int64]

NOBODY = ("not-joined",)  # a profile with one of these is suggested to nobody
NEITHER = ("opted-out",)  # … and nobody is suggested to it either
ABROAD = ("no-consent",)  # … is suggested to nobody of another country, or of one that is not known
WITHHELD = (*NOBODY, *NEITHER, *ABROAD)


@dataclass(frozen=True, slots=True)
class Group:
    """Profiles by what they are; what is left empty does not count, so that an empty group is everybody."""

    types: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    def __contains__(self, profile: Profile) -> bool:
        return (
            (not self.types or profile.type in self.types)
            and (not self.sizes or profile.size in self.sizes)
            and (not self.divisions or division_of(profile.nace) in self.divisions)
            and (not self.roles or bool({*self.roles} & {*profile.roles}))
        )


@dataclass(frozen=True, slots=True)
class Bar:
    """A rule of the organiser: whoever belongs to `one` and whoever belongs to `other` are not suggested to each other."""

    name: str
    one: Group
    other: Group

    def parts(self, mine: Profile, theirs: Profile) -> bool:
        return (mine in self.one and theirs in self.other) or (mine in self.other and theirs in self.one)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One reason why somebody is not suggested to somebody: itself, own-side, same-organisation, avoids, avoided, one of
    WITHHELD, or `bar` with the rule's name as value."""

    code: str
    value: str | None = None


def exclusions(mine: Profile, theirs: Profile, *, across: Across = None, bars: Sequence[Bar] = ()) -> list[Exclusion]:
    """Everything that forbids to suggest `theirs` to `mine`; empty where it may be suggested."""
    found = []
    if mine.id == theirs.id:
        found.append(Exclusion("itself"))
    elif mine.organisation is not None and mine.organisation == theirs.organisation:
        found.append(Exclusion("same-organisation"))
    if across == "side" and (mine.side or "") == (theirs.side or ""):
        found.append(Exclusion("own-side"))
    if theirs.id in mine.avoid:
        found.append(Exclusion("avoids"))
    if mine.id in theirs.avoid:
        found.append(Exclusion("avoided"))
    abroad = not mine.country or mine.country != theirs.country
    found += [Exclusion(code) for code in theirs.withheld if code not in ABROAD or abroad]
    found += [Exclusion(code) for code in mine.withheld if code in NEITHER and code not in theirs.withheld]
    found += [Exclusion("bar", bar.name) for bar in bars if bar.parts(mine, theirs)]
    return found


@dataclass(frozen=True, slots=True)
class Shut:
    """What of these rules is a matter of groups, for many profiles: who belongs to which."""

    withheld: "Booleans"  # suggested to nobody
    at_home: "Booleans"  # only to people of the own country
    silent: "Booleans"  # nobody is suggested to it
    country: "npt.NDArray[np.str_]"
    ones: "Booleans"  # [profiles, bars]
    others: "Booleans"

    @classmethod
    def of(cls, profiles: Sequence[Profile], bars: Sequence[Bar]) -> "Shut":
        def marked(codes: Sequence[str]) -> "Booleans":
            return np.array([not {*codes}.isdisjoint(profile.withheld) for profile in profiles], np.bool_)

        def belong(groups: Sequence[Group]) -> "Booleans":
            found = np.array([[profile in group for group in groups] for profile in profiles], np.bool_)
            return found.reshape(len(profiles), len(groups))

        return cls(
            withheld=marked((*NOBODY, *NEITHER)),
            at_home=marked(ABROAD),
            silent=marked(NEITHER),
            country=np.array([profile.country or "" for profile in profiles], np.str_),
            ones=belong([bar.one for bar in bars]),
            others=belong([bar.other for bar in bars]),
        )

    def close(self, allowed: "Booleans", rows: "Integers", others: "Shut") -> None:
        """Take out of `allowed` [rows of these, profiles of the others] what must not be suggested."""
        allowed[:, others.withheld] = False
        allowed[self.silent[rows]] = False
        home = np.flatnonzero(others.at_home)
        mine = self.country[rows][:, None]
        allowed[:, home] &= (mine == others.country[home][None, :]) & (mine != "")
        for bar in range(self.ones.shape[1]):
            allowed[np.ix_(self.ones[rows, bar], others.others[:, bar])] = False
            allowed[np.ix_(self.others[rows, bar], others.ones[:, bar])] = False
