"""Pictures, brochure and certificates as readers see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core.languages import html_tag, pick_language
from qiao.directory.models import Organisation
from qiao.directory.showing_models import Certificate, ProfileFile

MOST_PICTURES = 6
UNDO_DAYS = 7
Kind = ProfileFile.Kind


@dataclass(frozen=True)
class PictureView:
    """number: its place, from 1. words: what it shows, in the best language for the reader; lang: of these words."""

    file: ProfileFile
    number: int
    words: str
    lang: str

    @property
    def alternative(self) -> str:
        return self.words or _("Picture %(number)s") % {"number": self.number}


@dataclass(frozen=True)
class Showing:
    """What an organisation shows. The last three are for its people and the office, empty for others."""

    organisation: Organisation
    pictures: Sequence[PictureView]
    brochure: ProfileFile | None
    certificates: Sequence[Certificate]
    removed_files: Sequence[PictureView] = ()
    removed_certificates: Sequence[Certificate] = ()

    @property
    def room(self) -> int:
        """How many more pictures fit."""
        return max(0, MOST_PICTURES - len(self.pictures))

    @property
    def has_removed(self) -> bool:
        return bool(self.removed_files or self.removed_certificates)


def showing(organisation: Organisation, *, own: bool = False) -> Showing:
    """Two queries. own: read by its people or the office, who see what expired long ago and what can be put back."""
    still = Q(removed=None) | Q(removed__gt=timezone.now() - timedelta(days=UNDO_DAYS))
    wanted = still if own else Q(removed=None)
    files, certificates = list(organisation.files.filter(wanted)), list(organisation.certificates.filter(wanted))
    shown = [one for one in files if one.removed is None]
    brochures = [one for one in shown if one.kind == Kind.BROCHURE]
    return Showing(
        organisation,
        [_view(one, n) for n, one in enumerate((one for one in shown if one.kind == Kind.PICTURE), 1)],
        max(brochures, key=lambda one: one.pk, default=None),  # after a merge there may be two: the later one
        [one for one in certificates if one.removed is None and (own or not one.is_hidden)],
        [_view(one, 0) for one in files if one.removed is not None],
        [one for one in certificates if one.removed is not None],
    )


def _view(file: ProfileFile, number: int) -> PictureView:
    words = {language: text for language, text in file.words.items() if text}
    language = pick_language(words)
    return PictureView(file, number, words.get(language or "", ""), html_tag(language or ""))
