"""The writes of this stage, by subject; callers take them from here."""

from qiao.meetings.actions.announcing import announce, send_announcement
from qiao.meetings.actions.by_hand import lock_talk, place_talk, release_talk, take_out, undo_edit
from qiao.meetings.actions.evidence import note_talks
from qiao.meetings.actions.feeds import make_feed, revoke_feed
from qiao.meetings.actions.groups import (
    connect_group,
    look_at_programmes,
    post,
    post_again,
    post_due,
    remove_group,
    tell_day_before,
    tell_groups,
    test_group,
)
from qiao.meetings.actions.objections import object_to, settle_objection, withdraw_objection
from qiao.meetings.actions.places import fill_places, leave_place, take_place
from qiao.meetings.actions.publishing import publish, withdraw_version
from qiao.meetings.actions.ratings import rate
from qiao.meetings.actions.records import save_record
from qiao.meetings.actions.runs import calculate, mark_interrupted, start_run, stop_run
from qiao.meetings.actions.substituting import substitute
from qiao.meetings.actions.telling import tell, tell_due

__all__ = [
    "announce",
    "calculate",
    "connect_group",
    "fill_places",
    "leave_place",
    "lock_talk",
    "look_at_programmes",
    "make_feed",
    "mark_interrupted",
    "note_talks",
    "object_to",
    "place_talk",
    "post",
    "post_again",
    "post_due",
    "publish",
    "rate",
    "release_talk",
    "remove_group",
    "revoke_feed",
    "save_record",
    "send_announcement",
    "settle_objection",
    "start_run",
    "stop_run",
    "substitute",
    "take_out",
    "take_place",
    "tell",
    "tell_day_before",
    "tell_due",
    "tell_groups",
    "test_group",
    "undo_edit",
    "withdraw_objection",
    "withdraw_version",
]
