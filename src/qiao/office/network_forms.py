"""What networks ask: whom to invite, whether a member lets them act, and joint projects."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from qiao.core.forms import LocalizedField, day_field
from qiao.directory.models import Organisation
from qiao.office.forms import OrganisationField
from qiao.office.network_models import JointProject

PARTNERS = 6


class InviteForm(forms.Form):
    organisation = OrganisationField(
        label=_("Organisation"), help_text=_("Its name as in the directory. Its managers are asked whether they join.")
    )

    def __init__(self, *args: Any, seen: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].among = seen  # type: ignore[attr-defined]


class ProjectForm(forms.Form):
    names = LocalizedField(label=_("Title"))
    state = forms.ChoiceField(label=_("State"), choices=JointProject.State.choices)
    starts = day_field(label=_("From"), required=False)
    ends = day_field(label=pgettext_lazy("when it ends", "To"), required=False)

    def __init__(self, *args: Any, seen: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, PARTNERS + 1):
            field = OrganisationField(label=gettext("Partner %(number)s") % {"number": number}, required=False)
            field.among = seen
            self.fields[f"partner_{number}"] = field

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("starts") and data.get("ends") and data["ends"] < data["starts"]:
            self.add_error("ends", gettext("The end lies before the beginning."))
        return data

    def values(self) -> dict[str, Any]:
        """As `actions.save_project` takes it."""
        data = self.cleaned_data
        partners = [data[f"partner_{number}"] for number in range(1, PARTNERS + 1)]
        return {name: data[name] for name in ("names", "state", "starts", "ends")} | {
            "partners": [one for one in partners if one is not None]
        }


def project_values(project: JointProject) -> dict[str, Any]:
    """What stands in the form at first."""
    found = {name: getattr(project, name) for name in ("names", "state", "starts", "ends")}
    return found | {f"partner_{n}": one.name for n, one in enumerate(project.partners.order_by("pk")[:PARTNERS], 1)}
