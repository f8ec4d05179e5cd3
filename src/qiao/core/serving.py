"""The web server, with or without background work beside it."""

import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from threading import Event, Thread

from django.conf import settings
from django.db import connections

from qiao.core.work import environment

log = logging.getLogger("qiao.serving")

WORK = (sys.executable, "-m", "django", "work")
PAUSE = 2.0  # seconds before background work that ended is begun anew
GRACE = 10  # seconds a process of the web server has to end its requests; told while it starts, it may never hear


class BackgroundWork:
    """`qiao work` in a process of its own, begun anew when it ends before it is told to."""

    def __init__(self, command: Sequence[str] = WORK, pause: float = PAUSE) -> None:
        self._command, self._pause, self._ending = command, pause, Event()
        self.process = self._begin()
        self._watch = Thread(target=self._keep, name="background work", daemon=True)
        self._watch.start()

    def _begin(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, env=environment(), start_new_session=True)  # noqa: S603

    def _keep(self) -> None:
        while True:
            status = self.process.wait()
            if self._ending.wait(self._pause):
                return
            log.warning("background work ended with status %d and is begun anew", status)
            self.process = self._begin()
            if self._ending.is_set():  # told just now, when it was the process before
                self.process.terminate()

    def end(self) -> None:
        """Tell it to end, and wait until it has."""
        self._ending.set()
        self.process.terminate()
        self._watch.join()


def serve(host: str, port: int, *, with_worker: bool) -> int:
    """Serve a database that is ready until SIGTERM or Ctrl+C; the exit status."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    connections.close_all()  # the server's processes open their own
    worker = BackgroundWork() if with_worker else None
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
            worker.end()
    return 0
