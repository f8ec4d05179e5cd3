"""The vocabulary as a table, CSV or XLSX; importing the file again changes nothing."""

import csv
import io

from qiao.core.tables import neutralise
from qiao.directory.models import Keyword
from qiao.engine.matching.vocabulary import COLUMNS, LANGUAGES

NAMES = (*COLUMNS, "retired", "merged_into")


def rows() -> list[list[str]]:
    found = [list(NAMES)]
    for row in Keyword.objects.select_related("broader", "merged_into").order_by("code"):
        words = [" | ".join([row.names.get(lang, ""), *row.synonyms.get(lang, [])]) for lang in LANGUAGES]
        retired, into = "1" if row.is_retired else "", row.merged_into.code if row.merged_into else ""
        found.append([row.code, row.broader.code if row.broader else "", *words, retired, into])
    return [[neutralise(cell) for cell in row] for row in found]


def vocabulary_csv() -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows())
    return out.getvalue().encode("utf-8-sig")


def vocabulary_xlsx() -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("vocabulary")
    for row in rows():
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
