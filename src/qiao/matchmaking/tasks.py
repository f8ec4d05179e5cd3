"""Background work of this stage."""

from django_tasks import task

from qiao.events.models import Event
from qiao.matchmaking import actions, queries


@task()
def refresh_suggestions(event_id: int) -> int:
    return actions.refresh_suggestions(event=Event.objects.get(pk=event_id))


@task()
def refresh_due_suggestions() -> int:
    return sum(actions.refresh_suggestions(event=event) for event in queries.suggestions_due())


@task()
def learn_weights() -> bool:
    return actions.learn_weights()


@task()
def expire_requests() -> int:
    return actions.expire_due()


@task()
def remind() -> int:
    return actions.remind()


@task()
def send_digests() -> int:
    return actions.send_digests()
