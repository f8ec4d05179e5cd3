"""From an empty database to an installation that can be used, by command line and pages."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from qiao.core.models import AuditEntry, Office, Role, User
from qiao.directory.models import Park, Side, Theme
from qiao.site.installation_queries import installation_page
from tests.world import user

pytestmark = [pytest.mark.pages, pytest.mark.django_db]
OFFICE = {
    "names_de": "Kontaktbüro Nord", "names_zh": "北方联络处", "slug": "nord", "city": "Rostock", "country": "DE",
    "time_zone": "Europe/Berlin", "email": "nord@example.org", "is_lead": "on", "reviews": "2", "stale_months": "12",
}  # fmt: skip


def new(kind: str) -> str:
    return reverse("master-new", args=[kind])


@pytest.fixture
def admin(db, client, capsys):
    """The first administrator, entered by the link that the command prints."""
    call_command("appoint_administrator", "anna@example.org", name="Anna Berg", language="de")
    link = re.search(r"/enter/\S+/", capsys.readouterr().out)
    assert link
    client.post(link[0])
    return client


def test_a_new_installation_is_led_step_by_step_until_it_can_be_used(admin) -> None:
    def step() -> str:
        return admin.get(reverse("home")).content.decode()

    assert "Beginnen Sie mit Ihrem Kontaktbüro" in step()
    assert admin.post(new("offices"), OFFICE).status_code == 302
    assert "Kontaktbüro Nord" in step(), "its name stands at the head of the page"
    office = Office.objects.get()
    for code, country, zone in (("north", "DE", "Europe/Berlin"), ("east", "CN", "Asia/Shanghai")):
        assert "mindestens zwei" in step()
        values = {"names_de": code, "code": code, "country": country, "time_zone": zone, "office": office.pk}
        admin.post(new("regions"), values)
    assert "Nennen Sie die Themen" in step()
    admin.post(new("themes"), {"names_de": "Hafenwirtschaft", "code": "ports", "position": "1"})
    assert "Benennen Sie, wer" in step()
    staff = {"name": "Ole Jensen", "email": "ole@example.org", "kind": "adviser", "office": office.pk, "language": "de"}
    admin.post(reverse("staff-appoint"), staff)
    assert "Nehmen Sie Organisationen auf" in step()
    adviser = Role.objects.get(kind="adviser")
    assert (adviser.user.email, adviser.scope_id) == ("ole@example.org", office.pk)
    assert not adviser.user.has_usable_password()
    assert installation_page().missing == "organisations"


def test_one_office_leads(world, sign_in) -> None:
    sign_in(world.admin).post(new("offices"), OFFICE)
    assert list(Office.objects.filter(is_lead=True).values_list("slug", flat=True)) == ["nord"]


def test_a_short_name_is_there_once(world, sign_in) -> None:
    values = {"names_de": "Noch eine", "code": "jinan", "country": "CN", "time_zone": "Asia/Shanghai"}
    page = sign_in(world.admin).post(new("regions"), values).content.decode()
    assert "Kurznamen gibt es schon" in page
    assert 'value="Noch eine"' in page
    assert Side.objects.count() == 2


def test_changing_and_removing(world, sign_in) -> None:
    client, theme = sign_in(world.admin), world.themes[0]
    address = reverse("master-edit", args=["themes", theme.pk])
    assert 'value="智能制造"' in client.get(address).content.decode()
    client.post(address, {"names_de": "Fertigung", "names_zh": "智能制造", "code": theme.code, "position": "2"})
    theme.refresh_from_db()
    assert theme.names == {"de": "Fertigung", "zh": "智能制造"}
    assert AuditEntry.objects.latest("pk").details == {"fields": ["names", "position"]}
    remove = reverse("master-remove", args=["themes", theme.pk])
    assert "arbeiten Organisationen" in client.post(remove, follow=True).content.decode()
    assert Theme.objects.filter(pk=theme.pk).exists()
    theme.organisations.clear()
    client.post(remove)
    assert not Theme.objects.filter(pk=theme.pk).exists()


def test_what_others_depend_on_stays(world, sign_in) -> None:
    client = sign_in(world.admin)
    for kind, row in (("offices", world.office), ("regions", world.saxony)):
        page = client.post(reverse("master-remove", args=[kind, row.pk]), follow=True).content.decode()
        assert "hängen davon ab" in page
        assert type(row).objects.filter(pk=row.pk).exists()
    park = Park.objects.create(code="p", names={"de": "Park"}, side=world.jinan)
    world.chinese.organisation.park = park
    world.chinese.organisation.save()
    page = client.post(reverse("master-remove", args=["parks", park.pk]), follow=True).content.decode()
    assert "sitzen Organisationen" in page


def test_an_unknown_kind_is_nothing(world, sign_in) -> None:
    assert sign_in(world.admin).get(new("people")).status_code == 404


def test_one_administrator_always_stays(world, sign_in) -> None:
    client = sign_in(world.admin)
    own = Role.objects.get(user=world.admin)
    page = client.post(reverse("staff-dismiss", args=[own.pk]), follow=True).content.decode()
    assert "braucht eine Administration" in page
    closed = user("Closed Carla")
    Role.objects.create(user=closed, kind="admin", scope="installation")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    client.post(reverse("staff-dismiss", args=[own.pk]))
    assert Role.objects.filter(pk=own.pk).exists(), "a closed account administers nothing"
    User.objects.filter(pk=closed.pk).update(is_active=True)
    client.post(reverse("staff-dismiss", args=[own.pk]))
    assert client.get(reverse("installation")).status_code == 404, "with the next request"


def test_an_adviser_belongs_to_an_office(world, sign_in) -> None:
    values = {"name": "A", "email": "a@example.org", "kind": "adviser", "office": "", "language": "de"}
    page = sign_in(world.admin).post(reverse("staff-appoint"), values).content.decode()
    assert "gehört zu einem Büro" in page
    assert not User.objects.filter(email="a@example.org").exists()


def test_the_command_refuses_what_is_no_address_and_closed_accounts(world) -> None:
    with pytest.raises(CommandError, match="no e-mail address"):
        call_command("appoint_administrator", "nonsense")
    User.objects.filter(pk=world.owner.pk).update(is_active=False)
    with pytest.raises(CommandError):
        call_command("appoint_administrator", world.owner.email)
    assert Role.objects.filter(kind="admin").count() == 1
