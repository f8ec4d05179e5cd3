"""Foreign keys point only to the same stage or an earlier one, and what serves pages loads no solver."""

import subprocess
import sys

from django.apps import apps
from django.db import models

STAGES = ["core", "directory", "events", "matchmaking", "meetings", "office", "site"]


def stage(model: type[models.Model]) -> int:
    return STAGES.index(model.__module__.split(".")[1])


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("qiao.")]


def test_the_walk_sees_the_models() -> None:
    names = {model.__name__ for model in own_models()}
    assert {"User", "Person", "Participation", "Request", "Seat"} <= names


def test_relations_point_leftwards() -> None:
    wrong = [
        f"{model.__module__}.{model.__name__}.{field.name} -> {field.related_model.__name__}"
        for model in own_models()
        for field in [*model._meta.fields, *model._meta.many_to_many]
        if field.related_model
        and field.related_model.__module__.startswith("qiao.")
        and stage(field.related_model) > stage(model)
    ]
    assert wrong == []


def test_every_model_lies_in_a_stage_and_one_of_its_models_files() -> None:
    for model in own_models():
        package, stage_name, room = model.__module__.split(".")
        assert package == "qiao"
        assert room == "models" or room.endswith("_models"), model
        assert stage_name in STAGES


def test_what_serves_pages_loads_no_solver() -> None:
    """They are some 200 MB in each process and a second of its start."""
    code = "import django; django.setup(); import sys, qiao.urls; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "qiao.meetings.views" in loaded
    assert not {"apprise", "requests", "numba", "openpyxl", "ortools", "pandas", "pypinyin", "scipy"} & set(loaded)
