"""What is stored about somebody is shown in words: no code of the program stands on the page."""

import re
from datetime import timedelta
from zoneinfo import available_timezones

import pytest
from django.db import models
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from qiao.core import personal
from qiao.core.actions import queue_mail
from qiao.core.models import AccessLink, Role
from qiao.core.notice_models import Notice, NoticeChoice
from qiao.core.sealing import seal
from qiao.core.stored import IN_WORDS, stored_about
from qiao.core.token_models import ApiToken
from qiao.core.webhook_models import Webhook
from qiao.directory.actions import give_consent, save_abstract
from qiao.directory.purposes import CHANNELS, PURPOSES
from qiao.directory.search_models import Mark, SavedSearch, SearchDocument
from qiao.events.contribution_models import Contribution
from qiao.events.delegation_models import DelegationApplication, DelegationCall
from qiao.events.form_models import Answer, Question
from qiao.events.models import Interpreter, InterpreterAbsence, Unavailability
from qiao.events.session_models import EventSession, Reservation, Speaker
from qiao.events.travel_models import MemberTravel, TravelDetails
from qiao.events.words import FEATURES, KINDS
from qiao.matchmaking.conversation_models import Bar, Block, Message, Reach, Report
from qiao.matchmaking.models import Evidence, Request, Suggestion, Wish
from qiao.matchmaking.words import EVIDENCE, REASONS
from qiao.meetings.models import Meeting, Objection, PlanRun, PlanVersion, Seat
from qiao.meetings.rating_models import Rating
from qiao.meetings.record_models import RecordSheet
from qiao.office.call_models import CallRecipient, TargetedCall
from qiao.office.case_models import AdviceCase
from qiao.office.hours_models import AdviceBooking, AdviceHours
from qiao.office.news_models import Article
from tests.world import delegation, travels_with

pytestmark = pytest.mark.db
OWN_WORDS = {"Mail", "SearchDocument"}  # what was written to people, and the words they are found by
CODE = re.compile(r"[A-Za-z][\w./+-]*(?::[A-C][12])?|\?\w+=\S*")


def _subclasses(of: type) -> set[type]:
    return {one for child in of.__subclasses__() for one in (child, *_subclasses(child))}


def _codes() -> set[str]:
    choices = {str(code) for one in _subclasses(models.TextChoices) for code in one.values}
    languages = {"de", "zh", "en", "zh-hans", "en:B2"}
    said = {*PURPOSES, *CHANNELS, *FEATURES, *KINDS, *EVIDENCE, *REASONS}
    return choices | languages | said | available_timezones()


@pytest.fixture
def guest(world):
    """Somebody about whom something is stored in every field of the register."""
    user, own, other = world.owner, world.german, world.chinese
    person = own.person
    person.languages, person.phone, person.name_latin = ["de", "en:B2"], "+49 351 1", "Otto Owner"
    person.save()
    user.last_login, user.name = user.created, "欧托"
    user.set_password("correct horse battery")
    user.save()
    user.emailaddress_set.create(email=user.email, verified=True)
    AccessLink.objects.create(user=user, token_hash="x", expires=user.created, last_used=user.created)
    sent = delegation(world.event, "d", names={"zh": "代表团"})
    for kind, scope, place in (
        ("admin", "installation", 0), ("adviser", "office", world.office.pk), ("organiser", "event", world.event.pk),
        ("leader", "delegation", sent.pk),
    ):  # fmt: skip
        Role.objects.create(user=user, kind=kind, scope=scope, scope_id=place)
    Notice.objects.create(
        user=user,
        kind="events.approved",
        path="/",
        arguments={"event": world.event.pk},
        created=user.created,
        read=user.created,
    )
    ApiToken.objects.create(
        user=user, name="日历", token_hash="x", scopes=["agenda"], expires=user.created, last_used=user.created
    )
    Webhook.objects.create(user=user, name="系统", url="https://example.org/", kinds=["agenda.changed"], sealed="x")
    NoticeChoice.objects.create(user=user, kind="meetings.announcement", way="daily")
    attached = [{"name": "日程.pdf", "type": "application/pdf", "base64": ""}]
    mail = queue_mail(user=user, address=user.email, kind="test", subject="日程", body="您好", language="zh")
    mail.attachments, mail.problem = attached, "550"
    mail.save()
    SearchDocument.objects.create(person=person, words="otto ·otto", names="otto", folding=1, version=1)
    Mark.objects.create(user=user, organisation=other.organisation, kind="interested")
    SavedSearch.objects.create(
        user=user,
        query="?q=laser&kind=offer&country=CN&region=jinan&type=company&theme=smart-manufacturing&language=zh",
    )
    own.organisation.memberships.filter(person=person).update(role="经理")
    give_consent(person=person, purpose="profile", by=user)
    consent = give_consent(person=person, purpose="cross_border", by=user, channel="office")
    consent.withdrawn = consent.given
    consent.save()
    own.type, own.needs, own.max_meetings, own.max_per_day = "guest", ["wheelchair", "power"], 5, 3
    own.reason, own.waiting_since = "名额已满", user.created
    own.save()
    Unavailability.objects.create(participation=own, slot=world.slots[0])
    question = Question.objects.create(
        event=world.event,
        names={"zh": "您如何前往？"},
        purposes={"zh": "以便预订车辆。"},
        kind="yes-no",
        delete_on=world.event.ends,
    )
    Answer.objects.create(question=question, participation=own, value=True)
    told = {"food": {"diet": ["vegan"]}, "letter": {"nationality": "CN", "birth_date": "1980-02-03"}}
    TravelDetails.objects.create(participation=own, sealed=seal(told), reminded=timezone.now(), saved=timezone.now())
    along = travels_with(sent, own, function="团长", position=1)
    MemberTravel.objects.create(member=along, sealed=seal(told), reminded=timezone.now(), saved=timezone.now())
    interpreter = Interpreter.objects.create(
        event=world.event, person=person, languages=["de", "zh"], max_consecutive=2
    )
    InterpreterAbsence.objects.create(interpreter=interpreter, slot=world.slots[1])
    call = DelegationCall.objects.create(delegation=sent, closes=timezone.now())
    DelegationApplication.objects.create(
        call=call, person=person, organisation=own.organisation, hopes="客户", contributes="报告", reason="欢迎",
        decided=timezone.now(),
    )  # fmt: skip
    Wish.objects.create(participation=own, partner=other, kind="must", rank=1)
    reasons = [{"code": code, "value": "de"} for code in REASONS]
    Suggestion.objects.create(
        participation=own,
        partner=other,
        rank=1,
        score=0.9,
        fit=dict.fromkeys(EVIDENCE, 0.5),
        reasons=reasons,
        engine="x",
    )
    Evidence.objects.create(participation=own, partner=other, answer="asked")
    low, high = sorted((own.pk, other.pk))
    request = Request.objects.create(
        event=world.event, sender=own, recipient=other, pair_low=low, pair_high=high, message="您好", state="accepted"
    )
    Message.objects.create(request=request, author=own, reader=other, text="您好", language="zh", once="x")
    save_abstract(organisation=own.organisation, language="de", text="Laser.", seen=0, confirm=True, by=user)
    Reach.objects.create(person=person, told=timezone.now())
    Block.objects.create(by=person, partner=other)
    Report.objects.create(request=request, by=own, about=other, reason="fraud", note="您好")
    Bar.objects.create(participation=own)
    run = PlanRun.objects.create(event=world.event, state="done")
    version = PlanVersion.objects.create(event=world.event, number=1, run=run, problem={}, plan={})
    meeting = Meeting.objects.create(request=request, version=version, slot=world.slots[2], table=world.tables[0])
    Seat.objects.create(meeting=meeting, participation=own, slot=world.slots[2])
    session = EventSession.objects.create(event=world.event, names={"zh": "开幕式"})
    now = timezone.now()
    Speaker.objects.create(
        session=session,
        person=person,
        name="欧托",
        name_latin="Otto",
        organisation="激光公司",
        agreed=now,
        declined=now,
    )
    Reservation.objects.create(session=session, participation=own, since=now, given_back=now)
    Contribution.objects.create(
        event=world.event,
        participation=own,
        names={"zh": "激光展示"},
        abstracts={"zh": "样机。"},
        decided=now,
        reason="欢迎",
    )
    Objection.objects.create(
        version=version, participation=own, request=request, text="太早", answer="已改期", settled=timezone.now()
    )
    AdviceCase.objects.create(
        office=world.office, person=person, kind="law", topic="合同", next_step="签约", closed=timezone.localdate()
    )
    hours = AdviceHours.objects.create(office=world.office, starts=now, ends=now + timedelta(hours=1), minutes=30)
    AdviceBooking.objects.create(
        hours=hours, start=now, organisation=own.organisation, person=person, topic="合同", kind="law", reason="会议",
        cancelled=now,
    )  # fmt: skip
    asked = TargetedCall.objects.create(office=world.office)
    CallRecipient.objects.create(call=asked, organisation=own.organisation, person=person, answer="later", answered=now)
    Article.objects.create(office=world.office, titles={"zh": "大会开幕"}, contact=user, publish_at=now)
    Rating.objects.create(request=request, participation=own, held=True, next="sample", score=4)
    sheet = RecordSheet.objects.create(
        request=request,
        topics="激光",
        interest_sender="high",
        interest_recipient="none",
        questions="价格？",
        hand="sender",
    )
    sheet.people.set([own, other])
    sheet.steps.create(position=1, text="寄样", who="both", until=timezone.localdate())
    return user


@pytest.mark.parametrize("language", ["zh-hans", "de", "en"])
def test_no_code_of_the_program_is_shown(guest, language: str) -> None:
    with translation.override(language):
        stored = list(stored_about(guest))
        shown = {(one.declaration.model, one.declaration.field): one.shown for one in stored}
    assert set(shown) == set(personal.REGISTER), "fill the field in the fixture above"
    codes = _codes()
    english = {word for word in codes if language == "en" and word.isalpha() and word not in {"de", "zh"}}
    for (model, field), values in shown.items():
        assert not any(isinstance(value, list | dict) for value in values), (model, field)
        if model not in OWN_WORDS:
            found = {word for value in values for word in CODE.findall(str(value))}
            assert not found & (codes - english), (model, field)


def test_words_as_they_are_shown(guest) -> None:
    with translation.override("de"):
        shown = {
            (one.declaration.model, one.declaration.field): [str(value) for value in one.shown]
            for one in stored_about(guest)
        }
    assert shown["User", "time_zone"] == ["Berlin"]
    assert shown["Person", "languages"] == ["Deutsch, Englisch (B2)"]
    assert shown["Role", "scope_id"] == ["Kontaktbüro Quellstadt–Elbstadt", "Konferenz 2027", "代表团"]
    assert shown["SavedSearch", "query"] == [
        "laser · Angebote · China · Jinan und Shandong · Unternehmen · Intelligente Fertigung · Chinesisch"
    ]
    assert shown["SearchDocument", "words"] == ["otto"]
    assert shown["TravelDetails", "sealed"] == [
        "Geburtsdatum: 3. Februar 1980; Staatsangehörigkeit: China; Worauf zu achten ist: vegan"
    ]
    assert shown["Participation", "type"] == ["Gast"]
    assert shown["Participation", "needs"] == ["mit dem Rollstuhl erreichbar, Stromanschluss"]
    with translation.override("zh-hans"):
        listed = next(one.shown for one in stored_about(guest) if one.declaration.field == "needs")
    assert listed == ["轮椅可达、电源"]


def test_what_organisers_write_themselves_stays(world) -> None:
    world.german.type, world.german.needs = "Ehrengast", ["Kamera"]
    world.german.save()
    shown = {one.declaration.field: one.shown for one in stored_about(world.owner)}
    assert (shown["type"], shown["needs"]) == (["Ehrengast"], ["Kamera"])


def test_every_function_is_there() -> None:
    for key, name in IN_WORDS.items():
        assert key in personal.REGISTER
        assert callable(import_string(name))
