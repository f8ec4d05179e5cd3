"""The form of an article. A picture is made anew while the form is checked, so that a bad one is named."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qiao.core import files
from qiao.core.errors import Refused
from qiao.core.fields import RunningText
from qiao.core.forms import LANGUAGES, LocalizedField
from qiao.core.models import Office, User
from qiao.core.texts import tidy, tidy_lines
from qiao.directory.showing_forms import PICTURES
from qiao.events.models import Delegation, Event
from qiao.office.actions.news import FIELDS
from qiao.office.news_models import Article
from qiao.office.news_queries import advisers_in

LONGEST_TITLE, LONGEST_LEAD, LONGEST_BODY, LONGEST_CAPTION = 150, 400, 12_000, 300
LINES = ("titles", "captions", "alternatives")  # the other texts may have several lines


class ArticleForm(forms.Form):
    kind = forms.ChoiceField(
        label=pgettext_lazy("an article", "Kind"), choices=Article.Kind.choices,
        help_text=gettext_lazy("Fact sheets and lists of links stand on a page of their own, without archive and feed."),
    )  # fmt: skip
    titles = LocalizedField(
        label=pgettext_lazy("an article", "Title"), longest=LONGEST_TITLE,
        help_text=gettext_lazy("One language is enough. Each version has words of its own: write it for its readers."),
    )  # fmt: skip
    leads = LocalizedField(
        label=gettext_lazy("In one or two sentences"), longest=LONGEST_LEAD, rows=2, required=False,
        help_text=gettext_lazy("Stands in lists and feeds, and above the text."),
    )  # fmt: skip
    bodies = LocalizedField(
        label=pgettext_lazy("an article", "Text"), longest=LONGEST_BODY, rows=10,
        help_text=gettext_lazy("An empty line begins a paragraph; addresses of pages become links. Name people only if they agreed: everybody reads it."),
    )  # fmt: skip
    picture = forms.FileField(
        label=gettext_lazy("Picture"), required=False, widget=forms.FileInput(attrs={"accept": PICTURES}), max_length=255,
        help_text=gettext_lazy("JPEG, PNG or WebP of at most 10 MB. Where and when it was taken is deleted."),
    )  # fmt: skip
    no_picture = forms.BooleanField(label=gettext_lazy("Take the present picture away"), required=False)
    alternatives = LocalizedField(
        label=gettext_lazy("What the picture shows"), longest=LONGEST_CAPTION, required=False,
        help_text=gettext_lazy("For those who cannot see it."),
    )  # fmt: skip
    captions = LocalizedField(
        label=gettext_lazy("Caption"), longest=LONGEST_CAPTION, required=False,
        help_text=gettext_lazy("Stands below the picture; name whose picture it is."),
    )  # fmt: skip
    publish_at = forms.DateTimeField(
        label=gettext_lazy("Show it from"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("By the clock of your time zone. Empty: as soon as it is approved."),
    )  # fmt: skip
    contact = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Contact for questions"), required=False, empty_label=gettext_lazy("the contact office only"),
        help_text=gettext_lazy("Named for everybody, with the e-mail address and phone number of the contact office."),
    )  # fmt: skip
    event = forms.ModelChoiceField(Event.objects.none(), label=gettext_lazy("Event"), required=False, empty_label="—")
    delegation = forms.ModelChoiceField(
        Delegation.objects.none(), label=gettext_lazy("Delegation"), required=False, empty_label="—"
    )

    def __init__(self, *args: Any, office: Office, article: Article | None = None, **kwargs: Any) -> None:
        if article is not None:
            kwargs["initial"] = {name: getattr(article, name) for name in FIELDS}
        super().__init__(*args, **kwargs)
        self.article = article
        choices: dict[str, Any] = {
            "contact": advisers_in(office), "event": Event.objects.order_by("-starts"),
            "delegation": office.delegations.order_by("-event__starts", "pk"),
        }  # fmt: skip
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        if article is None or not article.picture:
            del self.fields["no_picture"]

    def clean_picture(self) -> files.Picture | None:
        given = self.cleaned_data["picture"]
        if not given:
            return None
        try:
            return files.read_picture(given)
        except Refused as refused:
            raise ValidationError(refused.message) from None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("titles", "leads", "bodies", "alternatives", "captions"):
            clean = tidy if name in LINES else tidy_lines
            data[name] = {code: done for code, text in (data.get(name) or {}).items() if (done := clean(text))}
        titles, bodies = set(data["titles"]), set(data["bodies"])
        self._complain("bodies", titles - bodies)
        self._complain("titles", bodies - titles)
        kept = self.article is not None and self.article.picture and not data.get("no_picture")
        if data.get("picture") or kept:
            self._complain("alternatives", titles - set(data["alternatives"]))
        return data

    def _complain(self, field: str, languages: set[str]) -> None:
        for code in sorted(languages & set(LANGUAGES)):
            self.add_error(field, _("This is missing: %(language)s.") % {"language": LANGUAGES[code]})

    @property
    def values(self) -> dict[str, Any]:
        """Arguments of `save_article`."""
        data = self.cleaned_data
        return {
            "values": {name: data[name] for name in FIELDS}, "picture": data["picture"],
            "no_picture": data.get("no_picture", False),
        }  # fmt: skip


class BackForm(forms.Form):
    reason = RunningText(
        label=gettext_lazy("What has to change"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )
