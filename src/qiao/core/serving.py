"""The web server, with or without background work beside it."""

import os
import subprocess
import sys

from django.conf import settings
from django.db import connections

from qiao.core.work import environment

GRACE = 10  # seconds a process of the web server has to end its requests; told while it starts, it may never hear


def serve(host: str, port: int, *, with_worker: bool) -> int:
    """Serve a database that is ready until SIGTERM or Ctrl+C; the exit status."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    connections.close_all()  # the server's processes open their own
    worker = None
    if with_worker:
        worker = subprocess.Popen([sys.executable, "-m", "django", "work"], env=environment(), start_new_session=True)
    server = Granian(
        "qiao.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=min(4, os.cpu_count() or 1),
        blocking_threads=4,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE,
        log_level=LogLevels.warning,
    )
    print(settings.PUBLIC_URL, flush=True)  # noqa: T201
    try:
        server.serve()
    finally:
        if worker is not None:
            worker.terminate()
            worker.wait()
    return 0
