"""Background work of this stage."""

from django_tasks import task

from qiao.events import actions


@task()
def forget_answers() -> int:
    return actions.forget_answers()


@task()
def check_import(run_id: int) -> None:
    actions.check_import(run_id)


@task()
def write_import(run_id: int) -> None:
    actions.write_import(run_id)


@task()
def tend_travel() -> int:
    return actions.tend_travel()


@task()
def forget_files() -> int:
    return actions.forget_files()
