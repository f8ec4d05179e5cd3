"""Where a seek wants its partner to be, and where a partner is: regions and cities by their names in three languages.

Countries are left out: from side to side nearly everybody is where the seek wants, and counting them measured no better.
"""

import re
from collections.abc import Iterable
from functools import cache

from qiao.engine.matching.model import Profile
from qiao.engine.matching.text import LONGEST, clean

# Region: how texts name it, and the cities in it, each as profiles and texts write it.
_REGIONS = {
    "Sachsen": (
        "sachsen|sächsisch|saxon|萨克森",
        "dresden|德累斯顿 leipzig|莱比锡 chemnitz|开姆尼茨 zwickau|茨维考 freiberg|弗赖贝格 görlitz|格尔利茨 bautzen|包岑 meißen|meissen|迈森 pirna|皮尔纳"
        " plauen|普劳恩 radebeul|拉德博伊尔 radeberg coswig freital löbau riesa klingenthal kottmar",
    ),
    "Thüringen": ("thüring|thuringia|图林根", "jena|耶拿 erfurt|爱尔福特 weimar|魏玛"),
    "Bayern": ("bayern|bayerisch|bavaria|巴伐利亚", "münchen|munich|慕尼黑 nürnberg|nuremberg|纽伦堡"),
    "Brandenburg": ("brandenburg|勃兰登堡", "cottbus|科特布斯 potsdam|波茨坦"),
    "Shandong": (
        "shandong|ostchina|nordchina|eastern\\ china|山东",
        "jinan|济南 qingdao|tsingtau|青岛 yantai|烟台 weifang|潍坊 zibo|淄博 tai'?an|泰安 linyi|临沂 weihai|威海 dongying|东营 jining|济宁 rizhao|日照"
        " dezhou|德州 liaocheng|聊城 binzhou|滨州 heze|菏泽 zaozhuang|枣庄",
    ),
}
_CITIES = (
    "berlin|柏林 hamburg|汉堡 stuttgart|斯图加特 frankfurt|法兰克福 wien|vienna|维也纳 zürich|zurich|苏黎世"
    " shanghai|上海 beijing|peking|北京 shenzhen|深圳 guangzhou|广州 hangzhou|杭州 suzhou|苏州 nanjing|南京 tianjin|天津"
)  # fmt: skip


@cache
def _names() -> dict[str, str]:
    """Label -> alternatives in a pattern: regions by name, cities by their first form."""
    cities = [one for _words, own in _REGIONS.values() for one in own.split()] + _CITIES.split()
    regions = {region: words for region, (words, _own) in _REGIONS.items()}
    return regions | {one.partition("|")[0]: one for one in cities}


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(rf"(?P<p{n}>{words})" for n, words in enumerate(_names().values())), re.IGNORECASE)


@cache
def _region_of() -> dict[str, str]:
    return {one.partition("|")[0]: region for region, (_words, own) in _REGIONS.items() for one in own.split()}


def _labels_in(text: str) -> list[str]:
    labels = tuple(_names())
    return [labels[int(found.lastgroup[1:])] for found in _pattern().finditer(text) if found.lastgroup]


def labels() -> tuple[str, ...]:
    """All that `regions_sought` can find."""
    return tuple(_names())


def regions_sought(words: Iterable[str]) -> tuple[str, ...]:
    """The regions and cities that a seek names, each once."""
    return tuple(dict.fromkeys(label for each in words for label in _labels_in(clean(each[:LONGEST]))))


def regions_of(profile: Profile) -> tuple[str, ...]:
    """The city of a profile and the region in which that lies."""
    return tuple(label for city in _labels_in(profile.city or "") for label in (_region_of().get(city, city), city))
