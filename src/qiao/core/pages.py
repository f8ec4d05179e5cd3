"""Long lists in pages."""

from typing import Any

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator


class Pages(Paginator[Any]):
    """Whatever an address says leads to a page: what is no number, or one below 1, to the first; one beyond the end to the last."""

    def get_page(self, number: int | float | str | None) -> Page[Any]:
        try:
            valid = self.validate_number(number)  # type: ignore[arg-type]
        except PageNotAnInteger:
            valid = 1
        except EmptyPage:
            valid = self.num_pages if int(number or 0) > 1 else 1
        return self.page(valid)
