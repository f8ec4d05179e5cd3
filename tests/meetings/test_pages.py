"""Who may open which page, and what stands on it."""

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from qiao.core.emails import render
from qiao.core.models import Role
from qiao.events.models import Interpreter
from qiao.meetings import actions, overviews
from qiao.meetings.letters import agenda_context
from qiao.meetings.models import PlanRun, PlanVersion
from qiao.meetings.queries import agendas_for
from tests.meetings.plans import agreed, finished_run, first_plan, meeting, rows_in_force, wishes
from tests.world import delegation, person, show_abroad, user

pytestmark = pytest.mark.django_db
SLUG = "konferenz-2027"


@pytest.fixture
def planned(world):
    """Version 1 in force, a second finished run that drops a talk, a delegation with a head."""
    show_abroad(world.german.person, world.chinese.person, world.interpreter.person)
    wishes(world)
    actions.publish(run=finished_run(world, first_plan(world)), by=world.organiser)
    world.run = finished_run(world, first_plan(world)[1:])
    names = {"de": "Delegation Jinan", "zh": "济南代表团"}
    world.delegation = delegation(world.event, "jinan", world.chinese, names=names)
    world.leader = user("Leader Lu", language="zh-hans")
    Role.objects.create(
        user=world.leader, kind=Role.Kind.LEADER, scope=Role.Scope.DELEGATION, scope_id=world.delegation.pk
    )
    return world


ORGANISER, PARTICIPANT, INTERPRETER, LEADER = (
    "organiser",
    "owner chinese_user",
    "interpreter_user",
    "leader organiser adviser admin",
)
PAGES = [
    ("desk", ORGANISER),
    ("run", ORGANISER),
    ("run-live", ORGANISER),
    ("run-board", ORGANISER),
    ("run-unmet", ORGANISER),
    ("run-publish", ORGANISER),
    ("version-withdraw", ORGANISER),
    ("schedule", ORGANISER),
    ("agenda", PARTICIPANT),
    ("agenda-ics", PARTICIPANT),
    ("agenda-pdf", PARTICIPANT),
    ("rota", INTERPRETER),
    ("rota-ics", INTERPRETER),
    ("delegation-agendas", LEADER),
]
EVERYBODY = [
    "owner",
    "colleague",
    "stranger",
    "chinese_user",
    "interpreter_user",
    "organiser",
    "adviser",
    "admin",
    "leader",
]


def address(name: str, world) -> str:
    if name == "delegation-agendas":
        return reverse(name, args=["jinan"])
    of_run = name.startswith("run") and name != "run-start"
    return reverse(name, args=[SLUG, world.run.pk] if of_run else [SLUG])


@pytest.mark.parametrize(("name", "allowed"), PAGES)
def test_a_page_opens_for_its_audience_and_exists_for_nobody_else(planned, sign_in, client, name, allowed) -> None:
    url = address(name, planned)
    assert client.get(url).status_code == 302
    for who in EVERYBODY:
        answer = sign_in(getattr(planned, who)).get(url)
        assert answer.status_code == (200 if who in allowed.split() else 404), who


@pytest.mark.parametrize("name", ["run-start", "run-stop", "agenda-feed"])
def test_what_changes_something_is_never_a_get(planned, sign_in, name) -> None:
    assert sign_in(planned.organiser).get(address(name, planned)).status_code == 405


def test_a_run_belongs_to_its_event(planned, sign_in) -> None:
    from qiao.events.models import Event

    other = Event.objects.get()
    other.pk, other.slug = None, "another"
    other.save()
    Role.objects.create(user=planned.organiser, kind="organiser", scope="event", scope_id=other.pk)
    assert sign_in(planned.organiser).get(f"/events/another/desk/runs/{planned.run.pk}/").status_code == 404


def test_an_interpreter_sees_nothing_of_others_talks(planned, sign_in) -> None:
    page = sign_in(planned.interpreter_user).get(address("rota", planned)).content.decode()
    assert "王立" in page
    assert "李娜" not in page
    assert "Eva Ernst" not in page


def test_a_participant_sees_the_own_talks_alone(planned, sign_in) -> None:
    page = sign_in(planned.chinese_user).get(address("agenda", planned)).content.decode()
    assert "Otto Owner" in page
    assert "李娜" not in page
    assert "Eva Ernst" not in page
    assert "Dolores Dolmetsch" in page


@pytest.mark.parametrize(("who", "times"), [("owner", ("09:00", "02:00")), ("chinese_user", ("09:00", "02:00"))])
def test_an_agenda_states_both_local_times(planned, sign_in, who, times) -> None:
    planned.office.time_zone, planned.office.city = "Europe/Berlin", "Dresden"
    planned.office.save()
    planned.chinese_user.time_zone = "Asia/Shanghai"
    planned.chinese_user.save()
    page = sign_in(getattr(planned, who)).get(address("agenda", planned)).content.decode()
    for time in times:
        assert time in page


def test_from_the_desk_to_a_published_plan(world, sign_in, run_tasks, mail_folder) -> None:
    wishes(world)
    client = sign_in(world.organiser)
    assert "/desk/start/" in client.get(f"/events/{SLUG}/desk/").content.decode()
    answer = client.post(f"/events/{SLUG}/desk/start/", {"limit": 10})
    run = PlanRun.objects.get()
    assert answer["Location"] == f"/events/{SLUG}/desk/runs/{run.pk}/"
    assert 'hx-trigger="every 2s"' in client.get(answer["Location"]).content.decode()
    run_tasks()
    assert client.get(answer["Location"] + "live/")["HX-Refresh"] == "true"
    page = client.get(answer["Location"]).content.decode()
    assert "/publish/" in page
    confirmation = client.get(answer["Location"] + "publish/").content.decode()
    assert 'name="over" value="0"' in confirmation
    published = client.post(answer["Location"] + "publish/", {"over": 0})
    assert published["Location"] == f"/events/{SLUG}/schedule/"
    assert len(rows_in_force(world.event)) == 3
    assert "王立" in client.get(published["Location"]).content.decode()


def test_a_start_without_a_time_limit_shows_the_field_again(planned, sign_in) -> None:
    answer = sign_in(planned.organiser).post(address("run-start", planned), {"limit": 99999})
    assert answer.status_code == 200
    assert PlanRun.objects.count() == 2


def test_publishing_over_what_was_not_seen_is_refused_with_a_sentence(planned, sign_in) -> None:
    client = sign_in(planned.organiser)
    answer = client.post(address("run-publish", planned), {"over": 0}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert PlanVersion.objects.count() == 1
    client.post(address("run-publish", planned), {"over": 1})
    assert PlanVersion.objects.count() == 2


def test_withdrawing_asks_first(planned, sign_in) -> None:
    client = sign_in(planned.organiser)
    client.get(address("version-withdraw", planned))
    assert len(rows_in_force(planned.event)) == 3
    client.post(address("version-withdraw", planned))
    assert rows_in_force(planned.event) == set()


def test_a_run_that_was_cut_off_can_be_started_again_from_its_page(world, sign_in) -> None:
    wishes(world)
    run = finished_run(world, first_plan(world), state=PlanRun.State.INTERRUPTED)
    client = sign_in(world.organiser)
    page = client.get(f"/events/{SLUG}/desk/runs/{run.pk}/").content.decode()
    assert '<option value="60" selected>' in page
    client.post(f"/events/{SLUG}/desk/start/", {"limit": 300})
    assert PlanRun.objects.get(state=PlanRun.State.QUEUED).limit == 300


def test_a_running_run_shows_value_and_bound_and_can_be_stopped(world, sign_in) -> None:
    wishes(world)
    progress = [
        {"phase": "bound", "value": None, "bound": 12, "placed": 2, "seconds": 0.4},
        {"phase": "weight", "value": 8, "bound": 12, "placed": 2, "seconds": 1.0},
        {"phase": "weight", "value": 11, "bound": 12, "placed": 2, "seconds": 2.0},
    ]
    run = PlanRun.objects.create(
        event=world.event, state=PlanRun.State.RUNNING, progress=progress, token="t", seen_at=timezone.now()
    )
    client = sign_in(world.organiser)
    page = client.get(f"/events/{SLUG}/desk/runs/{run.pk}/live/").content.decode()
    assert '<polyline class="curve"' in page
    assert '<polyline class="bound"' in page
    assert "style=" not in page
    client.post(f"/events/{SLUG}/desk/runs/{run.pk}/stop/")
    run.refresh_from_db()
    assert run.stop_requested


def test_the_unmet_list_names_both_people_and_filters_by_reason(planned, sign_in) -> None:
    client = sign_in(planned.organiser)
    url = address("run-unmet", planned)
    assert "王立" in client.get(url).content.decode()
    assert "王立" not in client.get(url, {"reason": "tables-full"}).content.decode()
    assert "王立" in client.get(url, {"reason": "lower-priority"}).content.decode()


def test_desk_and_requests_say_alike_what_has_its_place_in_the_plan(world, sign_in) -> None:
    wishes(world)

    def seen() -> tuple[str, int, int]:
        desk = sign_in(world.organiser).get(f"/events/{SLUG}/desk/").content.decode()
        page = sign_in(world.owner).get(f"/events/{SLUG}/requests/").content.decode()
        return desk, page.count("Es ist noch nicht eingeplant."), page.count("Es steht im Gesprächsplan.")

    desk, *counted = seen()
    assert "3 Wünsche sind von beiden Seiten vereinbart und warten auf ihren Platz." in desk
    assert counted == [2, 0]
    actions.publish(run=finished_run(world, first_plan(world)[1:]), by=world.organiser)
    desk, *counted = seen()
    assert "enthält 2 von 3 vereinbarten Wünschen; 1 steht noch nicht darin." in desk
    assert counted == [1, 1]
    actions.publish(run=finished_run(world, first_plan(world)), by=world.organiser, over=1)
    desk, *counted = seen()
    assert "Alle 3 von beiden Seiten vereinbarten Wünsche haben" in desk
    assert counted == [0, 2]


def test_the_desk_says_when_no_wish_is_agreed(world, sign_in) -> None:
    assert "Noch ist kein Wunsch" in sign_in(world.organiser).get(f"/events/{SLUG}/desk/").content.decode()


@pytest.mark.parametrize("name", ["run", "schedule"])
def test_where_loads_are_shown_the_page_says_that_they_are_not_evened_out(planned, sign_in, name) -> None:
    page = sign_in(planned.organiser).get(address(name, planned)).content.decode()
    assert "nicht gleichmäßig" in page[page.index("Auslastung der Dolmetschenden") :]


def test_loads_stand_in_alphabetical_order(planned) -> None:
    for name in ("Zoe Zander", "Änne Adler"):
        who = person(planned.german.organisation, name)
        Interpreter.objects.create(event=planned.event, person=who, languages=["de", "zh"])
    names = [load.interpreter.person.name for load in overviews.schedule_of(planned.event).interpreters]
    assert (names[0], names[-1]) == ("Änne Adler", "Zoe Zander")


def test_the_desk_names_the_time_of_a_run_as_its_form_does(planned, sign_in) -> None:
    PlanRun.objects.filter(pk=planned.run.pk).update(limit=300)
    page = sign_in(planned.organiser).get(address("desk", planned)).content.decode()
    assert "300 Sekunden" not in page
    assert page.count("5 Minuten") == 2  # in the form and in the list of runs


def test_mails_about_agendas_greet_and_count_as_german_does(planned) -> None:
    with translation.override("de"):
        (agenda,) = agendas_for(planned.event, [planned.german])
        subject, body = render("meetings.agenda", "de", agenda_context(agenda))
    assert subject == f"Ihr Terminplan mit {len(agenda.talks)} Gesprächen: {planned.event}"
    assert body.startswith("Guten Tag Otto Owner,\n")


def test_only_a_plan_with_unmet_wishes_leads_to_their_list(planned, sign_in) -> None:
    client = sign_in(planned.organiser)
    assert address("run-unmet", planned) in client.get(address("run", planned)).content.decode()
    full = finished_run(planned, first_plan(planned))
    assert "/unmet/" not in client.get(f"/events/{SLUG}/desk/runs/{full.pk}/").content.decode()


def test_a_calendar_address_can_be_ended_only_where_there_is_one(planned, sign_in) -> None:
    client, url = sign_in(planned.owner), address("agenda", planned)
    assert 'name="end"' not in client.get(url).content.decode()
    client.post(address("agenda-feed", planned))
    assert 'name="end"' in client.get(url).content.decode()


def test_a_feed_address_is_shown_once(planned, sign_in) -> None:
    client = sign_in(planned.owner)
    page = client.post(address("agenda-feed", planned)).content.decode()
    assert "/calendar/" in page
    assert "/calendar/" not in client.get(address("agenda", planned)).content.decode()
    client.post(address("agenda-feed", planned), {"end": "1"})
    assert not hasattr(type(planned.german).objects.get(pk=planned.german.pk), "feed")


@pytest.mark.parametrize("name", ["desk", "run", "run-unmet", "schedule"])
def test_desk_pages_take_a_fixed_number_of_queries(
    planned, sign_in, django_assert_num_queries, django_assert_max_num_queries, name
) -> None:
    from tests.world import participation, person

    client, url = sign_in(planned.organiser), address(name, planned)
    client.get(url)
    with django_assert_max_num_queries(45) as counted:
        client.get(url)
    chen = participation(planned.event, person(planned.chinese_en.organisation, "陈静", languages=["zh", "en"]))
    agreed(planned.german, chen, "otto-chen")
    agreed(planned.german_en, chen, "eva-chen")
    late = [meeting("otto-chen", 4, 1), meeting("eva-chen", 1, 2)]
    actions.publish(run=finished_run(planned, [*first_plan(planned), *late]), by=planned.organiser)
    planned.run.delete()
    planned.run = finished_run(planned, first_plan(planned)[2:])
    url = address(name, planned)
    with django_assert_num_queries(len(counted)):
        client.get(url)


@pytest.mark.parametrize(("who", "name"), [("organiser", "schedule"), ("leader", "delegation-agendas")])
def test_wide_tables_can_be_moved_by_keyboard_and_read_on_a_phone(planned, sign_in, who, name) -> None:
    page = sign_in(getattr(planned, who)).get(address(name, planned)).content.decode()
    assert '<div class="scroll on-desk" tabindex="0" role="region" aria-label="' in page
    desk, phone = page.split('<div class="on-phone">', 1)
    assert "Otto Owner" in desk
    assert "Otto Owner" in phone


@pytest.mark.parametrize(
    ("who", "name", "place"),
    [
        ("interpreter_user", "rota", " Jinan"),
        ("owner", "agenda", " Jinan"),
        ("organiser", "desk", " Jinan"),
        ("organiser", "schedule", "Alle Zeiten sind Ortszeit in Jinan."),
        ("leader", "delegation-agendas", "所有时间均为济南当地时间。"),
    ],
)
def test_times_name_their_place_and_are_the_same_for_everybody(planned, sign_in, who, name, place) -> None:
    published = PlanVersion.objects.get().published.astimezone(planned.event.zone)
    page = sign_in(getattr(planned, who)).get(address(name, planned)).content.decode()
    assert f"{published:%H:%M} {'济南' if who == 'leader' else 'Jinan'}" in page
    assert place in page


def test_on_a_phone_each_slot_lists_its_talks_and_each_member_the_own(planned) -> None:
    board = overviews.schedule_of(planned.event).days[0]
    assert [(slot.position, len(talks)) for slot, talks in board.by_slot if talks] == [(1, 1), (2, 1), (3, 1)]
    group = overviews.agendas_of(planned.delegation, planned.event)
    assert [(one.participation.pk, [talk.key for talk in one.talks]) for one in group.agendas] == [
        (planned.chinese.pk, ["otto-wang"])
    ]
