"""The call for contributions, what is submitted, decided and attached."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from qiao.core import files
from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.queue import enqueue_once
from qiao.directory.models import Theme
from qiao.events.actions.mails import tell
from qiao.events.contribution_models import Contribution, ContributionCall, EventFile
from qiao.events.models import Event, Participation
from qiao.events.session_models import EventSession, Speaker

State = Contribution.State
MOST_CONTRIBUTIONS = 10  # of one participant at one event
MOST_FILES = 6  # of one session or contribution
UNDO = timedelta(days=7)
SWEEP = "qiao.directory.tasks.sweep_files"
FACTS = ("kind", "names", "abstracts", "language")


@transaction.atomic
def save_call(
    *, event: Event, texts: Mapping[str, str], kinds: Sequence[str], closes: datetime, by: User
) -> ContributionCall:
    values = {"texts": dict(texts), "kinds": list(kinds), "closes": closes}
    call, _new = ContributionCall.objects.update_or_create(event=event, defaults=values)
    record(by=by, action="events.save_call", subject=event)
    return call


@transaction.atomic
def submit_contribution(*, participation: Participation, values: Mapping[str, Any], by: User) -> Contribution:
    """Who submits agrees that name and organisation are shown with what is accepted. The same once more is the first one."""
    Participation.objects.select_for_update(of=("self",)).get(pk=participation.pk)  # those of one person take turns
    call = ContributionCall.objects.filter(event=participation.event_id).first()
    _check_open(call)
    own = participation.contributions.exclude(state=State.WITHDRAWN)
    for one in own.filter(state=State.SUBMITTED):
        if all(getattr(one, name) == values[name] for name in FACTS):
            return one
    if own.count() >= MOST_CONTRIBUTIONS:
        raise Refused(gettext("You can submit at most %(most)s contributions.") % {"most": MOST_CONTRIBUTIONS})
    made = Contribution(event_id=participation.event_id, participation=participation)
    _write(made, values)
    record(by=by, action="events.submit_contribution", subject=made, event=made.event_id)
    return made


@transaction.atomic
def edit_contribution(*, contribution: Contribution, values: Mapping[str, Any], by: User) -> Contribution:
    """Until the call closes, and as long as nobody has decided."""
    row = Contribution.objects.select_for_update(of=("self",)).get(pk=contribution.pk)
    _check_open(ContributionCall.objects.filter(event=row.event_id).first())
    if row.state != State.SUBMITTED:
        raise Refused(gettext("The organiser has decided already. Please write to the organiser."))
    _write(row, values)
    record(by=by, action="events.edit_contribution", subject=row, event=row.event_id)
    return row


def _check_open(call: ContributionCall | None) -> None:
    if call is None or not call.is_open:
        raise Refused(gettext("The call for contributions is closed."))


def _write(row: Contribution, values: Mapping[str, Any]) -> None:
    for name in FACTS:
        setattr(row, name, values[name])
    row.save()
    row.themes.set(values["themes"])


@transaction.atomic
def withdraw_contribution(*, contribution: Contribution, by: User) -> None:
    """Its author takes it back; of a lecture that stands in the programme the organiser decides."""
    row = Contribution.objects.select_for_update(of=("self",)).get(pk=contribution.pk)
    if row.session_id is not None:
        raise Refused(gettext("Your lecture stands in the programme. Please write to the organiser."))
    row.state = State.WITHDRAWN
    row.save(update_fields=["state"])
    record(by=by, action="events.withdraw_contribution", subject=row, event=row.event_id)


@transaction.atomic
def accept_contribution(*, contribution: Contribution, reason: str, stand: str = "", by: User) -> Contribution:
    """A lecture becomes a draft session with its author as the speaker; its author is told by mail."""
    row = _decide(contribution, State.ACCEPTED, reason, by)
    row.stand = stand
    if row.kind == Contribution.Kind.LECTURE and row.session is None:
        row.session = _session_of(row)
    row.save()
    _tell(row)
    return row


@transaction.atomic
def decline_contribution(*, contribution: Contribution, reason: str, by: User) -> Contribution:
    row = _decide(contribution, State.DECLINED, reason, by)
    row.save()
    _tell(row)
    return row


def _decide(contribution: Contribution, state: str, reason: str, by: User) -> Contribution:
    row = Contribution.objects.select_for_update(of=("self",)).get(pk=contribution.pk)
    if row.state == State.WITHDRAWN:
        raise Refused(gettext("This contribution was withdrawn."))
    if row.state == state:
        raise Refused(gettext("This is decided already."))
    if row.session_id is not None:
        raise Refused(gettext("This lecture stands in the programme. Remove its session first."))
    row.state, row.reason, row.decided, row.decided_by = state, reason, timezone.now(), by
    record(by=by, action=f"events.{state}_contribution", subject=row, event=row.event_id)
    return row


def _session_of(row: Contribution) -> EventSession:
    made = EventSession.objects.create(
        event_id=row.event_id, names=row.names, abstracts=row.abstracts,
        languages=[row.language] if row.language else [],
    )  # fmt: skip
    made.themes.set(row.themes.all())
    Speaker.objects.create(session=made, person=row.participation.person, agreed=row.submitted)
    return made


def _tell(row: Contribution) -> None:
    participation = Participation.objects.select_related("event", "person__user", "person__side").get(
        pk=row.participation_id
    )
    page = reverse("contribution", args=[participation.event.slug, row.key])
    tell(
        participation=participation, kind="events.contribution_decided", path=page, context={"contribution": row},
        subject=f"contribution {row.pk}",
    )  # fmt: skip


# Files


@transaction.atomic
def add_file(*, owner: EventSession | Contribution, file: files.Brochure, kind: str, title: str, by: User) -> EventFile:
    """`file` was made anew by the reader: nothing in it acts."""
    type(owner).objects.select_for_update(of=("self",)).get(pk=owner.pk)
    of = {"session": owner} if isinstance(owner, EventSession) else {"contribution": owner}
    if EventFile.objects.filter(**of, removed=None).count() >= MOST_FILES:
        raise Refused(gettext("There are at most %(most)s files. Remove one first.") % {"most": MOST_FILES})
    made = EventFile.objects.create(
        **of, kind=kind, title=title, name=files.keep(file.data, "pdf"), pages=file.pages, size=len(file.data)
    )
    record(by=by, action="events.add_file", subject=made)
    return made


@transaction.atomic
def remove_event_file(*, file: EventFile, by: User) -> None:
    """Nobody sees it any more; after UNDO it is gone."""
    if EventFile.objects.filter(pk=file.pk, removed=None).update(removed=timezone.now()):
        record(by=by, action="events.remove_event_file", subject=file)


@transaction.atomic
def restore_event_file(*, file: EventFile, by: User) -> None:
    type(file.owner).objects.select_for_update(of=("self",)).get(pk=file.owner.pk)
    of = {"session": file.session} if file.session_id else {"contribution": file.contribution}
    if EventFile.objects.filter(**of, removed=None).count() >= MOST_FILES:
        raise Refused(gettext("There are at most %(most)s files. Remove one first.") % {"most": MOST_FILES})
    if EventFile.objects.filter(pk=file.pk).exclude(removed=None).update(removed=None):
        record(by=by, action="events.restore_event_file", subject=file)


def forget_files() -> int:
    """Delete what was removed for UNDO; how many. The bytes follow with the sweep."""
    count, _kinds = EventFile.objects.filter(removed__lt=timezone.now() - UNDO).delete()
    if count:
        enqueue_once(SWEEP)
    return count


def themes_of_call(event: Event) -> Iterable[Theme]:
    """The event's own themes, else all."""
    return event.themes.all() if event.themes.exists() else Theme.objects.all()
