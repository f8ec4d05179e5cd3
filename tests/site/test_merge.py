"""The same organisation twice becomes one: everything moves, nothing doubles, and undoing restores every row exactly."""

from collections import Counter
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Text
from qiao.core.texts import write_texts
from qiao.directory.actions import embed_stale, import_organisations, index_stale, keep_apart, look_for_doubles
from qiao.directory.draft_models import DraftOrder
from qiao.directory.evidence_models import OrganisationEvidence
from qiao.directory.models import (
    ClaimLink,
    Double,
    Entry,
    EntryKeyword,
    Keyword,
    Membership,
    Merge,
    Organisation,
    OrganisationKeyword,
    Vector,
)  # fmt: skip
from qiao.directory.search_models import Mark
from qiao.directory.showing_models import Certificate, ProfileFile
from qiao.events.delegation_models import DelegationApplication, DelegationCall
from qiao.events.models import Participation
from qiao.office.actions import open_cooperation
from qiao.office.call_models import CallRecipient, TargetedCall
from qiao.office.case_models import AdviceCase
from qiao.office.hours_models import AdviceBooking, AdviceHours
from qiao.office.introduction_models import Introduction
from qiao.office.models import FollowUp
from qiao.office.network_models import JointProject, NetworkMember, PairAsked
from qiao.office.visit_models import VisitRequest
from qiao.site import actions
from qiao.site.actions.absorbing import references
from qiao.site.doubles import comparison
from tests.directory.opportunities import shown_opportunity
from tests.directory.test_import import table
from tests.world import delegation, organisation, participation, person

pytestmark = pytest.mark.db
# What merging and undoing themselves write; the index for searching is made anew from the rows.
# What says how it came to be, what is made anew from the rows, and what Django notes of models when it first meets them.
UNCOUNTED = {"AuditEntry", "ContentType", "DBTaskResult", "Merge", "SearchDocument", "SearchState", "Session"}


def rows() -> Counter[tuple]:
    return Counter(
        (model.__name__, *map(repr, row))
        for model in apps.get_models(include_auto_created=True)
        if model.__name__ not in UNCOUNTED
        for row in model._base_manager.order_by("pk").values_list()
    )


def pointing_to(target: Organisation) -> Counter[str]:
    return Counter({
        f"{model.__name__}.{attribute}": count
        for model, attribute, conditions in references(Organisation)
        if (count := model._base_manager.filter(**{attribute: target.pk}, **conditions).count())
    })  # fmt: skip


def third_of(world) -> Organisation:
    return world.chinese.organisation


@pytest.fixture
def pair(world) -> tuple[Organisation, Organisation]:
    """The firm of `owner`, and a second record of it to which every table points that can."""
    kept = world.german.organisation
    other = Organisation.objects.exclude(pk=kept.pk).first()
    gone = organisation(
        world.saxony, "Elbe Lasertechnik", city="Dresden", vat_id="DE136695976", website="https://elbe-laser.de", external_id="D7", size="small",
        offers=({"de": "Laserschneidanlagen für Bleche"}, {"de": "Wartung"}), seeks=({"zh": "寻求经销商"},),
    )  # fmt: skip
    guest = participation(world.event, person(gone, "Gerd Gast", email="gerd@elbe-laser.de"))
    call = DelegationCall.objects.create(delegation=delegation(world.event, "d", guest), closes=timezone.now())
    DelegationApplication.objects.create(call=call, person=guest.person, organisation=gone)
    Membership.objects.create(person=world.german.person, organisation=gone, role="Inhaber", is_manager=True)
    gone.themes.add(*world.themes)
    gone.avoid.add(kept, other)
    other.avoid.add(gone)
    kept.avoid.add(other)
    Organisation.objects.filter(pk=other.pk).update(same_as=gone)
    Organisation.objects.filter(pk=kept.pk).update(same_as=gone)
    keyword = Keyword.objects.create(code="laser", names={"de": "Laser"})
    for owner in (kept, gone):
        OrganisationKeyword.objects.create(organisation=owner, keyword=keyword, origin="confirmed")
        for entry in owner.entries.all():
            EntryKeyword.objects.create(entry=entry, keyword=keyword, score=0.5)
            Vector.objects.create(entry=entry, language="de", model="m", text_hash="x", data=b"\x00\xff")
    shown_opportunity(gone, by=world.adviser)
    day = timezone.localdate()
    OrganisationEvidence.objects.create(organisation=gone, kind="visited", day=day, office=world.office)
    Certificate.objects.create(organisation=gone, name="ISO 9001")
    DraftOrder.objects.create(organisation=gone, language="en")
    ProfileFile.objects.create(organisation=gone, kind="picture", name="x.jpg", size=1)
    for one, two in ((gone, other), (third_of(world), gone)):
        made = open_cooperation(one=one, other=two, as_organisation=gone, by=world.adviser)
        AdviceCase.objects.create(office=world.office, organisation=gone, kind="law", topic="x")
        FollowUp.objects.create(cooperation=made, organisation=gone, months=1)
        asked = Introduction.objects.create(origin="proposal", state="asked", one=one, other=two)
        asked.steps.create(kind="agreed", organisation=gone)
    now = timezone.now()
    hours = AdviceHours.objects.create(office=world.office, starts=now, ends=now + timedelta(hours=1), minutes=30)
    AdviceBooking.objects.create(hours=hours, start=now, organisation=gone, person=guest.person, topic="x", kind="law")
    call = TargetedCall.objects.create(office=world.office)
    call.organisations.add(gone, kept)
    CallRecipient.objects.create(call=call, organisation=gone, person=guest.person)
    when = {"first_day": day, "last_day": day, "people": 2, "purpose": "x"}
    VisitRequest.objects.create(host=gone, guest=third_of(world), **when)
    VisitRequest.objects.create(host=third_of(world), guest=gone, **when)
    NetworkMember.objects.create(network=gone, member=other, state="joined")
    NetworkMember.objects.create(network=other, member=gone, state="invited")
    PairAsked.objects.create(network=gone, one=other, other=third_of(world))
    PairAsked.objects.create(network=other, one=gone, other=third_of(world))
    PairAsked.objects.create(network=other, one=world.german_en.organisation, other=gone)
    JointProject.objects.create(network=gone, names={"de": "Chips"}).partners.add(other)
    JointProject.objects.create(network=other, names={"de": "Laser"}).partners.add(gone)
    ClaimLink.objects.create(organisation=gone, token_hash="c" * 64, expires=timezone.now())
    index_stale()
    Text.objects.create(owner=gone, field="about", language="de", text="Über uns")
    Double.objects.create(low=kept, high=gone, level="likely")
    for record, kind in ((kept, Mark.Kind.KEPT), (gone, Mark.Kind.INTERESTED)):
        Mark.objects.create(user=world.adviser, organisation=record, kind=kind)
    Mark.objects.create(user=world.organiser, organisation=gone, kind=Mark.Kind.SKIPPED)
    low, high = sorted((gone, other), key=lambda row: row.pk)
    Double.objects.create(low=low, high=high, level="likely", kept_apart=timezone.now())
    third = organisation(world.saxony, "Dritte GmbH", city="Dresden")
    Double.objects.create(low=gone, high=third, level="possible")
    Merge.objects.create(kept=gone, gone_key="zzzzzzzzzzzz", gone_name="Elbe Laser")
    kept.refresh_from_db()
    return kept, Organisation.objects.get(pk=gone.pk)


def test_the_second_record_is_pointed_to_by_every_table_that_can(pair) -> None:
    """A new foreign key to an organisation fails here until the fixture has a row with it."""
    can = {
        f"{model.__name__}.{attribute}" for model, attribute, conditions in references(Organisation) if not conditions
    }
    assert set(pointing_to(pair[1])) >= can


def test_everything_moves_and_nothing_doubles(world, pair) -> None:
    kept, gone = pair
    actions.merge(kept=kept, gone=gone, by=world.adviser)
    kept.refresh_from_db()
    assert pointing_to(gone) == Counter()
    assert not Organisation.objects.filter(pk=gone.pk).exists()
    assert (kept.vat_id, kept.website, kept.external_id, kept.name) == (
        "DE136695976", "https://elbe-laser.de", "D7", "Elbe Lasertechnik GmbH",
    )  # fmt: skip
    assert {p.name for p in kept.people.all()} == {"Otto Owner", "Karla Colleague", "Gerd Gast"}
    assert Membership.objects.get(person=world.german.person, organisation=kept).role == "Inhaber"
    offers = kept.entries.filter(kind=Entry.Kind.OFFER)
    assert [(e.position, *(t.text for t in e.texts.all())) for e in offers] == [
        (1, "Laserschneidanlagen für Bleche"), (2, "Wartung"),
        (1001, "Laser für dünne Bleche.\nSchneidet Bleche von einem Millimeter ohne Grat."),
    ]  # fmt: skip
    assert Participation.objects.get(person__name="Gerd Gast").organisation == kept
    assert " wartung " in kept.documents.get(entry=None).words
    assert kept.same_as is None
    assert kept.avoid.count() == 1
    assert dict(kept.marks.values_list("user", "kind")) == {world.adviser.pk: "kept", world.organiser.pk: "skipped"}
    assert Double.objects.get(kept_apart__isnull=False).high_id > kept.pk  # apart also from the one that is left
    assert Double.objects.get(high__name="Dritte GmbH").low == kept
    assert AuditEntry.objects.get(action="site.merge").subject_id == kept.pk


def test_undo_restores_every_row_of_every_table(world, pair) -> None:
    before = rows()
    kept, gone = pair
    merged = actions.merge(kept=kept, gone=gone, take=["name", "size"], by=world.adviser)
    assert rows() != before
    back, left = actions.undo_merge(merge=merged, by=world.adviser)
    assert (back.pk, left) == (gone.pk, 0)
    assert rows() == before
    with pytest.raises(Refused):
        actions.undo_merge(merge=merged, by=world.adviser)


def test_the_other_way_round_is_undone_as_well(world, pair) -> None:
    before = rows()
    kept, gone = pair
    merged = actions.merge(kept=gone, gone=kept, take=["name"], by=world.adviser)
    gone.refresh_from_db()
    assert gone.name == "Elbe Lasertechnik GmbH"
    assert gone.people.count() == 3
    actions.undo_merge(merge=merged, by=world.adviser)
    assert rows() == before


def test_a_keyword_that_one_of_them_removed_goes_from_the_texts_of_both_and_comes_back(world, pair) -> None:
    kept, gone = pair
    OrganisationKeyword.objects.filter(organisation=kept).delete()
    OrganisationKeyword.objects.filter(organisation=gone).update(origin="removed")
    EntryKeyword.objects.filter(entry__organisation=gone).delete()
    before = rows()
    merged = actions.merge(kept=kept, gone=gone, by=world.adviser)
    assert kept.keywords.get().origin == "removed"
    assert not EntryKeyword.objects.filter(entry__organisation=kept).exists()
    actions.undo_merge(merge=merged, by=world.adviser)
    assert rows() == before


def test_fields_that_were_chosen_are_taken_with_their_language(world, pair) -> None:
    kept, gone = pair
    Organisation.objects.filter(pk=gone.pk).update(name="易北激光", name_language="zh")
    actions.merge(kept=kept, gone=gone, take=["name"], by=world.adviser)
    kept.refresh_from_db()
    assert (kept.name, kept.name_language) == ("易北激光", "zh")


def test_texts_count_in_the_language_of_the_one_that_stays(world) -> None:
    gone = world.german_en.organisation
    Organisation.objects.filter(pk=gone.pk).update(languages=["en"])
    write_texts(gone.entries.first(), "text", {"de": "Wartung", "en": "Maintenance"})
    embed_stale()
    actions.merge(kept=world.german.organisation, gone=gone, by=world.adviser)
    assert embed_stale() == 1
    assert Vector.objects.get(entry__texts__text="Wartung").language == "de"


def test_what_somebody_changed_since_is_left_alone(world, pair) -> None:
    kept, gone = pair
    merged = actions.merge(kept=kept, gone=gone, by=world.adviser)
    Organisation.objects.filter(pk=kept.pk).update(website="https://neu.example.org")
    Membership.objects.filter(person__name="Gerd Gast").delete()
    back, left = actions.undo_merge(merge=merged, by=world.adviser)
    kept.refresh_from_db()
    assert (left, kept.website, back.website) == (2, "https://neu.example.org", "https://elbe-laser.de")
    assert kept.vat_id == ""


def test_a_number_given_away_since_stops_the_undo(world, pair) -> None:
    kept, gone = pair
    merged = actions.merge(kept=kept, gone=gone, by=world.adviser)
    Organisation.objects.filter(pk=kept.pk).update(vat_id="")
    Organisation.objects.exclude(pk=kept.pk).filter(pk=world.chinese.organisation_id).update(vat_id="DE136695976")
    before = rows()
    with pytest.raises(Refused):
        actions.undo_merge(merge=merged, by=world.adviser)
    assert rows() == before


def test_later_merges_are_undone_first(world, pair) -> None:
    before = rows()
    kept, gone = pair
    third = world.german_en.organisation
    first = actions.merge(kept=kept, gone=gone, by=world.adviser)
    second = actions.merge(kept=third, gone=kept, by=world.adviser)
    first.refresh_from_db()
    assert first.kept == third
    with pytest.raises(Refused):
        actions.undo_merge(merge=first, by=world.adviser)
    actions.undo_merge(merge=second, by=world.adviser)
    first.refresh_from_db()
    actions.undo_merge(merge=first, by=world.adviser)
    assert rows() == before


def test_two_who_became_one_are_gone(world, pair) -> None:
    kept, gone = pair
    actions.merge(kept=kept, gone=gone, by=world.adviser)
    with pytest.raises(Refused):
        actions.merge(kept=kept, gone=gone, by=world.adviser)
    with pytest.raises(Refused):
        actions.merge(kept=kept, gone=kept, by=world.adviser)


def test_journals_are_forgotten_after_a_month(world, pair) -> None:
    kept, gone = pair
    merged = actions.merge(kept=kept, gone=gone, by=world.adviser)
    assert actions.forget_journals() == 0
    Merge.objects.filter(pk=merged.pk).update(at=timezone.now() - timedelta(days=actions.UNDO_DAYS + 1))
    assert actions.forget_journals() == 1
    with pytest.raises(Refused):
        actions.undo_merge(merge=merged, by=world.adviser)


def test_an_import_knows_the_merged_one_again(world, pair) -> None:
    kept, gone = pair
    actions.merge(kept=kept, gone=gone, by=world.adviser)
    count = Organisation.objects.count()
    Organisation.objects.filter(pk=kept.pk).update(external_id="D1")
    for row in ({"id": "D7"}, {"id": gone.key}, {"id": ""}, {"vat_id": "DE136695976"}):
        cells = {"id": "", "name": "Elbe Lasertechnik", "city": "Dresden", "country": "DE", **row}
        report = import_organisations(table=table(cells, columns=tuple(cells)), by=world.adviser)
        assert (report.created, report.refused) == (0, 0), row
    assert report.unchanged == 1
    kept.refresh_from_db()
    assert kept.external_id == "D1"
    assert Organisation.objects.count() == count


# --- finding them


def test_doubles_are_found_stored_once_and_vanish_when_corrected(world, pair) -> None:
    Double.objects.all().delete()
    kept, gone = pair
    assert look_for_doubles() == 1
    assert look_for_doubles() == 1
    row = Double.objects.get()
    assert {row.low_id, row.high_id} == {kept.pk, gone.pk}
    assert row.reasons[0]["code"] == "same-name"
    Organisation.objects.filter(pk=gone.pk).update(name="Ganz Anders", same_keys="")
    assert look_for_doubles() == 0
    assert not Double.objects.exists()


def test_what_was_kept_apart_is_never_asked_again(world, pair) -> None:
    Double.objects.all().delete()
    kept, gone = pair
    keep_apart(one=gone, other=kept, by=world.adviser)
    look_for_doubles()
    Organisation.objects.filter(pk=gone.pk).update(name="Ganz Anders", same_keys="")
    look_for_doubles()
    assert Double.objects.get().kept_apart_by == world.adviser
    assert AuditEntry.objects.filter(action="directory.keep_apart").count() == 1
    keep_apart(one=gone, other=kept, by=world.admin)
    assert AuditEntry.objects.filter(action="directory.keep_apart").count() == 1


def test_mail_domains_of_people_count(world) -> None:
    one = organisation(world.jinan, "华兴", city="济南")
    two = organisation(world.jinan, "Prosperity", city="Jinan")
    person(one, "张一", email="a@huaxing.cn")
    person(two, "张二", email="b@huaxing.cn")
    look_for_doubles()
    assert {"code": "domain", "value": "huaxing.cn"} in Double.objects.get().reasons


# --- pages


def post(client, kept, other, **data):
    return client.post(reverse("double", args=[kept.key, other.key]), {"keep": kept.key, **data})


def test_the_list_says_why_and_has_a_fixed_number_of_queries(world, pair, sign_in) -> None:
    Double.objects.all().delete()
    look_for_doubles()
    client = sign_in(world.adviser)
    client.get(reverse("doubles"))
    with CaptureQueriesContext(connection) as one:
        page = client.get(reverse("doubles")).content.decode()
    assert "Die Namen sind gleich" in page
    for number in range(3):
        for form in ("GmbH", "AG"):
            organisation(world.saxony, f"Weber{number} Textil {form}", city="Dresden")
    look_for_doubles()
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("doubles"))
    assert Double.objects.count() == 4
    assert len(one) == len(many)


def test_nothing_to_decide(world, sign_in) -> None:
    assert "Keine wahrscheinlichen Dubletten" in sign_in(world.adviser).get(reverse("doubles")).content.decode()


def test_the_office_merges_chooses_fields_and_undoes_on_pages(world, pair, sign_in) -> None:
    kept, gone = pair
    Organisation.objects.filter(pk=gone.pk).update(type="agency")
    client = sign_in(world.adviser)
    page = client.get(reverse("double", args=[gone.key, kept.key]))
    assert page.context["both"].one.organisation == gone  # the better filled one stays unless the office says otherwise
    before = rows()
    assert post(client, kept, gone, decision="merge", type="other").url == reverse("organisation", args=[kept.key])
    kept.refresh_from_db()
    assert kept.type == "agency"
    assert client.get(reverse("organisation", args=[gone.key])).url == reverse("organisation", args=[kept.key])
    undo = reverse("merge-undo", args=[Merge.objects.get(gone_key=gone.key).pk])
    assert undo in client.get(reverse("doubles")).content.decode()
    assert client.post(undo).url == reverse("organisation", args=[gone.key])
    assert client.get(reverse("organisation", args=[gone.key])).status_code == 200
    assert rows() == before
    assert client.post(undo).url == reverse("doubles")


def test_every_field_side_by_side_is_named_in_the_readers_language(world, pair) -> None:
    with translation.override("zh-hans"):
        labels = {field.name: field.label for field in comparison(*pair).fields}
    assert labels["park"] == "园区"
    assert [name for name, label in labels.items() if label.casefold() == name.casefold()] == []


def test_the_other_one_may_stay(world, pair, sign_in) -> None:
    kept, gone = pair
    client = sign_in(world.adviser)
    page = client.get(reverse("double", args=[kept.key, gone.key]), {"keep": gone.key})
    assert page.context["both"].one.organisation == gone
    post(client, gone, kept, decision="merge")
    assert not Organisation.objects.filter(pk=kept.pk).exists()


def test_different_is_remembered(world, pair, sign_in) -> None:
    Double.objects.all().delete()
    kept, gone = pair
    client = sign_in(world.adviser)
    assert post(client, kept, gone, decision="apart").url == reverse("doubles")
    look_for_doubles()
    assert Double.objects.filter(kept_apart=None).count() == 0
    assert "zwei Organisationen sind" in client.get(reverse("double", args=[kept.key, gone.key])).content.decode()


def test_an_old_address_tells_nobody_more_than_they_may_see(world, pair, sign_in) -> None:
    kept, gone = pair
    actions.merge(kept=kept, gone=gone, by=world.adviser)
    Organisation.objects.filter(pk=kept.pk).update(is_published=False)
    assert sign_in(world.stranger).get(reverse("organisation", args=[gone.key])).status_code == 404
    assert sign_in(world.owner).get(reverse("organisation", args=[gone.key])).status_code == 302
