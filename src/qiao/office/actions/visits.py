"""Writes of visits: asked for, answered by the hosts' office, withdrawn, taken into a delegation's programme."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.telling import About, settle, tell
from qiao.core.texts import tidy_lines
from qiao.directory.models import Organisation, Park
from qiao.events.actions import add_programme_item
from qiao.events.models import Delegation, ProgrammeItem
from qiao.office.actions.introduction_mails import advisers_of
from qiao.office.visit_models import VisitRequest
from qiao.office.visit_queries import route_of

State = VisitRequest.State
ASKED, ANSWERED = "office.visit_asked", "office.visit_answered"


@transaction.atomic
def ask_for_visit(
    *,
    host: Organisation | None,
    park: Park | None,
    whole_zone: bool = False,
    guest: Organisation,
    first_day: date,
    last_day: date,
    people: int,
    purpose: str,
    delegation: Delegation | None = None,
    by: User,
) -> VisitRequest:
    """One firm, or a park, or the whole zone of a park. The same asked twice is one."""
    if host is not None and host.pk == guest.pk:
        raise Refused(_("An organisation cannot visit itself."))
    Organisation.objects.select_for_update(no_key=True).get(pk=guest.pk)  # two clicks come one after the other
    same = {
        "host": host, "park": park, "whole_zone": whole_zone, "guest": guest, "delegation": delegation,
        "first_day": first_day, "last_day": last_day, "state": State.ASKED,
    }  # fmt: skip
    made, new = VisitRequest.objects.get_or_create(
        **same, defaults={"people": people, "purpose": tidy_lines(purpose), "by": by}
    )
    if new:
        record(by=by, action="office.ask_for_visit", subject=made, guest=guest.pk)
        for user in advisers_of(made.side.office):
            tell(user=user, address=user.email, kind=ASKED, about=_about(made))
    return made


def _about(row: VisitRequest, variant: str = "") -> About:
    return About(
        reverse("visit", args=[row.key]), {"organisation": row.guest_id}, subject=f"visit {row.pk}", variant=variant
    )


@transaction.atomic
def agree_to_visit(*, visit: VisitRequest, starts: datetime, ends: datetime, answer: str, by: User) -> VisitRequest:
    """By the hosts' office."""
    if starts < timezone.now():
        raise Refused(_("Choose a time that lies ahead."))
    return _answer(visit, State.AGREED, by, starts=starts, ends=ends, answer=tidy_lines(answer))


@transaction.atomic
def decline_visit(*, visit: VisitRequest, answer: str, by: User) -> None:
    _answer(visit, State.DECLINED, by, answer=tidy_lines(answer))


@transaction.atomic
def withdraw_visit(*, visit: VisitRequest, by: User) -> None:
    """By the guests, also after it was agreed; an item of a delegation's programme stays, for its head to change."""
    row = VisitRequest.objects.select_for_update(no_key=True, of=("self",)).get(pk=visit.pk)
    if row.state not in (State.ASKED, State.AGREED):
        raise Refused(_("This visit is no longer planned."))
    told = row.is_agreed
    _move(row, State.WITHDRAWN, by)
    for user in advisers_of(row.side.office) if told else ():
        tell(user=user, address=user.email, kind=ASKED, about=_about(row, "withdrawn"))


def _answer(visit: VisitRequest, state: str, by: User, **values: object) -> VisitRequest:
    row = VisitRequest.objects.select_for_update(no_key=True, of=("self",)).select_related("by").get(pk=visit.pk)
    if not row.is_open:
        raise Refused(_("This has been answered already."))
    for name, value in values.items():
        setattr(row, name, value)
    _move(row, state, by)
    if row.by is not None:
        tell(user=row.by, address=row.by.email, kind=ANSWERED, about=_about(row, state))
    return row


def _move(row: VisitRequest, state: str, by: User) -> None:
    row.state, row.changed = state, timezone.now()
    row.save()
    settle(kind=ASKED, subject=f"visit {row.pk}")
    record(by=by, action="office.answer_visit", subject=row, state=state)


@transaction.atomic
def take_route(*, delegation: Delegation, by: User) -> int:
    """Agreed visits that are in no programme yet become items of the delegation's; how many."""
    Delegation.objects.select_for_update(no_key=True, of=("self",)).get(pk=delegation.pk)
    new = [stop for stop in route_of(delegation) if stop.visit.item_id is None]
    for stop in new:
        item = add_programme_item(
            event=delegation.event, delegation=delegation, kind=ProgrammeItem.Kind.VISIT, names=stop.visit.names,
            starts=stop.starts, ends=stop.ends, by=by,
        )  # fmt: skip
        VisitRequest.objects.filter(pk=stop.visit.pk).update(item=item)
    return len(new)
