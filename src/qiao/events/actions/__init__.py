"""Writes of this stage."""

from qiao.events.actions.importing import import_participants
from qiao.events.actions.mails import tell
from qiao.events.actions.participation import approve, join, readmit, reject, set_availability, withdraw
from qiao.events.actions.setup import (
    add_interpreter,
    add_programme_item,
    appoint_organiser,
    create_delegation,
    create_event,
    create_series,
    move_phase,
)

__all__ = [
    "add_interpreter",
    "add_programme_item",
    "appoint_organiser",
    "approve",
    "create_delegation",
    "create_event",
    "create_series",
    "import_participants",
    "join",
    "move_phase",
    "readmit",
    "reject",
    "set_availability",
    "tell",
    "withdraw",
]
