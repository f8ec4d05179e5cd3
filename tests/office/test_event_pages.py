"""The page for first-timers and the page on what came of an event."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from qiao.events.models import Participation
from qiao.matchmaking.models import Request
from qiao.meetings.models import Meeting
from qiao.meetings.rating_models import Rating
from qiao.office import actions
from qiao.office.event_models import EventPages, TalkTag
from qiao.office.first_time import SECTIONS, minutes_of, pages_of, parts, usual_text
from qiao.office.outcome import LISTS, outcome, tags_of
from tests.meetings.test_ratings import over

__all__ = ["over"]


@pytest.mark.parametrize("language", ["de", "zh", "en"])
def test_the_usual_words_are_there_in_each_language(language: str) -> None:
    texts = {code: usual_text(code, language, 25) for code in SECTIONS}
    assert all(len(text) > 60 for text in texts.values())
    for minute in ("25", "3", "10", "20"):
        assert minute in texts["talk"]
    if language != "en":
        assert texts != {code: usual_text(code, "en", 25) for code in SECTIONS}


@pytest.mark.db
def test_an_organiser_changes_what_differs(world, sign_in, client) -> None:
    page, edit = (reverse(name, args=[world.event.slug]) for name in ("first-time", "first-time-edit"))
    assert client.get(page).status_code == 302
    assert client.get(reverse("first-time", args=["no-event"])).status_code == 302
    organiser = sign_in(world.organiser)
    usual = {f"talk_{code}": usual_text("talk", code, minutes_of(world.event)) for code in ("de", "zh", "en")}
    organiser.post(edit, {**usual, "costs_de": "200 Euro für zwei Tage.", "public": "on"})
    assert pages_of(world.event).first_time == {"costs": {"de": "200 Euro für zwei Tage."}}, "the rest follows Qiao"
    with translation.override("zh-hans"):
        chinese = {one.code: one for one in parts(pages_of(world.event))}
    assert chinese["costs"].text == usual_text("costs", "zh", 25)
    organiser.logout()
    assert "200 Euro" in client.get(page, headers={"accept-language": "de"}).content.decode()
    assert sign_in(world.stranger).get(edit).status_code == 404


def rated(over, who: Participation, **said) -> None:
    Rating.objects.create(request=Request.objects.get(key="otto-wang"), participation=who, **said)


def numbers(event) -> dict[str, int]:
    return {one.code: one.number for one in outcome(event).figures}


@pytest.mark.db
def test_each_figure_is_counted_from_what_happened(over) -> None:
    talks = Meeting.objects.filter(slot__event=over.event, slot__end__lt=timezone.now()).count()
    assert numbers(over.event) == {
        "promised": Request.objects.filter(state="accepted").count(), "held": talks, "wanted": 0, "introduced": 0, "followed": 0,
        "signed": 0,
    }  # fmt: skip
    rated(over, over.german, held=True, next="sample")
    assert numbers(over.event)["wanted"] == 1
    actions.open_follow_ups()
    made = over.event.cooperations.get() if hasattr(over.event, "cooperations") else None
    made = made or actions.open_cooperation(
        one=over.german.organisation, other=over.chinese.organisation, event=over.event, by=over.adviser
    )
    assert (numbers(over.event)["followed"], numbers(over.event)["signed"]) == (1, 0)
    for stage in ("loi", "ended"):
        actions.add_step(cooperation=made, stage=stage, note="", as_organisation=None, by=over.adviser)
    assert numbers(over.event)["signed"] == 1, "what ended later was signed all the same"
    rated(over, over.chinese, held=False)
    assert (numbers(over.event)["held"], numbers(over.event)["wanted"]) == (talks - 1, 0)


@pytest.mark.db
def test_who_reads_figures_and_lists(over, sign_in, client) -> None:
    page = reverse("outcome", args=[over.event.slug])
    lists = {code: reverse("outcome-list", args=[over.event.slug, code]) for code in LISTS}
    assert client.get(page).status_code == 302
    assert sign_in(over.owner).get(page).status_code == 404
    organiser = sign_in(over.organiser)
    assert lists["held"] in organiser.get(page).content.decode()
    assert "Elbe Lasertechnik" in organiser.get(lists["held"]).content.decode()
    assert organiser.get(lists["signed"]).status_code == 404, "cooperations are for the two sides and the offices"
    organiser.post(page, {"words_de": "Danke an alle.", "public": "on"})
    assert {sign_in(over.adviser).get(one).status_code for one in lists.values()} == {200}
    assert sign_in(over.adviser).post(page, {"public": ""}).status_code == 200, "the adviser is not the organiser"
    assert EventPages.objects.get().outcome_shown
    member = sign_in(over.owner)
    assert member.get(lists["held"]).status_code == 404
    client.logout()
    shown = client.get(page, headers={"accept-language": "de"}).content.decode()
    assert "Danke an alle." in shown
    assert lists["held"] not in shown
    assert "Elbe Lasertechnik" not in shown


@pytest.mark.db
def test_organisers_count_talks_by_words_of_their_own(over, sign_in) -> None:
    page = reverse("outcome-list", args=[over.event.slug, "held"])
    said = {"talk": ["otto-wang", "no-such"], "tag": " Laser ", "do": "add"}
    sign_in(over.adviser).post(page, said)  # not the organiser
    assert not TalkTag.objects.exists()
    organiser = sign_in(over.organiser)
    for _ in range(2):
        organiser.post(page, said)
    organiser.post(page, {"tag": "Laser"})
    assert (tags_of(over.event), TalkTag.objects.count()) == ([("Laser", 1)], 1)
    shown = organiser.get(f"{page}?tag=Laser").content.decode()
    assert "otto-wang" in shown
    assert "?tag=Laser" in organiser.get(reverse("outcome", args=[over.event.slug])).content.decode()
    organiser.post(page, said | {"do": "remove"})
    assert tags_of(over.event) == []


def test_talks_ahead_are_not_held(over) -> None:
    before = numbers(over.event)["held"]
    now = timezone.now()
    over.event.slots.update(start=now + timedelta(hours=1), end=now + timedelta(hours=2)) if before == 0 else None
    for number, slot in enumerate(over.event.slots.all()):
        slot.start, slot.end = now + timedelta(hours=number + 1), now + timedelta(hours=number + 2)
        slot.save()
    assert (before > 0, numbers(over.event)["held"]) == (True, 0)
