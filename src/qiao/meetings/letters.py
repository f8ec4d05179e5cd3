"""What the mails about agendas and rotas say, in the language in force; the sentences stand in templates/mail."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from qiao.meetings.models import Objection
from qiao.meetings.queries import Agenda, Rota
from qiao.meetings.words import both_times, full_name, interpreter_of, partner_of
from qiao.templatetags.moments import moment_at


def agenda_context(agenda: Agenda) -> dict[str, Any]:
    zone = agenda.participation.organisation.side.time_zone
    return {
        "event": agenda.event,
        "reader": full_name(agenda.participation),
        "talks": [
            {
                "time": " · ".join(filter(None, both_times(talk.start, talk.end, agenda.event, zone))),
                "table": talk.table.number if talk.table else None,
                "people": partner_of(talk),
                "interpreter": interpreter_of(talk),
            }
            for talk in agenda.talks
        ],
        "url": settings.PUBLIC_URL + reverse("agenda", args=[agenda.event.slug]),
        "until": _until(agenda),
    }


def _until(agenda: Agenda) -> str:
    """Until when one may object to a provisional plan; empty where it is final."""
    version = agenda.version
    return moment_at(version.objections_until, agenda.event) if version and version.objections_until else ""


def objection_context(objection: Objection) -> dict[str, Any]:
    event = objection.participation.event
    return {
        "event": event,
        "reader": full_name(objection.participation),
        "text": objection.text,
        "answer": objection.answer,
        "url": settings.PUBLIC_URL + reverse("agenda", args=[event.slug]),
    }


def rota_context(rota: Rota) -> dict[str, Any]:
    zone = rota.interpreter.person.side.time_zone
    return {
        "event": rota.event,
        "reader": full_name(rota.interpreter),
        "talks": [
            {
                "time": " · ".join(filter(None, both_times(one.start, one.end, rota.event, zone))),
                "table": one.table.number if one.table else None,
                "people": gettext("%(first)s and %(second)s")
                % {"first": full_name(one.people[0]), "second": full_name(one.people[1])},
                "interpreter": "",
            }
            for one in rota.talks
        ],
        "url": settings.PUBLIC_URL + reverse("rota", args=[rota.event.slug]),
    }
