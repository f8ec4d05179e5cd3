"""Advice cases of the demo: twelve clients of both offices, some with overdue tasks, two closed, one handed over."""

from datetime import timedelta

from django.utils import timezone

from qiao.core.models import Office, User
from qiao.directory.models import Organisation
from qiao.office import actions
from qiao.office.case_models import AdviceCase, CaseTask
from qiao.office.case_queries import cooperations_of, introductions_of

CASES = (
    ("DE", "market", "CE-Kennzeichnung und Zulassung in China", "Anruf: Welche Prüfstelle ist zuständig? Unterlagen folgen.", 25),
    ("CN", "partners", "在德国寻找精密加工合作伙伴", "微信：我们需要三家候选企业，最好在萨克森州。", 40),
    ("DE", "funding", "Förderung für einen Messeauftritt in Jinan", "Die Frist endet im nächsten Quartal.", 20),
    ("CN", "visas", "赴德考察团签证", "共五人，计划停留八天。", 15),
    ("DE", "ip", "Marke in China anmelden", "Der Name ist in zwei Klassen frei.", 30),
    ("CN", "law", "合资协议的适用法律", "希望推荐熟悉中德业务的律师。", 35),
    ("DE", "partners", "Vertriebspartner für Messgeräte", "Zwei Gespräche auf der letzten Konferenz, beide offen.", 45),
    ("CN", "culture", "青少年乐团互访", "对方希望明年春季成行。", 20),
    ("DE", "law", "Liefervertrag auf Chinesisch prüfen", "Entwurf liegt vor, Rückfragen zu Gewährleistung.", 50),
    ("CN", "market", "医疗器械欧盟注册", "请提供公告机构名单。", 30),
    ("DE", "visas", "Einladungsschreiben für drei Techniker", "Montage im nächsten Monat.", 10),
    ("CN", "funding", "中德联合研发项目资助", "已发送两个项目指南。", 25),
)  # fmt: skip
LATE, CLOSED, HANDED_OVER = (1, 4), (8, 10), 5  # places in CASES


def advise(adviser: User) -> None:
    """Each client is one of those that have a cooperation or introduction already, so that both belong to the case."""
    offices = {office.country: office for office in Office.objects.all()}
    clients = {country: list(_clients(country)) for country in ("DE", "CN")}
    for number, (country, kind, topic, text, minutes) in enumerate(CASES):
        client = clients[country][number // 2 % len(clients[country])]
        made = actions.open_case(
            office=offices[country], kind=kind, topic=topic, organisation=client, text=text, minutes=minutes, by=adviser
        )
        actions.change_case(
            case=made, topic=topic, organisation=None, person=client.people.order_by("pk").first(),
            introductions=introductions_of(client)[:1], cooperations=cooperations_of(client)[:1], by=adviser,
        )  # fmt: skip
        _age(made, number)
        if number in CLOSED:
            actions.close_case(case=made, text="Erledigt, der Kunde ist zufrieden.", by=adviser)
        if number == HANDED_OVER:
            actions.hand_over(case=made, office=offices["DE"], text="请德方律师跟进。", by=adviser)


def _clients(country: str) -> list[Organisation]:
    rows = Organisation.objects.filter(country=country, is_published=True, stands_for=None, people__isnull=False)
    return list(rows.distinct().order_by("-pk")[:12])


def _age(made: AdviceCase, number: int) -> None:
    """Opened some weeks ago; of some the tasks are overdue."""
    first = min(made.tasks.values_list("pk", flat=True))
    made.tasks.filter(pk=first).update(done=timezone.now())
    AdviceCase.objects.filter(pk=made.pk).update(opened=timezone.localdate() - timedelta(days=7 * number + 3))
    made.entries.update(day=timezone.localdate() - timedelta(days=7 * number + 3))
    if number in LATE:
        CaseTask.objects.filter(case=made, done=None).update(due=timezone.localdate() - timedelta(days=5))
