"""What somebody does with notices: reading them, and choosing how to hear of them. They are written by `core.telling`."""

from collections.abc import Mapping
from datetime import datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.notice_models import Notice, NoticeChoice
from qiao.core.notices import KINDS, Way


def mark_read(*, notice: Notice) -> None:
    """Not worth an audit entry, and no harm the second time."""
    Notice.objects.filter(pk=notice.pk, read=None).update(read=timezone.now())


def mark_all_read(*, user: User, until: datetime | None = None) -> int:
    """`until`: what came in after the page was made stays unread. How many."""
    rows = Notice.objects.filter(user=user, read=None)
    return (rows if until is None else rows.filter(created__lte=until)).update(read=timezone.now())


@transaction.atomic
def choose(*, user: User, ways: Mapping[str, str], quiet: tuple[time, time] | None, by: User) -> None:
    """How to be told by mail, by kind; `quiet`: from when to when mails that can wait do."""
    for kind, way in ways.items():
        if kind not in KINDS or KINDS[kind].required or way not in Way.values:
            raise Refused(gettext("Choose how you want to be told."))
        if way == KINDS[kind].usual:
            NoticeChoice.objects.filter(user=user, kind=kind).delete()
        else:
            NoticeChoice.objects.update_or_create(user=user, kind=kind, defaults={"way": way})
    never = [kind for kind, way in ways.items() if way == Way.NEVER]
    Notice.objects.filter(user=user, kind__in=never, waits=True).update(waits=False)
    start, end = quiet or (None, None)
    User.objects.filter(pk=user.pk).update(quiet_from=start, quiet_until=end)
    record(by=by, action="core.choose_notices", subject=user, kinds=len(ways))


@transaction.atomic
def stop_mails(*, user: User) -> None:
    """No mails about anything that may be switched off; the notices stay. From the link in a mail."""
    for kind, rule in KINDS.items():
        if not rule.required:
            NoticeChoice.objects.update_or_create(user=user, kind=kind, defaults={"way": Way.NEVER})
    Notice.objects.filter(user=user, waits=True).update(waits=False)
    record(by=user, action="core.stop_notice_mails", subject=user)
