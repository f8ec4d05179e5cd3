"""Sessions as tests need them."""

from datetime import timedelta
from typing import Any

from qiao.events.session_models import EventSession, Room
from tests.world import START, World


def session(
    world: World, title: str = "Laser in der Praxis", *, at: int = 0, minutes: int = 60, **fields: Any
) -> EventSession:
    """Shown to members, `at` minutes after the world's first slot begins, with places to reserve."""
    starts = START + timedelta(minutes=at)
    fields = {"audience": "members", "takes_reservations": True, "languages": ["de"], "interpreted": ["zh"]} | fields
    return EventSession.objects.create(
        event=world.event, names={"de": title}, starts=starts, ends=starts + timedelta(minutes=minutes), **fields
    )


def room(world: World, name: str = "Saal A", seats: int | None = None) -> Room:
    return Room.objects.create(event=world.event, names={"de": name, "zh": f"{name}厅"}, seats=seats)
