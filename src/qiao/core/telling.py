"""Telling somebody something: in the application always, by mail as the person chose.

A notice is written in the transaction that caused it. Its mail goes out at once, after the quiet hours, or bundled with
others once a day.

This writes and yet stands beside `core.actions`: mails are put into words here, and `core.emails` stands above the actions of
its stage. Only actions of later stages and `notice_tasks` call it; what a page asks for is in `core.actions.notices`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.urls import reverse
from django.utils import timezone, translation

from qiao.core.access import STOP_SALT
from qiao.core.actions import Attachment, queue_mail
from qiao.core.emails import render
from qiao.core.models import Mail, User
from qiao.core.notice_lines import lines
from qiao.core.notice_models import Notice, NoticeChoice
from qiao.core.notices import KINDS, Kind, Way, bundle_is_due, quiet_until

BUNDLE = "core.notices"


@dataclass(frozen=True)
class About:
    """What a notice is about: the page to go to, and what its sentence names (`arguments`: name -> primary key)."""

    path: str
    arguments: Mapping[str, int]
    subject: str = ""
    variant: str = ""


@dataclass(frozen=True)
class Letter:
    """A mail that says more than the notice's sentence."""

    subject: str
    body: str
    language: str
    attachments: Iterable[Attachment] = ()
    cites: Iterable[str] = field(default_factory=tuple)


@transaction.atomic
def tell(*, user: User | None, address: str | None, kind: str, about: About, letter: Letter | None = None) -> bool:
    """Write the notice, and its mail or none; whether the person is reached at all.

    Who has no account is told by mail only. Without a letter the mail says what the notice says.
    """
    rule = KINDS[kind]
    way = _way(user, kind, rule)
    if user is None:
        return letter is not None and _mail(None, address, kind, letter, None)
    notice, renewed = _write(user, kind, about, waits=way == Way.DAILY)
    if way != Way.AT_ONCE or (letter is None and renewed and not rule.insists):
        return True
    later = None if rule.urgent else quiet_until(user, timezone.now())
    _mail(user, address, kind, letter or _short(notice), later)
    return True


def _way(user: User | None, kind: str, rule: Kind) -> Way:
    if user is None or rule.required:
        return Way.AT_ONCE
    chosen = NoticeChoice.objects.filter(user=user, kind=kind).values_list("way", flat=True).first()
    return Way(chosen) if chosen else rule.usual


def _mail(user: User | None, address: str | None, kind: str, letter: Letter, later: datetime | None) -> bool:
    mail = queue_mail(
        user=user, address=address, kind=kind, subject=letter.subject, body=letter.body, language=letter.language,
        attachments=letter.attachments, cites=letter.cites, not_before=later,
    )  # fmt: skip
    return mail is not None


def _short(notice: Notice) -> Letter:
    user = notice.user
    with translation.override(user.language):
        context = {"name": user.name, "line": lines([notice])[0], "settings_url": _settings_url()}
    subject, body = render("core.notice", user.language, context)
    return Letter(subject, body, user.language)


def _settings_url() -> str:
    return settings.PUBLIC_URL + reverse("notice-settings")


def _write(user: User, kind: str, about: About, *, waits: bool) -> tuple[Notice, bool]:
    """The notice, and whether an unread one about the same was renewed."""
    values = {
        "variant": about.variant, "arguments": dict(about.arguments), "path": about.path, "waits": waits,
        "created": timezone.now(),
    }  # fmt: skip
    unread = Notice.objects.filter(user=user, kind=kind, subject=about.subject, read=None).exclude(subject="")
    if not unread.update(**values, count=F("count") + 1):
        try:
            with transaction.atomic():
                return Notice.objects.create(user=user, kind=kind, subject=about.subject, **values), False
        except IntegrityError:  # another process wrote the same at the same moment
            unread.update(**values, count=F("count") + 1)
    return unread.select_related("user").get(), True


def settle(*, kind: str, subject: str) -> int:
    """What a notice asked for is done, or no longer asked: it counts as read. How many people had it unread."""
    return Notice.objects.filter(kind=kind, subject=subject, read=None).update(read=timezone.now())


def stop_token(user: User) -> str:
    return signing.dumps(user.key, salt=STOP_SALT)


# --- the day's mail


def send_bundles() -> int:
    """One mail for all that waits for somebody whose time has come; how many. The second time there is nothing left."""
    now = timezone.now()
    waiting = User.objects.filter(is_active=True, notices__waits=True).distinct().order_by("pk")
    return sum(_bundle(pk, now) for pk in list(waiting.values_list("pk", flat=True)))


@transaction.atomic
def _bundle(user_id: int, now: datetime) -> bool:
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)  # two workers tell one after the other
    last = Mail.objects.filter(user=user, kind=BUNDLE).aggregate(last=Max("created"))["last"]
    if not bundle_is_due(user, last, now):
        return False
    rows = Notice.objects.filter(user=user, waits=True)
    unread = list(rows.filter(read=None).order_by("created", "pk"))
    rows.update(waits=False)
    with translation.override(user.language):
        told = lines(unread)
    return bool(told) and _mail_bundle(user, told)


def _mail_bundle(user: User, told: list[Any]) -> bool:
    stop = settings.PUBLIC_URL + reverse("notices-stop", args=[stop_token(user)])
    context = {"name": user.name, "lines": told, "settings_url": _settings_url(), "stop_url": stop}
    subject, body = render(BUNDLE, user.language, context)
    mail = queue_mail(
        user=user,
        address=address_of(user),
        kind=BUNDLE,
        subject=subject,
        body=body,
        language=user.language,
        stop_url=stop,
    )
    return mail is not None


def address_of(user: User) -> str:
    """As for all other mails: what the person gave as an address comes before the account's. Named by word only."""
    person = getattr(user, "person", None)
    return (person.email if person else "") or user.email or ""
