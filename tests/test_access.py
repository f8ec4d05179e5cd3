"""Every URL of the resolver × every role: what was declared is what happens, and looking changes nothing."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from qiao.core import actions, files
from qiao.core.audience import MARKS, THIRD_PARTY
from qiao.core.models import Mail, Role, User
from qiao.core.notice_models import Notice
from qiao.core.sealing import seal
from qiao.core.token_models import ApiToken
from qiao.core.views import BACKEND
from qiao.core.webhook_models import Webhook
from qiao.directory import actions as directory
from qiao.directory.actions.freshness import still_token
from qiao.directory.evidence_models import OrganisationEvidence
from qiao.directory.hits import Ask
from qiao.directory.market_models import Opportunity
from qiao.directory.models import Keyword, Organisation, Park
from qiao.directory.search_models import SavedSearch
from qiao.directory.showing_models import Certificate, ProfileFile
from qiao.events import actions as events
from qiao.events.contribution_models import Contribution, EventFile
from qiao.events.delegation_models import DelegationApplication
from qiao.events.form_models import Invitation, ParticipantType, Question
from qiao.events.models import Delegation, Event, MeetingBlock, Participation, ProgrammeItem
from qiao.events.session_models import EventSession, Room, Speaker, Track
from qiao.matchmaking.conversation_models import Block, Report
from qiao.matchmaking.models import Request, Rule
from qiao.meetings import actions as meetings
from qiao.meetings.group_models import ChatGroup, GroupPost
from qiao.meetings.models import Objection, PlanRun
from qiao.office import actions as office
from qiao.office.call_models import TargetedCall
from qiao.office.case_models import AdviceCase
from qiao.office.hours_models import AdviceBooking
from qiao.office.introduction_models import Introduction
from qiao.office.models import Cooperation, FollowUp
from qiao.office.network_models import JointProject, PairAsked
from qiao.office.news_models import Article
from qiao.office.visit_models import VisitRequest
from qiao.site import actions as site
from tests.access_table import GONE, LOGGED_READS, LOGIN, ROLES, Url, all_urls, expected, value
from tests.directory.opportunities import shown_opportunity
from tests.meetings.plans import agreed, finished_run, meeting
from tests.world import World, build_world, delegation, organisation, participation, person, user

URLS = list(all_urls())
BY_NAME = [pytest.param(url, id=url.name) for url in URLS]
# What signing in and looking around may write; nothing of it is anybody's data.
UNCOUNTED = {"Session"}


@dataclass
class Places:
    """A world in which every URL leads somewhere, and one user for each role."""

    world: World
    event: Event
    delegation: Delegation
    organisation: Any
    partner: Participation
    request: Request
    run: PlanRun
    link_token: str
    feed_token: str
    waiting: Any
    listed: Any
    claim_token: str
    merge: Any
    search: SavedSearch
    notice: Notice
    undelivered: Mail
    api_token: ApiToken
    webhook: Webhook
    group: ChatGroup
    group_post: GroupPost
    objection: Objection
    session: EventSession
    speaker: Speaker
    cooperation: Cooperation
    network: Organisation
    project: JointProject
    pair: PairAsked
    park: Park
    visit_request: VisitRequest
    follow_up: FollowUp
    introduction: Introduction
    case: AdviceCase
    call: TargetedCall
    booking: AdviceBooking
    article: Article
    contribution: Contribution
    event_file: EventFile
    opportunity: Opportunity
    evidence: OrganisationEvidence
    still_token: str
    preview_key: str
    picture: ProfileFile
    brochure: ProfileFile
    certificate: Certificate
    table: Any
    block: MeetingBlock
    rule: Rule
    block_of_person: Block
    report: Report
    item: ProgrammeItem
    visit: ProgrammeItem
    application: DelegationApplication
    question: Question
    invitation: Invitation
    type: ParticipantType
    staff_role: Role
    keyword: Keyword
    users: dict[str, User | None]
    clients: dict[str, Client] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clients = {role: self.client(role) for role in ROLES}

    def client(self, role: str) -> Client:
        client = Client()
        account = self.users[role]
        if account is not None:
            client.force_login(account, backend=BACKEND)
        return client

    def address(self, url: Url) -> str:
        return reverse(url.name, kwargs={argument: value(url, argument, self) for argument in url.arguments})


def _still_token(organisation: Organisation) -> str:
    """As in the mail that asks whether its profile is still right."""
    Organisation.objects.filter(pk=organisation.pk).update(nudged=timezone.now(), nudges=1)
    organisation.refresh_from_db()
    return still_token(organisation)


def _article(world: World) -> Article:
    """News that everybody reads, with a picture."""
    words = {"titles": {"de": "Neues"}, "bodies": {"de": "Text"}, "alternatives": {"de": "Bild"}}
    picture = files.Picture(b"large", b"small", 1, 1)
    made = office.save_article(office=world.office, values=words, picture=picture, by=world.adviser)
    office.publish_article(article=made, by=world.adviser)
    made.refresh_from_db()
    return made


def _call(world: World) -> TargetedCall:
    """One that waits for Otto's answer."""
    directory.give_consent(person=world.german.person, purpose="profile", by=world.owner)
    made = office.save_call(office=world.office, titles={"de": "Aufruf"}, bodies={"de": "Text"}, by=world.adviser)
    office.pick_for_call(call=made, organisations=[world.german.organisation], by=world.adviser)
    office.send_call(call=made, by=world.adviser)
    return made


def _case(world: World) -> AdviceCase:
    """Of Otto's firm, opened to it."""
    made = office.open_case(
        office=world.office, kind="visas", topic="Visum", organisation=world.german.organisation, by=world.adviser
    )
    office.share_case(case=made, shared=True, by=world.adviser)
    file = files.Brochure(b"%PDF-", 1)
    office.add_document(case=made, file=file, title="Liste", for_client=True, by=world.adviser)
    return made


def _booking(world: World) -> AdviceBooking:
    """Otto's."""
    hours = office.publish_hours(
        office=world.office, day=timezone.localdate() + timedelta(days=9), begins=time(9), ends=time(11), minutes=30, place="Büro",
        languages=["de"], by=world.adviser,
    )  # fmt: skip
    german = world.german
    return office.book_hours(
        hours=hours, start=hours.starts, organisation=german.organisation, person=german.person, kind="law", topic="Vertrag",
        by=world.owner,
    )  # fmt: skip


def build_places() -> Places:
    world = build_world()
    other_event = Event.objects.create(
        slug="andere-2027", series=world.event.series, office=world.office, city="Dresden", country="DE",
        time_zone="Europe/Berlin", starts=world.event.starts, ends=world.event.ends, names={"de": "Andere"},
        phase=Event.Phase.WISHES,
    )  # fmt: skip
    elsewhere = organisation(world.saxony, "Anderswo GmbH", city="Leipzig")
    other_participant, other_organiser, leader = user("Andere Anja"), user("Fremde Frida"), user("Leitung Leo")
    participation(other_event, person(elsewhere, "Anja Anders", account=other_participant))
    sent = delegation(world.event, "delegation-sachsen", world.german, names={"de": "Delegation Sachsen"})
    visit = events.add_programme_item(
        event=None,
        delegation=sent,
        names={"de": "Besuch"},
        starts=world.slots[3].start,
        ends=world.slots[3].end,
        by=None,
    )
    for who, kind, scope, place in (
        (other_organiser, Role.Kind.ORGANISER, Role.Scope.EVENT, other_event.pk),
        (leader, Role.Kind.LEADER, Role.Scope.DELEGATION, sent.pk),
    ):
        Role.objects.create(user=who, kind=kind, scope=scope, scope_id=place)
    call = events.save_delegation_call(
        delegation=sent, texts={"de": "Kommen Sie mit"}, costs={}, funding={}, places=2, is_published=True,
        closes=timezone.now() + timedelta(days=9), by=world.adviser,
    )  # fmt: skip
    application = events.apply_for(
        call=call, person=world.chinese_en.person, organisation=world.chinese_en.organisation,
        values={"field": "business", "hopes": "Kunden", "contributes": ""}, by=world.adviser,
    )  # fmt: skip
    events.save_travel_call(
        event=sent, asked=["arrival", "room_kind"], delete_on=events.last_day(sent), readers=[], by=world.adviser
    )
    agreed(world.german, world.chinese, "otto-wang")
    run = finished_run(world, [meeting("otto-wang", 1, 1, world.interpreter)])
    meetings.publish(run=run, by=world.organiser, objections_until=timezone.now() + timedelta(days=1))
    world.event.refresh_from_db()
    pending = agreed(world.chinese_en, world.german, "li-otto", state=Request.State.PENDING)
    events.save_travel_call(
        event=world.event, asked=["diet"], delete_on=events.last_day(world.event), readers=[], by=world.organiser
    )
    session = EventSession.objects.create(
        event=world.event, names={"de": "Eröffnung"}, starts=world.slots[0].start, ends=world.slots[1].end, audience="public",
        room=Room.objects.create(event=world.event, names={"de": "Saal"}), takes_reservations=True,
        track=Track.objects.create(event=world.event, names={"de": "Plenum"}),
    )  # fmt: skip
    events.save_call(
        event=world.event, texts={"de": "Vorträge"}, kinds=["lecture"], closes=timezone.now() + timedelta(days=1), by=world.organiser
    )  # fmt: skip
    listed = organisation(world.jinan, "待认领有限公司", city="Jinan")
    cooperation = office.open_cooperation(
        one=world.german.organisation, other=world.chinese.organisation, by=world.adviser
    )
    opportunity = shown_opportunity(world.german.organisation, by=world.adviser, is_public=True)
    introduction = office.express_interest(
        opportunity=opportunity, organisation=world.chinese.organisation, message="您好", by=world.adviser
    )
    park = Park.objects.create(code="park", side=world.jinan, names={"de": "Park"}, zone={"de": "Zone"})
    organisation(world.jinan, "园区有限公司", park=park)
    network = organisation(world.saxony, "Netz Elbe", type="network", city="Dresden")
    office.save_first_time(event=world.event, texts={}, public=True, by=world.organiser)
    office.save_outcome(event=world.event, words={}, public=True, by=world.organiser)
    return Places(
        introduction=introduction,
        article=_article(world),
        call=_call(world),
        booking=_booking(world),
        case=_case(world),
        cooperation=cooperation,
        park=park,
        visit_request=office.ask_for_visit(
            host=None, park=park, guest=world.german.organisation, first_day=world.event.starts, last_day=world.event.ends,
            people=3, purpose="Besuch", by=world.adviser,
        ),
        network=network,
        project=office.save_project(
            network=network, names={"de": "Chips"}, state="running", starts=None, ends=None, partners=[], by=world.adviser
        ),
        pair=PairAsked.objects.create(network=network, one=elsewhere, other=listed),
        follow_up=FollowUp.objects.create(
            cooperation=cooperation, organisation=world.german.organisation, months=1, asked=timezone.now()
        ),
        listed=listed,
        contribution=Contribution.objects.create(event=world.event, participation=world.german, names={"de": "Laser"}),
        event_file=events.add_file(
            owner=session, file=files.Brochure(b"%PDF-", 1), kind="slides", title="Folien", by=world.owner
        ),
        session=session,
        speaker=Speaker.objects.create(session=session, person=world.german.person, agreed=timezone.now()),
        claim_token=directory.issue_claim(organisation=listed, by=world.adviser),
        keyword=Keyword.objects.create(code="lasers", names={"de": "Laser", "zh": "激光", "en": "lasers"}),
        rule=Rule.objects.create(event=world.event, one_size="small", other_size="large"),
        report=Report.objects.create(request=pending, by=world.german, about=world.chinese_en, reason="fraud"),
        block_of_person=Block.objects.create(by=world.german.person, partner=world.german_en),
        block=MeetingBlock.objects.create(
            event=world.event, starts=world.slots[-1].end, ends=world.slots[-1].end + timedelta(hours=1)
        ),
        item=ProgrammeItem.objects.create(
            event=world.event, starts=world.slots[0].start, ends=world.slots[0].end, names={"de": "Empfang"}, blocks=False
        ),
        question=Question.objects.create(event=world.event, names={"de": "Woher?"}, delete_on=world.event.ends),
        invitation=Invitation.objects.create(event=world.event, label="Halle", expires=world.event.ends),
        type=ParticipantType.objects.create(event=world.event, code="guest", names={"de": "Gast"}),
        staff_role=Role.objects.get(user=world.adviser),
        waiting=organisation(world.saxony, "Wartende GmbH", city="Dresden", is_published=False),
        merge=site.merge(kept=elsewhere, gone=organisation(world.saxony, "Anderswo AG", city="Leipzig"), by=world.adviser),
        evidence=directory.record_evidence(
            organisation=world.chinese.organisation, kind="visited", day=timezone.localdate(), office=world.office,
            by=world.adviser,
        ),
        picture=directory.add_pictures(
            organisation=world.german.organisation, pictures=[files.Picture(b"large", b"small", 1, 1)], by=world.owner
        )[0],
        brochure=directory.set_brochure(
            organisation=world.german.organisation, brochure=files.Brochure(b"%PDF-", 1), by=world.owner
        ),
        certificate=Certificate.objects.create(organisation=world.german.organisation, name="ISO 9001"),
        preview_key="filewaiting2",
        still_token=_still_token(world.german.organisation),
        opportunity=opportunity,
        group=(group := ChatGroup.objects.create(event=world.event, service="lark", name="x", sealed="x", ending="x")),
        group_post=GroupPost.objects.create(group=group, kind="test", subject="x", text="x", state="failed"),
        webhook=Webhook.objects.create(user=world.owner, name="x", url="https://example.org/", sealed=seal({"secret": "whsec_x"})),
        api_token=ApiToken.objects.create(user=world.owner, name="x", token_hash="x", expires=timezone.now() + timedelta(1)),
        undelivered=Mail.objects.create(
            user=world.owner, address="weg@example.org", kind="test", subject="x", body="x", language="de", message_id="x",
            state="failed", problem="550 no such user",
        ),
        notice=Notice.objects.create(
            user=world.owner, kind="events.approved", arguments={"event": world.event.pk}, path="/", created=timezone.now()
        ),
        search=directory.keep_search(ask=Ask("laser"), by=world.owner),
        objection=meetings.object_to(
            participation=world.german, request=None, text="Zu früh", by=world.owner
        ),
        table=directory.start_import(data=b"name,country\nNeu GmbH,DE\n", filename="a.csv", by=world.adviser),
        world=world, event=world.event, delegation=sent, visit=visit, application=application, organisation=world.german.organisation,
        partner=world.chinese, request=pending, run=run,
        link_token=actions.issue_link(user=world.colleague, by=world.adviser),
        feed_token=meetings.make_feed(participation=world.german, by=world.owner),
        users={
            "anonymous": None, "participant": world.owner, "other_participant": other_participant,
            "interpreter": world.interpreter_user, "leader": leader, "organiser": world.organiser,
            "other_organiser": other_organiser, "adviser": world.adviser, "admin": world.admin,
        },
    )  # fmt: skip


@pytest.fixture(scope="module")
def places(django_db_setup, django_db_blocker) -> Iterator[Places]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_places()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _fresh_limits(places: Places, db: None) -> None:
    """Each test works in a savepoint of its own (`db`) on top of the module's world."""
    cache.clear()
    file = b'{"format": "qiao-opportunities/1", "opportunities": [{}]}', "a.json"
    cache.set(f"opportunities:{places.world.adviser.pk}:{places.preview_key}", file)


def rows() -> Counter[tuple]:
    """Every row of every table with all its values."""
    return Counter(
        (model.__name__, *map(repr, row))
        for model in apps.get_models(include_auto_created=True)
        if model.__name__ not in UNCOUNTED
        for row in model._default_manager.order_by("pk").values_list()
    )


WRITING = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(?!django_session")', re.IGNORECASE)


@dataclass
class Watch:
    """Tells what a test changed. Comparing all rows takes long, and is only done when something was written."""

    at_first: Counter[tuple]
    has_written: bool = False

    def __call__(self, execute, sql, params, many, context):
        self.has_written |= bool(WRITING.match(sql))
        return execute(sql, params, many, context)

    def changes(self) -> list[tuple]:
        if not self.has_written:
            return []
        now = rows()
        return [*(self.at_first - now), *(now - self.at_first)]


@pytest.fixture(scope="module")
def at_first(places: Places, django_db_blocker) -> Counter[tuple]:
    with django_db_blocker.unblock():
        return rows()


@pytest.fixture
def watch(at_first: Counter[tuple], db: None) -> Iterator[Watch]:
    found = Watch(at_first)
    with connection.execute_wrapper(found):
        yield found


def leads_to_login(response, address: str) -> bool:
    return response.status_code == 302 and response["Location"].startswith(f"{reverse(settings.LOGIN_URL)}?next=")


def test_the_walk_sees_the_urls() -> None:
    assert {"me", "event", "partners", "desk", "agenda", "account_login", "nothing-here"} <= {url.name for url in URLS}


@pytest.mark.parametrize("url", BY_NAME)
def test_every_url_says_for_whom_it_is(url: Url) -> None:
    assert url.mark in MARKS, f"{url.route}: mark the view with @audience or enter it in audience.THIRD_PARTY"
    assert url.name, f"{url.route} has no name"


def test_names_are_unique_and_the_list_of_third_parties_holds_no_leftovers() -> None:
    names = [url.name for url in URLS]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert set(THIRD_PARTY) == {url.name for url in URLS if not url.is_own}


@pytest.mark.parametrize("url", BY_NAME)
def test_who_may_look(places: Places, watch: Watch, url: Url) -> None:
    """GET as every role: the expected status, and no row changed anywhere. URLs without GET say 405."""
    if url.is_own and "GET" not in url.methods:
        return
    address, wrong = places.address(url), {}
    with override_settings(DEMO=url.mark == "demo"):
        for role in ROLES:
            response = places.clients[role].get(address)
            if response.status_code != expected(url, role):
                wrong[role] = (response.status_code, "instead of", expected(url, role))
            elif (
                role == "anonymous"
                and url.mark not in {"public", "demo", "token"}
                and not leads_to_login(response, address)
            ):
                wrong[role] = response["Location"]
    assert wrong == {}
    changed = watch.changes()
    if url.name in LOGGED_READS:
        readers = sum(expected(url, role) == 200 for role in ROLES)
        assert [row[0] for row in changed] == ["AuditEntry"] * readers
    else:
        assert changed == [], "looking changed something"


@pytest.mark.parametrize("url", [one for one in BY_NAME if one.values[0].is_own and "POST" in one.values[0].methods])
def test_who_may_write(places: Places, watch: Watch, url: Url) -> None:
    """POST as every role: who is refused meets the same answer as for GET, and nothing changes."""
    if url.mark in {"public", "demo"}:
        return
    address, wrong = places.address(url), {}
    refused = [role for role in ROLES if expected(url, role) in {LOGIN, GONE}]
    for role in refused:
        response = places.clients[role].post(address, {"kind": "must", "phase": "live", "message": "x"})
        if response.status_code != expected(url, role):
            wrong[role] = (response.status_code, "instead of", expected(url, role))
    assert wrong == {}
    assert watch.changes() == [], "somebody without the right changed something"
    for role in set(ROLES) - set(refused):  # admitted: done, refused with a reason or led on, but found and no crash
        with transaction.atomic():
            status = places.client(role).post(address).status_code  # a client of its own: some of these sign out
            transaction.set_rollback(True)
        assert status in {200, 302, 400}, f"{role}: {status}"


@pytest.mark.parametrize("url", [one for one in BY_NAME if one.values[0].is_own])
def test_methods_that_are_not_declared_are_refused(places: Places, watch: Watch, url: Url) -> None:
    client = places.clients["participant"]
    with override_settings(DEMO=url.mark == "demo"):
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(url.methods):
            assert client.generic(method, places.address(url)).status_code == 405, method
    assert watch.changes() == []


@pytest.mark.parametrize("url", [one for one in BY_NAME if one.values[0].mark == "demo"])
def test_what_belongs_to_the_demo_exists_nowhere_else(places: Places, url: Url) -> None:
    with override_settings(DEMO=False):
        for role in ("anonymous", "admin"):
            assert places.clients[role].get(places.address(url)).status_code in {404, 405}


@pytest.mark.parametrize("url", [one for one in BY_NAME if one.values[0].is_own and "POST" in one.values[0].methods])
def test_every_form_is_protected_against_forgery(places: Places, watch: Watch, url: Url) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(places.users["organiser"], backend=BACKEND)
    watch.has_written = False  # signing in noted when
    with override_settings(DEMO=url.mark == "demo"):
        assert client.post(places.address(url)).status_code == 403
    assert watch.changes() == []


@pytest.mark.parametrize("address", ["/no/such/page", "/admin/", "/events/x/y/z/", "/me/x"])
def test_a_visitor_cannot_tell_what_exists(places: Places, address: str) -> None:
    missing, existing = Client().get(address), Client().get("/me/")
    assert (missing.status_code, existing.status_code) == (302, 302)
    shape = [re.sub(r"next=.*", "", response["Location"]) for response in (missing, existing)]
    assert shape[0] == shape[1]
    assert places.client("admin").get(address).status_code == 404


@pytest.mark.parametrize("slug", ["andere-2027", "gibt-es-nicht"])
@pytest.mark.parametrize(
    "url", [one for one in BY_NAME if one.values[0].mark in {"organiser", "participant", "interpreter"}]
)
def test_another_event_looks_like_none(places: Places, url: Url, slug: str) -> None:
    """The organiser, a participant and an interpreter of one event find nothing in another."""
    arguments = {name: value(url, name, places) for name in url.arguments} | {"slug": slug}
    address = reverse(url.name, kwargs=arguments)
    for role in ("organiser", "participant", "interpreter", "admin"):
        client = places.clients[role]
        response = client.get(address) if "GET" in url.methods else client.post(address)
        assert response.status_code == 404, role


def test_a_role_that_is_taken_away_ends_with_the_next_request(places: Places) -> None:
    client = places.client("organiser")
    address = reverse("desk", args=[places.event.slug])
    assert client.get(address).status_code == 200
    Role.objects.filter(user=places.users["organiser"]).delete()
    assert client.get(address).status_code == 404
