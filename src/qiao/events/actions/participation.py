"""Taking part: join, approve, reject, withdraw, and when somebody can be booked."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.actions.webhooks import api_address, tell_webhooks
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.queue import SUGGEST, enqueue_once
from qiao.core.telling import settle
from qiao.directory.actions import set_known_partners
from qiao.directory.models import Organisation, Person
from qiao.events.actions.answers import write_answers
from qiao.events.actions.mails import organiser_ids, tell, tell_organisers
from qiao.events.actions.reservations import give_back_all
from qiao.events.actions.travel import TEND, forget_travel
from qiao.events.form_models import ParticipantType
from qiao.events.models import Event, Participation, Slot, Table, Unavailability

State = Participation.State
NO_LIMIT = 1_000_000

# action -> the states it may start from, and where it leads
MOVES: dict[str, tuple[set[str], str]] = {
    "approve": ({State.APPLIED, State.WAITING, State.DECLINED}, State.APPROVED),
    "queue": ({State.APPLIED, State.DECLINED}, State.WAITING),
    "reject": ({State.APPLIED, State.WAITING, State.APPROVED}, State.DECLINED),
    "readmit": ({State.APPROVED, State.WAITING, State.DECLINED}, State.APPLIED),
    "withdraw": ({State.APPLIED, State.WAITING, State.APPROVED}, State.CANCELLED),
}


@transaction.atomic
def join(
    *,
    event: Event,
    person: Person,
    organisation: Organisation,
    by: User | None,
    type: str = "",
    answers: Mapping[int, Any] | None = None,
    is_invited: bool = False,
    known_partners: tuple[Organisation, str] | None = None,
) -> Participation:
    """Apply for an event on behalf of an organisation; somebody who had cancelled applies anew.

    `answers` to the organiser's questions: question id -> value, None where there is none. Who is invited applies while
    the organisation still waits for the office, too, and is admitted once that has approved it. `known_partners`: the
    organisation whose profile the person keeps, and which partners on the other side it has.
    """
    if event.phase == Event.Phase.AFTER:
        raise Refused(gettext("This event is over. The next edition will open its registration in time."))
    if not person.memberships.filter(organisation=organisation).exists():
        raise Refused(gettext("You can take part only for an organisation that you belong to."))
    if not (organisation.is_published or is_invited):
        raise Refused(
            gettext("The contact office has not yet approved this organisation. Register for the event after that.")
        )
    try:
        with transaction.atomic():
            found, created = Participation.objects.get_or_create(
                event=event, person=person, defaults={"organisation": organisation, "type": type}
            )
    except IntegrityError:  # a double click on the other database connection
        found, created = Participation.objects.get(event=event, person=person), False
    if not created:
        _apply_again(found, organisation, type)
    write_answers(found, answers or {})
    if known_partners:
        set_known_partners(organisation=known_partners[0], text=known_partners[1], by=by)
    record(by=by, action="events.join", subject=found, event=event.pk, organisation=organisation.pk)
    tell_organisers(event=event, kind="events.registered", path=reverse("participants", args=[event.slug]), by=by)
    return found


def _apply_again(participation: Participation, organisation: Organisation, type: str) -> None:
    again = Participation.objects.filter(pk=participation.pk, state=State.CANCELLED)
    if not again.update(state=State.APPLIED, organisation=organisation, type=type or participation.type):
        raise Refused(gettext("You are already registered for this event."))
    participation.refresh_from_db(fields=["state", "organisation", "type"])


@transaction.atomic
def approve(*, participation: Participation, by: User | None) -> Participation:
    """Admit somebody, or put him on the waiting list where all places of his kind are taken; he is told by mail."""
    if not participation.organisation.is_published:
        raise Refused(
            gettext("The contact office has not yet approved this organisation. Admit its people after that.")
        )
    full = not free_places(participation.event, participation.type)
    if full and participation.state == State.WAITING:
        raise Refused(gettext("All places are taken. Whoever waits moves up by himself once one is free."))
    _move(participation, "queue" if full else "approve", by)
    if not full:
        enqueue_once(SUGGEST)
        enqueue_once(TEND)
        _tell_programs(participation)
    _tell(participation, "events.waiting" if full else "events.approved")
    return participation


def _tell_programs(participation: Participation) -> None:
    """Those of the person, and of the event's organisers."""
    event, who = participation.event, participation.person
    data = {"event": event.slug, "participant": who.key, "url": api_address("api-participants", event.slug)}
    concerned = User.objects.filter(Q(pk=who.user_id) | Q(pk__in=organiser_ids(event)))
    tell_webhooks(kind="participant.approved", users=concerned, data=data)


def _tell(participation: Participation, kind: str) -> None:
    tell(participation=participation, kind=kind, path=reverse("event", args=[participation.event.slug]))


def free_places(event: Event, type: str) -> int:
    """How many more can be admitted as this; many where there is no limit. Locks the kind until the transaction ends."""
    found = ParticipantType.objects.select_for_update().filter(event=event, code=type).first()
    if found is None or found.places is None:
        return NO_LIMIT
    return max(0, found.places - event.participations.filter(type=type, state=State.APPROVED).count())


@transaction.atomic
def move_up(*, event: Event, type: str) -> int:
    """Fill free places from the waiting list, who has waited longest first; how many were admitted."""
    waiting = event.participations.filter(type=type, state=State.WAITING).select_related("event", "person__user")
    if not waiting.exists():
        return 0
    rows = list(waiting.order_by("waiting_since", "pk")[: free_places(event, type)])
    for row in rows:
        approve(participation=row, by=None)
    return len(rows)


@transaction.atomic
def reject(*, participation: Participation, by: User | None, reason: str = "") -> Participation:
    """Do not admit somebody; the person is told by mail, with the reason in the organiser's words."""
    _move(participation, "reject", by, reason=reason)
    _tell(participation, "events.declined")
    return participation


@transaction.atomic
def decide(*, participations: Iterable[Participation], action: str, by: User, reason: str = "") -> tuple[int, int]:
    """The same decision (approve, reject) about several: (how many it was made about, how many it no longer fitted)."""
    done = refused = 0
    for one in participations:
        try:
            if action == "reject":
                reject(participation=one, by=by, reason=reason)
            else:
                approve(participation=one, by=by)
            done += 1
        except Refused:
            refused += 1
    return done, refused


@transaction.atomic
def readmit(*, participation: Participation, by: User | None) -> Participation:
    """Undo an approval or a refusal: the person waits for a decision again."""
    return _move(participation, "readmit", by)


@transaction.atomic
def withdraw(*, participation: Participation, by: User | None) -> Participation:
    """The person does not come after all."""
    return _move(participation, "withdraw", by)


def _move(participation: Participation, action: str, by: User | None, reason: str = "") -> Participation:
    starts, end = MOVES[action]
    found = Participation.objects.filter(pk=participation.pk, state__in=starts)
    since = timezone.now() if end == State.WAITING else None
    if not found.update(state=end, reason=reason, waiting_since=since):
        participation.refresh_from_db(fields=["state"])
        raise Refused(
            gettext("This is no longer possible. The state of this registration is: %(state)s.")
            % {"state": participation.get_state_display()}
        )
    participation.state, participation.reason, participation.waiting_since = end, reason, since
    record(by=by, action=f"events.{action}", subject=participation, event=participation.event_id)
    if not Participation.objects.filter(event=participation.event_id, state=State.APPLIED).exists():
        settle(kind="events.registered", subject=f"event {participation.event_id}")
    if end != State.APPROVED:
        forget_travel(participation=participation)
        give_back_all(participation)
    if end not in (State.APPROVED, State.WAITING):
        move_up(event=participation.event, type=participation.type)
    return participation


@transaction.atomic
def set_availability(*, participation: Participation, blocked: Iterable[int], by: User | None) -> int:
    """Make `blocked` (ids of the event's slots) exactly the slots that the person keeps free; returns how many.

    What the organiser or the programme blocks stays as it is.
    """
    wanted = set(Slot.objects.filter(event=participation.event_id, pk__in=blocked).values_list("pk", flat=True))
    Participation.objects.select_for_update(no_key=True, of=("self",)).get(pk=participation.pk)
    rows = participation.unavailabilities
    rows.filter(source=Unavailability.Source.OWN).exclude(slot__in=wanted).delete()
    new = wanted - set(rows.values_list("slot_id", flat=True))
    Unavailability.objects.bulk_create(
        Unavailability(participation=participation, slot_id=slot) for slot in sorted(new)
    )
    record(by=by, action="events.set_availability", subject=participation, blocked=len(wanted))
    return len(wanted)


@transaction.atomic
def arrange(
    *,
    participation: Participation,
    type: str,
    fixed_table: Table | None,
    max_meetings: int | None,
    max_per_day: int | None,
    needs: Sequence[str],
    blocked: Iterable[int],
    by: User,
) -> Participation:
    """What the organiser sets for one participant; `blocked` (ids of slots): not to be undone by the participant.

    Talks in force stay as they are until the next plan is published.
    """
    found = Participation.objects.select_for_update(no_key=True, of=("self",)).get(pk=participation.pk)
    wanted = {
        "type": type, "fixed_table": fixed_table, "max_meetings": max_meetings, "max_per_day": max_per_day,
        "needs": sorted(needs),
    }  # fmt: skip
    changed = [name for name, value in wanted.items() if getattr(found, name) != value]
    for name in changed:
        setattr(found, name, wanted[name])
    before = participation.type
    found.save(update_fields=changed or ["type"])
    if "type" in changed:
        move_up(event=found.event, type=before)
        move_up(event=found.event, type=type)
    slots = set(Slot.objects.filter(event=found.event_id, pk__in=blocked).values_list("pk", flat=True))
    rows, organiser = found.unavailabilities, Unavailability.Source.ORGANISER
    rows.filter(source=organiser).exclude(slot__in=slots).delete()
    rows.filter(slot__in=slots).update(source=organiser)
    new = slots - set(rows.values_list("slot_id", flat=True))
    Unavailability.objects.bulk_create(
        Unavailability(participation=found, slot_id=slot, source=organiser) for slot in sorted(new)
    )
    record(by=by, action="events.arrange", subject=found, event=found.event_id, fields=changed, blocked=len(slots))
    return found
