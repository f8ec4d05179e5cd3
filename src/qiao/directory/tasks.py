"""Background work of the directory."""

from django_tasks import task

from qiao.directory import actions

__all__ = ["embed_stale"]


@task()
def embed_stale() -> int:
    return actions.embed_stale()
