"""Names, languages, places and times as a reader of the language in force expects them. Text only, no markup."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_interval, get_timezone_location
from django.utils.translation import get_language, ngettext

from qiao.core.languages import bracketed, listed, primary, reader_language

HAN = re.compile(r"[\u3400-\u9fff]")
LOCALES = {"de": "de", "zh": "zh_Hans", "en": "en_GB"}
WEEKDAYS_DE = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
WEEKDAYS_ZH = "一二三四五六日"

# Cities of both regions and their neighbours, for readers of the other script. Others keep the name they have.
CITIES = {
    "Jinan": "济南", "Qingdao": "青岛", "Shanghai": "上海", "Beijing": "北京", "Shenzhen": "深圳", "Yantai": "烟台",
    "Weifang": "潍坊", "Zibo": "淄博", "Tai'an": "泰安", "Linyi": "临沂", "Weihai": "威海", "Dongying": "东营",
    "Jining": "济宁", "Rizhao": "日照", "Dezhou": "德州", "Liaocheng": "聊城", "Binzhou": "滨州", "Heze": "菏泽",
    "Zaozhuang": "枣庄", "Dresden": "德累斯顿", "Leipzig": "莱比锡", "Chemnitz": "开姆尼茨", "Zwickau": "茨维考",
    "Freiberg": "弗赖贝格", "Görlitz": "格尔利茨", "Bautzen": "包岑", "Meißen": "迈森", "Pirna": "皮尔纳",
    "Plauen": "普劳恩", "Radebeul": "拉德博伊尔", "Berlin": "柏林", "Hamburg": "汉堡", "München": "慕尼黑",
    "Frankfurt am Main": "法兰克福", "Stuttgart": "斯图加特", "Jena": "耶拿", "Wien": "维也纳", "Zürich": "苏黎世",
    "Helsinki": "赫尔辛基", "Amsterdam": "阿姆斯特丹", "Eindhoven": "埃因霍温", "Tel Aviv": "特拉维夫",
    "Elbstadt": "易北城", "Quellstadt": "泉城",
}  # fmt: skip
CITIES_LATIN = {han: latin for latin, han in CITIES.items()}
CITIES_ENGLISH = {
    "Wien": "Vienna", "München": "Munich", "Köln": "Cologne", "Nürnberg": "Nuremberg", "Hannover": "Hanover", "Zürich": "Zurich",
    "Genf": "Geneva", "Prag": "Prague", "Warschau": "Warsaw", "Brüssel": "Brussels", "Mailand": "Milan", "Kopenhagen": "Copenhagen",
}  # fmt: skip


def is_han(text: str) -> bool:
    return bool(HAN.search(text))


def name_forms(
    name: str, latin: str, language: str = "", *, other_latin: str = "en", spell: Callable[[str], str] | None = None
) -> list[tuple[str, str]]:
    """[(text, BCP 47 tag)]: the reader's script first, then the other where there is one.

    `language` is the primary subtag of the name where it is known; `other_latin` tags a Latin form of a Chinese name.
    Where there is no such form, `spell` makes one for those who cannot read the name.
    """
    if not is_han(name):
        return [(name, language if language != "zh" else other_latin)]
    han = (name, "zh-Hans")
    if spell and not latin and reader_language() != "zh":
        latin, other_latin = spell(name), "zh-Latn"
    if not latin or latin == name:
        return [han]
    forms = [han, (latin, other_latin)]
    return forms if reader_language() == "zh" else forms[::-1]


def language_names(tags: Iterable[str]) -> str:
    """ "German, English (B2)" in the reader's language, from BCP 47 tags with an optional level: ["de", "en:B2"]."""
    known = Locale.parse(LOCALES[reader_language()]).languages
    words = []
    for tag in tags:
        word, level = known.get(primary(tag), tag.split(":")[0]), tag.partition(":")[2]
        words.append(f"{word}{bracketed(level)}" if level else word)
    return listed(words)


def language_name(tag: str) -> str:
    """The name of one language: "German"."""
    return language_names([tag])


def place(city: str) -> str:
    """A city's name in the reader's language, where it is known."""
    if reader_language() == "zh":
        return CITIES.get(city, city)
    latin = CITIES_LATIN.get(city, city)
    return CITIES_ENGLISH.get(latin, latin) if reader_language() == "en" else latin


def zone_city(zone: str) -> str:
    """The city a time zone is named after, in the reader's language: "Berlin", "上海"."""
    city: str = get_timezone_location(ZoneInfo(zone), LOCALES[reader_language()], return_city=True)
    return city


def day_text(moment: date) -> str:
    """ "Do 4.11.", "11月4日 周四" or "Thu 4 Nov", of a date, or of a moment in its own zone."""
    language = reader_language()
    if language == "de":
        return f"{WEEKDAYS_DE[moment.weekday()]} {moment.day}.{moment.month}."
    if language == "zh":
        return f"{moment.month}月{moment.day}日 周{WEEKDAYS_ZH[moment.weekday()]}"
    return f"{moment:%a} {moment.day} {moment:%b}"


def days_text(first: date, last: date) -> str:
    """ "28.–30. November 2026", "2026年11月28日至30日" or "28–30 November 2026"."""
    language = reader_language()
    whole: str = format_date(last, "long", LOCALES[language])
    if first == last:
        return whole
    if language == "zh":
        return str(format_interval(first, last, "yMMMd", locale=LOCALES[language]))
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}{'.' if language == 'de' else ''}–{whole}"
    return f"{format_date(first, 'long', LOCALES[language])} – {whole}"


def clock_text(start: datetime, end: datetime | None = None) -> str:
    return f"{start:%H:%M}–{end:%H:%M}" if end else f"{start:%H:%M}"


def moment_text(start: datetime, end: datetime | None = None, *, day: bool = True) -> str:
    """ "Do 4.11., 10:40" with the day, "10:40" without; a range where an end is given."""
    clock = clock_text(start, end)
    if not day:
        return clock
    return f"{day_text(start)}{' ' if reader_language() == 'zh' else ', '}{clock}"


def duration(seconds: int) -> str:
    """ "20 seconds", "5 minutes"."""
    if seconds < 60:
        return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
    return ngettext("%(count)s minute", "%(count)s minutes", seconds // 60) % {"count": seconds // 60}


def html_language() -> str:
    """The `lang` of the page."""
    return {"zh": "zh-Hans"}.get(reader_language(), get_language() or "en")
