"""The pages of sessions in a real Chromium: readable for all, on a desk and on a phone; a place is reserved by hand."""

import pytest
from django.utils import timezone

from qiao.events import actions
from qiao.events.models import ProgrammeItem
from qiao.events.session_models import Speaker, Track
from tests.browser import DESKTOP, PHONE, axe, browser_page, overflow, requires_chromium, screenshot
from tests.events.sessions import room, session
from tests.meetings.plans import finished_run, first_plan, wishes
from tests.world import World

pytestmark = [pytest.mark.browser, requires_chromium]
BASE = "/events/konferenz-2027"


@pytest.fixture
def programme(world: World) -> World:
    """Talks in the morning, sessions of two rooms beside them and after, one of which clashes."""
    from qiao.meetings.actions import publish

    wishes(world)
    publish(run=finished_run(world, first_plan(world)), by=world.organiser)
    hall, small = room(world, seats=60), room(world, "Raum 2")
    track = Track.objects.create(event=world.event, names={"de": "Produktion der Zukunft", "zh": "未来制造"})
    abstract = {
        "de": "Wie Faserlaser Bleche schneiden.\n\nMit Beispielen aus zwei Werken.",
        "zh": "光纤激光切割板材的实践。",
    }
    first = session(world, "Faserlaser im Alltag der Blechfertigung", at=120, room=hall, places=2, track=track, abstracts=abstract, audience="public")  # fmt: skip
    first.themes.add(world.themes[0])
    second = session(world, "医用钛合金的新应用", at=150, room=small, languages=["zh"], interpreted=["de", "en"])
    session(world, "Eröffnung", at=0, minutes=30, room=hall, kind="opening", takes_reservations=False)
    session(world, "Doppelt belegt", at=130, room=hall, audience="draft")
    Speaker.objects.create(session=first, person=world.chinese.person, agreed=timezone.now())
    Speaker.objects.create(session=second, person=world.german.person)
    actions.add_guest(
        session=first, name="Prof. Dr. Anna Gast", name_latin="", organisation="TU Elbstadt", by=world.organiser
    )
    ProgrammeItem.objects.create(event=world.event, names={"de": "Empfang", "zh": "招待会"}, starts=second.ends, ends=second.ends + (second.ends - second.starts))  # fmt: skip
    world.first, world.second = first, second  # type: ignore[attr-defined]
    return world


@pytest.mark.parametrize(("language", "size", "dark"), [("de", DESKTOP, False), ("zh-hans", PHONE, True)])
def test_pages_of_sessions(live_server, programme, browser, language, size, dark) -> None:
    one, other = programme.first, programme.second
    setup = f"{BASE}/setup/sessions/"
    visits = [
        (programme.organiser, [setup, f"{setup}new/", f"{setup}{one.key}/speakers/?q=li", f"{setup}{one.key}/remove/", f"{BASE}/setup/rooms/new/"]),
        (programme.owner, [f"{BASE}/programme/", f"{BASE}/programme/?view=rooms", f"{BASE}/programme/{other.key}/", f"{BASE}/programme/{one.key}/"]),
        (None, [f"{BASE}/programme/"]),
    ]  # fmt: skip
    flaws = []
    for number, (user, paths) in enumerate(visits):
        with browser_page(live_server, language, size, user=user, dark=dark, browser=browser) as page:
            for step, path in enumerate(paths):
                page.goto(path)
                screenshot(page, f"sessions-{number}-{step}-{language}")
                flaws += [
                    f"{path}: {flaw}" for flaw in [*axe(page), *([f"{overflow(page)} px"] if overflow(page) else [])]
                ]
            if user == programme.owner:
                page.get_by_role("button", name={"de": "Platz reservieren", "zh-hans": "预约席位"}[language]).click()
                page.get_by_role(
                    "button", name={"de": "Trotzdem reservieren", "zh-hans": "仍要预约"}[language]
                ).wait_for()
                screenshot(page, f"sessions-clash-{language}")
                flaws += [f"clash: {flaw}" for flaw in axe(page)]
                page.get_by_role("button", name={"de": "Trotzdem reservieren", "zh-hans": "仍要预约"}[language]).click()
                page.wait_for_url(f"**/programme/{one.key}/")
                page.goto(f"{BASE}/agenda/")
                screenshot(page, f"sessions-agenda-{language}")
                assert page.get_by_text("Faserlaser").count() == 1
                flaws += [f"agenda: {flaw}" for flaw in axe(page)]
    assert flaws == []
