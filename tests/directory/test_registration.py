"""Registering: one transaction, one person per form, nothing given away, and the office decides."""

import re

import pytest
from django.core import signing
from django.urls import reverse
from django.utils import translation

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Mail, Text, User
from qiao.directory import actions
from qiao.directory.columns import human_texts
from qiao.directory.forms import OrganisationForm, RegisterForm, new_token
from qiao.directory.models import Consent, Organisation, Person
from qiao.directory.purposes import PROFILE, text_hash, wording
from tests.directory.racing import at_once
from tests.world import build_world

pytestmark = [pytest.mark.pages, pytest.mark.django_db]


def filled(**changes) -> dict:
    return {
        "name": "Neue Optik GmbH", "side": "saxony", "type": "company", "country": "DE", "city": "Dresden", "languages": ["de", "en"],
        "themes": ["smart-manufacturing"], "vat_id": "DE136695976", "offers_1": "Linsen für Laser | Spiegel", "seeks_1": "寻求中国客户",
        "person_name": "Nora Neu", "role": "Vertrieb", "email": "nora@example.org", "person_languages": ["de"],
        "consent_profile": "on", "token": new_token(),
    } | changes  # fmt: skip


def send(client, **changes):
    return client.post(reverse("register"), filled(**changes))


def test_registration_makes_everything_in_one_go(world, client, run_tasks, mail_folder) -> None:
    response = send(client)
    assert response.url == reverse("register-done")
    made = Organisation.objects.get(name="Neue Optik GmbH")
    assert not made.is_published
    assert made.vat_id == "DE136695976"
    assert human_texts(made, "offer") == [{"de": "Linsen für Laser / Spiegel"}]
    assert human_texts(made, "seek") == [{"zh": "寻求中国客户"}]
    assert list(made.themes.all()) == world.themes
    person = made.people.get()
    assert (person.user.email, person.user.language, person.user.has_usable_password()) == (
        "nora@example.org",
        "de",
        False,
    )
    assert person.memberships.get().is_manager
    consent = person.consents.get()
    assert (consent.purpose, consent.version, consent.language, consent.channel) == (
        "profile",
        PROFILE.version,
        "de",
        "form",
    )
    assert consent.text_hash == text_hash(wording(PROFILE, "de"))
    assert AuditEntry.objects.filter(action="directory.register").count() == 1
    mail = Mail.objects.get()
    assert (mail.kind, mail.language, mail.address) == ("directory.registered", "de", "nora@example.org")
    run_tasks()
    assert made.entries.filter(vectors__isnull=False).count() == 2


@pytest.mark.parametrize(("language", "words"), [("de", "Guten Tag"), ("zh-hans", "您好"), ("en", "Dear")])
def test_confirmation_comes_in_the_language_of_the_page(world, client, language, words) -> None:
    response = client.post(reverse("register"), filled(), headers={"accept-language": language})
    assert response.status_code == 302
    assert words in Mail.objects.get().body
    assert User.objects.get(email="nora@example.org").language == language


def test_no_box_is_ticked_beforehand_and_the_full_text_is_shown(world, client) -> None:
    page = client.get(reverse("register"), headers={"accept-language": "de"}).content.decode()
    assert not re.search(r'type="checkbox"[^>]*checked', page)
    assert "office@example.org" in page
    assert "jederzeit mit Wirkung für die Zukunft widerrufen" in page


def test_without_the_needed_consent_nothing_happens(world, client) -> None:
    people = Person.objects.count()
    data = filled()
    del data["consent_profile"]
    response = client.post(reverse("register"), data)
    assert response.status_code == 400
    assert Person.objects.count() == people
    with pytest.raises(Refused):
        actions.register(organisation={"name": "X", "side": world.saxony}, person={"name": "Y"})
    assert Person.objects.count() == people


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "\u200b \u202e"), ("side", "mars"), ("country", "XX"), ("vat_id", "DE1"), ("uscc", "1"), ("website", "javascript:x"),
        ("languages", []), ("email", "nora"), ("offers_1", "x" * 5001), ("person_name", "\u200b"), ("themes", ["x"]), ("text_language", "fr"),
    ],
)  # fmt: skip
def test_bad_fields_are_refused_beside_the_field(world, client, field, value) -> None:
    response = send(client, **{field: value})
    assert response.status_code == 400
    assert field in response.context["form"].errors


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh-hans", "“123”不是有效的统一社会信用代码。请按营业执照填写全部18位。"),
        ("en", "“123” is no valid unified social credit code. Copy all 18 characters from the business licence."),
    ],
)
def test_a_form_gives_no_advice_for_spreadsheets(world, language, said) -> None:
    with translation.override(language):
        assert RegisterForm(filled(uscc="123")).errors["uscc"] == [said]


def test_browsers_know_what_the_fields_ask_for(world, sign_in) -> None:
    def asked(form) -> dict[str, str]:
        return {name: field.widget.attrs.get("autocomplete", "") for name, field in form.fields.items()}

    tokens = asked(RegisterForm())
    assert (tokens["person_name"], tokens["name"], tokens["email"], tokens["phone"]) == (
        "name",
        "organization",
        "email",
        "tel",
    )
    assert (tokens["city"], tokens["country"]) == ("address-level2", "country")
    tokens = asked(OrganisationForm(organisation=world.german.organisation))
    assert (tokens["name"], tokens["city"], tokens["country"]) == ("organization", "address-level2", "country")
    assert 'autocomplete="name"' in sign_in(world.owner).get(reverse("me")).content.decode()


def test_neither_offer_nor_seek_is_too_little(world, client) -> None:
    assert "offers_1" in send(client, offers_1="", seeks_1=" ").context["form"].errors


def test_the_language_can_be_chosen(world, client) -> None:
    send(client, offers_1="Laser", seeks_1="", text_language="en")
    assert Text.objects.get(text="Laser").language == "en"


def test_sending_the_form_twice_makes_one(world, client) -> None:
    data = filled()
    first = client.post(reverse("register"), data)
    second = client.post(reverse("register"), data)
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert Person.objects.filter(name="Nora Neu").count() == 1
    assert Organisation.objects.filter(name="Neue Optik GmbH").count() == 1
    assert Mail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sending_the_form_twice_at_the_same_moment_makes_one(tmp_path) -> None:
    build_world()
    form = RegisterForm(_query(filled()))
    assert form.is_valid(), form.errors
    values = form.values()
    results = at_once(tmp_path, [lambda: actions.register(**values)] * 3)
    assert len({person.pk for person in results}) == 1


def _query(data):
    from django.http import QueryDict

    query = QueryDict(mutable=True)
    for name, value in data.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return query


FORGED = [pytest.param(signing.dumps("k" * 12, salt="other"), id="of another form")]  # dated: no name of a test


@pytest.mark.parametrize("token", ["", "x", "abc:def", *FORGED])
def test_an_old_or_forged_token_asks_to_send_again(world, client, token) -> None:
    response = send(client, token=token)
    assert response.status_code == 400
    again = response.context["form"]["token"].value()
    assert send(client, token=again).status_code == 302


def test_without_email_there_is_an_account_for_a_personal_link(world, client) -> None:
    send(client, email="")
    person = Person.objects.get(name="Nora Neu")
    assert person.user.email is None
    assert Mail.objects.count() == 0
    assert len(actions.link_for(person=person, by=world.adviser)) > 30


ELBE = {"name": "ELBE Laser-Technik", "vat_id": "", "email": "b@example.org"}


@pytest.fixture
def known(world) -> Organisation:
    """One that can be recognised, as the directory's actions and the background work leave it."""
    actions.look_for_doubles()
    return world.german.organisation


def test_who_registers_an_organisation_that_is_there_is_asked_first(world, known, client) -> None:
    people, mails = Person.objects.count(), Mail.objects.count()
    page = send(client, **ELBE)
    assert page.status_code == 400
    shown = page.content.decode()
    assert f'value="{known.key}"' in shown
    assert "Elbe Lasertechnik GmbH · Dresden" in shown
    assert "Linsen für Laser" in shown  # what was typed stays
    assert (Person.objects.count(), Mail.objects.count()) == (people, mails)
    assert not Organisation.objects.filter(name=ELBE["name"]).exists()


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "Ist Ihre Organisation schon hier?"), ("zh-hans", "贵单位是否已在名录中？"), ("en", "here already?")],
)
def test_the_question_is_asked_in_three_languages(world, known, client, language, words) -> None:
    page = client.post(reverse("register"), filled(**ELBE), headers={"accept-language": language})
    assert words in page.content.decode()


@pytest.mark.parametrize(
    "name", ["Jinan Laser Equipment Co., Ltd.", "Jinan Jiguang Shebei Youxian Gongsi", "濟南激光設備"]
)
def test_the_question_is_asked_across_scripts(world, known, client, name) -> None:
    page = send(client, **{**ELBE, "name": name, "city": "Jinan", "side": "jinan", "country": "CN"})
    assert f'value="{world.chinese.organisation.key}"' in page.content.decode()


def test_to_say_that_it_is_ours_asks_the_office_and_opens_no_door(world, known, client, sign_in) -> None:
    response = send(client, same=known.key, **ELBE)
    assert response.url == reverse("register-done")
    claim = Organisation.objects.get(name=ELBE["name"])
    assert (claim.same_as, claim.same_answer, claim.is_published) == (known, "join", False)
    person = Person.objects.get(name="Nora Neu")
    assert [one.organisation for one in person.memberships.all()] == [claim]
    signed_in = sign_in(person.user)
    assert signed_in.get(reverse("organisation-edit", args=[known.key])).status_code == 404
    assert known.key not in signed_in.get(reverse("organisation", args=[claim.key])).content.decode()
    office = sign_in(world.adviser)
    assert "dass sie diese Organisation sind" in office.get(reverse("organisation", args=[claim.key])).content.decode()
    office.post(reverse("organisation-review", args=[claim.key]), {"decision": "join"})
    membership = person.memberships.get()
    assert (membership.organisation, membership.is_manager) == (known, False)
    assert not Organisation.objects.filter(pk=claim.pk).exists()


def test_to_say_that_it_is_another_one_registers_it(world, known, client, sign_in) -> None:
    assert send(client, same="other", **ELBE).status_code == 302
    made = Organisation.objects.get(name=ELBE["name"])
    assert (made.same_as, made.same_answer) == (known, "other")
    page = sign_in(world.adviser).get(reverse("organisation", args=[made.key])).content.decode()
    assert "dass sie eine andere sind" in page
    client.post(reverse("organisation-review", args=[made.key]), {"decision": "approve"})
    made.refresh_from_db()
    assert (made.is_published, made.same_as, made.same_answer) == (True, None, "")


def test_only_those_that_were_asked_about_can_be_named(world, known, client) -> None:
    page = send(client, same=world.chinese.organisation.key, **ELBE)
    assert page.status_code == 400
    assert world.chinese.organisation.key not in page.content.decode().split("<main")[1].split('id="id_name"')[0]
    # Where there is no question an answer means nothing.
    assert send(client, same=world.chinese.organisation.key).status_code == 302
    made = Organisation.objects.get(name="Neue Optik GmbH")
    assert (made.same_as, made.same_answer) == (None, "")


def test_what_is_not_published_is_not_asked_about(world, known, client) -> None:
    Organisation.objects.filter(pk=known.pk).update(is_published=False)
    assert send(client, **ELBE).status_code == 302


@pytest.mark.parametrize("field", ["vat_id", "website"])
def test_a_number_or_a_website_brings_up_no_question(world, known, client, field) -> None:
    """Who types somebody's number learns nothing from it; the office sees it."""
    value = {"vat_id": "DE136695976", "website": "https://elbe-laser.example"}[field]
    Organisation.objects.filter(pk=known.pk).update(**{field: value})
    assert send(client, **{field: value}).status_code == 302


def test_the_answered_form_sent_twice_makes_one(world, known, client) -> None:
    data = filled(same=known.key, **ELBE)
    assert [client.post(reverse("register"), data).status_code for _ in range(2)] == [302, 302]
    # The same form once more, from before it was asked: it is done already.
    assert client.post(reverse("register"), data | {"same": ""}).status_code == 302
    assert Person.objects.filter(name="Nora Neu").count() == 1


def test_a_number_that_exists_is_not_given_away_either(world, client) -> None:
    Organisation.objects.filter(pk=world.german.organisation_id).update(vat_id="DE136695976")
    assert send(client).status_code == 302
    claim = Organisation.objects.get(name="Neue Optik GmbH")
    assert (claim.vat_id, claim.same_as) == ("", world.german.organisation)


def test_an_address_that_has_an_account_is_not_given_away(world, client) -> None:
    response = send(client, email="OWNER@example.org")
    assert response.url == reverse("register-done")
    nora = Person.objects.get(name="Nora Neu")
    assert nora.user is None
    assert Mail.objects.get().kind == "directory.known"
    assert Mail.objects.get().citations.get().person_key == nora.key  # forgotten with her, whatever her address then


def test_a_mailbox_cannot_be_filled_by_registering(world, client) -> None:
    for number in range(5):
        send(client, name=f"Firma {number}", vat_id="", token=new_token())
    assert Mail.objects.filter(address="nora@example.org").count() == 3


def test_line_breaks_in_a_name_start_no_header(world, client) -> None:
    send(client, name="Firma\r\nBcc: evil", person_name="Nora\r\nBcc: evil")
    assert Organisation.objects.get(name="Firma Bcc: evil")
    assert "\n" not in Mail.objects.get().subject


def test_mass_assignment_changes_nothing(world, client) -> None:
    send(client, is_published="1", is_manager="0", key="x", external_id="x", user="1")
    made = Organisation.objects.get(name="Neue Optik GmbH")
    assert (made.is_published, made.external_id) == (False, "")


# --- review


@pytest.fixture
def claim(world, client) -> Organisation:
    send(client, name="Elbe Lasertechnik GmbH", vat_id="")
    return Organisation.objects.get(same_as=world.german.organisation)


def decide(client, organisation, decision):
    return client.post(reverse("organisation-review", args=[organisation.key]), {"decision": decision})


def test_approving_publishes_and_tells(world, claim, sign_in) -> None:
    decide(sign_in(world.adviser), claim, "approve")
    claim.refresh_from_db()
    assert (claim.is_published, claim.same_as) == (True, None)
    assert Mail.objects.filter(kind="directory.approved", address="nora@example.org").count() == 1


def test_joining_moves_the_people_without_rights_to_edit(world, claim, sign_in) -> None:
    decide(sign_in(world.adviser), claim, "join")
    membership = Person.objects.get(name="Nora Neu").memberships.get()
    assert (membership.organisation, membership.is_manager) == (world.german.organisation, False)
    assert not Organisation.objects.filter(pk=claim.pk).exists()
    assert not Text.objects.filter(text__startswith="Linsen").exists()


def test_declining_deletes_what_came_with_it(world, claim, sign_in) -> None:
    decide(sign_in(world.adviser), claim, "decline")
    assert not Organisation.objects.filter(pk=claim.pk).exists()
    assert not Person.objects.filter(name="Nora Neu").exists()
    assert not User.objects.filter(email="nora@example.org").exists()


def test_the_second_decision_is_told(world, claim) -> None:
    actions.approve(organisation=claim, by=world.adviser)
    for action in (actions.approve, actions.join, actions.decline):
        with pytest.raises(Refused):
            action(organisation=claim, by=world.adviser)


def test_joining_needs_something_to_join(world, client) -> None:
    send(client)
    with pytest.raises(Refused):
        actions.join(organisation=Organisation.objects.get(name="Neue Optik GmbH"), by=world.adviser)


def test_nobody_but_the_office_decides(world, claim, sign_in) -> None:
    for user in (world.owner, world.stranger, world.organiser, User.objects.get(email="nora@example.org")):
        assert decide(sign_in(user), claim, "approve").status_code == 404
    claim.refresh_from_db()
    assert not claim.is_published


def test_the_office_registers_people_for_published_organisations(world) -> None:
    person = actions.register(
        organisation={"name": "Vom Büro", "side": "saxony", "city": "Pirna", "offers": [{"de": "Rat"}], "themes": ["smart-manufacturing"]},
        person={"name": "Bernd", "languages": ["de"]}, consents=["profile"], by=world.adviser,
    )  # fmt: skip
    assert person.organisations.get().is_published
    assert Consent.objects.get(person=person).channel == "office"
    again = actions.register(organisation=person.organisations.get(), person={"name": "Berta"}, by=world.adviser)
    assert not again.memberships.get().is_manager
    with pytest.raises(Refused):
        actions.register(
            organisation={"name": "vom büro", "side": "saxony", "city": "Pirna"}, person={"name": "Z"}, by=world.adviser
        )
