"""Writes of this stage."""

from qiao.matchmaking.actions.evidence import forget_evidence, learn_weights, record_evidence
from qiao.matchmaking.actions.importing import import_wishes
from qiao.matchmaking.actions.requests import accept, decline, expire_due, send_request, withdraw
from qiao.matchmaking.actions.rules import add_rule, remove_rule
from qiao.matchmaking.actions.suggestions import order_refresh, refresh_suggestions
from qiao.matchmaking.actions.wishes import clear_wish, rank_wishes, set_wish

__all__ = [
    "accept",
    "add_rule",
    "clear_wish",
    "decline",
    "expire_due",
    "forget_evidence",
    "import_wishes",
    "learn_weights",
    "order_refresh",
    "rank_wishes",
    "record_evidence",
    "refresh_suggestions",
    "remove_rule",
    "send_request",
    "set_wish",
    "withdraw",
]
