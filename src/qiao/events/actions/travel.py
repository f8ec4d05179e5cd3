"""What admitted participants tell about their journey: asked, saved, withdrawn, read, and deleted on its day."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.queue import enqueue_once
from qiao.core.sealing import seal
from qiao.directory.actions.consents import note_consent, withdraw_consent
from qiao.directory.models import Consent, Person
from qiao.events.actions.delegation_mails import tell_member
from qiao.events.actions.mails import tell
from qiao.events.models import DelegationMember, Event, Participation
from qiao.events.travel_fields import DETAILS, GROUPS, VERSION, Owner, Values, consent_code, consent_text, opened
from qiao.events.travel_models import MemberTravel, TravelCall, TravelDetails

TEND = "qiao.events.tasks.tend_travel"
KEPT = timedelta(days=30)  # after the event, unless the organiser says less
REMINDED_AFTER = timedelta(days=5)
AT_ONCE = 200  # mails of one round


def last_day(owner: Owner) -> date:
    """The latest day on which what was told is deleted."""
    return owner.ends + KEPT


@transaction.atomic
def save_travel_call(
    *, event: Owner, asked: Iterable[str], delete_on: date, readers: Iterable[User], by: User
) -> TravelCall:
    """Say what is asked of admitted participants, or of a delegation's members, until when it is kept and who may read it.

    Only who may read it says who else may; who asks first may read. What is asked no more is deleted.
    """
    if not timezone.now().date() < delete_on <= last_day(event):
        if isinstance(event, Event):
            raise Refused(gettext("Choose a day in the future, at most 30 days after the event."))
        raise Refused(gettext("Choose a day in the future, at most 30 days after the journey."))
    of = {"event": event} if isinstance(event, Event) else {"delegation": event}
    call = TravelCall.objects.select_for_update(of=("self",)).filter(**of).first()
    is_new = call is None
    call = call or TravelCall(**of, delete_on=delete_on)
    before = set(call.asked)
    call.asked, call.delete_on = sorted(set(asked)), delete_on
    call.save()
    if is_new:
        call.readers.set({by, *readers})
    elif call.readers.filter(pk=by.pk).exists():
        call.readers.set(readers)
    entrusted = sorted(call.readers.values_list("pk", flat=True))
    record(by=by, action="events.save_travel_call", subject=event, asked=call.asked, readers=entrusted)
    if before - set(call.asked):
        _forget_details(call)
    enqueue_once(TEND)
    return call


def _forget_details(call: TravelCall) -> None:
    """Of everybody what is no longer asked."""
    for row in call.rows.exclude(sealed=""):
        told = opened(row.sealed)
        if told is not None:
            kept = {g: {k: v for k, v in some.items() if k in call.asked} for g, some in told.items()}
            row.sealed = seal({group: some for group, some in kept.items() if some})
            row.save(update_fields=["sealed"])


@transaction.atomic
def end_travel_call(*, call: TravelCall, by: User | None) -> None:
    """Ask no more, and delete at once what was told."""
    _forget(call)
    record(by=by, action="events.end_travel_call", subject=call.owner)
    call.delete()


@transaction.atomic
def save_travel(*, participation: Participation, values: Mapping[str, Mapping[str, Any]], by: User | None) -> None:
    """Keep what somebody tells: group -> detail -> value, for the groups that the person agrees to.

    A group that is missing is withdrawn: its consent ends, and what was told is deleted at once.
    """
    locked = Participation.objects.select_for_update(no_key=True, of=("self",)).get(pk=participation.pk)
    call = TravelCall.objects.filter(event=participation.event_id).first()
    if locked.state != Participation.State.APPROVED or call is None or not call.is_open:
        raise Refused(gettext("The organiser does not ask for this any more. Nothing was saved."))
    event, kept = participation.event, _agreed(values, call)
    _note_consents(participation.person, call, kept, by)
    TravelDetails.objects.update_or_create(
        participation=locked, defaults={"sealed": seal(kept) if kept else "", "saved": timezone.now()}
    )
    record(by=by, action="events.save_travel", subject=participation, event=event.pk, groups=sorted(kept))


def _agreed(values: Mapping[str, Mapping[str, Any]], call: TravelCall) -> dict[str, dict[str, Any]]:
    """Of what somebody tells that which is asked, without what is empty."""
    kept = {g: {k: v for k, v in some.items() if k in call.asked and v} for g, some in values.items()}
    return {group: some for group, some in kept.items() if some}


def _note_consents(person: Person, call: TravelCall, kept: Iterable[str], by: User | None) -> None:
    for group in GROUPS:
        code = consent_code(group.code, call.owner)
        if group.code in kept:
            text = consent_text(group, call.owner, call.delete_on)
            note_consent(person=person, purpose=code, version=VERSION, text=text, by=by)
        else:
            withdraw_consent(person=person, purpose=code, by=by)


@transaction.atomic
def save_member_travel(*, member: DelegationMember, values: Mapping[str, Mapping[str, Any]], by: User | None) -> None:
    """The same for what a member of a delegation tells its office."""
    locked = DelegationMember.objects.select_for_update(no_key=True, of=("self",)).get(pk=member.pk)
    call = TravelCall.objects.filter(delegation=member.delegation_id).first()
    if call is None or not call.is_open:
        raise Refused(gettext("The office does not ask for this any more. Nothing was saved."))
    present = MemberTravel.objects.filter(member=locked).first()
    kept = _allotted(_agreed(values, call), opened(present.sealed) if present else {})
    _note_consents(member.person, call, kept, by)
    MemberTravel.objects.update_or_create(
        member=locked, defaults={"sealed": seal(kept) if kept else "", "saved": timezone.now()}
    )
    record(by=by, action="events.save_travel", subject=member.delegation, member=member.pk, groups=sorted(kept))


def _allotted(values: dict[str, dict[str, Any]], before: Values | None) -> dict[str, dict[str, Any]]:
    """What was allotted to somebody stays as long as its group is agreed to."""
    for group, some in (before or {}).items():
        kept = {code: value for code, value in some.items() if code in DETAILS and DETAILS[code].assigned}
        if group in values:
            values[group] |= kept
    return values


@transaction.atomic
def allot(*, member: DelegationMember, values: Mapping[str, str], by: User) -> MemberTravel:
    """Hotel, room number and place in the bus, for a member who has agreed to that."""
    row = MemberTravel.objects.select_for_update(of=("self",)).filter(member=member).first()
    told = dict(opened(row.sealed) or {}) if row else {}
    if row is None or "rooming" not in told:
        raise Refused(gettext("This member has not agreed to that yet. Ask for it first."))
    own = {code: value for code, value in told["rooming"].items() if not DETAILS[code].assigned}
    told["rooming"] = own | {code: value for code, value in values.items() if value}
    row.sealed = seal(told)
    row.save(update_fields=["sealed"])
    record(by=by, action="events.allot", subject=member.delegation, member=member.pk)
    return row


@transaction.atomic
def forget_travel(*, participation: Participation) -> None:
    """Of somebody who does not take part any more, or is erased."""
    if TravelDetails.objects.filter(participation=participation).delete()[0]:
        _withdraw(participation.event, person=participation.person_id)


@transaction.atomic
def note_reading(*, event: Owner, read: Iterable[int], by: User, how: str) -> None:
    """That somebody read what these participants or members (ids) told: on a page or as a table."""
    record(by=by, action="events.read_travel", subject=event, participations=sorted(read), how=how)


def tend_travel() -> int:
    """Ask who was admitted, remind once, and delete what has reached its day; how many rows were touched."""
    today, count = timezone.now().date(), 0
    for call in TravelCall.objects.filter(delete_on__lte=today).select_related("event", "delegation"):
        count += _forget(call)
    running = TravelCall.objects.filter(delete_on__gt=today)
    for call in running.filter(event__ends__gte=today).select_related("event"):
        if call.is_open and call.event and call.event.phase != Event.Phase.AFTER:
            count += _ask(call) + _remind(call)
    for call in running.filter(delegation__ends__gte=today).select_related("delegation"):
        count += _ask_members(call) + _remind_members(call) if call.is_open else 0
    return count


@transaction.atomic
def _forget(call: TravelCall) -> int:
    count: int = call.rows.delete()[0]
    _withdraw(call.owner)
    return count


def forget_member_travel(*, member: DelegationMember) -> None:
    """Of somebody who no longer travels along."""
    MemberTravel.objects.filter(member=member).delete()
    _withdraw(member.delegation, person=member.person_id)


def _withdraw(owner: Owner, **person: int) -> None:
    codes = [consent_code(group.code, owner) for group in GROUPS]
    Consent.objects.filter(purpose__in=codes, withdrawn=None, **person).update(withdrawn=timezone.now())


@transaction.atomic
def _ask(call: TravelCall) -> int:
    rows = Participation.objects.filter(event=call.event_id, state=Participation.State.APPROVED, travel=None)
    found = list(rows.select_related("event", "person__user", "person__side").order_by("pk")[:AT_ONCE])
    made = TravelDetails.objects.bulk_create([TravelDetails(participation=one) for one in found], ignore_conflicts=True)
    for one in found:
        _tell(one, "events.travel_asked", call)
    return len(made)


@transaction.atomic
def _remind(call: TravelCall) -> int:
    rows = TravelDetails.objects.select_for_update(of=("self",)).filter(
        participation__event=call.event_id, participation__state=Participation.State.APPROVED,
        saved=None, reminded=None, asked__lte=timezone.now() - REMINDED_AFTER,
    )  # fmt: skip
    found = list(
        rows.select_related("participation__event", "participation__person__user", "participation__person__side")[
            :AT_ONCE
        ]
    )
    TravelDetails.objects.filter(pk__in=[row.pk for row in found]).update(reminded=timezone.now())
    for row in found:
        _tell(row.participation, "events.travel_reminder", call)
    return len(found)


@transaction.atomic
def _ask_members(call: TravelCall) -> int:
    rows = DelegationMember.objects.filter(delegation=call.delegation_id, travel=None)
    found = list(rows.select_related("person__user", "delegation")[:AT_ONCE])
    made = MemberTravel.objects.bulk_create([MemberTravel(member=one) for one in found], ignore_conflicts=True)
    for one in found:
        tell_member(member=one, kind="events.delegation_travel", page="delegation-travel")
    return len(made)


@transaction.atomic
def _remind_members(call: TravelCall) -> int:
    rows = call.rows.select_for_update(of=("self",)).filter(
        saved=None, reminded=None, asked__lte=timezone.now() - REMINDED_AFTER
    )
    found = list(rows.select_related("member__person__user", "member__delegation")[:AT_ONCE])
    MemberTravel.objects.filter(pk__in=[row.pk for row in found]).update(reminded=timezone.now())
    for row in found:
        tell_member(member=row.member, kind="events.delegation_travel", page="delegation-travel", variant="again")
    return len(found)


def _tell(participation: Participation, kind: str, call: TravelCall) -> None:
    assert call.event is not None
    page = reverse("travel", args=[call.event.slug])
    tell(participation=participation, kind=kind, path=page, context={"day": call.delete_on})
