"""Who may read whose name: without consent nobody of the other country, on no channel, and a withdrawal counts at once."""

import base64

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone, translation

from qiao.core.actions import deactivate
from qiao.core.models import Mail
from qiao.directory.actions import give_consent, withdraw_consent
from qiao.directory.models import Person
from qiao.directory.queries import named_to, people_for
from qiao.meetings import actions
from qiao.meetings.ics import agenda_calendar
from qiao.meetings.pdf import agenda_data
from qiao.meetings.queries import agenda_for
from tests.meetings.plans import finished_run, first_plan, wishes
from tests.world import delegation, organisation, person, user

pytestmark = pytest.mark.db
SLUG = "konferenz-2027"
CHANNELS = ("page", "home", "calendar", "feed", "paper", "mail", "delegation")


@pytest.fixture
def published(world):
    """Otto of Saxony meets 王立 and 李娜 of Jinan, Dolores interprets; nobody has agreed to anything yet."""
    wishes(world)
    actions.publish(run=finished_run(world, first_plan(world)), by=world.organiser)
    world.delegation = delegation(world.event, "sachsen", world.german)
    return world


def seen_by_otto(world, client, channel: str) -> str:
    """What Otto's agenda says on one channel, in both scripts."""
    client.force_login(world.owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    if channel == "page":
        return client.get(reverse("agenda", args=[SLUG])).content.decode()
    if channel == "home":
        return client.get(reverse("home")).content.decode()
    if channel == "calendar":
        return client.get(reverse("agenda-ics", args=[SLUG])).content.decode().replace("\r\n ", "")
    if channel == "feed":
        token = actions.make_feed(participation=world.german, by=world.owner)
        return client.get(reverse("feed", args=[token])).content.decode().replace("\r\n ", "")
    if channel == "paper":
        return str(agenda_data(agenda_for(world.german)))
    if channel == "delegation":
        client.force_login(world.organiser, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client.get(reverse("delegation-agendas", args=["sachsen"])).content.decode()
    version = world.event.plan_versions.first()
    version.notices.update(queued=None)
    actions.tell(version.pk)
    mail = Mail.objects.filter(user=world.owner).latest("pk")
    parts = [base64.b64decode(one["base64"]).decode("utf-8", "ignore") for one in mail.attachments]
    return "\n".join([mail.subject, mail.body, *parts]).replace("\r\n ", "")


def names_in(text: str) -> set[str]:
    """In UTF-8 continuation lines of a calendar a character may be split: 立 alone would not be found."""
    return {name for name in ("王立", "Wáng Lì", "李娜", "Lǐ Nà") if name in text}


@pytest.mark.parametrize("channel", CHANNELS)
def test_without_consent_the_other_country_is_an_organisation_without_a_name(published, client, channel) -> None:
    text = seen_by_otto(published, client, channel)
    assert names_in(text) == set()
    assert "济南激光设备有限公司" in text
    assert channel == "home" or "Dolores Dolmetsch" in text  # of the same country


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_withdrawal_counts_with_the_next_request(published, client, channel) -> None:
    wang = published.chinese.person
    give_consent(person=wang, purpose="cross_border", by=published.chinese_user)
    assert {"王立", "Wáng Lì"} <= names_in(seen_by_otto(published, client, channel))
    withdraw_consent(person=wang, purpose="cross_border", by=published.chinese_user)
    assert names_in(seen_by_otto(published, client, channel)) == set()


def test_an_interpreter_of_the_other_country_needs_consent_as_well(published) -> None:
    agenda = agenda_for(published.chinese)
    with translation.override("en"):
        unnamed = agenda_calendar(agenda, timezone.now()).decode().replace("\r\n ", "")
        assert "Dolores" not in unnamed
        assert "An interpreter is with you." in unnamed
        give_consent(person=published.interpreter.person, purpose="cross_border", by=None)
        assert "Dolores" in agenda_calendar(agenda_for(published.chinese), timezone.now()).decode()


def test_who_withdrew_the_profile_is_named_to_colleagues_only(published) -> None:
    eva = published.german_en.person
    give_consent(person=eva, purpose="profile", by=None)
    withdraw_consent(person=eva, purpose="profile", by=None)
    give_consent(person=eva, purpose="cross_border", by=None)
    (talk,) = (one for one in agenda_for(published.chinese_en).talks if one.key == "eva-li")
    assert talk.shown == published.german_en.organisation


def test_a_calendar_address_ends_with_the_account(published, client) -> None:
    token = actions.make_feed(participation=published.german, by=published.owner)
    assert client.get(reverse("feed", args=[token])).status_code == 200
    deactivate(user=published.owner, by=published.admin)
    assert client.get(reverse("feed", args=[token])).status_code == 404


def test_closing_an_account_by_command_ends_everything(published, client) -> None:
    token = actions.make_feed(participation=published.german, by=published.owner)
    call_command("close_account", published.owner.email.upper())
    assert client.get(reverse("feed", args=[token])).status_code == 404


def test_the_directory_and_agendas_name_the_same_people(world) -> None:
    """`people_for` and `named_to` are one rule, written for rows and for pairs."""
    otto, eva, wang, li = (one.person for one in (world.german, world.german_en, world.chinese, world.chinese_en))
    karla, dolores = world.colleague.person, world.interpreter.person
    waiting = organisation(world.saxony, "Wartend GmbH", is_published=False)
    fake = person(waiting, "Falk Falsch", account=user("Falk Falsch"))
    for one, purpose in ((wang, "cross_border"), (li, "cross_border"), (eva, "profile"), (karla, "profile")):
        give_consent(person=one, purpose=purpose, by=None)
    li.consents.update(version="earlier")
    for one in (eva, karla):
        withdraw_consent(person=one, purpose="profile", by=None)
    give_consent(person=eva, purpose="profile", by=None)
    everybody = {otto, karla, eva, wang, li, dolores, fake}
    for viewer, seen in (
        (otto, {otto, karla, eva, wang, dolores, fake}), (karla, {otto, karla, eva, wang, dolores, fake}),
        (wang, {wang, li}), (fake, {fake}),
    ):  # fmt: skip
        assert set(people_for(viewer.user, Person.objects.all())) == seen
        pairs = named_to([viewer.pk], [one.pk for one in everybody])
        assert {pk for _viewer, pk in pairs} == {one.pk for one in seen}
