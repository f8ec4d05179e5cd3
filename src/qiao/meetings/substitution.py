"""Who of a delegation could take a colleague's talk, and what would change: slot, table and interpreter stay where they can."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext

from qiao.core.languages import running_text
from qiao.directory.queries import named_to
from qiao.engine.scheduling import model as engine
from qiao.engine.scheduling.by_hand import Desk, Option
from qiao.events.delegation_queries import participations_of
from qiao.events.models import Delegation, Event, Interpreter, Participation
from qiao.matchmaking.conversation_models import Block
from qiao.matchmaking.models import Request, Wish
from qiao.matchmaking.queries.exclusion import excluded
from qiao.matchmaking.states import State
from qiao.meetings import bridge
from qiao.meetings.hindrances import names_of_people, sentences
from qiao.meetings.models import Meeting
from qiao.meetings.words import full_name

APART = ("same-organisation", "avoids", "avoided", "bar")  # of engine.matching.exclude
NEW = "substitute"  # the talk that is tried; requests' keys are longer or shorter


@dataclass(frozen=True)
class Stand:
    """A member who could take the talk; with `reasons` cannot. `lines`: what stays and what changes, in sentences."""

    participation: Participation
    reasons: list[str]
    lines: list[str]
    is_same: bool = False  # table and interpreter stay

    @property
    def text(self) -> str:
        return running_text(self.reasons or self.lines)


@dataclass(frozen=True)
class SubstitutionPage:
    delegation: Delegation
    event: Event
    meeting: Meeting
    member: Participation  # who has the talk now
    partner: Participation
    partner_named: bool  # as in the member's agenda
    able: list[Stand]  # those for whom nothing changes first
    unable: list[Stand]


def partner_of(request: Request, member: Participation) -> Participation:
    return request.recipient if request.sender_id == member.pk else request.sender


def substitution_page(
    delegation: Delegation, event: Event, meeting: Meeting, member: Participation
) -> SubstitutionPage:
    """A fixed number of queries."""
    partner = partner_of(meeting.request, member)
    named = (member.person_id, partner.person_id) in named_to([member.person_id], [partner.person_id])
    there = participations_of(delegation)
    members = [there[one.person_id] for one in delegation.members.all() if one.person_id in there]
    others = [one for one in members if one.pk != member.pk]
    stands = _stands(event, meeting, partner, others)
    able = sorted((one for one in stands if not one.reasons), key=lambda one: not one.is_same)
    return SubstitutionPage(
        delegation, event, meeting, member, partner, named, able, [one for one in stands if one.reasons]
    )


def _stands(event: Event, meeting: Meeting, partner: Participation, others: Sequence[Participation]) -> list[Stand]:
    problem = bridge.to_problem(event, also=others)
    plan = bridge.plan_in_force(event)
    meetings = [one for one in (plan.meetings if plan else ()) if one.request in problem.request_by_id]
    interpreters = {bridge.interpreter_id(one.pk): one for one in event.interpreters.select_related("person")}
    apart = _apart(partner, others)
    options = {
        one.pk: option_for(_with(problem, meeting.request.key, one, partner), meetings, meeting, NEW)
        for one in others
        if one.pk not in apart
    }
    names = names_of_people(event, problem, [hindrance for found in options.values() for hindrance in found.hindrances])

    def stand(one: Participation) -> Stand:
        if one.pk in apart:
            return Stand(one, [apart[one.pk]], [])
        found = options[one.pk]
        if found.place is None:
            return Stand(one, sentences(found.hindrances, names), [])
        lines, same = _changes(found, meeting, interpreters)
        return Stand(one, [], lines, same)

    return [stand(one) for one in others]


def _with(problem: engine.Problem, old: str, one: Participation, partner: Participation) -> engine.Problem:
    """The problem in which this person has the talk."""
    new = engine.Request(id=NEW, participants=(bridge.person_id(one.pk), bridge.person_id(partner.pk)), weight=1)
    return replace(problem, requests=(*(row for row in problem.requests if row.id != old), new))


def option_for(problem: engine.Problem, meetings: Iterable[engine.Meeting], meeting: Meeting, request: str) -> Option:
    """Where the talk of `request` can lie in the slot of this meeting, as near to it as can be; without the meeting itself."""
    slot = bridge.slot_id(meeting.slot)
    before = engine.Meeting(
        request, slot, bridge.table_id(meeting.table) if meeting.table else None,
        bridge.interpreter_id(meeting.interpreter_id) if meeting.interpreter_id else None,
    )  # fmt: skip
    desk = Desk(problem, (one for one in meetings if one.request not in (meeting.request.key, request)))
    return desk.option(problem.request_by_id[request], slot, before=before)


def _changes(found: Option, meeting: Meeting, interpreters: dict[str, Interpreter]) -> tuple[list[str], bool]:
    """(what stays and changes in sentences, whether everything stays)."""
    assert found.place is not None
    table, interpreter = found.place.table, found.place.interpreter
    same_table = table == (bridge.table_id(meeting.table) if meeting.table else None)
    now = bridge.interpreter_id(meeting.interpreter_id) if meeting.interpreter_id else None
    lines = []
    if not same_table and table is not None:
        lines.append(gettext("Another table: %(number)s.") % {"number": table[1:]})
    if interpreter != now:
        lines.append(_interpreter(interpreter, interpreters))
    return lines or [gettext("Time, table and interpreter stay.")], same_table and interpreter == now


def _interpreter(new: str | None, interpreters: dict[str, Interpreter]) -> str:
    """The interpreter is named to heads and offices as the rota of the event names him."""
    if new is None:
        return gettext("No interpreter is needed any more.")
    return gettext("Interpreter: %(name)s") % {"name": full_name(interpreters[new].person)}


def _apart(partner: Participation, others: Sequence[Participation]) -> dict[int, str]:
    """Why some cannot meet this partner at all, whatever the plan. Blocks, rules and who said no are not told apart."""
    found: dict[int, str] = {}
    parted = {pk for pk, why in excluded(partner, others).items() if any(one.code in APART for one in why)}
    parted |= _unwilling(partner, others)
    agreed = _agreed(partner, others)
    for one in others:
        if one.state != Participation.State.APPROVED:
            found[one.pk] = gettext("Does not take part in the event.")
        elif one.organisation_id == partner.organisation_id:
            found[one.pk] = gettext("Belongs to the same organisation as the partner.")
        elif one.pk in agreed:
            found[one.pk] = gettext("Has an agreed talk with this partner already.")
        elif one.pk in parted:
            found[one.pk] = gettext("Cannot be brought together with this partner.")
    return found


def _unwilling(partner: Participation, others: Sequence[Participation]) -> set[int]:
    """Those who want nothing of this partner, or of whom the partner wants nothing: a no at this event, or a block at any."""
    no = Wish.objects.filter(kind=Wish.Kind.NO)
    found = set(no.filter(participation=partner, partner__in=others).values_list("partner", flat=True))
    found |= set(no.filter(participation__in=others, partner=partner).values_list("participation", flat=True))
    people = [one.person_id for one in others]
    by_partner = Block.objects.filter(by=partner.person_id, partner__person__in=people)
    by_them = Block.objects.filter(by__in=people, partner__person=partner.person_id)
    blocked = {*by_partner.values_list("partner__person", flat=True), *by_them.values_list("by", flat=True)}
    return found | {one.pk for one in others if one.person_id in blocked}


def _agreed(partner: Participation, others: Sequence[Participation]) -> set[int]:
    """Those who have agreed on a talk with this partner."""
    rows = Request.objects.filter(state=State.ACCEPTED)
    people = [one.pk for one in others]
    sent = rows.filter(sender__in=people, recipient=partner).values_list("sender_id", flat=True)
    received = rows.filter(recipient__in=people, sender=partner).values_list("recipient_id", flat=True)
    return {*sent, *received}


def why_apart(one: Participation, partner: Participation) -> str:
    """Why these two cannot be brought together; empty where they can."""
    return _apart(partner, [one]).get(one.pk, "")
