"""What people note about organisations for themselves."""

from django.db import transaction
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.directory.models import Organisation
from qiao.directory.search_models import Mark


@transaction.atomic
def mark(*, organisation: Organisation, kind: str, by: User) -> None:
    """Note this in place of an earlier note; an empty kind takes it back. The audit log does not say which."""
    if kind and kind not in Mark.Kind.values:
        raise Refused(_("There is no such note."))
    if kind:
        Mark.objects.update_or_create(user=by, organisation=organisation, defaults={"kind": kind})
    else:
        Mark.objects.filter(user=by, organisation=organisation).delete()
    record(by=by, action="directory.mark", subject=by)
