"""The writes of this stage, by subject; callers take them from here."""

from qiao.office.actions.calls import (
    answer_call,
    case_from_call,
    close_call,
    drop_from_call,
    introduce_from_call,
    pick_for_call,
    remind_of_call,
    save_call,
    send_call,
)
from qiao.office.actions.cases import (
    add_entry,
    add_task,
    change_case,
    close_case,
    hand_over,
    open_case,
    reopen_case,
    take_case,
    tick_task,
)
from qiao.office.actions.clients import add_document, remove_document, share_case, show_document, show_task
from qiao.office.actions.cooperations import add_step, change_facts, open_cooperation
from qiao.office.actions.event_pages import save_first_time, save_outcome, tag_talks
from qiao.office.actions.follow_ups import answer_follow_up, ask_how_it_stands, open_follow_ups
from qiao.office.actions.hours import book_hours, cancel_booking, cancel_hours, publish_hours
from qiao.office.actions.introduction_mails import contacts
from qiao.office.actions.introductions import (
    add_note,
    agree,
    decline,
    express_interest,
    forward,
    give_back,
    pass_on,
    propose,
    reject,
    resend,
    return_to_author,
    withdraw,
)
from qiao.office.actions.networks import (
    ask_for_pair,
    invite_member,
    join_network,
    leave_network,
    remove_project,
    save_project,
    set_pair_aside,
)
from qiao.office.actions.news import forget_articles, publish_article, save_article, submit_article

STEPS = {
    "pass": pass_on, "forward": forward, "return": return_to_author, "back": give_back, "reject": reject, "note": add_note,
}  # fmt: skip
"""What an office does to an introduction, by the word in the page's address."""

__all__ = [
    "STEPS",
    "add_document",
    "add_entry",
    "add_note",
    "add_step",
    "add_task",
    "agree",
    "answer_call",
    "answer_follow_up",
    "ask_for_pair",
    "ask_how_it_stands",
    "book_hours",
    "cancel_booking",
    "cancel_hours",
    "case_from_call",
    "change_case",
    "change_facts",
    "close_call",
    "close_case",
    "contacts",
    "decline",
    "drop_from_call",
    "express_interest",
    "forget_articles",
    "forward",
    "give_back",
    "hand_over",
    "introduce_from_call",
    "invite_member",
    "join_network",
    "leave_network",
    "open_case",
    "open_cooperation",
    "open_follow_ups",
    "pass_on",
    "pick_for_call",
    "propose",
    "publish_article",
    "publish_hours",
    "reject",
    "remind_of_call",
    "remove_document",
    "remove_project",
    "reopen_case",
    "resend",
    "return_to_author",
    "save_article",
    "save_call",
    "save_first_time",
    "save_outcome",
    "save_project",
    "send_call",
    "set_pair_aside",
    "share_case",
    "show_document",
    "show_task",
    "submit_article",
    "tag_talks",
    "take_case",
    "tick_task",
    "withdraw",
]
