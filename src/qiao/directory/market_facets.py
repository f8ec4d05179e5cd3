"""What a list of the marketplace can be narrowed by besides the facets of organisations: what opportunities say of themselves."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from qiao.core.alphabet import alphabetical_label
from qiao.core.languages import reader_language
from qiao.directory import asking
from qiao.directory.hits import Ask
from qiao.directory.market_models import Area, Cooperation, Opportunity, Rights, Stage
from qiao.directory.market_queries import open_opportunities
from qiao.directory.models import Organisation
from qiao.directory.results import Choice, FacetView
from qiao.directory.values import countries
from qiao.templatetags.wording import LOCALES

Chosen = Mapping[str, tuple[str, ...]]
Said = Mapping[str, Collection[str]]  # of one opportunity, by facet; nothing in WHERE: anywhere
WHERE = "where"


def _of(choices: Sequence[tuple[Any, Any]]) -> Callable[[], dict[str, str]]:
    return lambda: {str(code): str(label) for code, label in choices}


def _countries() -> dict[str, str]:
    return dict(countries(LOCALES[reader_language()]))


@dataclass(frozen=True)
class Facet:
    """in_order: its values stand as they follow each other, and not the most frequent first."""

    heading: Any
    column: str  # of Opportunity
    labels: Callable[[], Mapping[str, str]]
    in_order: bool = False


FACETS: Mapping[str, Facet] = {
    "area": Facet(_("What it is about"), "area", _of(Area.choices), in_order=True),
    "stage": Facet(_("How far it is"), "stage", _of(Stage.choices), in_order=True),
    "rights": Facet(_("Rights"), "rights", _of(Rights.choices), in_order=True),
    "partner": Facet(_("Partner sought"), "partner_types", _of(Organisation.Type.choices)),
    "form": Facet(_("Form of cooperation"), "cooperation", _of(Cooperation.choices)),
    WHERE: Facet(_("Partner sought in"), "countries", _countries),
}


def chosen_in(params: QueryDict) -> Chosen:
    """What an address chooses; values that there are not are left out."""
    found = {}
    for name, facet in FACETS.items():
        values = dict.fromkeys(params.getlist(name))
        if kept := tuple(value for value in values if value in facet.labels()):
            found[name] = kept
    return found


def in_address(chosen: Chosen) -> tuple[tuple[str, str], ...]:
    """For `Ask.more`."""
    return tuple((name, value) for name in FACETS for value in chosen.get(name, ()))


def chosen_of(ask: Ask) -> Chosen:
    """What `in_address` made of it."""
    return {name: tuple(value for other, value in ask.more if other == name) for name in dict(ask.more)}


def labels_of(ask: Ask) -> list[list[str]]:
    """What is chosen, in the reader's words, facet by facet."""
    return [[str(FACETS[name].labels()[code]) for code in codes] for name, codes in chosen_of(ask).items()]


def said_by_all() -> dict[int, Said]:
    """What every open opportunity says, by its entry. One query."""
    columns = [facet.column for facet in FACETS.values()]
    rows = Opportunity.objects.filter(open_opportunities()).values_list("entry_id", *columns)
    found: dict[int, Said] = {}
    for entry, *cells in rows:
        values = ([cell] if isinstance(cell, str) else cell for cell in cells)
        found[entry] = {name: {one for one in some if one} for name, some in zip(FACETS, values, strict=True)}
    return found


def _fits(said: Said, name: str, values: Collection[str]) -> bool:
    return bool(set(values) & set(said[name])) or (name == WHERE and not said[name])


def fitting(all_said: Mapping[int, Said], chosen: Chosen) -> frozenset[int]:
    """The entries that say one of the values of each facet."""
    return frozenset(
        entry for entry, said in all_said.items() if all(_fits(said, name, values) for name, values in chosen.items())
    )


def views(ask: Ask, chosen: Chosen, said: Mapping[int, Said]) -> tuple[list[FacetView], list[Choice]]:
    """What can be chosen, counted as if nothing were chosen in the facet itself, and what is. said: of what was found."""
    shown, taken = [], []
    for name, facet in FACETS.items():
        others = {other: values for other, values in chosen.items() if other != name}
        among = [said[entry] for entry in fitting(said, others)]
        values = _values(ask, chosen, name, among)
        taken += [one for one in values if one.chosen]
        if values:
            shown.append(FacetView(str(facet.heading), values))
    return shown, taken


def _values(ask: Ask, chosen: Chosen, name: str, among: Sequence[Said]) -> list[Choice]:
    now, facet = chosen.get(name, ()), FACETS[name]
    labels = facet.labels()
    present = {code for one in among for code in one[name]} | set(now)
    found = []
    for code in (code for code in labels if code in present):
        other = tuple(one for one in now if one != code) if code in now else (*now, code)
        address = asking.address(replace(ask, more=in_address({**chosen, name: other})))
        count = sum(_fits(one, name, [code]) for one in among)
        found.append(Choice(labels[code], address, count, code in now))
    if not facet.in_order:
        found.sort(key=lambda one: (not one.chosen, -one.count, alphabetical_label(one.label)))
    return found
