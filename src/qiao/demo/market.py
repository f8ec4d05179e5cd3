"""The marketplace of the demo: opportunities in all areas, two of them without a name, one that waits for the adviser."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from qiao.core.models import User
from qiao.demo.cast import data_of
from qiao.directory.actions import save_opportunity, submit
from qiao.directory.models import Organisation
from qiao.site.demo_people import DEMO_EMAILS

FACTS = ("kind", "area", "stage", "rights", "cooperation", "partner_types", "countries", "is_anonymous", "is_public")
EMPTY: dict[str, Any] = {"stage": "", "rights": "", "is_anonymous": False, "is_public": False}


def open_market() -> None:
    """What the adviser hands in has been looked at; what an organisation hands in waits for the adviser."""
    accounts = {user.email: user for user in User.objects.filter(email__in=DEMO_EMAILS.values())}
    rows = data_of("opportunities")
    firms = {
        one.external_id: one
        for one in Organisation.objects.filter(external_id__in=[row["organisation"] for row in rows])
    }
    for row in rows:
        by = accounts[DEMO_EMAILS["german" if row.get("waits") else "adviser"]]
        submit(opportunity=save_opportunity(organisation=firms[row["organisation"]], values=_values(row), by=by), by=by)


def _values(row: dict[str, Any]) -> dict[str, Any]:
    facts = {name: row.get(name, EMPTY.get(name)) for name in FACTS}
    expires = timezone.localdate() + timedelta(days=row["days"])
    return facts | {"expires": expires, "texts": {"title": row["title"], "text": row["text"]}}
