"""What is said of introductions, and to whom: reasons to choose from, and which part of the history each side reads."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qiao.office.introduction_models import Introduction, IntroductionStep

Kind, State = IntroductionStep.Kind, Introduction.State
ONE, OTHER, OFFICE = "one", "other", "office"  # sides of an introduction

# Codes are stored and said to each reader in his language.
RETURN_REASONS: dict[str, Any] = {
    "say-more": _(
        "Please describe more exactly what you offer or seek, and which kind of cooperation you have in mind."
    ),
    "leads-to-you": _("Please leave out what tells who you are. Names are exchanged once both sides agree."),
    "misread": _("Please read the opportunity again: it seems to be about something else."),
}
REJECT_REASONS: dict[str, Any] = {
    "no-fit": _("What is offered and what is sought do not fit together."),
    "closed": _("The opportunity is no longer open."),
    "export": _("Rules of export control stand against it."),
    "unclear": _("The organisation could not be verified."),
}
DECLINE_REASONS: dict[str, Any] = {
    "no-fit": _("What is offered and what is sought do not fit together."),
    "has-partner": _("A partner has been found already."),
    "later": _("The time is not right; later perhaps."),
    "size": _("The sizes or quantities do not fit."),
    "none": _("No reason given."),
}
REASONS = RETURN_REASONS | REJECT_REASONS | DECLINE_REASONS

# Who reads the note of a step, besides those who wrote it. What the office writes to one side the other never reads.
TOLD: dict[str, frozenset[str]] = {
    Kind.PASSED: frozenset({OFFICE}),
    Kind.BACK: frozenset({OFFICE}),
    Kind.NOTE: frozenset({OFFICE}),
    Kind.RETURNED: frozenset({OFFICE, ONE}),
    Kind.REJECTED: frozenset({OFFICE, ONE}),
    Kind.FORWARDED: frozenset({OFFICE, OTHER}),
    Kind.DECLINED: frozenset({OFFICE}),  # its reason, a code, both sides read
}
# Steps of which only some know that they happened at all.
KNOWN: dict[str, frozenset[str]] = {
    Kind.BACK: frozenset({OFFICE}),
    Kind.NOTE: frozenset({OFFICE}),
    Kind.RETURNED: frozenset({OFFICE, ONE}),
    Kind.SENT: frozenset({OFFICE, ONE}),
    Kind.PASSED: frozenset({OFFICE, ONE}),
    Kind.REJECTED: frozenset({OFFICE, ONE}),
}

SIMPLE: dict[str, Any] = {
    State.CHECK: _("with the contact office"),
    State.FORWARD: _("with the contact office"),
    State.RETURNED: _("to be changed"),
    State.ANSWER: _("waits for an answer"),
    State.ASKED: _("waits for an answer"),
    State.AGREED: pgettext_lazy("an introduction", "agreed"),
    State.DECLINED: _("closed"),
    State.REJECTED: _("closed"),
    State.WITHDRAWN: _("closed"),
}
"""What the two sides read of the state; the offices read all of it."""


def reads_note(kind: str, side: str) -> bool:
    return side in TOLD.get(kind, frozenset({ONE, OTHER, OFFICE}))


def knows(kind: str, side: str) -> bool:
    return side in KNOWN.get(kind, frozenset({ONE, OTHER, OFFICE}))
