"""The demo's news, and the year of work behind its report."""

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from qiao.core.models import Office
from qiao.demo.cast import data_of
from qiao.demo.news import OLD_CASES, OLD_INTRODUCTIONS, fill_the_year, hand_in_one, report_news
from qiao.demo.stage import ELBE
from qiao.events.models import Event
from qiao.office.event_models import EventPages
from qiao.office.news_models import Article
from qiao.office.news_queries import may_publish, shown
from qiao.site.report import report
from qiao.site.report_rows import Scope


def test_each_version_is_whole() -> None:
    articles = data_of("news")["articles"]
    for one in articles:
        assert set(one["titles"]) == set(one["leads"]) == set(one["bodies"]), one["titles"]
        assert not one["picture"] or set(one["titles"]) <= set(one["picture"])
    assert {code for one in articles for code in one["titles"]} == {"de", "zh", "en"}


@pytest.fixture
def stage(world):
    """Last year's edition and one that ended a few days ago."""
    today = timezone.localdate()
    Office.objects.filter(pk=world.office.pk).update(slug=ELBE)
    Office.objects.create(slug="jinan", names={"de": "Jinan"}, country="CN")
    before = Event.objects.create(
        slug="vorher", series=world.event.series, office=world.office, names={"de": "Vorher"}, city="Jinan", country="CN",
        time_zone="Asia/Shanghai", starts=today - timedelta(days=400), ends=today - timedelta(days=399), phase="after",
    )  # fmt: skip
    world.event.starts = world.event.ends = today - timedelta(days=12)
    world.event.save()
    return world, before


def test_news_of_a_year(stage) -> None:
    world, before = stage
    report_news(world.adviser, world.organiser, before, world.event)
    assert shown().count() == 6
    assert sum(one.is_scheduled for one in Article.objects.all()) == 1
    assert EventPages.objects.exclude(outcome_shown=None).get().event == before
    hand_in_one(world.adviser)
    waiting = Article.objects.get(state="review")
    assert may_publish(world.adviser, waiting)
    assert not may_publish(waiting.written_by, waiting)


def test_the_report_has_something_to_tell(stage, django_assert_max_num_queries) -> None:
    world, _before = stage
    with django_assert_max_num_queries(20):
        fill_the_year(world.adviser, Random(1))
    today = timezone.localdate()
    found = report(Scope(None, today - timedelta(days=500), today))
    numbers = {cell.measure: cell.number for cell in found.totals}
    assert (numbers["closed"], numbers["begun"], numbers["agreed"]) == (OLD_CASES, OLD_INTRODUCTIONS, 5)
    assert found.minutes > 1000
