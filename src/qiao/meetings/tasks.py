"""Background work of this stage."""

from django_tasks import task

from qiao.meetings import actions


@task(queue_name="planning")
def calculate(run_id: int, token: str) -> None:
    actions.calculate(run_id, token)


@task()
def tell(version_id: int) -> int:
    return actions.tell(version_id)


@task()
def tell_due() -> int:
    return actions.tell_due()


@task()
def mark_interrupted() -> int:
    return actions.mark_interrupted()


@task()
def send_announcement(announcement_id: int) -> int:
    return actions.send_announcement(announcement_id)


@task()
def note_talks() -> int:
    return actions.note_talks()


@task()
def fill_places() -> int:
    return actions.fill_places()


@task()
def post_to_group(post_id: int) -> bool:
    return actions.post(post_id)


@task()
def post_due() -> int:
    return actions.post_due()


@task()
def look_at_programmes() -> int:
    return actions.look_at_programmes()


@task()
def tell_day_before() -> int:
    return actions.tell_day_before()
