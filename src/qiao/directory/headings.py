"""What the columns of other people's tables are called in three languages, and which of ours each one is likely to be."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from qiao.core.tables import Table
from qiao.directory import values
from qiao.directory.columns import LANGUAGES
from qiao.directory.search import fold
from qiao.directory.values import Bad

LOOKED_AT = 200  # rows that tell what a column holds
_ENOUGH = 0.8  # share of the filled cells
_SHORT = 5  # letters: a shorter Latin word is found by itself only, not within another


@dataclass(frozen=True)
class Target:
    """A column of ours that one of theirs can be: its headings elsewhere, and how the cells of several are joined."""

    name: str
    label: Any
    words: str  # folded later; separated by bars
    joins: str = ""  # empty: only one column can be it
    holds: Callable[[str], Any] | None = None  # raises Bad for a cell that cannot be it: told from the contents


_OFFERS = (
    "angebot|angebote|wir bieten|bietet|bieten|produkte|leistungen|dienstleistungen|produkte und leistungen|offer|offers|"
    "we offer|products|services|products and services|供给|我们提供|提供|产品|主要产品|主营产品|产品与服务|产品和服务|供给内容|主营业务"
)
_SEEKS = (
    "gesuch|gesuche|suche|sucht|wir suchen|gesucht|bedarf|wünsche|seek|seeks|we seek|looking for|needs|demand|requests|"
    "需求|我们寻求|寻求|合作需求|需求内容|合作意向"
)
_ORGANISATION = (
    "name|firma|firmenname|unternehmen|unternehmensname|organisation|organisationsname|name der organisation|einrichtung|"
    "institution|company|company name|organization|name of company|legal name|名称|单位|单位名称|企业|企业名称|公司|公司名称|机构名称|"
    "中文名称|全称"
)
_LATIN = "englischer name|name englisch|name lateinisch|english name|latin name|name in english|pinyin|英文名|英文名称|外文名称|拼音"
_SPOKEN = "sprachen|sprache|sprachkenntnisse|languages|language|语言|语种|沟通语言"
_OWN_ID = "kennung|kürzel|schlüssel|code|key|external id|kundennummer|mitgliedsnummer|customer number|编号|代码"


def _texts() -> Iterator[Target]:
    labels = {
        "offers_de": _("Offers in German"), "offers_zh": _("Offers in Chinese"), "offers_en": _("Offers in English"),
        "seeks_de": _("Seeks in German"), "seeks_zh": _("Seeks in Chinese"), "seeks_en": _("Seeks in English"),
    }  # fmt: skip
    for name, label in labels.items():
        yield Target(name, label, _OFFERS if name.startswith("offers") else _SEEKS, " | ")


TARGETS: dict[str, tuple[Target, ...]] = {
    "organisations": (
        Target("name", _("Name of the organisation"), _ORGANISATION),
        Target("name_en", _("Name in Latin script"), _LATIN),
        Target("id", _("Your own id"), _OWN_ID),
        Target("side", _("Region"), "region|seite|side|地区|区域"),
        Target("type", _("Kind of organisation"), "art|typ|organisationsart|organisationstyp|type|kind|类型|单位类型|单位性质|企业类型"),
        Target("size", _("Size"), "größe|unternehmensgröße|betriebsgröße|size|company size|规模|企业规模|单位规模"),
        Target("country", _("Country"), "land|staat|country|nation|国家|国别", holds=values.country),
        Target("city", _("City"), "stadt|ort|sitz|standort|city|town|location|城市|所在城市|所在地"),
        Target("zone", _("High-tech zone"), "zone|hightech zone|high tech zone|高新区|开发区"),
        Target("park", _("Industrial park"), "park|industriepark|gewerbepark|technologiepark|industrial park|园区|产业园|工业园"),
        Target("uscc", _("Unified social credit code"), "sozialkreditcode|einheitlicher sozialkreditcode|unified social credit code|统一社会信用代码|社会信用代码|信用代码", holds=values.credit_code),
        Target("vat_id", _("VAT number"), "ust id|ustid|ust idnr|umsatzsteuer id|umsatzsteueridentifikationsnummer|vat|vat id|vat number|增值税号|税号", holds=lambda cell: _read(r"[A-Za-z]{2}\W?[\dA-Z\W]*\d{5}", cell, values.vat_id)),
        Target("register", _("Commercial register"), "handelsregister|handelsregisternummer|hrb|commercial register|register number|商业登记号|登记号|注册号"),
        Target("lei", "LEI", "lei code|legal entity identifier", holds=lambda cell: _read(r"[\dA-Za-z]{20}$", cell, values.lei_code)),
        Target("website", _("Website"), "webseite|webpage|internet|internetseite|homepage|url|web|www|网址|网站|官网|公司网址", holds=lambda cell: _read(r"(https?://|www\.)", cell, values.website)),
        Target("languages", _("Languages"), _SPOKEN, ";", holds=values.languages),
        Target("themes", _("Themes"), "themen|thema|theme|topics|topic|主题", ";"),
        Target("nace", _("Economic activity (NACE)"), "nace code|wz|wirtschaftszweig|branchencode|行业代码"),
        *_texts(),
        Target("avoid", _("Ids of organisations never to suggest"), "nicht vorschlagen|never suggest|不推荐", ";"),
    ),
    "participants": (
        Target("organisation", _("Organisation"), _ORGANISATION.removeprefix("name|").replace("中文名称|全称", "所在单位|工作单位")),
        Target("name", _("Full name"), "name|vor und nachname|vollständiger name|teilnehmer|teilnehmerin|person|ansprechpartner|kontakt|full name|contact|contact person|participant|姓名|名字|参会者|参会人|联系人"),
        Target("given_name", _("Given name"), "vorname|vornamen|rufname|first name|given name|名"),
        Target("family_name", _("Family name"), "nachname|familienname|zuname|last name|surname|family name|姓|姓氏"),
        Target("name_latin", _("Name in Latin script"), f"{_LATIN}|姓名拼音|英文姓名"),
        Target("role", _("Role in the organisation"), "funktion|position|rolle|stellung|job title|function|职务|职位|岗位"),
        Target("email", _("E-mail"), "e mail|mail|mailadresse|e mail adresse|email address|邮箱|电子邮箱|电子邮件|邮件", holds=values.email),
        Target("id", _("Your own id"), _OWN_ID),
        Target("type", _("Kind of participant"), "art|typ|teilnehmerart|type|kind of participant|类型|参会类型|参会身份"),
        Target("languages", _("Languages"), _SPOKEN, ";", holds=values.languages),
        Target("unavailable", _("Not available at"), "abwesend|nicht verfügbar|verhindert|not available|不可约时段|不可约时间", ";"),
    ),
}  # fmt: skip
REQUIRED = {"organisations": (("name",),), "participants": (("organisation",), ("name", "family_name"))}  # one of each
_TONGUES = {
    "de": ("de", "deutsch", "german", "德文", "德语"),
    "zh": ("zh", "cn", "chinesisch", "chinese", "中文", "汉语"),
    "en": ("en", "englisch", "english", "英文", "英语"),
}


def _read(shape: str, cell: str, reads: Callable[[str], Any]) -> Any:
    """Stricter than a cell of the column, where a single word could be anything."""
    if not re.match(shape, cell.strip(), re.IGNORECASE):
        raise Bad("", "")
    return reads(cell)


def key_of(heading: str) -> str:
    """Equal for spellings of one heading: no case, accents, blanks and signs."""
    return re.sub(r"[\W_]+", "", fold(heading))


def proposals(kind: str, table: Table, remembered: Mapping[str, str]) -> list[str]:
    """For each column of the table the name of ours that it likely is, "" to leave it out.

    `remembered`: key of a heading -> what somebody said it is. What is certain comes before what is likely.
    """
    cells = [_filled(table, heading) for heading in table.header]
    found: dict[int, str] = {n: remembered[key] for n, h in enumerate(table.header) if (key := key_of(h)) in remembered}
    for look in (_same, _contents, _within, _alike):
        for number, heading in enumerate(table.header):
            if number not in found:
                free = [one for one in TARGETS[kind] if one.joins or one.name not in found.values()]
                name = look(heading, cells[number], free)
                if name:
                    found[number] = name
    return [found.get(number, "") for number in range(len(table.header))]


def _filled(table: Table, heading: str) -> list[str]:
    return [cell for row in table.rows[:LOOKED_AT] if (cell := row.cells[heading])]


@cache
def _words(target: Target) -> tuple[str, ...]:
    return tuple({key_of(word) for word in [*target.words.split("|"), target.name]})


def _same(heading: str, cells: Sequence[str], free: Sequence[Target]) -> str:
    for key in (key_of(heading), key_of(_without_tongue(heading))):
        for target in free:
            if key in _words(target):
                return _in_language(target, heading, cells)
    return ""


def _contents(heading: str, cells: Sequence[str], free: Sequence[Target]) -> str:
    return next((one.name for one in free if one.holds and _hold(one.holds, cells)), "")


def _hold(reads: Callable[[str], Any], cells: Sequence[str]) -> bool:
    good = 0
    for cell in cells:
        try:
            reads(cell)
        except Bad:
            continue
        good += 1
    return bool(cells) and good >= _ENOUGH * len(cells)


def _within(heading: str, cells: Sequence[str], free: Sequence[Target]) -> str:
    """A known word in a longer heading: the first one, of those that begin there the longest."""
    key = key_of(heading)
    hits = [
        (key.index(word), -len(word), target.name, target)
        for target in free
        for word in _words(target)
        if word in key and (len(word) >= _SHORT or (not word.isascii() and len(word) > 1))
    ]
    return _in_language(min(hits)[3], heading, cells) if hits else ""


def _alike(heading: str, cells: Sequence[str], free: Sequence[Target]) -> str:
    """One with a slip of the pen."""
    known = {word: target for target in free for word in _words(target) if len(word) >= _SHORT}
    near = get_close_matches(key_of(heading), known, n=1, cutoff=0.86)
    return _in_language(known[near[0]], heading, cells) if near else ""


def _without_tongue(heading: str) -> str:
    words = {word for group in _TONGUES.values() for word in group}
    bare = " ".join(part for part in re.split(r"[\W_]+", fold(heading)) if part not in words)
    for word in words:
        bare = bare if word.isascii() else bare.replace(word, "")
    return bare


def _in_language(target: Target, heading: str, cells: Sequence[str]) -> str:
    """Offers and seeks: in the language that the heading names, else in the one that they are written in."""
    group, bar, _language = target.name.rpartition("_")
    if group not in ("offers", "seeks") or not bar:
        return target.name
    parts = re.split(r"[\W_]+", fold(heading))
    for tongue, words in _TONGUES.items():
        if any(word in parts if word.isascii() else word in heading for word in words):
            return f"{group}_{tongue}"
    written = [values.detect_language(cell) for cell in cells]
    return f"{group}_{max(LANGUAGES, key=written.count)}" if written else target.name
