"""What Django and allauth say to people: in the language of the page, formal, whichever field or form says it."""

import importlib
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account import forms as allauth_forms
from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.contrib.auth.password_validation import MinimumLengthValidator, get_default_password_validators
from django.template.loader import render_to_string
from django.utils import translation

import qiao
from qiao.core.models import User

ACCOUNT_FORMS = (
    allauth_forms.LoginForm,
    allauth_forms.RequestLoginCodeForm,
    allauth_forms.ConfirmLoginCodeForm,
    allauth_forms.ResetPasswordForm,
    allauth_forms.ResetPasswordKeyForm,
    allauth_forms.ChangePasswordForm,
    allauth_forms.SetPasswordForm,
)
# Nobody chooses a user name, signs in by phone or keeps several addresses here.
ELSEWHERE = re.compile("phone|username|primary_email|email_addresses|_taken|duplicate_email|select_only_one")
NOTES = ("password_changed", "password_set", "login_code_sent", "logged_out")
FAMILIAR = re.compile(
    r"\b(du|dein\w*|dich|dir|euch|euer\w*|gib|wähle|versuche|prüfe|habe|musst|kannst)\b", re.IGNORECASE
)
HAN = re.compile(r"[\u4e00-\u9fff]")


def every_form(kind: type[forms.BaseForm] = forms.Form) -> Iterator[type[forms.BaseForm]]:
    for below in kind.__subclasses__():
        if below.__module__.startswith("qiao."):
            yield below
        yield from every_form(below)


def every_field() -> Iterator[forms.Field]:
    for module in pkgutil.walk_packages(qiao.__path__, "qiao."):
        if "forms" in module.name.rsplit(".", 2)[1:] or module.name.endswith(("_form", "_forms")):
            importlib.import_module(module.name)
    found = [*ACCOUNT_FORMS, *every_form(), *every_form(forms.ModelForm)]
    assert len(found) > 30
    fields = [field for form in found for field in form.base_fields.values()]
    yield from fields
    for field in fields:
        yield from getattr(field, "fields", ())


def field_messages() -> Iterator[Any]:
    for field in every_field():
        yield from field.error_messages.values()
        yield from (one.message for one in field.validators if hasattr(one, "message"))


def filled(message: Any) -> Iterator[str]:
    """The message for one and for many: those that count choose their form by the number."""
    for number in (1, 2):
        values = defaultdict(lambda number=number: number)
        yield str(message % values) if "%" in str(getattr(message, "_kw", message)) else str(message)


def sentences(language: str) -> Iterator[str]:
    with translation.override(language):
        for message in field_messages():
            yield from filled(message)
        for checked in (*get_default_password_validators(), MinimumLengthValidator(1)):
            yield str(checked.get_help_text())
            text = checked.get_error_message()
            yield text % {"verbose_name": User._meta.get_field("email").verbose_name} if "%(" in text else text
        yield str(allauth_forms._("You must type the same password each time."))
        yield from (
            str(text) for code, text in DefaultAccountAdapter.error_messages.items() if not ELSEWHERE.search(code)
        )
        yield from (render_to_string(f"account/messages/{note}.txt", {"recipient": "a@example.org"}) for note in NOTES)


def test_what_frameworks_say_is_in_the_language_asked_and_formal() -> None:
    english, german, chinese = (list(sentences(language)) for language in ("en", "de", "zh-hans"))
    assert len(set(english)) > 40
    wrong = {text for text, said in zip(german, english, strict=True) if text == said or FAMILIAR.search(text)}
    wrong |= {text for text in chinese if not HAN.search(text) or "你" in text}
    assert not wrong


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("de", {"This field is required.": "Bitte füllen Sie dieses Feld aus."}),
        ("zh-hans", {"This field is required.": "请填写此项。", "Incorrect code.": "验证码不正确，请重新输入。"}),
    ],
)
def test_our_words_are_taken_before_those_of_the_framework(language: str, texts: dict[str, str]) -> None:
    with translation.override(language):
        assert {text: translation.gettext(text) for text in texts} == texts
