"""The demo's people, while the installation is a demo."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from qiao.core.models import User
from qiao.site.demo_people import DEMO_EMAILS


def load_demo_user(who: str) -> User:
    """The person behind one of the six doors. The view's mark lets nobody in outside a demo."""
    if who not in DEMO_EMAILS:
        raise Http404
    return get_object_or_404(User, email=DEMO_EMAILS[who], is_active=True)
