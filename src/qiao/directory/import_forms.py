"""Input about tables that are handed in."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qiao.directory import mapping
from qiao.directory.import_models import ImportRun

_LABELS = {
    "organisations": gettext_lazy("Table of organisations"),
    "participants": gettext_lazy("Table of participants"),
}


class ImportForm(forms.Form):
    file = forms.FileField(help_text=gettext_lazy("CSV or XLSX, at most 20 MB. The first row names the columns."))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _LABELS[kind]


class ColumnsForm(forms.Form):
    """For each column of a table what it is, or that it is left out."""

    def __init__(self, data: Mapping[str, Any] | None, *, run: ImportRun) -> None:
        super().__init__(data)
        self.kind, self.columns = run.kind, run.columns
        self.known = mapping.targets(run.kind)
        choices = [("", _("leave out")), *((one.name, one.label) for one in self.known.values())]
        for number, column in enumerate(run.columns):
            label = _("What “%(column)s” is") % {"column": column["heading"]}
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=label, choices=choices, required=False, initial=column["target"]
            )

    def rows(self) -> Iterator[tuple[dict[str, Any], forms.BoundField]]:
        return ((column, self[f"column_{number}"]) for number, column in enumerate(self.columns))

    @property
    def targets(self) -> list[str]:
        return [self.cleaned_data[f"column_{number}"] for number in range(len(self.columns))]

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, int] = {}
        for number in range(len(self.columns)):
            name = self.cleaned_data.get(f"column_{number}", "")
            if name in chosen and not self.known[name].joins:
                other = self.columns[chosen[name]]["heading"]
                self.add_error(f"column_{number}", _("“%(column)s” is this already.") % {"column": other})
            elif name:
                chosen[name] = number
        for target in mapping.missing(self.kind, chosen):
            self.add_error(
                None, _("No column is “%(target)s”. Choose the one that holds it.") % {"target": target.label}
            )
        return self.cleaned_data
