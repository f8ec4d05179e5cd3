"""Pages of the directory: who sees what, search in any script, fixed numbers of queries."""

import pytest
from django.urls import reverse
from django.utils import timezone

from qiao.core.models import AccessLink, AuditEntry, Text, User
from qiao.core.texts import write_texts
from qiao.directory import actions, purposes
from qiao.directory.columns import human_texts
from qiao.directory.models import Consent, Organisation, Person
from qiao.directory.queries import visible_people
from tests.world import organisation, person

pytestmark = [pytest.mark.pages, pytest.mark.django_db]


def names(response) -> set[str]:
    return {row.organisation.name for row in response.context["found"].rows}


@pytest.fixture
def url(world) -> str:
    return reverse("organisation", args=[world.german.organisation.key])


# --- list


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("德累斯顿", {"Elbe Lasertechnik GmbH"}), ("delesidun", {"Elbe Lasertechnik GmbH"}), ("Dresden", {"Elbe Lasertechnik GmbH"}),
        ("MEISSNER", {"Meißner Feinmechanik AG"}), ("praezisionsteile", {"Meißner Feinmechanik AG"}), ("激光", {"济南激光设备有限公司"}),
        ("jinan 激光设备", {"济南激光设备有限公司"}), ("济南", {"济南激光设备有限公司", "山东钛业有限公司"}), ("shandong titan", {"山东钛业有限公司"}),
        ("济南 Dresden", set()), ("%", set()), ("_", set()), ("' OR 1=1", set()),
    ],
)  # fmt: skip
def test_words_are_found_in_any_script(world, sign_in, words, found) -> None:
    actions.index_stale()
    assert names(sign_in(world.owner).get(reverse("organisations"), {"q": words})) == found


@pytest.mark.parametrize("words", ["\x00", "laser x" * 100])
def test_impossible_words_are_answered_beside_the_field(world, sign_in, words) -> None:
    response = sign_in(world.owner).get(reverse("organisations"), {"q": words})
    assert response.context["form"].errors["q"]


def test_filters(world, sign_in) -> None:
    client = sign_in(world.owner)
    assert len(names(client.get(reverse("organisations"), {"region": "jinan"}))) == 2
    assert names(client.get(reverse("organisations"), {"type": "agency"})) == {"Dolmetschdienst Elbe"}
    assert names(client.get(reverse("organisations"), {"theme": "smart-manufacturing", "region": "saxony"})) == {
        "Elbe Lasertechnik GmbH"
    }
    assert len(names(client.get(reverse("organisations"), {"page": "99999999999999999999"}))) == 5
    assert names(client.get(reverse("organisations"), {"region": "mars"})) == set()


@pytest.mark.parametrize("more", [1, 3])
def test_list_has_a_fixed_number_of_queries(world, sign_in, django_assert_num_queries, more) -> None:
    for n in range(more):
        organisation(world.saxony, f"Firma {n}", offers=({"de": "Rat"},))
    client = sign_in(world.owner)
    client.get(reverse("organisations"))
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("organisations"))


LIST_QUERIES = 18


def test_only_the_office_sees_what_waits(world, sign_in) -> None:
    Organisation.objects.filter(pk=world.german_en.organisation_id).update(is_published=False)
    hidden = world.german_en.organisation
    assert hidden.name not in names(sign_in(world.owner).get(reverse("organisations")))
    assert sign_in(world.owner).get(reverse("organisation", args=[hidden.key])).status_code == 404
    client = sign_in(world.adviser)
    assert names(client.get(reverse("organisations"), {"review": "on"})) == {hidden.name}
    assert client.get(reverse("organisation", args=[hidden.key])).status_code == 200


# --- one organisation


def test_texts_in_the_readers_language_and_the_original_below(world, sign_in, url) -> None:
    entry = world.german.organisation.entries.get(kind="offer")
    Text.objects.create(owner=entry, field="text", language="zh", text="板材激光切割设备", origin=Text.Origin.MACHINE)
    page = sign_in(world.chinese_user).get(url).content.decode()
    assert "板材激光切割设备" in page
    assert "Laserschneidanlagen für Bleche" in page
    assert page.index("板材激光切割设备") < page.index("Laserschneidanlagen für Bleche")


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7|add:7 }}"])
def test_what_people_write_is_never_run(world, sign_in, url, text) -> None:
    org = world.german.organisation
    actions.save_organisation(
        organisation=org, by=world.owner,
        values={"name": text, "name_latin": text, "city": text, "register": text, "zone": text, "offers": [{"de": text}], "seeks": [{"zh": text}]},
    )  # fmt: skip
    for where in (url, reverse("organisations"), reverse("organisation-edit", args=[org.key])):
        page = sign_in(world.owner).get(where).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "14" not in page.split("<main")[-1] or "{{" in text or "7|add" not in text


# --- people


def people_of(viewer: User, org: Organisation) -> set[str]:
    return {view.person.name for view in visible_people(viewer, org)}


def test_names_do_not_cross_the_border_without_consent(world) -> None:
    firm, chinese = world.german.organisation, world.chinese_user
    assert people_of(chinese, firm) == set()
    assert people_of(world.owner, world.chinese.organisation) == set()
    actions.give_consent(person=world.german.person, purpose="cross_border", by=world.owner)
    assert people_of(chinese, firm) == {"Otto Owner"}
    actions.withdraw_consent(person=world.german.person, purpose="cross_border", by=world.owner)
    assert people_of(chinese, firm) == set()


def test_an_outdated_consent_counts_no_longer(world) -> None:
    actions.give_consent(person=world.german.person, purpose="cross_border", by=world.owner)
    Consent.objects.update(version="2020-1")
    assert people_of(world.chinese_user, world.german.organisation) == set()


def test_names_within_the_country_until_withdrawn(world) -> None:
    other = User.objects.create(name="Erika", email="erika@example.org")
    person(world.german_en.organisation, "Erika", account=other)
    assert people_of(other, world.german.organisation) == {"Otto Owner", "Karla Colleague"}
    actions.give_consent(person=world.german.person, purpose="profile", by=world.owner)
    actions.withdraw_consent(person=world.german.person, purpose="profile", by=world.owner)
    assert people_of(other, world.german.organisation) == {"Karla Colleague"}
    assert people_of(world.colleague, world.german.organisation) == {"Otto Owner", "Karla Colleague"}
    assert people_of(world.adviser, world.german.organisation) == {"Otto Owner", "Karla Colleague"}


def test_fake_firms_see_nobody(world) -> None:
    fake = actions.register(
        organisation={"name": "Fake", "side": "saxony"},
        person={"name": "F", "email": "f@example.org"},
        consents=["profile", "cross_border"],
    )
    assert people_of(fake.user, world.german.organisation) == set()
    assert people_of(world.stranger, world.german.organisation) == set()
    assert people_of(world.organiser, world.german.organisation) == set()


def test_contact_data_stays_with_office_and_colleagues(world, sign_in, url) -> None:
    other = User.objects.create(name="Erika", email="erika@example.org")
    person(world.german_en.organisation, "Erika", account=other)
    Person.objects.filter(pk=world.german.person_id).update(phone="+49 351 4440")
    for viewer, sees in ((other, False), (world.colleague, True), (world.adviser, True), (world.chinese_user, False)):
        page = sign_in(viewer).get(url).content.decode()
        assert ("owner@example.org" in page, "4440" in page) == (sees, sees)


def test_managers_stand_first(world) -> None:
    views = visible_people(world.owner, world.german.organisation)
    assert [view.person.name for view in views] == ["Otto Owner", "Karla Colleague"]


# --- editing


def edit_data(client, org: Organisation, **changes) -> dict:
    form = client.get(reverse("organisation-edit", args=[org.key])).context["form"]
    return {field.html_name: field.value() or "" for field in form} | changes


def test_saving_what_is_there_changes_nothing(world, sign_in) -> None:
    client = sign_in(world.owner)
    org = world.german.organisation
    response = client.post(reverse("organisation-edit", args=[org.key]), edit_data(client, org))
    assert response.status_code == 302
    assert not AuditEntry.objects.filter(action="directory.save_organisation").exists()


def test_a_manager_edits_fields_and_texts(world, sign_in, run_tasks) -> None:
    client = sign_in(world.owner)
    org = world.german.organisation
    data = edit_data(
        client,
        org,
        city="Pirna",
        offers_1_de="Laseranlagen",
        offers_1_en="Lasers",
        offers_2_zh="新的供给",
        seeks_1_de="",
    )
    assert client.post(reverse("organisation-edit", args=[org.key]), data).status_code == 302
    org.refresh_from_db()
    assert org.city == "Pirna"
    assert human_texts(org, "offer") == [{"de": "Laseranlagen", "en": "Lasers"}, {"zh": "新的供给"}]
    assert human_texts(org, "seek") == []
    assert " pirna " in org.documents.get(entry=None).words
    entry = AuditEntry.objects.get(action="directory.save_organisation")
    assert entry.details["fields"] == ["city", "offers", "seeks"]
    run_tasks()
    assert org.entries.filter(vectors__isnull=False).count() == 2


def test_a_number_of_somebody_else_is_refused_beside_the_form(world, sign_in) -> None:
    Organisation.objects.filter(pk=world.german_en.organisation_id).update(vat_id="DE136695976")
    client = sign_in(world.owner)
    org = world.german.organisation
    response = client.post(reverse("organisation-edit", args=[org.key]), edit_data(client, org, vat_id="DE136695976"))
    assert response.status_code == 400


def test_only_managers_and_the_office_edit(world, sign_in) -> None:
    org = world.german.organisation
    allowed = {user: sign_in(user).get(reverse("organisation-edit", args=[org.key])).status_code for user in (
        world.owner, world.adviser, world.admin, world.colleague, world.stranger, world.chinese_user, world.organiser
    )}  # fmt: skip
    assert list(allowed.values()) == [200, 200, 200, 404, 404, 404, 404]


# --- office pages


OFFICE_PAGES = ("people", "import", "import-template", "organisations-export")


@pytest.mark.parametrize("page", OFFICE_PAGES)
def test_office_pages_are_for_the_office(world, sign_in, client, page) -> None:
    assert client.get(reverse(page)).status_code == 302
    for user, status in (
        (world.owner, 404),
        (world.organiser, 404),
        (world.stranger, 404),
        (world.adviser, 200),
        (world.admin, 200),
    ):
        assert sign_in(user).get(reverse(page)).status_code == status


@pytest.mark.parametrize("more", [1, 3])
def test_people_have_a_fixed_number_of_queries(world, sign_in, django_assert_num_queries, more) -> None:
    for n in range(more):
        person(world.german.organisation, f"P{n}")
    client = sign_in(world.adviser)
    client.get(reverse("people"))
    with django_assert_num_queries(PEOPLE_QUERIES):
        client.get(reverse("people"))


PEOPLE_QUERIES = 10


def test_people_are_found(world, sign_in) -> None:
    found = sign_in(world.adviser).get(reverse("people"), {"q": "otto elbe"}).context["page"]
    assert [row.name for row in found] == ["Otto Owner"]
    assert not sign_in(world.adviser).get(reverse("people"), {"q": "nobody"}).context["page"].paginator.count


def test_personal_link_is_shown_once_with_its_code(world, sign_in) -> None:
    client = sign_in(world.adviser)
    where = reverse("person-link", args=[world.german_en.person.key])
    assert not AccessLink.objects.exists()
    assert b"<svg" not in client.get(where).content.split(b"<main")[-1]
    response = client.post(where)
    assert b"<svg" in response.content.split(b"<main")[-1]
    assert "/enter/" in response.content.decode()
    assert AccessLink.objects.get().user == Person.objects.get(pk=world.german_en.person.pk).user
    assert sign_in(world.owner).post(where).status_code == 404


def test_export_is_a_download_and_logged(world, sign_in) -> None:
    response = sign_in(world.adviser).get(reverse("organisations-export"))
    assert response.headers["Content-Disposition"] == 'attachment; filename="organisations.csv"'
    assert AuditEntry.objects.get(action="directory.export_organisations").actor == world.adviser


# --- consents


def answer(client, purpose: str, what: str):
    return client.post(reverse("consents"), {"purpose": purpose, "answer": what})


def test_giving_and_withdrawing_on_the_page(world, sign_in) -> None:
    client = sign_in(world.chinese_user)
    answer(client, "cross_border", "give")
    answer(client, "cross_border", "give")
    consent = Consent.objects.get()
    assert (consent.language, consent.given_by) == ("zh", world.chinese_user)
    answer(client, "cross_border", "withdraw")
    consent.refresh_from_db()
    assert consent.withdrawn <= timezone.now()
    answer(client, "cross_border", "give")
    assert Consent.objects.count() == 2
    page = client.get(reverse("consents")).content.decode()
    assert "境外接收方" in page


@pytest.mark.parametrize("data", [{}, {"purpose": "x", "answer": "give"}, {"purpose": "profile", "answer": "perhaps"}])
def test_other_answers_change_nothing(world, sign_in, data) -> None:
    assert sign_in(world.owner).post(reverse("consents"), data).status_code in {200, 302}
    assert not Consent.objects.exists()


def test_a_changed_wording_is_asked_again(world, sign_in) -> None:
    client = sign_in(world.owner)
    answer(client, "profile", "give")
    Consent.objects.update(version="2020-1")
    assert client.get(reverse("consents")).context["asked"][0].is_outdated
    answer(client, "profile", "give")
    assert [c.version for c in Consent.objects.order_by("pk") if c.withdrawn is None] == [purposes.PROFILE.version]


def test_accounts_without_a_person_have_no_consents(world, sign_in) -> None:
    assert sign_in(world.admin).get(reverse("consents")).status_code == 404


def test_each_purpose_is_worded_in_three_languages_and_names_the_offices(world) -> None:
    for purpose in purposes.PURPOSES.values():
        texts = {purposes.wording(purpose, language) for language in purposes.LANGUAGES}
        assert len(texts) == 3
        assert all("office@example.org" in text and "{" not in text for text in texts)


def test_wordings_change_only_with_their_version() -> None:
    """A changed text needs a new version: put both here."""
    known = {
        (p.code, p.version): purposes.text_hash("".join(p.texts[x] for x in purposes.LANGUAGES))[:16]
        for p in purposes.PURPOSES.values()
    }
    assert known == KNOWN


KNOWN = {("profile", "2026-1"): "58ddd6324c003a7e", ("cross_border", "2026-1"): "0d44c25be02c4532"}


def test_write_texts_is_what_human_texts_reads(world) -> None:
    entry = world.german.organisation.entries.get(kind="offer")
    write_texts(entry, "text", {"de": "A", "en": "B"})
    assert human_texts(world.german.organisation, "offer") == [{"de": "A", "en": "B"}]
