"""The call for a delegation: announced, applied for, selected with reasons, and told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.emails import render
from qiao.core.errors import Refused
from qiao.core.models import Role, User
from qiao.core.telling import About, Letter, settle
from qiao.core.telling import tell as tell_user
from qiao.directory.models import Organisation, Person
from qiao.events.actions.delegations import add_member
from qiao.events.actions.mails import language_of
from qiao.events.delegation_models import DelegationApplication, DelegationCall
from qiao.events.models import Delegation

State = DelegationApplication.State
DECIDED, APPLIED = "events.application_decided", "events.delegation_applied"
DECISIONS = (State.SELECTED, State.WAITING, State.DECLINED)


@transaction.atomic
def save_delegation_call(
    *,
    delegation: Delegation,
    texts: Mapping[str, str],
    costs: Mapping[str, str],
    funding: Mapping[str, str],
    places: int | None,
    closes: datetime,
    is_published: bool,
    by: User,
) -> DelegationCall:
    values = {
        "texts": dict(texts), "costs": dict(costs), "funding": dict(funding), "places": places, "closes": closes,
        "is_published": is_published,
    }  # fmt: skip
    call, _new = DelegationCall.objects.update_or_create(delegation=delegation, defaults=values)
    record(by=by, action="events.save_delegation_call", subject=delegation, published=is_published)
    return call


@transaction.atomic
def apply_for(
    *, call: DelegationCall, person: Person, organisation: Organisation, values: Mapping[str, Any], by: User
) -> DelegationApplication:
    """Also anew after withdrawing, and to change what was written as long as nobody has decided.

    `values`: field, hopes and contributes.
    """
    DelegationCall.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if not call.is_open:
        raise Refused(gettext("Applications are closed."))
    if call.delegation.members.filter(person=person).exists():
        raise Refused(gettext("You are a member of this delegation already."))
    row = DelegationApplication.objects.filter(call=call, person=person).first()
    if row is not None and row.state in DECISIONS:
        raise Refused(gettext("The office has decided about your application already. Please write to the office."))
    is_new = row is None or row.state == State.WITHDRAWN
    row = row or DelegationApplication(call=call, person=person)
    row.organisation, row.state = organisation, State.APPLIED
    row.field, row.hopes, row.contributes = values["field"], values["hopes"], values["contributes"]
    row.submitted = timezone.now() if is_new else row.submitted
    row.save()
    record(by=by, action="events.apply", subject=call.delegation, application=row.pk)
    if is_new:
        _tell_office(call.delegation, by)
    return row


@transaction.atomic
def withdraw_application(*, application: DelegationApplication, by: User) -> None:
    """Before or after the decision; who was selected and travels along writes to the office instead."""
    row = DelegationApplication.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if row.call.delegation.members.filter(person=row.person_id).exists():
        raise Refused(gettext("You are a member of this delegation already. Please write to the office."))
    row.state, row.hopes, row.contributes, row.reason = State.WITHDRAWN, "", "", ""
    row.save()
    record(by=by, action="events.withdraw_application", subject=row.call.delegation, application=row.pk)


@transaction.atomic
def decide_application(
    *, application: DelegationApplication, decision: str, reason: str, by: User
) -> DelegationApplication:
    """Select, put on the waiting list or decline. Who is selected becomes a member; everybody is told, with the reason."""
    call = DelegationCall.objects.select_for_update(of=("self",)).get(pk=application.call_id)
    row = DelegationApplication.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if decision not in DECISIONS or row.state == State.WITHDRAWN:
        raise Refused(gettext("This application was withdrawn."))
    if row.state in (decision, State.SELECTED):
        raise Refused(gettext("This is decided already."))
    delegation = Delegation.objects.get(pk=call.delegation_id)
    if decision == State.SELECTED:
        _take_along(call, delegation, row, by)
    row.state, row.reason, row.decided, row.decided_by = State(decision), reason, timezone.now(), by
    row.save()
    record(by=by, action=f"events.application_{decision}", subject=delegation, application=row.pk)
    if not call.applications.filter(state=State.APPLIED).exists():
        settle(kind=APPLIED, subject=_subject(delegation))
    _tell(row, delegation)
    return row


def _take_along(call: DelegationCall, delegation: Delegation, row: DelegationApplication, by: User) -> None:
    taken = call.applications.filter(state=State.SELECTED).count()
    if call.places is not None and taken >= call.places:
        raise Refused(
            gettext("All places are taken. Put the application on the waiting list, or change the number of places.")
        )
    if delegation.members.filter(person=row.person_id).exists():
        return
    made = add_member(delegation=delegation, person=row.person, organisation=row.organisation, by=by, tells=False)
    made.field = row.field
    made.save(update_fields=["field"])


def _tell(row: DelegationApplication, delegation: Delegation) -> None:
    person = Person.objects.select_related("user", "side").get(pk=row.person_id)
    page, language = reverse("call", args=[delegation.slug]), language_of(person)
    values = {"application": row, "delegation": delegation, "reader": person, "url": settings.PUBLIC_URL + page}
    tell_user(
        user=person.user, address=person.email or (person.user.email if person.user else None), kind=DECIDED,
        about=About(page, {"delegation": delegation.pk}, f"application {row.pk}", row.state),
        letter=Letter(*render(DECIDED, language, values), language, cites=[person.key]),
    )  # fmt: skip


def _tell_office(delegation: Delegation, by: User) -> None:
    page = reverse("delegation-applications", args=[delegation.slug])
    roles = Role.objects.filter(kind=Role.Kind.ADVISER, scope=Role.Scope.OFFICE, scope_id=delegation.office_id)
    for user in User.objects.filter(is_active=True, roles__in=roles).exclude(pk=by.pk).order_by("pk"):
        about = About(page, {"delegation": delegation.pk}, _subject(delegation))
        tell_user(user=user, address=user.email, kind=APPLIED, about=about)


def _subject(delegation: Delegation) -> str:
    return f"delegation {delegation.pk}"
