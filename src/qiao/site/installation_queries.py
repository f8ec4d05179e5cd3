"""What an installation says of itself: what it stands on, its imprint and its privacy page."""

from collections.abc import Mapping
from dataclasses import dataclass

from qiao.core.alphabet import alphabetical
from qiao.core.context import lead_office
from qiao.core.languages import pick_language
from qiao.core.models import Office, Role
from qiao.core.personal import HEADINGS, REGISTER, Declaration
from qiao.directory.embedder_status import EmbedderStatus, embedder_status
from qiao.directory.models import Organisation, Park, Side, Theme
from qiao.directory.purposes import PURPOSES, Purpose, wording
from qiao.events.models import Event


@dataclass(frozen=True)
class Staff:
    """Somebody with a role in the office."""

    role: Role
    office: Office | None  # None: administrators


@dataclass(frozen=True)
class InstallationPage:
    """What an installation stands on. In the order in which a new one is set up."""

    offices: list[Office]
    regions: list[Side]
    themes: list[Theme]
    parks: list[Park]
    staff: list[Staff]
    organisations: int
    events: int
    embedder: EmbedderStatus

    @property
    def missing(self) -> str:
        """What has to be done next, as a code; empty when the installation can be used."""
        steps = {
            "offices": bool(self.offices), "regions": len(self.regions) > 1, "themes": bool(self.themes),
            "staff": any(one.office for one in self.staff), "organisations": bool(self.organisations),
            "events": bool(self.events),
        }  # fmt: skip
        return next((step for step, done in steps.items() if not done), "")


def installation_page() -> InstallationPage:
    offices = {office.pk: office for office in Office.objects.all()}
    roles = Role.objects.filter(kind__in=(Role.Kind.ADVISER, Role.Kind.ADMIN), user__is_active=True)
    return InstallationPage(
        offices=list(offices.values()),
        regions=list(Side.objects.select_related("office").order_by("pk")),
        themes=list(Theme.objects.all()),
        parks=sorted(Park.objects.select_related("side"), key=lambda park: (park.side_id, alphabetical(str(park)))),
        staff=[
            Staff(role, offices.get(role.scope_id) if role.kind == Role.Kind.ADVISER else None)
            for role in sorted(roles.select_related("user"), key=lambda role: (role.kind, alphabetical(role.user.name)))
        ],
        organisations=Organisation.objects.count(),
        events=Event.objects.count(),
        embedder=embedder_status(),
    )


@dataclass(frozen=True)
class OfficeText:
    """What an office wrote, in the language that suits the reader best."""

    text: str
    lang: str  # as an attribute of HTML


def _office_text(texts: Mapping[str, str]) -> OfficeText | None:
    code = pick_language([code for code, text in texts.items() if text])
    return OfficeText(texts[code], "zh-Hans" if code == "zh" else code) if code else None


def imprint_text() -> OfficeText | None:
    """The leading office's imprint; None where it wrote none."""
    lead = lead_office()
    return _office_text(lead.imprint) if lead else None


@dataclass(frozen=True)
class PrivacyPage:
    """What the leading office wrote, and what the product itself knows: nobody has to write that down."""

    text: OfficeText | None
    offices: list[Office]
    consents: list[tuple[Purpose, str]]  # with the wording that people agree to
    register: list[tuple[str, list[Declaration]]]  # personal data under their headings


def privacy_page() -> PrivacyPage:
    offices = list(Office.objects.all())
    register: dict[str, list[Declaration]] = {}
    for one in REGISTER.values():
        register.setdefault(str(HEADINGS[one.model]), []).append(one)
    return PrivacyPage(
        text=_office_text(offices[0].privacy) if offices else None,
        offices=offices,
        consents=[(purpose, wording(purpose)) for purpose in PURPOSES.values()],
        register=list(register.items()),
    )
