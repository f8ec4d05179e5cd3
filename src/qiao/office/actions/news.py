"""The life of an article: written, approved by another person, shown from a moment on, withdrawn, and each of it undone."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core import files
from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import Office, User
from qiao.core.texts import tidy_lines
from qiao.office.actions.cooperations import DOUBLE_CLICK
from qiao.office.news_models import Article
from qiao.office.news_queries import UNDO, may_publish

State = Article.State
WORDS = ("titles", "leads", "bodies", "captions", "alternatives")
FIELDS = ("kind", *WORDS, "contact", "event", "delegation", "publish_at")

# From which states a step may be taken. Where it leads is said by the action of that name.
TRANSITIONS: Mapping[str, frozenset[str]] = {
    "submit": frozenset({State.DRAFT}),
    "back": frozenset({State.REVIEW}),
    "publish": frozenset({State.DRAFT, State.REVIEW}),
    "withdraw": frozenset({State.PUBLISHED}),
    "again": frozenset({State.WITHDRAWN}),
    "remove": frozenset({State.DRAFT, State.WITHDRAWN}),
}


def article_steps(article: Article, user: User) -> list[str]:
    """What this adviser can do with it now."""
    if article.removed:
        return ["restore"]
    steps = [step for step, states in TRANSITIONS.items() if article.state in states]
    hidden = "submit" if may_publish(user, article) else "publish"
    return [step for step in steps if step != hidden]


def _locked(article: Article, step: str = "") -> Article:
    """The row as it is now; refuses a step that somebody else's has overtaken."""
    rows = Article.objects.select_for_update(no_key=True, of=("self",)).select_related("office")
    row = rows.filter(pk=article.pk, removed=None).first()
    if row is None or (step and row.state not in TRANSITIONS[step]):
        raise Refused(_("This has changed meanwhile. Please look at it again."))
    return row


@transaction.atomic
def save_article(
    *, office: Office, values: Mapping[str, Any], picture: files.Picture | None = None, no_picture: bool = False, by: User,
    article: Article | None = None,
) -> Article:  # fmt: skip
    """Write FIELDS of a draft, or of what there is. picture: a new one; no_picture: the present one goes.

    What is published stays so where `by` may publish; else it waits for approval and is not shown meanwhile.
    """
    if article is None:
        Office.objects.select_for_update(no_key=True).get(pk=office.pk)
        recent = Article.objects.filter(office=office, written_by=by, created__gte=timezone.now() - DOUBLE_CLICK)
        same = next((one for one in recent if one.titles == values["titles"] and one.bodies == values["bodies"]), None)
        if same is not None:
            return same
    row = Article(office=office) if article is None else _locked(article)
    if row.state == State.PUBLISHED:  # keeps its day
        values = {**values, "publish_at": values.get("publish_at") or row.publish_at}
    changed = [name for name in FIELDS if name in values and getattr(row, name) != values[name]]
    for name in changed:
        setattr(row, name, values[name])
    if picture is not None or (no_picture and row.picture):
        _set_picture(row, picture)
        changed.append("picture")
    if changed:
        _after_change(row, by)
        row.save()
        record(by=by, action="office.save_article", subject=row, fields=changed)
    return row


def _set_picture(row: Article, picture: files.Picture | None) -> None:
    """The file of the one before is swept away later, as nothing names it any more."""
    row.picture = files.keep(picture.large, "jpg") if picture else ""
    row.picture_small = files.keep(picture.small, "jpg") if picture else ""
    row.picture_width, row.picture_height = (picture.width, picture.height) if picture else (0, 0)


def _after_change(row: Article, by: User) -> None:
    if row.state == State.WITHDRAWN:
        row.state = State.DRAFT
    elif row.state == State.PUBLISHED:
        row.state = State.PUBLISHED if may_publish(by, row) else State.REVIEW
    row.written_by, row.changed = by, timezone.now()


@transaction.atomic
def submit_article(*, article: Article, by: User) -> None:
    """To the others of the office, for approval."""
    row = _locked(article, "submit")
    _check(row)
    row.state, row.reason = State.REVIEW, ""
    row.save(update_fields=["state", "reason"])
    record(by=by, action="office.submit_article", subject=row)


@transaction.atomic
def send_back(*, article: Article, reason: str = "", by: User) -> None:
    """A draft again: sent back by who was to approve it, or taken back by who wrote it."""
    row = _locked(article, "back")
    row.state, row.reason = State.DRAFT, tidy_lines(reason)
    row.save(update_fields=["state", "reason"])
    record(by=by, action="office.send_back_article", subject=row)


@transaction.atomic
def publish_article(*, article: Article, by: User) -> None:
    """Approve it. It is shown from its moment on; at once where there is none."""
    row = _locked(article, "publish")
    _check(row)
    if not may_publish(by, row):
        raise Refused(_("Another person of the contact office has to approve it."))
    row.state, row.reason, row.approved_by = State.PUBLISHED, "", by
    # Whole minutes, as its form has them: who saves it unchanged then changes nothing.
    row.publish_at = row.publish_at or timezone.now().replace(second=0, microsecond=0)
    row.save(update_fields=["state", "reason", "approved_by", "publish_at"])
    record(by=by, action="office.publish_article", subject=row)


def _check(row: Article) -> None:
    if not row.languages:
        raise Refused(_("Write a title and a text in the same language, at least in one."))
    if row.picture and not set(row.languages) <= {code for code, words in row.alternatives.items() if words}:
        raise Refused(_("Say what the picture shows, in each language of the article."))


@transaction.atomic
def withdraw_article(*, article: Article, by: User) -> None:
    """Nobody outside the office sees it any more."""
    row = _locked(article, "withdraw")
    row.state = State.WITHDRAWN
    row.save(update_fields=["state"])
    record(by=by, action="office.withdraw_article", subject=row)


@transaction.atomic
def publish_again(*, article: Article, by: User) -> None:
    """Undo a withdrawal: the words were approved and have not changed since."""
    row = _locked(article, "again")
    row.state = State.PUBLISHED
    row.save(update_fields=["state"])
    record(by=by, action="office.publish_article_again", subject=row)


@transaction.atomic
def remove_article(*, article: Article, by: User) -> None:
    """It can be put back for UNDO."""
    row = _locked(article, "remove")
    row.removed = timezone.now()
    row.save(update_fields=["removed"])
    record(by=by, action="office.remove_article", subject=row)


@transaction.atomic
def restore_article(*, article: Article, by: User) -> None:
    if not Article.objects.filter(pk=article.pk, removed__isnull=False).update(removed=None):
        raise Refused(_("This can no longer be put back."))
    record(by=by, action="office.restore_article", subject=article)


def forget_articles() -> int:
    """Delete what was removed and not put back; how many. Their pictures are swept away later."""
    rows = Article.objects.filter(removed__lt=timezone.now() - UNDO)
    return rows.delete()[1].get("qiao.Article", 0)


ARTICLE_STEPS = {
    "submit": submit_article, "back": send_back, "publish": publish_article, "withdraw": withdraw_article,
    "again": publish_again, "remove": remove_article, "restore": restore_article,
}  # fmt: skip
"""What an office does to an article, by the word in the page's address."""
