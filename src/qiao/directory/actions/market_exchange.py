"""Opportunities from and for other networks."""

from django.db import transaction
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.answers import fingerprint
from qiao.core.errors import Refused
from qiao.core.models import Role, User
from qiao.directory.actions.market import save_opportunity, submit
from qiao.directory.actions.stand_ins import stand_in_for
from qiao.directory.market_check import Planned, Preview, preview
from qiao.directory.market_export import records
from qiao.directory.market_format import FORMATS
from qiao.directory.market_models import Opportunity
from qiao.directory.models import Organisation, Side


def export_opportunities(*, kind: str, names: bool, by: User) -> bytes:
    """All published ones as a file of one of FORMATS. names: whose they are, except where that is not shown."""
    found = records(names=names)
    record(by=by, action="directory.export_opportunities", format=kind, count=len(found), names=names)
    return FORMATS[kind].write(found)


@transaction.atomic
def import_opportunities(*, data: bytes, filename: str, shown: str, by: User) -> Preview:
    """Write what a preview showed (`shown`: its fingerprint), as somebody of the office: new ones are handed in at once."""
    found = preview(data, filename)
    if fingerprint(found.shown) != shown:
        raise Refused(_("Something has changed meanwhile. Please look at the preview again."))
    for one in [*found.new, *found.changed]:
        _write(one, by)
    record(by=by, action="directory.import_opportunities", new=len(found.new), changed=len(found.changed))
    return found


def _write(one: Planned, by: User) -> None:
    existing = one.existing
    values = one.values if existing is None else {**one.values, "external_id": existing.external_id}
    owner = one.organisation or _standing_in(by)
    if existing is None:
        values |= {"is_anonymous": False, "is_public": False}
    made = save_opportunity(organisation=owner, values=values, by=by, opportunity=existing)
    if made.state in (Opportunity.State.DRAFT, Opportunity.State.REFUSED):
        submit(opportunity=made, by=by)


def _standing_in(by: User) -> Organisation:
    """The office of whoever imports, for what names no organisation; of an administrator that of the first region."""
    offices = by.roles.filter(kind=Role.Kind.ADVISER, scope=Role.Scope.OFFICE).values("scope_id")
    sides = Side.objects.exclude(office=None).select_related("office").order_by("pk")
    side = sides.filter(office__in=offices).first() or sides.first()
    if side is None:
        raise Refused(_("No region has a contact office that could stand for opportunities without an organisation."))
    return stand_in_for(side)
