"""What offers and seeks of the marketplace are called, and the two plain questions that tell them apart."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from qiao.directory.market_models import Area
from qiao.directory.models import Entry

NAMES: dict[tuple[str, str], Any] = {
    (Entry.Kind.OFFER, Area.BUSINESS): _("Business offer"),
    (Entry.Kind.SEEK, Area.BUSINESS): _("Business request"),
    (Entry.Kind.OFFER, Area.TECHNOLOGY): _("Technology offer"),
    (Entry.Kind.SEEK, Area.TECHNOLOGY): _("Technology request"),
    (Entry.Kind.OFFER, Area.RESEARCH): _("Research offer"),
    (Entry.Kind.SEEK, Area.RESEARCH): _("R&D request"),
    (Entry.Kind.OFFER, Area.TALENT): _("Offer about training and talent"),
    (Entry.Kind.SEEK, Area.TALENT): _("Request about training and talent"),
    (Entry.Kind.OFFER, Area.CULTURE): _("Cultural offer"),
    (Entry.Kind.SEEK, Area.CULTURE): _("Cultural request"),
}
WHO_PAYS = [
    (Entry.Kind.OFFER, _("We have something that others can buy, use or build on. If it works out, we are paid.")),
    (Entry.Kind.SEEK, _("We need something that others have or can do. If it works out, we pay for it.")),
]
WHAT_ABOUT = [
    (Area.BUSINESS, _("Goods, services, sales, production or investment")),
    (Area.TECHNOLOGY, _("A technology: a process, know-how, a licence")),
    (Area.RESEARCH, _("A joint project of research and development")),
    (Area.TALENT, _("People: training, specialists, exchange")),
    (Area.CULTURE, _("Culture: exhibitions, performances, festivals")),
]


def kind_in_words(kind: str, area: str) -> str:
    """ "Technology offer"; without an area just "offer"."""
    return str(NAMES.get((kind, area)) or dict(Entry.Kind.choices).get(kind, kind))
