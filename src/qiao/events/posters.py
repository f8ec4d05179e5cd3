"""An invitation on paper: a poster in two or three languages with a QR code, see templates/events/poster.typ."""

from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from qiao.core.context import installation_name
from qiao.core.languages import localized
from qiao.core.links import qr_on_paper
from qiao.core.paper import draw
from qiao.events.form_models import Invitation
from qiao.templatetags.wording import days_text, place

TEMPLATE = Path(__file__).resolve().parents[1] / "templates" / "events" / "poster.typ"
LANGUAGES = (("zh-hans", "zh", "cn"), ("de", "de", None), ("en", "en", None))


def address_of(invitation: Invitation) -> str:
    return f"{settings.PUBLIC_URL}{reverse('invited', args=[invitation.key])}"


def poster_pdf(invitation: Invitation) -> bytes:
    """One A4 page. All languages at once: whoever stands before it may read any of them."""
    event = invitation.event
    blocks = []
    for code, language, region in LANGUAGES:
        with translation.override(code):
            blocks.append(
                {
                    "language": language, "region": region, "name": localized(event.names, language),
                    "when": f"{place(event.city)} · {days_text(event.starts, event.ends)}",
                    "call": gettext("Scan, look at partners, register: five minutes on the phone."),
                }
            )  # fmt: skip
    return draw(TEMPLATE, {
        "title": str(event), "office": installation_name(), "address": address_of(invitation), "blocks": blocks,
        "qr": qr_on_paper(address_of(invitation)),
    })  # fmt: skip
