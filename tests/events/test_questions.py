"""The organiser's questions: asked, answered, changed without loss, shown to whom it says, exported, erased in time."""

import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry
from qiao.core.stored import stored_about
from qiao.events import actions
from qiao.events.form_models import Answer, ParticipantType, Question
from qiao.events.forms.answers import AnswersForm
from qiao.events.models import Participation
from qiao.site.actions import erase
from tests.world import show_abroad

pytestmark = [pytest.mark.db, pytest.mark.django_db]
SLUG = "konferenz-2027"
LATER = date(2099, 1, 1)
CHOICE = {
    "names_de": "Wie reisen Sie an?", "names_zh": "您如何前往？", "names_en": "", "kind": "choice", "is_required": "on",
    "visibility": "organiser", "purposes_de": "Damit wir Busse bestellen können.", "delete_on": "2099-01-01",
    "option_1_de": "Bahn", "option_1_zh": "火车", "option_2_de": "Flugzeug",
}  # fmt: skip


def question(event, text: str = "Frage", **fields) -> Question:
    fields.setdefault("delete_on", LATER)
    return Question.objects.create(event=event, names={"de": text}, purposes={"de": "Für den Test."}, **fields)


def answer(one: Question, participation: Participation, value) -> Answer:
    return Answer.objects.create(question=one, participation=participation, value=value)


def url(name: str, *args) -> str:
    return reverse(name, args=[SLUG, *args])


def test_a_question_is_made_asked_answered_and_read(world, sign_in) -> None:
    organiser = sign_in(world.organiser)
    assert "fragen nichts weiter" in organiser.get(url("questions")).content.decode()
    response = organiser.post(url("question-new"), CHOICE)
    assert response.status_code == 302, response.context["form"].errors
    made = Question.objects.get()
    assert made.options == [
        {"code": "1", "names": {"de": "Bahn", "zh": "火车"}},
        {"code": "2", "names": {"de": "Flugzeug"}},
    ]
    client = sign_in(world.colleague)
    page = client.get(url("event-join")).content.decode()
    assert "Damit wir Busse bestellen können." in page
    assert "1. Januar 2099" in page
    form = {"organisation": world.german.organisation_id}
    assert "Wie reisen Sie an?" in client.post(url("event-join"), form).content.decode(), "an answer is needed"
    assert not Participation.objects.filter(person=world.colleague.person).exists()
    client.post(url("event-join"), form | {made.key: "2"})
    joined = Participation.objects.get(person=world.colleague.person)
    assert joined.answers.get().value == "2"
    assert "Flugzeug" in sign_in(world.organiser).get(url("participant", joined.person.key)).content.decode()
    client = sign_in(world.colleague)
    assert 'value="2"' in client.get(url("event-answers")).content.decode()
    client.post(url("event-answers"), {made.key: "1"})
    assert joined.answers.get().value == "1"


@pytest.mark.parametrize(
    ("kind", "typed", "stored", "words"),
    [
        ("text", "Ja, gern", "Ja, gern", "Ja, gern"),
        ("choices", ["1", "2"], ["1", "2"], "A, B"),
        ("yes-no", "no", False, "nein"),
        ("number", "2.50", "2.50", "2,50"),
        ("date", "2027-11-04", "2027-11-04", "4. November 2027"),
    ],
)
def test_every_kind_is_kept_and_read_in_words(world, settings, kind, typed, stored, words) -> None:
    from django.utils import translation

    one = question(
        world.event, kind=kind, options=[{"code": c, "names": {"de": n}} for c, n in (("1", "A"), ("2", "B"))]
    )
    form = AnswersForm({one.key: typed}, questions=[one])
    assert form.is_valid(), form.errors
    assert form.answers == {one.pk: stored}
    with translation.override("de"):
        assert one.in_words(stored) == words
    empty = AnswersForm({}, questions=[one])
    assert empty.is_valid()
    assert empty.answers == {one.pk: None}
    assert AnswersForm(questions=[one], present={one.pk: stored})[one.key].as_widget()


def test_only_those_of_a_kind_are_asked(world, sign_in) -> None:
    guest = actions.save_type(event=world.event, by=world.organiser, names={"en": "Guest of honour"}, is_offered=True)
    host = actions.save_type(event=world.event, by=world.organiser, names={"zh": "主办单位"}, is_offered=True)
    assert (guest.code, host.code) == ("guest-of-honour", "zhu-ban-dan-wei")
    one = question(world.event, "Welcher Stand?", types=[host.code])
    client = sign_in(world.colleague)
    assert f"?as={host.code}" in client.get(url("event-join")).content.decode()
    assert "Welcher Stand?" not in client.get(url("event-join") + f"?as={guest.code}").content.decode()
    assert "Welcher Stand?" in client.get(url("event-join") + f"?as={host.code}").content.decode()
    form = {"organisation": world.german.organisation_id, one.key: "A4"}
    client.post(url("event-join") + f"?as={guest.code}", form)
    joined = Participation.objects.get(person=world.colleague.person)
    assert (joined.type, joined.answers.count()) == (guest.code, 0), "what was not asked is not stored"
    with pytest.raises(Refused):
        actions.remove_type(type=guest, by=world.organiser)
    with pytest.raises(Refused):
        actions.remove_type(type=host, by=world.organiser)
    one.delete()
    actions.remove_type(type=host, by=world.organiser)
    assert list(ParticipantType.objects.all()) == [guest]


def test_a_change_loses_no_answer(world, sign_in) -> None:
    client = sign_in(world.organiser)
    client.post(url("question-new"), CHOICE)
    made = Question.objects.get()
    answer(made, world.german, "1")
    client.post(url("question-edit", made.key), CHOICE | {"option_1_de": "", "option_1_zh": "", "option_3_de": "Auto"})
    made.refresh_from_db()
    assert [(one["code"], one.get("gone", False)) for one in made.options] == [("2", False), ("3", False), ("1", True)]
    assert made.in_words("1") == "Bahn"
    assert '"1"' not in str(AnswersForm(questions=[made])[made.key])
    response = client.post(url("question-edit", made.key), CHOICE | {"kind": "text"})
    assert "Art bleibt" in response.content.decode()
    client.post(url("question-remove", made.key))
    made.refresh_from_db()
    assert made.retired
    assert Answer.objects.count() == 1
    assert "Bahn" in client.get(url("participant", world.german.person.key)).content.decode()
    client.post(url("question-restore", made.key))
    client.post(url("question-remove", made.key))
    client.post(url("question-remove", made.key))
    assert not Question.objects.exists()


def test_a_question_nobody_answered_goes_at_once_and_others_change_places(world, sign_in) -> None:
    client = sign_in(world.organiser)
    one, two = question(world.event, "Eins", position=1), question(world.event, "Zwei", position=2)
    client.post(url("question-move", two.key), {"to": "up"})
    assert list(world.event.questions.all()) == [two, one]
    client.post(url("question-move", two.key), {"to": "down"})
    client.post(url("question-move", two.key), {"to": "down"})
    assert list(world.event.questions.all()) == [one, two]
    client.post(url("question-remove", one.key))
    assert list(Question.objects.all()) == [two]


def test_partners_read_only_what_is_for_them_of_those_they_may_name(world, sign_in) -> None:
    open_one = question(world.event, "Fachgebiet", visibility="participants")
    answer(open_one, world.chinese, "Laserschweißen")
    answer(question(world.event, "Geheim"), world.chinese, "nur für das Büro")
    address = url("partner", world.chinese.person.key)
    assert "Laserschweißen" not in sign_in(world.owner).get(address).content.decode()
    show_abroad(world.chinese.person)
    page = sign_in(world.owner).get(address).content.decode()
    assert "Laserschweißen" in page
    assert "nur für das Büro" not in page


def test_the_table_holds_the_answers_and_the_reading_is_noted(world, sign_in) -> None:
    answer(question(world.event, "Reise"), world.german, "=cmd()")
    world.event.types.create(code="guest", names={"de": "Gast"})
    Participation.objects.filter(pk=world.german.pk).update(type="guest")
    response = sign_in(world.organiser).get(url("participants-table"))
    book = load_workbook(io.BytesIO(response.content))
    rows = list(book["answers"].values)
    assert rows[0][-1] == "Reise"
    own = next(row for row in rows if row[1] == "Otto Owner")
    assert own[3:] == ("Gast", "zugelassen", "'=cmd()")
    assert AuditEntry.objects.filter(action="events.export_participants", actor=world.organiser).count() == 1


def test_answers_go_on_their_day_and_with_the_person(world) -> None:
    today = timezone.now().date()
    answer(question(world.event, delete_on=today), world.german, "alt")
    kept = answer(question(world.event, delete_on=today + timedelta(days=1)), world.german, "neu")
    assert actions.forget_answers() == 1
    assert list(Answer.objects.all()) == [kept]
    stored = {one.declaration.model: one.shown for one in stored_about(world.owner)}
    assert "Frage: neu" in stored["Answer"][0]
    assert "Für den Test." in stored["Answer"][0]
    erase(person=world.german.person, by=None)
    assert not Answer.objects.exists()


def test_pages_cost_the_same_with_many_questions(world, sign_in, django_assert_num_queries) -> None:
    def pages() -> list[str]:
        return [url("questions"), url("participant", world.german.person.key), url("event-setup")]

    client = sign_in(world.organiser)
    answer(question(world.event), world.german, "a")
    world.event.types.create(code="first", names={"de": "Erste"})
    counts = []
    for address in pages():
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        counts.append(len(few))
    for number in range(5):
        answer(question(world.event, str(number)), world.german, "b")
        world.event.types.create(code=f"t{number}", names={"de": str(number)})
    for address, count in zip(pages(), counts, strict=True):
        with django_assert_num_queries(count):
            client.get(address)
