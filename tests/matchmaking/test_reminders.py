"""Reminders: for those who left requests waiting or asked nobody, seldom, and never about what is new or done."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from qiao.core.models import Mail
from qiao.core.notice_models import Notice
from qiao.events.models import Event
from qiao.matchmaking import actions
from qiao.matchmaking.models import Request, Suggestion

pytestmark = [pytest.mark.db, pytest.mark.django_db]
PENDING, IDLE = "matchmaking.pending", "matchmaking.idle"


def later(monkeypatch, days: float) -> None:
    then = timezone.now() + timedelta(days=days)
    monkeypatch.setattr(timezone, "now", lambda: then)


@pytest.fixture
def asked(world) -> Request:
    world.owner.quiet_from = None
    world.owner.save()
    made = actions.send_request(sender=world.chinese, recipient=world.german, by=world.chinese_user)
    Request.objects.update(expires=made.created + timedelta(days=90))
    made.refresh_from_db()
    Mail.objects.all().delete()
    return made


def test_requests_that_wait_are_told_seldom_and_not_for_ever(world, asked, monkeypatch) -> None:
    assert actions.remind() == 0, "it has just come in"
    later(monkeypatch, 3)
    assert actions.remind() == 1
    assert actions.remind() == 0, "the second time there is nothing left"
    notice = Notice.objects.get(user=world.owner, kind=PENDING)
    assert notice.path == reverse("requests", args=[world.event.slug])
    for _time in range(6):
        later(monkeypatch, 5)
        actions.remind()
    notice.refresh_from_db()
    assert notice.count == 3
    assert Mail.objects.filter(user=world.owner, kind=PENDING).count() == 3, "each comes by mail, though unread"


def test_the_answer_settles_the_reminder(world, asked, monkeypatch) -> None:
    later(monkeypatch, 3)
    actions.remind()
    actions.decline(request=asked, by=world.owner)
    assert Notice.objects.get(kind=PENDING).read
    later(monkeypatch, 9)
    assert actions.remind() == 0


def test_who_asked_nobody_is_told_once_partners_were_suggested(world, monkeypatch) -> None:
    assert actions.remind() == 0
    Suggestion.objects.create(participation=world.german, partner=world.chinese, rank=1, score=0.9, engine="x")
    assert actions.remind() == 0
    later(monkeypatch, 3)
    assert actions.remind() == 1
    actions.send_request(sender=world.german, recipient=world.chinese, by=world.owner)
    assert Notice.objects.get(kind=IDLE).read
    later(monkeypatch, 9)
    actions.remind()
    assert not Notice.objects.filter(kind=IDLE, user=world.owner, read=None).exists()


def test_nobody_is_reminded_when_requests_are_over(world, asked, monkeypatch) -> None:
    Event.objects.update(phase=Event.Phase.PLANNING)
    later(monkeypatch, 3)
    assert actions.remind() == 0
