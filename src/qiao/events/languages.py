"""In which languages somebody can negotiate."""

from qiao.core.languages import primary
from qiao.events.models import Participation

NEGOTIATING_LEVELS = {"", "B2", "C1", "C2"}
"""Levels of the CEFR at which people negotiate; a language stated without a level counts as spoken well."""


def negotiating_languages(participation: Participation) -> tuple[str, ...]:
    """Primary subtags in which this person can negotiate, in the order stated.

    A level below B2 does not count, unless there is nothing better. Who states no language is taken to speak the
    organisation's, at least the one of its name.
    """
    organisation = participation.organisation
    stated = participation.person.languages or organisation.languages or [organisation.name_language]
    good = [tag for tag in stated if tag.partition(":")[2].upper() in NEGOTIATING_LEVELS]
    return tuple(dict.fromkeys(primary(tag) for tag in good or stated))


def common_languages(one: Participation, other: Participation) -> list[str]:
    """The languages both can negotiate in; where there is none, the office provides an interpreter."""
    theirs = set(negotiating_languages(other))
    return [code for code in negotiating_languages(one) if code in theirs]
