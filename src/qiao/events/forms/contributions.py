"""The call for contributions, what is submitted, what is decided, and files."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qiao.core import files
from qiao.core.errors import Refused
from qiao.core.fields import Line, RunningText
from qiao.core.forms import LocalizedField, clock_field, day_field
from qiao.directory.forms import language_choices
from qiao.directory.models import Theme
from qiao.events.actions.contributions import themes_of_call
from qiao.events.contribution_models import Contribution, ContributionCall, EventFile
from qiao.events.forms.sessions import NamedForm
from qiao.events.models import Event
from qiao.events.session_models import LONGEST_ABSTRACT, LONGEST_TITLE


class CallForm(forms.Form):
    texts = LocalizedField(
        label=_("What you call for"), longest=3000, rows=6,
        help_text=_("What fits, how long a lecture takes, what is there for posters and exhibits."),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=_("What can be submitted"), choices=Contribution.Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    day = day_field(label=_("Last day"))
    clock = clock_field(label=pgettext_lazy("a deadline", "Until"), help_text=_("Local time of the event."))

    def __init__(self, *args: Any, event: Event, call: ContributionCall | None = None, **kwargs: Any) -> None:
        self.event = event
        kwargs["initial"] = {"kinds": Contribution.Kind.values, "clock": "23:59"}
        if call is not None:
            closes = call.closes.astimezone(event.zone)
            kwargs["initial"] = {"texts": call.texts, "kinds": call.kinds, "day": closes.date(), "clock": closes.time()}
        super().__init__(*args, **kwargs)

    @property
    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        closes = datetime.combine(data["day"], data["clock"], self.event.zone)
        return {"texts": data["texts"], "kinds": data["kinds"], "closes": closes}


class ContributionForm(NamedForm):
    """What a participant offers."""

    kind = forms.ChoiceField(label=_("Kind"))
    names = LocalizedField(label=_("Title"), longest=LONGEST_TITLE)
    abstracts = LocalizedField(label=_("Abstract"), longest=LONGEST_ABSTRACT, rows=6)
    language = forms.ChoiceField(label=_("Language"), help_text=_("In which you speak, or in which it is written."))
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.none(), label=_("Themes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    agrees = forms.BooleanField(
        label=_("My name and my organisation may be shown with it once it is accepted: to everybody who is registered here, in both countries, and on the open web where the programme is published there"),
        error_messages={"required": _("Without that it cannot be shown.")},
    )  # fmt: skip

    def __init__(self, *args: Any, call: ContributionCall, present: Contribution | None = None, **kwargs: Any) -> None:
        if present is not None:
            kwargs["initial"] = {name: getattr(present, name) for name in ("kind", "names", "abstracts", "language")}
            kwargs["initial"] |= {"themes": present.themes.all(), "agrees": True}
        super().__init__(*args, **kwargs)
        kinds = [*call.kinds, *([present.kind] if present else [])]
        labels = [pair for pair in Contribution.Kind.choices if pair[0] in kinds]
        self.fields["kind"].choices = labels  # type: ignore[attr-defined]
        self.fields["language"].choices = language_choices()  # type: ignore[attr-defined]
        self.fields["themes"].queryset = themes_of_call(call.event)  # type: ignore[attr-defined]


class ContributionFilter(forms.Form):
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all")), *Contribution.State.choices])
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all")), *Contribution.Kind.choices])

    def chosen(self) -> dict[str, str]:
        """What is not valid is left out."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("state", "kind")}


class DecideForm(forms.Form):
    reason = RunningText(
        label=_("Words to the author"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("They stand in the mail. Whoever is declined reads why."),
    )  # fmt: skip
    stand = Line(
        label=_("Stand"), max_length=100, required=False,
        help_text=_("Where the poster or exhibit is found, for example hall 2, A14."),
    )  # fmt: skip

    def __init__(self, *args: Any, contribution: Contribution, accepts: bool = True, **kwargs: Any) -> None:
        kwargs["initial"] = {"stand": contribution.stand, "reason": contribution.reason}
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = self.is_bound and not accepts
        if contribution.kind == Contribution.Kind.LECTURE:
            del self.fields["stand"]


class FileForm(forms.Form):
    """Slides or a paper as PDF."""

    kind = forms.ChoiceField(label=_("What it is"), choices=EventFile.Kind.choices)
    title = Line(label=_("Title"), max_length=120, required=False)
    file = forms.FileField(
        label=_("File"), widget=forms.FileInput(attrs={"accept": "application/pdf"}), max_length=255,
        help_text=_("One PDF of at most 10 MB. Forms, scripts and attachments in it are taken out."),
        error_messages={"required": _("Choose a PDF file first.")},
    )  # fmt: skip

    def clean_file(self) -> files.Brochure:
        try:
            return files.read_brochure(self.cleaned_data["file"])
        except Refused as refused:
            raise ValidationError(refused.message) from None
