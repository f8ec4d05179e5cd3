"""The application that the server runs, ours or another one."""

import os
from threading import Thread

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiao.settings")
os.environ["QIAO_SERVING"] = "1"  # who serves needs a real key, however the server is started
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018  reads all views now, so that no visitor waits for it


def _warm_up() -> None:
    from django.db import connection

    from qiao.directory.finding import warm_up

    warm_up()
    connection.close()  # of this thread, where no request ends that would do it


Thread(target=_warm_up, daemon=True).start()
