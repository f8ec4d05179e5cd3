"""Background work over all stages."""

from django_tasks import task

from qiao.site import actions


@task()
def forget_journals() -> int:
    return actions.forget_journals()
