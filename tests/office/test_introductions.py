"""Introductions: checked, forwarded, answered; and nobody is named before both sides agree."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from qiao.core.errors import Refused
from qiao.core.models import Mail, Office, Role, User
from qiao.matchmaking.models import Suggestion
from qiao.office import actions
from qiao.office.actions.introduction_mails import answer_token
from qiao.office.introduction_models import Introduction
from qiao.office.introduction_queries import introduction_list, turn_of
from qiao.office.models import Cooperation
from qiao.office.workdays import after, is_working_day
from tests.directory.opportunities import shown_opportunity
from tests.world import World, user

State = Introduction.State
MESSAGE = "我们为汽车行业供货，希望获得许可。"


@pytest.fixture
def two_offices(world: World) -> World:
    """Jinan has an office of its own, with an adviser."""
    office = Office.objects.create(slug="jinan", names={"zh": "济南联络处"}, country="CN", time_zone="Asia/Shanghai")
    world.jinan.office = office
    world.jinan.save()
    world.german.organisation.side.refresh_from_db()
    world.chinese.organisation.side.refresh_from_db()
    world.zhou = user("Zhou Min", language="zh-hans")
    Role.objects.create(user=world.zhou, kind=Role.Kind.ADVISER, scope=Role.Scope.OFFICE, scope_id=office.pk)
    return world


@pytest.fixture
def opportunity(two_offices: World):
    return shown_opportunity(two_offices.german.organisation, by=two_offices.adviser, is_anonymous=True)


@pytest.fixture
def made(two_offices: World, opportunity) -> Introduction:
    """Wang's firm is interested in an anonymous opportunity of Otto's."""
    return actions.express_interest(
        opportunity=opportunity, organisation=two_offices.chinese.organisation, message=MESSAGE, by=two_offices.chinese_user
    )  # fmt: skip


def forwarded(made: Introduction, world: World) -> Introduction:
    actions.pass_on(introduction=made, note="geprüft", by=world.zhou)
    actions.forward(introduction=made, note="Passt gut zu Ihnen.", by=world.adviser)
    made.refresh_from_db()
    return made


def page(client, made: Introduction) -> str:
    answer = client.get(reverse("introduction", args=[made.key]))
    assert answer.status_code == 200
    return answer.content.decode()


def post(client, made: Introduction, step: str, **data):
    return client.post(reverse("introduction-step", args=[made.key, step]), data)


# --- the way


@pytest.mark.db
def test_from_interest_to_an_introduction(two_offices, opportunity, sign_in) -> None:
    world = two_offices
    client = sign_in(world.chinese_user)
    address = reverse("interest", args=[opportunity.public_key])
    assert address in client.get(reverse("opportunity", args=[opportunity.public_key])).content.decode()
    client.post(address, {"organisation": world.chinese.organisation.key, "message": MESSAGE})
    made = Introduction.objects.get()
    assert (made.state, made.due) == (State.CHECK, after(3, "CN"))
    assert Mail.objects.get(kind="office.introduction_waits").user == world.zhou
    assert sign_in(world.owner).get(reverse("introduction", args=[made.key])).status_code == 404, "not asked yet"
    assert post(sign_in(world.adviser), made, "pass").status_code == 404, "the other office's turn"
    post(sign_in(world.zhou), made, "pass", note="已核实")
    made.refresh_from_db()
    assert (made.state, made.due) == (State.FORWARD, after(3, "DE"))
    post(sign_in(world.adviser), made, "forward", note="Passt gut zu Ihnen.")
    made.refresh_from_db()
    assert (made.state, made.due) == (State.ANSWER, after(10, "DE"))
    seen = page(sign_in(world.owner), made)
    assert MESSAGE in seen
    assert "Passt gut zu Ihnen." in seen
    assert "已核实" not in seen, "between the offices"
    post(sign_in(world.owner), made, "agree")
    made.refresh_from_db()
    assert made.state == State.AGREED
    assert made.cooperation == Cooperation.objects.get()
    mails = {mail.user: mail for mail in Mail.objects.filter(kind="office.introduction_agreed")}
    assert set(mails) == {world.owner, world.chinese_user}
    assert "owner@example.org" in mails[world.chinese_user].body
    assert "owner@example.org" in page(sign_in(world.chinese_user), made)
    assert "济南激光设备有限公司" in page(sign_in(world.owner), made)


def test_one_office_for_both_sides_needs_no_second_one(world) -> None:
    opportunity = shown_opportunity(world.german.organisation, by=world.adviser)
    made = actions.express_interest(
        opportunity=opportunity, organisation=world.chinese.organisation, message=MESSAGE, by=world.chinese_user
    )
    assert made.state == State.CHECK
    assert actions.pass_on(introduction=made, by=world.adviser).state == State.ANSWER


def test_returned_changed_and_sent_again(made, two_offices, sign_in) -> None:
    world = two_offices
    with pytest.raises(Refused):
        actions.return_to_author(introduction=made, by=world.zhou)
    actions.return_to_author(introduction=made, reason="say-more", note="哪一种激光？", by=world.zhou)
    mail = Mail.objects.get(kind="office.introduction_told")
    assert "请更具体地说明" in mail.body
    assert "哪一种激光？" in mail.body
    post(sign_in(world.chinese_user), made, "resend", message="光纤激光器。", named="on")
    made.refresh_from_db()
    assert (made.state, made.message, made.one_named) == (State.CHECK, "光纤激光器。", True)


def test_given_back_and_rejected(made, two_offices) -> None:
    world = two_offices
    actions.pass_on(introduction=made, by=world.zhou)
    actions.give_back(introduction=made, note="Bitte klären.", by=world.adviser)
    made.refresh_from_db()
    assert made.state == State.CHECK
    actions.reject(introduction=made, reason="export", by=world.zhou)
    made.refresh_from_db()
    assert (made.state, made.due, made.forwarded) == (State.REJECTED, None, None)
    assert not Mail.objects.filter(user=world.owner, kind__startswith="office.").exists(), (
        "the other side never heard of it"
    )
    with pytest.raises(Refused):
        actions.forward(introduction=made, by=world.adviser)


def test_who_is_interested_may_withdraw(made, two_offices, sign_in) -> None:
    forwarded(made, two_offices)
    post(sign_in(two_offices.chinese_user), made, "withdraw")
    made.refresh_from_db()
    assert made.state == State.WITHDRAWN
    assert Mail.objects.get(kind="office.introduction_told").user == two_offices.owner
    assert post(sign_in(two_offices.owner), made, "agree").status_code == 404


@pytest.mark.db
def test_what_is_refused(two_offices, opportunity, made, sign_in) -> None:
    world = two_offices
    ask = {"opportunity": opportunity, "by": world.chinese_user}
    own, other = world.german.organisation, world.chinese_en.organisation
    for organisation, message in (
        (own, "x"), (world.chinese.organisation, MESSAGE), (other, " "), (other, "Write to info@titanium.cn"), (other, "山东钛业有限公司")
    ):  # fmt: skip
        with pytest.raises(Refused):
            actions.express_interest(organisation=organisation, message=message, **ask)
    actions.express_interest(organisation=other, message="山东钛业有限公司", named=True, **ask)
    assert sign_in(world.chinese_user).get(reverse("interest", args=["nothing"])).status_code == 404


def test_who_never_heard_of_it_finds_nothing_and_is_told_nothing(made, two_offices, sign_in) -> None:
    world = two_offices
    assert introduction_list(world.owner, "", "1").rows == []
    actions.withdraw(introduction=made, organisation=world.chinese.organisation, by=world.chinese_user)
    assert introduction_list(world.owner, "", "1").rows == []
    assert not Mail.objects.filter(user=world.owner, kind__startswith="office.").exists()


# --- nobody is named before both agree


IDENTITY = ("Elbe Lasertechnik", "Otto Owner", "owner@example.org")
THEIRS = ("济南激光设备", "Jinan Laser", "王立", "Wáng Lì")


@pytest.mark.parametrize("state", ["check", "forward", "answer", "declined", "withdrawn"])
def test_no_page_or_mail_tells_a_side_who_the_other_is(made, two_offices, sign_in, state) -> None:
    world = two_offices
    if state == "forward":
        actions.pass_on(introduction=made, by=world.zhou)
    elif state != "check":
        forwarded(made, world)
    if state == "declined":
        actions.decline(
            introduction=made, side="other", reason="size", note="Elbe Lasertechnik mag nicht.", by=world.owner
        )
    elif state == "withdrawn":
        actions.withdraw(introduction=made, organisation=world.chinese.organisation, by=world.chinese_user)
    for who, foreign in ((world.chinese_user, IDENTITY), (world.owner, THEIRS)):
        client = sign_in(who)
        read = [client.get(reverse(name)).content.decode() for name in ("introductions", "home")]
        answer = client.get(reverse("introduction", args=[made.key]))
        read.append(answer.content.decode() if answer.status_code == 200 else "")
        read += [f"{mail.subject} {mail.body}" for mail in Mail.objects.filter(user=who, kind__startswith="office.")]
        account = who.name  # stands in the head of every page
        told = [word for text in read for word in foreign if word in text.replace(account, "")]
        assert told == [], who
    if made.forwarded:
        answer = sign_in(world.owner).get(
            reverse("introduction-answer", args=[answer_token(made, "other", world.german.person)])
        )
        assert not any(word in answer.content.decode() for word in THEIRS)


def test_no_note_of_an_office_tells_it_either(made, two_offices) -> None:
    world = two_offices
    with pytest.raises(Refused):
        actions.return_to_author(introduction=made, note="Frau Weber von Elbe Lasertechnik fragt nach.", by=world.zhou)
    actions.pass_on(introduction=made, note="Elbe Lasertechnik kennt das.", by=world.zhou)
    with pytest.raises(Refused):
        actions.forward(introduction=made, note="来自济南激光设备有限公司", by=world.adviser)
    made.refresh_from_db()
    assert made.state == State.FORWARD


def test_words_that_are_refused_stay_where_they_were_written(made, two_offices, sign_in) -> None:
    world, client = two_offices, sign_in(two_offices.zhou)
    for step, note in (("return", "Frau Weber von Elbe Lasertechnik fragt nach."), ("pass", "x" * 3001)):
        answer = post(client, made, step, note=note)
        assert answer.status_code == 400
        assert note in answer.content.decode(), step
    post(client, made, "pass")
    actions.forward(introduction=made, by=world.adviser)
    address = reverse("introduction-answer", args=[answer_token(made, "other", world.german.person)])
    answer = sign_in(world.owner).post(address, {"decision": "decline", "note": "y" * 3001})
    assert answer.status_code == 400
    assert "y" * 3001 in answer.content.decode()
    made.refresh_from_db()
    assert (made.state, made.steps.count()) == (State.ANSWER, 3), "nothing was done without the words"


def test_what_the_market_names_is_named_and_so_is_who_wants_to_be(two_offices, sign_in) -> None:
    world = two_offices
    opportunity = shown_opportunity(world.german.organisation, by=world.adviser)
    made = actions.express_interest(
        opportunity=opportunity, organisation=world.chinese.organisation, message=MESSAGE, named=True, by=world.chinese_user
    )  # fmt: skip
    forwarded(made, world)
    assert "Elbe Lasertechnik" in page(sign_in(world.chinese_user), made)
    seen = page(sign_in(world.owner), made)
    assert "济南激光设备有限公司" in seen
    assert "王立" not in seen


def test_strangers_and_organisers_find_nothing(made, two_offices, sign_in) -> None:
    for who in (two_offices.stranger, two_offices.organiser, two_offices.interpreter_user):
        client = sign_in(who)
        assert client.get(reverse("introduction", args=[made.key])).status_code == 404
        assert post(client, made, "pass").status_code == 404
        assert introduction_list(who, "", "1").rows == []


# --- answers by mail


def test_the_link_in_the_mail_answers_once_without_an_account(made, two_offices, client) -> None:
    world = two_offices
    forwarded(made, world)
    address = reverse("introduction-answer", args=[answer_token(made, "other", world.german.person)])
    assert address in Mail.objects.get(kind="office.introduction_asked").body
    assert MESSAGE in client.get(address).content.decode()
    made.refresh_from_db()
    assert made.state == State.ANSWER, "looking answers nothing"
    client.post(address, {"decision": "decline", "reason": "later", "note": "nach der Messe"})
    made.refresh_from_db()
    assert made.state == State.DECLINED
    mail = Mail.objects.get(kind="office.introduction_told")
    assert mail.user == world.chinese_user
    assert "nach der Messe" not in mail.body
    client.post(address, {"decision": "agree"})
    made.refresh_from_db()
    assert made.state == State.DECLINED
    assert client.get(reverse("introduction-answer", args=["1"])).status_code == 404
    User.objects.filter(pk=world.owner.pk).update(is_active=False)
    assert client.get(address).status_code == 404, "nor who may not sign in any more"
    User.objects.filter(pk=world.owner.pk).update(is_active=True)
    world.german.person.memberships.all().delete()
    assert client.get(address).status_code == 404, "who has left the organisation no longer answers for it"


# --- proposals of the office


def proposal(world: World, sign_in) -> Introduction:
    Suggestion.objects.create(
        participation=world.german, partner=world.chinese, rank=1, score=1, engine="x",
        reasons=[{"code": "seek-meets-offer", "mine": {"field": "seeks", "index": 1, "lang": "de"}, "theirs": {"field": "offers", "index": 1, "lang": "zh"}}],
    )  # fmt: skip
    client = sign_in(world.adviser)
    said = {
        "one": world.german.organisation.name,
        "other": world.chinese.organisation.key,
        "message": "Beide arbeiten an Lasern.",
    }
    shown = client.post(reverse("introduction-propose"), said)
    assert "bietet, was Sie suchen" in shown.content.decode()
    assert not Introduction.objects.exists(), "shown first"
    client.post(reverse("introduction-propose"), {**said, "confirmed": shown.context["shown"]})
    return Introduction.objects.get()


@pytest.mark.db
def test_you_two_should_talk(two_offices, sign_in) -> None:
    world = two_offices
    made = proposal(world, sign_in)
    assert made.state == State.ASKED
    for one, other in ((made.one, made.other), (made.other, made.one)):
        with pytest.raises(Refused):  # a double click, or another adviser's
            actions.propose(one=one, other=other, message="", by=world.adviser)
    assert {mail.user for mail in Mail.objects.filter(kind="office.introduction_asked")} == {
        world.owner,
        world.chinese_user,
    }
    seen = page(sign_in(world.owner), made)
    assert "激光设备在中国的销售与售后服务" in seen
    assert not any(word in seen for word in THEIRS)
    post(sign_in(world.owner), made, "agree")
    post(sign_in(world.owner), made, "agree")
    made.refresh_from_db()
    assert (made.state, made.other_agreed) == (State.ASKED, None)
    assert not any(word in page(sign_in(world.owner), made) for word in THEIRS), "one side alone learns nothing"
    post(sign_in(world.chinese_user), made, "agree")
    made.refresh_from_db()
    assert made.state == State.AGREED
    assert "济南激光设备有限公司" in page(sign_in(world.owner), made)


def test_a_text_that_tells_whose_it_is_is_left_out(two_offices, sign_in) -> None:
    world = two_offices
    made = proposal(world, sign_in)
    assert "Warum sie zusammenpassen" in page(sign_in(world.owner), made)
    world.chinese.organisation.entries.get(kind="offer").texts.update(text="济南激光设备有限公司提供销售服务")
    assert not any(word in page(sign_in(world.owner), made) for word in THEIRS)
    assert "Warum sie zusammenpassen" not in page(sign_in(world.owner), made), "no heading over nothing"
    with pytest.raises(Refused):
        actions.propose(
            one=world.german_en.organisation, other=world.chinese_en.organisation, message="Titan von 山东钛业有限公司", by=world.adviser
        )  # fmt: skip


# --- lists and clocks


@pytest.mark.db
def test_what_is_overdue_stands_on_top(made, two_offices, sign_in, django_assert_num_queries) -> None:
    world = two_offices
    second = shown_opportunity(world.german_en.organisation, by=world.adviser)
    late = actions.express_interest(
        opportunity=second, organisation=world.chinese.organisation, message=MESSAGE, by=world.chinese_user
    )
    Introduction.objects.filter(pk=late.pk).update(due=timezone.localdate() - timedelta(days=1))
    found = introduction_list(world.zhou, "", "1")
    assert [(row.introduction, row.is_overdue, row.waits_for_reader) for row in found.rows] == [
        (late, True, True),
        (made, False, True),
    ]
    assert turn_of(world.zhou, office=True) == (2, 1)
    assert turn_of(world.adviser, office=True) == (0, 0)
    assert turn_of(world.chinese_user, office=False) == (0, 0)
    client = sign_in(world.zhou)
    assert client.get(reverse("introductions") + "?state=forward").context["found"].rows == []
    assert client.get(reverse("introductions-table")).status_code == 200
    forwarded(made, world)
    assert turn_of(world.owner, office=False) == (1, 0)


@pytest.mark.db
def test_figures_equal_the_lists_behind_them(made, two_offices) -> None:
    forwarded(made, two_offices)
    actions.agree(introduction=made, side="other", by=two_offices.owner)
    found = introduction_list(two_offices.adviser, "", "1").figures
    assert [(code, count) for code, _word, count in found.counts] == [("agreed", 1)]
    assert (found.sent, found.agreed, found.days) == (1, 1, 0)
    for code, _word, count in found.counts:
        assert len(introduction_list(two_offices.adviser, code, "1").rows) == count


def test_more_rows_cost_no_more_queries(
    made, two_offices, sign_in, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    world, client = two_offices, sign_in(two_offices.zhou)
    with django_assert_max_num_queries(20) as counted:
        client.get(reverse("introductions"))
    for organisation in (world.chinese.organisation, world.chinese_en.organisation):
        second = shown_opportunity(world.german_en.organisation, by=world.adviser)
        actions.express_interest(opportunity=second, organisation=organisation, message=MESSAGE, by=world.chinese_user)
    with django_assert_num_queries(len(counted)):
        client.get(reverse("introductions"))


@pytest.mark.parametrize(
    ("day", "country", "works"),
    [
        ("2026-11-18", "DE", False),  # the Day of Repentance and Prayer is a holiday in Saxony alone
        ("2026-11-18", "CN", True),
        ("2026-10-05", "CN", False),  # the week of the National Day
        ("2026-10-10", "CN", True),  # a Saturday on which people work instead
        ("2026-10-10", "DE", False),
        ("2026-10-10", "XX", False),  # of an unknown country the weekends are known
    ],
)
def test_working_days_of_both_regions(day: str, country: str, works: bool) -> None:
    assert is_working_day(date.fromisoformat(day), country) is works


def test_deadlines_leave_out_what_is_no_working_day() -> None:
    assert after(3, "CN", start=date(2026, 9, 30)) == date(2026, 10, 10), "8, 9 and 10 October"
    assert after(3, "DE", start=date(2026, 12, 23)) == date(2026, 12, 29), "24, 28 and 29 December"
