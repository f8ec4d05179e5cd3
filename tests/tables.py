"""The tests' database: its tables as the models say, at once.

Going through all migrations gives the same (test_tables.py) and takes six times as long in each test process. What migrations
write into empty tables, and make besides tables, is made here as well.
"""

from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

STEPS = (
    ("0008_search", "fulltext"),
    ("0015_embedder_state", "begin"),
    ("0016_narrow_documents", "narrow"),
    ("0050_search_without_waiting_list", "sort_in_at_once"),
)


class _Without:
    """Instead of MIGRATION_MODULES: no application has migrations."""

    def __contains__(self, application: object) -> bool:
        return True

    def __getitem__(self, application: str) -> None:
        return None


def leave_migrations_out() -> None:
    settings.MIGRATION_MODULES = _Without()


def finish() -> None:
    """As if the migrations had been gone through: what they write, and that they were."""
    settings.MIGRATION_MODULES = {}
    for migration, step in STEPS:
        with connection.schema_editor() as editor:
            getattr(import_module(f"qiao.migrations.{migration}"), step)(apps, editor)
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for app, name in MigrationLoader(connection).disk_migrations:
        recorder.record_applied(app, name)
