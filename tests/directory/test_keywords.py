"""Keywords: found in the background, shown in the reader's language, decided by people, the vocabulary by the office."""

from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry
from qiao.core.texts import write_texts
from qiao.directory import actions, embedders, keyword_exports, keyword_queries
from qiao.directory.actions.keywords import MOST_CONFIRMED
from qiao.directory.actions.tags import TAG
from qiao.directory.finding import find
from qiao.directory.hits import Ask
from qiao.directory.keyword_queries import CONFIRMED_WEIGHT
from qiao.directory.models import Entry, EntryKeyword, Keyword, Organisation, OrganisationKeyword
from qiao.engine.matching.embed import BuiltIn
from qiao.engine.matching.vocabulary import shipped_vocabulary
from qiao.matchmaking.actions import refresh_suggestions
from tests.world import join_all

pytestmark = pytest.mark.db

SMALL = {
    "laser-processing",
    "laser-cutting",
    "laser-technology",
    "photonics-and-optics",
    "technology",
    "robotics",
    "automation",
}


@pytest.fixture(autouse=True)
def _small_vocabulary(monkeypatch) -> None:
    """Embedding all terms takes seconds; a few show the same."""
    few = tuple(term for term in shipped_vocabulary() if term.code in SMALL)
    monkeypatch.setattr("qiao.directory.actions.tags.shipped_vocabulary", lambda: few)


@pytest.fixture
def tagged(world):
    actions.embed_stale()
    actions.tag_stale()
    return world


def term(code: str) -> Keyword:
    return Keyword.objects.get(code=code)


def codes(organisation: Organisation) -> list[str]:
    return [one.keyword.code for one in keyword_queries.keywords_of(organisation)]


def post(client, organisation, **values):
    return client.post(reverse("organisation-keywords", args=[organisation.key]), values)


# --- in the background


def test_every_text_is_read_once_and_the_vocabulary_loaded(world) -> None:
    actions.embed_stale()
    assert DBTaskResult.objects.filter(task_path=TAG).exists()
    assert actions.tag_stale() == 8
    assert actions.tag_stale() == 0
    assert set(Keyword.objects.values_list("code", flat=True)) == SMALL
    assert "laser-cutting" in codes(world.german.organisation)
    assert not EntryKeyword.objects.filter(keyword__code="technology").exists()


def test_a_changed_text_is_read_anew_and_only_that(tagged) -> None:
    entry = tagged.german.organisation.entries.get(kind="offer")
    write_texts(entry, "text", {"de": "Industrieroboter"})
    assert actions.tag_stale() == 0  # not embedded yet
    actions.embed_stale()
    assert actions.tag_stale() == 1
    assert entry.keywords.order_by("-score")[0].keyword.code == "robotics"


def test_a_text_that_is_gone_has_no_keywords(tagged) -> None:
    entry = tagged.german.organisation.entries.get(kind="offer")
    write_texts(entry, "text", {})
    actions.embed_stale()
    actions.tag_stale()
    entry.refresh_from_db()
    assert (entry.keywords.count(), entry.keywords_from) == (0, "")


def test_a_changed_vocabulary_is_read_into_all_texts(tagged) -> None:
    actions.save_keyword(
        keyword=None, names={"de": "Blech", "zh": "钣金", "en": "sheet metal"},
        synonyms={"de": ["Bleche"], "zh": [], "en": []}, broader=term("technology"), by=tagged.adviser,
    )  # fmt: skip
    assert DBTaskResult.objects.ready().filter(task_path=TAG).exists()
    assert actions.tag_stale() == 8
    assert "sheet-metal" in codes(tagged.german.organisation)


def test_another_embedder_reads_all_texts_anew(tagged, monkeypatch) -> None:
    class Next(BuiltIn):
        version = "next"

    embedders.forget()
    monkeypatch.setattr(embedders, "load_embedder", lambda choice, **patience: Next())
    assert actions.tag_stale() == 0
    assert "laser-cutting" in codes(tagged.german.organisation), "until then all stay as they are"
    actions.embed_stale()
    assert actions.tag_stale() == 8


def test_an_offer_is_read_in_the_language_that_counts(tagged) -> None:
    entry, found = tagged.chinese.organisation.entries.get(kind="offer"), []
    for texts in ({"zh": "激光切割"}, {"de": "Roboter"}, {"de": "Roboter", "zh": "激光切割"}):
        write_texts(entry, "text", texts)
        actions.embed_stale()
        actions.tag_stale()
        found.append(dict(entry.keywords.values_list("keyword__code", "score")))
    assert found[0] == found[2] != found[1]


def test_an_update_leaves_alone_what_the_office_changed(tagged) -> None:
    Keyword.objects.filter(code="robotics").update(names={"de": "eigen"}, is_edited=True)
    Keyword.objects.filter(code="automation").update(names={"de": "alt"})
    assert actions.load_vocabulary() == 1
    assert (term("robotics").names["de"], term("automation").names["de"]) == ("eigen", "Automatisierung")
    assert actions.load_vocabulary() == 0


# --- what people say


def test_readers_see_the_terms_in_their_own_language(tagged, sign_in) -> None:
    url = reverse("organisation", args=[tagged.german.organisation.key])
    page = sign_in(tagged.chinese_user).get(url).content.decode()
    assert "激光切割" in page
    assert "机器识别" in page


def test_a_partner_page_shows_them(tagged, sign_in, django_assert_max_num_queries) -> None:
    url = reverse("partner", args=[tagged.event.slug, tagged.german.person.key])
    assert "激光切割" in sign_in(tagged.chinese_user).get(url).content.decode()


def test_the_owner_confirms_removes_adds_and_undoes(tagged, sign_in) -> None:
    organisation, client = tagged.german.organisation, sign_in(tagged.owner)
    assert post(client, organisation, choice="confirm", code="laser-cutting").status_code == 302
    assert post(client, organisation, term="Roboter").status_code == 302  # a synonym
    assert codes(organisation)[:2] == ["laser-cutting", "robotics"]
    post(client, organisation, choice="remove", code="laser-cutting")
    assert "laser-cutting" not in codes(organisation)
    Entry.objects.update(keywords_from="")
    actions.tag_stale()
    assert "laser-cutting" not in codes(organisation)  # not found again
    assert [row.code for row in keyword_queries.removed_keywords(organisation)] == ["laser-cutting"]
    DBTaskResult.objects.all().delete()
    post(client, organisation, choice="leave", code="laser-cutting")
    assert DBTaskResult.objects.filter(task_path=TAG).exists()
    actions.tag_stale()
    assert "laser-cutting" in codes(organisation)
    actions_seen = set(AuditEntry.objects.filter(subject_kind="organisation").values_list("action", flat=True))
    assert {"directory.keyword_confirmed", "directory.keyword_removed", "directory.leave_keyword"} <= actions_seen


def test_the_search_follows_what_is_found_and_said(tagged) -> None:
    def about_robots() -> int:
        return find(None, Ask()).counts["keyword"].get("robotics", 0)

    organisation = tagged.german.organisation
    write_texts(organisation.entries.get(kind="offer"), "text", {"de": "Industrieroboter"})
    for bring_up_to_date in (actions.index_stale, actions.embed_stale, actions.tag_stale):
        bring_up_to_date()
    found = about_robots()
    actions.remove_keyword(organisation=organisation, keyword=term("robotics"), by=tagged.adviser)
    Entry.objects.update(keywords_from="")
    actions.tag_stale()
    assert about_robots() == found - 1  # not found again
    actions.confirm_keyword(organisation=organisation, keyword=term("robotics"), by=tagged.adviser)
    assert about_robots() == found
    actions.leave_to_machine(organisation=organisation, keyword=term("robotics"), by=tagged.adviser)
    assert about_robots() == found - 1
    actions.tag_stale()
    assert about_robots() == found


def test_an_unknown_term_is_answered_beside_the_field(tagged, sign_in) -> None:
    response = post(sign_in(tagged.owner), tagged.german.organisation, term="Zeitmaschinen")
    assert response.status_code == 400
    assert response.context["form"].errors["term"]
    assert post(sign_in(tagged.owner), tagged.german.organisation, choice="confirm", code="none").status_code == 404
    assert post(sign_in(tagged.owner), tagged.german.organisation, choice="?", code="robotics").status_code == 404


def test_what_one_organisation_removes_stays_with_others(tagged) -> None:
    shared = term("laser-technology")
    others = EntryKeyword.objects.filter(keyword=shared).exclude(entry__organisation=tagged.german.organisation)
    before = others.count()
    assert before
    actions.remove_keyword(organisation=tagged.german.organisation, keyword=shared, by=tagged.owner)
    assert others.count() == before


def test_nobody_else_decides(tagged, sign_in) -> None:
    for who in (tagged.stranger, tagged.chinese_user):
        assert post(sign_in(who), tagged.german.organisation, choice="confirm", code="robotics").status_code == 404
    assert not OrganisationKeyword.objects.exists()


def test_there_is_an_end_to_confirming(tagged) -> None:
    organisation = tagged.german.organisation
    more = [Keyword.objects.create(code=f"t{n}", names={"en": f"t{n}"}) for n in range(MOST_CONFIRMED + 1)]
    for keyword in more[:-1]:
        actions.confirm_keyword(organisation=organisation, keyword=keyword, by=tagged.owner)
    actions.confirm_keyword(organisation=organisation, keyword=more[0], by=tagged.owner)
    with pytest.raises(Refused):
        actions.confirm_keyword(organisation=organisation, keyword=more[-1], by=tagged.owner)


def test_what_a_person_confirmed_weighs_more_in_matching_and_what_was_removed_nothing(tagged) -> None:
    organisation = tagged.german.organisation
    actions.confirm_keyword(organisation=organisation, keyword=term("robotics"), by=tagged.owner)
    actions.remove_keyword(organisation=organisation, keyword=term("laser-cutting"), by=tagged.owner)
    weights = keyword_queries.weights_for(Organisation.objects.all())
    assert weights[organisation.key]["robotics"] == CONFIRMED_WEIGHT
    assert "laser-cutting" not in weights[organisation.key]
    assert set(weights[organisation.key].values()) == {1.0, CONFIRMED_WEIGHT}
    assert len(weights) == Organisation.objects.count()


def test_many_organisations_need_two_queries(tagged, django_assert_num_queries) -> None:
    pks = list(Organisation.objects.values_list("pk", flat=True))
    with django_assert_num_queries(2):
        found = keyword_queries.keywords_for(pks)
    assert found[tagged.german.organisation.pk] == keyword_queries.keywords_of(tagged.german.organisation)


def test_shared_keywords_are_a_reason_on_the_card_in_the_readers_language(tagged, sign_in) -> None:
    for one in (tagged.german, tagged.chinese):
        actions.confirm_keyword(organisation=one.organisation, keyword=term("laser-technology"), by=tagged.adviser)
    join_all(tagged.event)
    refresh_suggestions(event=tagged.event)
    row = tagged.german.suggestions.get(partner=tagged.chinese)
    assert {"code": "shared-keyword", "value": "laser-technology"} in row.reasons
    assert 0 < row.fit["keyword"] <= 1
    for user, words, partner in (
        (tagged.owner, "Gemeinsame Schlagwörter", tagged.chinese),
        (tagged.chinese_user, "共同关键词", tagged.german),
    ):
        for url in (
            reverse("partners", args=[tagged.event.slug]),
            reverse("partner", args=[tagged.event.slug, partner.person.key]),
        ):
            page = sign_in(user).get(url).content.decode()
            assert words in page
            assert str(term("laser-technology").names[{"G": "de", "共": "zh"}[words[0]]]) in page


def test_organisations_are_found_by_a_broader_term(tagged) -> None:
    def found(code: str) -> set[str]:
        return set(
            Organisation.objects.filter(keyword_queries.organisations_about([term(code).pk])).values_list(
                "name", flat=True
            )
        )

    assert tagged.german.organisation.name in found("laser-processing") & found("technology")
    actions.confirm_keyword(organisation=tagged.chinese_en.organisation, keyword=term("robotics"), by=tagged.adviser)
    assert tagged.chinese_en.organisation.name in found("automation")


# --- the vocabulary


def values(**changes: str) -> dict[str, str]:
    filled = {
        "name_de": "Bier",
        "name_zh": "啤酒",
        "name_en": "beer",
        "synonyms_de": "Biere\nPils",
        "broader": "Technologie",
    }
    return {**filled, "synonyms_zh": "", "synonyms_en": "", **changes}


def test_the_office_adds_and_changes_a_term(tagged, sign_in) -> None:
    client = sign_in(tagged.adviser)
    assert client.post(reverse("term-new"), values()).status_code == 302
    beer = term("beer")
    assert (beer.synonyms["de"], beer.broader.code, beer.is_edited) == (["Biere", "Pils"], "technology", True)
    assert client.post(reverse("term", args=["beer"]), values(name_de="Biere", broader="beer")).status_code == 400
    assert client.post(reverse("term", args=["beer"]), values(name_de="a|b")).status_code == 400
    assert client.post(reverse("term", args=["beer"]), values(name_zh="")).status_code == 400
    client.post(reverse("term", args=["beer"]), values(name_de="Gerstensaft"))
    assert term("beer").names["de"] == "Gerstensaft"
    actions.retire_keyword(keyword=term("beer"), by=tagged.adviser)
    client.post(reverse("term-new"), values())
    assert term("beer-2").names["de"] == "Bier"


@pytest.mark.parametrize(
    ("language", "words", "told"),
    [
        ("de", {"synonyms_de": "laserschneiden"}, "„laserschneiden“ gehört schon zum Begriff „Laserschneiden“"),
        ("zh-hans", {"synonyms_zh": "激光 切割"}, "“激光 切割”已属于词条“激光切割”"),
        ("en", {"synonyms_en": "Robots"}, "“Robots” belongs to the term"),
        ("de", {"synonyms_zh": "酒"}, "„酒“ des Begriffs „Bier“ ist so kurz"),
        ("zh-hans", {"synonyms_en": "of"}, "词条“啤酒”的“of”过短"),
        ("en", {"synonyms_de": "C++"}, "“C++” of the term “beer” is so short"),
    ],
)
def test_a_word_of_another_term_and_a_short_one_are_refused_and_said(tagged, sign_in, language, words, told) -> None:
    before = list(Keyword.objects.order_by("pk").values())
    tagged.adviser.language = language
    tagged.adviser.save()
    client = sign_in(tagged.adviser)
    page = client.post(reverse("term-new"), values(**words))
    assert page.status_code == 400
    assert told in unescape(page.content.decode())
    row = "beer,,{de},{zh},{en}".format(
        de="|".join(["Bier", *words.get("synonyms_de", "").split("\n")]),
        zh="|".join(["啤酒", words.get("synonyms_zh", "")]),
        en="|".join(["beer", words.get("synonyms_en", "")]),
    )
    page = client.post(reverse("vocabulary-import"), {"file": table(row)})
    assert page.status_code == 400
    assert told in unescape(page.content.decode())
    assert list(Keyword.objects.order_by("pk").values()) == before


def test_short_words_are_taken_where_they_are_meant_and_stay_without_being_asked_about_again(tagged, sign_in) -> None:
    client = sign_in(tagged.adviser)
    assert client.post(reverse("term-new"), values(name_zh="酒", takes_short="on")).status_code == 302
    assert client.post(reverse("term", args=["beer"]), values(name_zh="酒", name_de="Gerstensaft")).status_code == 302
    row = "beer,,Bier|Pils,酒,beer|IP"
    assert client.post(reverse("vocabulary-import"), {"file": table(row)}).status_code == 400
    assert client.post(reverse("vocabulary-import"), {"file": table(row), "takes_short": "on"}).status_code == 302
    assert term("beer").synonyms["en"] == ["IP"]


def test_a_table_may_move_a_word_from_one_term_to_another(tagged, sign_in) -> None:
    names = term("robotics").names
    rows = (f"robotics,automation,Robotik,{names['zh']},robotics", "beer,,Bier|Roboter,啤酒,beer")
    assert "Roboter" in term("robotics").synonyms["de"]
    assert sign_in(tagged.adviser).post(reverse("vocabulary-import"), {"file": table(*rows)}).status_code == 302
    assert term("beer").synonyms["de"] == ["Roboter"]


def test_the_list_is_searched_in_any_language_with_a_fixed_number_of_queries(
    tagged, sign_in, django_assert_max_num_queries
) -> None:
    client = sign_in(tagged.adviser)
    for words in ("激光切割", "LASERSCHN", "laser cutting"):
        page = client.get(reverse("vocabulary"), {"q": words})
        assert [row.keyword.code for row in page.context["page"]] == ["laser-cutting"]
    with django_assert_max_num_queries(12):
        page = client.get(reverse("vocabulary"))
    assert {row.keyword.code: row.depth for row in page.context["page"]}["laser-cutting"] == 2
    assert "Kein Begriff passt." in client.get(reverse("vocabulary"), {"q": "xyzxyz"}).content.decode()


def test_a_retired_term_goes_from_texts_and_comes_back(tagged, sign_in) -> None:
    client = sign_in(tagged.adviser)
    client.post(reverse("term-state", args=["laser-processing"]), {"decision": "retire"})
    assert "laser-processing" not in codes(tagged.german.organisation)
    assert actions.tag_stale() == 8
    assert "laser-cutting" in codes(tagged.german.organisation)  # hangs one higher
    client.post(reverse("term-state", args=["laser-processing"]), {"decision": "restore"})
    assert not term("laser-processing").is_retired
    actions.tag_stale()
    assert "laser-processing" in codes(tagged.german.organisation)


def test_a_retired_term_is_neither_confirmed_nor_merged_with_nor_renewed(tagged) -> None:
    actions.retire_keyword(keyword=term("robotics"), by=tagged.adviser)
    Keyword.objects.filter(code="robotics").update(names={"de": "wie früher"})
    assert actions.load_vocabulary() == 0, "an update of the vocabulary leaves it alone"
    with pytest.raises(Refused):
        actions.confirm_keyword(organisation=tagged.german.organisation, keyword=term("robotics"), by=tagged.owner)
    with pytest.raises(Refused):
        actions.merge_keyword(keyword=term("laser-cutting"), into=term("robotics"), by=tagged.adviser)


def test_who_said_both_of_two_merged_terms_says_one_and_a_merge_can_be_taken_back(tagged) -> None:
    organisation = tagged.german.organisation
    for code in ("laser-cutting", "laser-technology"):
        actions.confirm_keyword(organisation=organisation, keyword=term(code), by=tagged.owner)
    actions.merge_keyword(keyword=term("laser-cutting"), into=term("laser-technology"), by=tagged.adviser)
    assert [one.keyword.code for one in organisation.keywords.select_related("keyword")] == ["laser-technology"]
    before = term("laser-technology").synonyms
    assert "激光切割" in before["zh"]
    actions.retire_keyword(keyword=term("laser-cutting"), by=tagged.adviser, is_retired=False)
    assert term("laser-cutting").merged_into is None
    assert "激光切割" not in term("laser-technology").synonyms["zh"]  # no word means two terms
    actions.retire_keyword(keyword=term("laser-cutting"), by=tagged.adviser)
    Keyword.objects.filter(code="robotics").update(synonyms={"zh": ["激光切割"]})
    with pytest.raises(Refused):
        actions.retire_keyword(keyword=term("laser-cutting"), by=tagged.adviser, is_retired=False)


def test_a_merged_term_gives_its_words_and_what_people_said(tagged, sign_in) -> None:
    organisation, client = tagged.german.organisation, sign_in(tagged.adviser)
    actions.confirm_keyword(organisation=organisation, keyword=term("laser-cutting"), by=tagged.owner)
    client.post(reverse("term-state", args=["laser-cutting"]), {"decision": "merge", "into": "激光技术"})
    assert (term("laser-cutting").merged_into.code, term("laser-cutting").is_retired) == ("laser-technology", True)
    assert "激光切割" in term("laser-technology").synonyms["zh"]
    assert codes(organisation)[0] == "laser-technology"
    client.post(reverse("term-state", args=["technology"]), {"decision": "merge", "into": "robotics"})
    assert not term("technology").is_retired  # robotics stands below it
    assert client.post(reverse("term-state", args=["robotics"]), {"decision": "merge", "into": "?"}).status_code == 302


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_was_exported_changes_nothing_when_imported(tagged, sign_in, kind) -> None:
    client = sign_in(tagged.adviser)
    actions.retire_keyword(keyword=term("robotics"), by=tagged.adviser)
    before = list(Keyword.objects.order_by("pk").values())
    data = client.get(reverse(f"vocabulary-{kind}")).content
    response = client.post(reverse("vocabulary-import"), {"file": SimpleUploadedFile(f"v.{kind}", data)}, follow=True)
    assert f"{len(SMALL)} unverändert" in response.content.decode()
    assert list(Keyword.objects.order_by("pk").values()) == before


def table(*rows: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("v.csv", "\n".join(("code,broader,de,zh,en", *rows)).encode())


def test_an_imported_table_adds_and_changes_terms(tagged, sign_in) -> None:
    file = table(
        "beer,drinks,Bier|Biere,啤酒,beer",
        "drinks,technology,Getränke,饮料,drinks",
        "robotics,automation,Robotik,机器人,robots",
    )
    DBTaskResult.objects.all().delete()
    assert sign_in(tagged.adviser).post(reverse("vocabulary-import"), {"file": file}).status_code == 302
    assert (term("beer").broader.code, term("beer").synonyms["de"]) == ("drinks", ["Biere"])
    assert term("robotics").names["en"] == "robots"
    assert DBTaskResult.objects.filter(task_path=TAG).exists()
    assert actions.load_vocabulary() == 0, "what the office says counts, whatever is shipped"
    assert AuditEntry.objects.get(action="directory.import_vocabulary").details == {"created": 2, "updated": 1}


def test_columns_that_a_table_does_not_have_stay(tagged, sign_in) -> None:
    file = SimpleUploadedFile("v.csv", "code,de,zh,en\nrobotics,Robotik,机器人,robots".encode())
    sign_in(tagged.adviser).post(reverse("vocabulary-import"), {"file": file})
    assert (term("robotics").names["en"], term("robotics").broader.code) == ("robots", "automation")


def test_a_shown_word_is_meant_before_a_synonym(db) -> None:
    Keyword.objects.create(code="a", names={"de": "Handwerk"}, synonyms={"de": ["Bohrer"]})
    Keyword.objects.create(code="b", names={"de": "Bohrer"})
    assert keyword_queries.find_term("BOHRER").code == "b"


@pytest.mark.parametrize(
    "row",
    [
        "Beer!,,Bier,啤酒,beer",
        "beer,,Bier,,beer",
        "beer,none,Bier,啤酒,beer",
        "technology,laser-cutting,Technik,技术,technology",
        ",,a,b,c",
        f"beer,,{'B' * 121},啤酒,beer",
        "\n".join(f"t{n},{f't{n - 1}' if n else ''},D{n},Z{n},E{n}" for n in range(9)),
    ],
)
def test_with_a_bad_row_nothing_is_written(tagged, sign_in, row) -> None:
    before = list(Keyword.objects.order_by("pk").values())
    response = sign_in(tagged.adviser).post(reverse("vocabulary-import"), {"file": table("wine,,Wein,酒,wine", row)})
    assert response.status_code == 400
    assert response.context["form"].errors["file"]
    assert list(Keyword.objects.order_by("pk").values()) == before


def test_a_term_is_not_merged_into_itself(tagged, sign_in) -> None:
    file = SimpleUploadedFile("v.csv", "code,de,zh,en,merged_into\nbeer,Bier,啤酒,beer,beer".encode())
    response = sign_in(tagged.adviser).post(reverse("vocabulary-import"), {"file": file})
    assert "sich selbst" in response.context["form"].errors["file"][0]


def test_a_deep_vocabulary_can_be_looked_at(tagged, sign_in) -> None:
    """None can be made any more; one that an earlier version took must not make its list unusable."""
    above = None
    for n in range(1500):
        above = Keyword.objects.create(code=f"t{n}", names={"de": f"D{n}", "zh": f"Z{n}", "en": f"E{n}"}, broader=above)
    assert sign_in(tagged.adviser).get(reverse("vocabulary")).status_code == 200
    with pytest.raises(Refused):
        actions.save_keyword(
            keyword=None, names=dict.fromkeys(("de", "zh", "en"), "x"), synonyms={}, broader=above, by=tagged.adviser
        )


def chain(name: str, length: int) -> list[Keyword]:
    made: list[Keyword] = []
    for n in range(length):
        names = dict.fromkeys(("de", "zh", "en"), f"{name}{n}")
        made.append(Keyword.objects.create(code=f"{name}{n}", names=names, broader=made[-1] if made else None))
    return made


def test_no_branch_is_hung_where_it_would_be_too_deep_to_be_imported_again(tagged) -> None:
    upper, lower = chain("a", 5), chain("b", 4)
    words = {"names": lower[0].names, "synonyms": {}, "by": tagged.adviser}
    with pytest.raises(Refused, match=r"Oberbegriff|another broader term"):
        actions.save_keyword(keyword=lower[0], broader=upper[4], **words)
    assert Keyword.objects.get(code="b0").broader is None
    actions.save_keyword(keyword=Keyword.objects.get(code="b0"), broader=upper[3], **words)
    longer = chain("c", 4)
    with pytest.raises(Refused):
        actions.merge_keyword(keyword=longer[0], into=Keyword.objects.get(code="b1"), by=tagged.adviser)
    assert Keyword.objects.get(code="c1").broader == longer[0]
    assert not Keyword.objects.get(code="c0").is_retired


def test_cells_that_a_spreadsheet_would_run_are_neutralised(tagged) -> None:
    Keyword.objects.create(code="danger", names={"de": "=1+1", "zh": "+2", "en": "@x"})
    row = next(row for row in keyword_exports.rows() if row[0] == "danger")
    assert row[2:5] == ["'=1+1", "'+2", "'@x"]


def test_the_migration_goes_back(world) -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    plan = MigrationExecutor(connection).loader.graph.forwards_plan(("qiao", "0002_keywords"))
    assert plan[-1] == ("qiao", "0002_keywords")
    migration = MigrationExecutor(connection).loader.get_migration("qiao", "0002_keywords")
    assert all(operation.reversible for operation in migration.operations)
