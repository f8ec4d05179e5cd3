"""`qiao bench matching`: the judged set that it measures against."""

from pathlib import Path

from qiao.bench.judged import Judged, profiles_beside
from qiao.cli.engines import refusing
from qiao.cli.output import read_bytes, refuse
from qiao.engine.files import shown
from qiao.engine.matching.files import read_gold, read_profiles
from qiao.wording import Language, sentence

_NAMED = 5  # so many of the ids that are not known are named


def read_judged(gold: Path, profiles: Path | None, language: Language) -> Judged:
    """The judged set with its profiles; leaves with status 2 where one of both cannot be read or they do not belong together."""
    path = profiles or profiles_beside(gold)
    pairs = read_bytes(gold, language)
    with refusing(gold, language):
        grades = read_gold(pairs)
    people = read_bytes(path, language)
    with refusing(path, language):
        judged = Judged(gold.name, grades, read_profiles(people, path.name))
    if strangers := [shown(one) for one in judged.strangers()]:
        some = ", ".join(strangers[:_NAMED]) + (" …" if len(strangers) > _NAMED else "")
        told = sentence("gold-of-others", language, count=len(strangers), names=some, profiles=path)
        refuse([f"{gold}: {told}"])
    return judged
