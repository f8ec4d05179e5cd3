"""The administrator's input: offices, regions, themes, parks, and who works for them."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from qiao.core.forms import LocalizedField, time_zone_choices
from qiao.core.models import Office, Role
from qiao.directory.forms import country_choices
from qiao.directory.models import Park, Side, Theme

LONGEST = 20_000  # characters of an imprint or privacy notice in one language


class MasterForm(forms.Form):
    """What all have: a name, and a short one for tables and addresses."""

    names = LocalizedField(
        label=pgettext_lazy("of a thing", "Name"),
        help_text=_("One language is enough; readers of the others see it then."),
    )

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        if row is not None and row.pk:
            kwargs["initial"] = {name: getattr(row, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        choices = {"country": country_choices, "time_zone": time_zone_choices}
        for name in choices.keys() & self.fields.keys():
            self.fields[name].choices = choices[name]()  # type: ignore[attr-defined]


def short_name() -> forms.SlugField:
    return forms.SlugField(
        label=_("Short name"), max_length=50, help_text=_("Latin letters, digits and hyphens; it stands in imported tables.")
    )  # fmt: skip


class OfficeForm(MasterForm):
    slug = short_name()
    city = forms.CharField(label=_("City"), max_length=100)
    country = forms.ChoiceField(label=_("Country"))
    time_zone = forms.ChoiceField(label=_("Time zone"), initial="Europe/Berlin")
    email = forms.EmailField(label=_("e-mail"))
    phone = forms.CharField(label=_("phone"), max_length=40, required=False)
    is_lead = forms.BooleanField(label=_("Its name stands at the head of every page"), required=False)
    reviews = forms.TypedChoiceField(
        label=_("Who looks at an opportunity before it is published"),
        choices=Office.Reviews.choices,
        coerce=int,
        initial=Office.Reviews.ONE,
        help_text=_("What is published anonymously is always looked at by somebody."),
    )
    stale_months = forms.IntegerField(
        label=_("Months after which people are asked whether their profile is still right"), min_value=0, max_value=120, initial=12,
        help_text=_("Two mails, a month apart; then the profile stands in a list for the office. 0: nobody is asked."),
    )  # fmt: skip
    imprint = LocalizedField(
        label=_("Imprint"),
        longest=LONGEST,
        rows=6,
        required=False,
        help_text=_("Linked at the foot of every page if this office leads. Without a text there is no link."),
    )
    privacy = LocalizedField(
        label=_("Privacy notice"),
        longest=LONGEST,
        rows=8,
        required=False,
        help_text=_("Stands above what the page on privacy always says: purposes, consents and how long data is kept."),
    )


class RegionForm(MasterForm):
    code = short_name()
    country = forms.ChoiceField(label=_("Country"))
    time_zone = forms.ChoiceField(label=_("Time zone"), initial="Europe/Berlin")
    office = forms.ModelChoiceField(
        Office.objects.all(), label=_("Contact office"), required=False, empty_label=_("none yet")
    )


class ThemeForm(MasterForm):
    code = short_name()
    position = forms.IntegerField(label=_("Place in lists"), min_value=0, max_value=1000, initial=0)


class ParkForm(MasterForm):
    code = short_name()
    zone = LocalizedField(label=_("Zone"), required=False, help_text=_("The high-tech zone the park belongs to."))
    side = forms.ModelChoiceField(Side.objects.order_by("pk"), label=_("Region"), empty_label=None)


FORMS: dict[type[Any], type[MasterForm]] = {Office: OfficeForm, Side: RegionForm, Theme: ThemeForm, Park: ParkForm}


class StaffForm(forms.Form):
    name = forms.CharField(label=_("name"), max_length=200)
    email = forms.EmailField(label=_("e-mail"), help_text=_("For signing in with a code."))
    kind = forms.ChoiceField(
        label=_("Role"), choices=[(kind.value, kind.label) for kind in (Role.Kind.ADVISER, Role.Kind.ADMIN)]
    )
    office = forms.ModelChoiceField(
        Office.objects.all(), label=_("Office"), required=False, empty_label=_("all (administrator)")
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == Role.Kind.ADVISER and not data.get("office"):
            self.add_error("office", gettext("An adviser belongs to an office. Choose which one."))
        return data
