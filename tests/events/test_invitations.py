"""Invited by a link or a poster: look, agree, register; the office and the organiser decide."""

import re
import subprocess
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qiao.core.errors import Refused
from qiao.directory.actions.writing import set_same_keys
from qiao.directory.forms import new_token
from qiao.directory.models import EntryKeyword, Keyword, Organisation, OrganisationKeyword, Person
from qiao.events import actions
from qiao.events.form_models import Invitation, Question
from qiao.events.models import Participation
from tests.world import join

pytestmark = [pytest.mark.db, pytest.mark.django_db]
SLUG = "konferenz-2027"


@pytest.fixture
def invitation(world) -> Invitation:
    world.event.types.create(code="guest", names={"de": "Gast"})
    return actions.invite(
        event=world.event, label="Halle 2", type="guest", expires=world.event.ends, by=world.organiser
    )


def filled(**changes) -> dict:
    return {
        "name": "Neue Optik GmbH", "side": "saxony", "type": "company", "city": "Dresden", "offers_1": "Linsen für Laser",
        "person_name": "Nora Neu", "person_languages": ["de", "en"], "consent_profile": "on", "token": new_token(),
    } | changes  # fmt: skip


def form_of(invitation: Invitation) -> str:
    return reverse("invited-register", args=[invitation.key])


def registered(invitation: Invitation, **changes) -> Participation:
    assert Client().post(form_of(invitation), filled(**changes)).status_code == 302
    return Participation.objects.get(person__name="Nora Neu")


def test_the_organiser_makes_a_link_and_a_poster(world, sign_in) -> None:
    client = sign_in(world.organiser)
    response = client.post(reverse("invitations", args=[SLUG]), {"label": "Halle 2", "expires": "2027-11-03"})
    made = Invitation.objects.get()
    page = client.get(response["Location"]).content.decode()
    assert f"/invited/{made.key}/" in page
    assert "<svg" in page
    poster = client.get(reverse("invitation-poster", args=[SLUG, made.key]))
    text = subprocess.run(
        ["pdftotext", "-", "-"], input=poster.content, capture_output=True, check=True
    ).stdout.decode()
    for words in ("2027年大会", "Konferenz 2027", "Conference 2027", f"/invited/{made.key}/", "扫码"):
        assert words in text
    client.post(reverse("invitation-end", args=[SLUG, made.key]))
    assert "beendet" in Client(HTTP_ACCEPT_LANGUAGE="de").get(reverse("invited", args=[made.key])).content.decode()
    assert Client().get(form_of(made))["Location"] == reverse("invited", args=[made.key])


def test_looking_shows_terms_and_nobodys_name_or_words(world, invitation) -> None:
    join(world.chinese.person)
    laser, gone = (Keyword.objects.create(code=c, names={"de": n}) for c, n in (("laser", "Laser"), ("gone", "Irrtum")))
    entry = world.chinese.organisation.entries.get(kind="offer")
    for keyword in (laser, gone):
        EntryKeyword.objects.create(entry=entry, keyword=keyword, score=0.9)
    OrganisationKeyword.objects.create(organisation=entry.organisation, keyword=gone, origin="removed")
    look = reverse("invited", args=[invitation.key])
    page = Client(HTTP_ACCEPT_LANGUAGE="de").get(look).content.decode()
    assert "Laser</span>" in page
    for hidden in ("济南激光", "Jinan Laser", "激光设备", "王立", "Irrtum", "Halle 2"):
        assert hidden not in page
    assert "Laser</span>" not in Client(HTTP_ACCEPT_LANGUAGE="zh-CN").get(look).content.decode(), "their own side"
    assert "Laser</span>" in Client(HTTP_ACCEPT_LANGUAGE="zh-CN").get(look + "?from=saxony").content.decode()
    assert "Laser</span>" in Client(HTTP_ACCEPT_LANGUAGE="de").get(look + "?theme=smart-manufacturing").content.decode()
    assert "Laser</span>" not in Client(HTTP_ACCEPT_LANGUAGE="de").get(look + "?theme=other").content.decode()
    Organisation.objects.update(opted_out=True)
    assert "Laser</span>" not in Client(HTTP_ACCEPT_LANGUAGE="de").get(look).content.decode()


def test_one_short_form_makes_organisation_person_and_application(world, invitation) -> None:
    asked = Question.objects.create(
        event=world.event, names={"de": "Anreise"}, delete_on=world.event.ends, is_required=True, types=["guest"]
    )
    visitor = Client(HTTP_ACCEPT_LANGUAGE="de")
    page = visitor.get(form_of(invitation)).content.decode()
    assert page.index("consent_profile") < page.index('name="name"')
    assert "uscc" not in page
    assert visitor.post(form_of(invitation), filled()).status_code == 400, "the question must be answered"
    values = filled(**{asked.key: "Bahn"})
    assert visitor.post(form_of(invitation), values | {"consent_profile": ""}).status_code == 400
    assert not Person.objects.filter(name="Nora Neu").exists()
    assert visitor.post(form_of(invitation), values)["Location"] == reverse("event", args=[SLUG])
    made = Participation.objects.get(person__name="Nora Neu")
    firm = made.organisation
    assert (made.state, made.type, made.answers.get().value) == ("applied", "guest", "Bahn")
    assert (firm.is_published, firm.country, firm.languages) == (False, "DE", ["de", "en"])
    assert visitor.get(reverse("event", args=[SLUG])).status_code == 200, "signed in without an address"
    Client().post(form_of(invitation), values)
    assert Person.objects.filter(name="Nora Neu").count() == 1
    assert Invitation.objects.get().used == 1


def test_a_known_address_is_told_by_mail_and_applies_for_nobody(world, invitation) -> None:
    response = Client().post(form_of(invitation), filled(email="owner@example.org"))
    assert response["Location"] == reverse("register-done")
    assert not Participation.objects.filter(person__name="Nora Neu").exists()


def test_nobody_is_admitted_before_the_office_has_approved(world, invitation, sign_in) -> None:
    made = registered(invitation)
    with pytest.raises(Refused):
        actions.approve(participation=made, by=world.organiser)
    sign_in(world.adviser).post(reverse("organisation-review", args=[made.organisation.key]), {"decision": "approve"})
    made = Participation.objects.select_related("organisation").get(pk=made.pk)
    assert actions.approve(participation=made, by=world.organiser).state == "approved"


def test_a_declined_organisation_takes_its_application_along(world, invitation, sign_in) -> None:
    made = registered(invitation)
    sign_in(world.adviser).post(reverse("organisation-review", args=[made.organisation.key]), {"decision": "decline"})
    assert not Person.objects.filter(name="Nora Neu").exists()
    assert not Participation.objects.filter(pk=made.pk).exists()


def test_whose_organisation_is_here_already_applies_for_that_one(world, invitation, sign_in) -> None:
    visitor = Client(HTTP_ACCEPT_LANGUAGE="de")
    set_same_keys(world.german.organisation)
    world.german.organisation.save()
    values = filled(name="Elbe Lasertechnik GmbH")
    asked = visitor.post(form_of(invitation), values)
    assert asked.status_code == 400
    key = world.german.organisation.key
    assert re.search(rf'name="same" value="{key}"', asked.content.decode())
    visitor.post(form_of(invitation), values | {"same": key})
    made = Participation.objects.get(person__name="Nora Neu")
    sign_in(world.adviser).post(reverse("organisation-review", args=[made.organisation.key]), {"decision": "join"})
    made.refresh_from_db()
    assert made.organisation == world.german.organisation


def test_who_is_here_already_registers_as_always(world, invitation, sign_in) -> None:
    response = sign_in(world.colleague).get(form_of(invitation))
    assert response["Location"] == reverse("event-join", args=[SLUG]) + "?as=guest"


def test_an_invitation_ends_on_its_last_day(world, invitation) -> None:
    Invitation.objects.update(expires=timezone.now().date() - timedelta(days=1))
    ended = Invitation.objects.select_related("event").get()
    with pytest.raises(Refused):
        actions.register_invited(
            invitation=ended, organisation={}, person={}, consents=[], answers={}, language="de", key="x", same=""
        )
