"""The contact office as an organisation of the directory: it publishes for those who stay unnamed."""

from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core.errors import Refused
from qiao.core.languages import localized
from qiao.core.models import Office
from qiao.directory.models import Organisation, Side
from qiao.templatetags.wording import is_han

NATIVE = {"CN": "zh", "DE": "de"}


def stand_in_for(side: Side) -> Organisation:
    """The organisation that stands for the office of a side; made when it is needed first.

    It has none of the keys by which doubles are found: the offices of two sides may be one.
    """
    office = side.office
    if office is None:
        raise Refused(_("Your region has no contact office that could stand in for you. Publish it with your name."))
    names = _names(office, side)
    made, new = Organisation.objects.get_or_create(
        stands_for=side,
        defaults=names | {"side": side, "country": side.country, "type": Organisation.Type.AGENCY, "opted_out": True},
    )
    if not new and any(getattr(made, field) != value for field, value in names.items()):
        Organisation.objects.filter(pk=made.pk).update(**names, changed=timezone.now())
    return made


def _names(office: Office, side: Side) -> dict[str, str]:
    name = localized(office.names, NATIVE.get(side.country, "en"))
    chinese = is_han(name)
    latin = next((office.names[code] for code in ("en", "de") if office.names.get(code)), "") if chinese else ""
    return {
        "name": name[:250],
        "name_latin": latin[:250],
        "name_language": "zh" if chinese else "",
        "city": office.city if office.country == side.country else "",
    }
