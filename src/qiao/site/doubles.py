"""What the office reads about likely doubles: the list, two organisations side by side, what was merged lately."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.paginator import Page
from django.db.models import Case, IntegerField, Value, When
from django.utils import timezone
from django.utils.text import capfirst

from qiao.core.alphabet import alphabetical
from qiao.core.languages import reader_language
from qiao.core.pages import Pages
from qiao.directory.columns import KINDS, human_texts
from qiao.directory.models import Double, Merge, Organisation
from qiao.directory.reasons import sentences
from qiao.directory.values import countries
from qiao.site.actions import UNDO_DAYS
from qiao.templatetags.wording import LOCALES, language_names, place

PER_PAGE = 25
_SURENESS = Case(
    When(level=Double.Level.SURE, then=Value(0)), When(level=Double.Level.LIKELY, then=Value(1)), default=Value(2),
    output_field=IntegerField(),
)  # fmt: skip
# The fields that can be chosen, in the order of the page; `country` goes with `side`.
SHOWN = (
    "name", "name_latin", "type", "size", "country", "city", "zone", "park", "uscc", "vat_id", "register", "lei", "website",
    "languages", "nace",
)  # fmt: skip


@dataclass(frozen=True)
class DoubleView:
    """Two organisations that may be one, with the reasons in words."""

    low: Organisation
    high: Organisation
    double: Double | None
    reasons: list[str] = field(default_factory=list)
    against: list[str] = field(default_factory=list)


def double_page(page: str) -> Page[Double]:
    """The likely doubles nobody has decided about, the surest first. Three queries."""
    rows = Double.objects.filter(kept_apart=None).select_related("low__side", "high__side")
    return Pages(rows.order_by(_SURENESS, "pk"), PER_PAGE).get_page(page)


def double_views(rows: Page[Double]) -> list[DoubleView]:
    return [DoubleView(row.low, row.high, row, sentences(row.reasons), sentences(row.against)) for row in rows]


def open_doubles() -> int:
    return Double.objects.filter(kept_apart=None).count()


def merged_lately() -> list[Merge]:
    """What can still be undone, the latest first."""
    since = timezone.now() - timedelta(days=UNDO_DAYS)
    rows = Merge.objects.filter(undone=None, at__gte=since).exclude(journal={})
    return list(rows.select_related("kept__side", "by").defer("journal")[:50])


@dataclass(frozen=True)
class FieldPair:
    """One field of both: the words, and which is taken when nobody chooses. `differs`: there is something to choose."""

    name: str
    label: str
    one: str
    other: str
    takes_other: bool

    @property
    def differs(self) -> bool:
        return bool(self.one and self.other and self.one != self.other)


@dataclass(frozen=True)
class Side:
    """One of the two, with what hangs on it."""

    organisation: Organisation
    people: list[str]
    offers: list[str]
    seeks: list[str]
    talks_in: list[str]


@dataclass(frozen=True)
class Comparison:
    one: Side
    other: Side
    fields: list[FieldPair]
    double: Double | None
    reasons: list[str]
    against: list[str]


def comparison(one: Organisation, other: Organisation) -> Comparison:
    """`one` is the one that stays unless the office says otherwise."""
    low, high = sorted((one.pk, other.pk))
    double = Double.objects.filter(low=low, high=high).first()
    return Comparison(
        _side(one), _side(other), [_pair(name, one, other) for name in SHOWN], double,
        sentences(double.reasons if double else []), sentences(double.against if double else []),
    )  # fmt: skip


def better_filled(one: Organisation, other: Organisation) -> tuple[Organisation, Organisation]:
    """(the one that should stay, the other): published, with more people, more filled fields, older."""

    def weight(row: Organisation) -> tuple[int, ...]:
        filled = sum(bool(getattr(row, name)) for name in SHOWN) + row.entries.count()
        return (row.is_published, row.participations.count(), row.memberships.count(), filled, -row.pk)

    return (one, other) if weight(one) >= weight(other) else (other, one)


def _side(row: Organisation) -> Side:
    texts = {group: [" / ".join(one.values()) for one in human_texts(row, kind)] for group, kind in KINDS.items()}
    events = row.participations.select_related("event").order_by("event__starts", "pk")
    return Side(
        row, sorted((person.name for person in row.people.all()), key=alphabetical), texts["offers"], texts["seeks"],
        list(dict.fromkeys(str(one.event) for one in events)),
    )  # fmt: skip


def _pair(name: str, one: Organisation, other: Organisation) -> FieldPair:
    label = capfirst(str(Organisation._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
    return FieldPair(
        name, label, _shown(one, name), _shown(other, name), not _filled(one, name) and _filled(other, name)
    )


def _filled(row: Organisation, name: str) -> bool:
    return bool(getattr(row, name))


def _shown(row: Organisation, name: str) -> str:
    value: Any = getattr(row, name)
    if not value:
        return ""
    if name == "languages":
        return language_names(value)
    if name == "city":
        return place(value)
    if name == "country":
        return countries(LOCALES[reader_language()]).get(value, value)
    display = getattr(row, f"get_{name}_display", None)
    return str(display() if display else value)
