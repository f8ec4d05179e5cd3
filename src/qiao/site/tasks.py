"""Background work over all stages."""

from django_tasks import task

from qiao.site import actions


@task()
def draft_abstracts() -> int:
    return actions.draft_waiting()


@task()
def forget_journals() -> int:
    return actions.forget_journals()
