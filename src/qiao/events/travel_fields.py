"""What can be asked after admission, in groups with a consent of their own, and the wording of these consents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qiao.core.languages import listed, localized, reader_language
from qiao.core.sealing import SealedError, unseal
from qiao.directory.purposes import one_office_text
from qiao.directory.values import countries
from qiao.events.models import Delegation, Event
from qiao.templatetags.wording import LOCALES

VERSION = "2026-1"  # of the wordings
Owner = Event | Delegation
Values = Mapping[str, Mapping[str, Any]]  # group -> detail -> value: text, day as ISO text, or list of codes


@dataclass(frozen=True)
class Detail:
    code: str
    label: Any
    kind: str = "line"  # line, text, day, country, choice, choices
    options: tuple[tuple[str, Any], ...] = ()
    assigned: bool = False  # told by those who read, not by the person


@dataclass(frozen=True)
class Group:
    """Details that serve one purpose. `why` and `what`: whole sentences of its consent by language."""

    code: str
    title: Any
    details: tuple[Detail, ...]
    why: Mapping[str, str]
    what: Mapping[str, str]


DIETS = (
    ("vegetarian", _("vegetarian")), ("vegan", _("vegan")), ("halal", _("halal")), ("kosher", _("kosher")),
    ("no_pork", _("no pork")), ("lactose_free", _("no lactose")), ("gluten_free", _("no gluten")),
)  # fmt: skip
NEEDS = (
    ("wheelchair", _("a place that can be reached by wheelchair")), ("quiet", _("a quiet table")),
    ("signing", _("sign language interpreting")), ("loop", _("an induction loop or a microphone")),
    ("print", _("documents in large print")), ("assistant", _("room for an assistant")),
)  # fmt: skip
ROOMS = (("single", _("single room")), ("double", _("double room")))
GROUPS = (
    Group(
        "journey", _("Journey"),
        (
            Detail("arrival", _("Day of arrival"), "day"), Detail("arrival_by", _("Arrival: flight or train, time and place")),
            Detail("departure", _("Day of departure"), "day"), Detail("departure_by", _("Departure: flight or train, time and place")),
            Detail("hotel", _("Hotel or other address during the event")),
        ),
        {"de": "Abholung, Unterkunft und Programm planen", "zh": "安排接送、住宿和日程", "en": "planning pick-up, accommodation and programme"},
        {"de": "Reisetage, Verkehrsmittel, Unterkunft", "zh": "行程日期、交通工具、住宿", "en": "days of travel, means of transport, accommodation"},
    ),
    Group(
        "letter", _("Invitation letter for a visa"),
        (
            Detail("passport_name", _("Name exactly as in the passport")), Detail("passport_number", _("Passport number")),
            Detail("passport_expiry", _("Passport valid until"), "day"), Detail("birth_date", _("Date of birth"), "day"),
            Detail("nationality", _("Nationality"), "country"),
        ),
        {"de": "ein Einladungsschreiben für das Visum ausstellen", "zh": "出具签证邀请函", "en": "issuing an invitation letter for the visa"},
        {"de": "Name laut Pass, Passnummer und Gültigkeit, Geburtsdatum, Staatsangehörigkeit", "zh": "护照姓名、护照号码及有效期、出生日期、国籍",
         "en": "name as in the passport, passport number and validity, date of birth, nationality"},
    ),
    Group(
        "food", _("Food and drink"),
        (Detail("diet", _("What to mind"), "choices", DIETS), Detail("diet_note", _("Allergies and anything else"), "text")),
        {"de": "Essen und Getränke passend bestellen", "zh": "安排合适的餐饮", "en": "ordering food and drink that suits me"},
        {"de": "Ernährungsweise, Unverträglichkeiten; daraus kann auf Gesundheit oder Religion geschlossen werden", "zh": "饮食要求、过敏情况；由此可能推知健康状况或宗教信仰",
         "en": "diet and intolerances, from which health or religion may be inferred"},
    ),
    Group(
        "access", _("What you need to take part"),
        (Detail("needs", _("Please provide"), "choices", NEEDS), Detail("needs_note", _("Anything else that helps"), "text")),
        {"de": "Räume, Tische und Hilfe so bereitstellen, dass ich teilnehmen kann", "zh": "提供便于本人参会的场地、洽谈桌和协助", "en": "providing rooms, tables and help so that I can take part"},
        {"de": "was ich zur Teilnahme brauche; daraus kann auf Gesundheit geschlossen werden", "zh": "参会所需的便利条件；由此可能推知健康状况", "en": "what I need to take part, from which health may be inferred"},
    ),
    Group(
        "rooming", _("Room and bus"),
        (
            Detail("room_kind", pgettext_lazy("where somebody sleeps", "Room"), "choice", ROOMS), Detail("room_shared", _("Shares the room with")),
            Detail("room_hotel", _("Hotel"), assigned=True), Detail("room_number", _("Room number"), assigned=True),
            Detail("bus", _("Bus and seat"), assigned=True),
        ),
        {"de": "Zimmer und Plätze im Bus verteilen", "zh": "分配房间和车辆座位", "en": "allotting rooms and places in the bus"},
        {"de": "Zimmerwunsch, Mitbewohner, zugeteiltes Hotel, Zimmer und Busplatz", "zh": "房型意愿、同住人、分配的酒店、房间和车辆座位",
         "en": "kind of room, who shares it, hotel, room and place in the bus that are allotted"},
    ),
)  # fmt: skip
DETAILS = {detail.code: detail for group in GROUPS for detail in group.details}

_CONSENT = {
    "de": (
        "Ich willige gesondert ein, dass {office} als Veranstalter von „{event}“ diese Angaben verarbeitet. Zweck: {why}. Angaben: {what}. Art: verschlüsselt "
        "gespeichert; nur die damit betrauten Veranstalter lesen sie, und jedes Lesen wird protokolliert; in das Land der Veranstaltung gehen sie nur für diesen "
        "Zweck. Sie werden am {day} gelöscht. Die Angaben sind freiwillig. Auf dieser Seite oder bei {office} kann ich sie einsehen, berichtigen und die Einwilligung "
        "jederzeit widerrufen; dann werden sie sofort gelöscht."
    ),
    "zh": (
        "本人单独同意{office}作为“{event}”的主办方处理以下信息。目的：{why}。种类：{what}。方式：加密保存，仅受托的主办方人员可查阅，每次查阅均有记录；"
        "仅为上述目的提供至活动所在国。这些信息将于{day}删除。提供与否完全自愿。本人可在本页面或向{office}查阅、更正，并可随时撤回同意，撤回后信息立即删除。"
    ),
    "en": (
        "I agree separately that {office} processes these details as the organiser of “{event}”. Purpose: {why}. Details: {what}. Method: stored encrypted; only "
        "the organisers entrusted with it read them, and each reading is logged; they go to the country of the event for this purpose only. They are deleted on {day}. "
        "Giving them is voluntary. On this page or at {office} I can see and correct them, and withdraw this consent at any time; they are then deleted at once."
    ),
}  # fmt: skip


_CONSENT_TO_OFFICE = {
    "de": (
        "Ich willige gesondert ein, dass {office} als entsendendes Büro der Delegation „{event}“ diese Angaben verarbeitet. Zweck: {why}. Angaben: {what}. Art: "
        "verschlüsselt gespeichert; nur die damit betrauten Personen des Büros und die Delegationsleitung lesen sie, und jedes Lesen wird protokolliert; in das Land der "
        "Reise gehen sie nur für diesen Zweck. Sie werden am {day} gelöscht. Die Angaben sind freiwillig. Auf dieser Seite oder bei {office} kann ich sie einsehen, "
        "berichtigen und die Einwilligung jederzeit widerrufen; dann werden sie sofort gelöscht."
    ),
    "zh": (
        "本人单独同意{office}作为“{event}”的派出方处理以下信息。目的：{why}。种类：{what}。方式：加密保存，仅受托的联络处人员和团长可查阅，每次查阅均有记录；"
        "仅为上述目的提供至出访国。这些信息将于{day}删除。提供与否完全自愿。本人可在本页面或向{office}查阅、更正，并可随时撤回同意，撤回后信息立即删除。"
    ),
    "en": (
        "I agree separately that {office} processes these details as the office that sends the delegation “{event}”. Purpose: {why}. Details: {what}. Method: stored "
        "encrypted; only people of the office who are entrusted with it and the head of the delegation read them, and each reading is logged; they go to the country of "
        "the journey for this purpose only. They are deleted on {day}. Giving them is voluntary. On this page or at {office} I can see and correct them, and withdraw "
        "this consent at any time; they are then deleted at once."
    ),
}  # fmt: skip


def consent_code(group: str, owner: Owner) -> str:
    """The purpose in the ledger of consents: one of each event and each delegation."""
    return f"{group}@{owner.pk}" if isinstance(owner, Event) else f"{group}@d{owner.pk}"


def consent_text(group: Group, owner: Owner, delete_on: date) -> str:
    """The wording as the reader sees it."""
    language = reader_language()
    wording = _CONSENT if isinstance(owner, Event) else _CONSENT_TO_OFFICE
    return wording[language].format(
        office=one_office_text(owner.office, language), event=localized(owner.names, language),
        why=group.why[language], what=group.what[language], day=formats.date_format(delete_on),
    )  # fmt: skip


def asked_groups(codes: Iterable[str], *, allotted: bool = False) -> list[tuple[Group, list[Detail]]]:
    """The groups of which something is asked, with just that; `allotted`: and with what is allotted in them."""
    wanted = set(codes)
    rows = [(group, [one for one in group.details if one.code in wanted and not one.assigned]) for group in GROUPS]
    rows = [row for row in rows if row[1]]
    if allotted:
        return [(group, [*some, *(one for one in group.details if one.assigned)]) for group, some in rows]
    return rows


def opened(sealed: str) -> Values | None:
    """What was told; None where no key of the installation opens it any more."""
    try:
        return unseal(sealed) if sealed else {}
    except SealedError:
        return None


def value_in_words(detail: Detail, value: Any) -> str:
    if detail.kind == "day":
        return formats.date_format(date.fromisoformat(value))
    if detail.kind == "choice":
        return str(dict(detail.options).get(value, value))
    if detail.kind == "choices":
        words = dict(detail.options)
        return listed(words.get(code, code) for code in value)
    if detail.kind == "country":
        return countries(LOCALES[reader_language()]).get(value, value)
    return str(value)


def rows_in_words(values: Values | None) -> list[tuple[Group, list[tuple[Detail, str]]]]:
    """Group by group what was told, in the language in force."""
    values = values or {}
    return [
        (group, [(one, value_in_words(one, told[one.code])) for one in group.details if told.get(one.code)])
        for group in GROUPS
        if (told := values.get(group.code))
    ]


def in_words(values: Values | None) -> str:
    """In one line."""
    colon, stop = ("：", "；") if reader_language() == "zh" else (": ", "; ")
    return stop.join(f"{one.label}{colon}{words}" for _group, rows in rows_in_words(values) for one, words in rows)
