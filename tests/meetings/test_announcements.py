"""Announcements: to whom, in which language, once."""

import pytest
from django.urls import reverse
from django.utils import translation

from qiao.core.actions import notices
from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Mail
from qiao.events.models import Participation
from qiao.matchmaking.models import Request
from qiao.meetings import actions
from qiao.meetings.models import Announcement
from qiao.meetings.segments import CHOICES, people_of
from qiao.meetings.words import address_of
from tests.meetings.plans import agreed, finished_run, first_plan, wishes
from tests.world import participation, person, user

pytestmark = [pytest.mark.db, pytest.mark.django_db]
TEXT = {
    "subjects_de": "Bus um 8 Uhr",
    "bodies_de": "Der Bus fährt um 8 Uhr.",
    "subjects_zh": "八点乘车",
    "bodies_zh": "大巴八点出发。",
}


def names(world, segment: str) -> set[str]:
    return {one.name for one in people_of(world.event, segment)}


def test_each_segment_is_who_it_says(world) -> None:
    everybody = {"Otto Owner", "王立", "Eva Ernst", "李娜"}
    waiting = person(world.german.organisation, "Willi Wartend")
    participation(world.event, waiting, state=Participation.State.APPLIED)
    assert names(world, "admitted") == names(world, "idle") == names(world, "without-talks") == everybody
    assert names(world, "applied") == {"Willi Wartend"}
    assert names(world, "silent") == names(world, "with-talks") == set()
    agreed(world.german, world.chinese, "a", state=Request.State.PENDING)
    assert names(world, "silent") == {"王立"}
    assert names(world, "idle") == everybody - {"Otto Owner"}, "who was asked and has not answered has done nothing yet"
    Request.objects.all().delete()
    wishes(world)
    actions.publish(run=finished_run(world, first_plan(world)), by=world.organiser)
    assert names(world, "with-talks") == everybody
    assert names(world, "without-talks") == names(world, "idle") == set()
    assert names(world, "interpreters") == {"Dolores Dolmetsch"}
    assert {code for code, _label in CHOICES} == {
        "admitted", "applied", "no-profile", "idle", "silent", "with-talks", "without-talks", "interpreters",
    }  # fmt: skip


def send(world, **more) -> Announcement:
    values = {
        "event": world.event, "segment": "admitted", "subjects": {"de": "Bus", "zh": "大巴"},
        "bodies": {"de": "Um 8 Uhr.", "zh": "八点。"}, "key": "k" * 24, "by": world.organiser,
    }  # fmt: skip
    return actions.announce(**values | more)


def test_each_recipient_gets_the_language_that_fits_best(world, run_tasks, mail_folder) -> None:
    reader = user("English Emma", language="en")
    world.german_en.person.user = reader
    world.german_en.person.save()
    made = send(world)
    run_tasks()
    mails = {mail.user.name: mail for mail in Mail.objects.all()}
    assert mails["Owner Otto"].subject == "Bus"
    assert "Um 8 Uhr." in mails["Owner Otto"].body
    assert mails["Wang Li"].subject == "大巴"
    assert mails["English Emma"].subject == "Bus", "German before Chinese for readers of English"
    assert "organiser" in mails["English Emma"].body, "the frame is in the reader's own language"
    assert len(mails) == 3, "李娜 has neither account nor address"
    made.refresh_from_db()
    assert made.recipients == 3
    assert AuditEntry.objects.get(action="meetings.announce").details["segment"] == "admitted"


def test_it_stands_among_the_notices_with_its_text(world, run_tasks, sign_in) -> None:
    send(world)
    run_tasks()
    page = sign_in(world.chinese_user).get(reverse("notices")).content.decode()
    assert "2027年大会：大巴" in page
    assert '<div class="notice" lang="zh-Hans"><p>八点。</p></div>' in page
    notices.choose(user=world.chinese_user, ways={"meetings.announcement": "never"}, quiet=None, by=world.chinese_user)
    made = send(world, key="l" * 24)
    run_tasks()
    assert Mail.objects.filter(user=world.chinese_user).count() == 1, "the second one came as a notice only"
    made.refresh_from_db()
    assert made.recipients == 2, "told is told"


def test_a_second_click_and_a_second_run_of_the_task_send_nothing(world, run_tasks) -> None:
    made = send(world)
    with translation.override("en"), pytest.raises(Refused, match="already"):
        send(world)
    run_tasks()
    count = Mail.objects.count()
    assert count == 2
    assert actions.send_announcement(made.pk) == 0
    assert Mail.objects.count() == count


def test_subject_and_text_in_the_same_languages(world) -> None:
    with translation.override("en"), pytest.raises(Refused, match="same languages"):
        send(world, bodies={"de": "Nur deutsch."})


def test_the_page_shows_whom_it_reaches_before_anything_is_sent(world, sign_in, run_tasks) -> None:
    client, address = sign_in(world.organiser), reverse("announcements", args=[world.event.slug])
    key = client.get(address).context["form"]["key"].value()
    values = TEXT | {"segment": "admitted", "key": key}
    text = client.post(address, values).content.decode()
    assert "2 Personen bekommen diese E-Mail" in text
    assert "2 Personen haben keine E-Mail-Adresse" in text
    assert not Announcement.objects.exists()
    assert "Der Bus fährt um 8 Uhr." in text
    shown = client.post(address, values).context["shown"]
    changed = client.post(address, values | {"segment": "applied", "confirmed": shown}).content.decode()
    assert "Noch ist nichts verschickt" in changed
    assert not Announcement.objects.exists(), "what was changed after the preview is shown anew"
    silent = next(one for one in people_of(world.event, "admitted") if not address_of(one))
    silent.email = "neu@example.org"
    silent.save()
    more = client.post(address, values | {"confirmed": shown}).content.decode()
    assert "3 Personen bekommen diese E-Mail" in more
    assert not Announcement.objects.exists(), "it would reach more people than was shown"
    silent.email = ""
    silent.save()
    text = client.post(address, values | {"confirmed": shown}, follow=True).content.decode()
    assert "unterwegs" in text
    run_tasks()
    assert Mail.objects.count() == 2
    assert "an 2 Personen" in client.get(address).content.decode()


def test_a_language_that_is_missing_is_named(world, sign_in) -> None:
    values = {"segment": "admitted", "key": "k" * 24, "subjects_de": "Bus", "bodies_de": "Um 8 Uhr."}
    address = reverse("announcements", args=[world.event.slug])
    text = sign_in(world.organiser).post(address, values).content.decode()
    assert "1 Person liest Chinesisch und bekommt den Text auf Deutsch" in text


def test_nobody_to_reach_means_no_button(world, sign_in) -> None:
    values = TEXT | {"segment": "applied", "key": "k" * 24}
    address = reverse("announcements", args=[world.event.slug])
    text = sign_in(world.organiser).post(address, values).content.decode()
    assert 'name="confirmed"' not in text


def test_markup_and_line_breaks_stay_text(world, run_tasks) -> None:
    send(world, subjects={"de": "A\r\nBcc: x@example.org <b>"}, bodies={"de": "{{ event.office }} <script>"})
    run_tasks()
    mail = Mail.objects.first()
    assert mail.subject == "A Bcc: x@example.org <b>"
    assert "{{ event.office }} <script>" in mail.body
