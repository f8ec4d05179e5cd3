"""What every page knows about the installation."""

from django.conf import settings
from django.http import HttpRequest

from qiao.core.models import Office


def lead_office() -> Office | None:
    return Office.objects.order_by("-is_lead", "pk").first()


def installation_name(lead: Office | None = None) -> str:
    """The installation's own name leads, on screen and in mails."""
    if settings.INSTALLATION_NAME:
        return str(settings.INSTALLATION_NAME)
    lead = lead or lead_office()
    return lead.name if lead else "Qiao"


def installation(request: HttpRequest) -> dict[str, object]:
    lead = lead_office()
    return {"installation_name": installation_name(lead), "lead_office": lead, "demo": settings.DEMO}
