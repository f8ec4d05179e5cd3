"""Certificates that end soon: their organisation's managers are told once."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from qiao.core.actions import record
from qiao.core.emails import render
from qiao.core.telling import About, Letter, tell
from qiao.directory.market_queries import managers_to_tell
from qiao.directory.showing_models import REMIND_BEFORE, Certificate

KIND = "directory.certificate_ending"


def tend_certificates() -> int:
    """How many mails. The second time there is nothing left."""
    today = timezone.localdate()
    shown = Certificate.objects.filter(organisation__is_published=True, removed=None, reminded=None)
    soon = shown.filter(expires__gte=today, expires__lte=today + REMIND_BEFORE)
    return sum(_remind(pk) for pk in soon.values_list("pk", flat=True))


@transaction.atomic
def _remind(pk: int) -> int:
    rows = Certificate.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation")
    row = rows.filter(pk=pk, reminded=None, removed=None).first()
    if row is None:
        return 0
    row.reminded = timezone.localdate()
    row.save(update_fields=["reminded"])
    path = reverse("showing", args=[row.organisation.key])
    page = settings.PUBLIC_URL + path
    about = About(path, {"organisation": row.organisation_id}, f"certificate {row.pk}")
    count = 0
    for person in managers_to_tell(row.organisation):
        assert person.user is not None
        context = {"certificate": row, "organisation": row.organisation, "person": person, "url": page}
        letter = Letter(*render(KIND, person.user.language, context), person.user.language, cites=[person.key])
        count += tell(user=person.user, address=person.user.email, kind=KIND, about=about, letter=letter)
    if count:
        record(
            by=None, action="directory.remind_certificate", subject=row.organisation, certificate=row.pk, mails=count
        )
    return count
