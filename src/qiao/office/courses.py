"""The standard course of each kind of advice: which tasks, and within how many working days from the first conversation."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from qiao.office.case_models import AdviceCase

Kind = AdviceCase.Kind
TASKS: dict[str, Any] = {
    "needs": _("Clear up needs and aims with the client"),
    "profile": _("Look through the profile in the directory, or enter it"),
    "market-facts": _("Send facts about market, approvals and customs duties"),
    "partners": _("Search for partners and agree on a short list"),
    "introduce": _("Start the introductions"),
    "programmes": _("Compare funding programmes and deadlines"),
    "application": _("Go through the application"),
    "lawyer": _("Name lawyers or chambers with experience in both countries"),
    "documents": _("Go through the list of documents"),
    "invitation": _("Arrange the letter of invitation"),
    "consulate": _("Explain the appointment at the visa centre"),
    "rights": _("Clear up which rights exist, and where they are registered"),
    "register": _("Point out deadlines for trade marks and patents in the other country"),
    "institutions": _("Address cultural institutions, schools or universities"),
    "result": _("Ask what came of it"),
}
COURSES: dict[str, tuple[tuple[str, int], ...]] = {
    Kind.MARKET: (("needs", 3), ("market-facts", 10), ("profile", 10), ("partners", 20), ("result", 60)),
    Kind.PARTNERS: (("needs", 3), ("profile", 5), ("partners", 10), ("introduce", 15), ("result", 60)),
    Kind.FUNDING: (("needs", 3), ("programmes", 10), ("application", 30), ("result", 90)),
    Kind.LAW: (("needs", 3), ("lawyer", 5), ("result", 40)),
    Kind.VISAS: (("documents", 3), ("invitation", 10), ("consulate", 15), ("result", 40)),
    Kind.IP: (("rights", 5), ("register", 10), ("lawyer", 10), ("result", 60)),
    Kind.CULTURE: (("needs", 3), ("institutions", 15), ("introduce", 20), ("result", 60)),
    Kind.OTHER: (("needs", 3), ("result", 40)),
}
