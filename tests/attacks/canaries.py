"""Two offices with an event each, in which every text is a word that occurs nowhere else, and who may read which.

`audience_of` says it anew and plainly, so that a mistake in the product's own rules is not repeated here.
"""

import io
import itertools
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone
from pypdf import PdfWriter

from qiao.core import files
from qiao.core.actions import issue_link
from qiao.core.models import Office, Role, User
from qiao.core.texts import write_texts
from qiao.directory import actions as directory
from qiao.directory.actions import give_consent, submit
from qiao.directory.market_models import Opportunity
from qiao.directory.models import (
    Entry,
    EntryKeyword,
    Keyword,
    Membership,
    Organisation,
    Park,
    Person,
    Side,
    Theme,
)  # fmt: skip
from qiao.directory.search_models import SavedSearch
from qiao.events.actions import last_day, save_travel, save_travel_call
from qiao.events.contribution_models import Contribution, ContributionCall, EventFile
from qiao.events.delegation_models import DelegationApplication, DelegationCall
from qiao.events.form_models import Answer, Invitation, ParticipantType, Question
from qiao.events.glossary_models import GlossaryTerm
from qiao.events.models import (
    Delegation,
    DelegationMember,
    Event,
    Interpreter,
    Participation,
    ProgrammeItem,
    Series,
    Slot,
    Table,
)  # fmt: skip
from qiao.events.session_models import EventSession, Room, Speaker, Track
from qiao.matchmaking import actions as matchmaking
from qiao.matchmaking.models import Suggestion
from qiao.meetings import actions as meetings
from qiao.meetings import bridge
from qiao.meetings.models import PlanRun
from qiao.meetings.record_models import RecordSheet
from qiao.office import actions as office
from qiao.office.actions import news
from qiao.office.event_models import EventPages, TalkTag
from qiao.office.news_models import Article
from tests.core.hostile_files import printed
from tests.directory.opportunities import draft
from tests.meetings.plans import finished_run, meeting
from tests.world import START

CANARY = re.compile("zq[a-p]{4}q")

# Texts that are no canaries: codes, keys, addresses of pages, hashes, languages, and what is made of other texts.
NO_TEXT = {
    "Weighting": "values", "EmbedderState": "choice model coming problem", "SuggestionRun": "fingerprint",
    "Rule": "one_type one_size one_division one_role other_type other_size other_division other_role",
    # not in this world yet: what the office imported, merged and announced
    "DraftOrder": "language problem", "Announcement": "key segment subjects bodies", "ChatGroup": "key service name languages sealed ending programme_told programme_seen", "GroupPost": "kind subject text problem", "Double": "reasons against", "KnownHeading": "heading target",
    "ImportRun": "key filename language report task shown event_slug columns",
    "Merge": "gone_key gone_name aliases journal",
    "AccessLink": "token_hash", "ClaimLink": "token_hash", "Invitation": "key type", "AuditEntry": "action subject_kind details", "Consent": "purpose version language text_hash channel",
    "Contribution": "key language", "ContributionCall": "kinds", "EventFile": "key name",
    "Delegation": "slug country time_zone", "DelegationMember": "field", "DelegationApplication": "key field", "ProgrammeItem": "kind", "EventSession": "key languages interpreted", "Entry": "key keywords_from", "Event": "slug country time_zone phase_opens", "Feed": "token_hash", "GlossaryTerm": "key",
    "Interpreter": "languages", "Keyword": "code", "Mark": "kind",
    "Mail": "kind language message_id stop_url problem address subject body attachments", "Office": "slug country time_zone",
    "Opportunity": "key public_key external_id partner_types cooperation countries reason",
    "ApiToken": "name token_hash scopes", "Webhook": "key name url kinds sealed", "WebhookMessage": "key kind data problem", "Notice": "key kind variant subject arguments path", "NoticeChoice": "kind",
    "MailCitation": "person_key", "OrganisationEvidence": "key edition edition_slug",
    "AdviceCase": "key", "Article": "key picture picture_small", "CaseTask": "code", "CaseDocument": "name", "TargetedCall": "key", "AdviceHours": "key languages", "AdviceBooking": "key reason", "Cooperation": "key", "JointProject": "key", "VisitRequest": "key", "Introduction": "key reasons", "IntroductionStep": "reason",
    "Certificate": "key name issuer number", "ProfileFile": "key words name small_name", "Organisation": "key same_keys name_language country languages nace", "Person": "key languages",
    "ParticipantType": "code", "Question": "key types",
    "Message": "language once",
    "TravelCall": "asked", "TravelDetails": "sealed", "MemberTravel": "sealed",
    "RecordSheet": "interest_sender interest_recipient hand sent", "RecordStep": "who",
    "Objection": "key", "PlanEdit": "before after",
    "PlanRun": "progress problem plan note token", "PlanVersion": "problem plan", "Request": "key message_language",
    "SavedSearch": "key mails", "SearchDocument": "words names", "SearchState": "stamp", "Series": "slug",
    "Side": "code country time_zone", "Suggestion": "fit reasons engine", "Text": "field language source_language", "Theme": "code",
    "User": "password key time_zone", "Vector": "language model text_hash read_from", "Worker": "name queue", "Park": "code",
}  # fmt: skip


@dataclass
class Place:
    """One office with its two sides, firms, people and event; `users` by the name of their part."""

    name: str
    office: Office
    event: Event
    users: dict[str, User] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    taking_part: dict[str, Participation] = field(default_factory=dict)
    firms: dict[str, Organisation] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)  # values for addresses


@dataclass
class Canaries:
    """Makes the words and remembers who may read each: a rule over (actor)."""

    made: dict[str, tuple[str, Callable[["Actor"], bool]]] = field(default_factory=dict)
    _numbers: Any = field(default_factory=itertools.count)

    def word(self, what: str, rule: Callable[["Actor"], bool]) -> str:
        number = next(self._numbers)
        letters = "".join("abcdefghijklmnop"[(number >> shift) & 15] for shift in (12, 8, 4, 0))
        canary = f"zq{letters}q"
        self.made[canary] = (what, rule)
        return canary

    def foreign(self, text: str, actor: "Actor") -> list[str]:
        """What somebody reads in a text without being one of those who may."""
        return sorted({self.made[one][0] for one in CANARY.findall(text) if not self.made[one][1](actor)})


@dataclass(frozen=True)
class Actor:
    """Somebody who looks around: `part` is the name in `Place.users`, or anonymous, admin, stranger."""

    part: str
    place: Place | None
    user: User | None

    def __str__(self) -> str:
        return f"{self.part} of {self.place.name}" if self.place else self.part

    @property
    def signed_in(self) -> bool:
        return self.user is not None

    @property
    def in_office(self) -> bool:
        return self.part in ("adviser", "admin")

    def organises(self, place: Place) -> bool:
        return self.part == "organiser" and self.place is place

    def is_person(self, place: Place, *names: str) -> bool:
        return self.place is place and self.part in names


MEMBERS = {"de_first": "de1", "de_colleague": "de1", "de_second": "de2", "cn_first": "cn1", "cn_second": "cn2", "waiting": "waiting",
           "interpreter": "agency"}  # fmt: skip
COUNTRY = {"de1": "DE", "de2": "DE", "cn1": "CN", "cn2": "CN", "waiting": "DE", "agency": "DE"}
TALKS = ("de_first", "cn_first")  # whom the interpreter serves


def everybody(actor: Actor) -> bool:
    return True


def nobody(actor: Actor) -> bool:
    return False


def members(actor: Actor) -> bool:
    return actor.signed_in


def may_name(place: Place, who: str) -> Callable[[Actor], bool]:
    """The name and role of a person."""

    def rule(actor: Actor) -> bool:
        if actor.in_office or (actor.organises(place) and who in (*place.taking_part, "interpreter")):
            return True
        if actor.is_person(place, "leader"):
            return who in ("de_first",) or who in may_be_read_by("de_first")
        if actor.is_person(place, "interpreter") and who in TALKS:
            return True
        own = MEMBERS.get(actor.part)
        if own is None or actor.place is None:
            return False
        if actor.place is place and own == MEMBERS[who]:
            return True
        return own != "waiting" and (COUNTRY[own] == COUNTRY[MEMBERS[who]] or who == "cn_second")

    return rule


def may_be_read_by(reader: str) -> set[str]:
    return {who for who in MEMBERS if COUNTRY[MEMBERS[who]] == COUNTRY[MEMBERS[reader]] or who == "cn_second"}


def may_contact(place: Place, who: str) -> Callable[[Actor], bool]:
    """Address and phone: the person, colleagues and the office."""
    return lambda actor: actor.in_office or (actor.place is place and MEMBERS.get(actor.part) == MEMBERS[who])


def own_account(place: Place, part: str) -> Callable[[Actor], bool]:
    return lambda actor: actor.is_person(place, part)


def organised_or_own(place: Place, part: str) -> Callable[[Actor], bool]:
    return lambda actor: actor.organises(place) or actor.is_person(place, part)


def staff_account(place: Place, part: str) -> Callable[[Actor], bool]:
    """Administrators appoint the staff and see whom they appointed."""
    return lambda actor: actor.is_person(place, part) or (part == "adviser" and actor.part == "admin")


def build(canaries: Canaries, name: str) -> Place:
    word = canaries.word
    bureau = Office.objects.create(
        slug=f"office-{name}", names={"de": word(f"{name} office", everybody)}, country="DE", city=word(f"{name} city", everybody),
        email=f"{word(f'{name} office mail', everybody)}@example.org", phone=word(f"{name} office phone", everybody),
        imprint={"de": word(f"{name} imprint", everybody)}, privacy={"de": word(f"{name} privacy", everybody)},
    )  # fmt: skip
    sides = {
        country: Side.objects.create(
            code=f"{name}-{country}".lower(), names={"de": word(f"{name} side", everybody)}, country=country, office=bureau,
            time_zone={"DE": "Europe/Berlin", "CN": "Asia/Shanghai"}[country],
        )
        for country in ("DE", "CN")
    }  # fmt: skip
    Theme.objects.create(code=f"theme-{name}", names={"de": word(f"{name} theme", everybody)})
    keyword = Keyword.objects.create(  # the vocabulary is shared: whoever may edit a profile reads all terms
        code=f"keyword-{name}", names={"de": word(f"{name} keyword", members)},
        synonyms={"de": [word(f"{name} keyword's synonym", lambda actor: actor.in_office)]},
    )  # fmt: skip
    series = Series.objects.create(slug=f"series-{name}", office=bureau, names={"de": word(f"{name} series", members)})
    event = Event.objects.create(
        slug=f"event-{name}", series=series, office=bureau, names={"de": word(f"{name} event", everybody)}, city=word(f"{name} city", everybody),
        mottos={"de": word(f"{name} motto", members)}, venue={"de": word(f"{name} venue", members)}, country="CN", time_zone="Asia/Shanghai",
        starts=START.date(), ends=START.date(), phase=Event.Phase.WISHES, fair_minimum=1,
    )  # fmt: skip
    place = Place(name, bureau, event)
    for code, country in COUNTRY.items():
        place.firms[code] = firm(canaries, place, code, sides[country])
        EntryKeyword.objects.create(entry=place.firms[code].entries.all()[0], keyword=keyword, score=0.5)
    for who, code in MEMBERS.items():
        place.people[who] = human(canaries, place, who, place.firms[code])
    staff(canaries, place)
    abstracts(canaries, place)
    market(canaries, place)
    stage(canaries, place)
    talks(canaries, place)
    return place


def firm(canaries: Canaries, place: Place, code: str, side: Side) -> Organisation:
    published = code != "waiting"
    rule = members if published else lambda actor: actor.in_office or actor.is_person(place, "waiting")
    words = {
        one: canaries.word(f"{place.name} {code} {one}", rule)
        for one in ("name", "name_latin", "city", "zone", "uscc", "vat_id", "register", "lei", "website", "park", "park zone", "offer", "seek")
    }  # fmt: skip
    park = Park.objects.create(
        code=f"park-{place.name}-{code}", names={"de": words["park"]}, zone={"de": words["park zone"]}, side=side
    )
    made = Organisation.objects.create(
        side=side, country=side.country, is_published=published, park=park, languages=["de"] if side.country == "DE" else ["zh"],
        external_id=canaries.word(f"{place.name} {code} id", lambda actor: actor.in_office),
        name=f"钛{words['name']}" if side.country == "CN" else words["name"], name_latin=words["name_latin"], city=words["city"],
        zone=words["zone"], uscc=words["uscc"], vat_id=words["vat_id"], register=words["register"], lei=words["lei"],
        website=f"https://{words['website']}.example.org",
        known_partners=canaries.word(f"{place.name} {code} partners", lambda actor: actor.in_office or keeps(actor, place, code)),
    )  # fmt: skip
    for kind, text in ((Entry.Kind.OFFER, words["offer"]), (Entry.Kind.SEEK, words["seek"])):
        entry = Entry.objects.create(organisation=made, kind=kind, position=1)
        write_texts(entry, "text", {"de" if side.country == "DE" else "zh": text})
    return made


def keeps(actor: Actor, place: Place, code: str) -> bool:
    """Who keeps the profile of this organisation."""
    return actor.place is place and MEMBERS.get(actor.part) == code and actor.part != "de_colleague"


def human(canaries: Canaries, place: Place, who: str, organisation: Organisation) -> Person:
    called, word = f"{place.name} {who}", canaries.word
    account = User.objects.create(
        name=word(f"{called} account name", own_account(place, who)),
        email=f"{word(f'{called} account mail', own_account(place, who))}@example.org",
        language="zh-hans" if organisation.country == "CN" else "de",
    )
    made = Person.objects.create(
        user=account, side=organisation.side, languages=["zh"] if organisation.country == "CN" else ["de"],
        external_id=word(f"{called} id", nobody), name=word(f"{called} name", may_name(place, who)),
        name_latin=word(f"{called} name in Latin", may_name(place, who)), phone=word(f"{called} phone", may_contact(place, who)),
        email=f"{word(f'{called} mail', may_contact(place, who))}@example.org",
    )  # fmt: skip
    Membership.objects.create(
        person=made,
        organisation=organisation,
        role=word(f"{called} role", may_name(place, who)),
        is_manager=who != "de_colleague",
    )
    query = word(f"{called} search", lambda actor: actor.is_person(place, who))
    SavedSearch.objects.create(user=account, query=f"?q={query}")
    give_consent(person=made, purpose="profile", by=account)
    if who == "cn_second":
        give_consent(person=made, purpose="cross_border", by=account)
    place.users[who] = account
    return made


def staff(canaries: Canaries, place: Place) -> None:
    """Organiser and adviser: accounts with a role.

    An adviser's name stands where nobody fits and below abstracts that this adviser confirmed; an organiser's at the desk; that of a
    delegation's head where the office chooses who reads what its members tell.
    """
    rules: dict[str, Callable[[Actor], bool]] = {
        "organiser": lambda actor: actor.is_person(place, "organiser"),
        "adviser": members,
        "leader": lambda actor: actor.is_person(place, "leader", "adviser") or actor.part == "admin",
    }
    for part, rule in rules.items():
        place.users[part] = User.objects.create(
            name=canaries.word(f"{place.name} {part} account name", rule),
            email=f"{canaries.word(f'{place.name} {part} account mail', staff_account(place, part))}@example.org",
        )
    for part, kind, scope, pk in (
        ("organiser", Role.Kind.ORGANISER, Role.Scope.EVENT, place.event.pk),
        ("adviser", Role.Kind.ADVISER, Role.Scope.OFFICE, place.office.pk),
    ):
        Role.objects.create(user=place.users[part], kind=kind, scope=scope, scope_id=pk)


def abstracts(canaries: Canaries, place: Place) -> None:
    """Confirmed by a person who is not named abroad, by an adviser, drafted by a machine, and a draft of their own."""

    def write(code: str, language: str, rule: Callable[[Actor], bool], by: str, confirm: bool) -> None:
        word = canaries.word(f"{place.name} {code} abstract in {language}", rule)
        found = {"organisation": place.firms[code], "language": language, "text": word, "seen": 0, "confirm": confirm}
        directory.save_abstract(**found, by=place.users[by])

    write("de1", "de", members, "de_first", confirm=True)
    write("de1", "en", members, "adviser", confirm=True)
    write("de1", "zh", lambda actor: actor.in_office or keeps(actor, place, "de1"), "de_first", confirm=False)
    write("cn1", "zh", lambda actor: actor.in_office or keeps(actor, place, "cn1"), "cn_first", confirm=False)
    write("waiting", "de", lambda actor: actor.in_office or actor.is_person(place, "waiting"), "waiting", confirm=True)


def market(canaries: Canaries, place: Place) -> None:
    """Opportunities of one firm: on the open market, among members, without a name, and one that is not shown yet."""
    own = lambda actor: actor.in_office or keeps(actor, place, "de1")  # noqa: E731
    for what, rule, more in (
        ("public", everybody, {"is_public": True}), ("shown", members, {}), ("anonymous", members, {"is_anonymous": True}),
        ("draft", own, {}),
    ):  # fmt: skip
        texts = {
            one: {"de": canaries.word(f"{place.name} {what} opportunity's {one}", rule)}
            for one in ("title", "text", "partner")
        }
        made = draft(place.firms["de1"], by=place.users["adviser"], texts=texts, **more)
        if what != "draft":
            submit(opportunity=made, by=place.users["adviser"])


def stage(canaries: Canaries, place: Place) -> None:
    """Slots, tables, interpreter, participants, programme, a delegation of one."""
    event, word = place.event, canaries.word
    needs = word(f"{place.name} needs", lambda actor: actor.is_person(place, "cn_first") or actor.organises(place))
    for n in range(1, 5):
        start = START + timedelta(minutes=30 * (n - 1))
        Slot.objects.create(event=event, position=n, start=start, end=start + timedelta(minutes=25))
        Table.objects.create(event=event, number=n, features=[needs])
    place.more["interpreter"] = Interpreter.objects.create(
        event=event, person=place.people["interpreter"], languages=["de", "zh"]
    )
    for who in ("de_first", "de_second", "cn_first", "cn_second"):
        place.taking_part[who] = Participation.objects.create(
            event=event, person=place.people[who], organisation=place.firms[MEMBERS[who]], state=Participation.State.APPROVED,
            type=word(f"{place.name} {who} type", organised_or_own(place, who)), needs=[needs] if who == "cn_first" else [],
        )  # fmt: skip
        place.taking_part[who].reason = word(f"{place.name} {who} reason", organised_or_own(place, who))
        place.taking_part[who].save()
    sends = lambda actor: actor.is_person(place, "leader", "adviser") or actor.part == "admin"  # noqa: E731
    inside = lambda actor: actor.organises(place) or sends(actor) or actor.is_person(place, "de_first")  # noqa: E731
    delegation = Delegation.objects.create(
        event=event,
        slug=f"delegation-{place.name}",
        office=place.office,
        # Who has applied knows where to: the second one below.
        names={
            "de": word(f"{place.name} delegation", lambda actor: inside(actor) or actor.is_person(place, "de_second"))
        },
        occasions={"de": word(f"{place.name} delegation's occasion", inside)},
        etiquette={"de": word(f"{place.name} delegation's etiquette", inside)},
        city=word(f"{place.name} delegation's city", inside),
        country="CN",
        time_zone="Asia/Shanghai",
        starts=START.date(),
        ends=START.date(),
    )
    DelegationMember.objects.create(
        delegation=delegation,
        person=place.people["de_first"],
        organisation=place.firms["de1"],
        function=word(f"{place.name} function", inside),
        position=1,
    )
    call = DelegationCall.objects.create(
        delegation=delegation,
        closes=timezone.now() + timedelta(days=9),
        **{name: {"de": word(f"{place.name} call's {name}", sends)} for name in ("texts", "costs", "funding")},
    )  # a draft: once it is published, everybody reads it
    applied = lambda actor: actor.is_person(place, "adviser", "de_second") or actor.part == "admin"  # noqa: E731
    place.more["application"] = DelegationApplication.objects.create(
        call=call,
        person=place.people["de_second"],
        organisation=place.firms["de2"],
        **{name: word(f"{place.name} application's {name}", applied) for name in ("hopes", "contributes", "reason")},
    )
    # The glossary is no secret: agendas, briefings and the pages on which abstracts are written name its words.
    GlossaryTerm.objects.create(
        event=event, names={"de": word(f"{place.name} term", members)}, note=word(f"{place.name} term's note", members)
    )
    Role.objects.create(
        user=place.users["leader"], kind=Role.Kind.LEADER, scope=Role.Scope.DELEGATION, scope_id=delegation.pk
    )
    for item_of, rule in ((None, members), (delegation, inside)):
        place.more["item"] = ProgrammeItem.objects.create(
            event=event, delegation=item_of, starts=START - timedelta(hours=2), ends=START - timedelta(hours=1),
            names={"de": word(f"{place.name} programme", rule)}, place={"de": word(f"{place.name} programme's place", rule)},
        )  # fmt: skip
    place.more["delegation"] = delegation
    Invitation.objects.create(
        event=event, expires=event.ends, label=word(f"{place.name} invitation", lambda actor: actor.organises(place))
    )
    form(canaries, place)
    journey(canaries, place)
    sessions(canaries, place)
    contributions(canaries, place)


def sessions(canaries: Canaries, place: Place) -> None:
    """A draft, a session for members and one on the open web, each with a guest; one speaker has not agreed to be named."""
    event, word = place.event, canaries.word
    rules: dict[str, Callable[[Actor], bool]] = {
        "draft": lambda actor: actor.organises(place), "members": members, "public": everybody,
    }  # fmt: skip
    for level, rule in rules.items():
        room = Room.objects.create(event=event, names={"de": word(f"{place.name} {level} room", rule)})
        track = Track.objects.create(event=event, names={"de": word(f"{place.name} {level} track", rule)})
        made = EventSession.objects.create(
            event=event, audience=level, room=room, track=track, starts=START + timedelta(hours=8), ends=START + timedelta(hours=9),
            external_id=word(f"{place.name} {level} id", lambda actor: actor.organises(place)),
            names={"de": word(f"{place.name} {level} session", rule)},
            abstracts={"de": word(f"{place.name} {level} session's abstract", rule)},
            stream_url=f"https://{word(f'{place.name} {level} stream', rule)}.example.org",
        )  # fmt: skip
        guest = {
            name: word(f"{place.name} {level} guest's {name}", rule) for name in ("name", "name_latin", "organisation")
        }
        Speaker.objects.create(session=made, agreed=timezone.now(), **{**guest, "name": f"钛{guest['name']}"})
    Speaker.objects.create(session=made, person=place.people["cn_first"])  # not named: has not agreed
    place.more["session"] = made


def contributions(canaries: Canaries, place: Place) -> None:
    """An accepted exhibit with a file, seen by members, and one that waits: between its author and the organiser."""
    event, word = place.event, canaries.word
    texts = {"de": word(f"{place.name} call", lambda actor: actor.organises(place) or actor.part in place.taking_part)}
    ContributionCall.objects.create(event=event, texts=texts, kinds=["exhibit"], closes=START)
    inside = organised_or_own(place, "cn_second")
    for state, rule in (("accepted", members), ("submitted", inside)):
        made = Contribution.objects.create(
            event=event, participation=place.taking_part["cn_second"], kind="exhibit", state=state,
            names={"de": word(f"{place.name} {state} contribution", rule)},
            abstracts={"de": word(f"{place.name} {state} contribution's abstract", rule)},
            stand=word(f"{place.name} {state} stand", rule), reason=word(f"{place.name} {state} reason", inside),
        )  # fmt: skip
        EventFile.objects.create(
            contribution=made,
            title=word(f"{place.name} {state} file", rule),
            name=files.keep(blank_pdf(), "pdf"),
            size=8,
        )
    place.more["contribution"] = made


def blank_pdf() -> bytes:
    paper, written = PdfWriter(), io.BytesIO()
    paper.add_blank_page(72, 72)
    paper.write(written)
    return written.getvalue()


def form(canaries: Canaries, place: Place) -> None:
    """What the organiser asks, and answers: one for the organiser only, one for those who may read the person's name."""
    event, word = place.event, canaries.word
    ParticipantType.objects.create(event=event, code="guest", names={"de": word(f"{place.name} kind", members)})
    for visibility, who, rule in (
        ("organiser", "de_first", organised_or_own(place, "de_first")),
        ("participants", "cn_second", may_name(place, "cn_second")),
        ("participants", "de_second", may_name(place, "de_second")),
    ):
        question = Question.objects.create(
            event=event, visibility=visibility, delete_on=event.ends, kind="choice",
            names={"de": word(f"{place.name} question", members)}, helps={"de": word(f"{place.name} help", members)},
            purposes={"de": word(f"{place.name} purpose", members)},
            options=[{"code": "1", "names": {"de": word(f"{place.name} option", members)}}],
        )  # fmt: skip
        answer = word(f"{place.name} {who} answer", rule)
        Answer.objects.create(question=question, participation=place.taking_part[who], value=answer)


def journey(canaries: Canaries, place: Place) -> None:
    """What one participant told about his journey: for him and the organiser entrusted with it."""
    codes = ["passport_number", "diet_note"]
    organiser, last = place.users["organiser"], last_day(place.event)
    save_travel_call(event=place.event, asked=codes, delete_on=last, readers=[], by=organiser)
    rule = organised_or_own(place, "cn_second")
    number, diet = (canaries.word(f"{place.name} cn_second {what}", rule) for what in ("passport", "diet"))
    told = {"letter": {"passport_number": number}, "food": {"diet_note": diet}}
    save_travel(participation=place.taking_part["cn_second"], values=told, by=place.users["cn_second"])


def talks(canaries: Canaries, place: Place) -> None:
    """Two agreed talks that are planned and told, one request that waits, one declined; all by the real actions."""
    part, users = place.taking_part, place.users
    reason = {"code": "seek-meets-offer", "mine": {"field": "seeks", "index": 1, "lang": "de"},
              "theirs": {"field": "offers", "index": 1, "lang": "zh"}, "strength": 0.9}  # fmt: skip
    Suggestion.objects.create(
        participation=part["de_first"], partner=part["cn_first"], rank=1, score=0.9, reasons=[reason], engine="test"
    )
    asked = {}
    for sender, recipient in (
        ("de_first", "cn_first"), ("de_first", "cn_second"), ("cn_second", "de_second"), ("cn_first", "de_second"),
    ):  # fmt: skip
        reported = (sender, recipient) == ("de_first", "cn_second")
        rule = lambda actor, pair=(sender, recipient), reported=reported: (  # noqa: E731
            actor.is_person(place, *pair) or (reported and actor.organises(place))
        )
        text = canaries.word(f"{place.name} message of {sender} to {recipient}", rule)
        asked[sender, recipient] = matchmaking.send_request(
            sender=part[sender], recipient=part[recipient], message=text, by=users[sender]
        )
    matchmaking.accept(request=asked["de_first", "cn_first"], by=users["cn_first"])
    matchmaking.accept(request=asked["de_first", "cn_second"], by=users["cn_second"])
    for who, other in (("de_first", "cn_first"), ("cn_first", "de_first")):
        rule = lambda actor: actor.is_person(place, "de_first", "cn_first")  # noqa: E731
        text = canaries.word(f"{place.name} letter of {who} to {other}", rule)
        matchmaking.send_message(
            request=asked["de_first", "cn_first"], author=part[who], text=text, form="form", by=users[who]
        )
    reading = lambda actor: actor.is_person(place, "de_first", "cn_second") or actor.organises(place)  # noqa: E731
    matchmaking.send_message(
        request=asked["de_first", "cn_second"], author=part["cn_second"], form="form", by=users["cn_second"],
        text=canaries.word(f"{place.name} letter of cn_second to de_first, which is reported", reading),
    )  # fmt: skip
    telling = lambda actor: actor.is_person(place, "de_first") or actor.organises(place)  # noqa: E731
    note = canaries.word(f"{place.name} note of de_first to the organiser", telling)
    place.more["report"] = matchmaking.report(
        request=asked["de_first", "cn_second"], own=part["de_first"], reason="other", note=note, by=users["de_first"]
    )
    place.more["block"] = matchmaking.block(own=part["de_first"], partner=part["cn_second"], by=users["de_first"])
    matchmaking.decline(request=asked["cn_first", "de_second"], by=users["de_second"])
    first, second = asked["de_first", "cn_first"], asked["de_first", "cn_second"]
    matchmaking.set_wish(participation=part["de_second"], target=part["cn_first"], kind="must", by=users["de_second"])
    served = place.more["interpreter"]
    world = type("W", (), {"event": place.event, "organiser": users["organiser"]})
    run: PlanRun = finished_run(world, [meeting(first.key, 1, 1, served), meeting(second.key, 2, 1, served)])
    meetings.publish(run=run, by=users["organiser"], objections_until=timezone.now() + timedelta(days=1))
    objected(canaries, place, first)
    recorded(canaries, place, first)
    worked_together(canaries, place)
    place.more |= {
        "run": run, "request": asked["cn_second", "de_second"], "agreed": first,
        "feed": meetings.make_feed(participation=part["de_first"], by=users["de_first"]),
        "link": issue_link(user=users["de_colleague"], by=users["adviser"]),
    }  # fmt: skip
    assert bridge.plan_in_force(place.event) is not None


def recorded(canaries: Canaries, place: Place, talk: Any) -> None:
    """What was noted in a talk: for its people and their colleagues, its interpreter and the offices, not for organisers."""

    def rule(actor: Actor) -> bool:
        inside = actor.is_person(place, "interpreter") or MEMBERS.get(actor.part) in ("de1", "cn1")
        return actor.in_office or (actor.place is place and inside)

    words = {what: canaries.word(f"{place.name} sheet's {what}", rule) for what in ("topics", "questions")}
    sheet = RecordSheet.objects.create(request=talk, version=1, hand="interpreter", **words)
    sheet.people.set([talk.sender, talk.recipient])
    sheet.steps.create(position=1, text=canaries.word(f"{place.name} sheet's step", rule), who="both")


def objected(canaries: Canaries, place: Place, talk: Any) -> None:
    """One objection that waits and one that is answered: between its author and the organiser alone."""
    own, by = place.taking_part["de_first"], place.users["de_first"]
    rule = organised_or_own(place, "de_first")
    for about, what in ((talk, "talk"), (None, "plan")):
        made = meetings.object_to(
            participation=own,
            request=about,
            text=canaries.word(f"{place.name} de_first objection to the {what}", rule),
            by=by,
        )
    answer = canaries.word(f"{place.name} answer to de_first", rule)
    meetings.settle_objection(objection=made, answer=answer, by=place.users["organiser"])


def worked_together(canaries: Canaries, place: Place) -> None:
    """A cooperation of two firms, with a note by one of them: for both of them and the office."""

    def rule(actor):
        return actor.in_office or (actor.place is place and MEMBERS.get(actor.part) in ("de1", "cn1"))

    one, other = place.firms["de1"], place.firms["cn1"]
    topic, note = (canaries.word(f"{place.name} cooperation's {what}", rule) for what in ("topic", "note"))
    made = office.open_cooperation(one=one, other=other, topic=topic, by=place.users["adviser"])
    office.add_step(cooperation=made, stage="sample", note=note, as_organisation=other, by=place.users["cn_first"])
    office.open_follow_ups()
    networked(canaries, place)
    place.more["cooperation"] = made
    hidden = Opportunity.objects.get(organisation=one, is_anonymous=True)

    def note(actor):
        return actor.in_office or (actor.place is place and MEMBERS.get(actor.part) == "de1")

    asked = office.express_interest(
        opportunity=hidden, organisation=other, by=place.users["cn_first"],
        message=canaries.word(f"{place.name} introduction's message", rule),
    )  # fmt: skip
    adviser = place.users["adviser"]
    office.pass_on(introduction=asked, note=canaries.word(f"{place.name} introduction's note", note), by=adviser)
    place.more["introduction"] = asked
    advised(canaries, place)


def networked(canaries: Canaries, place: Place) -> None:
    """A network of the first firm's: its members and projects are no secret; what fits them is for its managers and the office."""
    net = place.firms["net"] = Organisation.objects.create(
        side=place.firms["de1"].side, country="DE", type="network",
        name=canaries.word(f"{place.name} network", members), name_latin=canaries.word(f"{place.name} network in Latin", members),
    )  # fmt: skip
    office.invite_member(network=net, member=place.firms["de1"], by=place.users["adviser"])
    office.join_network(network=net, member=place.firms["de1"], represents=True, by=place.users["de_first"])
    visiting(canaries, place)
    names = {"de": canaries.word(f"{place.name} joint project", members)}
    office.save_project(
        network=net, names=names, state="running", starts=None, ends=None, partners=[place.firms["cn1"]], by=place.users["adviser"]
    )  # fmt: skip


def visiting(canaries: Canaries, place: Place) -> None:
    """A declined visit of the first firm to the park of the Chinese one: for its members and the offices."""

    def rule(actor: Actor) -> bool:
        return actor.in_office or (actor.place is place and MEMBERS.get(actor.part) == "de1")

    visit = place.more["visit"] = office.ask_for_visit(
        host=None, park=place.firms["cn1"].park, guest=place.firms["de1"], first_day=START.date(), last_day=START.date(),
        people=4, purpose=canaries.word(f"{place.name} visit's purpose", rule), by=place.users["de_first"],
    )  # fmt: skip
    office.decline_visit(
        visit=visit, answer=canaries.word(f"{place.name} visit's answer", rule), by=place.users["adviser"]
    )


def advised(canaries: Canaries, place: Place) -> None:
    """A case of this office: for its own advisers and administrators alone, for no organiser and no other office."""

    def rule(actor: Actor) -> bool:
        return actor.part == "admin" or actor.is_person(place, "adviser")

    words = {what: canaries.word(f"{place.name} case's {what}", rule) for what in ("client", "topic", "note", "task")}
    adviser = place.users["adviser"]
    made = office.open_case(
        office=place.office, kind="law", topic=words["topic"], client=words["client"], text=words["note"], by=adviser
    )
    office.add_task(case=made, title=words["task"], by=adviser)
    place.more["case"] = made
    opened(canaries, place, rule)
    called(canaries, place, rule)
    booked(canaries, place)
    reported(canaries, place)


def opened(canaries: Canaries, place: Place, rule: Callable[[Actor], bool]) -> None:
    """A case that its client's manager reads, as far as it is marked."""

    def client(actor: Actor) -> bool:
        return rule(actor) or actor.is_person(place, "de_first")

    word, adviser = canaries.word, place.users["adviser"]
    made = office.open_case(
        office=place.office, kind="visas", topic=word(f"{place.name} opened case's topic", client), organisation=place.firms["de1"],
        text=word(f"{place.name} opened case's note", rule), by=adviser,
    )  # fmt: skip
    office.share_case(case=made, shared=True, next_step=word(f"{place.name} next step", client), by=adviser)
    for shown, reads in ((True, client), (False, rule)):
        task = office.add_task(case=made, title=word(f"{place.name} task, shown: {shown}", reads), by=adviser)
        office.show_task(task=task, for_client=shown, by=adviser)
        title = word(f"{place.name} document, shown: {shown}", reads)
        file = files.Brochure(printed(word(f"{place.name} words of a document, shown: {shown}", reads)), 1)
        office.add_document(case=made, file=file, title=title, for_client=shown, by=adviser)
    place.more["opened case"] = made


def booked(canaries: Canaries, place: Place) -> None:
    """An advice hour: the link and the topic for who booked it and the office's own advisers."""

    def rule(actor: Actor) -> bool:
        return actor.part == "admin" or actor.is_person(place, "adviser", "de_second")

    adviser, who = place.users["adviser"], place.people["de_second"]
    link = canaries.word(f"{place.name} advice link", rule)
    hours = office.publish_hours(
        office=place.office, day=timezone.localdate() + timedelta(days=9), begins=time(9), ends=time(11), minutes=30,
        place=canaries.word(f"{place.name} advice place", members), link=f"https://{link}.example.org", languages=["de"],
        by=adviser,
    )  # fmt: skip
    place.more["booking"] = office.book_hours(
        hours=hours, start=hours.starts, organisation=place.firms["de2"], person=who, kind="ip",
        topic=canaries.word(f"{place.name} de_second advice topic", rule), by=place.users["de_second"],
    )  # fmt: skip


def called(canaries: Canaries, place: Place, rule: Callable[[Actor], bool]) -> None:
    """A call of this office that was sent to one: whoever has the mail reads it, with the office's own people."""
    words = {f"{what}s": {"de": canaries.word(f"{place.name} call's {what}", rule)} for what in ("title", "bodie")}
    adviser = place.users["adviser"]
    made = office.save_call(office=place.office, **words, by=adviser)
    office.pick_for_call(call=made, organisations=[place.firms["de2"]], by=adviser)
    place.more["call"] = made


def reported(canaries: Canaries, place: Place) -> None:
    """Articles of this office, one that everybody reads and a draft for its own people; and the pages of its event."""

    def inside(actor: Actor) -> bool:
        return actor.part == "admin" or actor.is_person(place, "adviser")

    def words(what: str, rule: Callable[[Actor], bool]) -> dict[str, Any]:
        made = {name: {"de": canaries.word(f"{place.name} {what}'s {name}", rule)} for name in news.WORDS}
        return made | {"publish_at": None}

    words_to_members = {"costs": {"de": canaries.word(f"{place.name} costs", members)}}
    EventPages.objects.create(
        event=place.event, first_time=words_to_members,
        outcome={"de": canaries.word(f"{place.name} outcome", lambda actor: actor.in_office or actor.organises(place))},
    )  # fmt: skip
    TalkTag.objects.create(
        request=place.event.requests.filter(state="accepted").order_by("pk")[0],
        name=canaries.word(f"{place.name} tag", lambda actor: actor.in_office or actor.organises(place)),
    )
    adviser = place.users["adviser"]
    for what, rule in (("article", lambda actor: True), ("draft article", inside)):
        made = office.save_article(office=place.office, values=words(what, rule), by=adviser)
        if what == "article":
            office.publish_article(article=made, by=adviser)
        else:
            Article.objects.filter(pk=made.pk).update(reason=canaries.word(f"{place.name} draft's reason", inside))
        place.more[what] = made


def uncovered() -> list[str]:
    """Text fields in which no row of this world holds a canary: a new field belongs into `build` or into NO_TEXT."""
    missing = []
    for model in apps.get_app_config("qiao").get_models():
        for one in model._meta.concrete_fields:
            if not isinstance(one, models.CharField | models.TextField | models.JSONField) or one.choices:
                continue
            if one.name in NO_TEXT.get(model.__name__, "").split():
                continue
            values: Iterable[Any] = model._default_manager.values_list(one.name, flat=True)
            if not any(CANARY.search(json.dumps(value, ensure_ascii=False)) for value in values):
                missing.append(f"{model.__name__}.{one.name}")
    return missing
