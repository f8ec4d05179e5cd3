"""What the two people of a request write to each other."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Mail
from qiao.events import actions as events
from qiao.events.models import Event, Participation
from qiao.matchmaking import actions, rules
from qiao.matchmaking.conversation_models import Message
from qiao.matchmaking.models import Request
from qiao.matchmaking.queries import conversations_page, requests_page, unread_count
from qiao.site.actions import erase
from tests.meetings.plans import agreed
from tests.world import organisation, participation, person

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def ask(world) -> Request:
    return actions.send_request(
        sender=world.german, recipient=world.chinese, by=world.owner, message="Wir bauen Laser."
    )


@pytest.fixture
def talk(world) -> Request:
    """An agreed talk: Otto has asked, Wang has accepted."""
    return actions.accept(request=ask(world), by=world.chinese_user)


def write(request: Request, author: Participation, text: str = "Guten Tag", form: str = "a") -> Message:
    return actions.send_message(
        request=Request.objects.get(pk=request.pk), author=author, text=text, form=form, by=author.person.user
    )


def address(request: Request, name: str = "conversation") -> str:
    return reverse(name, args=[request.key])


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


# --- who may write when


def test_after_a_talk_is_agreed_both_write_and_the_text_carries_its_language(world, talk) -> None:
    first = write(talk, world.german, "Bringen Sie bitte Muster mit.")
    second = write(talk, world.chinese, "好的，没问题。")
    assert [(one.author, one.reader, one.language) for one in (first, second)] == [
        (world.german, world.chinese, "de"), (world.chinese, world.german, "zh"),
    ]  # fmt: skip
    assert second.lang == "zh-Hans"
    assert AuditEntry.objects.filter(action="matchmaking.message_sent").count() == 2


def test_before_an_answer_nobody_writes_more_than_what_was_asked(world) -> None:
    request = ask(world)
    with pytest.raises(Refused, match="once the partner has answered"):
        write(request, world.german)
    with pytest.raises(Refused, match="Answer the request first"):
        write(request, world.chinese)
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("state", "why"),
    [("declined", "was declined"), ("withdrawn", "was withdrawn"), ("expired", "Nobody answered")],
)
def test_what_is_closed_takes_no_messages(world, talk, state, why) -> None:
    Request.objects.update(state=state)
    for who in (world.german, world.chinese):
        with pytest.raises(Refused, match=why):
            write(talk, who)


def test_who_declines_may_leave_the_conversation_open(world) -> None:
    request = actions.decline(request=ask(world), by=world.chinese_user, answer="Nicht dieses Jahr.", left_open=True)
    assert write(request, world.german).reader == world.chinese
    assert Request.objects.get().state == Request.State.DECLINED


@pytest.mark.parametrize("leaver", ["partner", "own"])
def test_whoever_left_the_event_neither_writes_nor_gets_messages(world, talk, leaver) -> None:
    who = world.chinese if leaver == "partner" else world.german
    events.withdraw(participation=who, by=who.person.user)
    with pytest.raises(Refused, match="no longer take"):
        write(talk, world.german)


def test_to_somebody_who_was_erased_nothing_is_written_and_nothing_stays(world, talk) -> None:
    write(talk, world.german, "Herr Wang, rufen Sie an")
    write(talk, world.chinese, "好的")
    erase(person=world.chinese.person, by=world.chinese_user)
    assert not Message.objects.exists()
    with pytest.raises(Refused, match="no longer takes part"):
        write(talk, world.german)


def test_the_answer_goes_with_the_decision_and_its_mail(world) -> None:
    world.german.person.email = "otto@example.org"
    world.german.person.save()
    actions.accept(request=ask(world), by=world.chinese_user, answer=" 欢迎，期待见面。 ")
    answer = Message.objects.get()
    assert (answer.author, answer.text, answer.language) == (world.chinese, "欢迎，期待见面。", "zh")
    assert answer.is_told, "the mail about the decision has said it"
    assert "欢迎，期待见面。" in Mail.objects.get(kind="matchmaking.request_accepted").body


def test_an_event_may_allow_one_message_and_one_answer_only(world) -> None:
    Event.objects.update(conversations=False)
    request = actions.accept(request=ask(world), by=world.chinese_user)
    with pytest.raises(Refused, match="one message with the request"):
        write(request, world.german)
    write(request, world.chinese, "好的")
    for who in (world.german, world.chinese):
        with pytest.raises(Refused, match="one message with the request"):
            write(request, who, "noch eins")


def test_the_same_form_sent_twice_is_one_message_and_another_text_another(world, talk) -> None:
    first = write(talk, world.german, "Guten Tag", form="x")
    assert write(talk, world.german, "Guten Tag ", form="x") == first
    assert write(talk, world.german, "Noch etwas", form="x") != first
    assert write(talk, world.german, "Guten Tag", form="y") != first
    assert Message.objects.count() == 3


def test_nobody_is_flooded(world, talk, monkeypatch) -> None:
    monkeypatch.setattr("qiao.matchmaking.actions.conversations.MOST_IN_A_ROW", 2)
    write(talk, world.german, form="1")
    write(talk, world.german, form="2")
    with pytest.raises(Refused, match="2 messages without an answer"):
        write(talk, world.german, form="3")
    write(talk, world.chinese)
    write(talk, world.german, form="3")
    assert rules.MOST_IN_A_ROW == 10


# --- reading


def test_unread_messages_are_counted_and_marked_until_they_were_shown(world, talk, sign_in) -> None:
    for number in range(3):
        write(talk, world.german, f"Nachricht {number}", form=str(number))
    client = sign_in(world.chinese_user)
    assert unread_count(world.chinese_user) == 3
    assert unread_count(world.owner) == 0, "one's own messages are not news"
    assert unread_count(world.organiser) is None
    page = text_of(client.get(address(talk)))
    assert page.count("Nachricht ") == 3
    assert re.search(r'id="unread"[^>]*>3<', page)
    assert '<blockquote lang="de">' in page
    assert unread_count(world.chinese_user) == 3, "looking changes nothing by itself"
    until = re.search(r'name="until" value="(\d+)"', page)[1]
    late = write(talk, world.german, "kam dazwischen", form="z")
    answer = client.post(address(talk, "conversation-read"), {"until": until}, headers={"HX-Request": "true"})
    assert "hx-swap-oob" in text_of(answer)
    assert list(Message.objects.filter(is_read=False)) == [late]
    assert client.post(address(talk, "conversation-read"), {"until": "x"}).status_code == 302
    assert unread_count(world.chinese_user) == 1
    write(talk, world.chinese, "看到了")
    assert unread_count(world.chinese_user) == 0, "who answers has read"


def test_the_page_of_a_conversation_sends_and_keeps_what_was_refused(world, talk, sign_in) -> None:
    client = sign_in(world.owner)
    form = client.get(address(talk)).context["form"]["form"].value()
    for _ in range(2):
        assert client.post(address(talk), {"text": "Bis Mittwoch\r\nOtto", "form": form}).status_code == 302
    assert [one.text for one in Message.objects.all()] == ["Bis Mittwoch\nOtto"]
    assert client.post(address(talk), {"text": "  ", "form": form}).status_code == 400
    Request.objects.update(state=Request.State.WITHDRAWN)
    answer = client.post(address(talk), {"text": "zu spät", "form": form})
    assert answer.status_code == 400
    assert "zurückgezogen" in answer.content.decode()
    assert Message.objects.count() == 1


def test_only_the_two_read_a_conversation(world, talk, sign_in) -> None:
    write(talk, world.german, "vertraulich")
    for user in (world.colleague, world.organiser, world.adviser, world.admin, world.stranger):
        client = sign_in(user)
        assert client.get(address(talk)).status_code == 404
        assert client.post(address(talk), {"text": "x", "form": "x"}).status_code == 404
        assert client.post(address(talk, "conversation-read"), {"until": "99"}).status_code == 404
        assert "vertraulich" not in text_of(client.get(reverse("conversations")))


def test_long_conversations_have_pages_and_begin_with_what_was_asked(world, talk, sign_in, monkeypatch) -> None:
    monkeypatch.setattr("qiao.matchmaking.queries.conversations.PER_PAGE", 2)
    for number in range(3):
        write(talk, world.german, f"Nachricht {number}", form=str(number))
    client = sign_in(world.chinese_user)
    newest, oldest = (text_of(client.get(address(talk), {"page": page})) for page in (1, 2))
    assert [f"Nachricht {number}" in newest for number in range(3)] == [False, True, True]
    assert newest.index("Nachricht 1") < newest.index("Nachricht 2")
    assert "Nachricht 0" in oldest
    assert ("Wir bauen Laser." in newest, "Wir bauen Laser." in oldest) == (False, True)


def test_the_list_has_the_newest_first_and_a_constant_number_of_queries(world, talk, sign_in) -> None:
    write(talk, world.chinese, "您好")
    with CaptureQueriesContext(connection) as few:
        conversations_page(world.owner)
    firm = organisation(world.jinan, "泉城公司", city="Jinan")
    for number in range(4):
        other = participation(world.event, person(firm, f"赵{number}"))
        write(agreed(world.german, other, f"key{number}"), world.german, f"An {number}")
    with CaptureQueriesContext(connection) as many:
        rows = conversations_page(world.owner).object_list
    assert len(many) == len(few)
    assert [row.last.text for row in rows] == ["An 3", "An 2", "An 1", "An 0", "您好"]
    assert [row.unread for row in rows] == [0, 0, 0, 0, 1]
    page = text_of(sign_in(world.owner).get(reverse("conversations")))
    assert page.index("An 3") < page.index("您好")
    assert '<span lang="zh-Hans">您好</span>' in page
    (row,) = [one for one in requests_page(world.german).agreed if one.request == talk]
    assert (row.messages, row.unread) == (1, 1)


def test_names_and_contact_data_of_the_other_country_stay_hidden_without_consent(world, talk, sign_in) -> None:
    world.chinese.person.email, world.chinese.person.phone = "wang@example.com", "+86 531 5555"
    world.chinese.person.save()
    client = sign_in(world.owner)
    for page in (address(talk), reverse("conversations")):
        text = text_of(client.get(page))
        assert not [word for word in ("王立", "wang@example.com", "5555") if word in text]


def test_the_page_of_a_decision_takes_an_answer(world, sign_in) -> None:
    request = ask(world)
    client = sign_in(world.chinese_user)
    page = reverse("request-action", args=[request.key, "decline"])
    assert "left_open" in text_of(client.get(page))
    assert "left_open" not in text_of(client.get(reverse("request-action", args=[request.key, "accept"])))
    assert client.post(page, {"answer": "x" * 1001}).status_code == 400
    client.post(page, {"answer": "很抱歉", "left_open": "on"})
    request.refresh_from_db()
    assert (request.state, request.left_open) == (Request.State.DECLINED, True)
    assert Message.objects.get().text == "很抱歉"
    own = text_of(sign_in(world.owner).get(reverse("requests", args=[world.event.slug])))
    assert address(request) in own
