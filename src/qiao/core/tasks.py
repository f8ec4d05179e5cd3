"""Background work. Actions enqueue by dotted name inside their transaction, so a rollback takes the task back."""

from typing import Any

from django.utils.module_loading import import_string
from django_tasks import Task


def enqueue(name: str, *args: Any, **kwargs: Any) -> str:
    """Queue the task of this dotted name, e.g. "qiao.directory.tasks.embed"; returns its id."""
    task: Task[..., Any] = import_string(name)
    return str(task.enqueue(*args, **kwargs).id)
