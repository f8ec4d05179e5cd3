"""The group chats of an event as its organisers see them."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from qiao.core.languages import listed
from qiao.events.models import Event
from qiao.meetings.group_models import ChatGroup, GroupPost
from qiao.meetings.group_words import KINDS, reason_of

SHOWN = 50  # posts, the latest


@dataclass(frozen=True)
class PostRow:
    post: GroupPost
    kind: Any

    @property
    def failed(self) -> bool:
        return self.post.state == GroupPost.State.FAILED

    @property
    def reason(self) -> str:
        """Why it was not posted, or not yet."""
        return reason_of(self.post.problem) if self.post.problem and self.failed else ""


@dataclass(frozen=True)
class GroupsPage:
    groups: list[tuple[ChatGroup, str]]  # with its languages in words
    posts: list[PostRow]


def groups_page(event: Event) -> GroupsPage:
    """Two queries."""
    names = dict(settings.LANGUAGES)
    found = GroupPost.objects.filter(group__event=event).select_related("group")[:SHOWN]
    return GroupsPage(
        [(one, listed(names[code] for code in one.languages if code in names)) for one in event.chat_groups.all()],
        [PostRow(one, KINDS.get(one.kind, one.kind)) for one in found],
    )
