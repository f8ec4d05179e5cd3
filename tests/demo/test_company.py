"""What makes the demo a lively office: the marketplace, conversations, an invitation, a waiting list, listed firms."""

import pytest

from qiao.core.models import Mail
from qiao.demo import company
from qiao.demo.cast import data_of
from qiao.demo.market import open_market
from qiao.directory.joining import has_joined
from qiao.directory.market_models import Area, Opportunity
from qiao.directory.models import Organisation
from qiao.events.models import Participation
from qiao.events.travel_models import TravelDetails
from qiao.matchmaking.conversation_models import Message
from qiao.site.demo_people import DEMO_EMAILS
from tests.meetings.plans import agreed
from tests.world import organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(world):
    """The organisations of the demo's rows, and its standing people."""
    for who, account in (("german", world.owner), ("adviser", world.adviser), ("organiser", world.organiser)):
        account.email = DEMO_EMAILS[who]
        account.save()
    codes = {row["organisation"] for name in ("opportunities", "visitors") for row in data_of(name)}
    for code in sorted(codes | {row["id"] for row in data_of("listed")["organisations"]}):
        side = world.saxony if code.startswith("D") else world.jinan
        organisation(side, f"Firm {code}", external_id=code)
    return world


def test_the_market_has_all_areas_some_without_a_name_and_one_for_the_adviser(stage) -> None:
    open_market()
    shown = Opportunity.objects.filter(state="published")
    assert set(shown.values_list("area", flat=True)) == set(Area.values)
    assert set(shown.values_list("kind", flat=True)) == {"offer", "seek"}
    anonymous = shown.filter(is_anonymous=True)
    assert anonymous.count() == 2
    assert all(one.entry.organisation != one.organisation for one in anonymous)
    assert Opportunity.objects.get(state="review").organisation.external_id == "D06"
    assert all(set(row["title"]) == set(row["text"]) == {"de", "zh", "en"} for row in data_of("opportunities"))


def test_one_listed_firm_was_taken_over_and_one_was_not(stage) -> None:
    company.claim_one(stage.adviser)
    firms = [Organisation.objects.get(external_id=row["id"]) for row in data_of("listed")["organisations"]]
    assert [has_joined(firm) for firm in firms] == [True, False]


def test_places_for_visitors_are_taken_and_two_wait(stage) -> None:
    company.fill_up(stage.event, stage.organiser)
    rows = Participation.objects.filter(event=stage.event, type="trade-visitor")
    assert sorted(rows.values_list("state", flat=True)) == ["approved", "approved", "waiting", "waiting"]
    assert stage.event.invitations.get().is_open


def test_people_who_agreed_write_to_each_other_the_visitors_firms_first(stage) -> None:
    agreed(stage.german_en, stage.chinese_en, "others")
    agreed(stage.german, stage.chinese, "owner-wang")
    stage.german.person.email = DEMO_EMAILS["german"]
    stage.german.person.save()
    company.talk(stage.event)
    assert list(Message.objects.order_by("pk").values_list("request__key", flat=True)) == [
        "owner-wang", "others", "others",
    ]  # fmt: skip
    assert Message.objects.filter(is_read=False).exists()


def test_only_the_demos_two_firms_are_asked_about_their_journey_by_mail(stage, run_tasks) -> None:
    stage.german.person.email = DEMO_EMAILS["german"]
    stage.german.person.save()
    company.ask_about_journeys(stage.event, stage.organiser)
    assert TravelDetails.objects.count() == Participation.objects.filter(state="approved").count() - 1
    run_tasks()
    assert list(Mail.objects.values_list("address", flat=True)) == [DEMO_EMAILS["german"]]
