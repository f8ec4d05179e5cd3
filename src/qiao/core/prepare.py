"""Making the database ready."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from qiao.core.errors import Refused

LOCK = 4_713_001  # any number, the same in all processes


def prepare() -> None:
    """Make the database ready: migrations and the table of the shared cache. Several processes may call it at once.

    Raises:
        Refused: a newer version of the program has worked with the database.
    """
    settings.HOME.mkdir(parents=True, exist_ok=True)
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    with _alone():
        if is_newer():
            raise Refused(
                _(
                    "The database is newer than the program: install the newer version again, "
                    "or restore the backup that was made before it."
                )
            )
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)


def is_newer() -> bool:
    """Has the database gone through steps that this program does not know?"""
    loader = MigrationLoader(connection)
    return any(app == "qiao" and (app, name) not in loader.disk_migrations for app, name in loader.applied_migrations)


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time, over all machines that share the database."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    else:
        with (settings.HOME / "prepare.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
