"""Misuse: somebody reports a conversation, an organiser reads it and dismisses, warns or bars, and can take that back."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.emails import render
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.telling import About, Letter
from qiao.core.telling import tell as tell_user
from qiao.events.actions import organisers_of, tell
from qiao.events.models import Event, Participation
from qiao.matchmaking.conversation_models import Bar, Report
from qiao.matchmaking.models import Request
from qiao.matchmaking.queries.conversations import partner_of

Decision = Report.Decision


@transaction.atomic
def report(*, request: Request, own: Participation, reason: str, note: str, by: User | None) -> Report:
    """Let the organisers read what was written; they are told by mail. The other side is not."""
    try:
        with transaction.atomic():
            made = Report.objects.create(
                request=request, by=own, about=partner_of(request, own), reason=reason, note=note
            )
    except IntegrityError:
        raise Refused(gettext("You have reported this conversation already. The organisers look at it.")) from None
    record(by=by, action="matchmaking.report", subject=made, request=request.pk)
    _tell_organisers(made)
    return made


def _tell_organisers(made: Report) -> None:
    event: Event = made.request.event
    page, kind = reverse("report", args=[event.slug, made.pk]), "matchmaking.report"
    about = About(page, {"event": event.pk}, f"report {made.pk}")
    for user in organisers_of(event):
        context = {"name": user.name, "event": event, "url": settings.PUBLIC_URL + page}
        letter = Letter(*render(kind, user.language, context), user.language)
        tell_user(user=user, address=user.email, kind=kind, about=about, letter=letter)


@transaction.atomic
def note_reading(*, report: Report, by: User) -> None:
    """Whoever reads what two people wrote to each other leaves a trace."""
    record(by=by, action="matchmaking.report_read", subject=report)


@transaction.atomic
def decide(*, report: Report, decision: str, words: str = "", by: User) -> Report:
    """Dismiss, warn or bar; `words` of the organiser go to the one it is about. Both sides are told."""
    if decision not in (Decision.DISMISSED, Decision.WARNED, Decision.BARRED):
        raise Refused(gettext("Choose what is to be done."))
    changed = Report.objects.filter(pk=report.pk, decision=Decision.OPEN).update(decision=decision, decided_by=by)
    if not changed:
        raise Refused(gettext("Somebody has decided on this report already."))
    report.decision, report.decided_by = decision, by
    if decision == Decision.BARRED:
        Bar.objects.get_or_create(participation=report.about, defaults={"report": report})
    record(by=by, action=f"matchmaking.report_{decision}", subject=report, event=report.request.event_id)
    if decision != Decision.DISMISSED:
        _tell(report.about, decision, words)
    _tell(report.by, "decided")
    return report


@transaction.atomic
def undo_decision(*, report: Report, by: User) -> Report:
    """The report waits again. A bar that it caused ends, and the person is told; a warning stays sent."""
    again = Report.objects.filter(request=report.request_id, by=report.by_id, decision=Decision.OPEN)
    if report.decision == Decision.OPEN or again.exists():
        raise Refused(gettext("There is nothing to take back here, or a newer report waits."))
    Report.objects.filter(pk=report.pk).update(decision=Decision.OPEN, decided_by=None)
    report.decision, report.decided_by = Decision.OPEN, None
    ended, _rows = Bar.objects.filter(report=report).delete()
    record(by=by, action="matchmaking.report_undone", subject=report, event=report.request.event_id, bars=ended)
    if ended:
        _tell(report.about, "lifted")
    return report


def _tell(who: Participation, what: str, words: str = "") -> None:
    page = reverse("event", args=[who.event.slug])
    context = {"what": what, "words": words}
    tell(participation=who, kind="matchmaking.measure", path=page, context=context, variant=what)
