"""The form of an abstract in one language."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qiao.core.fields import RunningText
from qiao.core.languages import html_tag
from qiao.directory.abstract_queries import Pane
from qiao.directory.abstracts import LONGEST
from qiao.directory.forms import LANGUAGE_LABELS
from qiao.templatetags.wording import is_han


def wrong_script(language: str, text: str) -> str:
    """What is wrong with words for this language, as a sentence; empty where nothing is."""
    if text and language == "zh" and not is_han(text):
        return _("This is not written in Chinese characters.")
    letters = sum(char.isalpha() for char in text)
    if language != "zh" and sum(map(is_han, text)) * 2 > letters:
        return _("This is written in Chinese characters.")
    return ""


class AbstractForm(forms.Form):
    """`seen` is the version that the person had before the eyes."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, data: QueryDict | None = None, *, pane: Pane) -> None:
        self.pane = pane
        initial = {"text": pane.text.text if pane.text else "", "seen": pane.version}
        super().__init__(data, prefix=pane.language, initial=initial)
        self.fields["text"] = RunningText(
            label=LANGUAGE_LABELS[pane.language], required=False, max_length=LONGEST,
            widget=forms.Textarea(attrs={"rows": 5, "lang": html_tag(pane.language)}),
            help_text=gettext_lazy("Two or three sentences: what you do, for whom, and whom you look for."),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if wrong := wrong_script(self.pane.language, data.get("text", "")):
            self.add_error("text", wrong)
        return data

    def show_what_is_there(self, pane: Pane) -> None:
        """After somebody else's change: the next attempt knows of it, and what was typed stays."""
        self.pane = pane
        assert isinstance(self.data, QueryDict)
        data = self.data.copy()
        data[self.add_prefix("seen")] = str(pane.version)
        self.data = data
