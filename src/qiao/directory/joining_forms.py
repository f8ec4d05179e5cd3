"""Short forms about one person: a colleague, or who takes over a listed organisation."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core import signing
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qiao.core.fields import Line
from qiao.directory import purposes
from qiao.directory.forms import TOKEN_AGE, language_choices, new_token
from qiao.directory.models import Membership
from qiao.directory.purposes import PURPOSES


class PersonForm(forms.Form):
    """Who somebody is."""

    name = Line(label=gettext_lazy("Name"), max_length=200, help_text=gettext_lazy("In its own script and order."))
    name_latin = Line(
        label=gettext_lazy("Name in Latin script"), max_length=200, required=False,
        help_text=gettext_lazy("For Chinese names: pinyin."),
    )  # fmt: skip
    role = Line(label=gettext_lazy("Role"), max_length=120, required=False)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), required=False, help_text=gettext_lazy("For signing in. It works without one, by a personal link."),
    )  # fmt: skip
    phone = Line(label=gettext_lazy("Phone"), max_length=40, required=False)
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"), widget=forms.CheckboxSelectMultiple(attrs={"class": "in-columns"})
    )

    def __init__(self, *args: Any, spoken: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["languages"].choices = language_choices(spoken)  # type: ignore[attr-defined]

    @property
    def person(self) -> dict[str, Any]:
        """The argument `person` of `register`."""
        return {name: self.cleaned_data[name] for name in PersonForm.base_fields}


class TokenMixin(forms.Form):
    """The same form sent twice makes one person."""

    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("token", new_token())

    def clean_token(self) -> str:
        try:
            found: str = signing.loads(self.cleaned_data["token"], salt="directory.register", max_age=TOKEN_AGE)
        except signing.BadSignature:
            raise forms.ValidationError(_("This page was open for too long. Please open it anew.")) from None
        return found


class ColleagueForm(PersonForm):
    """A member of an organisation."""

    is_manager = forms.BooleanField(label=gettext_lazy("May change the profile of the organisation"), required=False)

    def __init__(self, *args: Any, membership: Membership | None = None, **kwargs: Any) -> None:
        if membership is not None:
            one = membership.person
            kwargs["initial"] = {name: getattr(one, name) for name in PersonForm.base_fields if name != "role"}
            kwargs["initial"] |= {"role": membership.role, "is_manager": membership.is_manager}
            kwargs["spoken"] = list(one.languages)
        super().__init__(*args, **kwargs)


class NewColleagueForm(TokenMixin, ColleagueForm):
    pass


class ClaimForm(TokenMixin, PersonForm):
    """Consent first, then the person. No box is ticked beforehand."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, purpose in PURPOSES.items():
            self.fields[f"consent_{code}"] = forms.BooleanField(
                label=purpose.title, required=purpose.required, help_text=format_html("{}", purposes.wording(purpose)),
                error_messages={"required": _("Please tick this box; without it the office cannot register you.")},
            )  # fmt: skip

    @property
    def about_consent(self) -> Iterator[forms.BoundField]:
        return (self[f"consent_{code}"] for code in PURPOSES)

    @property
    def about_person(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in PersonForm.base_fields)

    @property
    def values(self) -> dict[str, Any]:
        """Arguments of `claim`."""
        agreed = [code for code in PURPOSES if self.cleaned_data[f"consent_{code}"]]
        return {"person": self.person, "consents": agreed, "key": self.cleaned_data["token"]}
