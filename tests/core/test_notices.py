"""Notices: written for everything that is told, in the reader's language when read, by mail as each person chose."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from qiao.core import actions, telling
from qiao.core.actions import notices
from qiao.core.errors import Refused
from qiao.core.models import Mail, User
from qiao.core.notice_lines import lines
from qiao.core.notice_models import Notice, NoticeChoice
from qiao.core.notices import KINDS, Way, bundle_is_due, quiet_until
from qiao.directory import actions as directory
from qiao.events import actions as events
from qiao.events.models import Participation
from qiao.matchmaking import actions as matchmaking
from tests.world import organisation, participation, person

pytestmark = [pytest.mark.db, pytest.mark.django_db]
RECEIVED, ACCEPTED = "matchmaking.request_received", "matchmaking.request_accepted"
NOON = datetime(2027, 6, 1, 10, tzinfo=UTC)  # 12:00 in Berlin


def ask(world):
    return matchmaking.send_request(sender=world.chinese, recipient=world.german, by=world.chinese_user)


def chosen(user: User, **ways: str) -> None:
    kinds = {name.replace("__", "."): way for name, way in ways.items()}
    notices.choose(user=user, ways=kinds, quiet=None, by=user)


def words(user: User, language: str) -> list[str]:
    with translation.override(language):
        return [line.text for line in lines(Notice.objects.filter(user=user))]


@pytest.fixture
def awake(monkeypatch) -> None:
    """Noon for everybody in Berlin, whenever the test runs."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)


def test_a_request_is_told_in_the_readers_language_and_settled_by_the_answer(world, sign_in) -> None:
    request = ask(world)
    assert words(world.owner, "zh-hans") == ["济南激光设备有限公司希望与您洽谈（2027年大会）。"]
    assert words(world.owner, "de")[0].startswith("Jinan Laser Equipment möchte Sie treffen")
    page = sign_in(world.owner).get(reverse("notices")).content.decode()
    assert "Jinan Laser Equipment" in page
    assert 'class="count">1<' in page.partition("</header>")[0]
    matchmaking.accept(request=request, by=world.owner)
    assert Notice.objects.get(user=world.owner).read, "what was answered waits no more"
    assert Notice.objects.get(user=world.chinese_user).kind == ACCEPTED


def test_who_goes_on_to_the_thing_has_read_the_notice(world, sign_in) -> None:
    ask(world)
    client, notice = sign_in(world.owner), Notice.objects.get(user=world.owner)
    assert b'class="count"' in client.get(reverse("notices")).content
    response = client.post(reverse("notice-open", args=[notice.key]))
    assert response["Location"].startswith(reverse("requests", args=[world.event.slug]))
    assert b'class="count"' not in client.get(reverse("notices")).content
    assert notice.key not in client.get(f"{reverse('notices')}?unread").content.decode()


def test_marking_all_leaves_what_came_in_since(world, sign_in) -> None:
    ask(world)
    client, seen = sign_in(world.owner), timezone.now()
    Notice.objects.update(created=seen + timedelta(seconds=1))
    client.post(reverse("notices-read"), {"until": seen.isoformat()})
    assert not Notice.objects.exclude(read=None).exists()
    client.post(reverse("notices-read"), {"until": "nonsense"})
    Notice.objects.update(created=seen)
    client.post(reverse("notices-read"))
    assert not Notice.objects.filter(read=None).exists()


def test_organisers_are_told_of_registrations_once_until_they_look(world) -> None:
    for name in ("Neu Nora", "Neu Nils"):
        who = person(world.german.organisation, name)
        events.join(event=world.event, person=who, organisation=world.german.organisation, by=None)
    assert words(world.organiser, "de") == ["Neue Anmeldungen für Konferenz 2027: 2"]
    assert not Mail.objects.exists(), "they come in one mail a day"
    notices.mark_all_read(user=world.organiser)
    who = person(world.german.organisation, "Neu Nele")
    events.join(event=world.event, person=who, organisation=world.german.organisation, by=world.organiser)
    assert Notice.objects.filter(user=world.organiser).count() == 1, "who enters somebody knows it"


def test_what_waits_for_organisers_and_offices_is_settled_once_nothing_waits(world) -> None:
    firm = organisation(world.saxony, "Wartende GmbH", is_published=False)
    for user, kind, subject in (
        (world.adviser, "directory.registered_here", "organisations"),
        (world.organiser, "events.registered", f"event {world.event.pk}"),
    ):
        telling.tell(user=user, address=None, kind=kind, about=telling.About("/", {"event": world.event.pk}, subject))
    directory.approve(organisation=firm, by=world.adviser)
    assert Notice.objects.get(user=world.adviser).read
    applied = [participation(world.event, person(firm, name), state="applied") for name in ("Nora", "Nils")]
    for count, one in enumerate(applied, 1):
        events.approve(participation=one, by=world.organiser)
        assert bool(Notice.objects.get(user=world.organiser).read) is (count == 2), "as long as one waits it stays"


def test_a_short_mail_for_what_has_no_letter_of_its_own(world, awake) -> None:
    chosen(world.organiser, events__registered=Way.AT_ONCE)
    for name in ("Neu Nora", "Neu Nils"):
        who = person(world.german.organisation, name)
        events.join(event=world.event, person=who, organisation=world.german.organisation, by=None)
    mail = Mail.objects.get(user=world.organiser)  # the second time the first notice is still unread
    assert mail.subject == "Neue Anmeldungen für Konferenz 2027: 1"
    assert reverse("participants", args=[world.event.slug]) in mail.body


def test_never_and_daily(world, awake) -> None:
    chosen(world.owner, matchmaking__request_received=Way.NEVER)
    request = ask(world)
    assert not Mail.objects.exists()
    assert Notice.objects.filter(user=world.owner).exists(), "in the application always"
    chosen(world.chinese_user, matchmaking__request_accepted=Way.DAILY)
    matchmaking.accept(request=request, by=world.owner)
    assert telling.send_bundles() == 1
    mail = Mail.objects.get(user=world.chinese_user)
    assert mail.language == "zh-hans"
    assert "已接受您" in mail.body
    assert mail.stop_url in mail.body
    assert telling.send_bundles() == 0, "the second time there is nothing left"


def test_a_bundle_leaves_out_what_was_read_and_comes_once_a_day(world, awake, monkeypatch) -> None:
    chosen(world.owner, matchmaking__request_received=Way.DAILY)
    matchmaking.withdraw(request=ask(world), by=world.chinese_user)
    notices.mark_all_read(user=world.owner)
    assert telling.send_bundles() == 0
    ask(world)
    assert telling.send_bundles() == 1
    Notice.objects.update(waits=True)
    assert telling.send_bundles() == 0, "once a day"
    monkeypatch.setattr(timezone, "now", lambda: NOON + timedelta(days=1))
    assert telling.send_bundles() == 1


def test_what_waits_for_the_days_mail_goes_with_the_choice(world, awake) -> None:
    chosen(world.owner, matchmaking__request_received=Way.DAILY)
    ask(world)
    chosen(world.owner, matchmaking__request_accepted=Way.NEVER)
    assert Notice.objects.filter(waits=True).exists(), "of another kind"
    chosen(world.owner, matchmaking__request_received=Way.NEVER)
    assert telling.send_bundles() == 0
    assert not Mail.objects.filter(user=world.owner).exists()


def test_what_must_reach_people_cannot_be_switched_off(world) -> None:
    with pytest.raises(Refused):
        chosen(world.owner, events__approved=Way.NEVER)
    NoticeChoice.objects.create(user=world.owner, kind="events.approved", way=Way.NEVER)
    Participation.objects.filter(pk=world.german.pk).update(state=Participation.State.APPLIED)
    world.german.refresh_from_db()
    events.approve(participation=world.german, by=world.organiser)
    assert Mail.objects.get().kind == "events.approved"


def test_at_night_mails_wait_until_the_morning(world, monkeypatch) -> None:
    night = datetime(2027, 6, 1, 21, 30, tzinfo=UTC)  # 23:30 in Berlin, past five in Jinan
    monkeypatch.setattr(timezone, "now", lambda: night)
    ask(world)
    mail = Mail.objects.get()
    assert mail.next_attempt == datetime(2027, 6, 2, 5, tzinfo=UTC)  # 07:00 in Berlin
    assert not actions.send(mail.pk)
    assert actions.send_due() == 0
    monkeypatch.setattr(timezone, "now", lambda: night + timedelta(hours=8))
    assert actions.send_due() == 1


@pytest.mark.parametrize(
    ("hour", "start", "end", "until"),
    [
        (21, time(22), time(7), None), (22, time(22), time(7), (2, 7)), (3, time(22), time(7), (1, 7)),
        (7, time(22), time(7), None), (13, time(12), time(14), (1, 14)), (15, time(12), time(14), None),
        (3, None, None, None), (3, time(7), time(7), None),
    ],
)  # fmt: skip
def test_quiet_hours(hour, start, end, until) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    user = User(time_zone="Asia/Shanghai", quiet_from=start, quiet_until=end)
    expected = datetime(2027, 6, *until, tzinfo=zone) if until else None
    assert quiet_until(user, datetime(2027, 6, 1, hour, tzinfo=zone)) == expected


def test_the_days_mail_comes_in_the_morning_of_the_reader() -> None:
    user = User(time_zone="Asia/Shanghai", quiet_from=time(22), quiet_until=time(8))
    seven, eight = (datetime(2027, 6, 1, hour, 30, tzinfo=ZoneInfo("Asia/Shanghai")) for hour in (7, 8))
    assert not bundle_is_due(user, None, seven)
    assert bundle_is_due(user, None, eight)
    assert not bundle_is_due(user, eight - timedelta(hours=8), eight)
    assert bundle_is_due(user, eight - timedelta(hours=9), eight)


def test_choices_are_kept_on_the_page(world, sign_in) -> None:
    client, address = sign_in(world.owner), reverse("notice-settings")
    form = client.get(address).context["form"]
    assert "events.registered" not in form.fields, "only organisers hear of that"
    assert "events.approved" not in form.fields
    values = {name: field.initial for name, field in form.fields.items()} | {
        RECEIVED: "daily", "quiet": "on", "start": "20:00", "end": "08:00",
    }  # fmt: skip
    assert client.post(address, values).status_code == 302
    world.owner.refresh_from_db()
    assert (world.owner.quiet_from, world.owner.quiet_until) == (time(20), time(8))
    assert list(NoticeChoice.objects.values_list("kind", "way")) == [(RECEIVED, "daily")]
    client.post(address, values | {RECEIVED: "at-once", "quiet": ""})
    world.owner.refresh_from_db()
    assert world.owner.quiet_from is None
    assert not NoticeChoice.objects.exists(), "what is usual is no choice"
    assert client.post(address, values | {"start": ""}).status_code == 200
    assert "events.registered" in sign_in(world.organiser).get(address).context["form"].fields


def test_one_click_ends_the_bundles(world) -> None:
    address = reverse("notices-stop", args=[telling.stop_token(world.owner)])
    program = Client(enforce_csrf_checks=True)
    assert program.get(address).status_code == 200
    assert program.post(address).status_code == 403
    assert not NoticeChoice.objects.exists()
    assert program.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert set(NoticeChoice.objects.values_list("kind", flat=True)) == {
        code for code, kind in KINDS.items() if not kind.required
    }
    assert program.post(reverse("notices-stop", args=["x"])).status_code in (403, 404)


def test_more_notices_cost_no_more_queries(world, sign_in) -> None:
    def told(number: int) -> None:
        for kind, rule in KINDS.items():
            for variant in rule.sentences:
                arguments = {"event": world.event.pk, "partner": world.chinese.pk, "organisation": 4_711}
                telling._write(
                    world.owner, kind, telling.About("/", arguments, f"{number} {variant}", variant), waits=True
                )

    client = sign_in(world.owner)
    told(1)
    client.get(reverse("notices"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("notices"))
    told(2)
    with CaptureQueriesContext(connection) as many:
        page = client.get(reverse("notices")).content.decode()
    assert len(few) == len(many)
    assert "%(" not in page
    for language in ("de", "zh-hans", "en"):
        assert not any("%(" in one for one in words(world.owner, language))


def test_notices_are_forgotten_with_time_and_with_the_person(world) -> None:
    ask(world)
    Notice.objects.update(created=timezone.now() - timedelta(days=91))
    actions.forget_old()
    assert not Notice.objects.exists()


def test_who_has_no_address_still_finds_it_in_the_application(world) -> None:
    world.chinese.person.user.email = None
    world.chinese.person.user.save()
    matchmaking.send_request(sender=world.german, recipient=world.chinese, by=world.owner)
    assert Notice.objects.get(user=world.chinese_user).kind == RECEIVED
    assert not Mail.objects.exists()
