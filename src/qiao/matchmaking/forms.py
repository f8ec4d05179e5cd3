"""Input about wishes and requests."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from qiao.core.fields import RunningText
from qiao.directory.models import Organisation
from qiao.engine.matching.classes import division_of
from qiao.events.words import kind_in_words
from qiao.matchmaking.conversation_models import Report
from qiao.matchmaking.models import Wish
from qiao.matchmaking.queries import PartnerFilter
from qiao.matchmaking.rules import LONGEST_MESSAGE, MOST_WISHES


class WishForm(forms.Form):
    """A button beside a partner; an empty kind takes the wish back."""

    kind = forms.ChoiceField(choices=[("", ""), *Wish.Kind.choices], required=False)


class RequestForm(forms.Form):
    message = RunningText(
        label=_("Your message"),
        help_text=_("Say in a sentence or two why you would like to meet. Write in the language you know best."),
        max_length=LONGEST_MESSAGE,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )


class AnswerForm(forms.Form):
    """What goes with accepting or declining."""

    answer = RunningText(
        label=_("Your answer"),
        help_text=_("The partner reads it with the mail about your decision."),
        max_length=LONGEST_MESSAGE,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    left_open = forms.BooleanField(label=_("The partner may still write to me"), required=False)

    def __init__(self, *args: Any, declining: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not declining:
            del self.fields["left_open"]


class MessageForm(forms.Form):
    text = RunningText(
        label=_("Your message"),
        help_text=_("Write in the language you know best."),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea({"rows": 4}),
    )
    form = forms.SlugField(max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"form": get_random_string(16)}  # names this very form, see actions.send_message


class ReachForm(forms.Form):
    """What somebody wants to be reached by."""

    requests = forms.BooleanField(label=_("Partners may ask me for talks"), required=False)
    messages = forms.BooleanField(label=_("Partners with whom I have agreed on a talk may write to me"), required=False)
    digest = forms.BooleanField(label=_("Tell me by mail of unread messages, at most once a day"), required=False)
    team = forms.BooleanField(
        label=_("Colleagues who keep our organisation's profile may read and answer requests for me"), required=False
    )


class ReportForm(forms.Form):
    reason = forms.ChoiceField(label=_("What is wrong?"), choices=Report.Reason.choices, widget=forms.RadioSelect)
    note = RunningText(
        label=_("What else the organisers should know"),
        max_length=LONGEST_MESSAGE,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Your decision"), widget=forms.RadioSelect,
        choices=[("dismissed", _("Dismiss the report")), ("warned", _("Warn the person by mail")),
                 ("barred", _("Bar the person from asking and writing at this event"))],
    )  # fmt: skip
    words = RunningText(
        label=_("Your words to the person"),
        help_text=_("They stand in the mail about a warning or a bar."),
        max_length=LONGEST_MESSAGE,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )


class RanksForm(forms.Form):
    """One number per wish, named after the partner's key, in the order of the wishes; or one of them a step up or down."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)
    move = forms.RegexField(r"^(up|down)-\w+$", widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, wishes: Sequence[Wish], seen: str, is_open: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wishes = wishes
        self.fields["seen"].initial = seen
        wrong = _("A place is a whole number from 1 to 100.")
        for wish in wishes:
            self.fields[wish.partner.person.key] = forms.IntegerField(
                min_value=1,
                max_value=MOST_WISHES,
                required=False,
                initial=wish.rank,
                disabled=not is_open,
                error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), wrong),
                widget=forms.NumberInput({"class": "number", "inputmode": "numeric"}),
            )

    def lists(self) -> list[tuple[str, list[tuple[Wish, forms.BoundField]]]]:
        """The wishes of each degree that there are, each with its field."""
        degrees = groupby(self.wishes, key=Wish.get_kind_display)
        return [(str(kind), [(wish, self[wish.partner.person.key]) for wish in rows]) for kind, rows in degrees]

    def order(self) -> dict[str, Any]:
        """What `actions.rank_wishes` takes."""
        values = dict(self.cleaned_data)
        seen, (way, _, key) = values.pop("seen"), values.pop("move").partition("-")
        return {"places": values, "seen": seen, "move": (key, way) if key else None}


class PartnerFilterForm(forms.Form):
    q = forms.CharField(label=_("Search"), required=False, max_length=100, widget=forms.TextInput({"type": "search"}))
    side = forms.CharField(required=False, max_length=50)
    theme = forms.CharField(required=False, max_length=50)
    type = forms.ChoiceField(choices=[("", _("all")), *Organisation.Type.choices], required=False)

    def chosen(self) -> PartnerFilter:
        """What is valid of the filter; a made-up value narrows nothing."""
        self.is_valid()
        values = self.cleaned_data
        return PartnerFilter(
            values.get("q", ""), values.get("side", ""), values.get("theme", ""), values.get("type", "")
        )


class RuleForm(forms.Form):
    """Two groups that are not suggested to each other; what is left empty does not count."""

    def __init__(self, *args: Any, roles: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(role, kind_in_words(role)) for role in sorted(set(roles))]
        for which in ("one", "other"):
            for name, label, choices in (
                ("type", _("type"), Organisation.Type.choices),
                ("size", _("size"), Organisation.Size.choices),
                ("role", _("taking part as"), known),
            ):
                self.fields[f"{which}_{name}"] = forms.ChoiceField(
                    label=label, choices=[("", _("any")), *choices], required=False
                )
            self.fields[f"{which}_division"] = forms.CharField(
                label=_("line of business"),
                help_text=_("Division of NACE or ISIC, for example 28."),
                max_length=10,
                required=False,
            )

    @property
    def one(self) -> list[forms.BoundField]:
        return self._group("one")

    @property
    def other(self) -> list[forms.BoundField]:
        return self._group("other")

    def _group(self, which: str) -> list[forms.BoundField]:
        return [self[f"{which}_{name}"] for name in ("type", "size", "division", "role")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("one_division", "other_division"):
            if given := data.get(name):
                data[name] = division_of(given)
                if data[name] is None:
                    self.add_error(name, _("Write a division of two digits, for example 28, or a code within it."))
        return data
