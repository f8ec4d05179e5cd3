"""The writes of this stage, by subject; callers take them from here."""

from qiao.meetings.actions.announcing import announce, send_announcement
from qiao.meetings.actions.evidence import note_talks
from qiao.meetings.actions.feeds import make_feed, revoke_feed
from qiao.meetings.actions.publishing import publish, withdraw_version
from qiao.meetings.actions.runs import calculate, mark_interrupted, start_run, stop_run
from qiao.meetings.actions.telling import tell, tell_due

__all__ = [
    "announce",
    "calculate",
    "make_feed",
    "mark_interrupted",
    "note_talks",
    "publish",
    "revoke_feed",
    "send_announcement",
    "start_run",
    "stop_run",
    "tell",
    "tell_due",
    "withdraw_version",
]
