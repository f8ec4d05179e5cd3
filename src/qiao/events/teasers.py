"""What somebody who is only looking may see: examples of partners, without names and without anybody's own words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from qiao.directory.models import Consent, EntryKeyword, Keyword, Organisation, OrganisationKeyword, Side
from qiao.directory.purposes import PROFILE

MOST, KEYWORDS = 3, 3


@dataclass(frozen=True)
class Example:
    """An organisation told by what it is, where, and terms of the common vocabulary alone."""

    organisation: Organisation
    offers: list[Keyword]
    seeks: list[Keyword]


def home_side(sides: Iterable[Side], code: str, language: str) -> Side | None:
    """Where the visitor comes from: as chosen, else by the language."""
    rows = list(sides)
    chosen = next((one for one in rows if one.code == code), None)
    country = "CN" if language == "zh" else "DE"
    return chosen or next((one for one in rows if one.country == country), rows[0] if rows else None)


def examples(home: Side | None, theme: str = "") -> list[Example]:
    """The newest of the other sides who have joined, take part in suggestions and have keywords. Three queries."""
    joined = Consent.objects.filter(person__organisations=OuterRef("pk"), purpose=PROFILE.code, withdrawn=None)
    terms = EntryKeyword.objects.filter(entry__organisation=OuterRef("pk"))
    rows = Organisation.objects.filter(Exists(joined), Exists(terms), is_published=True, opted_out=False)
    if home is not None:
        rows = rows.exclude(side=home)
    if theme:
        rows = rows.filter(themes__code=theme)
    found = list(rows.select_related("side").order_by("-shown_since", "-pk")[:MOST])
    words = _keywords(found)
    return [Example(one, words.get((one.pk, "offer"), []), words.get((one.pk, "seek"), [])) for one in found]


def _keywords(organisations: list[Organisation]) -> dict[tuple[int, str], list[Keyword]]:
    """{(organisation id, offer or seek): its best terms}, without those that it said do not fit."""
    removed = set(
        OrganisationKeyword.objects.filter(
            organisation__in=organisations, origin=OrganisationKeyword.Origin.REMOVED
        ).values_list("organisation_id", "keyword_id")
    )
    found: dict[tuple[int, str], list[Keyword]] = {}
    rows = EntryKeyword.objects.filter(entry__organisation__in=organisations, keyword__is_retired=False)
    for row in rows.select_related("entry", "keyword").order_by("-score", "pk"):
        owner = row.entry.organisation_id
        own = found.setdefault((owner, row.entry.kind), [])
        if len(own) < KEYWORDS and row.keyword not in own and (owner, row.keyword_id) not in removed:
            own.append(row.keyword)
    return found
