"""The register of personal data: each field that says something about a person, why it is kept, who sees it, how long.

A test walks over all models: a field that stands neither here nor in core.personal_models fails. The page "My data" and the
record of processing read this table. Models of later stages are named by word only, so nothing is imported from there.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Label = Any  # a lazily translated word


class Purpose(models.TextChoices):
    ACCOUNT = "account", _("So that you can sign in and read everything in your language.")
    CONTACT = "contact", _("So that the contact office can reach and advise you.")
    PARTNERS = "partners", _("So that partners can find you and know whom they meet.")
    TALKS = "talks", _("So that your talks can be planned.")
    ALERTS = "alerts", _("So that you hear of what is new in the searches that you keep.")
    ADVICE = "advice", _("So that the contact office can advise your organisation.")
    DELIVERY = "delivery", _("So that messages reach you, and the office sees when one did not.")
    PROOF = "proof", _("So that it can be proved what you agreed to.")
    SAFETY = "safety", _("So that it can be traced who changed what.")
    PROGRAMME = "programme", _("So that the programme of an event says who speaks.")
    NEWS = "news", _("So that whoever reads an article of the contact office can ask.")
    FOLLOW_UP = "follow-up", _("So that both sides know after a talk what was agreed.")
    EVENT = "event", _("For what the organiser says about the question.")
    JOURNEY = "journey", _("So that the organiser can prepare journey, visa, food and help for you.")


class Visibility(models.TextChoices):
    SELF = "self", _("only you")
    OFFICE = "office", _("you, the contact office and the organisers of your events")
    PARTNERS = "partners", _("people at your events; in the other country only with your consent")
    PARTNER = "partner", _("you and the partner whom you write to")
    SIDES = "sides", _("you, your partner, both organisations and the contact offices")
    RECORDED = "recorded", _("you, your partner, the interpreter, both organisations and the contact offices")
    ASKED = "asked", _("you, the office, the organiser and, where it says so at the question, people at the event")
    PUBLIC = "public", _("everybody who sees the session, once you have agreed; until then you and the organiser")
    WORLD = "world", _("everybody, also without signing in")
    ACCEPTED = "accepted", _("you and the organiser; once it is accepted, everybody who sees it")
    ENTRUSTED = (
        "entrusted",
        _(
            "you and those organisers, or of a delegation head and office, who are entrusted with it; each reading is logged"
        ),
    )
    ADVISERS = "advisers", _("you and the advisers of the contact offices, never organisers of events")
    NOBODY = "nobody", _("nobody; it is used by the software only")


class Retention(models.TextChoices):
    ACCOUNT = "account", _("as long as you are registered here")
    DAYS_90 = "90 days", _("90 days")
    SAID = "said", _("until the day that the organiser says with the question")
    AFTER_EVENT = (
        "after event",
        _("until the day that the form says, at most 30 days after the event or journey; encrypted until then"),
    )


@dataclass(frozen=True)
class Declaration:
    model: str
    field: str
    label: Label
    purpose: Purpose
    visibility: Visibility
    sensitive: bool
    retention: Retention


REGISTER: dict[tuple[str, str], Declaration] = {}


def declare(
    model: str,
    fields: dict[str, Label],
    *,
    purpose: Purpose,
    visibility: Visibility,
    sensitive: bool = False,
    retention: Retention = Retention.ACCOUNT,
) -> None:
    """Enter personal fields of one model. Sensitive: what PIPL 28 and GDPR 9 protect especially (health, passports)."""
    for field, label in fields.items():
        REGISTER[model, field] = Declaration(model, field, label, purpose, visibility, sensitive, retention)


declare(
    "User",
    {"email": _("e-mail"), "name": _("name"), "language": _("language"), "time_zone": _("time zone")},
    purpose=Purpose.ACCOUNT,
    visibility=Visibility.OFFICE,
)
declare("User", {"password": _("password")}, purpose=Purpose.ACCOUNT, visibility=Visibility.NOBODY)
declare(
    "User",
    {"last_login": _("last sign-in"), "created": _("registered since")},
    purpose=Purpose.SAFETY,
    visibility=Visibility.OFFICE,
)
declare(
    "User",
    {"quiet_from": _("no mails at night from"), "quiet_until": _("no mails at night until")},
    purpose=Purpose.DELIVERY,
    visibility=Visibility.SELF,
)
declare("EmailAddress", {"email": _("e-mail")}, purpose=Purpose.ACCOUNT, visibility=Visibility.OFFICE)
declare(
    "AccessLink",
    {"issued": _("issued"), "last_used": _("last used")},
    purpose=Purpose.SAFETY,
    visibility=Visibility.OFFICE,
)
declare(
    "ApiToken",
    {
        "name": _("what it is for"),
        "scopes": _("what it may read"),
        "created": _("made on"),
        "last_used": _("last used"),
    },
    purpose=Purpose.ACCOUNT,
    visibility=Visibility.SELF,
)
declare(
    "Webhook",
    {"name": _("what it is for"), "url": _("address"), "kinds": _("what it is told of"), "created": _("made on")},
    purpose=Purpose.ACCOUNT,
    visibility=Visibility.SELF,
)
declare(
    "Role",
    {
        "kind": pgettext_lazy("what a user may do", "role"),
        "scope": _("where the role holds"),
        "scope_id": _("in which one"),
    },
    purpose=Purpose.ACCOUNT,
    visibility=Visibility.OFFICE,
)
declare(
    "Mail",
    {
        "address": _("address"),
        "subject": _("subject"),
        "body": _("text"),
        "attachments": _("attachments"),
        "problem": _("why it could not be sent"),
    },
    purpose=Purpose.DELIVERY,
    visibility=Visibility.OFFICE,
    retention=Retention.DAYS_90,
)
declare(
    "Notice",
    {"kind": _("what it was about"), "created": _("told on"), "read": _("read on")},
    purpose=Purpose.DELIVERY,
    visibility=Visibility.SELF,
    retention=Retention.DAYS_90,
)
declare(
    "NoticeChoice",
    {"kind": _("what it is about"), "way": _("how you are told by mail")},
    purpose=Purpose.DELIVERY,
    visibility=Visibility.SELF,
)
declare(
    "Person",
    {"name": _("name"), "name_latin": _("name in Latin script"), "languages": _("languages")},
    purpose=Purpose.PARTNERS,
    visibility=Visibility.PARTNERS,
)
declare(
    "Person",
    {"email": _("e-mail"), "phone": _("phone")},
    purpose=Purpose.CONTACT,
    visibility=Visibility.PARTNERS,
)
declare(
    "SearchDocument",
    {"names": _("name as you are found by it"), "words": _("spellings you are found by")},
    purpose=Purpose.PARTNERS,
    visibility=Visibility.PARTNERS,
)
declare(
    "Mark",
    {"organisation": _("organisation"), "kind": _("note"), "changed": _("noted on")},
    purpose=Purpose.PARTNERS,
    visibility=Visibility.SELF,
)
declare(
    "SavedSearch",
    {"query": _("what you look for"), "mails": _("how often you are told by mail")},
    purpose=Purpose.ALERTS,
    visibility=Visibility.SELF,
)
declare(
    "Membership",
    {"organisation": _("organisation"), "role": _("role")},
    purpose=Purpose.PARTNERS,
    visibility=Visibility.PARTNERS,
)
declare(
    "Consent",
    {
        "purpose": _("purpose"),
        "version": _("version of the wording"),
        "language": _("language"),
        "text_hash": _("fingerprint of the wording"),
        "channel": _("how it was given"),
        "given": _("given"),
        "withdrawn": _("withdrawn"),
    },
    purpose=Purpose.PROOF,
    visibility=Visibility.OFFICE,
)
declare(
    "Participation",
    {"event": _("event"), "organisation": _("organisation"), "type": _("kind of participant")},
    purpose=Purpose.TALKS,
    visibility=Visibility.PARTNERS,
)
declare(
    "Participation",
    {
        "state": _("admission"),
        "reason": _("why you were not admitted"),
        "waiting_since": _("on the waiting list since"),
        "max_meetings": _("most talks"),
        "max_per_day": _("most talks per day"),
    },
    purpose=Purpose.TALKS,
    visibility=Visibility.OFFICE,
)
# What somebody needs at a table (a wheelchair's width, a loop) says something about health.
declare(
    "Participation",
    {"needs": _("what you need at a table")},
    purpose=Purpose.TALKS,
    visibility=Visibility.OFFICE,
    sensitive=True,
)
declare(
    "Answer",
    {"value": _("answer")},
    purpose=Purpose.EVENT,
    visibility=Visibility.ASKED,
    retention=Retention.SAID,
)
declare(
    "TravelDetails",
    {"sealed": _("journey, passport, food and what you need")},
    purpose=Purpose.JOURNEY,
    visibility=Visibility.ENTRUSTED,
    sensitive=True,
    retention=Retention.AFTER_EVENT,
)
declare(
    "TravelDetails",
    {"asked": _("asked on"), "reminded": _("reminded on"), "saved": _("answered on")},
    purpose=Purpose.JOURNEY,
    visibility=Visibility.ENTRUSTED,
    retention=Retention.AFTER_EVENT,
)
declare("Unavailability", {"slot": _("blocked time slot")}, purpose=Purpose.TALKS, visibility=Visibility.OFFICE)
declare(
    "MemberTravel",
    {"sealed": _("journey, passport, food and what you need")},
    purpose=Purpose.JOURNEY,
    visibility=Visibility.ENTRUSTED,
    sensitive=True,
    retention=Retention.AFTER_EVENT,
)
declare(
    "MemberTravel",
    {"asked": _("asked on"), "reminded": _("reminded on"), "saved": _("answered on")},
    purpose=Purpose.JOURNEY,
    visibility=Visibility.ENTRUSTED,
    retention=Retention.AFTER_EVENT,
)
declare("Unavailability", {"slot": _("blocked time slot")}, purpose=Purpose.TALKS, visibility=Visibility.OFFICE)
declare(
    "Interpreter",
    {"event": _("event"), "languages": _("languages"), "max_consecutive": _("most talks without a rest")},
    purpose=Purpose.TALKS,
    visibility=Visibility.PARTNERS,
)
declare("InterpreterAbsence", {"slot": _("time slot off duty")}, purpose=Purpose.TALKS, visibility=Visibility.OFFICE)
declare(
    "DelegationMember",
    {
        "delegation": _("delegation"),
        "position": _("place in the delegation"),
        "organisation": _("organisation"),
        "field": _("what you stand for"),
        "function": _("function in the delegation"),
    },
    purpose=Purpose.TALKS,
    visibility=Visibility.OFFICE,
)
declare(
    "DelegationApplication",
    {
        "organisation": _("organisation"),
        "field": _("what you stand for"),
        "hopes": _("whom you would like to meet"),
        "contributes": _("what you bring"),
        "state": _("state of the application"),
        "submitted": _("applied on"),
        "decided": _("decided on"),
        "reason": _("what the office wrote about it"),
    },
    purpose=Purpose.CONTACT,
    visibility=Visibility.ADVISERS,
)
declare(
    "Wish",
    {"partner": _("partner"), "kind": _("wish"), "rank": _("rank")},
    purpose=Purpose.TALKS,
    visibility=Visibility.SELF,
)
declare(
    "Suggestion",
    {"partner": _("partner"), "fit": _("fit"), "reasons": _("reasons")},
    purpose=Purpose.TALKS,
    visibility=Visibility.SELF,
)
declare(
    "Evidence",
    {"partner": _("partner"), "answer": _("answer")},
    purpose=Purpose.PARTNERS,
    visibility=Visibility.NOBODY,
)
declare(
    "Request",
    {"recipient": _("partner"), "message": _("message"), "state": _("answer")},
    purpose=Purpose.TALKS,
    visibility=Visibility.PARTNER,
)
declare(
    "Message",
    {"reader": _("partner"), "text": _("message"), "sent": _("sent on")},
    purpose=Purpose.TALKS,
    visibility=Visibility.PARTNER,
)
declare(
    "Reach",
    {
        "requests": _("takes requests"),
        "messages": _("takes messages"),
        "digest": _("mails about unread messages"),
        "told": _("last such mail"),
        "team": _("colleagues may answer for you"),
    },
    purpose=Purpose.TALKS,
    visibility=Visibility.SELF,
)
declare(
    "Block",
    {"partner": _("partner"), "created": _("blocked on")},
    purpose=Purpose.TALKS,
    visibility=Visibility.SELF,
)
declare(
    "Report",
    {"reason": _("reason"), "note": _("what you told the organisers"), "created": _("reported on")},
    purpose=Purpose.SAFETY,
    visibility=Visibility.OFFICE,
)
declare(
    "Bar",
    {"since": _("barred from asking and writing since")},
    purpose=Purpose.SAFETY,
    visibility=Visibility.OFFICE,
)
declare("Seat", {"slot": _("time slot of a talk")}, purpose=Purpose.TALKS, visibility=Visibility.PARTNER)

declare(
    "Objection",
    {
        "text": _("what does not fit"),
        "created": _("objected on"),
        "answer": _("answer of the organiser"),
        "settled": _("answered on"),
    },
    purpose=Purpose.TALKS,
    visibility=Visibility.OFFICE,
)

# A guest's words stand where somebody of the directory has none.
declare(
    "Speaker",
    {
        "session": _("session in which you speak"),
        "name": _("name as a guest"),
        "name_latin": _("name in Latin script"),
        "organisation": _("organisation"),
        "asked": _("asked on"),
        "agreed": _("agreed to be named on"),
        "declined": _("declined on"),
    },
    purpose=Purpose.PROGRAMME,
    visibility=Visibility.PUBLIC,
)
declare(
    "Reservation",
    {
        "session": _("session"),
        "since": _("reserved on"),
        "given_back": _("given back on"),
    },
    purpose=Purpose.TALKS,
    visibility=Visibility.OFFICE,
)

declare(
    "Rating",
    {"held": _("whether a talk took place"), "score": _("rating of a talk"), "changed": _("said on")},
    purpose=Purpose.TALKS,
    visibility=Visibility.OFFICE,
)
declare(
    "Rating",
    {"next": _("what is to come next after a talk")},
    purpose=Purpose.TALKS,
    visibility=Visibility.SIDES,
)

declare(
    "RecordSheet",
    {
        "topics": _("topics of a talk"),
        "interest_sender": _("interest of the side that asked for the talk"),
        "interest_recipient": _("interest of the side that was asked"),
        "questions": _("open questions after a talk"),
        "changed": _("record sheet saved on"),
    },
    purpose=Purpose.FOLLOW_UP,
    visibility=Visibility.RECORDED,
)
declare(
    "RecordStep",
    {"text": _("next step agreed in a talk"), "who": _("who does it"), "until": _("by when")},
    purpose=Purpose.FOLLOW_UP,
    visibility=Visibility.RECORDED,
)

declare(
    "AdviceCase",
    {
        "topic": _("what you are advised about"),
        "next_step": _("the next step"),
        "opened": _("advised since"),
        "closed": _("advised until"),
    },
    purpose=Purpose.ADVICE,
    visibility=Visibility.ADVISERS,
)

declare(
    "AdviceBooking",
    {
        "start": _("begins"),
        "topic": _("what you want to talk about"),
        "kind": _("kind of advice"),
        "created": _("booked on"),
        "cancelled": _("cancelled on"),
        "reason": _("why it was cancelled"),
    },
    purpose=Purpose.ADVICE,
    visibility=Visibility.ADVISERS,
)
declare(
    "CallRecipient",
    {"asked": _("asked on"), "answer": _("answer"), "answered": _("answered on")},
    purpose=Purpose.ADVICE,
    visibility=Visibility.ADVISERS,
)

declare(
    "Article",
    {"titles": _("article that names you as its contact"), "publish_at": _("named since")},
    purpose=Purpose.NEWS,
    visibility=Visibility.WORLD,
)

declare(
    "Contribution",
    {"names": _("title of your contribution"), "abstracts": _("abstract")},
    purpose=Purpose.PROGRAMME,
    visibility=Visibility.ACCEPTED,
)
declare(
    "Contribution",
    {
        "state": _("decision"),
        "submitted": _("submitted on"),
        "decided": _("decided on"),
        "reason": _("words of the organiser"),
    },
    purpose=Purpose.PROGRAMME,
    visibility=Visibility.OFFICE,
)
declare("Text", {"confirmed": _("text confirmed on")}, purpose=Purpose.PARTNERS, visibility=Visibility.PARTNERS)

HEADINGS: dict[str, Label] = {
    "User": _("Account"),
    "EmailAddress": _("Confirmed e-mail addresses"),
    "AccessLink": _("Personal links"),
    "ApiToken": _("Tokens for programs"),
    "Webhook": _("Webhooks"),
    "Role": _("Roles"),
    "Mail": _("Mails to you"),
    "Notice": _("Notices to you"),
    "NoticeChoice": _("What you are told by mail"),
    "Person": _("You as a person"),
    "SearchDocument": _("Index for searching"),
    "SavedSearch": _("Searches you keep"),
    "Mark": _("Your notes about organisations"),
    "Membership": _("Your place in organisations"),
    "Consent": _("Consents"),
    "Participation": _("Participation in events"),
    "Answer": _("Answers to the organiser's questions"),
    "TravelDetails": _("Details for the journey"),
    "MemberTravel": _("Details for the journey with a delegation"),
    "Unavailability": _("Availability"),
    "Interpreter": _("Interpreting"),
    "InterpreterAbsence": _("Interpreting, off duty"),
    "DelegationMember": _("Delegations"),
    "DelegationApplication": _("Applications for delegations"),
    "Wish": _("Wishes"),
    "Suggestion": _("Suggested partners"),
    "Evidence": _("What the ranking learns from"),
    "Request": _("Meeting requests sent"),
    "Message": _("Messages written"),
    "Reach": _("What reaches you"),
    "Block": _("Whom you have blocked"),
    "Report": _("What you have reported"),
    "Bar": _("What the organiser has barred you from"),
    "Seat": _("Talks"),
    "Objection": _("Objections to the plan"),
    "Speaker": _("Speaking in sessions"),
    "Reservation": _("Places in sessions"),
    "Rating": _("What you said about talks"),
    "RecordSheet": _("Record sheets of your talks"),
    "RecordStep": _("Next steps agreed in your talks"),
    "AdviceCase": _("Advice by the contact office"),
    "AdviceBooking": _("Advice hours booked"),
    "CallRecipient": _("Calls of the contact office to you"),
    "Contribution": _("Contributions to events"),
    "Article": _("News that names you"),
    "Text": _("Abstracts you confirmed"),
}
