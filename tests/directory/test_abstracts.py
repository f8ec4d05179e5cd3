"""Abstracts: who writes, what is outdated, and who is shown what."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Text
from qiao.directory import actions
from qiao.directory.abstract_queries import abstracts_of, confirmer_for
from qiao.directory.abstracts import LONGEST
from qiao.directory.actions import save_abstract
from qiao.directory.columns import human_texts
from qiao.directory.models import Membership, Organisation
from qiao.site import actions as site
from tests.world import World, organisation

pytestmark = pytest.mark.db
DE = "Wir bauen Laserschneidanlagen für Bleche. Wir suchen Vertriebspartner in China."
ZH = "我们制造板材激光切割设备，在中国寻找销售伙伴。"
EN = "We build laser cutters for sheet metal and look for distributors in China."


@pytest.fixture
def firm(world: World) -> Organisation:
    return world.german.organisation


def write(firm: Organisation, world: World, language: str, text: str, *, confirm: bool = True, by=None, seen=None):
    row = abstracts_of(firm).texts.get(language)
    seen = (row.version if row else 0) if seen is None else seen
    by = by or world.owner
    return save_abstract(organisation=firm, language=language, text=text, seen=seen, confirm=confirm, by=by)


def machine(firm: Organisation, language: str, text: str) -> Text:
    """A machine's translation of the original as it stands."""
    source = abstracts_of(firm).original
    return Text.objects.create(
        owner=firm, field="abstract", language=language, text=text, origin="machine",
        source_language=source.language, source_version=source.version,
    )  # fmt: skip


def states(firm: Organisation) -> list[str]:
    found = abstracts_of(Organisation.objects.get(pk=firm.pk))
    return [found.state(language).value for language in ("de", "zh", "en")]


def test_the_first_is_the_original_and_the_others_are_made_from_it(world, firm) -> None:
    write(firm, world, "de", DE)
    row = write(firm, world, "zh", ZH, confirm=False)
    assert (row.origin, row.source_language, row.source_version) == ("human", "de", 1)
    assert states(firm) == ["confirmed", "draft", "missing"]
    entry = AuditEntry.objects.filter(action="directory.save_abstract").first()
    assert (entry.actor, entry.subject_id, entry.details) == (
        world.owner,
        firm.pk,
        {"language": "zh", "confirmed": False},
    )


def test_a_changed_original_makes_translations_outdated_until_somebody_confirms_them(world, firm) -> None:
    write(firm, world, "de", DE)
    write(firm, world, "zh", ZH)
    write(firm, world, "de", DE + " Seit 1990.")
    assert states(firm) == ["confirmed", "outdated", "missing"]
    write(firm, world, "zh", ZH)
    assert states(firm) == ["confirmed", "confirmed", "missing"]


def test_a_changed_profile_makes_the_original_outdated(world, firm) -> None:
    write(firm, world, "de", DE)
    actions.save_organisation(organisation=firm, values={"city": "Meißen"}, by=world.owner)
    assert states(firm)[0] == "confirmed"
    actions.save_organisation(organisation=firm, values={"seeks": []}, by=world.owner)
    assert states(firm)[0] == "outdated"


def test_an_import_that_changes_offers_does_so_too(world, firm) -> None:
    from qiao.core.tables import read_table

    write(firm, world, "de", DE)
    head = "id,name,country,city,side,offers_de\n"

    def take(offer: str) -> None:
        line = f"{firm.key},{firm.name},DE,Dresden,saxony,{offer}\n"
        report = actions.import_organisations(table=read_table((head + line).encode(), "a.csv"))
        assert not report.problems

    take(human_texts(firm, "offer")[0]["de"])
    assert states(firm)[0] == "confirmed"
    take("Wasserstrahlschneiden")
    assert states(firm)[0] == "outdated"


def test_what_changed_meanwhile_is_not_overwritten(world, firm, sign_in) -> None:
    write(firm, world, "de", DE)
    with pytest.raises(Refused):
        write(firm, world, "de", "Anderes.", seen=0)
    client, url = sign_in(world.owner), reverse("abstract", args=[firm.key])
    page = client.get(url)
    write(firm, world, "de", "Inzwischen geändert.", by=world.adviser)
    sent = {"language": "de", "de-text": "Meins.", "de-seen": "1", "decision": "confirm"}
    assert "Wir bauen" in page.content.decode()
    answer = client.post(url, sent)
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "Inzwischen geändert." in text
    assert "Meins." in text
    assert client.post(url, sent | {"de-seen": "2"}).status_code == 302
    assert abstracts_of(firm).texts["de"].text == "Meins."


def test_without_its_original_the_next_is_one(world, firm) -> None:
    for language, text in (("de", DE), ("zh", ZH), ("en", EN)):
        write(firm, world, language, text)
    write(firm, world, "de", "")
    found = abstracts_of(firm)
    assert found.original.language == "zh"
    assert states(firm) == ["missing", "confirmed", "confirmed"]
    write(firm, world, "zh", ZH + "欢迎联系。")
    assert states(firm) == ["missing", "confirmed", "outdated"]
    assert write(firm, world, "zh", "", confirm=False) is None
    assert AuditEntry.objects.filter(action="directory.remove_abstract").count() == 2


def test_readers_get_what_somebody_confirmed(world, firm) -> None:
    write(firm, world, "de", DE, confirm=False)
    assert abstracts_of(firm).shown("de") is None
    machine(firm, "zh", ZH)
    assert abstracts_of(firm).shown("zh") is None  # nobody stands behind its source
    write(firm, world, "de", DE)
    shown = abstracts_of(firm).shown("zh")
    assert (shown.text.language, shown.is_draft, shown.is_machine) == ("zh", True, True)
    assert abstracts_of(firm).shown("en").text.language == "de"
    write(firm, world, "de", DE + " Neu.")
    assert abstracts_of(firm).shown("zh").text.language == "de"  # an outdated draft is no help


def test_a_persons_draft_is_never_shown_to_others(world, firm) -> None:
    write(firm, world, "de", DE)
    write(firm, world, "zh", ZH, confirm=False)
    assert abstracts_of(firm).shown("zh").text.language == "de"


def test_a_machines_draft_stays_a_machines_until_it_is_written_anew(world, firm) -> None:
    write(firm, world, "de", DE)
    machine(firm, "zh", ZH)
    row = write(firm, world, "zh", ZH + "欢迎联系。")
    assert (row.origin, row.confirmed_by) == ("machine", world.owner)
    write(firm, world, "zh", "")
    assert write(firm, world, "zh", ZH).origin == "human"


def test_pages_say_who_checked_what_a_machine_translated(world, firm, sign_in) -> None:
    write(firm, world, "de", DE)
    machine(firm, "zh", ZH)
    url = reverse("organisation", args=[firm.key])
    client = sign_in(world.chinese_user)
    draft = client.get(url).content.decode()
    assert ZH in draft
    assert "草稿" in draft
    write(firm, world, "zh", ZH, by=world.adviser)
    page = client.get(url).content.decode()
    assert ZH in page
    assert world.adviser.name in page
    assert "机器翻译" in page
    listed = client.get(reverse("organisations")).content.decode()
    assert ZH in listed
    assert "机器翻译" in listed


def test_who_confirmed_is_named_as_far_as_the_reader_may_know(world, firm) -> None:
    row = write(firm, world, "de", DE)
    assert confirmer_for(world.chinese_user, row) is None  # no consent for the other country
    actions.give_consent(person=world.german.person, purpose="cross_border", by=world.owner)
    assert confirmer_for(world.chinese_user, row) == world.german.person
    actions.withdraw_consent(person=world.german.person, purpose="cross_border", by=world.owner)
    assert confirmer_for(world.chinese_user, row) is None
    assert confirmer_for(world.colleague, row) == world.german.person


def test_an_erased_confirmer_leaves_the_abstract_and_no_name(world, firm, sign_in) -> None:
    write(firm, world, "de", DE)
    twin = organisation(world.saxony, "Elbe Laser GmbH")
    write(twin, world, "de", DE)
    made = site.merge(kept=firm, gone=twin, by=world.adviser)
    site.erase(person=world.german.person, by=world.owner)
    row = abstracts_of(firm).texts["de"]
    assert (row.text, row.confirmed_by) == (DE, None)
    assert row.confirmed is not None
    made.refresh_from_db()
    assert made.journal == {}  # it named who confirmed the other one's
    assert "Bestätigt am" in sign_in(world.adviser).get(reverse("organisation", args=[firm.key])).content.decode()


def test_a_merged_abstract_is_looked_at_anew(world, firm) -> None:
    twin = organisation(world.saxony, "Elbe Laser GmbH")
    write(twin, world, "de", DE)
    made = site.merge(kept=firm, gone=twin, by=world.adviser)
    assert states(firm)[0] == "outdated"
    back, left = site.undo_merge(merge=made, by=world.adviser)
    assert (states(firm)[0], states(back)[0], left) == ("missing", "confirmed", 0)


def test_a_deleted_organisation_takes_its_abstracts_along(world) -> None:
    waiting = organisation(world.saxony, "Wartende GmbH", is_published=False)
    write(waiting, world, "de", DE)
    actions.decline(organisation=waiting, by=world.adviser)
    assert not Text.objects.filter(field="abstract").exists()


# --- the page


def test_only_managers_and_the_office_write(world, firm, sign_in) -> None:
    url = reverse("abstract", args=[firm.key])
    for who, status in ((world.owner, 200), (world.adviser, 200), (world.colleague, 404), (world.chinese_user, 404)):
        assert sign_in(who).get(url).status_code == status
    sent = {"language": "de", "de-text": DE, "de-seen": "0", "decision": "confirm"}
    assert sign_in(world.colleague).post(url, sent).status_code == 404
    sign_in(world.owner).post(url, sent | {"language": "fr"})
    assert not Text.objects.filter(field="abstract").exists()
    assert sign_in(world.owner).post(url, sent).status_code == 302
    assert abstracts_of(firm).texts["de"].confirmed_by == world.owner
    Membership.objects.filter(person=world.german.person).update(is_manager=False)
    assert sign_in(world.owner).post(url, sent | {"de-seen": "1"}).status_code == 404


@pytest.mark.parametrize(
    ("language", "text", "ok"),
    [("zh", EN, False), ("de", ZH, False), ("en", "We serve 济南 and Dresden.", True), ("de", "x" * (LONGEST + 1), False), ("zh", ZH, True)],
)  # fmt: skip
def test_the_wrong_language_and_too_much_are_said_beside_the_box(world, firm, sign_in, language, text, ok) -> None:
    url = reverse("abstract", args=[firm.key])
    sent = {"language": language, f"{language}-text": text, f"{language}-seen": "0", "decision": "save"}
    answer = sign_in(world.owner).post(url, sent)
    assert answer.status_code == (302 if ok else 400)
    assert Text.objects.filter(field="abstract").exists() is ok


def test_the_way_back_leads_nowhere_else(world, firm, sign_in) -> None:
    url = reverse("abstract", args=[firm.key])
    client = sign_in(world.owner)
    page = client.get(url, {"next": "//evil.example/"}).content.decode()
    assert 'href="//evil' not in page
    assert 'value="//evil' not in page
    sent = {"language": "de", "de-text": DE, "de-seen": "0", "decision": "save"}
    assert client.post(url, sent | {"next": "//evil.example/"})["Location"] == url
    assert client.post(url, sent | {"de-seen": "1", "next": "/organisations/"})["Location"] == "/organisations/"


def test_lists_read_the_abstracts_of_all_at_once(world, firm, sign_in, django_assert_num_queries) -> None:
    client, url = sign_in(world.owner), reverse("organisations")
    write(firm, world, "de", DE)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for one in (world.chinese.organisation, world.german_en.organisation):
        write(one, world, "de", DE)
    with django_assert_num_queries(len(few)):
        client.get(url)


def test_partners_read_it_in_their_language(world, firm, sign_in) -> None:
    write(firm, world, "de", DE)
    write(firm, world, "zh", ZH)
    page = sign_in(world.chinese_user).get(reverse("partner", args=[world.event.slug, world.german.person.key]))
    assert ZH in page.content.decode()
    everybody = sign_in(world.chinese_user).get(reverse("partner-search", args=[world.event.slug]))
    assert ZH in everybody.content.decode()
    with translation.override("de"):
        own = sign_in(world.owner).get(reverse("partners", args=[world.event.slug])).content.decode()
    assert ZH in own  # how the other side sees it
