"""Registering an organisation and its first person, and giving somebody a personal link."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qiao.core.actions import issue_link, queue_mail, record
from qiao.core.emails import render
from qiao.core.errors import Refused
from qiao.core.models import Mail, Role, User, public_key
from qiao.core.telling import About, tell
from qiao.directory.actions.consents import give_consent
from qiao.directory.actions.indexing import index_organisations, index_people
from qiao.directory.actions.organisations import FIELDS
from qiao.directory.actions.writing import embed_later, look_for_doubles_later, set_same_keys, write_entries
from qiao.directory.columns import KINDS
from qiao.directory.doubles import offered
from qiao.directory.imports import IDENTIFIERS, name_key, native_language
from qiao.directory.models import Membership, Organisation, Person, Side, Theme
from qiao.directory.purposes import PURPOSES
from qiao.directory.roles import works_for_office

MOST_MAILS = 3  # of registrations to one address within a day


Claims = tuple[Organisation, str]  # whom they were asked about, and the answer


class AskSameError(Exception):
    """Who registers is to be asked first whether it is one of `organisations` that are there already."""

    def __init__(self, organisations: list[Organisation]) -> None:
        super().__init__(f"{len(organisations)} with a name like this one's")
        self.organisations = organisations


def register(
    *,
    organisation: Mapping[str, Any] | Organisation,
    person: Mapping[str, Any],
    consents: Iterable[str] = (),
    by: User | None = None,
    language: str | None = None,
    key: str | None = None,
    same: str | None = None,
) -> Person:
    """Organisation, person, offers and seeks, consents and the confirmation mail: one transaction.

    organisation: model fields, side as Side or code, themes as Theme or codes, offers and seeks as lists of language ->
    text; or an organisation that exists. person: name, name_latin, role, email, phone, languages; an account comes with
    it. by: None when people register themselves, then the organisation waits for the office's approval. `key`: the
    person's key drawn beforehand; a second submission with it returns the first one's person and does nothing. `same`:
    the key of the organisation that they say they are, "other" for none of those they were asked about, "" before they
    were asked: then AskSameError may be raised; None asks nothing. Nobody enters an organisation by saying that it is theirs: the
    office decides.
    """
    agreed = list(consents)
    missing = [p for p in PURPOSES.values() if p.required and p.code not in agreed and by is None]
    if missing:
        raise Refused(
            _("Please agree to “%(title)s”; without this the office cannot register you.") % {"title": missing[0].title}
        )
    claims = None
    if same is not None and not isinstance(organisation, Organisation):
        claims = _claims(organisation, same, key)
    try:
        with transaction.atomic():
            return _register(
                organisation, person, agreed, by, language or get_language() or "de", key or public_key(), claims
            )
    except IntegrityError:  # the same form twice at the same moment, or the same number in two forms
        done = Person.objects.filter(key=key).first() if key else None
        if done is None:
            raise Refused(
                _("This could not be saved because of another registration. Please send the form once more.")
            ) from None
        return done


def _register(
    organisation: Mapping[str, Any] | Organisation,
    person: Mapping[str, Any],
    consents: list[str],
    by: User | None,
    language: str,
    key: str,
    claims: Claims | None,
) -> Person:
    done = Person.objects.filter(key=key).first()
    if done:
        return done
    by_office = by is not None and works_for_office(by)
    new = not isinstance(organisation, Organisation)
    firm = organisation if isinstance(organisation, Organisation) else _organisation(organisation, by_office, claims)
    known, account = account_for(person, firm.side, language)
    made = Person.objects.create(
        key=key, user=account, side=firm.side,
        **{name: person[name] for name in ("name", "name_latin", "email", "phone", "languages") if name in person},
    )  # fmt: skip
    Membership.objects.create(person=made, organisation=firm, role=person.get("role", ""), is_manager=new)
    for purpose in consents:
        give_consent(person=made, purpose=purpose, by=by or account, channel="office" if by_office else "form")
    index_organisations([firm.pk] if new else [])
    index_people([made.pk])
    record(
        by=by,
        action="directory.register",
        subject=firm,
        person=made.pk,
        resembles=firm.same_as_id,
        answer=firm.same_answer,
    )
    if not by_office:
        _confirm(made, firm, known, language, new=new)
        if new:
            _tell_office(firm)
    embed_later()
    look_for_doubles_later()
    return made


def _tell_office(firm: Organisation) -> None:
    """Whoever advises for the office of this side, else the administrators: somebody waits for approval."""
    advisers = Q(roles__kind=Role.Kind.ADVISER, roles__scope=Role.Scope.OFFICE, roles__scope_id=firm.side.office_id)
    active = User.objects.filter(is_active=True).order_by("pk").distinct()
    about = About(f"{reverse('organisations')}?review=on", {}, "organisations")
    for user in active.filter(advisers) or active.filter(roles__kind=Role.Kind.ADMIN):
        tell(user=user, address=user.email, kind="directory.registered_here", about=about)


def _claims(values: Mapping[str, Any], same: str, key: str | None) -> Claims | None:
    """What they answer about the organisations with a name like theirs; None where there are none."""
    if key and Person.objects.filter(key=key).exists():  # the same form once more
        return None
    asked = offered(_unsaved(values))
    if not asked:
        return None
    if same == Organisation.SameAnswer.OTHER:
        return asked[0], Organisation.SameAnswer.OTHER
    chosen = next((one for one in asked if one.key == same), None)
    if chosen is None:
        raise AskSameError(asked)
    return chosen, Organisation.SameAnswer.JOIN


def _unsaved(values: Mapping[str, Any]) -> Organisation:
    side = values["side"] if isinstance(values["side"], Side) else Side.objects.get(code=values["side"])
    fields = {name: values[name] for name in FIELDS if name in values and name != "side"}
    firm = Organisation(side=side, **fields)
    firm.country = firm.country or side.country
    firm.name_language = native_language(firm.name, firm.country)
    return firm


def _organisation(values: Mapping[str, Any], by_office: bool, claims: Claims | None) -> Organisation:
    firm = _unsaved(values)
    firm.is_published = by_office
    firm.same_as = resembled(firm)
    if claims:
        named, firm.same_answer = claims
        # A number says more than a name: whom it belongs to is not asked about, and the office looks at it.
        firm.same_as = named if firm.same_answer == Organisation.SameAnswer.JOIN else firm.same_as or named
    if firm.same_as:
        if by_office:
            raise Refused(_("This organisation is already in the directory. Add the person there."))
        # The number belongs to the organisation that is there; who registers learns nothing about it.
        for name in IDENTIFIERS:
            if Organisation.objects.filter(**{name: getattr(firm, name)}).exclude(**{name: ""}).exists():
                setattr(firm, name, "")
    texts = {str(kind): values.get(group, []) for group, kind in KINDS.items()}
    set_same_keys(firm)
    firm.save()
    firm.themes.set(_themes(values.get("themes", ())))
    for kind, wordings in texts.items():
        write_entries(firm, kind, wordings)
    return firm


def _themes(themes: Iterable[Theme | str]) -> list[Theme]:
    themes = list(themes)
    codes = [theme for theme in themes if isinstance(theme, str)]
    return [theme for theme in themes if isinstance(theme, Theme)] + list(Theme.objects.filter(code__in=codes))


def resembled(firm: Organisation) -> Organisation | None:
    """The organisation that is there already: with one of the numbers, else with the same name in the same city."""
    for name in IDENTIFIERS:
        if number := getattr(firm, name):
            found = Organisation.objects.filter(**{name: number}).first()
            if found:
                return found
    wanted = name_key(firm.name, firm.city, firm.country)
    rows = Organisation.objects.filter(country=firm.country).values_list("pk", "name", "city")
    pk = next((pk for pk, name, city in rows if name_key(name, city, firm.country) == wanted), None)
    return Organisation.objects.get(pk=pk) if pk else None


def account_for(person: Mapping[str, Any], side: Side, language: str) -> tuple[User | None, User | None]:
    """(the account that already has this address, the new account): one of the two is None."""
    address = (person.get("email") or "").lower() or None  # signing in compares in lower case
    known = User.objects.filter(email__iexact=address).first() if address else None
    if known:
        return known, None
    zone = User.TimeZones.SHANGHAI if side.country == "CN" else User.TimeZones.BERLIN
    account = User(email=address, name=person["name"], language=language, time_zone=zone)
    account.set_unusable_password()
    account.save()
    return None, account


def _confirm(person: Person, firm: Organisation, known: User | None, language: str, *, new: bool) -> None:
    """The page says the same in all cases; only the owner of an address learns that it has an account."""
    recent = Mail.objects.filter(
        address__iexact=person.email, kind__startswith="directory.", created__gt=timezone.now() - timedelta(days=1)
    )
    if recent.count() >= MOST_MAILS:  # nobody's mailbox is to be filled by filling in forms
        return
    kind = "directory.known" if known else "directory.registered" if new else "directory.entered"
    language = known.language if known else language
    subject, body = render(kind, language, {"person": person, "organisation": firm})
    queue_mail(
        user=known or person.user, address=person.email, kind=kind, subject=subject, body=body, language=language, cites=[person.key]
    )  # fmt: skip


@transaction.atomic
def link_for(*, person: Person, by: User, days: int = 30) -> str:
    """A new personal sign-in link for somebody, who gets an account if there is none yet; returns the token."""
    person = (
        Person.objects.select_for_update(of=("self",), no_key=True).select_related("user", "side").get(pk=person.pk)
    )
    if person.user is None:
        language = "zh-hans" if person.side.country == "CN" else "de"
        _known, account = account_for({"name": person.name}, person.side, language)
        person.user = account
        person.save(update_fields=["user"])
    assert person.user is not None
    record(by=by, action="directory.link_for", subject=person)
    return issue_link(user=person.user, by=by, days=days)
