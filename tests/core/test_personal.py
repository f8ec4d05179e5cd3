"""The register of personal data knows every field of every model."""

import pytest
from django.apps import apps
from django.utils import translation

from qiao.core import personal, personal_models
from qiao.core.actions import queue_mail
from qiao.core.models import Office, Role
from qiao.core.stored import stored_about

MODELS = {model.__name__: model for model in apps.get_models()}


def test_every_model_is_called_personal_or_not() -> None:
    known = set(personal_models.PATHS) | personal_models.IMPERSONAL_MODELS
    assert set(MODELS) == known, "say in core/personal.py whether a row of the new model is about a person"
    assert not set(personal_models.PATHS) & personal_models.IMPERSONAL_MODELS


@pytest.mark.parametrize("name", personal_models.PATHS)
def test_every_field_of_a_personal_model_is_declared_or_not_personal(name: str) -> None:
    meta = MODELS[name]._meta
    fields = {field.name for field in [*meta.fields, *meta.many_to_many]}
    declared = {field for model, field in personal.REGISTER if model == name}
    exempt = set(personal_models.NOT_PERSONAL[name].split())
    assert not declared & exempt
    assert fields == declared | exempt, "declare the field in core/personal.py with purpose, visibility and retention"


def test_sensitive_data_is_never_open_to_partners() -> None:
    sensitive = [entry for entry in personal.REGISTER.values() if entry.sensitive]
    assert [entry.field for entry in sensitive] == ["needs", "sealed", "sealed"]
    assert all(entry.visibility in {"self", "office", "entrusted"} for entry in sensitive)


@pytest.mark.db
def test_what_is_stored_about_somebody_is_theirs_alone(world) -> None:
    for who in (world.owner, world.stranger):
        queue_mail(user=who, address=who.email, kind="test", subject=f"für {who.name}", body="", language="de")
    with translation.override("de"):
        stored = list(stored_about(world.owner))
    values = {(one.declaration.model, one.declaration.field): one.values for one in stored}
    assert values["User", "email"] == [world.owner.email]
    assert values["Person", "name"] == ["Otto Owner"]
    assert values["Mail", "subject"] == ["für Owner Otto"]
    assert "Stranger" not in str(values)


@pytest.mark.db
def test_a_password_is_never_shown(world) -> None:
    world.owner.set_password("correct horse battery")
    world.owner.save()
    stored = {one.declaration.field: one.values for one in stored_about(world.owner)}
    assert len(stored["password"]) == 1
    assert "$" not in str(stored["password"][0])


@pytest.mark.db
@pytest.mark.parametrize("rows", [1, 3])
def test_more_rows_cost_no_more_queries(world, django_assert_num_queries, rows: int) -> None:
    for number in range(rows):
        queue_mail(user=world.owner, address="a@example.org", kind="test", subject=str(number), body="", language="de")
        office = Office.objects.create(slug=f"office-{number}", names={"de": "Büro"}, city="Jinan", country="CN")
        Role.objects.create(user=world.owner, kind="adviser", scope="office", scope_id=office.pk)
    with django_assert_num_queries(
        len(personal_models.PATHS) + 2
    ):  # the names of all the offices, and the kinds of participants
        list(stored_about(world.owner))
