"""Profiles that nobody has touched for long: their managers are asked twice by mail, then the office sees them in a list."""

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from qiao.core.actions import record
from qiao.core.emails import render
from qiao.core.models import User
from qiao.core.telling import About, Letter, settle, tell
from qiao.directory.access import STILL_SALT
from qiao.directory.fresh_queries import due_for_a_nudge
from qiao.directory.market_queries import managers_to_tell
from qiao.directory.models import Organisation

KIND = "directory.profile_stale"
AT_A_TIME = 200  # mails of one run: the first one of an installation finds thousands


@transaction.atomic
def confirm_profile(*, organisation: Organisation, by: User | None) -> None:
    """Its people, or the office on their behalf, say that the profile is still right. by: None from the link in a mail."""
    Organisation.objects.filter(pk=organisation.pk).update(checked=timezone.now(), nudges=0)
    settle(kind=KIND, subject=f"organisation {organisation.pk}")
    record(by=by, action="directory.confirm_profile", subject=organisation)


def nudge_stale() -> int:
    """How many profiles were asked about. The second time there is nothing left."""
    due = due_for_a_nudge()[:AT_A_TIME]
    return sum(_nudge(pk) for pk in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _nudge(pk: int) -> bool:
    locked = Organisation.objects.select_for_update(no_key=True, of=("self",)).filter(pk=pk).first()
    row = due_for_a_nudge().filter(pk=pk).first() if locked else None
    if row is None:
        return False
    now = timezone.now()
    row.nudges = row.nudges + 1 if row.nudged and row.nudged > row.touched else 1
    row.nudged = now
    Organisation.objects.filter(pk=pk).update(nudges=row.nudges, nudged=now)
    mails = sum(_ask(row, person.user, person.key) for person in managers_to_tell(row) if person.user)
    record(by=None, action="directory.nudge", subject=row, mails=mails, time=row.nudges)
    return True


def _ask(organisation: Organisation, user: User, person_key: str) -> bool:
    path = reverse("organisation-edit", args=[organisation.key])
    context = {
        "organisation": organisation, "name": user.name, "touched": organisation.touched,
        "still_url": settings.PUBLIC_URL + reverse("profile-still", args=[still_token(organisation)]),
        "edit_url": settings.PUBLIC_URL + path,
    }  # fmt: skip
    letter = Letter(*render(KIND, user.language, context), user.language, cites=[person_key])
    about = About(path, {"organisation": organisation.pk}, f"organisation {organisation.pk}")
    return tell(user=user, address=user.email, kind=KIND, about=about, letter=letter)


def still_token(organisation: Organisation) -> str:
    """Good for one answer: the next mail makes another token."""
    assert organisation.nudged is not None
    return signing.dumps([organisation.key, organisation.nudged.isoformat()], salt=STILL_SALT)
