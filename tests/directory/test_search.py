"""Searching: each spelling finds, the same on both databases, and nothing hidden is found or changes what is found."""

import json

import pytest
import typer
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from qiao.core.models import Text
from qiao.core.texts import write_texts
from qiao.directory import actions, finding, purposes
from qiao.directory.catalogue import forget
from qiao.directory.finding import find
from qiao.directory.fulltext import by_index, document_ids, match
from qiao.directory.hits import Ask
from qiao.directory.models import Entry, EntryKeyword, Keyword, Organisation, Park, Person, Vector
from qiao.directory.places import places_in
from qiao.directory.queries import named_to, people_for
from qiao.directory.search import document_words, parse
from qiao.directory.search_models import SearchDocument
from tests.directory.test_import import load
from tests.world import organisation, person

pytestmark = pytest.mark.db


@pytest.fixture
def indexed(world):
    organisation(
        world.saxony, "Müller & Söhne Maschinenbau", city="Radebeul", offers=({"de": "Drehteile für Straßenbau"},)
    )
    actions.index_stale()
    actions.embed_stale()
    return world


@pytest.fixture
def many_texts(monkeypatch) -> None:
    """A few texts are centred as many are, and hits although they are not near."""
    monkeypatch.setattr("qiao.directory.catalogue.mean_weight", lambda count: min(count, 1))
    monkeypatch.setattr(finding, "NEAR_ENOUGH", 0.01)


def firms(viewer, words: str, **facets) -> list[str]:
    kind = facets.pop("kind", "organisation")
    found = find(viewer, Ask(words, kind, {name: (value,) for name, value in facets.items()}))
    return [Organisation.objects.get(pk=hit.id).name for hit in found.hits if hit.kind == "organisation"]


def by_words(viewer, words: str) -> set[str]:
    """Hits whose words fit: those by meaning alone stand behind them and differ with the query's language."""
    query = parse(words)
    with by_index() as cursor:
        documents = document_ids(cursor, query) if query else []
    rows = SearchDocument.objects.filter(pk__in=documents, entry=None, organisation__isnull=False)
    return set(rows.values_list("organisation__name", flat=True))


ELBE, MEISSEN, LASER, TITAN = (
    "Elbe Lasertechnik GmbH",
    "Meißner Feinmechanik AG",
    "济南激光设备有限公司",
    "山东钛业有限公司",
)
MUELLER = "Müller & Söhne Maschinenbau"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("德累斯顿", {ELBE}), ("delesidun", {ELBE}), ("deleisidun", {ELBE}), ("dé lèi sī dùn", {ELBE}), ("de2lei4si1dun4", {ELBE}),
        ("dlsd", {ELBE}), ("Dresden", {ELBE}), ("DRESDEN", {ELBE}),
        ("Müller", {MUELLER}), ("Mueller", {MUELLER}), ("Muller", {MUELLER}), ("soehne", {MUELLER}), ("strassenbau", {MUELLER}),
        ("济南", {LASER, TITAN}), ("jinan", {LASER, TITAN}), ("Jǐnán", {LASER, TITAN}),
        ("激光", {LASER}), ("濟南激光", {LASER}), ("雷射", {LASER}), ("jiguang", {LASER}), ("jī guāng", {LASER}), ("ji1guang1", {LASER}),
        ("jnjg", {LASER}), ("jgsb", {LASER}), ("钛", {TITAN}), ("钛业", {TITAN}), ("司", {LASER, TITAN}), ("titanium", {TITAN}), ("taiye", {TITAN}),
        ("technik", {ELBE, MEISSEN}), ("laserschn", {ELBE}), ("la", set()), ("feinmechanik meissen", {MEISSEN}),
        ("Jinan ji guang", {LASER}), ("Dresden ji guang", set()), ("激光 Dresden", set()), ("%", set()), ("_", set()), ("' OR 1=1 --", set()), ('"', set()), ("*", set()), ("NEAR(a b)", set()),
        ("¤dresden", {ELBE}), ("\x00", set()), ("ﬁ", set()),
    ],
)  # fmt: skip
def test_every_spelling_finds_the_same_on_both_databases(indexed, words, expected) -> None:
    assert by_words(indexed.owner, words) == expected


@pytest.fixture
def sounding_alike(indexed):
    for name in (
        "薛氏机械",
        "徐氏机械",
        "袁宇通机械",
        "绿色机械",
        "Xue Werft",
        "Xu Werft",
        "Yuanyue Werft",
        "Bär Werft",
        "Baer Werft",
        "Bar Werft",
    ):
        organisation(indexed.saxony, name)
    firm = organisation(indexed.saxony, "Personal")
    for name in ("袁宇通", "徐立", "薛立", "Xu Wei", "Xue Wei", "吕立", "Bärbel Bar", "Lü Wei"):
        person(firm, name)
    actions.index_stale()
    return indexed


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("xue", {"薛氏机械", "Xue Werft"}), ("xué", {"薛氏机械", "Xue Werft"}), ("yuanyue", {"Yuanyue Werft"}), ("yuan yue", {"Yuanyue Werft"}),
        ("yuanyu", {"Yuanyue Werft", "袁宇通机械"}), ("xushi", {"徐氏机械"}), ("xueshi", {"薛氏机械"}), ("xueshij", {"薛氏机械"}),
        ("lv", {"绿色机械"}), ("lvse", {"绿色机械"}), ("lüse", {"绿色机械"}), ("lǜsè", {"绿色机械"}), ("luse", {"绿色机械"}),
        ("Baer", {"Bär Werft", "Baer Werft"}), ("Bär", {"Bär Werft", "Baer Werft", "Bar Werft"}),
    ],
)  # fmt: skip
def test_pinyin_that_only_looks_alike_when_folded_stands_behind(sounding_alike, monkeypatch, words, expected) -> None:
    monkeypatch.setattr(finding, "NEAR_ENOUGH_RAW", 0.99)
    assert set(firms(sounding_alike.owner, words)[: len(expected)]) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("xue", {"薛立", "Xue Wei"}), ("xue wei", {"Xue Wei"}), ("yuanyue", set()), ("yuanyutong", {"袁宇通"}), ("xl", {"徐立", "薛立"}),
        ("lvli", {"吕立"}), ("lv", {"吕立", "Lü Wei"}), ("lü", {"吕立", "Lü Wei"}), ("luli", {"吕立"}), ("baer", {"Bärbel Bar"}),
        ("Bärbel", {"Bärbel Bar"}), ("Baerbel", {"Bärbel Bar"}), ("Barbel", {"Bärbel Bar"}),
    ],
)  # fmt: skip
def test_nobody_is_listed_for_pinyin_of_another_name(sounding_alike, words, expected) -> None:
    assert set(people(sounding_alike.owner, words)) == expected


@pytest.mark.parametrize("words", ["德累斯顿", "delesidun", "Dresden", "dlsd"])
def test_a_place_finds_the_same_whatever_its_names_language(indexed, monkeypatch, words) -> None:
    monkeypatch.setattr(finding, "NEAR_ENOUGH_RAW", 0.1)  # what is near in meaning is not asked
    assert find(indexed.owner, Ask(words)) == find(indexed.owner, Ask("Dresden"))


@pytest.mark.parametrize(
    "words", ["Elbe Lasertehcnik", "Lasertechnk", "Lasertechniik", "Laserttechnik", "Xasertechnik", "Laserschmeid"]
)
def test_one_typing_error_is_forgiven(indexed, words) -> None:
    found = find(indexed.owner, Ask(words))
    assert found.similar
    assert firms(indexed.owner, words)[0] == ELBE


def test_a_word_that_is_there_is_not_taken_for_an_error(indexed) -> None:
    assert not find(indexed.owner, Ask("Lasertechnik")).similar


def test_meaning_finds_across_languages_and_stands_behind_words(indexed) -> None:
    assert firms(indexed.owner, "Laserschneidanlagen") == [ELBE, LASER]
    assert firms(indexed.owner, "激光切割") == [LASER, ELBE]
    assert set(firms(indexed.owner, "Laserschneidanlagen in Berlin")) == {ELBE, LASER}


@pytest.mark.parametrize("words", ["机床", "machines that cut metal", "Anlagen zum Trennen von Blech"])
def test_words_mean_the_same_to_every_reader(indexed, many_texts, words) -> None:
    found = []
    for language in ("de", "zh-hans", "en"):
        with translation.override(language):
            found.append(find(indexed.owner, Ask(words, "organisation")))
    assert found[0].hits
    assert found == [found[0]] * 3


@pytest.mark.parametrize("words", ["雷射切割", "雷射切割設備", "「激光切割」", '"激光切割'])
def test_neither_script_nor_quotation_marks_change_what_is_meant(indexed, many_texts, words) -> None:
    plain = "激光切割设备" if "設備" in words else "激光切割"
    found = find(indexed.owner, Ask(plain, "offer")).hits
    assert found
    assert find(indexed.owner, Ask(words, "offer")).hits == found


def test_who_reads_a_language_of_few_texts_finds_by_meaning_as_others_do(indexed, many_texts) -> None:
    with translation.override("en"):
        assert LASER in firms(indexed.owner, "machines that cut metal")


def test_an_organisation_is_quoted_with_what_comes_nearest(indexed) -> None:
    firm = organisation(indexed.saxony, "Hafen", offers=({"de": "Bleche, Farben, Seile, Möbel, Obst"}, {"de": "Blech"}))
    actions.index_stale()
    actions.embed_stale()
    hit = next(hit for hit in find(indexed.owner, Ask("Bleche", "organisation")).hits if hit.id == firm.pk)
    assert hit.passages == tuple(firm.entries.order_by("-position").values_list("pk", flat=True))


def test_the_name_stands_before_what_is_said(indexed) -> None:
    organisation(indexed.saxony, "Anlagenbau", offers=({"de": "Handel mit Feinmechanik"},))
    actions.index_stale()
    assert firms(indexed.owner, "Feinmechanik")[:2] == [MEISSEN, "Anlagenbau"]
    organisation(indexed.saxony, "Werft Dresden")
    actions.index_stale()
    assert firms(indexed.owner, "Dresden") == ["Werft Dresden", ELBE]


def test_without_words_everything_stands_in_the_alphabet_of_its_latin_names(indexed) -> None:
    organisation(indexed.saxony, "Ähren AG")
    actions.index_stale()
    assert firms(indexed.owner, "") == ["Ähren AG", "Dolmetschdienst Elbe", ELBE, LASER, MEISSEN, MUELLER, TITAN]


def test_offers_and_seeks_are_lists_of_their_own(indexed) -> None:
    found = find(indexed.owner, Ask("激光", "offer"))
    assert [hit.kind for hit in found.hits] == ["offer"] * len(found.hits)
    assert found.hits[0].id == indexed.chinese.organisation.entries.get(kind="offer").pk
    assert found.kinds["offer"] == len(found.hits)
    assert find(indexed.owner, Ask("激光")).kinds == found.kinds


def test_facets_narrow_and_count(indexed) -> None:
    everything = find(indexed.owner, Ask())
    assert everything.counts["country"] == {"DE": 4, "CN": 2}
    assert everything.counts["theme"] == {"smart-manufacturing": 2}
    assert everything.counts["type"] == {"company": 5, "agency": 1}
    chinese = find(indexed.owner, Ask(facets={"country": ("CN",)}))
    assert chinese.counts["country"] == {"DE": 4, "CN": 2}, "what else could be chosen there"
    assert chinese.counts["theme"] == {"smart-manufacturing": 1}
    assert firms(None, "", country="CN", theme="smart-manufacturing") == [LASER]
    assert set(firms(None, "", language="zh")) == {LASER, TITAN}
    assert firms(None, "", country="FR") == []
    assert set(firms(None, "", region="jinan")) == {LASER, TITAN}
    assert firms(None, "激光", region="saxony", type="company") == [ELBE]
    assert firms(None, "激光", country="DE") == [ELBE]


def test_a_firm_has_the_zone_of_its_park_and_its_languages_without_their_levels(indexed) -> None:
    park = Park.objects.create(code="p", side=indexed.saxony, names={"de": "Park"}, zone={"de": "Zone"})
    made = organisation(indexed.saxony, "Parkplatz", park=park, languages=["fr:B2"])
    actions.index_stale()
    assert firms(None, "", zone="Zone") == firms(None, "", park="p") == firms(None, "", language="fr") == [made.name]


# --- keywords


@pytest.fixture
def tagged(indexed, monkeypatch):
    """Firms whose texts are about welding or, below it, about soldering, and none of which says so in these words."""
    monkeypatch.setattr(finding, "NEAR_ENOUGH_RAW", 0.99)  # only keywords and words find
    welding = Keyword.objects.create(
        code="welding", names={"de": "Schweißen", "zh": "焊接", "en": "welding"},
        synonyms={"de": ["Schweiß- und Löttechnik"], "zh": ["电焊工艺", "CO2焊"], "en": ["arc joining"]},
    )  # fmt: skip
    soldering = Keyword.objects.create(
        code="soldering", names={"de": "Löten", "zh": "钎焊", "en": "soldering"}, broader=welding
    )
    for side, name, keyword in (
        (indexed.saxony, "Fügewerk", welding), (indexed.jinan, "山东连接有限公司", welding), (indexed.saxony, "Lotwerk", soldering),
    ):  # fmt: skip
        made = organisation(
            side, name, city="Dresden", offers=({"de": "Rohre"}, {"de": "Bleche"}), seeks=({"de": "Öl"},)
        )
        EntryKeyword.objects.create(entry=made.entries.get(kind="offer", position=2), keyword=keyword, score=0.9)
    actions.index_stale()
    actions.embed_stale()
    return indexed


JOINED = {"Fügewerk", "山东连接有限公司", "Lotwerk"}


@pytest.mark.parametrize(
    "words",
    [
        "Schweißen", "schweissen", "welding", "焊接", "電焊工藝", "焊接 Dresden", "德累斯顿焊接", "arc joinings", "电焊工艺", "CO2焊", "co2 焊",
        "schweiß und löttechnik", "bleche schweißen", "hanjie", "hàn jiē", "han4jie1", "Dresden hanjie", "dian han gong yi",
    ],
)  # fmt: skip
def test_a_keyword_finds_what_has_it_or_a_narrower_one_whatever_its_language(tagged, words) -> None:
    assert set(firms(tagged.owner, words)) == JOINED


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Löten", {"Lotwerk"}), ("钎焊", {"Lotwerk"}), ("Löten Schweißen", {"Lotwerk"}), ("welding robots", set()), ("Schweißen Leipzig", set()),
        ("joining", set()), ("Dresden", {*JOINED, ELBE}),
    ],
)  # fmt: skip
def test_all_words_of_a_query_that_names_a_keyword_must_fit(tagged, words, expected) -> None:
    assert set(firms(tagged.owner, words)) == expected


def test_a_keyword_lists_the_offers_that_have_it_and_quotes_them(tagged) -> None:
    entries = Entry.objects.filter(position=2, kind="offer", organisation__name__in=JOINED)
    assert {hit.id for hit in find(tagged.owner, Ask("welding", "offer")).hits} == {one.pk for one in entries}
    assert find(tagged.owner, Ask("welding")).kinds["seek"] == 0
    quoted = {passage for hit in find(tagged.owner, Ask("焊接", "organisation")).hits for passage in hit.passages}
    assert quoted == {one.pk for one in entries}


def test_keywords_stand_below_words_and_above_meaning(tagged, monkeypatch) -> None:
    organisation(tagged.saxony, "Ahornwerk", offers=({"de": "Obst, Holz, Möbel, Welding, Papier, Farben"},))
    organisation(tagged.saxony, "Ansinn", offers=({"de": "welded"},))
    actions.index_stale()
    actions.embed_stale()
    monkeypatch.setattr(finding, "NEAR_ENOUGH_RAW", 0.01)
    monkeypatch.setattr(finding, "WORDS_WEIGHT", 0.0)  # as little as it weighs among thousands of hits
    found = firms(tagged.owner, "welding")
    assert found[0] == "Ahornwerk"
    assert set(found[1:4]) == JOINED
    assert "Ansinn" in found[4:]


def test_a_changed_vocabulary_is_asked_at_once(tagged) -> None:
    keyword = Keyword.objects.get(code="welding")
    words = {"names": {**keyword.names, "en": "fusing"}, "synonyms": {}}
    assert firms(tagged.owner, "fusing") == []
    actions.save_keyword(keyword=keyword, **words, broader=None, by=tagged.admin)
    assert set(firms(tagged.owner, "fusing")) == JOINED
    assert firms(tagged.owner, "welding") == []
    actions.retire_keyword(keyword=keyword, by=tagged.admin)
    assert firms(tagged.owner, "fusing") == []


def test_a_keyword_that_a_firm_removed_finds_it_no_more(tagged) -> None:
    firm = Organisation.objects.get(name="Fügewerk")
    actions.remove_keyword(organisation=firm, keyword=Keyword.objects.get(code="welding"), by=tagged.admin)
    assert set(firms(tagged.owner, "welding")) == JOINED - {firm.name}


@pytest.mark.parametrize("words", ["welding", "welding dresden"])
def test_the_number_of_queries_does_not_grow_with_what_has_a_keyword(tagged, words, django_assert_num_queries) -> None:
    find(tagged.owner, Ask(words))
    with CaptureQueriesContext(connection) as few:
        find(tagged.owner, Ask(words))
    for number in range(20):
        made = organisation(tagged.saxony, f"Naht {number}", city="Dresden", offers=({"de": "Rohr"},))
        EntryKeyword.objects.create(entry=made.entries.get(), keyword=Keyword.objects.get(code="welding"), score=0.5)
    actions.index_stale()
    assert len(firms(tagged.owner, words)) == len(JOINED) + 20
    with django_assert_num_queries(len(few)):
        find(tagged.owner, Ask(words))


def test_what_people_say_of_a_firm_without_texts_is_known_at_once(tagged) -> None:
    firm = organisation(tagged.saxony, "Schweigsam")
    actions.index_stale()
    welding = Keyword.objects.get(code="welding")
    other = Keyword.objects.create(code="bonding", names={"de": "Kleben", "zh": "粘接", "en": "bonding"})
    assert firm.name not in firms(tagged.owner, "bonding")
    actions.confirm_keyword(organisation=firm, keyword=other, by=tagged.admin)
    assert firms(tagged.owner, "bonding") == [firm.name]
    actions.merge_keyword(keyword=other, into=welding, by=tagged.admin)
    assert set(firms(tagged.owner, "bonding")) == {*JOINED, firm.name}
    actions.leave_to_machine(organisation=firm, keyword=welding, by=tagged.admin)
    assert set(firms(tagged.owner, "welding")) == JOINED


def test_a_keyword_finds_nothing_that_waits_for_approval(tagged) -> None:
    Organisation.objects.filter(name="Fügewerk").update(is_published=False)
    assert set(firms(tagged.owner, "welding")) == JOINED - {"Fügewerk"}
    assert find(tagged.owner, Ask("welding", "offer")).kinds["offer"] == 2


# --- what may not be seen


@pytest.fixture
def waiting(indexed):
    made = organisation(
        indexed.saxony, "Geheime Xylophonwerke", city="Dresden", is_published=False, offers=({"de": "Xylophone aus Laserholz"},)
    )  # fmt: skip
    person(made, "Xaver Xylander", account=None)
    actions.index_stale()
    actions.embed_stale()
    return made


def test_words_are_looked_up_instead_of_reading_all_documents(indexed) -> None:
    """Of so few rows PostgreSQL would read all, if it were left to it."""
    statement, parameters = match(parse("Dresden"))
    is_postgresql = connection.vendor == "postgresql"
    with by_index() as cursor:
        cursor.execute(f"EXPLAIN {'' if is_postgresql else 'QUERY PLAN '}{statement}", parameters)
        plan = str(cursor.fetchall())
    assert ("Index Scan on qiao_search" if is_postgresql else "VIRTUAL TABLE INDEX") in plan
    assert "Seq Scan" not in plan
    if is_postgresql:
        with connection.cursor() as cursor:
            cursor.execute("SHOW enable_seqscan")
            assert cursor.fetchone() == ("on",)
            cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'qiao_search'")
            assert cursor.fetchone() == (["fastupdate=off"],)  # no list of what was written last to read each time


def test_what_waits_for_approval_is_found_by_the_office_and_its_own_people_only(indexed, waiting) -> None:
    assert firms(indexed.owner, "Xylophonwerke") == []
    assert not find(indexed.owner, Ask("Xylophonwerke", waiting=True)).hits
    assert firms(indexed.adviser, "Xylophonwerke") == [waiting.name]
    person(waiting, "Stefan Stranger", account=indexed.stranger)
    assert firms(indexed.stranger, "Xylophonwerke") == [waiting.name]


@pytest.mark.parametrize(
    "words", ["Xylophon", "Xylophonwerk", "Xylophonwrke", "Laser", "Dresden", "Instrument aus Holz", ""]
)
def test_what_is_hidden_changes_nothing_for_others(indexed, words) -> None:
    before = find(indexed.owner, Ask(words))
    made = organisation(
        indexed.saxony, "Geheime Xylophonwerke", city="Dresden", is_published=False, offers=({"de": "Xylophone aus Laserholz"},)
    )  # fmt: skip
    person(made, "Xylophon Xaver")
    actions.index_stale()
    actions.embed_stale()
    assert find(indexed.owner, Ask(words)) == before


def test_what_is_hidden_takes_no_rank_and_no_room(indexed, monkeypatch, many_texts) -> None:
    monkeypatch.setattr(finding, "SMOOTHING", 0.0)  # a few do what else takes hundreds
    monkeypatch.setattr(finding, "NEAREST", 3)
    organisation(indexed.saxony, "Nah am Sinn", offers=({"de": "Blech"},))

    def found():
        actions.index_stale()
        actions.embed_stale()
        return [find(indexed.owner, Ask("Bleche", kind)) for kind in ("organisation", "offer")]

    before = found()
    for number in range(8):
        organisation(indexed.saxony, f"Geheim {number}", is_published=False, offers=({"de": "Bleche"},))
    assert found() == before


def people(viewer, words: str) -> list[str]:
    return [Person.objects.get(pk=hit.id).name for hit in find(viewer, Ask(words)).hits if hit.kind == "person"]


@pytest.mark.parametrize("words", ["王立", "wang li", "wangli", "Wáng Lì", "王", "wl"])
def test_people_across_the_border_are_found_with_their_consent_only(indexed, words) -> None:
    expected = ["王立"]
    assert people(indexed.owner, words) == []
    assert people(indexed.adviser, words) == expected
    actions.give_consent(person=indexed.chinese.person, purpose=purposes.CROSS_BORDER.code, by=indexed.chinese_user)
    assert people(indexed.owner, words) == expected
    actions.withdraw_consent(person=indexed.chinese.person, purpose=purposes.CROSS_BORDER.code, by=indexed.chinese_user)
    assert people(indexed.owner, words) == []


def test_a_misspelt_name_finds_somebody_where_nothing_else_fits(indexed) -> None:
    assert people(indexed.owner, "Karlla") == ["Karla Colleague"]
    organisation(indexed.saxony, "Karella")
    actions.index_stale()
    assert people(indexed.owner, "Karlla") == []
    assert firms(indexed.owner, "Karlla") == ["Karella"]


@pytest.mark.parametrize("narrowed", [{"facets": {"country": ("DE",)}}, {"waiting": True}])
def test_people_are_not_listed_where_organisations_are_chosen(indexed, narrowed) -> None:
    assert people(indexed.adviser, "Otto") == ["Otto Owner"]
    assert find(indexed.adviser, Ask("Otto", **narrowed)).kinds["person"] == 0


def test_the_rule_for_people_says_the_same_in_both_forms(indexed) -> None:
    everybody = Person.objects.all()
    for viewer in everybody.exclude(user=None):
        shown = {one.pk for one in people_for(viewer.user, everybody)}
        assert shown == {other for _one, other in named_to([viewer.pk], [one.pk for one in everybody])}


def test_who_is_erased_or_renamed_is_found_no_more_at_once(indexed) -> None:
    Person.objects.filter(pk=indexed.german.person_id).update(name="")
    assert people(indexed.adviser, "Otto") == []
    indexed.german_en.delete()
    indexed.german_en.person.delete()
    assert people(indexed.adviser, "Ernst") == []
    assert firms(indexed.adviser, "Feinmechanik")[0] == MEISSEN


def test_what_is_deleted_is_listed_no_more_at_once(indexed) -> None:
    made = organisation(indexed.saxony, "Spreewerft")
    actions.index_stale()
    assert {MUELLER, made.name} <= set(firms(indexed.owner, ""))
    made.delete()
    assert set(firms(indexed.owner, "")) == {"Dolmetschdienst Elbe", ELBE, LASER, MEISSEN, MUELLER, TITAN}
    Organisation.objects.filter(name=MUELLER).delete()
    organisation(indexed.saxony, "Oderwerft")
    actions.index_stale()
    assert set(firms(indexed.owner, "")) == {"Dolmetschdienst Elbe", ELBE, LASER, MEISSEN, "Oderwerft", TITAN}


# --- the index


def test_saving_registers_in_the_same_transaction(indexed) -> None:
    firm = indexed.german.organisation
    find(None, Ask())  # read before, so that this process has to notice
    actions.save_organisation(organisation=firm, values={"name": "Weserwerft", "offers": [{"de": "Fähren"}]}, by=None)
    assert firms(indexed.owner, "weserwerft") == ["Weserwerft"]
    assert firms(indexed.owner, "").count("Weserwerft") == 1
    assert by_words(indexed.owner, "Laserschneidanlagen") == set()
    assert find(indexed.owner, Ask("Fähren", "offer")).hits[0].id == firm.entries.get(kind="offer").pk


@pytest.mark.parametrize("asked_between", [True, False])
def test_what_was_rolled_back_is_forgotten(indexed, asked_between) -> None:
    with transaction.atomic():
        organisation(indexed.saxony, "Verworfen")
        actions.index_stale()
        assert "Verworfen" in firms(indexed.owner, "")
        transaction.set_rollback(True)
    if asked_between:
        assert "Verworfen" not in firms(indexed.owner, "")
    organisation(indexed.jinan, "Geblieben")
    actions.index_stale()
    assert set(firms(indexed.owner, "", country="CN")) == {LASER, TITAN, "Geblieben"}


def test_another_city_changes_no_meaning(indexed, many_texts) -> None:
    before = find(indexed.owner, Ask("Laser", "offer"))
    actions.save_organisation(organisation=indexed.german.organisation, values={"city": "Pirna"}, by=None)
    assert find(indexed.owner, Ask("Laser", "offer")).hits == before.hits


def test_vectors_of_another_model_mean_nothing(indexed) -> None:
    Vector.objects.update(model="another")
    assert firms(indexed.owner, "Laserschneidanlagen") == [ELBE]


def test_what_went_past_the_actions_is_found_by_query(indexed) -> None:
    assert actions.index_stale() == 0
    made = organisation(indexed.jinan, "青岛港口集团", city="Qingdao")
    Person.objects.filter(pk=indexed.german.person_id).update(name="Ottokar")
    assert actions.index_stale() == 2
    assert firms(indexed.owner, "qdgk") == [made.name]
    made.name_latin = "Weserwerft"
    made.save()
    assert actions.index_stale() == 1
    assert firms(indexed.owner, "weserwerft") == [made.name]
    write_texts(Entry.objects.create(organisation=made, kind="seek", position=1), "text", {"de": "Fähren"})
    assert actions.index_stale() == 1
    assert find(indexed.owner, Ask("fähren")).kinds["seek"] == 1
    SearchDocument.objects.filter(organisation=made).update(folding=0)
    assert actions.index_stale() == 1
    assert actions.rebuild_index() == Organisation.objects.count() + Person.objects.count()
    assert firms(indexed.owner, "qdgk") == [made.name]


def test_a_broken_index_is_mended_by_making_it_anew(indexed) -> None:
    if connection.vendor == "sqlite":
        connection.cursor().execute("INSERT INTO qiao_search(qiao_search) VALUES ('delete-all')")
        assert by_words(indexed.owner, "Dresden") == set()
    actions.rebuild_index()
    assert by_words(indexed.owner, "Dresden") == {ELBE}


def test_what_is_deleted_leaves_the_file_as_well(indexed) -> None:
    def in_file() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM qiao_search_data WHERE instr(block, %s)", [b"zyxwvut"])
            return bool(cursor.fetchone()[0])

    if connection.vendor == "sqlite":  # PostgreSQL tidies up by itself
        somebody = person(indexed.german.organisation, "Zyxwvut")
        actions.index_stale()
        assert in_file()
        somebody.delete()
        actions.tidy_index()
        assert not in_file()


def test_another_name_of_a_theme_or_park_is_found_soon(indexed) -> None:
    theme = indexed.themes[0]
    assert by_words(indexed.owner, "smart manufacturing") == {ELBE, LASER}
    values = {"names": {**theme.names, "en": "Clever production"}}
    actions.save_master(row=theme, values=values, by=indexed.admin)
    assert actions.index_stale() == 2
    assert by_words(indexed.owner, "clever") == {ELBE, LASER}
    assert by_words(indexed.owner, "smart manufacturing") == set()


def test_a_large_import_is_indexed_in_the_background(indexed, run_tasks, monkeypatch) -> None:
    monkeypatch.setattr("qiao.directory.actions.indexing.BATCH", 2)
    names = ("Weserwerft", "Oderwerft", "Spreewerft")
    load(*({"name": name, "side": "saxony", "country": "DE"} for name in names))
    assert by_words(indexed.owner, "werft") == set()
    run_tasks()
    assert by_words(indexed.owner, "werft") == set(names)


def test_a_new_vector_is_seen_without_reading_everything(indexed) -> None:
    entry = indexed.german_en.organisation.entries.get(kind="offer")
    find(None, Ask())
    write_texts(entry, "text", {"de": "Kläranlagen und Abwassertechnik"})
    actions.embed_stale()
    hits = find(indexed.owner, Ask("污水处理", "offer")).hits
    assert [hit.id for hit in hits][:1] == [entry.pk]


def test_only_some_longer_words_are_taken_for_typing_errors() -> None:
    """Each letter means some 75 further words to look up: a query of 200 letters took five seconds."""
    assert parse("q" * 200).with_typos() is None
    assert parse("q" * 24).with_typos() is not None
    assert parse("qqqqq rrrrr sssss ttttt").with_typos() is None, "a sentence"
    assert parse("qqqq rrrr").with_typos() is None, "too short"


def test_who_registers_while_somebody_searches_stays_hidden(indexed, monkeypatch) -> None:
    reading = finding.reading

    def registered_first():
        firm = organisation(indexed.saxony, "Rotorblatt Neu GmbH", is_published=False)
        actions.index_organisations([firm.pk])
        return reading()

    monkeypatch.setattr(finding, "reading", registered_first)
    assert firms(indexed.stranger, "Rotorblatt Neu") == []
    assert firms(indexed.adviser, "Rotorblatt") == ["Rotorblatt Neu GmbH"] * 2


def test_a_process_that_is_warm_reads_no_organisation_for_a_search(indexed) -> None:
    forget()
    finding.warm_up()
    with CaptureQueriesContext(connection) as asked:
        find(None, Ask("laser", "offer"))
    assert not [
        one["sql"] for one in asked if 'FROM "qiao_vector"' in one["sql"] or 'FROM "qiao_organisation"' in one["sql"]
    ]


def test_a_process_starts_without_a_database(monkeypatch, caplog) -> None:
    def unreachable(*_asked) -> None:
        raise OperationalError

    monkeypatch.setattr(finding, "find", unreachable)
    finding.warm_up()
    assert "searching" in caplog.text


def test_the_number_of_queries_does_not_grow(indexed, django_assert_num_queries) -> None:
    find(indexed.owner, Ask("laser"))
    with CaptureQueriesContext(connection) as few:
        find(indexed.owner, Ask("laser"))
    for number in range(30):
        organisation(indexed.saxony, f"Laser {number}", offers=({"de": "Laser"},))
    actions.index_stale()
    find(indexed.owner, Ask("laser"))
    with django_assert_num_queries(len(few)):
        find(indexed.owner, Ask("laser"))


def test_documents_hold_each_token_once_and_no_sign_that_a_query_could_mean() -> None:
    words = document_words(["济南激光", "Müller & Söhne"], ["德累斯顿"], ['Schweißen, schweißen; "NOT" \'']).split(" ")
    assert len(words) == len(set(words))
    assert all(word.strip("·¤").isalnum() for word in words)
    assert document_words([]) == ""


def test_the_name_of_a_place_is_a_word_of_its_own() -> None:
    assert places_in("wienerwald und altdresden") == []
    assert places_in("in wien,德累斯顿市") == ["¤wien", "¤dresden"]


def test_translations_by_machine_find_nothing(indexed) -> None:
    firm = indexed.german.organisation
    write_texts(firm.entries.get(kind="offer"), "text", {"en": "Trumpets"}, origin=Text.Origin.MACHINE)
    actions.index_organisations([firm.pk])
    assert by_words(indexed.owner, "trumpets") == set()


def test_the_command_prints_one_hit_a_line(indexed, capsys) -> None:
    from qiao.cli.searching import run

    run("delesidun", [], 10, as_json=True, language="de")
    told = capsys.readouterr()
    rows = [json.loads(line) for line in told.out.splitlines()]
    assert told.err == ""
    firm = indexed.german.organisation
    assert [(row["id"], row["name"], row["kind"]) for row in rows] == [(firm.key, ELBE, "organisation")]
    run("激光", ["kind=seek", "country=CN"], 1, as_json=True, language="de")
    assert json.loads(capsys.readouterr().out)["kind"] == "seek"
    run("王立", [], 10, as_json=False, language="de")
    assert capsys.readouterr().out.split("\t")[1:3] == ["person", "王立"]
    run("zzzzzzzz", ["country=FR"], 10, as_json=True, language="de")
    told = capsys.readouterr()
    assert (told.out, told.err.startswith("Nichts passt.")) == ("", True)
    for wrong in ("colour=red", "country", "kind=planet"):
        with pytest.raises(typer.Exit) as ended:
            run("x", [wrong], 10, as_json=True, language="de")
        assert ended.value.exit_code == 2
    with pytest.raises(typer.Exit) as ended:
        run("x" * 201, [], 10, as_json=True, language="de")
    assert ended.value.exit_code == 2
    assert "zu lang" in capsys.readouterr().err
