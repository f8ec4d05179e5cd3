"""What an installation stands on: offices, regions, themes, parks, and the people who work for it."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import Office, Role, User
from qiao.directory.actions.indexing import index_later
from qiao.directory.models import Park, Side, Theme

Master = Office | Side | Theme | Park  # master data: what is entered once and referred to everywhere


@transaction.atomic
def save_master(*, row: Master, values: Mapping[str, Any], by: User) -> Master:
    """Write a new office, region, theme or park, or change one; `row` may be unsaved. One office leads."""
    changed = [name for name, value in values.items() if row.pk is None or getattr(row, name) != value]
    for name, value in values.items():
        setattr(row, name, value)
    if isinstance(row, Office) and row.is_lead:
        Office.objects.filter(is_lead=True).exclude(pk=row.pk).update(is_lead=False)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused(gettext("Something else has this short name already. Choose another one.")) from None
    if isinstance(row, Theme | Park):
        index_later(row.organisations.all())
    record(by=by, action="directory.save_master", subject=row, fields=changed)
    return row


@transaction.atomic
def remove_master(*, row: Master, by: User) -> None:
    """Remove what nothing depends on."""
    if isinstance(row, Theme) and row.organisations.exists():
        raise Refused(gettext("Organisations work on this theme. It stays as long as they do."))
    if isinstance(row, Park) and row.organisations.exists():
        raise Refused(gettext("There are organisations in this park. It stays as long as they do."))
    record(by=by, action="directory.remove_master", subject=row)
    try:
        row.delete()
    except models.ProtectedError:
        raise Refused(gettext("Other entries depend on this one. It cannot be removed.")) from None


@transaction.atomic
def appoint_staff(*, email: str, name: str, kind: str, office: Office | None, language: str, by: User | None) -> Role:
    """Make somebody an adviser of an office, or an administrator; who has no account yet gets one and signs in by mail."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        zone = office.time_zone if office else "Europe/Berlin"
        user = User(email=email, name=name, language=language, time_zone=zone)
        user.set_unusable_password()
        user.save()
    if not user.is_active:
        raise Refused(gettext("This account is closed."))
    if kind == Role.Kind.ADVISER and office is None:
        raise Refused(gettext("An adviser belongs to an office. Choose which one."))
    place = (Role.Scope.OFFICE, office.pk) if kind == Role.Kind.ADVISER and office else (Role.Scope.INSTALLATION, 0)
    role, _new = Role.objects.get_or_create(user=user, kind=kind, scope=place[0], scope_id=place[1])
    record(by=by, action="directory.appoint_staff", subject=user, kind=kind, office=office.pk if office else None)
    return role


@transaction.atomic
def dismiss_staff(*, role: Role, by: User) -> None:
    """Take a role away; one administrator always stays. Takes effect with the person's next request."""
    administrators = Role.objects.select_for_update().filter(kind=Role.Kind.ADMIN)
    if role.kind == Role.Kind.ADMIN and not any(one.user.is_active for one in administrators.exclude(pk=role.pk)):
        raise Refused(gettext("An installation needs an administrator. Appoint another one first."))
    record(by=by, action="directory.dismiss_staff", subject=role.user, kind=role.kind)
    role.delete()
