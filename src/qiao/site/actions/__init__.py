"""The named writes over all stages."""

from qiao.site.actions.drafting import draft_waiting, order_drafts
from qiao.site.actions.erasing import erase
from qiao.site.actions.merging import UNDO_DAYS, forget_journals, merge, undo_merge

__all__ = ["UNDO_DAYS", "draft_waiting", "erase", "forget_journals", "merge", "order_drafts", "undo_merge"]
