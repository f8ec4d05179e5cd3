"""Many rows at once: prepared outside the transaction that writes them, so that nobody waits while they are prepared.

Django's `bulk_create` and `bulk_update` take the same values to the database, but make their statements within the
transaction: for 30,000 organisations with their texts that is most of its time.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction

Values = tuple[Any, ...]


@dataclass(frozen=True)
class Statement:
    """One SQL statement and the values of each of its rows."""

    sql: str
    rows: list[Values]

    def run(self) -> None:
        if self.rows:
            with connection.cursor() as cursor:
                cursor.executemany(self.sql, self.rows)


def insertion(model: type[models.Model], rows: Iterable[models.Model], *, keyed: bool = False) -> Statement:
    """Inserts rows; `keyed`: with the primary keys that they have, from `reserve`."""
    quote, table = connection.ops.quote_name, model._meta.db_table
    fields = [field for field in model._meta.concrete_fields if keyed or not field.primary_key]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(table)} ({columns}) VALUES ({marks})"  # noqa: S608  names of our own tables
    return Statement(sql, [_values(row, fields, add=True) for row in rows])


def changing(model: type[models.Model], rows: Iterable[models.Model], names: Collection[str]) -> Statement:
    """Writes these fields of rows that exist."""
    quote, table, key = connection.ops.quote_name, model._meta.db_table, str(model._meta.pk.column)
    fields = [field for field in model._meta.concrete_fields if field.name in names]
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    sql = f"UPDATE {quote(table)} SET {columns} WHERE {quote(key)} = %s"  # noqa: S608  as above
    return Statement(sql, [(*_values(row, fields, add=False), row.pk) for row in rows])


def _values(row: models.Model, fields: Iterable[Any], *, add: bool) -> Values:
    return tuple(field.get_db_prep_save(field.pre_save(row, add), connection) for field in fields)


def reserve(model: type[models.Model], count: int) -> list[int]:
    """Primary keys that no other row will get, also when these are never used."""
    table, column = model._meta.db_table, model._meta.pk.column
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sql = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            cursor.execute(sql, [connection.ops.quote_name(table), column, count])
            return [pk for (pk,) in cursor.fetchall()]
        # What AUTOINCREMENT counts with: SQLite gives the next row the number after this one.
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table])
        if not cursor.rowcount:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = int(cursor.fetchone()[0])
        return list(range(last - count + 1, last + 1))
