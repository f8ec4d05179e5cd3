"""A query as the databases' full-text index understands it: FTS5 of SQLite, tsquery of PostgreSQL. Same hits on both."""

from django.db import connection
from django.db.models.expressions import RawSQL

from qiao.directory.search import Query, Term

SQLITE = "SELECT rowid FROM qiao_search WHERE qiao_search MATCH %s"
POSTGRESQL = "SELECT id FROM qiao_searchdocument WHERE vector @@ %s::tsquery"


def _sqlite_term(term: Term) -> str:
    star = "*" if term.prefix else ""
    return "(" + " OR ".join(f'"{token}"{star}' for token in term.tokens) + ")"


def _postgresql_term(term: Term) -> str:
    star = ":*" if term.prefix else ""
    return "(" + " | ".join(f"'{token}'{star}" for token in term.tokens) + ")"


def match(query: Query) -> tuple[str, str]:
    """(statement that selects the documents' ids, its parameter). Tokens hold letters, figures and our marks only."""
    if connection.vendor == "postgresql":
        parts = [" & ".join(map(_postgresql_term, terms)) for terms in query.alternatives]
        return POSTGRESQL, " | ".join(f"({part})" for part in parts)
    parts = [" AND ".join(map(_sqlite_term, terms)) for terms in query.alternatives]
    return SQLITE, " OR ".join(f"({part})" for part in parts)


def document_ids(query: Query) -> list[int]:
    """The documents that hold what was asked; one query."""
    statement, parameter = match(query)
    with connection.cursor() as cursor:
        cursor.execute(statement, [parameter])
        return [pk for (pk,) in cursor.fetchall()]


def matching(query: Query, column: str) -> RawSQL:
    """For `pk__in`: the organisations (`organisation_id`) or people (`person_id`) whose own document fits."""
    statement, parameter = match(query)
    assert column in {"organisation_id", "person_id"}
    own = f"SELECT {column} FROM qiao_searchdocument WHERE {column} IS NOT NULL AND entry_id IS NULL"  # noqa: S608
    return RawSQL(f"{own} AND id IN ({statement})", [parameter])  # noqa: S611
