"""The terms of a talk: what its two sides will speak of, as the event's glossary calls it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from qiao.directory.abstract_queries import abstracts_for
from qiao.directory.keyword_queries import ProfileKeyword, keywords_for
from qiao.directory.models import Organisation
from qiao.directory.terms import Names
from qiao.events.glossary_models import GlossaryTerm
from qiao.events.models import Event

MOST = 5


@dataclass(frozen=True)
class Term:
    """names: language -> word; note: of the glossary."""

    names: Names
    note: str = ""

    @property
    def in_order(self) -> list[tuple[str, str]]:
        """[(language tag, word)], German, Chinese, English."""
        tags = {"de": "de", "zh": "zh-Hans", "en": "en"}
        return [(tag, self.names[code]) for code, tag in tags.items() if self.names.get(code)]


Pair = tuple[Organisation, Organisation]


def terms_for(event: Event, pairs: Iterable[Pair]) -> dict[tuple[int, int], list[Term]]:
    """For each two organisations (by primary keys, in the order given) at most five terms, the telling ones first.

    Best what both speak of, then what one of them does; the glossary before the vocabulary. A fixed number of queries.
    """
    wanted = list(pairs)
    organisations = {one.pk: one for pair in wanted for one in pair}
    if not organisations:
        return {}
    prefetch_related_objects(list(organisations.values()), "entries__texts")
    abstracts, keywords = abstracts_for(organisations.values()), keywords_for(organisations)
    said = {pk: _said(one, [row.text for row in abstracts[pk].texts.values()]) for pk, one in organisations.items()}
    glossary = list(event.glossary.all())
    return {(one.pk, other.pk): _of(one.pk, other.pk, glossary, said, keywords) for one, other in wanted}


def _said(organisation: Organisation, more: Sequence[str]) -> str:
    texts = [text.text for entry in organisation.entries.all() for text in entry.texts.all()]
    return "\n".join([*texts, *more]).casefold()


def _of(
    one: int,
    other: int,
    glossary: Iterable[GlossaryTerm],
    said: Mapping[int, str],
    keywords: Mapping[int, Sequence[ProfileKeyword]],
) -> list[Term]:
    about = {pk: {row.keyword.pk for row in keywords[pk]} for pk in (one, other)}
    ranked: list[tuple[int, int, Term]] = []
    for place, term in enumerate(glossary):
        speak = sum(_is_about(term, said[pk], about[pk]) for pk in (one, other))
        if speak:
            ranked.append((-2 * speak, place, Term(term.names, term.note)))
    taken = {term.keyword_id for term in glossary}
    for place, row in enumerate([*keywords[one], *keywords[other]]):
        if row.keyword.pk not in taken:
            taken.add(row.keyword.pk)
            speak = sum(row.keyword.pk in about[pk] for pk in (one, other))
            ranked.append((1 - 2 * speak, place, Term(row.keyword.names)))
    return [term for _rank, _place, term in sorted(ranked, key=lambda row: row[:2])[:MOST]]


def _is_about(term: GlossaryTerm, said: str, about: set[int]) -> bool:
    return term.keyword_id in about or any(word.casefold() in said for word in term.names.values() if word)
