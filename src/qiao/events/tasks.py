"""Background work of this stage."""

from django_tasks import task

from qiao.events import actions


@task()
def forget_answers() -> int:
    return actions.forget_answers()
