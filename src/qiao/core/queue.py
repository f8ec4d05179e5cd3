"""Putting background work into the queue. Enqueued inside a transaction, so a rollback takes the work back."""

from typing import Any

from django.utils.module_loading import import_string
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

SUGGEST = "qiao.matchmaking.tasks.refresh_due_suggestions"
"""What has to follow where somebody can newly be suggested; earlier stages know it by name only."""


def enqueue(name: str, *args: Any, **kwargs: Any) -> str:
    """Queue the task of this dotted name, e.g. "qiao.directory.tasks.embed"; returns its id."""
    task: Task[..., Any] = import_string(name)
    return str(task.enqueue(*args, **kwargs).id)


def enqueue_once(name: str) -> str | None:
    """Queue a task without arguments unless the same one still waits; for what recurs and takes up all that is due."""
    if DBTaskResult.objects.ready().filter(task_path=name).exists():
        return None
    return enqueue(name)
