"""What participants answer is evidence of who fits whom, and the ranking learns from it.

Only the pair and the answer are kept, one row per pair, the newest word counting. The weights are learned from all answers
of all events together; nobody's single answer can be seen in them.
"""

from collections import defaultdict
from dataclasses import asdict

from django.db import transaction

from qiao.core.actions import record
from qiao.directory.search_models import Mark
from qiao.engine.matching.learn import Judged, learn
from qiao.engine.matching.model import Weights
from qiao.events.models import Event, Participation
from qiao.events.queries import approved
from qiao.matchmaking.bridge import judged_lists
from qiao.matchmaking.models import Evidence, Weighting

GRADES = {
    Evidence.Answer.MUST: 2,
    Evidence.Answer.ACCEPTED: 2,
    Evidence.Answer.GLADLY: 1,
    Evidence.Answer.ASKED: 1,
    Evidence.Answer.DECLINED: 0,
    Evidence.Answer.NO: 0,
    Evidence.Answer.WENT_ON: 2,
    Evidence.Answer.NOTHING: 0,
}

NOTES = {Mark.Kind.INTERESTED: 1, Mark.Kind.KEPT: 1, Mark.Kind.SKIPPED: 0}


def record_evidence(*, participation: Participation, partner: Participation, answer: str) -> None:
    """This participant's newest word about that partner."""
    Evidence.objects.update_or_create(
        participation=participation, partner=partner, defaults={"answer": Evidence.Answer(answer)}
    )


def forget_evidence(*, participation: Participation, partner: Participation) -> None:
    """The participant has taken the word back."""
    Evidence.objects.filter(participation=participation, partner=partner).delete()


def learn_weights() -> bool:
    """Learn how much each kind of evidence counts from all answers; True if the weights changed.

    The starting point is always the engine's own weights, so that a second call changes nothing.
    """
    lists: list[Judged] = []
    for event in Event.objects.order_by("pk"):
        grades = _grades(event)
        lists += judged_lists(event, grades) if grades else []
    values = asdict(learn(lists, Weights()))
    latest = Weighting.objects.order_by("pk").last()
    if values == (latest.values if latest else asdict(Weights())):
        return False
    with transaction.atomic():
        made = Weighting.objects.create(values=values, answers=Evidence.objects.count())
        record(by=None, action="matchmaking.weights_learned", subject=made, answers=made.answers)
    return True


def _grades(event: Event) -> dict[tuple[str, int], dict[str, int]]:
    """(organisation's key, 0) -> partner organisation's key -> the best grade that one of its people gave, by an answer at
    the event or by a note in the directory about somebody who takes part."""
    found: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    partners = set(approved(event).values_list("organisation_id", flat=True))
    marks = approved(event).filter(person__user__marks__organisation__in=partners)
    noted = ("organisation__key", "person__user__marks__organisation__key", "person__user__marks__kind")
    for own, partner, kind in marks.values_list(*noted):
        found[own, 0][partner] = max(NOTES[Mark.Kind(kind)], found[own, 0].get(partner, 0))
    rows = Evidence.objects.filter(participation__event=event).values_list(
        "participation__organisation__key", "partner__organisation__key", "answer"
    )
    for own, partner, answer in rows:
        grade = GRADES[Evidence.Answer(answer)]
        found[own, 0][partner] = max(grade, found[own, 0].get(partner, 0))
    return dict(found)
