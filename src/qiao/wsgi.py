"""The application that the server runs, ours or another one."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiao.settings")
os.environ["QIAO_SERVING"] = "1"  # who serves needs a real key, however the server is started
application = get_wsgi_application()
