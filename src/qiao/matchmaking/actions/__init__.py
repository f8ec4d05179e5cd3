"""Writes of this stage."""

from qiao.matchmaking.actions.conversations import mark_read, send_message
from qiao.matchmaking.actions.digest import send_digests
from qiao.matchmaking.actions.evidence import forget_evidence, learn_weights, record_evidence
from qiao.matchmaking.actions.importing import import_wishes
from qiao.matchmaking.actions.reach import block, lift_block, set_reach, stop_digest
from qiao.matchmaking.actions.reminders import remind
from qiao.matchmaking.actions.reports import decide, note_reading, report, undo_decision
from qiao.matchmaking.actions.requests import accept, answer_for_colleague, decline, expire_due, send_request, withdraw
from qiao.matchmaking.actions.rules import add_rule, remove_rule
from qiao.matchmaking.actions.suggestions import order_refresh, refresh_suggestions
from qiao.matchmaking.actions.wishes import clear_wish, rank_wishes, set_wish

__all__ = [
    "accept",
    "add_rule",
    "answer_for_colleague",
    "block",
    "clear_wish",
    "decide",
    "decline",
    "expire_due",
    "forget_evidence",
    "import_wishes",
    "learn_weights",
    "lift_block",
    "mark_read",
    "note_reading",
    "order_refresh",
    "rank_wishes",
    "record_evidence",
    "refresh_suggestions",
    "remind",
    "remove_rule",
    "report",
    "send_digests",
    "send_message",
    "send_request",
    "set_reach",
    "set_wish",
    "stop_digest",
    "undo_decision",
    "withdraw",
]
