"""Two people do something at the same moment, in the order that hurts most."""

import pytest
from django.urls import reverse

from qiao.core.errors import Refused
from qiao.directory.actions import approve, decline, join, save_organisation
from qiao.directory.models import Organisation, Person
from qiao.events import actions as events
from qiao.events.models import Participation
from tests.world import organisation, participation, person, user

pytestmark = pytest.mark.db


@pytest.fixture
def waiting(world) -> Organisation:
    """Registered by Nora, who has an account, and not approved yet; it resembles Otto's firm."""
    made = organisation(world.saxony, "Neue Optik GmbH", city="Dresden", is_published=False)
    made.same_as = world.german.organisation
    made.save()
    world.nora = person(made, "Nora Neu", account=user("Nora Neu"), manager=True)
    return made


def test_an_approval_during_an_edit_stays(world, waiting) -> None:
    held = Organisation.objects.get(pk=waiting.pk)  # the form is being filled in
    approve(organisation=waiting, by=world.adviser)
    save_organisation(organisation=held, values={"city": "Pirna"}, by=world.nora.user)
    waiting.refresh_from_db()
    assert (waiting.is_published, waiting.same_as, waiting.city) == (True, None, "Pirna")


def test_an_edit_of_another_field_meanwhile_stays(world) -> None:
    firm = world.german.organisation
    held = Organisation.objects.get(pk=firm.pk)
    save_organisation(organisation=firm, values={"zone": "Nord"}, by=world.owner)
    save_organisation(organisation=held, values={"city": "Pirna"}, by=world.colleague)
    firm.refresh_from_db()
    assert (firm.zone, firm.city) == ("Nord", "Pirna")


def test_nobody_applies_for_an_event_with_an_organisation_that_nobody_has_looked_at(world, waiting) -> None:
    with pytest.raises(Refused):
        events.join(event=world.event, person=world.nora, organisation=waiting, by=world.nora.user)
    approve(organisation=waiting, by=world.adviser)
    waiting.refresh_from_db()
    assert events.join(event=world.event, person=world.nora, organisation=waiting, by=world.nora.user)


@pytest.mark.parametrize("decide", [decline, join])
def test_what_takes_part_in_an_event_is_not_removed_under_it(world, waiting, decide) -> None:
    participation(world.event, world.nora)  # brought by the organiser's table
    with pytest.raises(Refused):
        decide(organisation=waiting, by=world.adviser)
    assert Organisation.objects.filter(pk=waiting.pk).exists()
    assert Person.objects.filter(pk=world.nora.pk).exists()
    assert Participation.objects.filter(person=world.nora).exists()


def test_the_adviser_reads_why_it_cannot_be_removed(world, waiting, sign_in) -> None:
    participation(world.event, world.nora)
    client = sign_in(world.adviser)
    page = client.post(reverse("organisation-review", args=[waiting.key]), {"decision": "decline"}, follow=True)
    assert "lässt sie sich nicht entfernen" in page.content.decode()
