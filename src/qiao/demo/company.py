"""What makes the demo a lively office: conversations, an invitation, a waiting list, listed firms, a form about the journey."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from qiao.core.actions import hash_token
from qiao.core.models import User
from qiao.demo.cast import data_of
from qiao.directory.actions import add_colleague, claim, issue_claim
from qiao.directory.models import ClaimLink, Organisation
from qiao.directory.purposes import PURPOSES
from qiao.events.actions import approve, invite, join, last_day, save_travel, save_travel_call, save_type
from qiao.events.models import Event, Participation
from qiao.events.travel_fields import GROUPS
from qiao.events.travel_models import TravelDetails
from qiao.matchmaking.actions import send_message
from qiao.matchmaking.models import Request
from qiao.site.demo_people import DEMO_EMAILS

TALKING = 12  # pairs who write to each other
VISITORS = 2  # places for trade visitors; more have registered
TYPES: tuple[tuple[dict[str, str], int | None], ...] = (
    ({"de": "Gast", "zh": "来宾", "en": "Guest"}, None),
    ({"de": "Gastgeber", "zh": "东道主", "en": "Host"}, None),
    ({"de": "Fachbesucher", "zh": "专业观众", "en": "Trade visitor"}, VISITORS),
)
LINES: dict[str, Sequence[str]] = {  # by turns: sender, recipient, sender
    "de": (
        "Vielen Dank für die Zusage! Sollen wir vorab technische Unterlagen schicken?",
        "Sehr gern, am liebsten mit Maßen und Stückzahlen. Wir bringen ein Muster mit.",
        "Prima, Sie erhalten alles bis Ende der Woche. Bis bald in Jinan!",
    ),
    "en": (
        "Thank you for accepting! Shall we send technical documents beforehand?",
        "Yes, please, with dimensions and quantities if you can. We will bring a sample.",
        "Good, you will have everything by the end of the week. See you in Jinan!",
    ),
    "zh": (
        "感谢您接受洽谈！需要我们提前发送技术资料吗？",
        "好的，最好包括尺寸和数量。我们会带样品过去。",
        "没问题，本周内发给您。济南见！",
    ),
}


def claim_one(adviser: User) -> None:
    """Of the firms that an office has listed one was taken over by its people; the other waits for its link."""
    row = data_of("listed")
    token = issue_claim(organisation=Organisation.objects.get(external_id=row["claimed"]), by=adviser)
    link = ClaimLink.objects.select_related("organisation").get(token_hash=hash_token(token))
    claim(link=link, person=row["person"], consents=PURPOSES, language="zh")


def talk(event: Event) -> None:
    """Those who agreed write to each other, those of the demo's two firms first; the last message waits to be read."""
    people = ("sender__person__user", "recipient__person__user", "event")
    agreed = Request.objects.filter(event=event, state=Request.State.ACCEPTED)
    stars = set(DEMO_EMAILS.values())
    rows = sorted(
        agreed.select_related(*people).order_by("pk"),
        key=lambda row: not {row.sender.person.email, row.recipient.person.email} & stars,
    )
    for number, request in enumerate(rows[:TALKING]):
        for turn, text in enumerate(LINES[_shared(request)][: 1 + number % 3]):
            author = request.recipient if turn == 1 else request.sender
            send_message(request=request, author=author, text=text, form=str(turn), by=author.person.user)


def _shared(request: Request) -> str:
    one, other = (
        [code.split(":")[0] for code in side.person.languages] for side in (request.sender, request.recipient)
    )
    return next((code for code in one if code in other and code in LINES), "en")


def fill_up(event: Event, organiser: User) -> None:
    """Kinds of participants, a poster in a hall, and trade visitors for whom there are not enough places."""
    types = [save_type(event=event, names=names, places=n, is_offered=True, by=organiser) for names, n in TYPES]
    visitor = types[-1].code
    invite(event=event, label="Plakat in Messehalle 4", type=visitor, expires=event.starts, by=organiser)
    for row in data_of("visitors"):
        firm = Organisation.objects.get(external_id=row["organisation"])
        person = add_colleague(organisation=firm, person=row["person"], is_manager=False, by=organiser)
        approve(participation=join(event=event, person=person, organisation=firm, by=None, type=visitor), by=organiser)


def ask_about_journeys(event: Event, organiser: User) -> None:
    """Everybody but the demo's two firms was asked long ago, so that no heap of mails goes out; the delegation has answered."""
    day = last_day(event)
    save_travel_call(
        event=event,
        asked=[one.code for group in GROUPS if group.code != "rooming" for one in group.details],
        delete_on=day,
        readers=[organiser],
        by=organiser,
    )
    stars = [DEMO_EMAILS["german"], DEMO_EMAILS["chinese"]]
    people = event.participations.filter(state=Participation.State.APPROVED)
    asked = people.exclude(person__email__in=stars).select_related("event", "person__user")
    now = timezone.now()
    TravelDetails.objects.bulk_create(TravelDetails(participation=one, reminded=now) for one in asked)
    told: dict[str, Any] = {"journey": {"arrival": (event.starts - timedelta(days=1)).isoformat()}}
    for number, one in enumerate(asked.filter(person__delegation_memberships__delegation__event=event).order_by("pk")):
        more: dict[str, Any] = {"food": {"diet": ["vegetarian"]}} if number % 4 == 1 else {}
        save_travel(participation=one, values=told | more, by=one.person.user)
