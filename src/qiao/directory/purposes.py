"""What people are asked to agree to: purposes with their full wording in three languages.

A changed wording gets a new version, and everybody is asked again. `{offices}` becomes names and addresses of the
contact offices; the hash in the ledger is that of the text as it was shown.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from qiao.core.languages import listed, localized, reader_language
from qiao.core.models import Office

LANGUAGES = ("de", "zh", "en")


@dataclass(frozen=True)
class Purpose:
    code: str
    version: str
    required: bool  # without it nobody can register
    title: Any
    texts: Mapping[str, str]


PROFILE = Purpose(
    "profile",
    "2026-1",
    True,
    _("Your profile at the contact office"),
    {
        "de": (
            "Ich bin einverstanden, dass {offices} meinen Namen, meine Funktion, meine Sprachen und meine Kontaktdaten speichern, um mich zu beraten, "
            "meiner Organisation Kooperationspartner vorzuschlagen und Gespräche zu planen. Name, Funktion und Sprachen sehen registrierte Organisationen "
            "meines eigenen Landes; E-Mail und Telefon sehen nur das Kontaktbüro und meine Organisation. Ich kann diese Einwilligung jederzeit mit "
            "Wirkung für die Zukunft widerrufen und Auskunft, Berichtigung oder Löschung verlangen: auf der Seite „Meine Einwilligungen“ oder beim Kontaktbüro."
        ),
        "zh": (
            "本人同意{offices}保存本人的姓名、职务、语言能力和联系方式，用于为本人提供咨询、向本单位推荐合作伙伴并安排洽谈。本人的姓名、职务和语言能力"
            "对本国已登记单位可见；电子邮箱和电话仅联络处和本单位可见。本人可随时在“我的同意”页面或向联络处撤回本同意（撤回不影响此前的处理），"
            "并可要求查阅、更正或删除个人信息。"
        ),
        "en": (
            "I agree that {offices} store my name, role, languages and contact data in order to advise me, to suggest cooperation partners to my organisation and to "
            "plan talks. Registered organisations of my own country see my name, role and languages; only the contact office and my organisation see e-mail "
            "and phone. I can withdraw this consent at any time for the future and ask for access, correction or erasure: on the page “My consents” or at "
            "the contact office."
        ),
    },
)
CROSS_BORDER = Purpose(
    "cross_border",
    "2026-1",
    False,
    _("Showing your name in the other country"),
    {
        "de": (
            "Ich willige gesondert ein, dass mein Name, meine Funktion und meine Sprachen registrierten Organisationen im jeweils anderen Land (China oder "
            "Deutschland) und dem dortigen Kontaktbüro angezeigt werden, damit sie wissen, mit wem sie sprechen. Empfänger und Verantwortliche: {offices}. Art der "
            "Verarbeitung: Anzeige auf dieser Website und in Gesprächsplänen. Im anderen Land kann ein anderes Datenschutzniveau gelten; für China besteht kein "
            "Angemessenheitsbeschluss der EU. Meine Rechte auf Auskunft, Berichtigung und Löschung übe ich bei den genannten Büros aus. Diese Einwilligung ist freiwillig und "
            "jederzeit widerrufbar; danach wird mein Name dort sofort nicht mehr angezeigt."
        ),
        "zh": (
            "本人单独同意向境外提供本人的个人信息。境外接收方及联系方式：{offices}，以及在对方国家（中国或德国）登记的单位。处理目的：便于对方了解洽谈对象。"
            "处理方式：在本网站和洽谈日程中显示。个人信息种类：姓名、职务、语言能力。对方国家的个人信息保护水平可能有所不同。本人可通过上述联络处行使查阅、复制、"
            "更正、删除等权利。本同意出于自愿，可随时撤回；撤回后对方国家即刻不再显示本人姓名。"
        ),
        "en": (
            "I agree separately that my name, role and languages are shown to registered organisations in the other country (China or Germany) and to the contact "
            "office there, so that they know whom they talk to. Recipients and responsible: {offices}. Method: display on this website and in plans of talks. The other "
            "country may have another level of data protection; the EU has made no adequacy decision for China. I exercise my rights of access, correction "
            "and erasure at the offices named. This consent is voluntary and can be withdrawn at any time; my name is then no longer shown there at once."
        ),
    },
)
PURPOSES = {purpose.code: purpose for purpose in (PROFILE, CROSS_BORDER)}


def offices_text(language: str) -> str:
    """Name and address of each contact office, as the wording names them."""
    found = [one_office_text(office, language) for office in Office.objects.order_by("-is_lead", "pk")]
    nobody = {"de": "das Kontaktbüro", "zh": "联络处", "en": "the contact office"}[language]
    return listed(found, language) or nobody


def one_office_text(office: Office, language: str) -> str:
    ways = [way for way in (office.email, office.phone) if way]
    name = localized(office.names, language)
    brackets = "（{}）" if language == "zh" else " ({})"
    return name + brackets.format(listed(ways, language)) if ways else name


# Purposes that each event has of its own; in the ledger they stand with the event: "letter@7". See events.travel_fields.
OF_AN_EVENT = {
    "journey": _("Details of a journey to an event"),
    "letter": _("Passport details for an invitation letter"),
    "food": _("Food and drink at an event"),
    "access": _("What is needed to take part in an event"),
    "rooming": _("Room and bus of a journey with a delegation"),
}
CHANNELS = {"form": _("by yourself, on this website"), "office": _("noted by the contact office")}


def title_of(code: str) -> str:
    """What a purpose is called; a code of earlier times stands as it is."""
    of_an_event = OF_AN_EVENT.get(code.partition("@")[0])
    return str(PURPOSES[code].title) if code in PURPOSES else str(of_an_event or code)


def channel_in_words(code: str) -> str:
    return str(CHANNELS.get(code, code))


def wording(purpose: Purpose, language: str | None = None) -> str:
    """The full text as shown to a reader of this language."""
    language = language or reader_language()
    return purpose.texts[language].replace("{offices}", offices_text(language))


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
