"""The report for those who pay: per office and period, as tables whose every number is the length of a list.

No number says anything about a person. Where a table tells organisations apart (theme, size, region, pairs), numbers below
LEAST are withheld, and the next smallest where the sum would tell them, so that nothing can be worked out from the others.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from babel import Locale
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qiao.core.alphabet import alphabetical
from qiao.core.bars import BarChart
from qiao.core.languages import reader_language
from qiao.directory.models import Organisation, Side, Theme
from qiao.events.models import Event
from qiao.office.case_models import AdviceCase
from qiao.office.introduction_models import Introduction
from qiao.office.models import Cooperation
from qiao.site.report_rows import Fact, Facts, Scope, Traits, facts, once, traits
from qiao.templatetags.wording import LOCALES

LEAST = 3
WITHHELD = "*"
NONE, UNKNOWN, ALL = "none", "unknown", "all"
CASES, INTRODUCTIONS, TALKS, COOPERATIONS = "worked", "begun", "talks", "standing"

MEASURES: Mapping[str, Any] = {
    "opened": gettext_lazy("cases opened"),
    "worked": gettext_lazy("cases worked on"),
    "closed": gettext_lazy("cases closed"),
    "begun": gettext_lazy("introductions begun"),
    "agreed": gettext_lazy("introductions agreed"),
    "talks": gettext_lazy("talks held"),
    "began": gettext_lazy("cooperations begun"),
    "reached": gettext_lazy("cooperations that reached a stage"),
    "standing": gettext_lazy("cooperations at the end of the period"),
}
COLUMNS: Mapping[str, Any] = {
    "opened": pgettext_lazy("advice cases", "opened"),
    "worked": pgettext_lazy("advice cases", "worked on"),
    "closed": pgettext_lazy("advice cases", "closed"),
    "begun": gettext_lazy("introductions"),
    "talks": gettext_lazy("talks held"),
    "reached": gettext_lazy("reached in the period"),
    "standing": gettext_lazy("at its end"),
}
BROAD: Mapping[str, Any] = {
    "worked": gettext_lazy("advice cases"),
    "begun": gettext_lazy("introductions"),
    "talks": gettext_lazy("talks held"),
    "standing": gettext_lazy("cooperations"),
}
"""The measures of tables that tell organisations apart."""


@dataclass(frozen=True)
class Cell:
    """A number, and which list stands behind it. is_withheld: it is not told."""

    number: int
    measure: str
    group: str
    is_withheld: bool = False

    @property
    def shown(self) -> str | int:
        return WITHHELD if self.is_withheld else self.number


@dataclass(frozen=True)
class Line:
    label: str
    cells: list[Cell]
    minutes: int | None = None


@dataclass(frozen=True)
class Table:
    """One table of the report; `part` says by what its rows tell apart, see PARTS."""

    part: str
    title: str
    columns: list[str]
    lines: list[Line]
    note: str = ""
    minutes: str = ""  # heading of the column of minutes, where there is one
    charted: int | None = 0  # which column is drawn; None: none

    @property
    def chart(self) -> BarChart | None:
        if self.charted is None:
            return None
        rows = [(line.label, line.cells[self.charted]) for line in self.lines]
        told = [(label, cell.number) for label, cell in rows if not cell.is_withheld and cell.number]
        return BarChart(self.columns[self.charted], told, label_width=230) if told else None

    @property
    def has_withheld(self) -> bool:
        return any(cell.is_withheld for line in self.lines for cell in line.cells)


@dataclass(frozen=True)
class Report:
    scope: Scope
    totals: list[Cell]  # in the order of MEASURES
    minutes: int
    tables: list[Table]

    @property
    def headline(self) -> list[tuple[str, Cell]]:
        return [(str(MEASURES[cell.measure]), cell) for cell in self.totals]

    @property
    def has_withheld(self) -> bool:
        return any(table.has_withheld for table in self.tables)

    @property
    def is_empty(self) -> bool:
        return not any(cell.number for cell in self.totals)


@dataclass(frozen=True)
class Source:
    """The facts with what is known of their organisations, and by which groups a part tells them apart."""

    found: Facts
    known: Mapping[int, Traits] = field(default_factory=dict)

    def groups(self, part: str, fact: Fact) -> tuple[str, ...]:
        return PARTS[part](fact, [self.known[pk] for pk in fact.organisations if pk in self.known])

    def counts(self, measure: str, part: str) -> Counter[str]:
        """The numbers of all groups at once."""
        return Counter(group for one in self.found[measure] for group in self.groups(part, one))

    def behind(self, measure: str, part: str, group: str) -> list[Fact]:
        """The list behind a number."""
        return [one for one in self.found[measure] if group in self.groups(part, one)]


def _pairs(one: Traits, other: Traits, keys: Callable[[Traits], Iterable[str]]) -> tuple[str, ...]:
    """ "a|b" for each key of the European and each of the Chinese side; nothing where both are of one."""
    if one.chinese == other.chinese:
        return ()
    european, chinese = (other, one) if one.chinese else (one, other)
    return once(f"{a}|{b}" for a in keys(european) for b in keys(chinese))


def _themes(of: Traits) -> tuple[str, ...]:
    return of.themes or (NONE,)


PARTS: Mapping[str, Callable[[Fact, Sequence[Traits]], tuple[str, ...]]] = {
    "all": lambda fact, of: (ALL,),
    "kind": lambda fact, of: fact.groups,
    "tag": lambda fact, of: fact.tags,
    "theme": lambda fact, of: once(code for one in of for code in _themes(one)) or (UNKNOWN,),
    "size": lambda fact, of: once(one.size or NONE for one in of) or (UNKNOWN,),
    "side": lambda fact, of: once(one.side for one in of) or (UNKNOWN,),
    "country": lambda fact, of: once(one.country or NONE for one in of) or (UNKNOWN,),
    "sides": lambda fact, of: ("|".join(sorted(one.side for one in of)),) if len(of) == 2 else (),
    "matrix": lambda fact, of: _pairs(of[0], of[1], _themes) if len(of) == 2 else (),
}
"""By what a table tells apart: the groups to which a fact belongs, from itself and its organisations."""


def source(scope: Scope) -> Source:
    found = facts(scope)
    return Source(found, traits(found))


def report(scope: Scope) -> Report:
    """A fixed number of queries, however much there is."""
    of = source(scope)
    totals = [Cell(len(of.found[measure]), measure, ALL) for measure in MEASURES]
    return Report(scope, totals, sum(one.minutes for one in of.found[CASES]), list(_tables(of)))


def _tables(of: Source) -> Iterable[Table]:
    kinds, states, stages = (
        dict(choices) for choices in (AdviceCase.Kind.choices, Introduction.State.choices, Cooperation.Stage.choices)
    )
    yield _counted(of, _("Advice"), kinds, ("opened", "worked", "closed"), charted=1, minutes=True)
    yield _counted(
        of, _("Introductions"), states, ("begun",), note=_("Those begun in the period, by their state today.")
    )
    events = {event.slug: str(event) for event in Event.objects.order_by("starts", "pk")}
    yield _counted(
        of,
        _("Talks held"),
        events,
        ("talks",),
        note=_("Their time is over, and neither side says that it did not take place."),
    )
    yield _counted(of, _("Cooperations"), stages, ("reached", "standing"), charted=1)
    tags = {name: name for name in sorted({name for one in of.found[TALKS] for name in one.tags})}
    yield _told_apart(of, "tag", _("Talks held by tag"), tags, measures=(TALKS,), unknown=False)
    sides = list(Side.objects.order_by("pk"))
    themes = {theme.code: str(theme) for theme in Theme.objects.all()} | {NONE: _("no theme named")}
    sizes = dict(Organisation.Size.choices) | {NONE: _("no size named")}
    regions = {side.code: str(side) for side in sides}
    several = _("Counted for each organisation concerned; one that has several themes counts in each.")
    yield _told_apart(of, "theme", _("By theme"), themes, several)
    yield _told_apart(
        of, "size", _("By size"), sizes, _("Counted for each size that one of the organisations concerned has.")
    )
    yield _told_apart(
        of,
        "side",
        _("By region"),
        regions,
        _("Counted for each region that one of the organisations concerned belongs to."),
    )
    names = Locale.parse(LOCALES[reader_language()]).territories
    found = sorted(
        {one.country for one in of.known.values() if one.country}, key=lambda code: alphabetical(names.get(code, code))
    )
    countries = {code: names.get(code, code) for code in found} | {NONE: _("no country named")}
    yield _told_apart(of, "country", _("By country"), countries)
    pairs = {
        "|".join(sorted((one.code, other.code))): f"{one} – {other}"
        for number, one in enumerate(sides)
        for other in sides[number:]
    }
    yield _told_apart(
        of, "sides", _("Between the regions"), pairs, measures=("begun", "talks", "standing"), unknown=False
    )
    yield _matrix(of, themes)


def _counted(
    of: Source, title: str, names: Mapping[str, Any], measures: Sequence[str], *, note: str = "", charted: int = 0, minutes: bool = False
) -> Table:  # fmt: skip
    """By what the things themselves are: these numbers tell nothing of an organisation and are never withheld."""
    counts = {measure: of.counts(measure, "kind") for measure in measures}
    spent: Counter[str] = Counter()
    for one in of.found[CASES]:
        spent[one.groups[0]] += one.minutes
    lines = []
    for code, label in names.items():
        cells = [Cell(counts[measure][code], measure, code) for measure in measures]
        if any(cell.number for cell in cells):
            lines.append(Line(str(label), cells, spent[code] if minutes else None))
    columns = [str(COLUMNS[measure]) for measure in measures]
    return Table("kind", title, columns, lines, note, _("minutes") if minutes else "", charted)


def _told_apart(
    of: Source, part: str, title: str, names: Mapping[str, Any], note: str = "", *, measures: Sequence[str] = tuple(BROAD), unknown: bool = True
) -> Table:  # fmt: skip
    labels = {**names, **({UNKNOWN: _("not in the directory")} if unknown else {})}
    columns = {measure: _column(of, part, measure, labels) for measure in measures}
    lines = [Line(str(label), [columns[measure][code] for measure in measures]) for code, label in labels.items()]
    shown = [line for line in lines if any(cell.number for cell in line.cells)]
    return Table(part, title, [str(BROAD[measure]) for measure in measures], shown, note, charted=measures.index(TALKS))


def _column(of: Source, part: str, measure: str, labels: Iterable[str]) -> dict[str, Cell]:
    counts = of.counts(measure, part)
    numbers = {code: counts[code] for code in labels}
    hidden = withheld(numbers)
    return {code: Cell(number, measure, code, code in hidden) for code, number in numbers.items()}


def withheld(numbers: Mapping[str, int]) -> set[str]:
    """Which of a column are not told: those below LEAST, and the smallest of the others where their sum would tell them.

    It does where all of them are as small, or all as large, as they can be: so does always the sum of one alone.
    """
    small = {code for code, number in numbers.items() if 0 < number < LEAST}
    others = [code for code, number in numbers.items() if number >= LEAST]
    together = sum(numbers[code] for code in small)
    if others and small and together in (len(small), len(small) * (LEAST - 1)):
        small.add(min(others, key=lambda code: numbers[code]))
    return small


def _matrix(of: Source, themes: Mapping[str, str]) -> Table:
    """European themes down, Chinese ones across, of the talks held."""
    present = {group for one in of.found[TALKS] for group in of.groups("matrix", one)}
    down, across = ({group.split("|")[end] for group in present} for end in (0, 1))
    columns = {code: label for code, label in themes.items() if code in across}
    labels = [f"{row}|{column}" for row in themes if row in down for column in columns]
    cells = _column(of, "matrix", TALKS, labels)
    lines = [Line(themes[row], [cells[f"{row}|{column}"] for column in columns]) for row in themes if row in down]
    note = _(
        "Talks held between a theme of an organisation from Europe (down) and one of an organisation from China (across)."
    )
    return Table("matrix", _("German–Chinese matrix"), list(columns.values()), lines, note, charted=None)
