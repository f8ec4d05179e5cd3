"""Writes of this stage."""

from qiao.events.actions.answers import forget_answers, save_answers
from qiao.events.actions.blocks import BlockChange, preview_block, remove_block, save_block
from qiao.events.actions.editions import announce_phases, edit_event, open_edition
from qiao.events.actions.glossary import (
    GlossaryReport,
    TermValues,
    import_glossary,
    prefill_glossary,
    save_glossary,
)
from qiao.events.actions.importing import check_import, import_participants, write_import
from qiao.events.actions.interpreters import (
    add_interpreter,
    edit_interpreter,
    hire_interpreter,
    remove_interpreter,
)
from qiao.events.actions.invitations import invite, register_invited, revoke_invitation
from qiao.events.actions.mails import tell
from qiao.events.actions.participation import (
    approve,
    arrange,
    decide,
    join,
    move_up,
    readmit,
    reject,
    set_availability,
    withdraw,
)
from qiao.events.actions.places import set_tables
from qiao.events.actions.programme import add_programme_item, edit_programme_item, remove_programme_item
from qiao.events.actions.questions import (
    erase_question,
    move_question,
    remove_question,
    remove_type,
    restore_question,
    save_question,
    save_type,
)
from qiao.events.actions.reviewing import decline_registration, join_registration
from qiao.events.actions.setup import (
    appoint_by_email,
    appoint_organiser,
    create_delegation,
    create_event,
    create_series,
    dismiss_organiser,
    move_phase,
)
from qiao.events.actions.travel import (
    end_travel_call,
    forget_travel,
    last_day,
    note_reading,
    reseal_travel,
    save_travel,
    save_travel_call,
    tend_travel,
)

__all__ = [
    "BlockChange",
    "GlossaryReport",
    "TermValues",
    "add_interpreter",
    "add_programme_item",
    "announce_phases",
    "appoint_by_email",
    "appoint_organiser",
    "approve",
    "arrange",
    "check_import",
    "create_delegation",
    "create_event",
    "create_series",
    "decide",
    "decline_registration",
    "dismiss_organiser",
    "edit_event",
    "edit_interpreter",
    "edit_programme_item",
    "end_travel_call",
    "erase_question",
    "forget_answers",
    "forget_travel",
    "hire_interpreter",
    "import_glossary",
    "import_participants",
    "invite",
    "join",
    "join_registration",
    "last_day",
    "move_phase",
    "move_question",
    "move_up",
    "note_reading",
    "open_edition",
    "prefill_glossary",
    "preview_block",
    "readmit",
    "register_invited",
    "reject",
    "remove_block",
    "remove_interpreter",
    "remove_programme_item",
    "remove_question",
    "remove_type",
    "reseal_travel",
    "restore_question",
    "revoke_invitation",
    "save_answers",
    "save_block",
    "save_glossary",
    "save_question",
    "save_travel",
    "save_travel_call",
    "save_type",
    "set_availability",
    "set_tables",
    "tell",
    "tend_travel",
    "withdraw",
    "write_import",
]
