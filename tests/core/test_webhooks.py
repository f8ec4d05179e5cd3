"""Webhooks: signed as the Standard Webhooks say, sent until confirmed, given up after days, and telling no names."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from qiao.adapters import hooks
from qiao.core import webhook_calls as calls
from qiao.core.actions import webhooks as actions
from qiao.core.errors import Refused
from qiao.core.models import AuditEntry
from qiao.core.notice_models import Notice
from qiao.core.webhook_models import Webhook, WebhookMessage
from qiao.core.webhooks import KINDS, headers_for
from qiao.events.actions import approve
from qiao.events.models import Participation
from qiao.matchmaking.actions import accept, send_request
from qiao.meetings.actions import publish
from tests.meetings.plans import finished_run, first_plan, wishes
from tests.world import participation, person

pytestmark = [pytest.mark.db, pytest.mark.django_db]
URL = "https://erp.example.org/in"


class Program:
    """Somebody's program: keeps what it is told, and fails as long as `problem` is set."""

    def __init__(self) -> None:
        self.told: list[tuple[str, bytes, dict[str, str]]] = []
        self.problem: hooks.HookError | None = None

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        self.told.append((url, body, headers))
        if self.problem:
            raise self.problem
        return 204


@pytest.fixture
def program(monkeypatch) -> Program:
    made = Program()
    monkeypatch.setattr(hooks, "post", made.post)
    return made


def make(user, *kinds: str) -> tuple[Webhook, str]:
    secret = actions.make_webhook(user=user, name="ERP", url=URL, kinds=kinds or list(KINDS), by=user)
    return Webhook.objects.filter(user=user).latest("pk"), secret


def told(user) -> list[tuple[str, dict]]:
    rows = WebhookMessage.objects.filter(webhook__user=user).order_by("pk")
    return [(one.kind, {name: value for name, value in one.data.items() if name != "url"}) for one in rows]


def test_the_signature_is_that_of_the_specification() -> None:
    """The example of the Standard Webhooks' own libraries."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body, when = b'{"test": 2432232314}', datetime.fromtimestamp(1614265330, UTC)
    headers = headers_for("msg_p5jXN8AQM9LWM0D4loKWxJek", body, [secret], when)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


def test_a_message_is_delivered_once_and_signed(world, program) -> None:
    hook, secret = make(world.owner)
    message = actions.test_webhook(webhook=hook, by=world.owner)
    assert calls.call(message.pk)
    assert not calls.call(message.pk)
    ((url, body, headers),) = program.told
    assert url == URL
    assert json.loads(body)["type"] == "webhook.test"
    content = f"{message.key}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"


def test_for_a_day_both_secrets_sign(world, program, monkeypatch) -> None:
    hook, first = make(world.owner)
    second = actions.rotate_secret(webhook=hook, by=world.owner)
    hook.refresh_from_db()
    assert actions.secrets_of(hook) == [second, first]
    assert first not in hook.sealed
    later = timezone.now() + timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert actions.secrets_of(hook) == [second]


def test_what_happens_is_told_to_whom_it_concerns_without_names(world) -> None:
    for user in (world.owner, world.chinese_user, world.organiser, world.stranger):
        make(user)
    request = send_request(sender=world.german, recipient=world.chinese, message="geheim", by=world.owner)
    accept(request=request, by=world.chinese_user)
    slug = world.event.slug
    changed = [
        ("request.changed", {"event": slug, "request": request.key, "state": state})
        for state in ("pending", "accepted")
    ]
    assert told(world.owner) == told(world.chinese_user) == changed
    assert told(world.organiser) == told(world.stranger) == []
    new = participation(world.event, person(world.german.organisation, "Nora Neu"), state=Participation.State.APPLIED)
    approve(participation=new, by=world.organiser)
    assert told(world.organiser) == [("participant.approved", {"event": slug, "participant": new.person.key})]
    assert told(world.owner) == changed
    everything = str(list(WebhookMessage.objects.values_list("data")))
    assert not any(word in everything for word in ("geheim", "Nora", "Otto", "Elbe", "example.org"))
    assert all(address["url"].startswith("http") for (address,) in WebhookMessage.objects.values_list("data"))


def test_a_published_plan_and_changed_agendas_are_told(world) -> None:
    make(world.owner)
    make(world.organiser)
    make(world.chinese_user, "request.changed")
    wishes(world)
    publish(run=finished_run(world, first_plan(world)), by=world.organiser)
    slug = world.event.slug
    plan = ("plan.published", {"event": slug, "version": 1, "provisional": False})
    assert sorted(told(world.owner)) == [("agenda.changed", {"event": slug}), plan]
    assert told(world.organiser) == [plan]
    assert told(world.chinese_user) == []


def test_what_fails_is_tried_for_days_and_then_told(world, program, monkeypatch) -> None:
    hook, _secret = make(world.owner)
    program.problem = hooks.HookError("status", 503)
    message = actions.test_webhook(webhook=hook, by=world.owner)
    start = now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert not calls.call(message.pk)
    while message.state == "queued":
        message.refresh_from_db()
        now = message.next_attempt or now
        assert calls.call_due() == 0
        message.refresh_from_db()
    assert timedelta(days=3) < now - start < timedelta(days=4)
    assert (message.state, message.attempts, message.status) == ("failed", len(calls.DELAYS) + 1, 503)
    assert Notice.objects.get(kind="core.webhook").variant == ""
    hook.refresh_from_db()
    assert hook.stopped is None
    # two days later another message is given up: nothing has arrived for five days
    other = actions.test_webhook(webhook=hook, by=world.owner)
    now = start + timedelta(days=7)
    WebhookMessage.objects.filter(pk=other.pk).update(attempts=len(calls.DELAYS))
    assert not calls.call(other.pk)
    hook.refresh_from_db()
    assert hook.stopped == now
    assert actions.tell_webhooks(kind="agenda.changed", users=[world.owner.pk], data={}) == 0
    actions.resume_webhook(webhook=hook, by=world.owner)
    assert actions.tell_webhooks(kind="agenda.changed", users=[world.owner.pk], data={}) == 1


def test_a_webhook_that_failed_rests_so_that_it_holds_up_no_others(world, program, monkeypatch) -> None:
    hook, _secret = make(world.owner)
    program.problem = hooks.HookError("slow")
    one, other = (actions.test_webhook(webhook=hook, by=world.owner) for _ in range(2))
    assert not calls.call(one.pk)
    assert not calls.call(other.pk)
    assert len(program.told) == 1
    later = timezone.now() + timedelta(minutes=11)
    monkeypatch.setattr(timezone, "now", lambda: later)
    program.problem = None
    assert calls.call_due() == 2


def test_a_secret_that_no_key_opens_is_replaced(world, program) -> None:
    hook, _secret = make(world.owner)
    Webhook.objects.update(sealed="x")
    message = actions.test_webhook(webhook=hook, by=world.owner)
    assert not calls.call(message.pk)
    assert WebhookMessage.objects.get().problem == "lost"
    new = actions.rotate_secret(webhook=hook, by=world.owner)
    hook.refresh_from_db()
    assert actions.secrets_of(hook) == [new]


def test_a_program_that_is_gone_stops_its_webhook(world, program) -> None:
    hook, _secret = make(world.owner)
    program.problem = hooks.HookError("status", 410)
    assert not calls.call(actions.test_webhook(webhook=hook, by=world.owner).pk)
    hook.refresh_from_db()
    assert hook.stopped
    with pytest.raises(Refused):
        actions.test_webhook(webhook=hook, by=world.owner)


def test_its_owner_makes_and_removes_it_on_a_page(world, sign_in) -> None:
    client = sign_in(world.owner)
    wrong = client.post(reverse("webhooks"), {"name": "ERP", "url": "https://127.0.0.1/", "kinds": ["agenda.changed"]})
    assert "öffentlichen Rechner" in wrong.content.decode()
    shown = client.post(reverse("webhooks"), {"name": "ERP", "url": URL, "kinds": ["agenda.changed"]}).content.decode()
    hook = Webhook.objects.get()
    secret = actions.secrets_of(hook)[0]
    assert secret.replace("+", "&#x2B;") in shown or secret in shown
    assert secret not in client.get(reverse("webhooks")).content.decode()
    assert secret not in str(list(AuditEntry.objects.values_list("details")))
    assert sign_in(world.stranger).post(reverse("webhook-step", args=[hook.key, "remove"])).status_code == 404
    sign_in(world.owner).post(reverse("webhook-step", args=[hook.key, "remove"]))
    assert not Webhook.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_more_webhooks_cost_no_more_queries(world, django_assert_num_queries, count: int) -> None:
    from qiao.core.queries import webhooks_page

    for _ in range(count):
        hook, _secret = make(world.owner)
        actions.test_webhook(webhook=hook, by=world.owner)
    Webhook.objects.update(failing_since=timezone.now())
    with django_assert_num_queries(2):
        assert len(webhooks_page(world.owner)) == count


def test_nobody_has_more_webhooks_than_allowed(world) -> None:
    for _ in range(actions.MOST):
        make(world.owner)
    with pytest.raises(Refused):
        make(world.owner)
    assert Webhook.objects.count() == actions.MOST


def test_programs_of_a_closed_account_are_told_nothing(world) -> None:
    make(world.owner)
    world.owner.is_active = False
    world.owner.save()
    assert actions.tell_webhooks(kind="agenda.changed", users=[world.owner.pk], data={}) == 0


def test_what_waits_is_not_sent_once_the_account_is_closed(world, program) -> None:
    make(world.owner)
    actions.tell_webhooks(kind="agenda.changed", users=[world.owner.pk], data={})
    message = WebhookMessage.objects.get()
    world.owner.is_active = False
    world.owner.save()
    assert not calls.call(message.pk)
    assert program.told == []
    world.owner.is_active = True
    world.owner.save()
    assert calls.call(message.pk)


def test_what_arrives_ends_a_failure(world, program) -> None:
    """Else a webhook would be stopped for what failed once, long ago."""
    hook, _secret = make(world.owner)
    Webhook.objects.update(failing_since=timezone.now() - timedelta(days=9))
    assert calls.call(actions.test_webhook(webhook=hook, by=world.owner).pk)
    hook.refresh_from_db()
    assert (hook.failing_since, hook.rests_until) == (None, None)


def test_a_message_under_way_is_not_sent_by_another_worker(world, program, monkeypatch) -> None:
    hook, _secret = make(world.owner)
    message = actions.test_webhook(webhook=hook, by=world.owner)
    inner = []

    def post(url: str, body: bytes, headers: dict[str, str]) -> int:
        inner.append(calls.call(message.pk) or calls.call_due())
        return program.post(url, body, headers)

    monkeypatch.setattr(hooks, "post", post)
    assert calls.call(message.pk)
    assert inner == [0]
    assert len(program.told) == 1
