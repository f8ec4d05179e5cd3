"""Reads about keywords: the vocabulary, and who is about what."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, Q

from qiao.core.alphabet import alphabetical_label
from qiao.core.pages import Pages
from qiao.directory.models import EntryKeyword, Keyword, Organisation, OrganisationKeyword
from qiao.engine.matching.keywords import MOST, Tag, of_profile
from qiao.engine.matching.text import fold

TERMS_PER_PAGE = 50
CHUNK = 5_000


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
    return keywords_for([organisation.pk])[organisation.pk]


def keywords_for(organisations: Collection[int]) -> dict[int, list[ProfileKeyword]]:
    """The same for many, by primary key: two queries for every CHUNK of them."""
    pks = list(organisations)
    made: dict[int, list[ProfileKeyword]] = {}
    for start in range(0, len(pks), CHUNK):
        said: dict[int, list[OrganisationKeyword]] = defaultdict(list)
        found: dict[int, list[EntryKeyword]] = defaultdict(list)
        part = pks[start : start + CHUNK]
        for one in OrganisationKeyword.objects.filter(organisation__in=part).select_related("keyword").order_by("pk"):
            said[one.organisation_id].append(one)
        rows = EntryKeyword.objects.filter(entry__organisation__in=part, keyword__is_retired=False)
        for row in rows.select_related("keyword", "entry").order_by("pk"):
            found[row.entry.organisation_id].append(row)
        made |= {pk: list(_of_profile(said[pk], found[pk])) for pk in part}
    return made


def _of_profile(said: Iterable[OrganisationKeyword], found: Iterable[EntryKeyword]) -> Iterator[ProfileKeyword]:
    decided = {row.keyword_id: row for row in said}
    for row in decided.values():
        if row.origin == OrganisationKeyword.Origin.CONFIRMED and not row.keyword.is_retired:
            yield ProfileKeyword(row.keyword, True)
    open_terms: dict[str, Keyword] = {}
    by_text: dict[int, list[Tag]] = defaultdict(list)
    for one in found:
        if one.keyword_id not in decided:
            open_terms[one.keyword.code] = one.keyword
        by_text[one.entry_id].append(Tag(one.keyword.code, one.score))
    best = [tag.code for tag in of_profile(by_text.values(), most=MOST + len(decided)) if tag.code in open_terms]
    yield from (ProfileKeyword(open_terms[code], False) for code in best[:MOST])


CONFIRMED_WEIGHT = 2.0  # of a term that a person confirmed, beside 1 for one that the machine found


def weights_for(organisations: Iterable[Organisation]) -> dict[str, dict[str, float]]:
    """What matching compares: organisation's key -> term's code -> weight."""
    keys = {organisation.pk: organisation.key for organisation in organisations}
    return {
        keys[pk]: {one.keyword.code: CONFIRMED_WEIGHT if one.is_confirmed else 1.0 for one in some}
        for pk, some in keywords_for(keys).items()
    }


def removed_keywords(organisation: Organisation) -> list[Keyword]:
    """The terms that people of the organisation said do not fit."""
    rows = organisation.keywords.filter(origin=OrganisationKeyword.Origin.REMOVED, keyword__is_retired=False)
    return [row.keyword for row in rows.select_related("keyword").order_by("-changed")]


def suggested_terms() -> list[str]:
    """The shown words of all terms in use, in the reader's language, for the field's suggestions."""
    return sorted({str(row) for row in Keyword.objects.filter(is_retired=False)}, key=alphabetical_label)


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
    for row in sorted(rows, key=lambda row: alphabetical_label(str(row))):
        children.setdefault(row.broader_id, []).append(row)
    ordered = list(_walk(children, None, 0))
    wanted = fold(words)
    shown = [
        (row, depth)
        for row, depth in ordered
        if row.is_retired == retired and (not wanted or any(wanted in fold(word) for word in all_words(row)))
    ]
    found: Page[Any] = Pages(shown, TERMS_PER_PAGE).get_page(page)
    counts = _counts([row.pk for row, _depth in found.object_list])
    found.object_list = [TermRow(row, depth, counts.get(row.pk, 0)) for row, depth in found.object_list]
    return found


def all_words(keyword: Keyword) -> list[str]:
    return [keyword.code, *keyword.names.values(), *(word for some in keyword.synonyms.values() for word in some)]


def _walk(children: dict[int | None, list[Keyword]], above: int | None, depth: int) -> Iterator[tuple[Keyword, int]]:
    rest = [(row, depth) for row in reversed(children.get(above, []))]
    while rest:
        row, depth = rest.pop()
        yield row, depth
        rest += [(child, depth + 1) for child in reversed(children.get(row.pk, []))]


def _counts(keywords: list[int]) -> dict[int, int]:
    rows = EntryKeyword.objects.filter(keyword__in=keywords).values("keyword")
    return dict(rows.annotate(n=Count("entry__organisation", distinct=True)).values_list("keyword", "n"))
