"""Files that people or attackers hand in as tables, made on the spot: name -> (file name, bytes, expected code or None)."""

import io
import struct
import zipfile
from collections.abc import Callable

import openpyxl

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
ROOT = f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
BOOK = f'<workbook {MAIN} xmlns:r="{RELATION}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
BOOK_PARTS = (
    f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{RELATION}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{RELATION}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)
STRINGS = f"<sst {MAIN}><si><t>name</t></si></sst>"


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def sheet(rows: str, before: str = "") -> str:
    return f'<?xml version="1.0"?>{before}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>'


GOOD = sheet(f'<row r="1">{cell("A1", "name")}</row><row r="2">{cell("A2", "Elbe")}</row>')


def archive(parts: dict[str, str | bytes], *, change: Callable[[zipfile.ZipInfo], None] = lambda part: None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name, content in parts.items():
            part = zipfile.ZipInfo(name)
            part.compress_type = zipfile.ZIP_DEFLATED
            change(part)
            file.writestr(part, content)
    return out.getvalue()


def book(sheet1: str | bytes = GOOD, strings: str = STRINGS, more: dict[str, str | bytes] | None = None) -> bytes:
    return archive(book_parts(sheet1, strings) | (more or {}))


def book_parts(sheet1: str | bytes = GOOD, strings: str = STRINGS) -> dict[str, str | bytes]:
    return {
        "[Content_Types].xml": TYPES, "_rels/.rels": ROOT, "xl/workbook.xml": BOOK, "xl/_rels/workbook.xml.rels": BOOK_PARTS,
        "xl/sharedStrings.xml": strings, "xl/worksheets/sheet1.xml": sheet1,
    }  # fmt: skip


def workbook(*rows: tuple[object, ...]) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def lie_about_size(data: bytes, name: str, size: int) -> bytes:
    """The archive's directory claims that the part is small."""
    changed = bytearray(data)
    place = data.rindex(name.encode()) - 46
    assert data[place : place + 4] == b"PK\x01\x02"
    changed[place + 24 : place + 28] = struct.pack("<I", size)
    return bytes(changed)


def encrypted_flag(data: bytes) -> bytes:
    changed = bytearray(data)
    place = data.index(b"PK\x01\x02")
    changed[place + 8] |= 1
    return bytes(changed)


def link(part: zipfile.ZipInfo) -> None:
    if part.filename.endswith("sheet1.xml"):
        part.create_system, part.external_attr = 3, 0o120777 << 16


def laughs() -> str:
    entities = "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    return sheet(cell("A1", "&j;"), f'<!DOCTYPE l [<!ENTITY a "lol">{entities}]>')


def hostile() -> dict[str, tuple[str, bytes, str | None]]:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    rows = "<row>" + '<c t="inlineStr"><is><t>A</t></is></c>' * 20 + "</row>"
    external = sheet(cell("A1", "&e;"), '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>')
    quadratic = sheet(cell("A1", "&a;" * 8000), f'<!DOCTYPE l [<!ENTITY a "{"A" * 100_000}">]>')
    far = sheet(f'<row r="1">{cell("A1", "name")}</row><row r="1048576">{cell("XFD1048576", "A")}</row>')
    far_down = sheet(f'<row r="1">{cell("A1", "name")}</row><row r="1048576">{cell("A1048576", "Elbe")}</row>')
    empty_rows = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(2, 1_000_001))
    filled_rows = sheet("<row><c t='inlineStr'><is><t>name</t></is></c></row>" + "<row><c><v>1</v></c></row>" * 60_000)
    dde = sheet(f'<row r="1">{cell("A1", "name")}</row><row r="2"><c r="A2"><f>cmd|" /C calc"!A0</f><v>0</v></c></row>')
    formula = sheet(
        f'<row r="1">{cell("A1", "name")}</row><row r="2"><c r="A2" t="str"><f>"El"&amp;"be"</f><v>Elbe</v></c></row>'
    )
    return {
        # bombs
        "bomb of shared strings": ("a.xlsx", book(strings=f"<sst {MAIN}>" + "<si><t>A</t></si>" * 5_000_000 + "</sst>"), "too-big"),
        "bomb of rows": ("a.xlsx", book(sheet(rows * 300_000)), "too-big"),
        "bomb whose size is a lie": ("a.xlsx", lie_about_size(book(sheet(rows * 40_000)), "xl/worksheets/sheet1.xml", 900), "damaged"),
        "bomb without compression to speak of": ("a.xlsx", book(sheet("".join(f"<row><c><v>{n * n}</v></c></row>" for n in range(900_000)))), "too-many-rows"),
        "a cell at the far corner": ("a.xlsx", book(far), "too-big"),
        "a cell at the far bottom": ("a.xlsx", book(far_down), None),
        "zip in a workbook": ("a.xlsx", book(more={"xl/media/inner.zip": archive({"a": "b"})}), "suspicious"),
        "zip of zips": ("a.xlsx", archive({"a.xlsx": book(), "b.zip": archive({"c": "d"})}), "not-a-workbook"),
        "100,000 parts": ("a.xlsx", archive(book_parts() | {f"p{n}": b"" for n in range(2_000)}), "suspicious"),
        "one long cell": ("a.xlsx", book(sheet(f'<row r="1">{cell("A1", "name")}</row><row r="2">{cell("A2", "A" * 40_000)}</row>')), "cell-too-long"),
        "one long line": ("a.csv", b"name\n" + b"A" * 5_000_000, "cell-too-long"),
        "50,001 rows": ("a.csv", b"name\n" + b"A\n" * 50_001, "too-many-rows"),
        "60,000 rows in a workbook": ("a.xlsx", book(filled_rows), "too-many-rows"),
        "a million empty rows": ("a.xlsx", book(sheet(f'<row r="1">{cell("A1", "name")}</row>{empty_rows}')), None),
        "a million empty lines": ("a.csv", b"name\nElbe\n" + b"\n" * 1_000_000, None),
        "16,385 columns": ("a.csv", b",".join([b"name"] * 16_385), "too-many-columns"),
        "16,384 columns in a workbook": ("a.xlsx", book(sheet(f'<row r="1">{cell("A1", "name")}{cell("XFD1", "x")}</row>')), "too-many-columns"),
        "larger than allowed": ("a.csv", b"name\n" + b"A\n" * 11_000_000, "file-too-big"),
        # markup
        "a billion laughs": ("a.xlsx", book(laughs()), "suspicious"),
        "an external entity": ("a.xlsx", book(external), "suspicious"),
        "quadratic entities": ("a.xlsx", book(quadratic), "suspicious"),
        "entities in the strings": ("a.xlsx", book(strings=f'<!DOCTYPE s [<!ENTITY a "x">]>{STRINGS}'), "suspicious"),
        "entities in UTF-16": ("a.xlsx", book(laughs().encode("utf-16")), "suspicious"),
        "broken markup": ("a.xlsx", book(f"<worksheet {MAIN}><sheetData><row><c"), "damaged"),
        "no sheet at all": ("a.xlsx", archive({k: v for k, v in book_parts().items() if "sheet1" not in k}), "damaged"),
        # archives
        "truncated": ("a.xlsx", book()[:-60], "damaged"),
        "cut in the middle": ("a.xlsx", book()[:300], "damaged"),
        "only two letters": ("a.xlsx", b"PK", "damaged"),
        "not a workbook": ("a.xlsx", archive({"readme.txt": "hello"}), "not-a-workbook"),
        "a text document": ("a.xlsx", archive({"[Content_Types].xml": TYPES, "word/document.xml": "<a/>"}), "not-a-workbook"),
        "macros": ("a.xlsx", book(more={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}), "macros"),
        "a symbolic link": ("a.xlsx", archive(book_parts(), change=link), "suspicious"),
        "a path upwards": ("a.xlsx", book(more={"../../etc/cron.d/evil": "* * * * *"}), "suspicious"),
        "a program inside": ("a.xlsx", book(more={"xl/setup.exe": b"MZ"}), "suspicious"),
        "an encrypted part": ("a.xlsx", encrypted_flag(book()), "encrypted"),
        "protected by a password": ("a.xlsx", ole + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        "the old Excel format": ("a.xlsx", ole, "old-excel"),
        # not what the name says
        "workbook named CSV": ("a.csv", book(), "wrong-extension"),
        "CSV named workbook": ("a.xlsx", b"name\nElbe\n", "wrong-extension"),
        "a PDF": ("a.csv", b"%PDF-1.7\n%\xe2\xe3", "other-kind"),
        "a picture": ("a.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(40), "other-kind"),
        "a program": ("a.csv", b"MZ\x90\x00" + bytes(100), "other-kind"),
        "random bytes": ("a.xlsx", bytes(range(1, 256)) * 4, "wrong-extension"),
        "a page": ("a.xlsx", b"<html><table></table></html>", "not-a-workbook"),
        "an unknown ending": ("a.ods", book(), "unknown-extension"),
        "a macro workbook": ("a.xlsm", book(), "unknown-extension"),
        "no ending": ("table", b"name\nElbe\n", "unknown-extension"),
        # text
        "nothing": ("a.csv", b"", "empty"),
        "only blanks": ("a.csv", b"\xef\xbb\xbf \r\n\t\n", "empty"),
        "a NUL": ("a.csv", b"name\nEl\0be\n", "binary"),
        "UTF-16": ("a.csv", "name\nElbe\n".encode("utf-16"), "encoding"),
        "Western 8-bit": ("a.csv", "name\nMüller & Söhne für Größe\n".encode("cp1252"), "encoding"),
        "two encodings": ("a.csv", "name\n济南激光设备\n".encode() + "山东钛业\n".encode("gb18030"), "mixed-encodings"),
        "invalid in both": ("a.csv", b"name\nElbe\xff\n", "encoding"),
        "an open quotation mark": ("a.csv", b'name\n"Elbe\n', "broken-quotes"),
        "text behind a quotation mark": ("a.csv", b'name\n"Elbe"x\n', "broken-quotes"),
        # columns
        "no header": ("a.csv", "Elbe Laser,Dresden\nMeißen AG,Meißen\n".encode(), "no-header"),
        "an empty first row": ("a.csv", b",\nname,city\n", "no-header"),
        "a column twice": ("a.csv", b"name,Name\nElbe,x\n", "duplicate-column"),
        "an unknown column": ("a.csv", b"name,passport\nElbe,x\n", "unknown-column"),
        "a column without a name": ("a.csv", b"name,,city\nElbe,x,y\n", "unnamed-column"),
        "a required column missing": ("a.csv", b"city\nDresden\n", "missing-column"),
        "a row too wide": ("a.csv", b"name\nElbe,Dresden\n", "row-too-wide"),
        # read safely
        "a formula's stored value": ("a.xlsx", book(formula), None),
        "a command as a formula": ("a.xlsx", book(dde), None),
    }  # fmt: skip
