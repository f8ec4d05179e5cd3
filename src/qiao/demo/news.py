"""News of the demo in three languages, what came of last year's edition, and in the phase `after` a whole year of the office."""

import io
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import cycle
from random import Random
from typing import Any

from django.utils import timezone

from qiao.core.files import Picture
from qiao.core.models import Office, Role, User
from qiao.demo.cast import data_of
from qiao.demo.stage import ELBE
from qiao.directory.models import Organisation
from qiao.events.models import Event
from qiao.office import actions
from qiao.office.case_models import AdviceCase, CaseEntry
from qiao.office.introduction_models import Introduction, IntroductionStep
from qiao.office.news_models import Article

PAPER, INK, TEAL = (251, 250, 247), (28, 32, 36), (15, 107, 102)
THANKS = {
    "de": "Danke allen, die dabei waren, und allen, die seitdem drangeblieben sind.",
    "zh": "感谢所有参会者，也感谢会后持续跟进的各位。",
    "en": "Thank you to everybody who was there, and to all who have kept at it since.",
}


def report_news(adviser: User, organiser: User, before: Event, event: Event) -> None:
    """What lies ahead of today is left out, except for one article that is scheduled."""
    office = Office.objects.get(slug=ELBE)
    days = {"before": before.ends, "event": event.starts, "today": timezone.localdate()}
    events = {"before": before, "event": event, "": None}
    for number, one in enumerate(data_of("news")["articles"]):
        base, after = one["when"]
        moment = timezone.make_aware(datetime.combine(days[base] + timedelta(days=after), time(8)))
        if base != "today" and moment > timezone.now():
            continue
        values = {name: one.get(name, {}) for name in ("titles", "leads", "bodies")} | {
            "captions": one.get("caption", {}), "alternatives": one["picture"] or {}, "contact": adviser, "publish_at": moment,
            "event": events[one["event"]], "delegation": event.delegations.first() if one["delegation"] else None,
        }  # fmt: skip
        picture = drawing(number) if one["picture"] else None
        made = actions.save_article(office=office, values=values, picture=picture, by=adviser)
        if one["state"] == "published":
            actions.publish_article(article=made, by=adviser)
            Article.objects.filter(pk=made.pk).update(changed=min(moment, timezone.now()))
    actions.save_first_time(event=event, texts={}, public=True, by=organiser)
    actions.save_outcome(event=before, words=THANKS, public=True, by=organiser)


def drawing(number: int) -> Picture:
    """A bridge with some arches, no two alike; nobody's photograph."""
    from PIL import Image, ImageDraw

    wide, high = 1200, 520
    picture = Image.new("RGB", (wide, high), PAPER)
    pen = ImageDraw.Draw(picture)
    arches = 1 + number % 3
    span = (wide - 200) // arches
    for arch in range(arches):
        left = 100 + arch * span
        pen.arc((left, 140, left + span, 620), 180, 360, fill=TEAL, width=10)
        for post in range(1, 8):
            pen.line((left + span * post // 8, 380, left + span * post // 8, 400), fill=INK, width=3)
    pen.line((0, 380, wide, 380), fill=INK, width=6)
    for step in range(4):
        pen.line((120 + 40 * step, 430 + 22 * step, wide - 120 - 40 * step, 430 + 22 * step), fill=TEAL, width=2)
    return Picture(_jpeg(picture), _jpeg(picture.resize((480, 208))), wide, high)


def _jpeg(picture: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def hand_in_one(adviser: User) -> None:
    """A second adviser wrote the article that waits, so that the first one may approve it."""
    colleague = User.objects.create(name="Jana Petzold", email="jana.petzold@example.org", language="de")
    for office in Office.objects.all():
        Role.objects.create(user=colleague, kind=Role.Kind.ADVISER, scope=Role.Scope.OFFICE, scope_id=office.pk)
    waiting = Article.objects.get(state=Article.State.DRAFT)
    Article.objects.filter(pk=waiting.pk).update(written_by=colleague)
    actions.submit_article(article=waiting, by=colleague)


# --- a year of work, for the report

TOPICS = {
    "DE": {
        "market": "Marktstudie für Shandong", "partners": "Zulieferer für Gussteile", "funding": "Zuschuss für Erstkontakte",
        "law": "Geheimhaltung vor dem ersten Muster", "visas": "Visa für die Montage", "ip": "Patentrecherche in China",
        "culture": "Austausch zweier Hochschulen", "other": "Zollfragen bei Mustern",
    },
    "CN": {
        "market": "进入德国市场的第一步", "partners": "寻找萨克森州研发伙伴", "funding": "出海展会补贴",
        "law": "德国子公司设立", "visas": "技术人员短期签证", "ip": "欧洲专利布局",
        "culture": "艺术院校交流", "other": "样品清关",
    },
}  # fmt: skip
MINUTES = (15, 20, 30, 45, 60)
OLD_CASES, OLD_INTRODUCTIONS = 24, 10
ENDED = ("agreed", "declined", "agreed", "rejected", "withdrawn", "agreed", "declined", "agreed", "agreed", "declined")


def fill_the_year(adviser: User, random: Random) -> None:
    """Closed cases and introductions that are over, spread over the twelve months before today: written at once."""
    firms = {country: _firms(country) for country in TOPICS}
    _old_cases(adviser, firms, random)
    _old_introductions(adviser, firms, random)


def _firms(country: str) -> list[Organisation]:
    """Others than those with which visitors of the demo begin, where there are so many."""
    rows = Organisation.objects.filter(country=country, is_published=True, stands_for=None, people__isnull=False)
    found = list(rows.distinct().order_by("pk").select_related("side__office")[:60])
    return found[20:] or found


def _old_cases(adviser: User, firms: dict[str, list[Organisation]], random: Random) -> None:
    offices = {office.country: office for office in Office.objects.all()}
    today, cases, entries = timezone.localdate(), [], []
    for number, (country, kind) in zip(range(OLD_CASES), _kinds(), strict=False):
        opened = today - timedelta(days=30 + number * 13)
        ended = opened + timedelta(days=random.randint(10, 28))
        case = AdviceCase(
            office=offices[country], adviser=adviser, organisation=firms[country][number % len(firms[country])], kind=kind,
            topic=TOPICS[country][kind], opened=opened, closed=ended, changed=timezone.now() - (today - ended),
        )  # fmt: skip
        cases.append(case)
        for day in (opened, opened + timedelta(days=5), ended):
            closing = CaseEntry.Kind.CLOSED if day == ended else CaseEntry.Kind.CALL
            minutes = random.choice(MINUTES)
            entries.append(CaseEntry(case=case, kind=closing, minutes=minutes, day=day, office=case.office, by=adviser))
    AdviceCase.objects.bulk_create(cases)
    CaseEntry.objects.bulk_create(entries)


def _kinds() -> Iterator[tuple[str, str]]:
    for country, kind in zip(cycle(TOPICS), cycle(TOPICS["DE"]), strict=False):
        yield country, kind
        yield ("CN" if country == "DE" else "DE"), kind


def _old_introductions(adviser: User, firms: dict[str, list[Organisation]], random: Random) -> None:
    made, steps, now = [], [], timezone.now()
    for number, state in zip(range(OLD_INTRODUCTIONS), ENDED, strict=True):
        one, other = (
            firms[country][place % len(firms[country])] for country, place in (("DE", number), ("CN", -1 - number))
        )
        began = now - timedelta(days=40 + number * 30)
        ended = began + timedelta(days=random.randint(4, 20))
        agreed = ended if state == "agreed" else None
        row = Introduction(
            origin="proposal", state=state, one=one, other=other, one_office=one.side.office, other_office=other.side.office,
            forwarded=began, one_agreed=agreed, other_agreed=agreed, changed=ended,
        )  # fmt: skip
        made.append(row)
        steps.append(IntroductionStep(introduction=row, kind="proposed", office=one.side.office, by=adviser, at=began))
        steps.append(IntroductionStep(introduction=row, kind=state, organisation=other, at=ended))
    Introduction.objects.bulk_create(made)
    IntroductionStep.objects.bulk_create(steps)
    for row, step in zip(made, steps[::2], strict=True):
        row.created = step.at  # the database took today
    Introduction.objects.bulk_update(made, ["created"])
