"""Forms of keywords: a term for a profile, and a term of the vocabulary."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qiao.directory import keyword_queries
from qiao.directory.actions.vocabulary import LONGEST_TERM
from qiao.directory.models import Keyword
from qiao.engine.matching.vocabulary import LANGUAGES

TITLES = {
    "de": gettext_lazy("Term in German"),
    "zh": gettext_lazy("Term in Chinese"),
    "en": gettext_lazy("Term in English"),
}
SYNONYMS = {
    "de": gettext_lazy("Synonyms in German"),
    "zh": gettext_lazy("Synonyms in Chinese"),
    "en": gettext_lazy("Synonyms in English"),
}


class TermField(forms.CharField):
    """Words of a term in any of the three languages; its value is the keyword. A list proposes the terms."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"list": "terms", "autocomplete": "off"}
        super().__init__(max_length=LONGEST_TERM, widget=forms.TextInput(attrs=attributes), **kwargs)

    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        if not words:
            return None
        found = keyword_queries.find_term(words)
        if found is None:
            raise ValidationError(
                _("The vocabulary has no such term. Choose one of the list, or ask the contact office to add it.")
            )
        return found


class AddKeywordForm(forms.Form):
    term = TermField(
        label=gettext_lazy("Term"),
        help_text=gettext_lazy("In German, Chinese or English. Terms are proposed while you type."),
    )


class ShortWordsField(forms.BooleanField):
    """The office's word that it means words which are refused otherwise."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Short words are meant"),
            required=False,
            help_text=gettext_lazy(
                "One Chinese character, or one or two letters: such words stand in many texts about something else."
            ),
        )


class VocabularyFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Table of terms"),
        help_text=gettext_lazy("CSV or XLSX, at most 20 MB. The first row names the columns."),
    )
    takes_short = ShortWordsField()


class MergeForm(forms.Form):
    into = TermField(label=gettext_lazy("Merge with"), help_text=gettext_lazy("The term that stays."))


class KeywordForm(forms.Form):
    """A term with its synonyms, one a line."""

    broader = TermField(
        label=gettext_lazy("Broader term"),
        required=False,
        help_text=gettext_lazy("Empty for one of the wide fields at the top, which are given to no text."),
    )

    def __init__(self, *args: Any, keyword: Keyword | None = None, **kwargs: Any) -> None:
        if keyword is not None:
            kwargs["initial"] = {"broader": str(keyword.broader) if keyword.broader else ""}
            for lang in LANGUAGES:
                kwargs["initial"][f"name_{lang}"] = keyword.names.get(lang, "")
                kwargs["initial"][f"synonyms_{lang}"] = "\n".join(keyword.synonyms.get(lang, []))
        super().__init__(*args, **kwargs)
        for lang in LANGUAGES:
            self.fields[f"name_{lang}"] = forms.CharField(label=TITLES[lang], max_length=LONGEST_TERM)
            self.fields[f"synonyms_{lang}"] = forms.CharField(
                label=SYNONYMS[lang],
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text=_("One a line."),
            )
        self.fields["takes_short"] = ShortWordsField()
        self.order_fields([f"{part}_{lang}" for lang in LANGUAGES for part in ("name", "synonyms")])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, value in list(data.items()):
            if isinstance(value, str) and "|" in value:
                self.add_error(name, _("The sign | separates synonyms in tables. Please leave it out."))
        return data

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        names = {lang: " ".join(data[f"name_{lang}"].split()) for lang in LANGUAGES}
        synonyms = {}
        for lang in LANGUAGES:
            lines = (" ".join(line.split()) for line in data[f"synonyms_{lang}"].splitlines())
            synonyms[lang] = list(dict.fromkeys(line for line in lines if line and line != names[lang]))
        return {
            "names": names, "synonyms": synonyms, "broader": data["broader"], "takes_short": data["takes_short"],
        }  # fmt: skip
