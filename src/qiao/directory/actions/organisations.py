"""Changing an organisation, and what an adviser decides about one that registered itself."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.emails import render
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.telling import About, Letter, settle, tell
from qiao.directory.actions.indexing import index_organisations
from qiao.directory.actions.showing import sweep_later
from qiao.directory.actions.writing import embed_later, look_for_doubles_later, set_same_keys, write_entries
from qiao.directory.columns import KINDS, human_texts
from qiao.directory.imports import native_language
from qiao.directory.models import Membership, Organisation, Person

FIELDS = (
    "name", "name_latin", "side", "type", "size", "country", "city", "zone", "park", "uscc", "vat_id", "register", "lei",
    "website", "languages", "nace", "known_partners",
)  # fmt: skip


@transaction.atomic
def save_organisation(*, organisation: Organisation, values: Mapping[str, Any], by: User | None) -> list[str]:
    """Change fields (FIELDS), `themes`, `offers` and `seeks` (lists of language -> text); returns what changed."""
    # What the caller holds may be minutes old: an approval meanwhile must not be overwritten.
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    changed = [name for name in FIELDS if name in values and getattr(organisation, name) != values[name]]
    for name in changed:
        setattr(organisation, name, values[name])
    if "name" in changed:
        organisation.name_language = native_language(organisation.name, organisation.country)
    if "themes" in values and {t.pk for t in values["themes"]} != set(organisation.themes.values_list("pk", flat=True)):
        organisation.themes.set(values["themes"])
        changed.append("themes")
    texts = {str(kind): human_texts(organisation, kind) for kind in KINDS.values()}
    for group, kind in KINDS.items():
        if group in values and [dict(one) for one in values[group]] != texts[kind]:
            write_entries(organisation, kind, values[group])
            changed.append(group)
    if changed and not KINDS.keys().isdisjoint(changed):
        organisation.texts_version += 1
    if not changed:
        return []
    set_same_keys(organisation)
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError:
        raise Refused(
            _("Another organisation already has one of these numbers. Please check them or ask the contact office.")
        ) from None
    index_organisations([organisation.pk])
    record(by=by, action="directory.save_organisation", subject=organisation, fields=changed)
    embed_later()
    look_for_doubles_later()
    return changed


@transaction.atomic
def set_avoid(*, organisation: Organisation, other: Organisation, avoid: bool, by: User) -> None:
    """Whether the two are never to be suggested to each other; nobody but the organisation and the office learns of it."""
    if organisation.pk == other.pk:
        raise Refused(_("An organisation is never suggested to itself anyway."))
    if avoid:
        organisation.avoid.add(other)
    else:
        organisation.avoid.remove(other)
    record(by=by, action="directory.set_avoid", subject=organisation, other=other.pk, avoid=avoid)


@transaction.atomic
def set_known_partners(*, organisation: Organisation, text: str, by: User | None) -> None:
    """Which partners the organisation has on the other side, one on each line; only it and the office see them."""
    if Organisation.objects.filter(pk=organisation.pk).exclude(known_partners=text).update(known_partners=text):
        record(by=by, action="directory.set_known_partners", subject=organisation, fields=["known_partners"])


@transaction.atomic
def set_opted_out(*, organisation: Organisation, opted_out: bool, by: User) -> None:
    """Whether the organisation is left out of suggestions, in both directions."""
    Organisation.objects.filter(pk=organisation.pk).update(opted_out=opted_out)
    record(by=by, action="directory.set_opted_out", subject=organisation, opted_out=opted_out)


def _waiting(organisation: Organisation) -> Organisation:
    """The row, locked; refuses when another adviser has decided already."""
    row = Organisation.objects.select_for_update(no_key=True).filter(pk=organisation.pk, is_published=False).first()
    if row is None:
        raise Refused(_("Somebody has already decided about this organisation. Please look at the list again."))
    return row


def _delete(row: Organisation) -> None:
    """Refuses when people take part in an event for this organisation: their talks would lose one side."""
    try:
        row.delete()
        sweep_later()
    except ProtectedError:
        raise Refused(
            _("People take part in an event for this organisation, so it cannot be removed. You can approve it.")
        ) from None


def _tell_members(organisation: Organisation, people: list[Person], kind: str) -> None:
    path = reverse("organisation", args=[organisation.key])
    about = About(path, {"organisation": organisation.pk}, f"organisation {organisation.pk}")
    for person in people:
        if person.user is not None:
            words = render(kind, person.user.language, {"organisation": organisation, "person": person})
            letter = Letter(*words, person.user.language, cites=[person.key])
            tell(user=person.user, address=person.user.email, kind=kind, about=about, letter=letter)


def _note_all_decided() -> None:
    """Once no registration waits any more the office's notice counts as read."""
    if not Organisation.objects.filter(is_published=False).exists():
        settle(kind="directory.registered_here", subject="organisations")


@transaction.atomic
def approve(*, organisation: Organisation, by: User) -> Organisation:
    """Publish an organisation that registered itself; its people are told."""
    row = _waiting(organisation)
    row.is_published, row.same_as, row.same_answer, row.shown_since = True, None, "", timezone.now()
    row.save(update_fields=["is_published", "same_as", "same_answer", "shown_since", "changed"])
    record(by=by, action="directory.approve", subject=row)
    _note_all_decided()
    _tell_members(row, list(row.people.select_related("user")), "directory.approved")
    return row


@transaction.atomic
def join(*, organisation: Organisation, by: User) -> Organisation:
    """The registered organisation is the one it resembles: its people become members there, the double goes."""
    row = _waiting(organisation)
    target = row.same_as
    if target is None:
        raise Refused(_("This organisation resembles no other one. Approve it or decline it."))
    people = list(row.people.select_related("user"))
    for membership in row.memberships.all():
        Membership.objects.get_or_create(
            person_id=membership.person_id, organisation=target, defaults={"role": membership.role, "is_manager": False}
        )
    record(by=by, action="directory.join", subject=target, double=row.pk, people=[person.pk for person in people])
    _delete(row)
    _note_all_decided()
    _tell_members(target, people, "directory.approved")
    return target


@transaction.atomic
def decline(*, organisation: Organisation, by: User) -> None:
    """Remove what registered itself, with the people and accounts that exist for it alone."""
    row = _waiting(organisation)
    people = list(row.people.select_related("user"))
    record(by=by, action="directory.decline", subject=row, people=len(people))
    _delete(row)
    _note_all_decided()
    for person in people:
        if not person.memberships.exists():
            user = person.user
            person.delete()
            if user is not None and not user.roles.exists():
                user.delete()
