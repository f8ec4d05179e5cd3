"""What somebody wants to be reached by, and mails about what was not read."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Mail
from qiao.events.models import Event, Participation
from qiao.matchmaking import actions
from qiao.matchmaking.actions.digest import _is_due
from qiao.matchmaking.actions.reach import stop_token
from qiao.matchmaking.conversation_models import Block, Message, Reach
from qiao.matchmaking.models import Request
from qiao.matchmaking.queries import partner_page, unread_count
from qiao.site.actions import erase
from tests.meetings.plans import agreed
from tests.world import show_abroad

pytestmark = [pytest.mark.db, pytest.mark.django_db]
MORNING = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)  # 09:00 in Dresden, 16:00 in Jinan


def ask(world) -> Request:
    return actions.send_request(sender=world.german, recipient=world.chinese, by=world.owner)


@pytest.fixture
def talk(world) -> Request:
    return actions.accept(request=ask(world), by=world.chinese_user)


def write(request: Request, author: Participation, text: str = "Guten Tag", form: str = "a") -> Message:
    return actions.send_message(
        request=Request.objects.get(pk=request.pk), author=author, text=text, form=form, by=author.person.user
    )


def set_reach(who: Participation, **fields) -> None:
    values = {"requests": True, "messages": True, "digest": True} | fields
    actions.set_reach(person=who.person, by=who.person.user, **values)


# --- switching off


def test_who_takes_no_requests_is_not_asked_and_the_page_says_so_first(world) -> None:
    set_reach(world.chinese, requests=False)
    assert "no requests" in partner_page(world.german, world.chinese).card.why_not
    with pytest.raises(Refused, match="takes no requests"):
        ask(world)
    actions.send_request(sender=world.chinese, recipient=world.german, by=world.chinese_user)
    assert partner_page(world.german, world.chinese_en).card.why_not == ""


def test_who_takes_no_messages_gets_none_and_writes_none(world, talk) -> None:
    set_reach(world.chinese, messages=False)
    with pytest.raises(Refused, match="takes no messages"):
        write(talk, world.german)
    with pytest.raises(Refused, match="no messages yourself"):
        write(talk, world.chinese)
    set_reach(world.chinese)
    write(talk, world.german)


def test_a_block_ends_requests_and_messages_of_one_person_everywhere_and_can_be_lifted(world, talk) -> None:
    write(talk, world.german)
    actions.block(own=world.chinese, partner=world.german, by=world.chinese_user)
    assert unread_count(world.chinese_user) == 0
    with pytest.raises(Refused, match=r"^This partner takes no messages at the moment\.$"):
        write(talk, world.german, "noch eins")
    with pytest.raises(Refused, match="You have blocked"):
        write(talk, world.chinese)
    actions.withdraw(request=Request.objects.get(), by=world.owner)
    with pytest.raises(Refused, match=r"^This partner takes no requests at the moment\.$"):
        ask(world)
    event = Event.objects.get()
    event.pk, event.slug = None, "another"
    event.save()
    mine, theirs = (
        Participation.objects.create(event=event, person=one.person, organisation=one.organisation, state="approved")
        for one in (world.german, world.chinese)
    )
    with pytest.raises(Refused, match="takes no requests"):
        actions.send_request(sender=mine, recipient=theirs, by=world.owner)
    actions.lift_block(block=Block.objects.get(), by=world.chinese_user)
    actions.send_request(sender=mine, recipient=theirs, by=world.owner)


def test_the_page_shows_and_changes_what_reaches_somebody(world, talk, sign_in) -> None:
    client = sign_in(world.owner)
    assert client.post(reverse("reach"), {"requests": "on"}).status_code == 302
    assert Reach.objects.values_list("requests", "messages", "digest").get() == (True, False, False)
    assert AuditEntry.objects.get(action="matchmaking.reach_set").details == {"fields": ["messages", "digest", "team"]}
    assert client.get(reverse("block", args=[talk.key])).status_code == 200
    client.post(reverse("block", args=[talk.key]))
    page = client.get(reverse("reach")).content.decode()
    assert "Jinan Laser Equipment" in page
    assert "王立" not in page, "no consent, no name"
    show_abroad(world.chinese.person)
    assert "王立" in client.get(reverse("reach")).content.decode()
    own = Block.objects.get()
    assert sign_in(world.chinese_user).post(reverse("block-lift", args=[own.pk])).status_code == 404
    sign_in(world.owner).post(reverse("block-lift", args=[own.pk]))
    assert not Block.objects.exists()
    assert sign_in(world.organiser).get(reverse("reach")).status_code == 404


def test_an_erased_person_leaves_no_block_behind(world, talk) -> None:
    set_reach(world.chinese, digest=False)
    actions.block(own=world.chinese, partner=world.german, by=world.chinese_user)
    actions.block(own=world.german, partner=world.chinese, by=world.owner)
    erase(person=world.chinese.person, by=None)
    assert not Block.objects.exists()
    assert not Reach.objects.exists()


# --- mails about unread messages


@pytest.fixture
def morning(monkeypatch):
    """The clock of the mails: nine in Dresden, four in Jinan; it can be moved."""
    clock = {"now": MORNING}
    monkeypatch.setattr("qiao.matchmaking.actions.digest.timezone.now", lambda: clock["now"])
    Message.objects.update(sent=MORNING - timedelta(hours=2))
    return clock


def sent_earlier(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(sent=MORNING - timedelta(hours=2))


def test_one_mail_in_the_readers_language_tells_all_unread_messages_once(world, talk, morning) -> None:
    other = agreed(world.german, world.chinese_en, "otto-li")
    for number in range(2):
        sent_earlier(write(talk, world.chinese, f"样品{number}", form=str(number)))
    sent_earlier(write(other, world.chinese_en, "See you there\n" + "x" * 300))
    Mail.objects.all().delete()
    assert actions.send_digests() == 1
    mail = Mail.objects.get()
    assert (mail.user, mail.kind, mail.language) == (world.owner, "matchmaking.digest", "de")
    assert mail.subject == "3 ungelesene Nachrichten"
    assert "样品1" in mail.body
    assert "样品0" not in mail.body, "the newest of each conversation stands for it"
    assert "See you there x" in mail.body
    assert "x" * 200 not in mail.body
    assert all(reverse("conversation", args=[one.key]) in mail.body for one in (talk, other))
    keys = {world.german.person.key, world.chinese.person.key, world.chinese_en.person.key}
    assert {one.person_key for one in mail.citations.all()} == keys
    morning["now"] += timedelta(days=1)
    assert actions.send_digests() == 0


def test_at_most_one_mail_a_day_and_none_before_the_morning(world, talk, morning) -> None:
    sent_earlier(write(talk, world.chinese))
    morning["now"] = MORNING.replace(hour=5)  # 06:00
    sent_earlier(write(talk, world.chinese, "x", form="early"))
    Message.objects.update(sent=MORNING - timedelta(hours=9))
    assert actions.send_digests() == 0
    morning["now"] = MORNING
    assert actions.send_digests() == 1
    sent_earlier(write(talk, world.chinese, "noch eins", form="b"))
    morning["now"] = MORNING + timedelta(hours=10)
    assert actions.send_digests() == 0
    morning["now"] = MORNING + timedelta(days=1)
    assert actions.send_digests() == 1
    assert "noch eins" in Mail.objects.filter(kind="matchmaking.digest").latest("pk").body


def test_the_day_is_the_readers_own(world) -> None:
    world.chinese_user.time_zone = "Asia/Shanghai"
    told = datetime(2027, 3, 1, 15, 30, tzinfo=UTC)  # 23:30 in Jinan
    assert not _is_due(told, world.chinese_user, told + timedelta(hours=1))  # half past midnight
    assert _is_due(told, world.chinese_user, told + timedelta(hours=8))  # the next morning there
    assert not _is_due(told, world.owner, told + timedelta(hours=8))  # still the same night in Dresden


def test_what_was_read_is_new_or_was_told_before_is_in_no_mail(world, talk, morning) -> None:
    sent_earlier(write(talk, world.chinese, "gelesen"))
    actions.mark_read(request=talk, reader=world.german)
    Message.objects.filter(pk=write(talk, world.chinese, "eben", form="b").pk).update(
        sent=MORNING - timedelta(minutes=5)
    )
    assert actions.send_digests() == 0
    Message.objects.update(is_read=False, is_told=True, sent=MORNING - timedelta(hours=3))
    assert actions.send_digests() == 0
    world.owner.email = None
    world.owner.save()
    Message.objects.update(is_told=False)
    assert actions.send_digests() == 0
    assert not Message.objects.filter(is_told=True).exists(), "an address may come later"


def test_the_link_in_the_mail_ends_these_mails_and_nothing_else(world, talk, morning, client) -> None:
    sent_earlier(write(talk, world.chinese))
    page = reverse("digest-stop", args=[stop_token(world.owner)])
    assert client.get(page).status_code == 200
    assert not Reach.objects.filter(digest=False).exists(), "mail scanners open every link"
    assert client.post(page).status_code == 200
    reach = Reach.objects.get()
    assert (reach.person, reach.digest, reach.messages, reach.requests) == (world.german.person, False, True, True)
    assert actions.send_digests() == 0
    assert client.get(reverse("digest-stop", args=["forged"])).status_code == 404
    set_reach(world.german)
    assert actions.send_digests() == 1
    assert reverse("digest-stop", args=["x"])[:-2] in Mail.objects.get(kind="matchmaking.digest").body
