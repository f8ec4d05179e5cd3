"""Writes that every stage needs."""

from typing import Any

from django.db import models

from qiao.core.models import AuditEntry, User


def record(*, by: User | None, action: str, subject: models.Model | None = None, **details: Any) -> AuditEntry:
    """One audit entry; `details` holds field names, counts and ids, never personal values."""
    return AuditEntry.objects.create(
        actor=by,
        action=action,
        subject_kind=subject._meta.model_name if subject else "",
        subject_id=subject.pk if subject else None,
        details=details,
    )
