"""Changing the key under which things are sealed."""

from django.apps import apps
from django.db import models, transaction

from qiao.core.sealing import SealedError, reseal


@transaction.atomic
def reseal_all() -> tuple[int, int]:
    """Every field `sealed` of every model under the newest key: (how many, how many that no key opens)."""
    fields = {model: [field.name for field in model._meta.fields] for model in apps.get_models()}
    found = [_reseal(model) for model, names in fields.items() if "sealed" in names]
    return sum(done for done, _lost in found), sum(lost for _done, lost in found)


def _reseal(model: type[models.Model]) -> tuple[int, int]:
    done = lost = 0
    for pk, sealed in model._default_manager.select_for_update().exclude(sealed="").values_list("pk", "sealed"):
        try:
            model._default_manager.filter(pk=pk).update(sealed=reseal(sealed))
        except SealedError:
            lost += 1
            continue
        done += 1
    return done, lost
