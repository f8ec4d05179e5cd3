"""Pictures, brochure and certificates of an organisation: added, put in order, removed and put back."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core import files
from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.queue import enqueue_once
from qiao.directory.models import Organisation
from qiao.directory.showing_models import REMIND_BEFORE, Certificate, ProfileFile
from qiao.directory.showing_queries import MOST_PICTURES, UNDO_DAYS

Kind = ProfileFile.Kind
MOST_CERTIFICATES = 20
SWEEP = "qiao.directory.tasks.sweep_files"
CERTIFICATE_FIELDS = ("name", "issuer", "number", "expires")


def _locked(organisation: Organisation) -> Organisation:
    """So that two uploads at a time do not both find room for the last picture."""
    return Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


@transaction.atomic
def add_pictures(*, organisation: Organisation, pictures: Iterable[files.Picture], by: User) -> list[ProfileFile]:
    """All or none; refused where there are more than MOST_PICTURES then."""
    new, row = list(pictures), _locked(organisation)
    shown = row.files.filter(kind=Kind.PICTURE, removed=None)
    if shown.count() + len(new) > MOST_PICTURES:
        raise Refused(_("There are at most %(count)s pictures. Remove one first.") % {"count": MOST_PICTURES})
    last = shown.aggregate(last=Max("position"))["last"] or 0
    made = [_picture(row, one, last + number) for number, one in enumerate(new, 1)]
    if made:
        record(by=by, action="directory.add_pictures", subject=row, files=[one.pk for one in made])
    return made


def _picture(organisation: Organisation, one: files.Picture, position: int) -> ProfileFile:
    return ProfileFile.objects.create(
        organisation=organisation, kind=Kind.PICTURE, position=position, name=files.keep(one.large, "jpg"),
        small_name=files.keep(one.small, "jpg"), width=one.width, height=one.height, size=len(one.large),
    )  # fmt: skip


@transaction.atomic
def set_brochure(*, organisation: Organisation, brochure: files.Brochure, by: User) -> ProfileFile:
    """The one before can be put back for a while."""
    row = _locked(organisation)
    row.files.filter(kind=Kind.BROCHURE, removed=None).update(removed=timezone.now())
    made = ProfileFile.objects.create(
        organisation=row, kind=Kind.BROCHURE, name=files.keep(brochure.data, "pdf"), pages=brochure.pages,
        size=len(brochure.data),
    )  # fmt: skip
    record(by=by, action="directory.set_brochure", subject=row, file=made.pk)
    return made


@transaction.atomic
def describe_picture(*, file: ProfileFile, words: Mapping[str, str], by: User) -> None:
    """What it shows, by language."""
    ProfileFile.objects.filter(pk=file.pk).update(words=dict(words))
    record(by=by, action="directory.describe_picture", subject=file.organisation, file=file.pk)


@transaction.atomic
def move_picture(*, file: ProfileFile, up: bool, by: User) -> None:
    """One place up or down; at the end of the row nothing happens."""
    row = _locked(file.organisation)
    order = list(row.files.filter(kind=Kind.PICTURE, removed=None))
    place = next((n for n, one in enumerate(order) if one.pk == file.pk), None)
    other = None if place is None else place + (-1 if up else 1)
    if place is None or other is None or not 0 <= other < len(order):
        return
    order[place], order[other] = order[other], order[place]
    for position, one in enumerate(order, 1):
        ProfileFile.objects.filter(pk=one.pk).update(position=position)
    record(by=by, action="directory.move_picture", subject=row, file=file.pk)


@transaction.atomic
def remove_file(*, file: ProfileFile, by: User) -> None:
    """Nobody sees it any more; after UNDO_DAYS it is gone."""
    if ProfileFile.objects.filter(pk=file.pk, removed=None).update(removed=timezone.now()):
        record(by=by, action="directory.remove_file", subject=file.organisation, file=file.pk)


@transaction.atomic
def restore_file(*, file: ProfileFile, by: User) -> None:
    row = _locked(file.organisation)
    found = row.files.filter(pk=file.pk).exclude(removed=None).first()
    if found is None:
        raise Refused(_("This can no longer be put back."))
    shown = row.files.filter(kind=found.kind, removed=None)
    if found.kind == Kind.BROCHURE:
        shown.update(removed=timezone.now())
    elif shown.count() >= MOST_PICTURES:
        raise Refused(_("There are at most %(count)s pictures. Remove one first.") % {"count": MOST_PICTURES})
    ProfileFile.objects.filter(pk=found.pk).update(removed=None)
    record(by=by, action="directory.restore_file", subject=row, file=found.pk)


def sweep_files() -> int:
    """Delete what was removed for UNDO_DAYS, and all files that belong to nothing any more; how many files."""
    before = timezone.now() - timedelta(days=UNDO_DAYS)
    ProfileFile.objects.filter(removed__lt=before).delete()
    Certificate.objects.filter(removed__lt=before).delete()
    return files.sweep(files.known_names())


def sweep_later() -> None:
    """After something was deleted with all that belongs to it."""
    enqueue_once(SWEEP)


# --- certificates


@transaction.atomic
def save_certificate(
    *, organisation: Organisation, values: Mapping[str, Any], by: User, certificate: Certificate | None = None
) -> Certificate:
    """Write CERTIFICATE_FIELDS of a new one, or of the one that there is."""
    row = certificate or Certificate(organisation=organisation)
    if certificate is None and organisation.certificates.filter(removed=None).count() >= MOST_CERTIFICATES:
        raise Refused(
            _("There are at most %(count)s certificates. Remove one first.") % {"count": MOST_CERTIFICATES}
        )  # fmt: skip
    changed = [name for name in CERTIFICATE_FIELDS if getattr(row, name) != values[name]]
    for name in changed:
        setattr(row, name, values[name])
    if "expires" in changed:
        # Who enters one that ends soon knows it.
        today = timezone.localdate()
        row.reminded = today if row.expires and row.expires <= today + REMIND_BEFORE else None
    row.save()
    record(by=by, action="directory.save_certificate", subject=organisation, certificate=row.pk, fields=changed)
    return row


@transaction.atomic
def remove_certificate(*, certificate: Certificate, by: User) -> None:
    if Certificate.objects.filter(pk=certificate.pk, removed=None).update(removed=timezone.now()):
        record(
            by=by, action="directory.remove_certificate", subject=certificate.organisation, certificate=certificate.pk
        )


@transaction.atomic
def restore_certificate(*, certificate: Certificate, by: User) -> None:
    if Certificate.objects.filter(pk=certificate.pk).exclude(removed=None).update(removed=None):
        record(
            by=by, action="directory.restore_certificate", subject=certificate.organisation, certificate=certificate.pk
        )
