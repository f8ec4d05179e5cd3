"""Background work of this stage."""

from django_tasks import task

from qiao.office import actions

__all__ = ["ask_how_it_stands", "forget_articles", "open_follow_ups"]


@task()
def open_follow_ups() -> int:
    return actions.open_follow_ups()


@task()
def ask_how_it_stands() -> int:
    return actions.ask_how_it_stands()


@task()
def forget_articles() -> int:
    return actions.forget_articles()
