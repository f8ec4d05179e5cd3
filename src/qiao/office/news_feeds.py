"""News as Atom feeds, one for each language."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from qiao.core.context import installation_name
from qiao.core.languages import LOCALES, html_tag
from qiao.office.news_queries import in_feed


def feed_of(language: str) -> str:
    """The newest articles that have a version in this language, with their lead and text."""
    with translation.override(LOCALES[language]):
        feed = _Feed(
            title=_("News of %(office)s") % {"office": installation_name()}, link=settings.PUBLIC_URL + reverse("news"),
            description="", language=html_tag(language), author_name=installation_name(),
            feed_url=settings.PUBLIC_URL + reverse("news-feed", args=[language]),
        )  # fmt: skip
        for one in in_feed(language):
            link = settings.PUBLIC_URL + reverse("article-in", args=[one.article.key, language])
            feed.add_item(
                title=_plain(one.title), link=link, description=_plain(one.lead or one.body[:400]), content=_plain(one.body), pubdate=one.article.publish_at,
                updateddate=max(one.article.changed, one.article.publish_at or one.article.changed), unique_id=link,
            )  # fmt: skip
    return str(feed.writeString("utf-8"))


def _plain(text: str) -> str:
    """Without what no XML may hold."""
    return text.replace("\ufffe", "").replace("\uffff", "")


class _Feed(Atom1Feed):
    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "text"})

    def latest_post_date(self) -> datetime:
        """Of an empty feed always the same, so that it does not change with each look."""
        return super().latest_post_date() if self.items else datetime(2000, 1, 1, tzinfo=UTC)
