"""Forms of the directory: input -> clean values, with the same rules as for imported tables."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qiao.core.alphabet import alphabetical_label
from qiao.core.fields import RunningText
from qiao.core.languages import primary, reader_language
from qiao.core.models import public_key
from qiao.directory import asking, purposes, queries, values
from qiao.directory.columns import KINDS, LANGUAGES, LONGEST_TEXT, human_texts
from qiao.directory.hits import Ask
from qiao.directory.models import Organisation
from qiao.directory.purposes import PURPOSES
from qiao.directory.search import LONGEST_QUERY
from qiao.templatetags.wording import LOCALES, language_name, place

SPOKEN = ("de", "zh", "en", "fr", "ru", "ja", "ko", "es", "pl", "cs")
BOXES = 3  # for offers and for seeks at registration
MOST_ENTRIES = 20
_ADDRESS = re.compile(r"://|www\.|@|\.[a-z]{2,}/", re.IGNORECASE)
TOKEN_AGE = 24 * 60 * 60
NUMBERS: dict[str, Callable[[str], str]] = {
    "uscc": values.credit_code, "vat_id": values.vat_id, "lei": values.lei_code, "website": values.website, "nace": values.nace,
}  # fmt: skip
# What browsers may fill in of what they know about the person and the person's organisation.
AUTOCOMPLETE = {
    "name": "organization", "city": "address-level2", "country": "country", "website": "url", "person_name": "name",
    "role": "organization-title", "email": "email", "phone": "tel",
}  # fmt: skip
LANGUAGE_LABELS = {"de": gettext_lazy("German"), "zh": gettext_lazy("Chinese"), "en": gettext_lazy("English")}


def language_choices(present: list[str] | None = None) -> list[tuple[str, str]]:
    """What stands in the profile already with its level, the three languages of all pages, then what is spoken most."""
    tags = list(present or [])
    more = [code for code in SPOKEN if code not in {primary(tag) for tag in tags}]
    ours = [(code, language_name(code)) for code in more if code in LANGUAGES]
    return (
        [(tag, language_name(tag)) for tag in tags]
        + ours
        + _by_name((code, language_name(code)) for code in more if code not in LANGUAGES)
    )


def country_choices() -> list[tuple[str, str]]:
    names = values.countries(LOCALES[reader_language()])
    first = ("DE", "CN", "AT", "CH")
    others = ((code, name) for code, name in names.items() if code not in first)
    return [("", "—"), *((code, names[code]) for code in first), *_by_name(others)]


def _by_name(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(choices, key=lambda choice: alphabetical_label(choice[1]))


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class OrganisationFields(forms.Form):
    """What an organisation says of itself, without its offers and seeks."""

    name = forms.CharField(
        label=gettext_lazy("Name of the organisation"), max_length=250, help_text=gettext_lazy("In its own script.")
    )
    name_latin = forms.CharField(
        label=gettext_lazy("Name in Latin script"),
        max_length=250,
        required=False,
        help_text=gettext_lazy("For Chinese names: the English name, or pinyin."),
    )
    side = forms.ChoiceField(label=gettext_lazy("Region"))
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=Organisation.Type.choices)
    size = forms.ChoiceField(label=gettext_lazy("Size"), required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"))
    city = forms.CharField(label=gettext_lazy("City"), max_length=100)
    website = forms.CharField(label=gettext_lazy("Website"), max_length=200, required=False)
    uscc = forms.CharField(
        label=gettext_lazy("Unified social credit code"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("For organisations in China."),
    )
    vat_id = forms.CharField(label=gettext_lazy("VAT number"), max_length=30, required=False)
    register = forms.CharField(
        label=gettext_lazy("Commercial register no."),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Court and number, for example: Amtsgericht Dresden, HRB 12345."),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages in which you can work"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "in-columns"}),
    )
    nace = forms.CharField(
        label=gettext_lazy("Line of business (NACE or ISIC)"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Two digits are enough, for example 28 for mechanical engineering."),
    )
    known_partners = RunningText(
        label=gettext_lazy("Partners you already have in the other region"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Names of organisations, one on each line, so that the office can help to deepen what there is. Only your organisation and the office see them."),
    )  # fmt: skip
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("Themes"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "in-columns"})
    )  # fmt: skip

    def __init__(self, *args: Any, spoken: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sides = {side.code: side for side in queries.sides()}
        self._themes = {theme.code: theme for theme in queries.themes()}
        self._choose("side", [("", "—"), *((code, str(side)) for code, side in self._sides.items())])
        self._choose("size", [("", "—"), *Organisation.Size.choices])
        self._choose("country", country_choices())
        self._choose("languages", language_choices(spoken))
        self._choose("themes", [(code, str(theme)) for code, theme in self._themes.items()])
        for name in AUTOCOMPLETE.keys() & self.fields.keys():
            self.fields[name].widget.attrs["autocomplete"] = AUTOCOMPLETE[name]

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, read in NUMBERS.items():
            if data.get(name):
                try:
                    data[name] = read(data[name])
                except values.Bad as bad:
                    self.add_error(name, str(bad))
        for name in ("name", "name_latin", "city", "register"):
            if name in data:
                data[name] = values.tidy(data[name])
        if "name" in data and not data["name"]:
            self.add_error("name", _("The name is missing."))
        return data

    def organisation_values(self) -> dict[str, Any]:
        """Clean values by model field, themes and side as rows."""
        data = {name: self.cleaned_data[name] for name in OrganisationFields.base_fields}
        data["side"] = self._sides[data["side"]]
        data["themes"] = [self._themes[code] for code in data["themes"]]
        return data


class RegisterForm(OrganisationFields):
    """Organisation, person and consents on one page. No box is ticked beforehand."""

    text_language = forms.ChoiceField(
        label=gettext_lazy("Language of what you wrote"),
        required=False,
        choices=[("", gettext_lazy("recognise it")), *LANGUAGE_LABELS.items()],
    )
    person_name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=200, help_text=gettext_lazy("In its own script and order.")
    )
    person_name_latin = forms.CharField(
        label=gettext_lazy("Your name in Latin script"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For Chinese names: pinyin."),
    )
    role = forms.CharField(label=gettext_lazy("Your role"), max_length=120, required=False)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), required=False,
        help_text=gettext_lazy("You sign in with it. Without an e-mail address the contact office gives you a personal link or QR code."),
    )  # fmt: skip
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    person_languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages you speak"), widget=forms.CheckboxSelectMultiple(attrs={"class": "in-columns"})
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False)
    same = forms.CharField(
        label=gettext_lazy("Is your organisation here already?"), required=False, widget=forms.RadioSelect,
        help_text=gettext_lazy("If it is one of these, the contact office connects you with it. What you wrote below is kept."),
    )  # fmt: skip
    is_asking = False  # whether it is one of those that are there

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("token", new_token())
        self._choose("person_languages", language_choices())
        for group, label in (("offers", gettext_lazy("Offer %(number)s")), ("seeks", gettext_lazy("Seek %(number)s"))):
            for number in range(1, BOXES + 1):
                self.fields[f"{group}_{number}"] = RunningText(
                    label=label % {"number": number}, required=False, max_length=LONGEST_TEXT, widget=_area()
                )
        for code, purpose in PURPOSES.items():
            self.fields[f"consent_{code}"] = forms.BooleanField(
                label=purpose.title,
                required=purpose.required,
                help_text=format_html("{}", purposes.wording(purpose)),
                error_messages={"required": _("Please tick this box; without it the office cannot register you.")},
            )

    def group(self, *names: str) -> Iterator[forms.BoundField]:
        return (self[name] for name in names)

    @property
    def about_organisation(self) -> Iterator[forms.BoundField]:
        return self.group(*OrganisationFields.base_fields)

    @property
    def about_texts(self) -> Iterator[forms.BoundField]:
        return self.group(*(f"{group}_{n}" for group in KINDS for n in range(1, BOXES + 1)), "text_language")

    @property
    def about_person(self) -> Iterator[forms.BoundField]:
        return self.group("person_name", "person_name_latin", "role", "email", "phone", "person_languages")

    @property
    def about_consent(self) -> Iterator[forms.BoundField]:
        return self.group(*(f"consent_{code}" for code in PURPOSES))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        try:
            self.key: str = signing.loads(data.get("token", ""), salt="directory.register", max_age=TOKEN_AGE)
        except signing.BadSignature:
            assert isinstance(self.data, QueryDict)
            renewed = self.data.copy()
            renewed[self.add_prefix("token")] = new_token()
            self.data = renewed
            raise forms.ValidationError(_("This page was open for too long. Please send it once more.")) from None
        if not any(data.get(f"{group}_{n}") for group in KINDS for n in range(1, BOXES + 1)):
            self.add_error("offers_1", _("Please write at least one offer or one seek, so that partners can be found."))
        for name in ("name", "name_latin", "person_name", "person_name_latin", "role"):
            if _ADDRESS.search(data.get(name, "")):  # names stand in mails of ours: nobody is to send links that way
                self.add_error(name, _("Please leave out web and mail addresses here."))
        if not values.tidy(data.get("person_name", "x")):
            self.add_error("person_name", _("The name is missing."))
        return data

    def _texts(self, group: str) -> list[dict[str, str]]:
        found = [values.tidy_text(self.cleaned_data[f"{group}_{n}"]) for n in range(1, BOXES + 1)]
        chosen = self.cleaned_data["text_language"]
        return [{chosen or values.detect_language(text): text} for text in found if text]

    def values(self) -> dict[str, Any]:
        """Arguments of `actions.register`."""
        data = self.cleaned_data
        person = {
            "name": values.tidy(data["person_name"]), "name_latin": values.tidy(data["person_name_latin"]),
            "role": values.tidy(data["role"]), "email": data["email"], "phone": values.tidy(data["phone"]),
            "languages": data["person_languages"],
        }  # fmt: skip
        return {
            "organisation": self.organisation_values() | {group: self._texts(group) for group in KINDS},
            "person": person,
            "consents": [code for code in PURPOSES if data.get(f"consent_{code}")],
            "key": self.key,
            "same": data["same"],
        }

    def ask(self, organisations: Sequence[Organisation]) -> None:
        """Whether it is one of these, before anything is stored; what was typed stays."""
        self.is_asking = True
        shown = [
            (one.key, " · ".join(filter(None, (one.name, one.name_latin, place(one.city))))) for one in organisations
        ]
        self.fields["same"].required = True
        widget = self.fields["same"].widget
        assert isinstance(widget, forms.RadioSelect)
        widget.choices = [
            *((key, _("Yes, we are: %(name)s") % {"name": name}) for key, name in shown),
            (Organisation.SameAnswer.OTHER, _("No, we are another organisation")),
        ]
        self.add_error("same", _("Please say whether your organisation is one of these."))


def new_token() -> str:
    """A signed key for the person to come: the same form sent twice makes one person."""
    return signing.dumps(public_key(), salt="directory.register")


class OrganisationForm(OrganisationFields):
    """Editing: as at registration, and each offer and seek in all three languages."""

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        initial = {
            name: getattr(organisation, name)
            for name in OrganisationFields.base_fields
            if name not in ("side", "themes")
        }
        initial |= {"side": organisation.side.code, "themes": [theme.code for theme in organisation.themes.all()]}
        self._present = {group: human_texts(organisation, kind) for group, kind in KINDS.items()}
        super().__init__(*args, initial=initial, spoken=list(organisation.languages), **kwargs)
        self.entries: list[tuple[str, int]] = []
        for group, texts in self._present.items():
            for number in range(1, min(len(texts) + 1, MOST_ENTRIES) + 1):
                self._add_entry(group, number, texts[number - 1] if number <= len(texts) else {})

    def _add_entry(self, group: str, number: int, texts: Mapping[str, str]) -> None:
        self.entries.append((group, number))
        for language in LANGUAGES:
            self.fields[f"{group}_{number}_{language}"] = RunningText(
                label=LANGUAGE_LABELS[language],
                required=False,
                max_length=LONGEST_TEXT,
                widget=_area(2),
                initial=texts.get(language, ""),
            )

    @property
    def about_organisation(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in OrganisationFields.base_fields)

    @property
    def about_texts(self) -> Iterator[dict[str, Any]]:
        """Each offer and seek with its three boxes; the last of each kind is empty, for a new one."""
        titles = {"offers": gettext_lazy("Offer %(number)s"), "seeks": gettext_lazy("Seek %(number)s")}
        for group, number in self.entries:
            boxes = [self[f"{group}_{number}_{language}"] for language in LANGUAGES]
            yield {"title": titles[group] % {"number": number}, "boxes": boxes}

    def values(self) -> dict[str, Any]:
        """Argument `values` of `actions.save_organisation`; texts in other languages stay as they are."""
        found = self.organisation_values()
        for group, present in self._present.items():
            found[group] = [
                texts for g, number in self.entries if g == group and (texts := self._entry(group, number, present))
            ]
        return found

    def _entry(self, group: str, number: int, present: list[dict[str, str]]) -> dict[str, str]:
        before = present[number - 1] if number <= len(present) else {}
        texts = {language: text for language, text in before.items() if language not in LANGUAGES}
        for language in LANGUAGES:
            text = values.tidy_text(self.cleaned_data[f"{group}_{number}_{language}"])
            if text:
                texts[language] = text
        return texts


class SearchForm(forms.Form):
    """The box above the directory; what else narrows a search stands in the address and is changed by links."""

    q = forms.CharField(
        label=gettext_lazy("Search for"), required=False, max_length=LONGEST_QUERY,
        widget=forms.TextInput(attrs={"type": "search", "enterkeyhint": "search", "autocomplete": "off"}),
        help_text=gettext_lazy("Names, places, products, also by meaning and in another language"),
    )  # fmt: skip

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.use_required_attribute = False

    def ask(self) -> Ask:
        """What cannot be looked for finds nothing, and an error stands beside it."""
        possible = self.is_valid()
        assert isinstance(self.data, QueryDict)
        return replace(asking.read(self.data, self.cleaned_data.get("q", "")), impossible=not possible)
