"""What every page knows about the installation."""

from django.conf import settings
from django.http import HttpRequest

from qiao.core.models import Office


def installation(request: HttpRequest) -> dict[str, object]:
    """The installation's own name leads on screen."""
    lead = Office.objects.order_by("-is_lead", "pk").first()
    name = settings.INSTALLATION_NAME or (lead.name if lead else "")
    return {"installation_name": name or "Qiao", "lead_office": lead, "demo": settings.DEMO}
