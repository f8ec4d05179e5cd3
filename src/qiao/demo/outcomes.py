"""What came of the talks of last year's edition: ratings, and cooperations at every stage."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from qiao.core.models import User
from qiao.events.models import Event
from qiao.meetings.actions import rate, save_record
from qiao.meetings.models import PARTNERS, Meeting
from qiao.meetings.rating_models import Rating
from qiao.meetings.record_models import Hand, Interest, RecordStep
from qiao.office.actions import add_step, ask_how_it_stands, change_facts, open_follow_ups
from qiao.office.models import Cooperation
from qiao.site.demo_people import DEMO_EMAILS

Stage = Cooperation.Stage
WAYS = (
    (Stage.TALKS,),
    (Stage.TALKS, Stage.NDA),
    (Stage.NDA, Stage.SAMPLE),
    (Stage.TALKS, Stage.SAMPLE, Stage.VISIT),
    (Stage.TALKS, Stage.VISIT, Stage.LOI),
    (Stage.NDA, Stage.VISIT, Stage.MOU),
    (Stage.NDA, Stage.SAMPLE, Stage.CONTRACT),
    (Stage.VISIT, Stage.MOU, Stage.CONTRACT, Stage.BEYOND),
    (Stage.TALKS, Stage.ENDED),
    (Stage.SAMPLE,),
    (Stage.TALKS, Stage.NDA, Stage.LOI),
)
"""How far cooperations have come, in the order of their keys; the others are at the first contact."""
NOTES = {
    Stage.NDA: ("Beide Seiten haben unterschrieben.", "双方已签署。"),
    Stage.SAMPLE: ("Zehn Muster sind unterwegs, Prüfung im nächsten Monat.", "十件样品已寄出，下月检测。"),
    Stage.VISIT: ("Besuch im Werk, drei Personen, zwei Tage.", "已到厂考察，一行三人，为期两天。"),
    Stage.CONTRACT: ("Liefervertrag über zwei Jahre.", "已签订两年供货合同。"),
    Stage.ENDED: ("Die Mengen passen nicht zusammen.", "双方需求量不匹配。"),
}
VALUES = {Stage.CONTRACT: ("180000", "EUR", 4), Stage.BEYOND: ("3200000", "CNY", 12)}


def rate_talks(event: Event, random: Random) -> None:
    """Three of four people say how their talks went; one in twenty waited in vain."""
    rows = Meeting.objects.filter(slot__event=event, slot__end__lt=timezone.now()).select_related("request", *PARTNERS)
    for meeting in rows.order_by("pk"):
        missed = random.random() < 0.05
        for who in (meeting.request.sender, meeting.request.recipient):
            if random.random() < 0.25 or who.person.user is None:
                continue
            next_step = random.choices(Rating.Next.values, (4, 2, 2, 1, 3))[0]
            said = {"held": False} if missed else {"held": True, "next": next_step, "score": random.randint(2, 5)}
            rate(participation=who, request=meeting.request, by=who.person.user, **said)


SHEETS = (
    ("Laserschneiden für Bleche bis 20 mm", "Muster mit Prüfprotokoll senden", "Welche Toleranzen sind nötig?"),
    ("合作开发传感器模组", "提供技术资料和报价", "认证周期需要多久？"),
    ("Vertrieb und Wartung in Shandong", "Werk in Jinan besuchen", ""),
)  # topics, next step, open question


def record_talks(event: Event) -> None:
    """At every fifth table somebody writes the record sheet: the interpreter, or one of the two."""
    rows = Meeting.objects.filter(
        slot__event=event, slot__end__lt=timezone.now(), request__sender__person__user__isnull=False
    )
    rows = rows.select_related("slot", "request__sender__person__user", "interpreter__person__user").order_by("pk")[::5]
    for number, meeting in enumerate(rows):
        topics, step, question = SHEETS[number % len(SHEETS)]
        served = meeting.interpreter.person.user if meeting.interpreter else None
        by = served or meeting.request.sender.person.user
        assert by is not None
        until = meeting.slot.end.date() + timedelta(days=30)
        save_record(
            meeting=meeting, hand=Hand.INTERPRETER if served else Hand.SENDER, topics=topics, questions=question,
            interest_sender=Interest.HIGH, interest_recipient=Interest.SOME, base=0, once=f"demo{meeting.pk}",
            steps=[{"text": step, "who": RecordStep.Who.RECIPIENT, "until": until}],
            by=by,
        )  # fmt: skip


def bring_forward(random: Random) -> None:
    """Some of the cooperations that began by themselves go on; both sides write, each in its language."""
    while open_follow_ups():
        pass
    for row, way in zip(Cooperation.objects.order_by("pk"), WAYS, strict=False):
        day = row.opened
        for stage in way:
            day = min(day + timedelta(days=random.randint(20, 60)), timezone.localdate())
            _step(row, stage, day, random)
        _date_back(row, day)
        if worth := VALUES.get(Stage(way[-1])):
            by = User.objects.get(email=DEMO_EMAILS["adviser"])
            value, currency, jobs = worth
            change_facts(cooperation=row, topic=row.topic, value=Decimal(value), currency=currency, jobs=jobs, by=by)
    ask_how_it_stands()


def _step(row: Cooperation, stage: Stage, day: date, random: Random) -> None:
    side = random.choice(row.sides)
    german, chinese = NOTES.get(stage, ("", ""))
    author = side.memberships.filter(person__user__isnull=False).order_by("-is_manager", "pk").first()
    note = chinese if side.country == "CN" else german
    by = author.person.user if author else User.objects.get(email=DEMO_EMAILS["adviser"])
    assert by is not None
    add_step(cooperation=row, stage=stage, note=note, day=day, as_organisation=side if author else None, by=by)


def _date_back(row: Cooperation, day: date) -> None:
    """What was played just now happened on the day of its latest step."""
    ago = timezone.localdate() - day
    Cooperation.objects.filter(pk=row.pk).update(changed=timezone.now() - ago)
