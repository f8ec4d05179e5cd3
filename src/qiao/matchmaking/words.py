"""What the page of an action asks and what is said when it is done; the engine's codes for why two fit."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from qiao.core.languages import listed
from qiao.directory.market_models import Cooperation
from qiao.matchmaking.states import Action

QUESTIONS = {
    Action.ACCEPT: _("Do you want to accept this request?"),
    Action.DECLINE: _("Do you want to decline this request?"),
    Action.WITHDRAW: _("Do you want to withdraw from this talk?"),
}
ANSWERS = {
    Action.ACCEPT: _("Accepted. The talk will be planned, and the partner is told."),
    Action.DECLINE: _("Declined. The partner is told, without a reason."),
    Action.WITHDRAW: _("Withdrawn."),
}

REASONS = {
    "seek-meets-offer": _("they offer what you seek"),
    "offer-meets-seek": _("they seek what you offer"),
    "shared-goal": _("both seek something similar"),
    "shared-theme": _("common theme"),
    "shared-keyword": _("common keyword"),
    "same-classification": _("same line of business"),
    "type-sought": _("kind of organisation you look for"),
    "size-sought": _("size of organisation you look for"),
    "region-sought": _("in the region you look for"),
    "cooperation-sought": _("the kind of cooperation you look for"),
    "common-language": _("common language"),
    "interpreter-needed": _("interpreter needed"),
    "export-check": _("export control to be checked"),
    "not-joined": _("not joined yet"),
}
COOPERATIONS = dict(Cooperation.choices)
EVIDENCE = {
    "seek_offer": "seek-meets-offer", "offer_seek": "offer-meets-seek", "shared_goal": "shared-goal", "theme": "shared-theme",
    "keyword": "shared-keyword", "classification": "same-classification", "type": "type-sought",
    "language": "common-language", "size": "size-sought", "region": "region-sought", "cooperation": "cooperation-sought",
}  # fmt: skip


def reasons_in_words(reasons: Iterable[Mapping[str, Any]]) -> str:
    """Of which kinds the reasons of a suggestion are, each once."""
    return listed(REASONS.get(code, code) for code in dict.fromkeys(reason["code"] for reason in reasons))


def fit_in_words(fit: Mapping[str, float]) -> str:
    """What speaks for a suggestion, the strongest first."""
    return listed(REASONS[EVIDENCE[kind]] for kind in sorted(fit, key=lambda kind: -fit[kind]) if fit[kind] > 0)
