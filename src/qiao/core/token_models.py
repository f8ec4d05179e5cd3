"""Tokens by which a person's own programs read through the API."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from qiao.core.models import User

__all__ = ["ApiToken"]


class ApiToken(models.Model):
    """A key to what its owner may see, narrowed to scopes. Only the token's SHA-256 is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)  # what the owner uses it for
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)  # codes of core.tokens.SCOPES
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    last_used = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created", "-pk"]

    def __str__(self) -> str:
        return f"token {self.pk} of user {self.user_id}"

    @property
    def is_valid(self) -> bool:
        return self.revoked is None and self.expires > timezone.now()
