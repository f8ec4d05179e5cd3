"""How forms are drawn, and fields that several stages need."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from qiao.core.alphabet import alphabetical
from qiao.core.languages import reader_language
from qiao.core.models import User
from qiao.templatetags.wording import LOCALES, zone_city

LANGUAGES = {"de": _("German"), "zh": _("Chinese"), "en": _("English")}


class Renderer(TemplatesSetting):
    """Label above, help below, error beside the field: templates/components/fields.html and field.html."""

    form_template_name = "components/fields.html"
    field_template_name = "components/field.html"


class LocalizedWidget(forms.MultiWidget):
    """One labelled line for each language."""

    template_name = "components/localized.html"
    use_fieldset = True

    def __init__(self, longest: int, rows: int) -> None:
        lines: dict[str, forms.Widget | type[forms.Widget]] = {}
        for code in LANGUAGES:
            attrs: dict[str, Any] = {"lang": {"zh": "zh-Hans"}.get(code, code), "maxlength": longest}
            lines[code] = forms.Textarea({**attrs, "rows": rows}) if rows > 1 else forms.TextInput(attrs)
        super().__init__(lines)

    def decompress(self, value: Any) -> list[str]:
        names: Mapping[str, str] = value if isinstance(value, Mapping) else {}
        return [names.get(code, "") for code in LANGUAGES]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for line, label in zip(context["widget"]["subwidgets"], LANGUAGES.values(), strict=True):
            line["label"] = label
            line["attrs"].pop("aria-describedby", None)
        return context


class LocalizedField(forms.MultiValueField):
    """A text in up to three languages: {language: text}, without the empty ones. One language is enough."""

    def __init__(self, *, longest: int = 200, rows: int = 1, required: bool = True, **kwargs: Any) -> None:
        lines = tuple(forms.CharField(max_length=longest, required=False) for _code in LANGUAGES)
        super().__init__(
            lines, widget=LocalizedWidget(longest, rows), require_all_fields=False, required=required, **kwargs
        )

    def compress(self, data_list: list[str]) -> dict[str, str]:
        return {code: text for code, text in zip(LANGUAGES, data_list, strict=False) if text}


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day_field(**kwargs: Any) -> forms.DateField:
    """A day, as browsers send it whatever the language."""
    return forms.DateField(widget=DayInput(), input_formats=["%Y-%m-%d"], **kwargs)


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def clock_field(**kwargs: Any) -> forms.TimeField:
    """A time of day, as browsers send it whatever the language."""
    return forms.TimeField(widget=ClockInput(), input_formats=["%H:%M", "%H:%M:%S"], **kwargs)


# The first part of a time zone's name, as territories of CLDR, which has no word for oceans.
LANDS = {
    "Africa": "002", "America": "019", "Antarctica": "AQ", "Asia": "142", "Australia": "AU", "Brazil": "BR",
    "Canada": "CA", "Chile": "CL", "Europe": "150", "Mexico": "MX", "US": "US",
}  # fmt: skip
SEAS = {"Arctic": _("Arctic"), "Atlantic": _("Atlantic"), "Indian": _("Indian Ocean"), "Pacific": _("Pacific")}


def time_zone_choices() -> list[tuple[str, Any]]:
    """The two that are needed most, then all by continent, in the reader's alphabetical order."""
    return [*User.TimeZones.choices, *_zones(reader_language())]


@cache
def _zones(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """[(continent, [(time zone, city)])] in the language in force, which is named for the cache: half a second's work."""
    known = Locale.parse(LOCALES[language]).territories
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for zone in available_timezones():
        area, slash, _city = zone.partition("/")
        if slash and (area in LANDS or area in SEAS):
            groups[known[LANDS[area]] if area in LANDS else str(SEAS[area])].append((zone, zone_city(zone)))
    rows = [(area, sorted(zones, key=lambda zone: alphabetical(zone[1]))) for area, zones in groups.items()]
    return sorted(rows, key=lambda row: alphabetical(row[0]))
