"""The application that the server runs, ours or another one."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiao.settings")
os.environ["QIAO_SERVING"] = "1"  # who serves needs a real key, however the server is started
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018  reads all views now, so that no visitor waits for it
