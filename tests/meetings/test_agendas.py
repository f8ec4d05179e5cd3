"""One read feeds web, calendar, paper and mail; people see their own talks and nothing else."""

import base64
import io
import subprocess
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import translation
from django_tasks_db.models import DBTaskResult
from icalendar import Calendar
from PIL import Image

from qiao.core.models import AuditEntry, Mail
from qiao.events.models import Interpreter, Participation
from qiao.matchmaking.models import Suggestion
from qiao.meetings import actions, overviews
from qiao.meetings.ics import agenda_calendar, rota_calendar
from qiao.meetings.models import AgendaNotice, Feed
from qiao.meetings.overviews import agendas_of, schedule_of
from qiao.meetings.pdf import agenda_data, agenda_pdf, agenda_picture
from qiao.meetings.queries import agenda_for, rota_for
from tests.meetings.plans import agreed, finished_run, first_plan, meeting, wishes
from tests.world import delegation, person, show_abroad, travels_with

pytestmark = pytest.mark.db
NOW = datetime(2027, 11, 1, 8, 0, tzinfo=UTC)
REASONS = [
    {
        "code": "seek-meets-offer",
        "mine": {"field": "seeks", "index": 1, "lang": "de"},
        "theirs": {"field": "offers", "index": 1, "lang": "zh"},
        "strength": 0.9,
    },
    {"code": "shared-theme", "value": "smart-manufacturing", "mine": None, "theirs": None},
]


@pytest.fixture
def published(world):
    show_abroad(world.german.person, world.chinese.person, world.interpreter.person)
    wishes(world)
    Suggestion.objects.create(
        participation=world.german, partner=world.chinese, rank=1, score=0.9, reasons=REASONS, engine="test"
    )
    actions.publish(run=finished_run(world, first_plan(world)), by=world.organiser)
    return world


def text_of(pdf: bytes) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()


# The read itself


def test_an_agenda_holds_table_interpreter_partner_and_the_reason(published) -> None:
    talk, second = agenda_for(published.german).talks
    assert (talk.key, talk.table.number, talk.interpreter.name) == ("otto-wang", 1, "Dolores Dolmetsch")
    assert talk.partner.person.name == "王立"
    assert talk.why.mine.organisation == published.german.organisation
    assert talk.why.mine.kind == "seek"
    assert talk.why.theirs.organisation == published.chinese.organisation
    assert (second.key, second.interpreter, second.languages) == ("otto-li", None, ("en",))


def test_the_reason_is_turned_round_for_the_other_side(published) -> None:
    (talk,) = agenda_for(published.chinese).talks
    assert talk.why.mine.organisation == published.chinese.organisation
    assert talk.why.mine.kind == "offer"


def test_the_next_talk_is_the_one_that_has_not_ended(published) -> None:
    agenda = agenda_for(published.german)
    assert agenda.next(NOW).key == "otto-wang"
    assert agenda.next(published.slots[0].start).key == "otto-wang"
    assert agenda.next(published.slots[0].end).key == "otto-li"
    assert agenda.next(published.slots[1].end) is None


def test_an_agenda_takes_a_fixed_number_of_queries(world, django_assert_num_queries, django_assert_max_num_queries):
    wishes(world)
    actions.publish(run=finished_run(world, [meeting("otto-wang", 1, 1, world.interpreter)]), by=None)
    agenda_for(world.german)  # content types are looked up once per process
    with django_assert_max_num_queries(13) as counted:
        assert len(agenda_for(world.german).talks) == 1
    third = person(world.chinese_en.organisation, "陈静", languages=["zh", "en"])
    from tests.world import participation

    agreed(world.german, participation(world.event, third), "otto-chen")
    plan = [*first_plan(world), meeting("otto-chen", 3, 1)]
    actions.publish(run=finished_run(world, plan), by=None)
    with django_assert_num_queries(len(counted)):
        assert len(agenda_for(world.german).talks) == 3


# Calendar files


def test_a_calendar_file_reads_back(published, settings) -> None:
    settings.PUBLIC_URL = "https://office.example.org"
    with translation.override("zh-hans"):
        calendar = Calendar.from_ical(agenda_calendar(agenda_for(published.chinese), NOW))
    (event,) = calendar.walk("VEVENT")
    assert event["UID"] == "otto-wang@office.example.org"
    assert (event["SEQUENCE"], event["STATUS"]) == (0, "CONFIRMED")
    assert event["DTSTART"].dt == published.slots[0].start
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert event["DTEND"].dt == published.slots[0].end
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    assert calendar["METHOD"] == "PUBLISH"
    assert "Elbe Lasertechnik GmbH" in event["SUMMARY"]
    assert "济南" in event["LOCATION"]
    assert "Dolores Dolmetsch" in event["DESCRIPTION"]


def test_a_calendar_file_tells_nobodys_address(published) -> None:
    published.chinese.person.email = "wang@secret.example"
    published.chinese.person.phone = "+86 531 55555555"
    published.chinese.person.save()
    text = agenda_calendar(agenda_for(published.german), NOW).decode()
    assert "secret" not in text
    assert "55555555" not in text


def test_a_cancelled_talk_is_cancelled_in_the_calendar_with_a_higher_number(published) -> None:
    actions.publish(run=finished_run(published, first_plan(published)[1:]), by=None)
    calendar = Calendar.from_ical(agenda_calendar(agenda_for(published.german), NOW))
    found = {str(one["UID"]).split("@")[0]: (one["STATUS"], one["SEQUENCE"]) for one in calendar.walk("VEVENT")}
    assert found == {"otto-wang": ("CANCELLED", 1), "otto-li": ("CONFIRMED", 0)}


def test_an_interpreters_calendar_ends_what_another_one_serves_now(published) -> None:
    hans = Interpreter.objects.create(
        event=published.event, person=person(published.german.organisation, "Hans Hilfe"), languages=["de", "zh"]
    )
    plan = [meeting("otto-wang", 1, 1, hans), *first_plan(published)[1:]]
    actions.publish(run=finished_run(published, plan), by=None)
    for interpreter, status in ((published.interpreter, "CANCELLED"), (hans, "CONFIRMED")):
        (event,) = Calendar.from_ical(rota_calendar(rota_for(interpreter), NOW)).walk("VEVENT")
        assert (event["STATUS"], event["SEQUENCE"]) == (status, 1)
    for later in ([meeting("otto-wang", 4, 1, hans), *plan[1:]], plan[1:]):
        actions.publish(run=finished_run(published, later), by=None)
    (event,) = Calendar.from_ical(rota_calendar(rota_for(hans), NOW)).walk("VEVENT")
    assert (event["STATUS"], event["SEQUENCE"], event["DTSTART"].dt) == ("CANCELLED", 3, published.slots[3].start)


def test_an_interpreters_calendar_ends_what_its_people_have_ended(published) -> None:
    Participation.objects.filter(pk=published.chinese.pk).update(state=Participation.State.CANCELLED)
    (event,) = Calendar.from_ical(rota_calendar(rota_for(published.interpreter), NOW)).walk("VEVENT")
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)


def test_line_breaks_in_a_name_start_no_property_of_their_own(published) -> None:
    published.chinese.person.name = "王立\r\nATTENDEE:mailto:evil@example.org"
    published.chinese.person.name_latin = ""
    published.chinese.person.save()
    calendar = Calendar.from_ical(agenda_calendar(agenda_for(published.german), NOW))
    assert all("ATTENDEE" not in event for event in calendar.walk("VEVENT"))


# Paper


@pytest.mark.parametrize("language", ["de", "zh-hans", "en"])
def test_paper_carries_both_scripts(published, language) -> None:
    with translation.override(language):
        text = text_of(agenda_pdf(agenda_for(published.german)))
    for words in (
        "Otto Owner",
        "王立",
        "Wáng Lì",
        "济南激光设备有限公司",
        "Dolores Dolmetsch",
        "09:00–09:25",
        "09:30–09:55",
    ):
        assert words in text
    assert "Vertriebspartner für Laseranlagen in China" in text
    assert "1/1" in text.replace(" ", "")


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "Laser (maschinell übersetzt)"), ("zh-hans", "激光（机器翻译）"), ("en", "Laser (machine-translated)")],
)
def test_paper_and_calendar_say_what_a_machine_translated(published, language, words) -> None:
    entry = published.chinese.organisation.entries.get(kind="offer")
    entry.texts.all().delete()
    for code, text in (("de", "Laser"), ("en", "Laser"), ("zh", "激光")):
        entry.texts.create(field="text", language=code, text=text, origin="machine")
    with translation.override(language):
        agenda = agenda_for(published.german)
        [day] = agenda_data(agenda)["days"]
        assert words in day["talks"][0]["lines"][-1]
        assert words in str(Calendar.from_ical(agenda_calendar(agenda, NOW)).walk("VEVENT")[0]["description"])


def test_words_of_people_are_never_part_of_the_template(published) -> None:
    published.chinese.organisation.name = '#panic("x") $ \\ 济南'
    published.chinese.organisation.save()
    assert '#panic("x") $' in text_of(agenda_pdf(agenda_for(published.german)))


def test_the_agenda_is_one_picture_as_wide_as_a_phone_and_as_long_as_it_takes(published, sign_in) -> None:
    many, few = (
        Image.open(io.BytesIO(agenda_picture(agenda_for(who)))) for who in (published.german, published.chinese)
    )
    assert (many.format, many.width, few.width) == ("PNG", 945, 945)
    assert many.height > few.height > 600  # two talks and one
    answer = sign_in(published.owner).get(reverse("agenda-picture", args=[published.event.slug]))
    assert answer["Content-Type"] == "image/png"
    assert "Content-Disposition" not in answer  # shown, for programs that cannot download


def test_paper_without_talks_says_so(world) -> None:
    data = agenda_data(agenda_for(world.german))
    assert data["days"] == []
    assert data["empty"] in text_of(agenda_pdf(agenda_for(world.german)))


# Mail


def test_everybody_concerned_is_mailed_once_in_the_own_language(published, run_tasks, mail_folder) -> None:
    run_tasks()
    mails = {mail.user.name: mail for mail in Mail.objects.all()}
    assert set(mails) == {"Owner Otto", "Wang Li", "Dolores Dolmetsch"}  # the others have neither account nor address
    assert (mails["Owner Otto"].language, mails["Wang Li"].language) == ("de", "zh-hans")
    assert mails["Owner Otto"].address == "owner@example.org"
    assert [one["name"] for one in mails["Owner Otto"].attachments] == ["agenda.ics", "agenda.pdf"]
    assert [one["name"] for one in mails["Dolores Dolmetsch"].attachments] == ["rota.ics"]
    paper = base64.b64decode(mails["Wang Li"].attachments[1]["base64"])
    assert "王立" in text_of(paper)
    assert "Elbe Lasertechnik GmbH" in mails["Wang Li"].body
    calendar = base64.b64decode(mails["Wang Li"].attachments[0]["base64"]).decode()
    assert "SUMMARY:洽谈：" in calendar
    assert not AgendaNotice.objects.filter(queued=None).exists()
    actions.tell(AgendaNotice.objects.first().version_id)
    assert Mail.objects.count() == 3


def test_two_versions_before_the_mail_goes_out_are_one_mail(published, run_tasks, mail_folder) -> None:
    plan = [meeting("otto-wang", 4, 1, published.interpreter), *first_plan(published)[1:]]
    actions.publish(run=finished_run(published, plan), by=None)
    run_tasks()
    assert Mail.objects.filter(user=published.owner).count() == 1
    assert not AgendaNotice.objects.filter(queued=None).exists()


def test_a_worker_killed_while_telling_loses_nobody_and_tells_nobody_twice(
    published, run_tasks, mail_folder, monkeypatch
):
    from qiao.meetings.actions import telling

    real, calls = telling.tell_user, []

    def fragile(**fields):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(**fields)

    monkeypatch.setattr(telling, "tell_user", fragile)
    version = AgendaNotice.objects.first().version_id
    with pytest.raises(KeyboardInterrupt):
        actions.tell(version)
    DBTaskResult.objects.all().delete()  # of who published
    assert actions.tell_due() == 1
    run_tasks()
    assert Mail.objects.count() == 3
    assert Mail.objects.values("user").distinct().count() == 3
    assert actions.tell_due() == 0


# Rota, schedule, delegation


def test_a_rota_holds_only_the_own_talks(published) -> None:
    (talk,) = rota_for(published.interpreter).talks
    assert [who.person.name for who in talk.people] == ["Otto Owner", "王立"]
    assert talk.table.number == 1
    assert talk.topic.mine.organisation == published.german.organisation


def test_the_schedule_shows_every_talk_in_its_place(published, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(10):
        schedule = schedule_of(published.event)
    (day,) = schedule.days
    taken = {
        (table.number, cell.slot.position): cell.meeting.request.key
        for table, cells in day.rows
        for cell in cells
        if cell.meeting
    }
    assert taken == {(1, 1): "otto-wang", (1, 2): "otto-li", (2, 3): "eva-li"}
    (load,) = schedule.interpreters
    assert (load.talks, load.slots) == (1, 4)


def test_the_schedule_of_many_tables_stands_on_several_pages(published, monkeypatch, django_assert_num_queries) -> None:
    monkeypatch.setattr(overviews, "ROWS", 1)
    first, second = (schedule_of(published.event, page) for page in ("1", "2"))
    assert [[table.number for table, _cells in one.days[0].rows] for one in (first, second)] == [[1], [2]]
    assert [len(cells) for one in (first, second) for _slot, cells in one.days[0].by_slot] == [1, 1, 0, 0, 0, 0, 1, 0]
    assert [load.talks for one in (first, second) for load in one.interpreters] == [1, 1]
    assert first.days[0].unused == second.days[0].unused == len(published.tables) - 2
    assert first.held == second.held
    monkeypatch.setattr(overviews, "ROWS", 40)
    with django_assert_num_queries(10):
        schedule_of(published.event)


def test_a_delegations_agendas_lie_side_by_side(published, django_assert_num_queries, django_assert_max_num_queries):
    sent = delegation(published.event, "jinan", published.chinese_en)
    with django_assert_max_num_queries(20) as counted:
        agendas_of(sent, published.event)
    travels_with(sent, published.chinese, position=2)
    with django_assert_num_queries(len(counted)):
        group = agendas_of(sent, published.event)
    assert [one.pk for one in group.members] == [published.chinese_en.pk, published.chinese.pk]
    held = [[cell.talk.key if cell.talk else None for cell in cells] for _slot, cells in group.rows]
    assert held == [[None, "otto-wang"], ["otto-li", None], ["eva-li", None], [None, None]]


# The private feed


def test_a_feed_serves_its_owners_agenda_without_signing_in_and_ends_at_once(published, client) -> None:
    token = actions.make_feed(participation=published.chinese, by=published.chinese_user)
    address = f"/calendar/{token}.ics"
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "private, no-store"
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [str(one["UID"]).split("@")[0] for one in events] == ["otto-wang"]
    assert token not in str(Feed.objects.values())
    second = actions.make_feed(participation=published.chinese, by=published.chinese_user)
    assert client.get(address).status_code == 404
    assert client.get(f"/calendar/{second}.ics").status_code == 200
    assert actions.revoke_feed(participation=published.chinese, by=published.chinese_user) == 1
    assert client.get(f"/calendar/{second}.ics").status_code == 404
    assert AuditEntry.objects.filter(action="meetings.revoke_feed").count() == 1


def test_a_feed_ends_with_the_participation(published, client) -> None:
    token = actions.make_feed(participation=published.chinese, by=published.chinese_user)
    published.chinese.state = "cancelled"
    published.chinese.save()
    assert client.get(f"/calendar/{token}.ics").status_code == 404
