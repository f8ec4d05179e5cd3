"""The named writes over all stages."""

from qiao.site.actions.erasing import erase
from qiao.site.actions.merging import UNDO_DAYS, forget_journals, merge, undo_merge

__all__ = ["UNDO_DAYS", "erase", "forget_journals", "merge", "undo_merge"]
