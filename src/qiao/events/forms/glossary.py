"""Editing a page of a glossary as a table, and the file with all of it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qiao.core.fields import Line
from qiao.directory.columns import LANGUAGES
from qiao.directory.forms import LANGUAGE_LABELS
from qiao.events.actions.glossary import LONGEST_NOTE, LONGEST_TERM, TermValues
from qiao.events.glossary_models import GlossaryTerm

NEW_ROWS = 3


class TermForm(forms.Form):
    """One row; all words emptied removes the term."""

    key = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    note = Line(label=gettext_lazy("Note"), required=False, max_length=LONGEST_NOTE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in LANGUAGES:
            widget = forms.TextInput(attrs={"lang": "zh-Hans" if code == "zh" else code, "autocomplete": "off"})
            self.fields[code] = Line(
                label=LANGUAGE_LABELS[code], required=False, max_length=LONGEST_TERM, widget=widget
            )
        self.order_fields(["key", *LANGUAGES, "note"])
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = str(field.label) if name != "key" else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        words = [code for code in LANGUAGES if data.get(code)]
        if len(words) == 1 or (not words and data.get("note")):
            self.add_error(None, _("A term needs its word in at least two of the three languages."))
        return data

    def values(self) -> TermValues:
        data = self.cleaned_data
        return TermValues(data["key"], {code: data[code] for code in LANGUAGES}, data["note"])


_Rows = forms.formset_factory(TermForm, extra=NEW_ROWS, max_num=200, absolute_max=200)


class GlossaryRows(_Rows):  # type: ignore[misc,valid-type]
    """The rows of one page and a few empty ones."""

    @classmethod
    def of(cls, terms: Iterable[GlossaryTerm], data: Any = None) -> "GlossaryRows":
        initial = [{"key": term.key, **term.names, "note": term.note} for term in terms]
        return cls(data, initial=initial, prefix="terms")

    def changed(self) -> list[TermValues]:
        """Only what this person changed: what somebody else does meanwhile in other rows stays."""
        return [form.values() for form in self.forms if form.has_changed()]


class GlossaryFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Table of terms"),
        help_text=gettext_lazy("CSV or XLSX, at most 20 MB. The first row names the columns."),
    )
