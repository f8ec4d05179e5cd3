"""Which steps of an introduction may follow in which state, who takes them, and how many working days there are for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser

from qiao.core.models import User
from qiao.directory.evidence_queries import offices_of
from qiao.directory.models import Membership
from qiao.directory.roles import works_for_office
from qiao.office import workdays
from qiao.office.introduction_models import Introduction
from qiao.office.told import OFFICE, ONE, OTHER

State = Introduction.State
ONE_OFFICE, OTHER_OFFICE = "one-office", "other-office"
# From which states a step may be taken, and by which of those concerned. Where it leads is said by the action of that name.
TRANSITIONS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "pass": {State.CHECK: frozenset({ONE_OFFICE})},
    "return": {State.CHECK: frozenset({ONE_OFFICE})},
    "forward": {State.FORWARD: frozenset({OTHER_OFFICE})},
    "back": {State.FORWARD: frozenset({OTHER_OFFICE})},
    "reject": {State.CHECK: frozenset({ONE_OFFICE}), State.FORWARD: frozenset({OTHER_OFFICE})},
    "resend": {State.RETURNED: frozenset({ONE})},
    "agree": {State.ANSWER: frozenset({OTHER}), State.ASKED: frozenset({ONE, OTHER})},
    "decline": {State.ANSWER: frozenset({OTHER}), State.ASKED: frozenset({ONE, OTHER})},
    "withdraw": {
        **dict.fromkeys((State.CHECK, State.FORWARD, State.RETURNED, State.ANSWER), frozenset({ONE})),
        State.ASKED: frozenset({ONE_OFFICE, OTHER_OFFICE}),
    },
}
DAYS: Mapping[str, int] = {
    State.CHECK: 3, State.FORWARD: 3, State.RETURNED: 10, State.ANSWER: 10, State.ASKED: 10,
}  # fmt: skip
"""Working days for whoever has to act, by the calendar of the place where that is."""


@dataclass(frozen=True)
class Reader:
    """Who somebody is to an introduction. parts: of ONE, OTHER, ONE_OFFICE, OTHER_OFFICE; side: as whom the page is read."""

    parts: frozenset[str]
    side: str  # ONE, OTHER or OFFICE; empty: nobody to it

    def may(self, introduction: Introduction, step: str) -> bool:
        actors = TRANSITIONS.get(step, {}).get(introduction.state, frozenset())
        answered = {ONE: introduction.one_agreed, OTHER: introduction.other_agreed}
        return any(part for part in self.parts & actors if not (step == "agree" and answered.get(part)))

    def steps(self, introduction: Introduction) -> list[str]:
        return [step for step in TRANSITIONS if self.may(introduction, step)]


def reader_of(user: User | AnonymousUser, introduction: Introduction) -> Reader:
    """What the other side does not know of yet does not exist for it. Four queries at most."""
    if not isinstance(user, User):
        return Reader(frozenset(), "")
    parts = set()
    both = (introduction.one_id, introduction.other_id)
    own = set(
        Membership.objects.filter(person__user=user, organisation__in=both).values_list("organisation", flat=True)
    )
    if introduction.one_id in own:
        parts.add(ONE)
    if introduction.other_id in own and introduction.forwarded:
        parts.add(OTHER)
    if works_for_office(user):
        offices = set(offices_of(user).values_list("pk", flat=True))
        pairs = ((ONE_OFFICE, introduction.one_office_id), (OTHER_OFFICE, introduction.other_office_id))
        parts |= {part for part, office in pairs if office is None or office in offices}
        return Reader(frozenset(parts), OFFICE)
    return Reader(frozenset(parts), ONE if ONE in parts else OTHER if OTHER in parts else "")


def deadline(introduction: Introduction, state: str, *, start: date | None = None) -> date | None:
    """The last day of the time for a state; None where nobody has to act any more."""
    if state not in DAYS:
        return None
    one, other = introduction.one, introduction.other
    countries = {
        State.CHECK: [introduction.one_office.country if introduction.one_office else one.country],
        State.FORWARD: [introduction.other_office.country if introduction.other_office else other.country],
        State.RETURNED: [one.country],
        State.ANSWER: [other.country],
        State.ASKED: [one.country, other.country],
    }[State(state)]
    return max(workdays.after(DAYS[state], country, start=start) for country in countries)
