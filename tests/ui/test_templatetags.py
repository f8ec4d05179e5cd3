"""Names, languages, places, times and texts as readers of three languages see them."""

from datetime import UTC, datetime

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from qiao.core.models import Office, Text
from qiao.directory.models import Organisation, Person, Side
from qiao.engine.pinyin import spelled_firm, spelled_person
from qiao.events.models import Event, Participation
from qiao.meetings.figures import chart_of
from qiao.site.samples import SampleForm
from qiao.templatetags import wording

START = datetime(2027, 11, 4, 2, 40, tzinfo=UTC)  # 10:40 in Jinan, 03:40 in Dresden
CHINESE = Organisation(name="济南激光设备有限公司", name_latin="Jinan Laser Equipment", name_language="zh")
GERMAN = Organisation(name="Müller & Söhne <GmbH>", name_language="de")
WANG = Person(name="王立", name_latin="Wáng Lì", languages=["zh", "en:B2"])
EVENT = Event(city="济南", time_zone="Asia/Shanghai")
DRESDEN = Office(city="Dresden", time_zone="Europe/Berlin")


def draw(source: str, language: str = "de", **context: object) -> str:
    values = Context(context)
    values.request = RequestFactory().get("/list/?q=x&page=2")
    with translation.override(language):
        return Template(source).render(values)


@pytest.mark.parametrize(
    ("language", "first", "other"),
    [
        ("de", '<span lang="en">Jinan Laser Equipment</span>', 'lang="zh-Hans">济南激光设备有限公司'),
        ("zh-hans", '<span lang="zh-Hans">济南激光设备有限公司</span>', 'lang="en">Jinan Laser Equipment'),
    ],
)
def test_the_readers_script_comes_first(language, first, other):
    drawn = draw("{% name it %}", language, it=CHINESE)
    assert drawn.index(first) < drawn.index(other)


def test_pinyin_is_tagged_as_such_and_a_participation_shows_its_person():
    drawn = draw("{% name it %}", "zh-hans", it=Participation(person=WANG))
    assert 'lang="zh-Latn">Wáng Lì' in drawn
    assert draw("{% plain_name it %}", "en", it=WANG) == "Wáng Lì"
    assert draw("{% plain_name it %}", "zh-hans", it=WANG) == "王立"


def test_a_chinese_name_without_a_latin_one_is_spelled_for_those_who_cannot_read_it():
    firm, person = Organisation(name="济南泉城激光设备有限公司", name_language="zh"), Person(name="欧阳娜娜")
    drawn = draw("{% name it %}", it=firm)
    latin = '<span lang="zh-Latn">Jinan Quancheng Jiguang Shebei Youxian Gongsi</span>'
    assert drawn.index(latin) < drawn.index('lang="zh-Hans">济南泉城激光设备有限公司')
    assert draw("{% plain_name it %}", "en", it=person) == "Ouyang Nana"
    assert "Jinan" not in draw("{% name it %}", "zh-hans", it=firm)


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("山东大学", "Shandong Daxue"), ("重庆长安汽车", "Chongqing Chang'an Qiche"),
        ("济南ABC（集团）股份有限公司", "Jinan ABC (Jituan) Gufen Youxian Gongsi"), ("吕氏", "Lüshi"), ("ABC GmbH", "ABC GmbH"),
    ],
)  # fmt: skip
def test_firms_are_spelled_word_by_word(name, spelled):
    assert spelled_firm(name) == spelled


@pytest.mark.parametrize(
    ("name", "spelled"),
    [("王立", "Wang Li"), ("曾国藩", "Zeng Guofan"), ("诸葛亮", "Zhuge Liang"), ("王 Peter", "Wang Peter")],
)
def test_people_are_spelled_surname_first(name, spelled):
    assert spelled_person(name) == spelled


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Wien, 5 Minuten, 1 Sekunde, China (Peking), Wien (frei)"),
        ("zh-hans", "维也纳, 5分钟, 1秒, 中国（北京）, 维也纳（frei）"),
        ("en", "Vienna, 5 minutes, 1 second, China (Beijing), Vienna (frei)"),
    ],
)
def test_cities_durations_time_zones_and_brackets_are_those_of_the_language(language, words):
    source = '{{ "Wien"|place }}, {{ 300|duration }}, {{ 1|duration }}, {{ "Asia/Shanghai"|zone_words }}, {{ "Wien"|place }}{{ "frei"|bracketed }}'
    assert draw(source, language) == words


def test_optional_fields_have_the_brackets_of_the_language():
    with translation.override("zh-hans"):
        assert '<span class="optional">（选填）</span>' in str(SampleForm()["email"].as_field_group())


def test_the_curve_of_one_second_counts_in_the_singular():
    chart = chart_of([{"phase": "weight", "seconds": 1.2, "value": 3, "bound": 4, "placed": 1}], 20)
    drawn = draw('{% include "meetings/chart.html" %}', chart=chart)
    assert "nach 1 Sekunde 3 Punkte; kein Plan" in drawn


def test_a_name_in_one_script_stands_alone_and_is_escaped():
    drawn = draw("{% name it %}", it=GERMAN)
    assert drawn == '<span class="name"><span lang="de">Müller &amp; Söhne &lt;GmbH&gt;</span></span>'


def test_a_side_carries_the_other_language_beside_its_name():
    side = Side(country="CN", names={"de": "Jinan und Shandong", "zh": "济南与山东省", "en": "Jinan and Shandong"})
    assert 'lang="de">Jinan und Shandong' in draw("{% name it %}", "zh-hans", it=side)
    assert draw("{% plain_name it %}", "en", it=side) == "Jinan and Shandong"


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "Chinesisch, Englisch (B2)"), ("zh-hans", "中文、英语（B2）"), ("en", "Chinese, English (B2)")],
)
def test_languages_in_words(language, words):
    assert draw("{% languages it %}", language, it=WANG) == words
    assert draw("{% languages it %}", language, it=["zh", "en:B2"]) == words


def test_an_unknown_language_keeps_its_code():
    assert draw("{% languages it %}", it=["xqx", "de"]) == "xqx, Deutsch"


def test_places_change_their_script_where_it_is_known():
    assert draw("{{ city|place }}", "zh-hans", city="Dresden") == "德累斯顿"
    assert draw("{{ city|place }}", "de", city="济南") == "Jinan"
    assert draw("{{ city|place }}", "zh-hans", city="Kleinkleckersdorf") == "Kleinkleckersdorf"


def text_of(drawn: str) -> str:
    return " ".join(
        drawn.replace('<span class="soft nowrap">', "")
        .replace("</span>", "")
        .split(">", 1)[1]
        .replace("</time>", "")
        .split()
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Do 4.11., 10:40 Jinan · 03:40 Dresden"),
        ("zh-hans", "11月4日 周四 10:40 济南 · 03:40 德累斯顿"),
        ("en", "Thu 4 Nov, 10:40 Jinan · 03:40 Dresden"),
    ],
)
def test_both_places_have_their_time(language, words):
    with timezone.override("Europe/Berlin"):
        drawn = draw("{% when start event %}", language, start=START, event=EVENT, lead_office=DRESDEN)
    assert text_of(drawn) == words
    assert 'datetime="2027-11-04T10:40:00+08:00"' in drawn


def test_a_reader_at_the_place_sees_the_leading_offices_time():
    with timezone.override("Asia/Shanghai"):
        drawn = draw("{% when start event %}", start=START, event=EVENT, lead_office=DRESDEN)
    assert text_of(drawn).endswith("· 03:40 Dresden")


def test_the_other_day_is_named_and_summer_time_counts():
    summer = datetime(2027, 7, 1, 17, 0, tzinfo=UTC)  # 01:00 of the 2nd in Jinan, 19:00 of the 1st in Berlin
    drawn = draw("{% when start event zone %}", start=summer, event=EVENT, zone="Europe/Berlin")
    assert text_of(drawn) == "Fr 2.7., 01:00 Jinan · Do 1.7., 19:00 Berlin"


def test_one_time_is_enough_where_clocks_agree():
    drawn = draw(
        "{% when start event zone end=end day=False %}",
        start=START,
        end=datetime(2027, 11, 4, 3, 5, tzinfo=UTC),
        event=EVENT,
        zone="Asia/Singapore",
    )
    assert text_of(drawn) == "10:40–11:05 Jinan"


def test_zone_cities_have_names_in_three_languages():
    names = []
    for language in ("de", "zh-hans", "en"):
        with translation.override(language):
            names.append(wording.zone_city("Asia/Shanghai"))
    assert names == ["Shanghai", "上海", "Shanghai"]


def test_a_text_carries_its_language_and_says_when_a_machine_made_it():
    human = Text(language="zh", text="激光 & <b>")
    machine = Text(language="de", text="Laser", origin=Text.Origin.MACHINE)
    assert draw("{% user_text it %}", it=human) == '<span lang="zh-Hans">激光 &amp; &lt;b&gt;</span>'
    assert draw("{% user_text it %}", it=[human, machine]).startswith(
        '<span lang="de">Laser</span> <span class="machine">'
    )
    assert "maschinell" in draw("{% user_text it %}", it=[human, machine])
    assert "machine" not in draw("{% user_text it %}", "zh-hans", it=[human, machine])
    assert draw("{% user_text it %}", it=[]) == ""


def test_paging_keeps_the_filters():
    drawn = draw("{% paging page %}", page=Paginator(range(60), 20).get_page(2))
    assert "?q=x&amp;page=1" in drawn
    assert "?q=x&amp;page=3" in drawn
    assert draw("{% paging page %}", page=Paginator(range(5), 20).get_page(1)).strip() == ""


def test_the_title_is_written_once_and_stands_twice(client, db):
    page = client.get("/account/login/", headers={"accept-language": "de"}).content.decode()
    assert "<title>Anmelden · Qiao</title>" in page
    assert "<h1>Anmelden</h1>" in page
