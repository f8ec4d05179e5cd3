"""Organisations <-> the records of `engine.same`, and which organisations may be the one in hand."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from qiao.directory.models import Membership, Organisation
from qiao.directory.search import city_key
from qiao.engine.same.compare import LEVELS, Likeness, Record, compare, mail_domain, record
from qiao.engine.same.find import keys, likenesses, pairs

NUMBERS = ("uscc", "vat_id", "register", "lei")
FIELDS = ("pk", "name", "name_latin", "city", "country", "website", *NUMBERS)
MOST_CANDIDATES = 300
MOST_SHOWN = 5
_CHUNK = 5_000


def to_record(organisation: Organisation, mails: Iterable[str] = ()) -> Record:
    """`mails`: addresses of its people. An organisation that is not saved has the id 0."""
    return _record([getattr(organisation, name) for name in FIELDS], mails)


def _record(row: Iterable[Any], mails: Iterable[str] = ()) -> Record:
    pk, name, latin, city, country, website, *numbers = row
    return record(
        pk or 0, (name, latin), city=city_key(city), country=country,
        numbers=dict(zip(NUMBERS, numbers, strict=True)), website=website, mails=tuple(mails),
    )  # fmt: skip


def same_keys(one: Record) -> str:
    """What `Organisation.same_keys` holds: the record's keys between blanks, so that one is found as a whole word."""
    return _joined(keys(one))


def _joined(found: Iterable[str]) -> str:
    return f" {' '.join(sorted(found))} "


def mails_of(organisations: Iterable[int] | None = None) -> dict[int, set[str]]:
    """Organisation -> domains of its people's addresses, free providers left out."""
    rows = Membership.objects.exclude(person__email="")
    if organisations is not None:
        rows = rows.filter(organisation__in=organisations)
    found: dict[int, set[str]] = {}
    for pk, address in rows.values_list("organisation_id", "person__email"):
        if domain := mail_domain(address):
            found.setdefault(pk, set()).add(f"@{domain}")
    return found


def records(pks: Iterable[int], mails: dict[int, set[str]]) -> dict[int, Record]:
    """The records of these organisations, read in chunks."""
    numbers = sorted(set(pks))
    found: dict[int, Record] = {}
    for start in range(0, len(numbers), _CHUNK):
        rows = Organisation.objects.filter(pk__in=numbers[start : start + _CHUNK]).values_list(*FIELDS)
        found |= {row[0]: _record(row, mails.get(row[0], ())) for row in rows}
    return found


def similar(organisation: Organisation, mails: Iterable[str] = ()) -> list[Likeness]:
    """Organisations of the directory that may be this one, the surest first. Three queries; `mails` as for to_record."""
    one = to_record(organisation, mails)
    wanted = keys(one)
    named = reduce(or_, (Q(same_keys__contains=f" {key} ") for key in sorted(wanted)), Q(pk__in=()))
    domains = [key[1:] for key in wanted if key.startswith("@")]
    writes = reduce(or_, (Q(people__email__iendswith=f"@{domain}") for domain in domains), Q(pk__in=()))
    rows = Organisation.objects.exclude(pk=organisation.pk)
    pks = [*rows.filter(named).values_list("pk", flat=True)[:MOST_CANDIDATES]]
    pks += rows.filter(writes).values_list("pk", flat=True)[:MOST_CANDIDATES] if domains else []
    found = [likeness for other in records(pks, mails_of(pks)).values() if (likeness := compare(one, other))]
    return sorted(found, key=lambda likeness: (LEVELS.index(likeness.level), likeness.low, likeness.high))[:MOST_SHOWN]


MOST_OFFERED = 3


def offered(organisation: Organisation) -> list[Organisation]:
    """Published organisations with a name like this one's: whom somebody who registers it is asked about.

    Found by name and place alone, so that the question tells nobody whose number, domain or address it is.
    """
    plain = Organisation(**{name: getattr(organisation, name) for name in ("name", "name_latin", "city", "country")})
    pks = [other_of(one, None) for one in similar(plain) if one.level != "possible"]
    found = {row.pk: row for row in Organisation.objects.filter(pk__in=pks, is_published=True)}
    return [found[pk] for pk in pks if pk in found][:MOST_OFFERED]


def other_of(likeness: Likeness, pk: int | None) -> int:
    """The one of the two that is not `pk` (0 or None: not saved)."""
    return likeness.high if likeness.low == (pk or 0) else likeness.low


@dataclass(frozen=True)
class RowDouble:
    """A new row of a table that may be there already: as an organisation of the directory, or as another row."""

    row: int
    name: str
    other: str  # name and city
    key: str  # of the organisation in the directory; empty for another row
    other_row: int  # 0 for one in the directory
    level: str
    reasons: list[dict[str, str]]


def row_doubles(new: Iterable[tuple[int, Organisation]]) -> list[RowDouble]:
    """The likely doubles of new rows, in the order of the table. Rows have negative numbers among the organisations' keys.

    Leaves in `same_keys` of each what it was found by.
    """
    rows = {-number: organisation for number, organisation in new}
    own = {number: replace(to_record(organisation), id=number) for number, organisation in rows.items()}
    keyed: dict[int, Iterable[str]] = {}
    for number, one in own.items():
        keyed[number] = keys(one)
        rows[number].same_keys = _joined(keyed[number])
    keyed |= {pk: found.split() for pk, found in Organisation.objects.values_list("pk", "same_keys")}
    candidates = list(pairs(keyed, of=own)) if own else []
    known = own | records({pk for pair in candidates for pk in pair if pk > 0}, {})
    found = [_row_double(one, rows) for one in likenesses(candidates, known.__getitem__)]
    _name_those_that_exist(found)
    return sorted((one for one, _other in found), key=lambda one: one.row)


def _row_double(likeness: Likeness, rows: dict[int, Organisation]) -> tuple[RowDouble, int]:
    """The double, and the key of the other organisation where it is in the directory (else 0)."""
    # Of two rows the later one is the double of the earlier: its number is the lower one.
    mine, other = rows[likeness.low], rows.get(likeness.high)
    double = RowDouble(
        -likeness.low, mine.name, _place(other.name, other.city) if other else "", "",
        -likeness.high if other else 0, likeness.level, [asdict(reason) for reason in likeness.reasons],
    )  # fmt: skip
    return double, 0 if other else likeness.high


def _name_those_that_exist(found: list[tuple[RowDouble, int]]) -> None:
    pks = sorted({pk for _double, pk in found if pk})
    named: dict[int, tuple[str, str, str]] = {}
    for start in range(0, len(pks), _CHUNK):
        rows = Organisation.objects.filter(pk__in=pks[start : start + _CHUNK])
        named |= {pk: (key, name, city) for pk, key, name, city in rows.values_list("pk", "key", "name", "city")}
    for place, (double, pk) in enumerate(found):
        if pk:
            key, name, city = named[pk]
            found[place] = (replace(double, key=key, other=_place(name, city)), pk)


def _place(name: str, city: str) -> str:
    return f"{name} · {city}" if city else name
