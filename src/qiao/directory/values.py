"""Values as people write them, made uniform, for the form and for imported tables alike.

Each function takes the text of one field or cell (never empty) and returns the stored value, or raises Bad with what is
wrong and what to do, in the language in force.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from urllib.parse import urlsplit

from babel import Locale
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.utils.translation import gettext as _
from stdnum import get_cc_module, lei
from stdnum.cn import uscc
from stdnum.eu import vat
from stdnum.exceptions import ValidationError as BadNumber

from qiao.core.languages import listed, running_text
from qiao.core.texts import tidy, tidy_lines

__all__ = ["Bad", "tidy", "tidy_lines", "tidy_text"]  # and a reader for each kind of value

LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")
_SEPARATOR = re.compile(r"(?:^|(?<=\s))[|｜](?=\s|$)")
_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?$", re.IGNORECASE)
_NACE = re.compile(r"^([A-V])?(\d{2}(\.?\d{1,2})?)?$", re.IGNORECASE)  # or ISIC, which is written without a dot
_VAT_ABROAD = re.compile(r"^[A-Z]{2}[A-Z0-9]{4,14}$")
# In Babel's list of territories, but no countries of ISO 3166-1.
_NO_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
# As mainland China's authorities have them written.
_IN_CHINESE = {"HK": "中国香港", "MO": "中国澳门", "TW": "中国台湾"}
_READERS = ("de", "zh_Hans", "en")


class Bad(Exception):  # noqa: N818 -- a value is bad; nothing went wrong
    """`what` is wrong with a value, and the `remedy`: two whole sentences; a third one where a table needs more."""

    def __init__(self, what: str, remedy: str, in_a_table: str = "") -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy
        self.remedy_in_a_table = running_text(filter(None, (remedy, in_a_table)))

    def __str__(self) -> str:
        return running_text((self.what, self.remedy))


def tidy_text(text: str) -> str:
    """Running text; a bar between blanks would separate texts in a table and becomes a stroke."""
    return _SEPARATOR.sub("/", tidy_lines(text))


def several(cell: str) -> list[str]:
    """`a; b；c` -> [a, b, c]: in order, each once."""
    parts = [tidy(part) for part in re.split(r"[;；]", cell)]
    return list(dict.fromkeys(part for part in parts if part))


def texts(cell: str) -> list[str]:
    """`first | second`; an empty part keeps its place."""
    return [tidy_text(part) for part in _SEPARATOR.split(cell)]


def country(text: str) -> str:
    code = tidy(text).upper()
    if code in countries("en"):
        return code
    known = {name.casefold(): code for reader in _READERS for code, name in countries(reader).items()}
    meant = known.get(tidy(text).casefold())
    what = _("“%(value)s” is no country code.") % {"value": text}
    if meant:
        raise Bad(what, _("Write %(code)s.") % {"code": meant})
    raise Bad(what, _("Write two letters as in ISO 3166, for example DE or CN."))


@cache
def countries(reader: str) -> Mapping[str, str]:
    """Code -> name in one of the languages de, zh_Hans, en."""
    territories = Locale.parse(reader).territories
    names = {
        code: name for code, name in territories.items() if re.fullmatch("[A-Z]{2}", code) and code not in _NO_COUNTRIES
    }
    return names | _IN_CHINESE if reader == "zh_Hans" else names


@cache
def country_names(code: str) -> tuple[str, ...]:
    """A country's name in German, Chinese and English; nothing for an unknown code."""
    return tuple(name for reader in ("de", "zh_Hans", "en") if (name := countries(reader).get(code)))


def languages(cell: str) -> list[str]:
    return [language(part) for part in several(cell)]


def language(text: str) -> str:
    """BCP 47 with an optional level of the Common European Framework: "de", "zh-Hans", "en:B2"."""
    tag, _colon, level = text.partition(":")
    tag, level = tag.strip().replace("_", "-"), level.strip().upper()
    known = Locale.parse("en").languages
    if not _LANGUAGE.match(tag) or tag.split("-")[0].lower() not in known:
        raise Bad(
            _("“%(value)s” is no language code.") % {"value": text},
            _("Write for example de, zh or en, with a level en:B2, several separated by semicolons."),
        )
    if level and level not in LEVELS:
        raise Bad(_("“%(value)s” is no language level.") % {"value": level}, _("Write A1, A2, B1, B2, C1 or C2."))
    first, *rest = tag.split("-")
    shaped = [part.title() if len(part) == 4 else part.upper() for part in rest]
    return "-".join([first.lower(), *shaped]) + (f":{level}" if level else "")


def website(text: str) -> str:
    address = tidy(text)
    address = address if "://" in address else f"https://{address}"
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError:
        raise Bad(
            _("“%(value)s” is no address of a website.") % {"value": text},
            _("Write for example https://www.example.org."),
        ) from None
    if urlsplit(address).username is not None or len(address) > 200:
        raise Bad(
            _("“%(value)s” is no address of a website.") % {"value": text[:80]},
            _("Write for example https://www.example.org."),
        )
    return address


def nace(text: str) -> str:
    code = tidy(text).upper().replace(" ", "")
    if not code or not _NACE.match(code):
        raise Bad(
            _("“%(value)s” is no NACE code.") % {"value": text},
            _("Write for example C28.41 (letter, division, class), or leave the cell empty."),
        )
    return code


def credit_code(text: str) -> str:
    """The unified social credit code of a Chinese organisation, with its check character."""
    try:
        return str(uscc.validate(text))
    except BadNumber:
        raise Bad(
            _("“%(value)s” is no valid unified social credit code.") % {"value": text},
            _("Copy all 18 characters from the business licence."),
            _("Format the column as text."),
        ) from None


def vat_id(text: str) -> str:
    """A VAT number with its country letters; check digits are verified where the rule of the country is known."""
    code = re.sub(r"[\s.\-/]", "", text).upper()
    within_eu = code[:2].lower() in {*vat.MEMBER_STATES, "el", "xi"}
    try:
        known = vat if within_eu else get_cc_module(code[:2].lower(), "vat")
    except ImportError:
        known = None
    valid = bool(_VAT_ABROAD.match(code)) and (known is None or known.is_valid(code))
    if not valid or len(code) > 16:
        raise Bad(
            _("“%(value)s” is no valid VAT number.") % {"value": text},
            _("Write it with the letters of the country, for example DE123456788."),
        )
    return code


def lei_code(text: str) -> str:
    try:
        return str(lei.validate(text))
    except BadNumber:
        raise Bad(
            _("“%(value)s” is no valid LEI.") % {"value": text},
            _("Copy all 20 characters from the certificate of the LEI."),
        ) from None


def email(text: str) -> str:
    address = tidy(text)
    try:
        EmailValidator()(address)
    except ValidationError:
        raise Bad(
            _("“%(value)s” is no e-mail address.") % {"value": text}, _("Write for example name@example.org.")
        ) from None
    return address


def choice(text: str, labels: Mapping[str, Iterable[str]]) -> str:
    """The code of a choice, given as code or as label in any language; `labels` is code -> labels."""
    wanted = tidy(text).casefold()
    for code, names in labels.items():
        if wanted == code.casefold() or wanted in {name.casefold() for name in names}:
            return code
    raise Bad(
        _("“%(value)s” is not among the choices.") % {"value": text},
        _("Write one of: %(choices)s.") % {"choices": listed(labels)},
    )


def detect_language(text: str) -> str:
    """The language somebody most likely wrote in: zh by its script, de by its letters and small words, else en."""
    if re.search(r"[\u3400-\u9fff]", text):
        return "zh"
    words = set(re.findall(r"[a-zäöüß]+", text.lower()))
    german = {
        "und",
        "für",
        "der",
        "die",
        "das",
        "wir",
        "mit",
        "von",
        "zur",
        "zum",
        "aus",
        "auf",
        "suchen",
        "bieten",
        "im",
    }
    english = {"and", "for", "the", "we", "with", "of", "from", "our", "to", "looking", "offer", "seek", "partners"}
    if re.search(r"[äöüß]", text.lower()) or len(words & german) > len(words & english):
        return "de"
    # Without a small word of either language, German endings decide ("Vertriebspartner", "Laserschneidanlagen").
    return (
        "de"
        if not words & english and re.search(r"(ung|ungen|keit|heit|schaft|anlagen|technik|partner)\b", text.lower())
        else "en"
    )
