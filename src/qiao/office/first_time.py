"""What somebody wants to know who takes part for the first time: the words that come with Qiao, and those of an event."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qiao.core.languages import LOCALES, html_tag, reader_language
from qiao.events.models import Event
from qiao.office.event_models import EventPages

SECTIONS: Mapping[str, Any] = {
    "costs": gettext_lazy("What it costs"),
    "preparation": gettext_lazy("How to prepare"),
    "talk": gettext_lazy("How a talk runs"),
    "after": gettext_lazy("What comes afterwards"),
}
USUAL = 25  # minutes of a talk where no time slots are set yet


@dataclass(frozen=True)
class Part:
    """One section as a reader sees it."""

    code: str
    heading: str
    text: str
    tag: str  # its language, for HTML


def pages_of(event: Event) -> EventPages:
    """The row of this event; one that is not saved where nothing was written."""
    return EventPages.objects.filter(event=event).first() or EventPages(event=event)


def minutes_of(event: Event) -> int:
    slot = event.slots.first()
    return round((slot.end - slot.start).total_seconds() / 60) if slot else USUAL


def usual_text(section: str, language: str, minutes: int) -> str:
    """The words that come with Qiao."""
    with translation.override(LOCALES[language]):
        return "\n\n".join(str(one) for one in _TEXTS[section](minutes))


def usual_texts(minutes: int) -> dict[str, dict[str, str]]:
    """All of them: section -> language -> text."""
    return {code: {language: usual_text(code, language, minutes) for language in LOCALES} for code in SECTIONS}


def parts(pages: EventPages) -> list[Part]:
    """For the reader of the language in force. What the organiser wrote in another language alone is left to the usual words."""
    language, minutes = reader_language(), minutes_of(pages.event)
    return [
        Part(
            code, str(heading), pages.first_time.get(code, {}).get(language) or usual_text(code, language, minutes), html_tag(language)
        )
        for code, heading in SECTIONS.items()
    ]  # fmt: skip


def _costs(minutes: int) -> list[str]:
    return [
        _("Unless the invitation says otherwise, the talks, the interpreters at the tables and the advice of the contact office are free of charge."),
        _("You pay for travel, accommodation and what you bring along. Programmes of your region or country may bear a part: ask the contact office before you book, as most of them want an application first."),
    ]  # fmt: skip


def _preparation(minutes: int) -> list[str]:
    return [
        _("Say what you offer and what you seek in one sentence each, in the language that comes easiest to you: by these sentences partners find you."),
        _("Look at the suggested partners early, say whom you would like to meet, and answer requests within a few days. Only talks that both sides agreed to can be planned."),
        _("For each partner prepare two questions and one thing that you can offer at once. Bring business cards in both languages and one page about your organisation with pictures; present a card with both hands and read the one that you are given."),
        _("If you need an interpreter, a power socket or a table that a wheelchair reaches, say so in your profile in time."),
    ]  # fmt: skip


def _talk(minutes: int) -> list[str]:
    greeting, telling, asking = (round(minutes * share) for share in (0.12, 0.4, 0.8))
    return [
        _("A talk takes %(minutes)s minutes at a numbered table; where you share no language, an interpreter sits with you.") % {"minutes": minutes},
        _("Minutes 0 to %(end)s: greet each other and exchange cards. The interpreter says who is who.") % {"end": greeting},
        _("Minutes %(start)s to %(end)s: each side says in a few short sentences what it does and why it came. Interpreting takes half of the time: pause after every second sentence.") % {"start": greeting, "end": telling},
        _("Minutes %(start)s to %(end)s: your questions and theirs.") % {"start": telling, "end": asking},
        _("Minutes %(start)s to %(end)s: agree on what comes next, who does it and by when. When the signal sounds, the table is needed for the next talk.") % {"start": asking, "end": minutes},
    ]  # fmt: skip


def _after(minutes: int) -> list[str]:
    return [
        _("Say with two taps how the talk was and what is to come next. If one of you wants to go on, a common record opens that both sides and the contact office see."),
        _("Write to your partner within a week. The contact office helps with translation, samples, visits and contracts, and asks after one, three, six and twelve months how it stands."),
    ]  # fmt: skip


_TEXTS = {"costs": _costs, "preparation": _preparation, "talk": _talk, "after": _after}
