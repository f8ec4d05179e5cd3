"""Reads about keywords: the vocabulary, and who is about what."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from qiao.directory.models import EntryKeyword, Keyword, Organisation, OrganisationKeyword
from qiao.engine.matching.keywords import MOST, Tag, of_profile
from qiao.engine.matching.text import fold

TERMS_PER_PAGE = 50


def with_narrower(keywords: Iterable[int]) -> set[int]:
    """The ids of these terms and of everything below them: who is about welding is about joining."""
    children: dict[int | None, list[int]] = {}
    for pk, broader in Keyword.objects.values_list("pk", "broader_id"):
        children.setdefault(broader, []).append(pk)
    found: set[int] = set()
    rest = list(keywords)
    while rest:
        pk = rest.pop()
        if pk not in found:
            found.add(pk)
            rest += children.get(pk, [])
    return found


def organisations_about(keywords: Iterable[int]) -> Q:
    """For a query over organisations: a text of theirs, or a person for them, says one of the terms or a narrower one.

    A term that an organisation removed stands on none of its texts.
    """
    wanted = with_narrower(keywords)
    said = OrganisationKeyword.objects.filter(keyword__in=wanted, origin=OrganisationKeyword.Origin.CONFIRMED)
    found = EntryKeyword.objects.filter(keyword__in=wanted)
    return Q(pk__in=said.values("organisation_id")) | Q(pk__in=found.values("entry__organisation_id"))


@dataclass(frozen=True)
class ProfileKeyword:
    """A term of an organisation; confirmed by a person, or found by the machine in its texts."""

    keyword: Keyword
    is_confirmed: bool


def keywords_of(organisation: Organisation) -> list[ProfileKeyword]:
    """What an organisation is about: what people confirmed, then the best of what the machine found. Two queries."""
    said = list(organisation.keywords.select_related("keyword").order_by("pk"))
    confirmed = [row.keyword for row in said if row.origin == OrganisationKeyword.Origin.CONFIRMED]
    known = {row.keyword_id for row in said}
    found = EntryKeyword.objects.filter(entry__organisation=organisation, keyword__is_retired=False)
    rows: dict[str, Keyword] = {}
    by_text: dict[int, list[Tag]] = {}
    for row in found.select_related("keyword"):
        if row.keyword_id not in known:
            rows[row.keyword.code] = row.keyword
        by_text.setdefault(row.entry_id, []).append(Tag(row.keyword.code, row.score))
    best = [rows[tag.code] for tag in of_profile(by_text.values(), most=MOST + len(known)) if tag.code in rows]
    kept = [ProfileKeyword(keyword, True) for keyword in confirmed if not keyword.is_retired]
    return kept + [ProfileKeyword(keyword, False) for keyword in best[:MOST]]


def removed_keywords(organisation: Organisation) -> list[Keyword]:
    """The terms that people of the organisation said do not fit."""
    rows = organisation.keywords.filter(origin=OrganisationKeyword.Origin.REMOVED, keyword__is_retired=False)
    return [row.keyword for row in rows.select_related("keyword").order_by("-changed")]


def suggested_terms() -> list[str]:
    """The shown words of all terms in use, in the reader's language, for the field's suggestions."""
    return sorted({str(row) for row in Keyword.objects.filter(is_retired=False)}, key=str.casefold)


def find_term(words: str) -> Keyword | None:
    """The term in use that has exactly these words in one of the languages; the shown word counts before synonyms."""
    wanted = fold(words)
    rows = list(Keyword.objects.filter(is_retired=False).order_by("code")) if wanted else []
    shown = (row for row in rows if wanted in {fold(name) for name in row.names.values()})
    meant = (row for row in rows if wanted in {fold(word) for some in row.synonyms.values() for word in some})
    return next(shown, None) or next(meant, None)


@dataclass(frozen=True)
class TermRow:
    """A term in the office's list: how deep it stands, how many organisations it was found at."""

    keyword: Keyword
    depth: int
    count: int


def vocabulary_page(words: str, page: str, *, retired: bool = False) -> Page[TermRow]:
    """The terms in the order of the tree; with words those that have them in any language, as part of a word."""
    rows = list(Keyword.objects.select_related("broader", "merged_into"))
    children: dict[int | None, list[Keyword]] = {}
    for row in sorted(rows, key=lambda row: str(row).casefold()):
        children.setdefault(row.broader_id, []).append(row)
    ordered = list(_walk(children, None, 0))
    wanted = fold(words)
    shown = [
        (row, depth)
        for row, depth in ordered
        if row.is_retired == retired and (not wanted or any(wanted in fold(word) for word in all_words(row)))
    ]
    found: Page[Any] = Paginator(shown, TERMS_PER_PAGE).get_page(page)
    counts = _counts([row.pk for row, _depth in found.object_list])
    found.object_list = [TermRow(row, depth, counts.get(row.pk, 0)) for row, depth in found.object_list]
    return found


def all_words(keyword: Keyword) -> list[str]:
    return [keyword.code, *keyword.names.values(), *(word for some in keyword.synonyms.values() for word in some)]


def _walk(children: dict[int | None, list[Keyword]], above: int | None, depth: int) -> Iterator[tuple[Keyword, int]]:
    for row in children.get(above, []):
        yield row, depth
        yield from _walk(children, row.pk, depth + 1)


def _counts(keywords: list[int]) -> dict[int, int]:
    rows = EntryKeyword.objects.filter(keyword__in=keywords).values("keyword")
    return dict(rows.annotate(n=Count("entry__organisation", distinct=True)).values_list("keyword", "n"))
