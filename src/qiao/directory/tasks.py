"""Background work of the directory."""

from django_tasks import task

from qiao.directory import actions

__all__ = ["embed_stale", "index_stale", "look_for_doubles", "purge_index"]


@task()
def embed_stale() -> int:
    return actions.embed_stale()


@task()
def index_stale() -> int:
    return actions.index_stale()


@task()
def look_for_doubles() -> int:
    return actions.look_for_doubles()


@task()
def purge_index() -> None:
    actions.purge_index()
