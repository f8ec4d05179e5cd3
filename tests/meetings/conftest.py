"""What several tests of this stage share."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture
def in_english() -> Iterator[None]:
    """Sentences that actions refuse with come in English."""
    with translation.override("en"):
        yield
