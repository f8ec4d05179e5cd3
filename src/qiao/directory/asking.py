"""A search in an address and in words: what stands behind the `?` of the page, and the names of what is chosen."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from qiao.core.languages import listed, localized, reader_language
from qiao.core.texts import tidy
from qiao.directory.catalogue_rows import EMPTY, FACETS, FILLED, KINDS, zone_code
from qiao.directory.hits import LISTS, Ask
from qiao.directory.models import Keyword, Organisation, Park, Side, Theme
from qiao.directory.values import countries
from qiao.templatetags.wording import LOCALES, language_name

NEWEST = "newest"
MOST_VALUES = 40  # of one facet: as many as a page shows
__all__ = [
    "FACETS", "KINDS", "address", "from_address", "heading", "in_words", "labels", "lists", "pairs", "read",
]  # fmt: skip


def read(params: QueryDict, words: str) -> Ask:
    """The search that an address asks for. `words` are clean already; a value that nobody has finds nobody."""
    kind = params.get("kind", "")
    facets = {}
    for name in FACETS:
        values = dict.fromkeys(tidy(value) for value in params.getlist(name))
        if kept := tuple(value for value in values if value)[:MOST_VALUES]:
            facets[name] = kept
    return Ask(
        tidy(words), kind if kind in LISTS else "", facets, bool(params.get("review")), params.get("sort") == NEWEST
    )


def pairs(ask: Ask) -> list[tuple[str, str]]:
    """What an address says of a search, in a fixed order."""
    plain = [("q", ask.words), ("kind", ask.kind), ("review", "on" if ask.waiting else "")]
    plain.append(("sort", NEWEST if ask.newest else ""))
    facets = [(name, value) for name in FACETS for value in ask.facets.get(name, ())]
    return [(name, value) for name, value in (*plain, *facets, *ask.more) if value]


def address(ask: Ask, **more: int) -> str:
    """ "?q=laser&country=CN"; "?" for everything, so that a link with it forgets what the page's own address says.

    more: what is added, such as the page of the results or the place among them.
    """
    return "?" + urlencode([*pairs(ask), *more.items()])


def from_address(query: str) -> Ask:
    """A search from what `address` made of it."""
    params = QueryDict(query.removeprefix("?"))
    return read(params, params.get("q", ""))


def heading(facet: str) -> str:
    return {
        "country": _("Country"), "region": _("Region"), "zone": _("Zone"), "park": _("Park"), "type": _("Type"),
        "theme": _("Theme"), "keyword": _("Keyword"), "language": _("Language"), "profile": _("Profile"),
    }[facet]  # fmt: skip


def lists() -> dict[str, str]:
    """The kinds of list, in the order of the page."""
    return {
        "": _("All"), "organisation": _("Organisations"), "person": _("People"), "offer": _("Offers"), "seek": _("Seeks"),
    }  # fmt: skip


def labels(codes: Mapping[str, Iterable[str]]) -> dict[str, dict[str, str]]:
    """By facet and code what a reader sees; codes that are unknown stand as they are. Four queries at most."""
    wanted = {facet: list(values) for facet, values in codes.items()}
    found: dict[str, dict[str, str]] = {facet: {} for facet in FACETS}
    for facet, rows in _rows(wanted):
        found[facet] = {row.code: str(row) for row in rows}
    known = countries(LOCALES[reader_language()])
    types = {str(value): str(label) for value, label in Organisation.Type.choices}
    found["country"] = {code: known.get(code, code) for code in wanted.get("country", ())}
    found["type"] = {code: types.get(code, code) for code in wanted.get("type", ())}
    found["language"] = {code: language_name(code) for code in wanted.get("language", ())}
    found["profile"] = {FILLED: _("with offers or seeks"), EMPTY: _("nothing written yet")}
    if wanted.get("zone"):
        zones = (park.zone for park in Park.objects.all() if park.zone)
        found["zone"] = {zone_code(zone): localized(zone) for zone in zones}
    return {facet: {code: found[facet].get(code) or code for code in values} for facet, values in wanted.items()}


def _rows(wanted: Mapping[str, list[str]]) -> Iterable[tuple[str, Iterable[Any]]]:
    for facet, model in (("region", Side), ("theme", Theme), ("park", Park), ("keyword", Keyword)):
        if wanted.get(facet):
            yield facet, model._default_manager.filter(code__in=wanted[facet])


def in_words(ask: Ask) -> str:
    """A search as a line: "laser · China, Deutschland · Angebote"."""
    named = labels(ask.facets)
    parts = [ask.words, lists()[ask.kind] if ask.kind else ""]
    parts += [listed(named[facet][code] for code in ask.facets[facet]) for facet in FACETS if ask.facets.get(facet)]
    return " · ".join(part for part in parts if part) or _("Everything")
