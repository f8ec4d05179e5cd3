"""Background work of the directory."""

from django_tasks import task

from qiao.directory import actions

__all__ = [
    "check_import",
    "embed_stale",
    "index_stale",
    "look_for_doubles",
    "nudge_stale",
    "send_alerts",
    "sweep_files",
    "tag_stale",
    "tend_certificates",
    "tend_imports",
    "tend_market",
    "tidy_index",
    "write_import",
]


@task()
def embed_stale() -> int:
    return actions.embed_stale(seconds=30)  # suggestions, keywords and mails about kept searches come in between


@task()
def index_stale() -> int:
    return actions.index_stale()


@task()
def look_for_doubles() -> int:
    return actions.look_for_doubles()


@task()
def send_alerts() -> int:
    return actions.send_alerts()


@task()
def tidy_index() -> None:
    actions.tidy_index()


@task()
def check_import(run_id: int) -> None:
    actions.check_import(run_id)


@task()
def write_import(run_id: int) -> None:
    actions.write_import(run_id)


@task()
def tend_imports() -> int:
    return actions.tend_imports()


@task()
def tag_stale() -> int:
    return actions.tag_stale()


@task()
def tend_market() -> int:
    return actions.tend_market()


@task()
def sweep_files() -> int:
    return actions.sweep_files()


@task()
def tend_certificates() -> int:
    return actions.tend_certificates()


@task()
def nudge_stale() -> int:
    return actions.nudge_stale()
