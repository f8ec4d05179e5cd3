"""Opportunities as a file for other networks: XML, JSON and XLSX of one shape (docs/reference/opportunities-format.md).

Whatever the format, an opportunity is a flat record here: column -> text, or list of codes.
"""

import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from qiao.core.errors import Refused
from qiao.core.languages import bracketed
from qiao.core.tables import explain, neutralise, read_table
from qiao.core.texts import tidy, tidy_lines
from qiao.directory.market_models import Area
from qiao.directory.models import Entry
from qiao.engine.files import InvalidFile

FORMAT = "qiao-opportunities/1"
# The codes of the Enterprise Europe Network where it has one; others are formed alike.
TYPES: Mapping[str, tuple[str, str]] = {
    "BO": (Entry.Kind.OFFER, Area.BUSINESS), "BR": (Entry.Kind.SEEK, Area.BUSINESS),
    "TO": (Entry.Kind.OFFER, Area.TECHNOLOGY), "TR": (Entry.Kind.SEEK, Area.TECHNOLOGY),
    "RDO": (Entry.Kind.OFFER, Area.RESEARCH), "RDR": (Entry.Kind.SEEK, Area.RESEARCH),
    "TAO": (Entry.Kind.OFFER, Area.TALENT), "TAR": (Entry.Kind.SEEK, Area.TALENT),
    "CUO": (Entry.Kind.OFFER, Area.CULTURE), "CUR": (Entry.Kind.SEEK, Area.CULTURE),
}  # fmt: skip
CODES = {pair: code for code, pair in TYPES.items()}
LANGUAGES = ("de", "zh", "en")
TEXTS = {"title": "title", "description": "text", "advantages": "advantages", "partner": "partner"}  # column -> field
LISTS = ("partner_types", "cooperation", "countries")
ORGANISATION = ("organisation_id", "organisation", "organisation_country", "organisation_city")
COLUMNS = (
    "id", "type", *(f"{name}_{language}" for name in TEXTS for language in LANGUAGES), "stage", "rights", *LISTS, "expires",
    *ORGANISATION,
)  # fmt: skip
ITEMS = {"partner_types": "type", "cooperation": "form", "countries": "country"}  # element of one item of a list
SHEET = "opportunities"
MOST = 500
MOST_BYTES = 5 * 1024 * 1024
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Raw:
    """One record of a file. place: where it stands ("Row 5", "Opportunity 3"); odd: names that the format does not know."""

    place: str
    cells: Record
    odd: tuple[str, ...] = ()

    def text(self, name: str) -> str:
        value = self.cells.get(name, "")
        return tidy_lines(value) if isinstance(value, str) else ""

    def list(self, name: str) -> list[str]:
        return [tidied for one in self.cells.get(name, ()) if (tidied := tidy(one))]


# --- writing


def to_json(records: Iterable[Record]) -> bytes:
    found = {"format": FORMAT, "opportunities": [_nested(record) for record in records]}
    return json.dumps(found, ensure_ascii=False, indent=1).encode()


def _nested(record: Record) -> dict[str, Any]:
    found: dict[str, Any] = {"id": record["id"], "type": record["type"]}
    for name in TEXTS:
        if texts := {code: record[f"{name}_{code}"] for code in LANGUAGES if record[f"{name}_{code}"]}:
            found[name] = texts
    found |= {name: record[name] for name in ("stage", "rights", *LISTS, "expires") if record[name]}
    if owner := {_short(name): record[name] for name in ORGANISATION if record[name]}:
        found["organisation"] = owner
    return found


def _short(name: str) -> str:
    return "name" if name == "organisation" else name.removeprefix("organisation_")


def to_xml(records: Iterable[Record]) -> bytes:
    root = ElementTree.Element("opportunities", {"format": FORMAT})
    for record in records:
        one = ElementTree.SubElement(root, "opportunity", {"id": record["id"], "type": record["type"]})
        for name in TEXTS:
            for language in LANGUAGES:
                if text := record[f"{name}_{language}"]:
                    ElementTree.SubElement(one, name, {"lang": language}).text = text
        for name in ("stage", "rights", "expires"):
            if record[name]:
                ElementTree.SubElement(one, name).text = record[name]
        for name in LISTS:
            if record[name]:
                box = ElementTree.SubElement(one, name)
                for item in record[name]:
                    ElementTree.SubElement(box, ITEMS[name]).text = item
        if any(record[name] for name in ORGANISATION):
            box = ElementTree.SubElement(one, "organisation")
            for name in ORGANISATION:
                if record[name]:
                    ElementTree.SubElement(box, _short(name)).text = record[name]
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def to_xlsx(records: Iterable[Record]) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.append(list(COLUMNS))
    for record in records:
        cells = ["; ".join(record[name]) if name in LISTS else record[name] for name in COLUMNS]
        sheet.append([neutralise(cell) for cell in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@dataclass(frozen=True)
class Format:
    write: Callable[[Iterable[Record]], bytes]
    media_type: str


FORMATS = {
    "xml": Format(to_xml, "application/xml"),
    "json": Format(to_json, "application/json"),
    "xlsx": Format(to_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}

# --- reading


def read(data: bytes, filename: str) -> list[Raw]:
    """The records of a file in one of FORMATS; raises Refused with what is wrong with the file as a whole."""
    extension = filename.rsplit(".", 1)[-1].lower() if "." in filename else ""
    readers = {"xml": _from_xml, "json": _from_json, "xlsx": _from_xlsx}
    if extension not in readers:
        raise Refused(_("Choose a file in the format XML, JSON or XLSX."))
    found = readers[extension](data, filename)
    if not found:
        raise Refused(_("The file holds no opportunity."))
    if len(found) > MOST:
        raise Refused(_("The file holds more than %(most)s opportunities. Split it.") % {"most": MOST})
    return found


def _from_xlsx(data: bytes, filename: str) -> list[Raw]:
    try:
        table = read_table(data, filename, columns=COLUMNS, required=["id", "type"])
    except InvalidFile as invalid:
        raise Refused(" ".join(explain(problem) for problem in invalid.problems[:10])) from None
    rows = []
    for row in table.rows:
        cells: dict[str, Any] = {name: row.cells.get(name, "") for name in COLUMNS}
        cells |= {name: re.split(r"[;；,，]", cells[name]) for name in LISTS}
        rows.append(Raw(_("Row %(number)s") % {"number": row.number}, cells))
    return rows


def _place(number: int, key: object) -> str:
    name = _("Opportunity %(number)s") % {"number": number}
    return name + bracketed(tidy(key)[:60]) if isinstance(key, str) and key else name


def _from_json(data: bytes, _filename: str) -> list[Raw]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise Refused(_("The file is no JSON in UTF-8, or it is damaged.")) from None
    if not isinstance(found, dict) or found.get("format") != FORMAT or not isinstance(found.get("opportunities"), list):
        raise Refused(_unknown_format())
    return [_flat(one, number) for number, one in enumerate(found["opportunities"], 1)]


def _unknown_format() -> str:
    return _("The file does not say that it has the format “%(name)s”.") % {"name": FORMAT}


def _flat(one: Any, number: int) -> Raw:
    if not isinstance(one, dict):
        return Raw(_place(number, ""), {}, ("?",))
    cells: dict[str, Any] = {}
    odd: list[str] = []
    for name, value in one.items():
        _take(name, value, cells, odd)
    return Raw(_place(number, one.get("id")), cells, tuple(odd))


def _take(name: str, value: Any, cells: dict[str, Any], odd: list[str]) -> None:
    """One member of a JSON record; `odd` gets the names of what is not as it should be."""
    if name in TEXTS and isinstance(value, dict):
        for language, text in value.items():
            if language in LANGUAGES and isinstance(text, str):
                cells[f"{name}_{language}"] = text
            else:
                odd.append(f"{name}.{language}")
    elif name in LISTS and isinstance(value, list) and all(isinstance(item, str) for item in value):
        cells[name] = value
    elif name == "organisation" and isinstance(value, dict):
        for key, text in value.items():
            full = "organisation" if key == "name" else f"organisation_{key}"
            if full in ORGANISATION and isinstance(text, str):
                cells[full] = text
            else:
                odd.append(f"organisation.{key}")
    elif name in {"id", "type", "stage", "rights", "expires"} and isinstance(value, str):
        cells[name] = value
    else:
        odd.append(name)


def _from_xml(data: bytes, _filename: str) -> list[Raw]:
    try:
        root = fromstring(data, forbid_dtd=True)
    except Exception:  # what is forbidden raises ValueErrors, what is damaged syntax errors, odd encodings others
        raise Refused(_("The file is no XML, or it is damaged. Document types are not allowed.")) from None
    if root.tag != "opportunities" or root.get("format") != FORMAT:
        raise Refused(_unknown_format())
    return [_element(one, number) for number, one in enumerate(root, 1)]


def _element(one: Any, number: int) -> Raw:
    cells: dict[str, Any] = {"id": one.get("id", ""), "type": one.get("type", "")}
    odd = [] if one.tag == "opportunity" else [str(one.tag)]
    odd += [f"@{name}" for name in one.keys() if name not in {"id", "type"}]  # noqa: SIM118  an element is no dict
    for child in one:
        text = (child.text or "").strip()
        if child.tag in TEXTS and child.get("lang") in LANGUAGES:
            cells[f"{child.tag}_{child.get('lang')}"] = text
        elif child.tag in {"stage", "rights", "expires"}:
            cells[child.tag] = text
        elif child.tag in LISTS:
            cells[child.tag] = [(item.text or "") for item in child]
            odd += [f"{child.tag}/{item.tag}" for item in child if item.tag != ITEMS[child.tag]]
        elif child.tag == "organisation":
            for item in child:
                full = "organisation" if item.tag == "name" else f"organisation_{item.tag}"
                if full in ORGANISATION:
                    cells[full] = (item.text or "").strip()
                else:
                    odd.append(f"organisation/{item.tag}")
        else:
            odd.append(str(child.tag) if child.tag not in TEXTS else f"{child.tag}@lang")
    return Raw(_place(number, cells["id"]), cells, tuple(odd))
