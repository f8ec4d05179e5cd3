"""The demo's database went through all migrations; the tests' tables were made at once (tests/tables.py). They are the same."""

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="absent data: the demo's database is SQLite's"),
]
ROWS = ("qiao_searchstate", "qiao_embedderstate")  # of these a migration writes the only one


def schema_of(cursor: Any) -> dict[str, Any]:
    """Columns, foreign keys, constraints and indexes of each table; triggers and virtual tables as they were written."""

    def rows(query: str) -> list[tuple[Any, ...]]:
        cursor.execute(query)
        return list(cursor.fetchall())

    found: dict[str, Any] = {}
    for kind, name, sql in rows(
        "SELECT type, name, sql FROM sqlite_master WHERE name LIKE 'qiao%' AND tbl_name <> 'qiao_cache'"
    ):
        if kind == "table" and not sql.startswith("CREATE VIRTUAL"):
            columns = {(one[1], one[2].lower(), one[3], one[5]) for one in rows(f"PRAGMA table_info('{name}')")}
            keys = {(one[2], one[3], one[4]) for one in rows(f"PRAGMA foreign_key_list('{name}')")}
            found[name] = columns, keys, set(re.findall(r'CONSTRAINT "(\w+)"', sql))
        elif kind in ("trigger", "table"):
            found[name] = sql
        elif sql is not None:
            found[name] = re.sub(r"\s+", " ", sql)
    return found


def test_the_tests_have_the_tables_that_the_migrations_make(demo_home: Path) -> None:
    with sqlite3.connect(demo_home / "qiao.sqlite3") as migrated, connection.cursor() as cursor:
        there, here = schema_of(migrated.cursor()), schema_of(cursor)
        assert there.keys() == here.keys()
        assert {name: (there[name], here[name]) for name in there if there[name] != here[name]} == {}
        for table in ROWS:
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone()[0] == migrated.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 1
