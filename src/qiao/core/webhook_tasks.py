"""Background work of webhooks, apart from `tasks`: what it calls tells people by mail.

Not in the queue of the mails: a host that answers slowly must not hold up codes for signing in.
"""

from django_tasks import task

from qiao.core import webhook_calls


@task()
def call_webhook(message_id: int) -> bool:
    return webhook_calls.call(message_id)


@task()
def call_due_webhooks() -> int:
    return webhook_calls.call_due()
