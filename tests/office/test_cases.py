"""Advice cases: captured with one form, worked on by the office, read by nobody else."""

import io
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from qiao.core.errors import Refused
from qiao.core.models import Mail, Office, Role
from qiao.office import actions
from qiao.office.case_models import AdviceCase, CaseTask
from qiao.office.case_queries import Filter, case_list, overdue_cases
from qiao.office.courses import COURSES, TASKS
from qiao.site.actions import erase
from tests.world import World, user

CHAT = "王总：我们想申请CE认证。\nBerater: Gern, am Montag."


@pytest.fixture
def made(world: World) -> AdviceCase:
    return actions.open_case(
        office=world.office, kind="market", topic="CE-Kennzeichnung", organisation=world.chinese.organisation, text=CHAT,
        minutes=30, by=world.adviser,
    )  # fmt: skip


@pytest.fixture
def elsewhere(world: World):
    """An adviser of another office."""
    office = Office.objects.create(slug="jinan", names={"de": "Büro Jinan"}, country="CN")
    zhou = user("Zhou Min", language="zh-hans")
    Role.objects.create(user=zhou, kind=Role.Kind.ADVISER, scope=Role.Scope.OFFICE, scope_id=office.pk)
    return zhou, office


def post(client, made: AdviceCase, step: str, **data):
    return client.post(reverse("case-step", args=[made.key, step]), data)


def test_a_pasted_chat_becomes_a_case_with_its_tasks(world, sign_in) -> None:
    client = sign_in(world.adviser)
    said = {
        "client": "Jinan Laser Equipment",
        "kind": "funding",
        "topic": "Fördermittel",
        "text": CHAT,
        "office": world.office.pk,
    }
    answer = client.post(reverse("case-new"), said)
    made = AdviceCase.objects.get()
    assert answer["Location"] == reverse("case", args=[made.key])
    assert (made.organisation, made.adviser, made.entries.get().text) == (
        world.chinese.organisation,
        world.adviser,
        CHAT,
    )
    assert [task.code for task in made.tasks.all()] == [code for code, _days in COURSES["funding"]]
    assert all(task.due > timezone.localdate() for task in made.tasks.all())
    page = client.get(answer["Location"]).content.decode()
    assert "Förderprogramme und Fristen vergleichen" in page
    client.post(reverse("case-new"), {**said, "client": "Unbekannte Werke"})
    assert AdviceCase.objects.get(client="Unbekannte Werke").organisation is None


def test_every_course_has_words() -> None:
    assert set(COURSES) == set(AdviceCase.Kind.values)
    assert {code for course in COURSES.values() for code, _days in course} == set(TASKS)


@pytest.mark.db
def test_nobody_but_the_office_finds_it(made, world, elsewhere, sign_in) -> None:
    for who in (world.organiser, world.owner, world.chinese_user, world.stranger, world.interpreter_user, elsewhere[0]):
        client = sign_in(who)
        for name in ("case", "case-links"):
            assert client.get(reverse(name, args=[made.key])).status_code == 404, who
        assert post(client, made, "close").status_code == 404
        task = made.tasks.first()
        assert client.post(reverse("case-task", args=[made.key, task.pk]), {"done": "yes"}).status_code == 404
    assert case_list(elsewhere[0], Filter(), "1").rows == []
    assert sign_in(world.admin).get(reverse("case", args=[made.key])).status_code == 200


def test_work_on_a_case(made, world, sign_in) -> None:
    client, address = sign_in(world.adviser), reverse("case", args=[made.key])
    client.post(address, {"kind": "call", "text": "Rückruf", "minutes": "15", "day": "2026-01-02"})
    client.post(address, {"kind": "note", "text": "", "minutes": ""})
    post(client, made, "task", title="Muster prüfen", due="2026-01-05")
    task = made.tasks.get(title="Muster prüfen")
    assert [entry.minutes for entry in made.entries.all()] == [30, 15]
    page = client.get(address).content.decode()
    assert "Rückruf" in page
    assert 'lang="zh"' in page
    assert ">45<" in page
    client.post(reverse("case-task", args=[made.key, task.pk]), {"done": "yes"})
    assert made.tasks.last() == task, "what is done comes last"
    client.post(reverse("case-task", args=[made.key, task.pk]), {"done": "no"})
    task.refresh_from_db()
    assert task.done is None
    assert post(client, made, "nothing").status_code == 404
    for step, said in (("close", {"text": "x" * 20_001}), ("task", {"title": "Muster", "due": "irgendwann"})):
        answer = post(client, made, step, **said)
        assert answer.status_code == 400
        assert next(iter(said.values())) in answer.content.decode(), "what was written stays"
    made.refresh_from_db()
    assert made.closed is None


def test_a_double_click_opens_one_case_and_writes_one_note(made, world, sign_in) -> None:
    client = sign_in(world.adviser)
    said = {"client": "Neue Werke", "kind": "law", "topic": "Vertrag", "text": CHAT, "office": world.office.pk}
    answers = [client.post(reverse("case-new"), said) for _ in range(2)]
    opened = AdviceCase.objects.get(client="Neue Werke")
    assert {answer["Location"] for answer in answers} == {reverse("case", args=[opened.key])}
    assert (opened.entries.count(), opened.tasks.count()) == (1, len(COURSES["law"]))
    for _ in range(2):
        client.post(reverse("case", args=[made.key]), {"kind": "call", "text": "Rückruf", "minutes": "5"})
    assert made.entries.filter(text="Rückruf").count() == 1
    client.post(reverse("case-new"), {**said, "topic": "Marke"})
    assert AdviceCase.objects.filter(client="Neue Werke").count() == 2


def test_closed_and_opened_again(made, world) -> None:
    actions.close_case(case=made, text="Zertifikat erteilt.", by=world.adviser)
    assert case_list(world.adviser, Filter(), "1").rows == []
    with pytest.raises(Refused):
        actions.close_case(case=made, by=world.adviser)
    actions.reopen_case(case=made, by=world.adviser)
    assert [row.case for row in case_list(world.adviser, Filter(), "1").rows] == [made]
    assert [entry.kind for entry in made.entries.all()] == ["reopened", "closed", "note"]


@pytest.mark.db
def test_handed_over_to_another_office(made, world, elsewhere, sign_in) -> None:
    zhou, office = elsewhere
    post(sign_in(world.adviser), made, "hand-over", office=office.pk, text="Bitte vor Ort.")
    made.refresh_from_db()
    assert (made.office, made.adviser) == (office, None)
    assert Mail.objects.get().user == zhou
    assert "CE-Kennzeichnung" not in Mail.objects.get().body, "a mail tells nothing of the matter"
    client = sign_in(zhou)
    assert "Bitte vor Ort." in client.get(reverse("case", args=[made.key])).content.decode()
    post(client, made, "take")
    made.refresh_from_db()
    assert made.adviser == zhou
    assert sign_in(world.adviser).get(reverse("case", args=[made.key])).status_code == 200, "who worked on it reads on"


@pytest.mark.db
def test_client_person_and_links(made, world, elsewhere, sign_in) -> None:
    client, address = sign_in(world.adviser), reverse("case-links", args=[made.key])
    cooperation = actions.open_cooperation(
        one=world.german.organisation, other=world.chinese.organisation, by=world.adviser
    )
    foreign = actions.open_cooperation(
        one=world.german_en.organisation, other=world.chinese_en.organisation, by=world.adviser
    )
    said = {"topic": "CE", "person": world.chinese.person.pk, "cooperations": [cooperation.pk]}
    assert client.post(address, said).status_code == 302
    assert "Jinan Laser Equipment · Erstkontakt" in client.get(address).content.decode(), "in the reader's script"
    made.refresh_from_db()
    assert (made.topic, made.person, list(made.cooperations.all())) == ("CE", world.chinese.person, [cooperation])
    assert client.post(address, {**said, "cooperations": [foreign.pk]}).status_code == 400
    assert client.post(address, {**said, "person": world.german.person.pk}).status_code == 400
    assert (
        reverse("cooperation", args=[cooperation.key]) in client.get(reverse("case", args=[made.key])).content.decode()
    )
    way, there = reverse("case", args=[made.key]), reverse("cooperation", args=[cooperation.key])
    assert way in client.get(there).content.decode()
    for who in (world.chinese_user, elsewhere[0]):
        assert way not in sign_in(who).get(there).content.decode(), who
    erase(person=world.chinese.person, by=world.admin)
    made.refresh_from_db()
    assert made.person is None


@pytest.mark.db
def test_what_is_due_comes_first_and_the_table_tells_nothing_said(made, world, sign_in) -> None:
    late = actions.open_case(office=world.office, kind="other", topic="Eilig", client="=Firma", by=world.adviser)
    CaseTask.objects.filter(case=late).update(due=timezone.localdate() - timedelta(days=1))
    found = case_list(world.adviser, Filter(), "1")
    assert [(row.case, row.is_overdue, row.minutes) for row in found.rows] == [(late, True, 0), (made, False, 30)]
    assert found.minutes == 30
    assert overdue_cases(world.adviser) == (2, 1)
    client = sign_in(world.adviser)
    for query, count in (
        ("?q=laser", 1),
        ("?kind=other", 1),
        ("?state=closed", 0),
        ("?whose=mine", 2),
        ("?kind=%00&q=%00", 2),
    ):
        assert len(client.get(reverse("cases") + query).context["found"].rows) == count, query
    data = client.get(reverse("cases-table")).content
    cells = list(load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True))
    assert "王总" not in str(cells)
    assert cells[0][3] == "Worum es geht"
    world.admin.language = "zh-hans"
    world.admin.save()
    chinese = sign_in(world.admin).get(reverse("cases-table")).content
    heading = next(load_workbook(io.BytesIO(chinese)).active.iter_rows(values_only=True))
    assert (heading[3], heading[-1]) == ("咨询内容", "编号")
    assert {row[0] for row in cells[1:]} == {"'=Firma", "Jinan Laser Equipment"}


def test_more_rows_cost_no_more_queries(
    made, world, sign_in, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    client = sign_in(world.adviser)
    with django_assert_max_num_queries(14) as counted:
        client.get(reverse("cases"))
    for number in range(3):
        actions.open_case(
            office=world.office, kind="law", topic=str(number), organisation=world.german.organisation, by=world.adviser
        )
    with django_assert_num_queries(len(counted)):
        client.get(reverse("cases"))
    with pytest.raises(Refused):
        actions.add_entry(case=made, kind="note", text="x", day=date(2999, 1, 1), by=world.adviser)


def test_a_client_whose_name_is_too_long_is_refused_at_the_field(world, sign_in) -> None:
    answer = sign_in(world.adviser).post(
        reverse("case-new"), {"client": "W" * 251, "kind": "law", "topic": "Vertrag", "office": world.office.pk}
    )
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["client"]
    assert not AdviceCase.objects.exists()
