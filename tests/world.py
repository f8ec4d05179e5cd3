"""A small world for the tests: two sides, one office, one event, three standing people and a few more.

Standing people: `owner` (a German firm's person), `colleague` (of the same firm), `stranger` (signed in, elsewhere).
"""

import pickle
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from qiao.core.models import Office, Role, User
from qiao.core.texts import write_texts
from qiao.directory.actions import give_consent
from qiao.directory.models import Entry, Membership, Organisation, Person, Side, Theme
from qiao.events.models import Delegation, DelegationMember, Event, Interpreter, Participation, Series, Slot, Table

START = datetime(2027, 11, 3, 1, 0, tzinfo=UTC)  # 09:00 in Jinan


def user(name: str, *, language: str = "de", email: str | None = None) -> User:
    return User.objects.create(name=name, email=email or f"{name.split()[0].lower()}@example.org", language=language)


def organisation(side: Side, name: str, *, offers: tuple = (), seeks: tuple = (), **fields) -> Organisation:
    """An organisation; each offer and seek is a dict language -> text."""
    fields.setdefault("country", side.country)
    fields.setdefault("name_language", "zh" if side.country == "CN" else "de")
    made = Organisation.objects.create(side=side, name=name, **fields)
    for kind, texts in ((Entry.Kind.OFFER, offers), (Entry.Kind.SEEK, seeks)):
        for position, text in enumerate(texts, 1):
            entry = Entry.objects.create(organisation=made, kind=kind, position=position)
            write_texts(entry, "text", text)
    return made


def person(org: Organisation, name: str, *, account: User | None = None, manager: bool = False, **fields) -> Person:
    fields.setdefault("languages", ["zh"] if org.country == "CN" else ["de", "en"])
    made = Person.objects.create(side=org.side, name=name, user=account, **fields)
    Membership.objects.create(person=made, organisation=org, is_manager=manager)
    return made


def participation(event: Event, who: Person, **fields) -> Participation:
    fields.setdefault("state", Participation.State.APPROVED)
    return Participation.objects.create(event=event, person=who, organisation=who.organisations.get(), **fields)


def delegation(event: Event, slug: str, *members: Participation, **fields) -> Delegation:
    """One to this event, with these members in protocol order."""
    fields = {"names": {"de": "Delegation"}, "office": event.office} | fields
    place = {name: getattr(event, name) for name in ("city", "country", "time_zone", "starts", "ends")}
    made = Delegation.objects.create(event=event, slug=slug, **place | fields)
    for position, one in enumerate(members, 1):
        travels_with(made, one, position=position)
    return made


def travels_with(made: Delegation, one: Participation, **fields) -> DelegationMember:
    return DelegationMember.objects.create(delegation=made, person=one.person, organisation=one.organisation, **fields)


def show_abroad(*people: Person) -> None:
    """They agree to be named in the other country."""
    for one in people:
        give_consent(person=one, purpose="cross_border", by=one.user)


def join(*people: Person) -> None:
    """They have joined, and may be suggested in both countries."""
    for one in people:
        give_consent(person=one, purpose="profile", by=one.user)
    show_abroad(*people)


def join_all(event: Event) -> None:
    join(*Person.objects.filter(participations__event=event))


@dataclass
class World:
    saxony: Side
    jinan: Side
    office: Office
    event: Event
    slots: list[Slot]
    tables: list[Table]
    interpreter: Interpreter
    german: Participation  # of `owner`, speaks de and en
    chinese: Participation  # speaks zh
    german_en: Participation  # of another German firm
    chinese_en: Participation  # speaks zh and en
    owner: User
    colleague: User
    stranger: User
    chinese_user: User
    interpreter_user: User
    organiser: User
    adviser: User
    admin: User
    themes: list[Theme] = field(default_factory=list)


def build_world() -> World:
    office = Office.objects.create(
        slug="kontaktbuero", country="DE", is_lead=True, email="office@example.org",
        names={"de": "Kontaktbüro Quellstadt–Elbstadt", "zh": "泉城—易北城联络处", "en": "Contact Office Quellstadt–Elbstadt"},
    )  # fmt: skip
    saxony = Side.objects.create(
        code="saxony", country="DE", time_zone="Europe/Berlin", office=office,
        names={"de": "Dresden und Sachsen", "zh": "德累斯顿与萨克森州", "en": "Dresden and Saxony"},
    )  # fmt: skip
    jinan = Side.objects.create(
        code="jinan", country="CN", time_zone="Asia/Shanghai", office=office,
        names={"de": "Jinan und Shandong", "zh": "济南与山东省", "en": "Jinan and Shandong"},
    )  # fmt: skip
    theme = Theme.objects.create(
        code="smart-manufacturing",
        names={"de": "Intelligente Fertigung", "zh": "智能制造", "en": "Smart manufacturing"},
    )
    series = Series.objects.create(
        slug="konferenz", office=office, names={"de": "Konferenz", "zh": "大会", "en": "Conference"}
    )
    event = Event.objects.create(
        slug="konferenz-2027", series=series, office=office, city="Jinan", country="CN", time_zone="Asia/Shanghai",
        starts=START.date(), ends=START.date(), phase=Event.Phase.WISHES, fair_minimum=1,
        names={"de": "Konferenz 2027", "zh": "2027年大会", "en": "Conference 2027"},
    )  # fmt: skip
    slots = [
        Slot.objects.create(
            event=event,
            position=n,
            start=START + timedelta(minutes=30 * (n - 1)),
            end=START + timedelta(minutes=30 * n - 5),
        )
        for n in range(1, 5)
    ]
    tables = [Table.objects.create(event=event, number=n) for n in (1, 2)]
    owner, colleague, stranger = user("Owner Otto"), user("Colleague Karla"), user("Stranger Stefan")
    wang = user("Wang Li", language="zh-hans")
    firm = organisation(
        saxony, "Elbe Lasertechnik GmbH", city="Dresden", languages=["de", "en"],
        offers=({"de": "Laserschneidanlagen für Bleche"},), seeks=({"de": "Vertriebspartner für Laseranlagen in China"},),
    )  # fmt: skip
    other = organisation(
        saxony, "Meißner Feinmechanik AG", city="Meißen", languages=["de", "en"],
        offers=({"de": "Präzisionsteile für die Medizintechnik"},), seeks=({"de": "Lieferant für Titanrohlinge"},),
    )  # fmt: skip
    zh_firm = organisation(
        jinan, "济南激光设备有限公司", name_latin="Jinan Laser Equipment", city="Jinan", languages=["zh"],
        offers=({"zh": "激光设备在中国的销售与售后服务"},), seeks=({"zh": "寻求德国激光切割技术"},),
    )  # fmt: skip
    zh_other = organisation(
        jinan, "山东钛业有限公司", name_latin="Shandong Titanium", city="Jinan", languages=["zh", "en"],
        offers=({"zh": "医用钛合金棒材"},), seeks=({"zh": "寻求欧洲医疗器械客户"},),
    )  # fmt: skip
    firm.themes.add(theme)
    zh_firm.themes.add(theme)
    interpreter_user = user("Dolores Dolmetsch")
    agency = organisation(saxony, "Dolmetschdienst Elbe", type=Organisation.Type.AGENCY)
    interpreting = person(agency, "Dolores Dolmetsch", account=interpreter_user, languages=["de", "zh"])
    organiser, adviser, admin = user("Orga Olga"), user("Adviser Anna"), user("Admin Ada")
    Role.objects.create(user=organiser, kind=Role.Kind.ORGANISER, scope=Role.Scope.EVENT, scope_id=event.pk)
    Role.objects.create(user=adviser, kind=Role.Kind.ADVISER, scope=Role.Scope.OFFICE, scope_id=office.pk)
    Role.objects.create(user=admin, kind=Role.Kind.ADMIN, scope=Role.Scope.INSTALLATION)
    german = participation(event, person(firm, "Otto Owner", account=owner, manager=True, email="owner@example.org"))
    person(firm, "Karla Colleague", account=colleague)
    return World(
        saxony=saxony, jinan=jinan, office=office, event=event, slots=slots, tables=tables,
        interpreter=Interpreter.objects.create(event=event, person=interpreting, languages=["de", "zh"]),
        german=german,
        chinese=participation(event, person(zh_firm, "王立", account=wang, name_latin="Wáng Lì", manager=True)),
        german_en=participation(event, person(other, "Eva Ernst")),
        chinese_en=participation(event, person(zh_other, "李娜", name_latin="Lǐ Nà", languages=["zh", "en"])),
        owner=owner, colleague=colleague, stranger=stranger, chinese_user=wang, interpreter_user=interpreter_user,
        organiser=organiser, adviser=adviser, admin=admin, themes=[theme],
    )  # fmt: skip


@dataclass(frozen=True)
class Written:
    """What `build_world` wrote: rows of tables, and the objects that stand for some of them."""

    rows: list[tuple[str, list[tuple[Any, ...]]]]  # an INSERT and its values, by table
    world: bytes

    @classmethod
    def now(cls) -> "Written":
        tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)})
        before = {table: set(_rows(table)[1]) for table in tables}
        world = pickle.dumps(build_world())
        found = [(insert, [row for row in rows if row not in before[t]]) for t in tables for insert, rows in [_rows(t)]]
        return cls([(insert, rows) for insert, rows in found if rows], world)

    def again(self) -> World:
        with transaction.atomic(), connection.cursor() as cursor:  # tables may name rows of later ones
            for insert, values in self.rows:
                cursor.executemany(insert, values)
        return pickle.loads(self.world)


def _rows(table: str) -> tuple[str, list[tuple[Any, ...]]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        names = ", ".join(connection.ops.quote_name(column[0]) for column in cursor.description)
        values = ", ".join(["%s"] * len(cursor.description))
        return f"INSERT INTO {connection.ops.quote_name(table)} ({names}) VALUES ({values})", [
            tuple(map(_plain, row)) for row in cursor.fetchall()
        ]


def _plain(value: Any) -> Any:
    """SQLite's driver reads a time of day, but takes none."""
    return value.isoformat() if isinstance(value, time) else value


@cache
def _written(types: tuple[tuple[int, str, str], ...]) -> Written:
    """`types`: the numbers of the kinds of objects, which the rows name; emptying the database may change them."""
    return Written.now()


def same_world() -> World:
    """As `build_world` in an empty database, in a tenth of the time: its rows are read once and written for each test."""
    types = tuple(ContentType.objects.order_by("pk").values_list("pk", "app_label", "model"))
    misses = _written.cache_info().misses
    written = _written(types)
    if _written.cache_info().misses > misses:
        return pickle.loads(written.world)
    return written.again()
