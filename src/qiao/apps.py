"""The one Django app; its stages are plain packages (see ARCHITECTURE.md)."""

from django.apps import AppConfig


class QiaoConfig(AppConfig):
    name = "qiao"
    label = "qiao"
    default_auto_field = "django.db.models.BigAutoField"
