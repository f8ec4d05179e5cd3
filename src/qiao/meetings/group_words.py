"""What group chats are told, and why something could not be posted, in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qiao.core.languages import localized, primary
from qiao.events.models import Event
from qiao.templatetags.wording import place

KINDS: dict[str, Any] = {
    "plan": _("plan published"),
    "programme": _("programme changed"),
    "announcement": _("announcement"),
    "day-before": _("begins tomorrow"),
    "test": _("test message"),
}

REASONS: dict[str, Any] = {
    "unreachable": _("The service could not be reached, in all attempts."),
    "busy": _("The service answered that it was out of order, in all attempts."),
    "too-many": _("The service takes no more messages for this group at the moment. Post it again later."),
    "address": _("The robot no longer exists, or its address was changed. Connect the group anew with the present address."),
    "keyword": _("The robot wants a keyword in each message. Make a word of the event's name its keyword."),
    "signature": _("The robot wants signed messages. For DingTalk connect the group anew with its secret; for the others switch signing off."),
    "place": _("The robot takes messages from certain IP addresses only. Add that of this installation there."),
    "unclear": _("The service did not answer in time. Look into the group whether the message is there before you post it again."),
    "lost": _("The address can no longer be opened with the keys of this installation. Connect the group anew."),
    "refused": _("The service refused the message."),
}  # fmt: skip


def reason_of(code: str) -> str:
    return str(REASONS.get(code, REASONS["refused"]))


def text_for(languages: Iterable[str], kind: str, event: Event, said: Mapping[str, Any]) -> str:
    """The message in these languages, one below the other; what reads the same in two stands once."""
    texts: list[str] = []
    for language in languages:
        with translation.override(language):
            texts.append(_text(kind, event, said))
    return "\n\n".join(dict.fromkeys(texts))


def _text(kind: str, event: Event, said: Mapping[str, Any]) -> str:
    names = {"event": str(event), "url": settings.PUBLIC_URL + reverse(_page(kind), args=[event.slug])}
    if kind == "plan" and said.get("provisional"):
        return (
            gettext(
                "%(event)s: a provisional plan of the talks is published. Please look at your agenda and say what does not fit: %(url)s"
            )
            % names
        )
    if kind == "plan":
        return gettext("%(event)s: the plan of the talks is published. Your agenda: %(url)s") % names
    if kind == "programme":
        return gettext("%(event)s: the programme has changed. This is how it stands: %(url)s") % names
    if kind == "day-before":
        names |= {"date": date_format(event.starts), "city": str(place(event.city))}
        return gettext("%(event)s begins tomorrow, on %(date)s, in %(city)s. Your agenda: %(url)s") % names
    if kind == "announcement":
        words = [localized(said[part], primary(translation.get_language() or "")) for part in ("subjects", "bodies")]
        return f"{event}\n{words[0]}\n\n{words[1]}"
    return (
        gettext("%(event)s: this is a test message. From now on you read here what concerns everybody: %(url)s") % names
    )


def _page(kind: str) -> str:
    return {"plan": "agenda", "day-before": "agenda", "programme": "programme"}.get(kind, "event")
