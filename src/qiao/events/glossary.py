"""Reads about the glossary of an event."""

import io
from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.core.paginator import Page
from django.utils import timezone

from qiao.core.alphabet import alphabetical_label
from qiao.core.pages import Pages
from qiao.core.tables import neutralise
from qiao.directory.columns import LANGUAGES
from qiao.directory.keyword_queries import keywords_for
from qiao.directory.models import Keyword, Organisation
from qiao.directory.terms import Names
from qiao.events.glossary_models import GlossaryTerm
from qiao.events.models import Event, Participation

PER_PAGE = 50
COLUMNS = ("key", *LANGUAGES, "note")


def terms_in_order(event: Event) -> list[GlossaryTerm]:
    """By their words in the reader's language."""
    return sorted(event.glossary.all(), key=lambda term: alphabetical_label(str(term)))


def glossary_page(event: Event, number: str) -> Page[GlossaryTerm]:
    page: Page[GlossaryTerm] = Pages(terms_in_order(event), PER_PAGE).get_page(number)
    return page


def names_for(organisations: Iterable[Organisation], today: date | None = None) -> dict[int, list[Names]]:
    """What events that are not over, and in which they take part, call things: by organisation's primary key. Two queries."""
    pks = [one.pk for one in organisations]
    rows = Participation.objects.filter(
        organisation__in=pks, state=Participation.State.APPROVED, event__ends__gte=today or timezone.localdate()
    )
    events = set(rows.values_list("organisation_id", "event_id"))
    by_event: dict[int, list[Names]] = {}
    for term in GlossaryTerm.objects.filter(event__in={event for _one, event in events}):
        by_event.setdefault(term.event_id, []).append(term.names)
    return {
        pk: [names for one, event in sorted(events) if one == pk for names in by_event.get(event, ())] for pk in pks
    }


def proposed(event: Event) -> list[Keyword]:
    """Terms of the vocabulary that participants are about and that the glossary lacks, the most frequent first."""
    rows = Participation.objects.filter(event=event, state=Participation.State.APPROVED)
    found = keywords_for(set(rows.values_list("organisation_id", flat=True)))
    known = set(event.glossary.exclude(keyword=None).values_list("keyword_id", flat=True))
    words = {_folded(term.names) for term in event.glossary.all()}
    terms = {one.keyword.pk: one.keyword for some in found.values() for one in some}
    counts = Counter(one.keyword.pk for some in found.values() for one in some)
    order = sorted(counts, key=lambda pk: (-counts[pk], pk))
    return [terms[pk] for pk in order if pk not in known and _is_whole(terms[pk], words)]


def _is_whole(keyword: Keyword, words: set[tuple[str, ...]]) -> bool:
    return all(keyword.names.get(code) for code in LANGUAGES) and _folded(keyword.names) not in words


def _folded(names: Names) -> tuple[str, ...]:
    return tuple(names.get(code, "").casefold() for code in LANGUAGES)


def glossary_xlsx(event: Event) -> bytes:
    """The glossary as a table; importing it again changes nothing."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("glossary")
    sheet.append(COLUMNS)
    for term in terms_in_order(event):
        row = [term.key, *(term.names.get(code, "") for code in LANGUAGES), term.note]
        sheet.append([neutralise(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
