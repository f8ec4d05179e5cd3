"""Who is admitted, refused with a reason, or waits for a place and moves up."""

import pytest
from django.urls import reverse

from qiao.core.errors import Refused
from qiao.core.models import Mail
from qiao.events import actions
from qiao.events.form_models import ParticipantType
from qiao.events.models import Participation
from qiao.site.actions import erase
from tests.world import person, user

pytestmark = [pytest.mark.db, pytest.mark.django_db]
State = Participation.State
PAGE = reverse("participants", args=["konferenz-2027"])


@pytest.fixture
def guests(world) -> list[Participation]:
    """Four who want to come as guests, of whom two can; none is admitted yet."""
    ParticipantType.objects.create(event=world.event, code="guest", names={"de": "Gast"}, places=2)
    made = []
    for number in range(4):
        who = person(
            world.german.organisation, f"Gast {number}", account=user(f"G{number} Gast"), email=f"g{number}@example.org"
        )
        made.append(
            actions.join(
                event=world.event, person=who, organisation=world.german.organisation, by=who.user, type="guest"
            )
        )
    return made


def states(rows: list[Participation]) -> list[str]:
    now = Participation.objects.in_bulk([one.pk for one in rows])
    return [now[one.pk].state for one in rows]


def kinds() -> list[str]:
    return list(Mail.objects.order_by("pk").values_list("kind", flat=True))


def test_who_finds_no_place_waits_and_moves_up_in_order(world, guests) -> None:
    for one in guests:
        actions.approve(participation=one, by=world.organiser)
    assert states(guests) == ["approved", "approved", "waiting", "waiting"]
    assert kinds() == ["events.approved"] * 2 + ["events.waiting"] * 2
    with pytest.raises(Refused, match="places"):
        actions.approve(participation=guests[3], by=world.organiser)
    actions.withdraw(participation=guests[0], by=guests[0].person.user)
    assert states(guests) == ["cancelled", "approved", "approved", "waiting"]
    assert Mail.objects.latest("pk").kind == "events.approved"
    assert Mail.objects.latest("pk").address == "g2@example.org"
    actions.reject(participation=guests[1], by=world.organiser)
    assert states(guests) == ["cancelled", "declined", "approved", "approved"]


def test_more_places_another_kind_and_an_erased_person_let_people_move_up(world, guests) -> None:
    for one in guests:
        actions.approve(participation=one, by=world.organiser)
    kind = ParticipantType.objects.get()
    actions.save_type(event=world.event, type=kind, names=kind.names, places=3, is_offered=True, by=world.organiser)
    assert states(guests) == ["approved", "approved", "approved", "waiting"]
    actions.arrange(
        participation=guests[0], type="host", fixed_table=None, max_meetings=None, max_per_day=None, needs=[], blocked=[],
        by=world.organiser,
    )  # fmt: skip
    assert states(guests) == ["approved"] * 4
    actions.save_type(event=world.event, type=kind, names=kind.names, places=2, is_offered=True, by=world.organiser)
    assert states(guests) == ["approved"] * 4, "nobody who was admitted loses the place"
    actions.readmit(participation=guests[3], by=world.organiser)
    actions.approve(participation=guests[3], by=world.organiser)
    assert states(guests)[3] == "waiting"
    erase(person=guests[1].person, by=None)
    assert states(guests) == ["approved", "cancelled", "approved", "approved"]


def test_several_are_decided_at_once(world, guests, sign_in) -> None:
    client = sign_in(world.organiser)
    keys = [one.person.key for one in guests]
    page = client.get(PAGE).content.decode()
    assert all(f'value="{key}" form="several"' in page for key in keys)
    client.post(PAGE, {"key": keys[:3], "action": "approve"})
    assert states(guests) == ["approved", "approved", "waiting", "applied"]
    response = client.post(PAGE, {"key": keys[2:], "action": "reject"})
    assert "2 Personen werden nicht zugelassen" in response.content.decode()
    assert states(guests)[3] == "applied", "the reason is asked first"
    reason = "Die Plätze sind für <Maschinenbau> gedacht."
    answer = client.post(PAGE, {"key": keys[2:], "action": "reject", "confirmed": "1", "reason": reason}, follow=True)
    assert "über 2 Personen ist gespeichert" in answer.content.decode()
    assert states(guests)[2:] == ["declined", "declined"]
    mail = Mail.objects.filter(kind="events.declined").latest("pk")
    assert reason in mail.body
    own = sign_in(guests[3].person.user).get(reverse("event", args=["konferenz-2027"])).content.decode()
    assert "für &lt;Maschinenbau&gt; gedacht" in own
    actions.readmit(participation=Participation.objects.get(pk=guests[3].pk), by=world.organiser)
    assert Participation.objects.get(pk=guests[3].pk).reason == ""


def test_nobody_chosen_and_people_of_other_events_change_nothing(world, guests, sign_in) -> None:
    client = sign_in(world.organiser)
    for keys in ([], ["nobody"]):
        assert client.post(PAGE, {"key": keys, "action": "approve"}).status_code == 302
    assert states(guests) == ["applied"] * 4


def test_who_waits_reads_it_on_the_start_page(world, guests, sign_in) -> None:
    for one in guests:
        actions.approve(participation=one, by=world.organiser)
    assert "Warteliste" in sign_in(guests[3].person.user).get("/").content.decode()
