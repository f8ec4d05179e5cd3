"""Tables are read as strings, and hostile files end in a sentence, not in a crash."""

import resource
import subprocess
import sys
import time

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from qiao.core import table_reader
from qiao.core.tables import column_letters, explain, neutralise, read_table, restore
from qiao.engine.files import InvalidFile
from tests.core.hostile_tables import hostile, workbook

FILES = hostile()
COLUMNS = ("name", "city")


def cells(table) -> list[list[str]]:
    return [list(row.cells.values()) for row in table.rows]


@pytest.mark.parametrize("name", FILES)
def test_hostile_file_is_refused_in_three_languages_or_read(name) -> None:
    filename, data, code = FILES[name]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    if code is None:
        assert len(read_table(data, filename, columns=COLUMNS, required=["name"]).rows) <= 1
    else:
        with pytest.raises(InvalidFile) as refused:
            read_table(data, filename, columns=COLUMNS, required=["name"])
        problem = refused.value.problems[0]
        assert problem.code == code
        sentences = set()
        for language in ("de", "zh-hans", "en"):
            with translation.override(language):
                sentences.add(explain(problem))
        assert len(sentences) == 3
        assert not any("%(" in sentence for sentence in sentences)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 4
    assert time.monotonic() - start < 15


MEASURE = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-I", *sys.argv[1:]], stdin=sys.stdin.buffer, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.parametrize("name", ["a cell at the far corner", "a cell at the far bottom", "60,000 rows in a workbook"])
def test_memory_of_the_child_stays_below_its_limit(name, tmp_path) -> None:
    filename, data, _ = FILES[name]
    (tmp_path / "file").write_bytes(data)
    with (tmp_path / "file").open("rb") as file:
        command = [sys.executable, "-I", "-c", MEASURE, table_reader.__file__, filename.rsplit(".")[-1]]
        peak = subprocess.run(command, stdin=file, capture_output=True, check=True).stdout
    assert int(peak) < 320 * 1024  # KiB: the interpreter and 300 MiB


def test_at_least_forty_hostile_files() -> None:
    assert sum(code is not None for _, _, code in FILES.values()) >= 40


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_csv_in_all_its_ways(separator, encoding, newline) -> None:
    lines = [["Name", " city "], ["济南激光设备有限公司", "济南"], [], ['"Elbe" GmbH', "a;b,c"]]
    text = newline.join(separator.join('"' + c.replace('"', '""') + '"' for c in line) for line in lines)
    table = read_table(text.encode(encoding), "A.CSV", columns=COLUMNS)
    assert table.header == ("name", "city")
    assert [row.number for row in table.rows] == [2, 4]
    assert cells(table) == [["济南激光设备有限公司", "济南"], ['"Elbe" GmbH', "a;b,c"]]


def test_workbook_cells_become_the_text_one_sees() -> None:
    import datetime

    data = workbook(("name", "city"), (12, 1.5), (True, datetime.date(2027, 11, 3)), (None, None), ("x\ny", "'=1"))
    table = read_table(data, "a.xlsx", columns=COLUMNS)
    assert cells(table) == [["12", "1.5"], ["true", "2027-11-03"], ["x\ny", "=1"]]
    assert [row.number for row in table.rows] == [2, 3, 5]


def test_file_on_disk(tmp_path) -> None:
    (tmp_path / "a.csv").write_text("name\nElbe\n")
    assert cells(read_table(tmp_path / "a.csv")) == [["Elbe"]]


def test_short_rows_are_filled() -> None:
    assert cells(read_table(b"name,city\nElbe\n", "a.csv")) == [["Elbe", ""]]


def test_all_wrong_columns_are_named_at_once() -> None:
    with pytest.raises(InvalidFile) as refused:
        read_table(b"name,x,y\n", "a.csv", columns=COLUMNS)
    assert [problem.values["name"] for problem in refused.value.problems] == ["x", "y"]


@pytest.mark.parametrize("cell", ["=1+1", "+49 351", "-1", "@a", "\tx", "＝1", "'=1", "''+1"])
def test_formulas_are_neutralised(cell) -> None:
    assert neutralise(cell).startswith("'")
    assert restore(neutralise(cell)) == cell


@given(st.text())
def test_neutralising_can_be_undone(cell) -> None:
    shown = neutralise(cell)
    assert not shown.startswith(tuple("=+-@\t\r＝＋－＠"))
    assert restore(shown) == cell


def test_apostrophes_of_people_survive() -> None:
    assert restore("'s-Hertogenbosch") == "'s-Hertogenbosch" == neutralise("'s-Hertogenbosch")


@pytest.mark.parametrize(("place", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (703, "AAA")])
def test_column_letters(place, letters) -> None:
    assert column_letters(place) == letters
