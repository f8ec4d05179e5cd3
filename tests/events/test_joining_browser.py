"""The pages by which people come in, as a real Chromium shows them: accessible, never wider than the window."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from qiao.directory.actions import hand_in_table, issue_claim
from qiao.directory.import_models import ImportRun
from qiao.directory.models import EntryKeyword, Keyword
from qiao.events import actions
from qiao.events.form_models import ParticipantType, Question
from qiao.events.models import Participation
from qiao.events.travel_fields import DETAILS
from qiao.matchmaking.actions import answer_for_colleague, send_request
from tests.browser import VIEWS, axe, browser_page, overflow, requires_chromium, screenshot
from tests.world import World, join, organisation, participation, person

pytestmark = [pytest.mark.browser, requires_chromium]
SLUG = "konferenz-2027"


@pytest.fixture
def places(world: World) -> dict[str, list[str]]:
    """The addresses of the pages by who opens them."""
    event = world.event
    ParticipantType.objects.create(event=event, code="guest", names={"de": "Gast", "zh": "来宾"}, places=0)
    for position, kind in enumerate(Question.Kind.values, 1):
        Question.objects.create(
            event=event, kind=kind, position=position, delete_on=event.ends, is_required=kind == "choice",
            names={"de": f"Frage {position}", "zh": f"问题{position}"}, purposes={"de": "Wofür.", "zh": "用途。"},
            options=[{"code": str(n), "names": {"de": f"Möglichkeit {n}", "zh": f"选项{n}"}} for n in (1, 2)],
        )  # fmt: skip
    Participation.objects.filter(pk=world.german_en.pk).update(state="applied")
    for one in (world.german, world.chinese):
        join(one.person)
        for entry in one.organisation.entries.all():
            keyword = Keyword.objects.create(code=f"k{entry.pk}", names={"de": "Laser", "zh": "激光"})
            EntryKeyword.objects.create(entry=entry, keyword=keyword, score=0.9)
    last = actions.last_day(event)
    actions.save_travel_call(event=event, asked=list(DETAILS), delete_on=last, readers=[], by=world.organiser)
    told = {"letter": {"passport_number": "E12345678", "nationality": "DE"}, "food": {"diet": ["vegan"]}}
    actions.save_travel(participation=world.german, values=told, by=world.owner)
    karla, asks = participation(event, world.colleague.person), "想了解贵公司的激光设备。"
    send_request(sender=world.chinese, recipient=karla, message=asks, by=world.chinese_user)
    late = participation(event, person(world.german.organisation, "Klaus Kollege"))
    asked = send_request(sender=world.chinese_en, recipient=late, message=asks, by=world.chinese_user)
    answer_for_colleague(request=asked, accepts=True, answer="", manager=world.german.person, by=world.owner)
    invitation = actions.invite(event=event, label="Halle", type="guest", expires=event.ends, by=world.organiser)
    token = issue_claim(organisation=organisation(world.jinan, "待认领有限公司", city="Jinan"), by=world.adviser)
    foreign = table_of_people(world)
    question, firm = event.questions.first(), world.german.organisation
    assert question is not None
    return {
        "visitor": [
            reverse("invited", args=[invitation.key]), reverse("invited-register", args=[invitation.key]),
            reverse("claim", args=[token]),
        ],
        "colleague": [reverse("event-join", args=[SLUG]), "/"],
        "owner": [
            reverse("event-answers", args=[SLUG]), reverse("travel", args=[SLUG]), reverse("colleagues", args=[firm.key]),
            reverse("team", args=[SLUG]), reverse("requests", args=[SLUG]), reverse("colleague-new", args=[firm.key]), reverse("organisation", args=[firm.key]),
        ],
        "organiser": [
            *(reverse(name, args=[SLUG]) for name in ("questions", "question-new", "type-new", "invitations", "participants")),
            reverse("question-edit", args=[SLUG, question.key]), reverse("invitation", args=[SLUG, invitation.key]),
            reverse("event-setup", args=[SLUG]), reverse("participants-import", args=[SLUG]),
            reverse("import-columns", args=[foreign.key]), reverse("travel-setup", args=[SLUG]),
            reverse("travel-people", args=[SLUG]), reverse("travel-person", args=[SLUG, world.german.person.key]),
        ],
    }  # fmt: skip


def table_of_people(world: World) -> ImportRun:
    """Handed in by the organiser, with headings of its own."""
    rows = "所属单位,Vorname,姓,Ein wirklich sehr langer Spaltenname ohne Sinn,E-Mail\nElbe Lasertechnik GmbH,Paula,王,x,\n"
    file = SimpleUploadedFile("Gäste aus Sachsen.csv", rows.encode())
    where = {"event": (world.event.pk, SLUG), "office": world.office}
    return hand_in_table(file=file, kind="participants", by=world.organiser, **where)


@pytest.mark.parametrize("who", ["visitor", "colleague", "owner", "organiser"])
@pytest.mark.parametrize(("language", "size", "dark"), VIEWS)
def test_pages(live_server, world, places, browser, who, language, size, dark) -> None:
    user = getattr(world, who, None)
    flaws = []
    with browser_page(live_server, language, size, user=user, dark=dark, browser=browser) as page:
        for number, path in enumerate(places[who]):
            page.goto(path)
            screenshot(page, f"joining-{who}-{number}-{language}")
            wider = overflow(page)
            flaws += [f"{path}: {flaw}" for flaw in [*axe(page), *([f"{wider} px too wide"] if wider else [])]]
    assert flaws == []
