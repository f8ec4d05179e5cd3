"""What a report is about: whose, and when."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qiao.core.forms import day_field
from qiao.core.models import Office, User
from qiao.directory.evidence_queries import offices_of
from qiao.site.report_rows import Scope

YEARS, FREE, TOGETHER = 5, "free", "all"


def span(code: str) -> tuple[date, date] | None:
    """The days of "2026" or "2026-q3"; None for anything else."""
    year, _dash, quarter = code.partition("-q")
    if not (
        year.isascii() and year.isdecimal() and len(year) == 4 and int(year) and quarter in ("", "1", "2", "3", "4")
    ):
        return None
    first = int(quarter) * 3 - 2 if quarter else 1
    last = first + 2 if quarter else 12
    end = date(int(year) + 1, 1, 1) if last == 12 else date(int(year), last + 1, 1)
    return date(int(year), first, 1), end - timedelta(1)


def period_choices(today: date) -> list[tuple[Any, Any]]:
    years = [(str(today.year - number), str(today.year - number)) for number in range(YEARS)]
    quarters = [
        (f"{year}-q{quarter}", _("Quarter %(quarter)s of %(year)s") % {"quarter": quarter, "year": year})
        for year in (today.year, today.year - 1)
        for quarter in (4, 3, 2, 1)
        if date(year, quarter * 3 - 2, 1) <= today
    ]
    return [(_("Year"), years), (_("Quarter"), quarters), (FREE, _("from … to …"))]


class ScopeForm(forms.Form):
    """Read from the address. What is wrong in it is said, and the report is that of the present year."""

    office = forms.ChoiceField(label=gettext_lazy("Contact office"), required=False)
    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False)
    first = day_field(label=gettext_lazy("First day"), required=False)
    last = day_field(label=gettext_lazy("Last day"), required=False)

    def __init__(self, data: Any, *, user: User) -> None:
        self.today = timezone.localdate()
        self.offices = list(offices_of(user))
        every = len(self.offices) == Office.objects.count()
        named = [(office.slug, office.name) for office in self.offices]
        together = [(TOGETHER, pgettext_lazy("contact offices", "all together"))] if every and len(named) > 1 else []
        data = {"period": str(self.today.year), "office": (together + named or [("", "")])[0][0]} | {
            key: data[key] for key in data if data[key]
        }
        super().__init__(data)
        self.fields["office"].choices = together + named  # type: ignore[attr-defined]
        self.fields["period"].choices = period_choices(self.today)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("period") == FREE and not self.errors:
            if not (data["first"] and data["last"]):
                self.add_error("first", _("Choose the first and the last day."))
            elif data["last"] < data["first"]:
                self.add_error("last", _("This is before the first day."))
        return data

    @property
    def scope(self) -> Scope:
        valid = self.is_valid()
        code = self.cleaned_data["period"] if valid else str(self.today.year)
        if code == FREE:
            return Scope(self._office(), self.cleaned_data["first"], self.cleaned_data["last"])
        return Scope(self._office(), *(span(code) or (self.today, self.today)))

    def _office(self) -> Office | None:
        slug = self.cleaned_data.get("office") or self.fields["office"].choices[0][0]  # type: ignore[attr-defined]
        return next(
            (office for office in self.offices if office.slug == slug), None if slug == TOGETHER else self.offices[0]
        )


def scope_query(scope: Scope) -> dict[str, str]:
    """The scope as it stands in addresses."""
    return {
        "office": scope.office.slug if scope.office else TOGETHER, "period": FREE, "first": scope.first.isoformat(),
        "last": scope.last.isoformat(),
    }  # fmt: skip
