"""A query as the databases' full-text index understands it: FTS5 of SQLite, tsquery of PostgreSQL. Same hits on both."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from qiao.directory.search import Query, Term

SQLITE = "SELECT rowid FROM qiao_search WHERE qiao_search MATCH %s"
POSTGRESQL = "SELECT id FROM qiao_searchdocument WHERE vector @@ %s::tsquery"
POSTGRESQL_MANY = "SELECT DISTINCT id FROM qiao_searchdocument, unnest(%s::tsquery[]) AS one WHERE vector @@ one"


def _sqlite_term(term: Term) -> str:
    star = "*" if term.prefix else ""
    return "(" + " OR ".join(f'"{token}"{star}' for token in term.tokens) + ")"


def _postgresql_words(term: Term) -> list[str]:
    star = ":*" if term.prefix else ""
    return [f"'{token}'{star}" for token in term.tokens]


def match(query: Query) -> tuple[str, list[str | list[str]]]:
    """(statement that selects the documents' ids, its parameters). Tokens hold letters, figures and our marks only."""
    if connection.vendor == "postgresql":
        return _postgresql(query)
    parts = [" AND ".join(map(_sqlite_term, terms)) for terms in query.alternatives]
    return SQLITE, [" OR ".join(f"({part})" for part in parts)]


def _postgresql(query: Query) -> tuple[str, list[str | list[str]]]:
    """A term with all its typing errors is some 700 words: as one tsquery PostgreSQL holds it against every document.

    As a list of tsqueries it looks each of them up in the index (7 ms instead of 7 s at 100,000 documents).
    """
    statements, parameters = [], list[str | list[str]]()
    for terms in query.alternatives:
        words = [_postgresql_words(term) for term in terms]
        if all(len(some) == 1 for some in words):
            statements.append(POSTGRESQL)
            parameters.append(" & ".join(chain.from_iterable(words)))
        else:
            statements.append("(" + " INTERSECT ".join([POSTGRESQL_MANY] * len(words)) + ")")
            parameters += words
    return " UNION ".join(statements), parameters


def document_ids(cursor: CursorWrapper, query: Query) -> list[int]:
    """The documents that hold what was asked. `cursor`: see by_index."""
    cursor.execute(*match(query))
    return [pk for (pk,) in cursor.fetchall()]


@contextmanager
def by_index() -> Iterator[CursorWrapper]:
    """A cursor whose searches use the index.

    PostgreSQL takes reading the words of a document to be as cheap as reading a number. So for a word that every eighth
    document has it rather reads those of all 100,000, which takes 900 ms instead of 80.
    """
    with ExitStack() as stack:
        if connection.vendor != "postgresql":
            yield stack.enter_context(connection.cursor())
            return
        stack.enter_context(transaction.atomic(savepoint=False))
        cursor = stack.enter_context(connection.cursor())
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield cursor
        cursor.execute("SET LOCAL enable_seqscan = on")
