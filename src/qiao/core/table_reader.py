"""Reads one CSV or XLSX file that may be hostile: a program of its own, run by core.tables in a child process.

The file's bytes come on standard input. Out goes one JSON list a line, the table's rows as strings, the header first, and
at last {"rows": n} or {"problem": code, …}. When the limits strike, that last line is missing. Imports nothing of Qiao,
so that little memory and no secret is in reach.
"""

import codecs
import csv
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator

import python_calamine as calamine

CPU_SECONDS = 3
MEMORY = 300 * 1024 * 1024  # address space on top of what the interpreter has taken when reading begins
MOST_ROWS = 50_000  # a high-tech zone lists 30,000 firms
MOST_COLUMNS = 200
LONGEST_CELL = 30_000
MOST_PARTS = 1_000
MOST_UNPACKED = 200 * 1024 * 1024
HIGHEST_RATIO = 300  # unpacked to packed, of a part above 10 MiB
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What other programs write: named, so that the answer can say more than "not a table".
SIGNATURES = {b"%PDF": "pdf", b"\x89PNG": "picture", b"\xff\xd8\xff": "picture", b"GIF8": "picture", b"{\\rtf": "rtf",
              b"\x1f\x8b": "archive", b"Rar!": "archive", b"7z\xbc\xaf": "archive", b"MZ": "program", b"\x7fELF": "program"}  # fmt: skip


class UnreadableError(Exception):
    def __init__(self, problem: str, **values: object) -> None:
        super().__init__(problem)
        self.answer = {"problem": problem, **values}


def limit() -> None:
    """From here on: CPU seconds, address space, no files to write, no further processes."""
    with open("/proc/self/statm") as statm:
        taken = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, taken + MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))


def rows_of(data: bytes, extension: str) -> Iterator[list[str]]:
    if not data.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        raise UnreadableError("empty")
    if data.startswith(OLE):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise UnreadableError("encrypted" if encrypted else "old-excel")
    for signature, kind in SIGNATURES.items():
        if data.startswith(signature):
            raise UnreadableError("other-kind", kind=kind)
    if data.startswith(b"PK"):
        if extension != "xlsx":
            raise UnreadableError("wrong-extension", extension=extension, kind="xlsx")
        check_archive(data)
        return sheet_rows(data)
    if extension != "csv":
        raise (
            UnreadableError("wrong-extension", extension=extension, kind="csv")
            if is_text(data)
            else UnreadableError("not-a-workbook")
        )
    return csv_rows(decode(data))


def is_text(data: bytes) -> bool:
    return b"\0" not in data and not data.startswith(b"<")


# --- CSV


def decode(data: bytes) -> str:
    """UTF-8 with or without byte order mark, or GB18030 when the bytes look like Chinese throughout."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableError("encoding")
    if b"\0" in data:
        raise UnreadableError("binary")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        broken = error.start
    row = data.count(b"\n", 0, broken) + 1
    if any(is_utf8_han(line) for line in data.splitlines()):
        raise UnreadableError("mixed-encodings", row=row)
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        raise UnreadableError("encoding", row=row) from None
    if not looks_chinese(text):
        raise UnreadableError("encoding", row=row)
    return text


def is_utf8_han(line: bytes) -> bool:
    """Whether a line is UTF-8 with letters of three bytes; GB18030 is that by chance only in texts of two or three letters."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return sum(letter >= "\u0800" for letter in text) > 1


def looks_chinese(text: str) -> bool:
    """Western 8-bit text decodes as rare letters of GB18030; real Chinese consists of those of GB 2312, nearly all."""
    foreign = [letter for letter in text if letter > "\x7f"]
    common = sum(len(letter.encode("gb2312", "ignore")) == 2 for letter in foreign)
    return common >= 0.95 * len(foreign)


def csv_rows(text: str) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_CELL)
    first = re.sub(r'"[^"]*"', "", text.lstrip("\n\r").split("\n", 1)[0])
    separator = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=separator, strict=True)
    number = 0
    while True:
        number += 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise UnreadableError(
                "cell-too-long" if "field limit" in str(error) else "broken-quotes", row=number
            ) from None
        if row is None:
            return
        yield row


# --- XLSX


def check_archive(data: bytes) -> None:
    """A look at the directory of the archive before anything is unpacked."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError, OverflowError):
        raise UnreadableError("damaged") from None
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if len(parts) > MOST_PARTS or len(names) < len(parts):
        raise UnreadableError("suspicious", detail="parts")
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableError("encrypted")
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        raise UnreadableError("not-a-workbook")
    if any("vbaProject" in name or name.startswith("xl/macrosheets") for name in names):
        raise UnreadableError("macros")
    for part in parts:
        check_part(part)
    if sum(part.file_size for part in parts) > MOST_UNPACKED or sum(part.compress_size for part in parts) > len(data):
        raise UnreadableError("too-big")
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            check_markup(archive, part)


def check_part(part: zipfile.ZipInfo) -> None:
    name = part.filename
    if (part.external_attr >> 16) & 0o170000 == 0o120000:
        raise UnreadableError("suspicious", detail="link")
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
        raise UnreadableError("suspicious", detail="path")
    if name.lower().endswith((".zip", ".xlsx", ".xlsm", ".7z", ".rar", ".exe", ".dll")):
        raise UnreadableError("suspicious", detail="nested")
    if part.file_size > 10 * 1024 * 1024 and part.file_size > HIGHEST_RATIO * max(part.compress_size, 1):
        raise UnreadableError("too-big")


def check_markup(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Spreadsheet programs never write document types; entity bombs need one, and it stands before the first element."""
    try:
        with archive.open(part) as file:
            start = file.read(4096)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, zipfile.zlib.error):  # type: ignore[attr-defined]
        raise UnreadableError("damaged") from None
    if re.search(rb"<!\s*(DOCTYPE|ENTITY)", start.replace(b"\0", b""), re.IGNORECASE):
        raise UnreadableError("suspicious", detail="entities")


def sheet_rows(data: bytes) -> Iterator[list[str]]:
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [s.name for s in book.sheets_metadata if s.typ == calamine.SheetTypeEnum.WorkSheet]
        if not sheets:
            raise UnreadableError("not-a-workbook")
        sheet = book.get_sheet_by_name(sheets[0])
    except calamine.PasswordError:
        raise UnreadableError("encrypted") from None
    except calamine.CalamineError:
        raise UnreadableError("damaged") from None
    if sheet.end is None:
        raise UnreadableError("empty")
    # A far-off stray cell makes the rectangle huge: refused before a list of it is made.
    if sheet.end[1] >= MOST_COLUMNS:
        raise UnreadableError("too-many-columns", most=MOST_COLUMNS)
    return ([cell_text(cell) for cell in row] for row in sheet.iter_rows())


def cell_text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell)
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


# --- both


def checked(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """Rows without empty cells at their end; the limits on number, width and length."""
    filled = 0
    for number, row in enumerate(rows, 1):
        while row and not row[-1].strip():
            row.pop()
        filled += bool(row)
        if filled > MOST_ROWS + 1:
            raise UnreadableError("too-many-rows", most=MOST_ROWS)
        if len(row) > MOST_COLUMNS:
            raise UnreadableError("too-many-columns", most=MOST_COLUMNS)
        for cell in row:
            if len(cell) > LONGEST_CELL:
                raise UnreadableError("cell-too-long", row=number, most=LONGEST_CELL)
            if "\0" in cell:
                raise UnreadableError("binary")
        yield row


def main(extension: str) -> None:
    limit()
    answer: dict[str, object] = {}
    try:
        count = 0
        for number, row in enumerate(checked(rows_of(sys.stdin.buffer.read(), extension)), 1):
            if row:
                count += 1
                sys.stdout.write(json.dumps([number, *row]) + "\n")
        answer = {"rows": count}
    except UnreadableError as refused:
        answer = refused.answer
    except MemoryError:
        answer = {"problem": "too-big"}
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
