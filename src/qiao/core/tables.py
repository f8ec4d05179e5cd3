"""Tables that people hand in (CSV, XLSX), read in a child process with limits, and what keeps spreadsheets from running them."""

import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from qiao.core import table_reader
from qiao.engine.files import FileProblem, InvalidFile

MOST_BYTES = 20 * 1024 * 1024
LONGEST_HEADING = 100
WALL_SECONDS = 20  # the CPU limit strikes first; this one is for a machine that stands still
# A cell that begins like this is a formula to a spreadsheet program, also behind full-width signs.
_FORMULA = re.compile(r"^'*[=+\-@\t\r\n＝＋－＠]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not empty; `number` is the one a spreadsheet program shows beside it (the header is row 1)."""

    number: int
    cells: dict[str, str]  # by column; empty cells are ""


@dataclass(frozen=True, slots=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(
    source: Path | bytes, filename: str = "", *, columns: Collection[str] | None = None, required: Collection[str] = ()
) -> Table:
    """The first sheet of an XLSX file or a CSV file. Column names are compared in lower case without blanks around them.

    With `columns` no other names are accepted; all of `required` must be there. Raises InvalidFile; `explain` gives
    its problems words.
    """
    first, rows = _sheet(source, filename)
    header = [name.lower() for name in first]
    _check_header(header, columns, required)
    _check_width(header, rows)
    return Table(tuple(header), tuple(_row(header, row) for row in rows))


def read_foreign(source: Path | bytes, filename: str = "") -> Table:
    """As `read_table`, for a table whose headings are not ours: kept as written, a column without one by its letter.

    A heading that occurs twice is told apart by a number. Raises InvalidFile.
    """
    first, rows = _sheet(source, filename)
    header: list[str] = []
    for place, name in enumerate(first, 1):
        wanted = name[:LONGEST_HEADING] or column_letters(place)
        repeats = (f"{wanted} ({n})" for n in range(2, place + 2))
        header.append(next(one for one in (wanted, *repeats) if one not in header))
    _check_width(header, rows)
    return Table(tuple(header), tuple(_row(header, row) for row in rows))


def _sheet(source: Path | bytes, filename: str) -> tuple[list[str], list[list[object]]]:
    """The names in the first row, and the other rows with their numbers."""
    data = source if isinstance(source, bytes) else _content(source)
    filename = filename or (source.name if isinstance(source, Path) else "")
    if len(data) > MOST_BYTES:
        raise InvalidFile([FileProblem("", "file-too-big", {"most": MOST_BYTES // 2**20})])
    rows = _read_in_child(data, _extension(filename))
    number, *names = rows[0] if rows else (1,)
    if number != 1:
        raise InvalidFile([FileProblem("row 1", "no-header")])
    return [" ".join(unicodedata.normalize("NFKC", str(name)).replace("\ufeff", "").split()) for name in names], rows[
        1:
    ]


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _extension(filename: str) -> str:
    extension = filename.rsplit(".", 1)[-1].lower() if "." in filename else ""
    if extension not in {"csv", "xlsx"}:
        raise InvalidFile([FileProblem("", "unknown-extension", {"extension": extension})])
    return extension


def _read_in_child(data: bytes, extension: str) -> list[list[object]]:
    # -I: neither the environment nor the current folder changes what the child imports.
    command = [sys.executable, "-I", table_reader.__file__, extension]
    try:
        child = subprocess.run(command, input=data, capture_output=True, timeout=WALL_SECONDS, env={}, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise InvalidFile([FileProblem("", "too-big")]) from None
    lines = child.stdout.decode().splitlines()
    answer = _last(lines)
    if "problem" in answer:
        code, row = str(answer.pop("problem")), answer.get("row")
        raise InvalidFile([FileProblem(f"row {row}" if row else "", code, answer)])
    if child.returncode:  # killed by a limit, or the reader gave up in a way nobody foresaw
        raise InvalidFile([FileProblem("", "too-big" if child.returncode < 0 else "damaged")])
    return [json.loads(line) for line in lines[:-1]]


def _last(lines: list[str]) -> dict[str, object]:
    try:
        answer = json.loads(lines[-1])
    except (IndexError, ValueError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _check_header(header: list[str], columns: Collection[str] | None, required: Collection[str]) -> None:
    known = None if columns is None else set(columns)
    if known is not None and known.isdisjoint(header):
        raise InvalidFile([FileProblem("row 1", "no-header")])
    problems = []
    for place, name in enumerate(header, 1):
        where = f"column {column_letters(place)}"
        if not name:
            problems.append(FileProblem(where, "unnamed-column", {"column": column_letters(place)}))
        elif name in header[: place - 1]:
            problems.append(FileProblem(where, "duplicate-column", {"name": name}))
        elif known is not None and name not in known:
            problems.append(FileProblem(where, "unknown-column", {"name": name[:60]}))
    problems += [FileProblem("row 1", "missing-column", {"name": name}) for name in required if name not in header]
    if problems:
        raise InvalidFile(problems)


def _check_width(header: list[str], rows: list[list[object]]) -> None:
    for number, *cells in rows:
        if len(cells) > len(header):
            values = {"row": number, "cells": len(cells), "columns": len(header)}
            raise InvalidFile([FileProblem(f"row {number}", "row-too-wide", values)])


def _row(header: list[str], row: list[object]) -> Row:
    number, *cells = row
    texts = [restore(str(cell).strip()) for cell in cells] + [""] * (len(header) - len(cells))
    return Row(int(str(number)), dict(zip(header, texts, strict=True)))


def column_letters(place: int) -> str:
    """The name a spreadsheet program gives the n-th column: 1 is A, 27 is AA."""
    letters = ""
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def neutralise(cell: str) -> str:
    """For tables that people open in a spreadsheet program: what would run as a formula gets an apostrophe in front."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def restore(cell: str) -> str:
    """What `neutralise` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def explain(problem: FileProblem) -> str:
    """What is wrong with a table and what to do, in whole sentences of the language in force."""
    return _sentences().get(problem.code, _sentences()["damaged"]) % problem.values


def _sentences() -> dict[str, str]:
    return {
        "unknown-extension": _("The file must be a table in the format CSV or XLSX. Save it in one of these formats."),
        "file-too-big": _("The file is larger than %(most)s MB. Split it into several files."),
        "empty": _("The file is empty. Fill in the template and try again."),
        "encrypted": _("The file is protected by a password. Remove the protection and save it again."),
        "old-excel": _("The file has the old Excel format. Save it as XLSX."),
        "other-kind": _("The file is no table. Save the table as CSV or XLSX."),
        "wrong-extension": _("The content of the file does not fit its name. Save it again as CSV or XLSX."),
        "not-a-workbook": _("The file is no workbook. Save the table as XLSX."),
        "damaged": _("The file is damaged and cannot be read. Save it again as XLSX or CSV."),
        "macros": _("The file contains macros. Save it as XLSX without macros."),
        "suspicious": _("The file contains parts that do not belong in a table. Copy the table into a new workbook."),
        "too-big": _("Reading the file takes too much time or memory. Copy only the filled cells into a new workbook."),
        "too-many-rows": _("The table has more than %(most)s rows. Split it into several files."),
        "too-many-columns": _("The table has more than %(most)s columns. Keep only the columns of the template."),
        "cell-too-long": _("A cell in row %(row)s is too long. Shorten its text."),
        "binary": _("The file contains characters that are no text. Save the table again as CSV in UTF-8."),
        "encoding": _("The characters of the file cannot be recognised. Save the table as CSV in UTF-8."),
        "mixed-encodings": _(
            "Row %(row)s has another character encoding than the rest. Save the table as CSV in UTF-8."
        ),
        "broken-quotes": _("The quotation marks in row %(row)s do not match. Save the table again as CSV."),
        "no-header": _("The first row does not name the columns. Put the column names of the template there."),
        "unnamed-column": _("Column %(column)s has no name. Name it in the first row or delete it."),
        "duplicate-column": _("The column “%(name)s” occurs twice. Delete one of them."),
        "unknown-column": _("The column “%(name)s” is unknown. Rename it as in the template or delete it."),
        "missing-column": _("The column “%(name)s” is missing. Add it to the first row."),
        "row-too-wide": _("Row %(row)s has %(cells)s cells but there are %(columns)s columns. Check the separators."),
    }
