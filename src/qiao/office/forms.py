"""What the pages about cooperations ask for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from qiao.core.fields import Line, RunningText
from qiao.core.forms import day_field
from qiao.core.languages import listed
from qiao.core.models import Office
from qiao.core.texts import tidy
from qiao.directory.models import Organisation, Side
from qiao.events.models import Event
from qiao.office.models import Cooperation
from qiao.office.queries import Filter
from qiao.templatetags.qiao import plain_name


def offer_offices(form: forms.BaseForm, offices: QuerySet[Office]) -> None:
    """The field `office`: hidden where there is nothing to choose."""
    field = form.fields["office"]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset, field.initial = offices, offices.first()
    if len(offices) < 2:
        field.widget = forms.HiddenInput()


class OrganisationField(Line):
    """An organisation by its name or the key of its page, among those that the reader may see."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=250, **kwargs)
        self.among: QuerySet[Organisation] = Organisation.objects.none()

    def clean(self, value: Any) -> Organisation | None:
        text = super().clean(value)
        if not text:
            return None
        found = list(self.among.filter(Q(key=text) | Q(name__iexact=text) | Q(name_latin__iexact=text))[:5])
        if not found:
            found = list(
                self.among.filter(Q(name__icontains=text) | Q(name_latin__icontains=text)).order_by("name")[:5]
            )
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(gettext("No organisation has this name. Look for it in the directory."))
        names = listed(plain_name(one) for one in found)
        raise forms.ValidationError(
            gettext("Several organisations fit: %(names)s. Write the whole name.") % {"names": names}
        )


class OwnField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the reader's own organisations, by its key."""

    def __init__(self, own: Sequence[Organisation], **kwargs: Any) -> None:
        rows = Organisation.objects.filter(pk__in=[one.pk for one in own])
        super().__init__(rows, empty_label=None, to_field_name="key", **kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(tidy(str(value or "")))

    def label_from_instance(self, obj: Organisation) -> str:
        return plain_name(obj)


class OpenForm(forms.Form):
    """A cooperation that begins, or that began long ago. Members choose among their own organisations."""

    one = OrganisationField(label=_("One organisation"))
    other = OrganisationField(label=_("The other organisation"))
    topic = Line(label=pgettext_lazy("a cooperation", "What it is about"), max_length=200, required=False)
    stage = forms.ChoiceField(label=_("Stage"), choices=Cooperation.Stage.choices[:-1])
    day = day_field(label=_("First contact on"))

    def __init__(
        self, *args: Any, own: Sequence[Organisation] | None, seen: QuerySet[Organisation], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = timezone.localdate()
        self.fields["other"].among = seen  # type: ignore[attr-defined]
        if own is None:
            self.fields["one"].among = seen  # type: ignore[attr-defined]
            return
        self.fields["one"] = OwnField(own, label=_("Your organisation"))
        self.order_fields(["one", "other", "topic", "stage", "day"])


class StepForm(forms.Form):
    """What happened. Everything is optional, but something has to be said. present: a stage that is not offered."""

    stage = forms.ChoiceField(label=_("Stage reached"), required=False)
    note = RunningText(label=_("Note"), max_length=4000, required=False, widget=forms.Textarea({"rows": 3}))
    day = day_field(label=_("On"), required=False)

    def __init__(self, *args: Any, present: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [(code, label) for code, label in Cooperation.Stage.choices if code != present]
        self.fields["stage"].choices = [("", _("no change")), *others]  # type: ignore[attr-defined]
        self.fields["day"].initial = timezone.localdate()


class FactsForm(forms.Form):
    topic = Line(label=pgettext_lazy("a cooperation", "What it is about"), max_length=200, required=False)
    value = forms.DecimalField(label=_("Value"), min_value=0, max_digits=14, decimal_places=2, required=False)
    currency = forms.ChoiceField(
        label=_("Currency"), choices=[("", "–"), *Cooperation.Currency.choices], required=False
    )
    jobs = forms.IntegerField(label=_("Jobs"), min_value=0, max_value=1_000_000, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("value") is not None and not said.get("currency"):
            self.add_error("currency", gettext("Say in which currency."))
        return said


class ListFilter(forms.Form):
    q = forms.CharField(label=_("Organisation or topic"), required=False, max_length=200)
    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=[("", _("all")), *Cooperation.Stage.choices])
    event = forms.ChoiceField(label=_("Event"), required=False)
    side = forms.ChoiceField(label=_("Region"), required=False)

    def __init__(self, *args: Any, events: Sequence[Event], sides: Sequence[Side], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows, key in (("event", events, "slug"), ("side", sides, "code")):
            self.fields[name].choices = [("", _("all")), *((getattr(one, key), str(one)) for one in rows)]  # type: ignore[attr-defined]

    def asked(self) -> Filter:
        """What is not valid is left out."""
        self.is_valid()
        data = self.cleaned_data
        words = "".join(one for one in data.get("q", "") if one.isprintable())
        return Filter(words, data.get("stage", ""), data.get("event", ""), data.get("side", ""))
