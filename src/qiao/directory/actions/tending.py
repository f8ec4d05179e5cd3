"""What time does to opportunities: they are about to end, and they end."""

from django.db import transaction
from django.utils import timezone

from qiao.core.actions import record
from qiao.directory.actions.market import take_down
from qiao.directory.actions.market_mails import tell_ending
from qiao.directory.market_models import Opportunity
from qiao.directory.market_queries import REMIND_BEFORE

State = Opportunity.State


def tend_market() -> int:
    """End what is over, and tell the people of what will be soon; how many that were. The second time there is nothing left."""
    today = timezone.localdate()
    published = Opportunity.objects.filter(state=State.PUBLISHED)
    over = published.filter(expires__lt=today)
    soon = published.filter(expires__gte=today, expires__lte=today + REMIND_BEFORE, reminded=None)
    count = sum(_expire(pk) for pk in over.values_list("pk", flat=True))
    return count + sum(_remind(pk) for pk in soon.values_list("pk", flat=True))


@transaction.atomic
def _expire(pk: int) -> bool:
    row = _published(pk)
    if row is None or row.expires >= timezone.localdate():
        return False
    take_down(row)
    row.state = State.EXPIRED
    row.save(update_fields=["state"])
    record(by=None, action="directory.expire_opportunity", subject=row)
    tell_ending(row)
    return True


@transaction.atomic
def _remind(pk: int) -> bool:
    """What was published for a short time only is not followed by a mail at once: its people know."""
    row = _published(pk)
    if row is None or row.reminded is not None:
        return False
    row.reminded = timezone.localdate()
    row.save(update_fields=["reminded"])
    if row.published is None or row.expires - timezone.localdate(row.published) <= REMIND_BEFORE:
        return False
    tell_ending(row)
    return True


def _published(pk: int) -> Opportunity | None:
    rows = Opportunity.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation__side__office")
    return rows.filter(pk=pk, state=State.PUBLISHED).first()
