"""The form of an opportunity: two plain questions instead of jargon, then what a partner wants to know."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qiao.core.fields import RunningText
from qiao.core.forms import LocalizedField, day_field
from qiao.core.languages import reader_language
from qiao.directory import values
from qiao.directory.actions.market import LONGEST_VALID, VALID
from qiao.directory.columns import LONGEST_TEXT
from qiao.directory.market_models import Cooperation, Opportunity, Rights, Stage
from qiao.directory.market_queries import TEXT_FIELDS, wordings
from qiao.directory.market_words import WHAT_ABOUT, WHO_PAYS
from qiao.directory.models import Organisation, Side
from qiao.templatetags.wording import LOCALES

LONGEST_TITLE = 120
NEIGHBOURS = ("DE", "CN", "AT", "CH", "CZ", "PL", "FR", "NL", "IT", "GB", "US", "JP", "KR", "SG")
LINES = ("title",)  # the other texts may have several lines


def _boxes() -> forms.CheckboxSelectMultiple:
    return forms.CheckboxSelectMultiple(attrs={"class": "in-columns"})


class OpportunityForm(forms.Form):
    kind = forms.ChoiceField(label=_("Who would pay?"), widget=forms.RadioSelect, choices=WHO_PAYS)
    area = forms.ChoiceField(label=_("What is it about?"), widget=forms.RadioSelect, choices=WHAT_ABOUT)
    title = LocalizedField(
        label=_("Title"), longest=LONGEST_TITLE, help_text=_("What, and what for, in one line. One language is enough.")
    )
    text = LocalizedField(
        label=_("Description"), longest=LONGEST_TEXT, rows=4,
        help_text=_("What it is, what it is good for, and for whom. No addresses and no phone numbers."),
    )  # fmt: skip
    advantages = LocalizedField(
        label=_("What is new or better about it"), longest=LONGEST_TEXT, rows=2, required=False,
        help_text=_("Compared with what people use today; figures convince."),
    )  # fmt: skip
    stage = forms.ChoiceField(label=_("How far is it?"), required=False, choices=[("", "—"), *Stage.choices])
    rights = forms.ChoiceField(label=_("Who has the rights?"), required=False, choices=[("", "—"), *Rights.choices])
    partner_types = forms.MultipleChoiceField(
        label=_("Partner sought"), required=False, widget=_boxes(), choices=Organisation.Type.choices
    )
    partner = LocalizedField(
        label=_("What the partner brings or does"), longest=LONGEST_TEXT, rows=2, required=False
    )  # fmt: skip
    cooperation = forms.MultipleChoiceField(
        label=_("Form of cooperation"), required=False, widget=_boxes(), choices=Cooperation.choices
    )
    countries = forms.MultipleChoiceField(
        label=_("Countries where partners are sought"), required=False, widget=_boxes(), help_text=_("None means: anywhere.")
    )  # fmt: skip
    expires = day_field(
        label=_("Shown until"), help_text=_("A month before, you get a mail with a link that renews it.")
    )  # fmt: skip
    is_anonymous = forms.BooleanField(
        label=_("Publish it without our name"), required=False,
        help_text=_("The contact office stands in for you: nobody else learns who you are before you agree. Leave out names, brands and addresses in what you write."),
    )  # fmt: skip
    is_public = forms.BooleanField(
        label=_("Show it to people who have not signed in"), required=False,
        help_text=_("They read title and description, and not whose it is."),
    )  # fmt: skip

    def __init__(self, *args: Any, opportunity: Opportunity | None = None, **kwargs: Any) -> None:
        today = timezone.localdate()
        initial: dict[str, Any] = {"expires": today + VALID}
        if opportunity is not None:
            initial = {name: getattr(opportunity, name) for name in self.base_fields if name not in TEXT_FIELDS}
            initial |= wordings(opportunity)
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        field = self.fields["countries"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = _countries(initial.get("countries", ()))
        self.fields["expires"].widget.attrs |= {"min": today.isoformat(), "max": (today + LONGEST_VALID).isoformat()}

    def values(self) -> dict[str, Any]:
        """Argument `values` of `actions.save_opportunity`."""
        data = dict(self.cleaned_data)
        texts = {}
        for name in TEXT_FIELDS:
            tidy = values.tidy if name in LINES else values.tidy_text
            texts[name] = {language: tidied for language, text in data.pop(name).items() if (tidied := tidy(text))}
        return data | {"texts": texts}

    @property
    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        named = [
            (_("Two questions"), ("kind", "area")),
            (_("What it says"), ("title", "text", "advantages", "stage", "rights")),
            (_("The partner"), ("partner_types", "partner", "cooperation", "countries")),
            (_("How it is shown"), ("expires", "is_anonymous", "is_public")),
        ]
        return [(heading, [self[name] for name in names]) for heading, names in named]


def _countries(present: Any) -> list[tuple[str, str]]:
    """Those of the regions, those around them, and what has been chosen already."""
    codes = [*Side.objects.order_by("pk").values_list("country", flat=True), *NEIGHBOURS, *present]
    known = values.countries(LOCALES[reader_language()])
    return [(code, known.get(code, code)) for code in dict.fromkeys(codes)]


class RefusalForm(forms.Form):
    reason = RunningText(
        label=_("What has to change"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
