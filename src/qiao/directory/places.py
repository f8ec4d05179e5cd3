"""Places by their names in German, English and Chinese, so that each name finds what lies there or speaks of it."""

import re
from collections.abc import Iterator
from functools import cache

from qiao.engine.matching.text import fold
from qiao.engine.pinyin import syllables
from qiao.templatetags.wording import CITIES, HAN

MARK = "¤"  # begins the token of a place; no word of a text holds it
FEWEST_INITIALS = 3

# Names that differ between the Latin scripts' languages, and regions; the first is the key. Cities: wording.CITIES.
OTHER_NAMES = (
    ("München", "Munich", "慕尼黑"),
    ("Wien", "Vienna", "维也纳"),
    ("Köln", "Cologne", "科隆"),
    ("Nürnberg", "Nuremberg", "纽伦堡"),
    ("Hannover", "Hanover", "汉诺威"),
    ("Frankfurt am Main", "Frankfurt", "法兰克福"),
    ("Beijing", "Peking", "北京"),
    ("Qingdao", "Tsingtau", "青岛"),
    ("Guangzhou", "Kanton", "广州"),
    ("Prag", "Prague", "Praha", "布拉格"),
    ("Breslau", "Wrocław", "Wroclaw", "弗罗茨瓦夫"),
    ("Düsseldorf", "杜塞尔多夫"),
    ("Bremen", "不来梅"),
    ("Nanjing", "南京"),
    ("Hangzhou", "杭州"),
    ("Suzhou", "苏州"),
    ("Tianjin", "天津"),
    ("Chongqing", "重庆"),
    ("Chengdu", "成都"),
    ("Wuhan", "武汉"),
    ("Sachsen", "Saxony", "Freistaat Sachsen", "萨克森"),
    ("Shandong", "山东"),
    ("Bayern", "Bavaria", "巴伐利亚"),
    ("Thüringen", "Thuringia", "图林根"),
    ("Deutschland", "Germany", "德国"),
    ("China", "中国"),
    ("Österreich", "Austria", "奥地利"),
    ("Schweiz", "Switzerland", "瑞士"),
    ("Europa", "Europe", "欧洲"),
)


def _forms(name: str) -> Iterator[str]:
    """A name folded; of a Chinese one also its pinyin, as it is heard (delesidun), and its initials."""
    yield fold(name)
    if HAN.search(name):
        heard = syllables(name)
        spoken = "".join(heard)
        yield fold(spoken)
        yield fold(spoken.replace("ei", "e"))
        if len(heard) >= FEWEST_INITIALS:
            yield "".join(one[0] for one in heard)


@cache
def gazetteer() -> dict[str, str]:
    """Each folded form of a place's names -> the token of that place."""
    known: dict[str, str] = {}
    for names in (*OTHER_NAMES, *((latin, han) for latin, han in CITIES.items())):
        forms = [form for name in names for form in _forms(name)]
        token = next((known[form] for form in forms if form in known), MARK + re.sub(r"\W", "", fold(names[0])))
        for form in forms:
            known.setdefault(form, token)
    return known


@cache
def _pattern() -> re.Pattern[str]:
    names = sorted(gazetteer(), key=len, reverse=True)
    latin = "|".join(re.escape(name) for name in names if not HAN.search(name))
    han = "|".join(name for name in names if HAN.search(name))
    return re.compile(rf"(?<![^\W\u3400-\u9fff])(?:{latin})(?![^\W\u3400-\u9fff])|{han}")


def places_in(folded: str) -> list[str]:
    """The tokens of the places that a folded text names, each once."""
    return list(dict.fromkeys(gazetteer()[found] for found in _pattern().findall(folded)))


def without_places(folded: str) -> str:
    return _pattern().sub(" ", folded)
