"""Asking for a talk and answering."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Mail
from qiao.directory.models import Organisation
from qiao.events.models import Event, Participation
from qiao.events.queries import unavailable_slots
from qiao.matchmaking import actions, rules
from qiao.matchmaking.models import Request, Wish
from qiao.matchmaking.queries import request_weights, requests_page

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def ask(world, message: str = "Wir bauen Laser.") -> Request:
    return actions.send_request(sender=world.german, recipient=world.chinese, message=message, by=world.owner)


@pytest.fixture
def addresses(world):
    for one in (world.german, world.chinese):
        one.person.email = f"{one.pk}@example.org"
        one.person.save()


def test_a_request_tells_the_partner_in_his_language_and_links_to_a_page(world, addresses) -> None:
    request = ask(world)
    mail = Mail.objects.get()
    assert (mail.user, mail.language, mail.kind) == (world.chinese_user, "zh-hans", "matchmaking.request_received")
    assert "Elbe Lasertechnik GmbH" in mail.subject
    assert "Wir bauen Laser." in mail.body
    assert f"/events/konferenz-2027/requests/#{request.key}" in mail.body
    assert "/accept/" not in mail.body
    assert request.message_language == "de"


def test_a_mail_names_firms_in_the_readers_script(world, addresses) -> None:
    Organisation.objects.filter(pk=world.chinese.organisation_id).update(name="济南激光", name_latin="")
    sender = Participation.objects.get(pk=world.chinese.pk)
    actions.send_request(sender=sender, recipient=world.german, by=world.chinese_user)
    mail = Mail.objects.get(kind="matchmaking.request_received")
    assert mail.subject.startswith("Jinan Jiguang ")
    assert "济南" not in mail.body


def test_a_line_break_in_a_message_stays_out_of_the_subject(world, addresses) -> None:
    world.german.organisation.name = "Elbe\r\nBcc: evil@example.org"
    ask(world)
    assert "\n" not in Mail.objects.get().subject


def test_nothing_pending_blocks_a_slot(world) -> None:
    before = unavailable_slots(world.event)
    ask(world)
    assert unavailable_slots(world.event) == before
    assert request_weights(world.event) == {}


def test_accepting_tells_the_sender_and_takes_an_earlier_no_back(world, addresses) -> None:
    Wish.objects.create(participation=world.chinese, partner=world.german, kind=Wish.Kind.NO)
    request = actions.accept(request=ask(world), by=world.chinese_user)
    assert request.state == Request.State.ACCEPTED
    assert Mail.objects.filter(kind="matchmaking.request_accepted", user=world.owner, language="de").count() == 1
    assert not Wish.objects.exists()
    assert request_weights(world.event) == {request.pk: 2}


def test_declining_needs_no_reason_and_is_final_for_the_sender(world, addresses) -> None:
    actions.decline(request=ask(world), by=world.chinese_user)
    assert Mail.objects.filter(kind="matchmaking.request_declined").count() == 1
    with pytest.raises(Refused, match="Only the partner"):
        ask(world)
    actions.send_request(sender=world.chinese, recipient=world.german, by=world.chinese_user)


def test_the_sender_cannot_accept_his_own_request(world) -> None:
    request = ask(world)
    with pytest.raises(Refused, match="Only the partner who was asked"):
        actions.accept(request=request, by=world.owner)
    assert Request.objects.get().state == Request.State.PENDING


def test_withdrawing_before_the_answer_sends_no_mail_and_after_it_one(world, addresses) -> None:
    actions.withdraw(request=ask(world), by=world.owner)
    assert not Mail.objects.filter(kind="matchmaking.request_withdrawn").exists()
    request = actions.accept(request=ask(world), by=world.chinese_user)
    actions.withdraw(request=request, by=world.chinese_user)
    assert Mail.objects.get(kind="matchmaking.request_withdrawn").user == world.owner
    assert request_weights(world.event) == {}


def test_one_open_request_per_pair_whoever_asked(world) -> None:
    ask(world)
    with pytest.raises(Refused, match="under “Sent”"):
        ask(world)
    with pytest.raises(Refused, match="under “Received”"):
        actions.send_request(sender=world.chinese, recipient=world.german, by=world.chinese_user)
    fields = {"event": world.event, "sender": world.chinese, "recipient": world.german}
    pair = sorted((world.chinese.pk, world.german.pk))
    with pytest.raises(IntegrityError):
        Request.objects.create(**fields, pair_low=pair[0], pair_high=pair[1])


def test_nobody_waits_for_more_answers_than_allowed(world, monkeypatch) -> None:
    monkeypatch.setattr(rules, "MOST_PENDING", 1)
    ask(world)
    with pytest.raises(Refused, match="Withdraw one"):
        actions.send_request(sender=world.german, recipient=world.chinese_en, by=world.owner)
    actions.withdraw(request=Request.objects.get(), by=world.owner)
    actions.send_request(sender=world.german, recipient=world.chinese_en, by=world.owner)


def test_the_quota_left_is_shown_before_it_bites(world) -> None:
    ask(world)
    page = requests_page(world.german)
    assert (page.quota, page.left) == (rules.MOST_PENDING, rules.MOST_PENDING - 1)


def offered(who: Participation) -> list[str]:
    """What the page of requests offers to do with the one request there is."""
    page = requests_page(Participation.objects.get(pk=who.pk))
    (row,) = [*page.received, *page.sent, *page.agreed, *page.closed]
    return [*row.actions]


def test_each_side_is_offered_what_it_can_do_now(world) -> None:
    request = ask(world)
    assert (offered(world.german), offered(world.chinese)) == (["withdraw"], ["accept", "decline"])
    Event.objects.update(phase=Event.Phase.AFTER)
    assert (offered(world.german), offered(world.chinese)) == ([], [])
    Event.objects.update(phase=Event.Phase.WISHES)
    actions.accept(request=request, by=world.chinese_user)
    assert (offered(world.german), offered(world.chinese)) == (["withdraw"], ["withdraw"])
    Event.objects.update(phase=Event.Phase.PLANNING)
    assert (offered(world.german), offered(world.chinese)) == ([], [])


@pytest.mark.parametrize("state", [Participation.State.APPLIED, Participation.State.CANCELLED])
@pytest.mark.parametrize("who", ["german", "chinese"])
def test_both_must_take_part(world, state, who) -> None:
    getattr(world, who).state = state
    with pytest.raises(Refused):
        ask(world)


def test_a_partner_who_left_cannot_be_accepted_any_more(world) -> None:
    request = ask(world)
    Participation.objects.filter(pk=world.german.pk).update(state=Participation.State.CANCELLED)
    request = Request.objects.select_related("sender", "recipient").get(pk=request.pk)
    with pytest.raises(Refused):
        actions.accept(request=request, by=world.chinese_user)


def test_colleagues_do_not_ask_each_other(world) -> None:
    world.chinese.organisation = world.german.organisation
    with pytest.raises(Refused, match="different organisations"):
        ask(world)


def test_people_of_different_events_do_not_ask_each_other(world) -> None:
    world.chinese.event_id = world.event.pk + 1
    with pytest.raises(Refused, match="same event"):
        ask(world)


def test_who_said_no_takes_it_back_before_asking(world) -> None:
    actions.set_wish(participation=world.german, target=world.chinese, kind="no", by=world.owner)
    with pytest.raises(Refused, match="Take that back"):
        ask(world)


@pytest.mark.parametrize("phase", [Event.Phase.REGISTRATION, Event.Phase.LIVE, Event.Phase.AFTER])
def test_requests_have_their_time(world, phase) -> None:
    Event.objects.update(phase=phase)
    with pytest.raises(Refused, match="not open"):
        ask(world)


@pytest.mark.parametrize("phase", [Event.Phase.PLANNING, Event.Phase.PUBLISHED])
def test_late_requests_enter_the_next_plan(world, phase) -> None:
    Event.objects.update(phase=phase)
    assert actions.accept(request=ask(world), by=world.chinese_user).state == Request.State.ACCEPTED


def test_agreed_talks_stand_once_planning_has_begun(world) -> None:
    request = actions.accept(request=ask(world), by=world.chinese_user)
    Event.objects.update(phase=Event.Phase.PLANNING)
    with pytest.raises(Refused, match="tell the organiser"):
        actions.withdraw(request=request, by=world.owner)


def test_an_unanswered_request_expires_and_the_sender_is_told(world, addresses) -> None:
    request = ask(world)
    assert actions.expire_due() == 0
    Request.objects.update(expires=timezone.now() - timedelta(minutes=1))
    request.refresh_from_db()
    with pytest.raises(Refused, match="expired"):
        actions.accept(request=request, by=world.chinese_user)
    assert actions.expire_due() == 1
    assert actions.expire_due() == 0
    assert Request.objects.get().state == Request.State.EXPIRED
    assert Mail.objects.filter(kind="matchmaking.request_expired", user=world.owner).count() == 1


def test_a_request_that_is_answered_at_the_moment_of_its_end_is_answered(world, addresses, monkeypatch) -> None:
    def too_late(request, state, *, by):
        Request.objects.update(state=Request.State.ACCEPTED)
        return set_state(request, state, by=by)

    ask(world)
    Request.objects.update(expires=timezone.now())
    set_state = actions.requests._set_state
    monkeypatch.setattr(actions.requests, "_set_state", too_late)
    assert actions.expire_due() == 0
    assert Request.objects.get().state == Request.State.ACCEPTED
    assert not Mail.objects.filter(kind="matchmaking.request_expired").exists()


def test_during_the_event_there_is_the_usual_time_to_answer(world) -> None:
    Event.objects.update(starts=timezone.now().date() - timedelta(days=1))
    world.german.event.refresh_from_db()
    assert ask(world).expires > timezone.now() + timedelta(days=1)


def test_the_time_to_answer_ends_with_the_start_of_the_event(world) -> None:
    request = ask(world)
    assert abs(request.expires - timezone.now() - timedelta(days=rules.DAYS_TO_ANSWER)) < timedelta(minutes=1)
    Request.objects.all().delete()
    tomorrow = (timezone.now() + timedelta(days=1)).astimezone(world.event.zone).date()
    Event.objects.update(starts=tomorrow)
    world.german.event.refresh_from_db()
    assert ask(world).expires.astimezone(world.event.zone).date() == tomorrow


def test_each_change_leaves_one_audit_entry_without_personal_values(world) -> None:
    request = ask(world, "Streng geheim")
    actions.accept(request=request, by=world.chinese_user)
    entries = AuditEntry.objects.filter(subject_kind="request", subject_id=request.pk).order_by("pk")
    assert [entry.action for entry in entries] == ["matchmaking.request_sent", "matchmaking.request_accept"]
    assert "geheim" not in str([entry.details for entry in entries])


@pytest.mark.parametrize(("text", "language"), [("我们寻求代理商", "zh"), ("Guten Tag", "de"), (" \n", "")])
def test_the_language_of_a_message_is_noted(world, text, language) -> None:
    assert ask(world, text).message_language == language
