"""The form by which an office says what it saw."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qiao.core.forms import day_field
from qiao.core.models import Office, User
from qiao.directory.evidence_models import OrganisationEvidence
from qiao.directory.evidence_queries import offices_of

Kind = OrganisationEvidence.Kind
SEEN = [
    (Kind.REGISTER, _("We have seen the extract of the register")),
    (Kind.VISITED, _("We have visited the organisation")),
    (Kind.MET, _("We have met its people in person")),
]


class EvidenceForm(forms.Form):
    kind = forms.ChoiceField(label=_("What was seen"), widget=forms.RadioSelect, choices=SEEN)
    day = day_field(label=_("Day"))
    office = forms.ModelChoiceField(label=_("Which office says so"), queryset=Office.objects.none(), empty_label=None)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        offices = offices_of(by)
        kwargs["initial"] = {"day": timezone.localdate(), "office": offices.first()}
        super().__init__(*args, **kwargs)
        field = self.fields["office"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = offices
        self.fields["day"].widget.attrs["max"] = timezone.localdate().isoformat()
