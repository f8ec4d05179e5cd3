"""An organiser's questions as a form."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qiao.core.fields import RunningText
from qiao.core.forms import day_field
from qiao.core.languages import localized, running_text
from qiao.events.form_models import Question

LONGEST_ANSWER = 1000
FEW = 7  # options that are shown side by side; more of them in a list


class AnswersForm(forms.Form):
    """One field for each question, named by the question's key."""

    def __init__(
        self, *args: Any, questions: Sequence[Question], present: Mapping[int, Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(questions)
        for one in self.questions:
            self.fields[one.key] = question_field(one, (present or {}).get(one.pk))

    @property
    def answers(self) -> dict[int, Any]:
        """Question id -> value, None where nothing was answered."""
        return {one.pk: answer_value(one, self.cleaned_data.get(one.key)) for one in self.questions}


def question_field(question: Question, present: Any = None) -> forms.Field:
    kinds = Question.Kind
    common: dict[str, Any] = {
        "label": str(question), "help_text": _said(question), "required": question.is_required, "initial": present,
    }  # fmt: skip
    if question.kind == kinds.TEXT:
        return RunningText(max_length=LONGEST_ANSWER, widget=forms.Textarea(attrs={"rows": 2}), **common)
    if question.kind == kinds.NUMBER:
        number = None if present is None else Decimal(present)
        return forms.DecimalField(max_digits=12, decimal_places=2, **common | {"initial": number})
    if question.kind == kinds.DATE:
        return day_field(**common | {"initial": date.fromisoformat(present) if present else None})
    if question.kind == kinds.YES_NO:
        initial = {True: "yes", False: "no"}.get(present)
        return _one_of([("yes", gettext("yes")), ("no", gettext("no"))], common | {"initial": initial})
    options = [(one["code"], localized(one["names"])) for one in question.options if _is_open(one, present)]
    if question.kind == kinds.CHOICE:
        return _one_of(options, common)
    return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **common)


def _is_open(option: Mapping[str, Any], present: Any) -> bool:
    """What is offered no more may stay where it was chosen."""
    return not option.get("gone") or option["code"] in (present if isinstance(present, list) else [present])


def _one_of(options: list[tuple[str, str]], common: dict[str, Any]) -> forms.ChoiceField:
    """Buttons cannot be taken back, so what may be left out is a list with an empty line."""
    if common["required"] and len(options) <= FEW:
        return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **common)
    return forms.ChoiceField(choices=[("", "—"), *options], **common)


def _said(question: Question) -> SafeString:
    """What the organiser adds, what the answer is for, who reads it, and until when."""
    seen = {
        Question.Visibility.ORGANISER: _("Only the organiser and the contact office see the answer."),
        Question.Visibility.PARTICIPANTS: _(
            "Other participants see the answer, too; in the other country only if you agreed to be shown there."
        ),
    }
    day = formats.date_format(question.delete_on)
    sentences = [
        localized(question.helps), question.purpose, seen[Question.Visibility(question.visibility)],
        gettext("It is deleted on %(day)s.") % {"day": day},
    ]  # fmt: skip
    return format_html("{}", running_text(one for one in sentences if one))


def answer_value(question: Question, clean: Any) -> Any:
    """As it is stored; None for no answer."""
    if clean in (None, "", []):
        return None
    if question.kind == Question.Kind.YES_NO:
        return clean == "yes"
    if isinstance(clean, Decimal):
        return format(clean, "f")
    return clean.isoformat() if isinstance(clean, date) else clean
