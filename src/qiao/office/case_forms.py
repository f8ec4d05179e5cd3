"""What the pages about advice cases ask for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from qiao.core import files
from qiao.core.errors import Refused
from qiao.core.fields import Line, RunningText
from qiao.core.forms import day_field
from qiao.core.models import Office
from qiao.directory.models import Organisation, Person
from qiao.office.case_models import AdviceCase, CaseEntry
from qiao.office.case_queries import Filter, cooperations_of, introductions_of, people_of
from qiao.office.forms import OrganisationField, offer_offices
from qiao.templatetags.qiao import plain_name

LONGEST = 20_000
WRITTEN = [
    (code, label) for code, label in CaseEntry.Kind.choices if code in ("note", "call", "chat", "mail", "meeting")
]


class ClientField(OrganisationField):
    """An organisation of the directory, else the name as it was written."""

    def clean(self, value: Any) -> Organisation | str | None:  # type: ignore[override]
        written = Line.clean(self, value)  # refuses what is too long
        try:
            return super().clean(value)
        except forms.ValidationError:
            return str(written)


class OpenCaseForm(forms.Form):
    """Quick capture: who, what kind, what about, and what was said."""

    client = ClientField(
        label=_("Client"),
        help_text=_("The name of the organisation. It is linked if the directory has exactly one of this name."),
    )
    kind = forms.ChoiceField(label=_("Kind of advice"), choices=AdviceCase.Kind.choices)
    topic = Line(label=pgettext_lazy("an advice case", "What it is about"), max_length=200)
    text = RunningText(
        label=_("What was said"), max_length=LONGEST, required=False, widget=forms.Textarea({"rows": 8}),
        help_text=_("Paste a chat or a mail, or write a note. Leave out what nobody needs to know."),
    )  # fmt: skip
    minutes = forms.IntegerField(label=_("Minutes spent"), min_value=0, max_value=1440, required=False)
    office = forms.ModelChoiceField(Office.objects.none(), label=_("Contact office"), empty_label=None)

    def __init__(self, *args: Any, offices: QuerySet[Office], seen: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"].among = seen  # type: ignore[attr-defined]
        offer_offices(self, offices)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        client = said.pop("client", "")
        known = isinstance(client, Organisation)
        return said | {
            "organisation": client if known else None,
            "client": "" if known else client,
            "minutes": said.get("minutes") or 0,
        }


class EntryForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=WRITTEN)
    text = RunningText(
        label=_("What was said or done"), max_length=LONGEST, required=False, widget=forms.Textarea({"rows": 5})
    )
    minutes = forms.IntegerField(label=_("Minutes spent"), min_value=0, max_value=1440, required=False)
    day = day_field(label=_("On"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = timezone.localdate()


class TaskForm(forms.Form):
    title = Line(label=_("What is to be done"), max_length=200)
    due = day_field(label=_("Until"), required=False)


class TextForm(forms.Form):
    text = RunningText(
        label=_("In your own words"), max_length=LONGEST, required=False, widget=forms.Textarea({"rows": 3})
    )


class ShareForm(forms.Form):
    shared = forms.BooleanField(
        label=_("The client may read what is marked for it"), required=False,
        help_text=_("State, next step, and the tasks and documents that you mark. Nothing else of the case."),
    )  # fmt: skip
    next_step = Line(label=_("Next step"), max_length=300, required=False)


class DocumentForm(forms.Form):
    """Made anew while the form is checked, so that a bad file is named."""

    title = Line(label=_("What it is"), max_length=150)
    file = forms.FileField(
        label=_("PDF"), widget=forms.FileInput({"accept": "application/pdf"}), max_length=255,
        help_text=_("At most 10 MB."),
    )  # fmt: skip
    for_client = forms.BooleanField(label=_("Also for the client"), required=False)

    def clean_file(self) -> files.Brochure:
        try:
            return files.read_brochure(self.cleaned_data["file"])
        except Refused as refused:
            raise forms.ValidationError(refused.message) from None


class HandOverForm(TextForm):
    office = forms.ModelChoiceField(Office.objects.none(), label=_("To the office"), empty_label=None)

    def __init__(self, *args: Any, others: Sequence[Office], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        office = self.fields["office"]
        assert isinstance(office, forms.ModelChoiceField)
        office.queryset = Office.objects.filter(pk__in=[one.pk for one in others])
        self.order_fields(["office", "text"])


class LinksForm(forms.Form):
    """What it is about, the client once the directory has it, and what belongs to the case."""

    topic = Line(label=pgettext_lazy("an advice case", "What it is about"), max_length=200)
    organisation = OrganisationField(label=_("Client"), required=False)
    person = forms.ModelChoiceField(Person.objects.none(), label=_("Who speaks for the client"), required=False)
    introductions = forms.ModelMultipleChoiceField(
        introductions_of(None), label=_("Introductions"), required=False, widget=forms.CheckboxSelectMultiple
    )
    cooperations = forms.ModelMultipleChoiceField(
        cooperations_of(None), label=_("Cooperations"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, case: AdviceCase, seen: QuerySet[Organisation], **kwargs: Any) -> None:
        kwargs["initial"] = {
            "topic": case.topic,
            "organisation": case.organisation.name if case.organisation else "",
            "person": case.person,
            "introductions": list(case.introductions.all()),
            "cooperations": list(case.cooperations.all()),
        }
        super().__init__(*args, **kwargs)
        self.fields["organisation"].among = seen  # type: ignore[attr-defined]
        if case.client:
            self.fields["organisation"].help_text = gettext("Written as “%(client)s” so far.") % {"client": case.client}
        people = self.fields["person"]
        assert isinstance(people, forms.ModelChoiceField)
        people.queryset = people_of(case.organisation) if case.organisation else Person.objects.none()
        people.label_from_instance = plain_name  # type: ignore[assignment, method-assign]
        if not people.queryset:
            del self.fields["person"]
        for name, rows in (
            ("introductions", introductions_of(case.organisation)),
            ("cooperations", cooperations_of(case.organisation)),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelMultipleChoiceField)
            field.queryset = rows
            field.label_from_instance = self._label  # type: ignore[assignment, method-assign]
            if not rows:
                del self.fields[name]

    @staticmethod
    def _label(row: Any) -> str:
        """Both organisations and how far they are."""
        word = row.get_stage_display() if hasattr(row, "stage") else row.get_state_display()
        return f"{plain_name(row.one)} – {plain_name(row.other)} · {word}"


class CaseFilter(forms.Form):
    q = forms.CharField(label=_("Client or topic"), required=False, max_length=200)
    kind = forms.ChoiceField(
        label=_("Kind of advice"), required=False, choices=[("", _("all")), *AdviceCase.Kind.choices]
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("open ones")), ("closed", _("closed ones")), ("all", _("all"))],
    )
    whose = forms.ChoiceField(label=_("Adviser"), required=False, choices=[("", _("all")), ("mine", _("only mine"))])

    def asked(self) -> Filter:
        """What is not valid is left out."""
        self.is_valid()
        data = self.cleaned_data
        state = {"": "open", "closed": "closed", "all": ""}[data.get("state", "")]
        words = "".join(one for one in data.get("q", "") if one.isprintable())
        return Filter(words, data.get("kind", ""), state, data.get("whose", ""))
