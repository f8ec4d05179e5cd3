"""What the API answers with. Field names and codes are stable; texts are in the language of the token's owner.

Dates are ISO 8601 with their zone; `language` is a BCP 47 primary subtag.
"""

from datetime import date, datetime
from typing import Generic, TypeVar

from ninja import Schema

Item = TypeVar("Item")


class Page(Schema, Generic[Item]):
    """One page of a list; `next` is the cursor of the one that follows, null on the last."""

    items: list[Item]
    next: str | None


class Me(Schema):
    key: str
    name: str
    language: str
    time_zone: str
    scopes: list[str]


class Event(Schema):
    slug: str
    name: str
    city: str
    country: str
    time_zone: str
    starts: date
    ends: date
    phase: str
    taking_part: str | None  # the state of the reader's own participation
    organises: bool


class Organisation(Schema):
    key: str
    name: str
    name_latin: str
    type: str
    country: str
    city: str
    website: str


class ListedOrganisation(Organisation):
    themes: list[str]


class Entry(Schema):
    kind: str
    text: str
    language: str
    machine_translated: bool


class Profile(ListedOrganisation):
    """An organisation with what it offers and seeks."""

    entries: list[Entry]


class Participant(Schema):
    """`name` is empty where the reader may not know who comes."""

    key: str
    name: str
    name_latin: str
    languages: list[str]
    type: str
    organisation: Organisation


class Opportunity(Schema):
    key: str
    kind: str
    area: str
    title: str
    text: str
    language: str
    expires: date
    organisation: Organisation | None  # null where it is anonymous


class Request(Schema):
    key: str
    state: str
    by_me: bool
    partner: Participant
    message: str
    created: datetime
    expires: datetime | None
    planned: bool
    actions: list[str]


class Talk(Schema):
    key: str
    starts: datetime
    ends: datetime
    table: int | None
    partner: Participant
    interpreter: str
    provisional: bool


class Agenda(Schema):
    event: str
    version: int | None
    talks: list[Talk]
