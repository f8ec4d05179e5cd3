"""Background work of this stage, and `enqueue` for all stages."""

from django_tasks import task

from qiao.core import actions
from qiao.core.queue import enqueue, enqueue_once

__all__ = ["enqueue", "enqueue_once", "forget_old", "send_due_mails", "send_mail"]


@task(queue_name="mail")
def send_mail(mail_id: int) -> bool:
    return actions.send(mail_id)


@task(queue_name="mail")
def send_due_mails() -> int:
    return actions.send_due()


@task()
def forget_old() -> int:
    return actions.forget_old()
