"""The start page: what is open for whom, in a fixed number of queries."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from qiao.core.models import Role
from qiao.events.models import Event, Interpreter, Participation
from qiao.matchmaking.models import Request as MeetingRequest
from qiao.matchmaking.models import Suggestion, Wish
from qiao.meetings.models import Meeting, PlanRun, PlanVersion, Seat
from qiao.site.queries import home_for
from qiao.templatetags import wording
from tests.world import START, delegation, join, organisation, participation, person, show_abroad

pytestmark = [pytest.mark.pages, pytest.mark.django_db]
BEFORE = datetime(2027, 1, 1, tzinfo=UTC)


def suggest(own, *partners):
    join(*(partner.person for partner in partners))
    for rank, partner in enumerate(partners, 1):
        Suggestion.objects.create(participation=own, partner=partner, rank=rank, score=0.9, engine="test")


def ask(sender, recipient, state=MeetingRequest.State.PENDING):
    low, high = sorted((sender.pk, recipient.pk))
    return MeetingRequest.objects.create(
        event=sender.event, sender=sender, recipient=recipient, pair_low=low, pair_high=high, state=state
    )


def publish(world, request):
    """One talk of this request in the first slot, interpreted."""
    run = PlanRun.objects.create(event=world.event, state=PlanRun.State.DONE)
    version = PlanVersion.objects.create(event=world.event, number=1, run=run, problem={}, plan={})
    meeting = Meeting.objects.create(
        version=version, request=request, slot=world.slots[0], table=world.tables[0], interpreter=world.interpreter
    )
    for who in (request.sender, request.recipient):
        Seat.objects.create(meeting=meeting, participation=who, slot=meeting.slot)
    return meeting


def more_participants(world, number):
    for n in range(number):
        firm = organisation(world.jinan, f"济南第{n}公司", offers=({"zh": "机床"},))
        participation(world.event, person(firm, f"张{n}"))


class TestParticipant:
    def test_only_suggestions_without_a_word_are_counted(self, world):
        more_participants(world, 1)
        third = world.event.participations.exclude(pk__in=[world.chinese.pk, world.chinese_en.pk]).get(
            organisation__side=world.jinan
        )
        suggest(world.german, world.chinese, world.chinese_en, third)
        Wish.objects.create(participation=world.german, partner=world.chinese, kind=Wish.Kind.NO)
        ask(world.chinese_en, world.german)
        [own] = home_for(world.owner, BEFORE).taking_part
        assert (own.undecided, own.waiting, own.sent, own.talks) == (1, 1, 0, 0)

    def test_a_wish_of_somebody_else_decides_nothing(self, world):
        suggest(world.german, world.chinese)
        Wish.objects.create(participation=world.chinese, partner=world.german, kind=Wish.Kind.GLADLY)
        assert home_for(world.owner, BEFORE).taking_part[0].undecided == 1

    def test_who_left_is_not_suggested_any_more(self, world):
        suggest(world.german, world.chinese)
        Participation.objects.filter(pk=world.chinese.pk).update(state=Participation.State.CANCELLED)
        assert home_for(world.owner, BEFORE).taking_part[0].undecided == 0

    def test_the_next_talk_is_named_until_it_is_over(self, world, sign_in):
        show_abroad(world.chinese.person)
        meeting = publish(world, ask(world.chinese, world.german, MeetingRequest.State.ACCEPTED))
        home = home_for(world.owner, BEFORE)
        assert home.taking_part[0].next.partner == world.chinese
        assert home_for(world.owner, meeting.slot.end).taking_part[0].next is None
        page = sign_in(world.owner).get("/").content.decode()
        assert "Wáng Lì" in page
        assert "Tisch 1" in page

    def test_open_requests_come_first(self, world, sign_in):
        ask(world.chinese, world.german)
        page = sign_in(world.owner).get("/").content.decode()
        assert "1 Anfrage wartet auf Ihre Antwort." in page
        assert page.index("Anfragen beantworten") < page.index("</main>")

    def test_an_event_that_is_over_is_left_out(self, world, sign_in):
        Event.objects.update(phase=Event.Phase.AFTER)
        assert home_for(world.owner, BEFORE).nothing
        page = sign_in(world.owner).get("/").content.decode()
        assert "Im Moment steht nichts an." in page
        assert "Sobald Sie sich" not in page  # who took part reads no invitation to begin

    def test_what_remains_of_an_event_is_found_by_each_in_their_role(self, world, sign_in):
        sent = delegation(world.event, "sachsen")
        leader = world.stranger
        Role.objects.create(user=leader, kind=Role.Kind.LEADER, scope=Role.Scope.DELEGATION, scope_id=sent.pk)
        everybody = (world.owner, world.interpreter_user, world.organiser, leader)
        assert all(home_for(user, BEFORE).past == [] for user in everybody)
        Event.objects.update(phase=Event.Phase.AFTER)
        for user, way in zip(everybody, ("/agenda/", "/rota/", "/schedule/", "/delegations/sachsen/"), strict=True):
            page = sign_in(user).get("/").content.decode()
            ways = [one for one in ("/agenda/", "/rota/", "/schedule/", "/delegations/sachsen/") if f'{one}"' in page]
            assert ways == [way]
            link = way if way.startswith("/del") else f"/events/{world.event.slug}{way}"
            assert sign_in(user).get(link).status_code == 200
        assert home_for(world.adviser, BEFORE).past == []

    def test_who_waits_for_approval_is_told_so(self, world, sign_in):
        Participation.objects.filter(pk=world.german.pk).update(state=Participation.State.APPLIED)
        home = home_for(world.owner, BEFORE)
        assert [home.taking_part, home.applied] == [[], [world.german]]
        assert "schreibt Ihnen" in sign_in(world.owner).get("/").content.decode()

    @pytest.mark.parametrize("phase", [phase for phase in Event.Phase.values if phase != "after"])
    def test_each_phase_has_a_next_step(self, world, sign_in, phase):
        Event.objects.update(phase=phase)
        page = sign_in(world.owner).get("/").content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        assert main.count('class="button"') == 1


def test_who_manages_an_organisation_finds_it_on_the_start_page(world, sign_in):
    way = f'<a href="/organisations/{world.german.organisation.key}/">'
    page = sign_in(world.owner).get("/").content.decode()
    assert "Meine Organisation:" in page
    assert way in page
    assert way not in sign_in(world.colleague).get("/").content.decode()


class TestOrganiser:
    def test_the_funnel_counts_people_and_only_shrinks(self, world):
        publish(world, ask(world.chinese, world.german, MeetingRequest.State.ACCEPTED))
        ask(world.chinese, world.german_en)
        Wish.objects.create(participation=world.chinese_en, partner=world.german, kind=Wish.Kind.MUST)
        [one] = home_for(world.organiser, BEFORE).organising
        assert [(step.code, step.people) for step in one.funnel] == [
            ("admitted", 4), ("wished", 3), ("agreed", 2), ("planned", 2)
        ]  # fmt: skip
        assert (one.applied, one.pending, one.accepted, one.version.number) == (0, 1, 1, 1)

    @pytest.mark.parametrize(
        ("state", "words"),
        [
            ("running", "wird gerade berechnet"),
            ("interrupted", "wurde unterbrochen"),
            ("done", "wartet auf die Veröffentlichung"),
            (None, "noch kein Gesprächsplan"),
        ],
    )
    def test_the_plan_is_told_in_a_sentence(self, world, sign_in, state, words):
        if state:
            PlanRun.objects.create(event=world.event, state=state)
        assert words in sign_in(world.organiser).get("/").content.decode()

    def test_of_other_events_the_organiser_sees_nothing(self, world):
        Role.objects.filter(user=world.organiser).update(scope_id=world.event.pk + 1)
        assert home_for(world.organiser, BEFORE).nothing


def test_interpreters_see_their_next_talk_only(world, sign_in):
    assert "keine Einsätze" in sign_in(world.interpreter_user).get("/").content.decode()
    publish(world, ask(world.chinese, world.german, MeetingRequest.State.ACCEPTED))
    home = home_for(world.interpreter_user, BEFORE)
    assert home.interpreting[0].next.start == START
    assert [home.taking_part, home.organising, home.office] == [[], [], None]
    page = sign_in(world.interpreter_user).get("/").content.decode()
    assert "Wáng Lì" in page
    assert "李娜" not in page


def test_a_head_of_delegation_finds_the_delegation(world, sign_in):
    sent = delegation(world.event, "sachsen", world.german, names={"de": "Delegation aus Sachsen"})
    Role.objects.create(user=world.owner, kind="leader", scope="delegation", scope_id=sent.pk)
    page = sign_in(world.owner).get("/").content.decode()
    assert "/delegations/sachsen/agendas/" in page
    assert "/delegations/sachsen/" not in sign_in(world.colleague).get("/").content.decode()


def test_advisers_see_what_waits_for_review(world, sign_in):
    organisation(world.jinan, "新公司", is_published=False)
    office = home_for(world.adviser, BEFORE).office
    assert (office.organisations, office.waiting) == (6, 1)
    assert "1 Registrierung wartet auf Ihre Prüfung." in sign_in(world.adviser).get("/").content.decode()


@pytest.mark.parametrize("who", ["owner", "organiser", "interpreter_user", "adviser"])
def test_the_number_of_queries_does_not_grow_with_the_data(
    world, sign_in, django_assert_max_num_queries, django_assert_num_queries, who
):
    client = sign_in(getattr(world, who))
    publish(world, ask(world.chinese, world.german, MeetingRequest.State.ACCEPTED))
    client.get("/")
    with django_assert_max_num_queries(45) as first:
        client.get("/")
    more_participants(world, 3)
    for partner in Participation.objects.exclude(pk__in=[world.german.pk, world.chinese.pk]):
        ask(partner, world.german)
    with django_assert_num_queries(len(first)):
        client.get("/")


def test_a_person_without_anything_is_shown_the_way_to_events(world):
    assert Interpreter.objects.filter(person__user=world.stranger).count() == 0
    with translation.override("en"):
        assert home_for(world.stranger, BEFORE).nothing


def test_an_event_of_several_days_names_them_all(world, sign_in):
    world.event.ends = world.event.starts + timedelta(days=2)
    world.event.save()
    client = sign_in(world.organiser)
    for url in ("/", "/events/", f"/events/{world.event.slug}/"):
        page = client.get(url).content.decode()
        with translation.override("de"):
            assert wording.days_text(world.event.starts, world.event.ends) in page


@pytest.mark.parametrize(
    ("language", "last", "words"),
    [
        ("de", 30, "28.–30. November 2026"),
        ("zh-hans", 30, "2026年11月28日至30日"),
        ("en", 30, "28–30 November 2026"),
        ("de", 28, "28. November 2026"),
        ("en", 28, "28 November 2026"),
        ("zh-hans", 28, "2026年11月28日"),
    ],
)
def test_days_are_written_as_one_range(language, last, words):
    with translation.override(language):
        assert wording.days_text(date(2026, 11, 28), date(2026, 11, last)) == words


def test_days_of_two_months_are_both_written_out():
    with translation.override("de"):
        assert wording.days_text(date(2026, 11, 30), date(2026, 12, 2)) == "30. November 2026 – 2. Dezember 2026"
    with translation.override("zh-hans"):
        assert wording.days_text(date(2026, 11, 30), date(2026, 12, 2)) == "2026年11月30日至12月2日"
