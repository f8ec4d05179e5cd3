"""The named writes of the directory."""

from qiao.directory.actions.abstracts import AbstractChange, save_abstract, save_abstracts, write_draft
from qiao.directory.actions.alerts import keep_search, remove_search, send_alerts, set_mails, stop_mails
from qiao.directory.actions.certificate_mails import tend_certificates
from qiao.directory.actions.claims import claim, issue_claim
from qiao.directory.actions.colleagues import add_colleague, edit_colleague, link_for_colleague
from qiao.directory.actions.consents import give_consent, withdraw_consent
from qiao.directory.actions.doubles import keep_apart, look_for_doubles
from qiao.directory.actions.evidence import note_talks, record_evidence, remove_evidence, restore_evidence
from qiao.directory.actions.freshness import confirm_profile, nudge_stale
from qiao.directory.actions.import_runs import (
    assign_columns,
    check_import,
    confirm_import,
    discard_import,
    hand_in_table,
    repeat_import,
    start_import,
    tend_imports,
    write_import,
)
from qiao.directory.actions.importing import ImportReport, import_organisations
from qiao.directory.actions.indexing import (
    index_organisations,
    index_people,
    index_stale,
    rebuild_index,
    tidy_index,
)
from qiao.directory.actions.installation import appoint_staff, dismiss_staff, remove_master, save_master
from qiao.directory.actions.keywords import (
    confirm_keyword,
    leave_to_machine,
    merge_keyword,
    remove_keyword,
    retire_keyword,
    save_keyword,
)
from qiao.directory.actions.market import (
    approve_opportunity,
    close,
    refuse_opportunity,
    remove_opportunity,
    renew,
    save_opportunity,
    submit,
    take_back,
)
from qiao.directory.actions.market_exchange import export_opportunities, import_opportunities
from qiao.directory.actions.marks import mark
from qiao.directory.actions.organisations import (
    approve,
    decline,
    join,
    save_organisation,
    set_avoid,
    set_known_partners,
    set_opted_out,
)
from qiao.directory.actions.people import enter_person
from qiao.directory.actions.registration import AskSameError, link_for, register
from qiao.directory.actions.showing import (
    add_pictures,
    describe_picture,
    move_picture,
    remove_certificate,
    remove_file,
    restore_certificate,
    restore_file,
    save_certificate,
    set_brochure,
    sweep_files,
)
from qiao.directory.actions.tags import load_vocabulary, tag_stale
from qiao.directory.actions.tending import tend_market
from qiao.directory.actions.vectors import embed_stale
from qiao.directory.actions.vocabulary import import_vocabulary

__all__ = [
    "AbstractChange",
    "AskSameError",
    "ImportReport",
    "add_colleague",
    "add_pictures",
    "appoint_staff",
    "approve",
    "approve_opportunity",
    "assign_columns",
    "check_import",
    "claim",
    "close",
    "confirm_import",
    "confirm_keyword",
    "confirm_profile",
    "decline",
    "describe_picture",
    "discard_import",
    "dismiss_staff",
    "edit_colleague",
    "embed_stale",
    "enter_person",
    "export_opportunities",
    "give_consent",
    "hand_in_table",
    "import_opportunities",
    "import_organisations",
    "import_vocabulary",
    "index_organisations",
    "index_people",
    "index_stale",
    "issue_claim",
    "join",
    "keep_apart",
    "keep_search",
    "leave_to_machine",
    "link_for",
    "link_for_colleague",
    "load_vocabulary",
    "look_for_doubles",
    "mark",
    "merge_keyword",
    "move_picture",
    "note_talks",
    "nudge_stale",
    "rebuild_index",
    "record_evidence",
    "refuse_opportunity",
    "register",
    "remove_certificate",
    "remove_evidence",
    "remove_file",
    "remove_keyword",
    "remove_master",
    "remove_opportunity",
    "remove_search",
    "renew",
    "repeat_import",
    "restore_certificate",
    "restore_evidence",
    "restore_file",
    "retire_keyword",
    "save_abstract",
    "save_abstracts",
    "save_certificate",
    "save_keyword",
    "save_master",
    "save_opportunity",
    "save_organisation",
    "send_alerts",
    "set_avoid",
    "set_brochure",
    "set_known_partners",
    "set_mails",
    "set_opted_out",
    "start_import",
    "stop_mails",
    "submit",
    "sweep_files",
    "tag_stale",
    "take_back",
    "tend_certificates",
    "tend_imports",
    "tend_market",
    "tidy_index",
    "withdraw_consent",
    "write_draft",
    "write_import",
]
