"""How long one search takes in a directory of 30,000 organisations, by words and by meaning: the search, and its page.

Needs a database of its own: `QIAO_HOME=/tmp/bench qiao bench search`, or DATABASE_URL of an empty PostgreSQL database. The
organisations are made from the demo's texts, each with an offer and a seek that occur once, and stay there for the next run.
"""

import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from random import Random
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import translation

from qiao.core.errors import Refused
from qiao.core.models import Role, Text, User
from qiao.core.prepare import prepare
from qiao.demo.cast import data_of
from qiao.directory import actions
from qiao.directory.catalogue import forget, reading
from qiao.directory.finding import find
from qiao.directory.hits import Ask
from qiao.directory.models import Entry, Membership, Organisation, Person, Side
from qiao.directory.results import search_page
from qiao.directory.search import pinyin
from qiao.wording import Language, sentence

SIZE = 30_000
Times = tuple[float, float]
EACH = 60  # searches of each kind: every second one alone, the others with all that their page reads
SEED = 2018
MARK = "bench-"
_SYLLABLES = (
    "al",
    "ber",
    "dor",
    "el",
    "fin",
    "gar",
    "hol",
    "im",
    "kar",
    "lin",
    "mor",
    "nau",
    "or",
    "pel",
    "ros",
    "sel",
    "tan",
    "ul",
    "wer",
    "zit",
)
_BRANCHES = (
    "Lasertechnik",
    "Maschinenbau",
    "Medizintechnik",
    "Umwelttechnik",
    "Sensorik",
    "Werkzeugbau",
    "Software",
    "Kunststoffe",
)
_HAN = "华明瑞安盛达康泰恒新宏远东方正天龙海金玉春江山林峰"
_HAN_BRANCHES = ("激光", "机械", "医疗器械", "环保科技", "传感器", "模具", "软件", "新材料", "自动化", "生物技术")
_CITIES = {"DE": ("Dresden", "Leipzig", "Chemnitz", "Freiberg"), "CN": ("Jinan", "Qingdao", "Yantai", "Weifang")}


def run(language: Language, size: int = SIZE) -> dict[str, Any]:
    """Print and return milliseconds by kind of search, of all kinds together, and what the index costs."""
    filled = fill(size, language)
    viewer = _viewer()
    forget()
    with translation.override("de"):
        started = time.perf_counter()
        search_page(viewer, Ask("Laser"), "1")
        loaded = time.perf_counter() - started
        asks = _asks()
        alone = {kind: [_measure(find, viewer, ask) for ask in some[::2]] for kind, some in asks.items()}
        paged = {kind: [_measure(_first_page, viewer, ask) for ask in some[1::2]] for kind, some in asks.items()}
    figures = {
        "database": connection.vendor, "organisations": Organisation.objects.count(), "load": os.getloadavg()[0],
        "filling, seconds": filled, "first search of a process, seconds": loaded,
        "memory, GiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        "all searches": _summary(chain(*alone.values())), "all pages": _summary(chain(*paged.values())),
        **{kind: _summary(times) for kind, times in alone.items()},
        **{f"page: {kind}": _summary(times) for kind, times in paged.items()},
    }  # fmt: skip
    _print(figures)
    return figures


# --- the directory


@dataclass(frozen=True)
class _Source:
    """Texts of the demo in one language, by kind."""

    offer: Sequence[str]
    seek: Sequence[str]


def _sources() -> dict[str, _Source]:
    rows = data_of("organisations")
    found = {}
    for country, language in (("DE", "de"), ("CN", "zh")):
        mine = [row for row in rows if row["country"] == country]
        texts = {
            group: [one[language] for row in mine for one in row[group] if language in one]
            for group in ("offers", "seeks")
        }
        found[country] = _Source(texts["offers"], texts["seeks"])
    return found


def fill(size: int, language: Language) -> float:
    """Add organisations that are missing to a database of the benchmarks' own; seconds.

    Raises:
        Refused: there are others.
    """
    prepare()
    if Organisation.objects.exclude(external_id__startswith=MARK).exists():
        raise Refused(sentence("bench-needs-own-database", language))
    started = time.perf_counter()
    random, sources = Random(SEED), _sources()
    sides = {
        country: Side.objects.get_or_create(
            code=code, defaults={"country": country, "time_zone": zone, "names": {"de": name}}
        )[0]
        for country, code, zone, name in (
            ("DE", "bench-de", "Europe/Berlin", "Sachsen"), ("CN", "bench-cn", "Asia/Shanghai", "Shandong"),
        )
    }  # fmt: skip
    there = set(Organisation.objects.values_list("external_id", flat=True))
    drafts = [_draft(number, random, sources, sides) for number in range(size)]
    new = [draft for draft in drafts if draft[0].external_id not in there]
    Organisation.objects.bulk_create([firm for firm, _offer, _seek in new], batch_size=200)
    _create_entries(
        [(firm, kind, [text]) for firm, *texts in new for kind, text in zip(("offer", "seek"), texts, strict=True)]
    )
    people = [Person(side=firm.side, name=_person(firm, random)) for n, (firm, *_t) in enumerate(new[::3])]
    Person.objects.bulk_create(people, batch_size=500)
    places = zip(people, new[::3], strict=True)
    Membership.objects.bulk_create(
        [Membership(person=one, organisation=firm) for one, (firm, *_t) in places], batch_size=500
    )
    actions.index_stale()
    actions.embed_stale()
    actions.tag_stale()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return time.perf_counter() - started


def _create_entries(new: Sequence[tuple[Organisation, str, Sequence[dict[str, str]]]]) -> None:
    """Offers and seeks of organisations that have none yet."""
    entries, wordings = [], []
    for organisation, kind, texts in new:
        for position, wanted in enumerate(texts, 1):
            entries.append(Entry(organisation=organisation, kind=kind, position=position))
            wordings.append(wanted)
    Entry.objects.bulk_create(entries, batch_size=500)
    owner = ContentType.objects.get_for_model(Entry)
    Text.objects.bulk_create(
        (
            Text(owner_type=owner, owner_id=entry.pk, field="text", language=language, text=text)
            for entry, wanted in zip(entries, wordings, strict=True)
            for language, text in wanted.items()
        ),
        batch_size=500,
    )


def _draft(number: int, random: Random, sources: dict[str, _Source], sides: dict[str, Side]) -> tuple[Any, Any, Any]:
    country = ("DE", "CN")[number % 2]
    if country == "DE":
        name = f"{''.join(random.choices(_SYLLABLES, k=3)).title()} {random.choice(_BRANCHES)} GmbH"
        latin = ""
    else:
        name = f"{''.join(random.choices(_HAN, k=2))}{random.choice(_HAN_BRANCHES)}有限公司"
        latin = f"{pinyin(name[:2]).title()} Co., Ltd."
    firm = Organisation(
        external_id=f"{MARK}{number}", name=name, name_latin=latin, name_language="de" if country == "DE" else "zh",
        side=sides[country], country=country, city=random.choice(_CITIES[country]),
        type=random.choice(("company", "company", "company", "institute")), languages=[("de", "zh")[number % 2]],
    )  # fmt: skip
    source = sources[country]
    # Two clauses and a number, so that hardly a text occurs twice.
    offer, seek = (
        {firm.name_language: f"{random.choice(texts)}; {random.choice(texts)} ({number % 997})"}
        for texts in (source.offer, source.seek)
    )
    return firm, offer, seek


def _person(firm: Organisation, random: Random) -> str:
    if firm.country == "CN":
        return "".join(random.choices(_HAN, k=3))
    given, family = ("".join(random.choices(_SYLLABLES, k=2)).title() for _ in range(2))
    return f"{given} {family}"


def _viewer() -> User:
    """A member without an office, who sees what a participant sees."""
    user, _new = User.objects.get_or_create(email="bench@example.org", defaults={"name": "Bench"})
    assert not Role.objects.filter(user=user).exists()
    firm = Organisation.objects.order_by("pk").first()
    assert firm is not None
    person, _new = Person.objects.get_or_create(user=user, defaults={"side": firm.side, "name": "Bench"})
    Membership.objects.get_or_create(person=person, organisation=firm)
    return user


# --- the searches


def _asks() -> dict[str, list[Ask]]:
    """EACH searches of each kind, of words that are there."""
    random = Random(SEED + 1)
    german = list(Organisation.objects.filter(country="DE").order_by("pk").values_list("name", flat=True))
    chinese = list(Organisation.objects.filter(country="CN").order_by("pk").values_list("name", flat=True))
    people = [name.split()[-1][:4] for name in Person.objects.order_by("pk").values_list("name", flat=True)[:500]]
    said = [*_sources()["DE"].offer, *_sources()["CN"].offer]
    english = [one["en"] for row in data_of("organisations") for one in row["offers"] if "en" in one]

    def some(make: Any) -> list[Ask]:
        return [make() for _ in range(EACH)]

    def typo() -> Ask:
        word = random.choice(german).split()[0]
        return Ask(f"{word[:2]}q{word[3:]}")

    return {
        "a firm's name": some(lambda: Ask(random.choice(german))),
        "the beginning of a name": some(lambda: Ask(random.choice(german)[:5])),
        "a branch, of thousands": some(lambda: Ask(random.choice((*_BRANCHES, *_HAN_BRANCHES)))),
        "two Chinese characters": some(lambda: Ask(random.choice(chinese)[:2])),
        "pinyin": some(lambda: Ask(pinyin(random.choice(chinese)[:3]))),
        "a city": some(lambda: Ask(random.choice(("Dresden", "delesidun", "济南", "Leipzig", "青岛")))),
        "a typing error": some(typo),
        "a sentence": some(lambda: Ask(random.choice(said))),
        "a sentence in another language": some(lambda: Ask(random.choice(english))),
        "offers, with two facets": some(
            lambda: Ask(random.choice(_BRANCHES), "offer", {"country": ("CN",), "type": ("company",)})
        ),
        "facets without words": some(lambda: Ask("", "", {"country": (random.choice(("DE", "CN")),)})),
        "a person": some(lambda: Ask(random.choice(people), random.choice(("", "person")))),
    }


def _measure(what: Callable[[User, Ask], object], viewer: User, ask: Ask) -> Times:
    """Milliseconds: by the clock, and of this process's work."""
    started, worked = time.perf_counter(), time.process_time()
    what(viewer, ask)
    return (time.perf_counter() - started) * 1000, (time.process_time() - worked) * 1000


def _first_page(viewer: User, ask: Ask) -> None:
    search_page(viewer, ask, "1")


def _summary(times: Iterable[Times]) -> dict[str, float]:
    clock, work = zip(*times, strict=True)
    return {
        "median": statistics.median(clock), "p95": statistics.quantiles(clock, n=20)[-1], "most": max(clock),
        "p95 of the work": statistics.quantiles(work, n=20)[-1],
    }  # fmt: skip


def _lines(figures: dict[str, Any]) -> Iterator[str]:
    width = max(map(len, figures))
    for name, value in figures.items():
        if isinstance(value, dict):
            yield f"  {name:<{width}}  " + "  ".join(f"{key} {one:7.1f}" for key, one in value.items())
        else:
            yield f"  {name:<{width}}  {f'{value:.2f}' if isinstance(value, float) else value}"


def _print(figures: dict[str, Any]) -> None:
    with reading() as catalogue:
        vectors = len(catalogue.entries)
    sys.stdout.write(f"One search, milliseconds ({vectors} offers and seeks)\n" + "\n".join(_lines(figures)) + "\n\n")
