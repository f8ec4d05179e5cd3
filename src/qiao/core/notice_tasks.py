"""Background work of notices: apart from the other tasks, since mails in words are made here."""

from django_tasks import task

from qiao.core import telling


@task()
def send_bundles() -> int:
    return telling.send_bundles()
