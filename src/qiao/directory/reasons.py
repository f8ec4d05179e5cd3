"""The reasons why two organisations may be one, in whole sentences of the reader's language."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _


def sentences(reasons: Iterable[Mapping[str, str]]) -> list[str]:
    """`reasons` as `Double` keeps them: [{"code", "value"}]."""
    return [sentence for reason in reasons if (sentence := sentence_for(reason["code"], reason.get("value", "")))]


def sentence_for(code: str, value: str) -> str:
    known = {**_for(), **_against()}
    return known.get(f"{code}-{value}", known.get(code, "")) % {"value": value}


def _for() -> dict[str, str]:
    return {
        "number-uscc": _("Both have the same unified social credit code."),
        "number-vat_id": _("Both have the same VAT number."),
        "number-register": _("Both have the same commercial register number."),
        "number-lei": _("Both have the same LEI."),
        "same-name": _("The names are the same, apart from spelling and legal form."),
        "word-order": _("The names have the same words in another order."),
        "typo": _("The names differ by one letter."),
        "scripts": _("The names are the same in two scripts."),
        "homophone": _("The names sound the same."),
        "abbreviation": _("One name is short for the other."),
        "part-of-name": _("One name is part of the other."),
        "domain": _("Both use the domain %(value)s."),
        "city": _("Both are in the same city."),
        "look-alike": _("One name has letters of another alphabet that look like Latin ones."),
    }


def _against() -> dict[str, str]:
    return {
        "other-number-uscc": _("Their unified social credit codes differ."),
        "other-number-vat_id": _("Their VAT numbers differ."),
        "other-number-register": _("Their commercial register numbers differ."),
        "other-number-lei": _("Their LEIs differ."),
        "other-trade": _("The names do not say the same about the trade."),
        "other-form": _("Their legal forms differ."),
        "other-city": _("They are in different cities."),
    }
