"""What each kind of person does on the way to the published agenda, in their own language. Each step asserts what they see."""

import re
from datetime import timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from icalendar import Calendar
from playwright.sync_api import expect

from tests.journeys.office import Office, wait_for
from tests.journeys.visits import Visit

BERLIN, JINAN = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
HAN = re.compile(r"[\u4e00-\u9fff]")
CODE = re.compile(r"^[A-Z0-9-]{6,}$", re.MULTILINE)


# The adviser, in German


def issue_link(adviser: Visit, address: str) -> str:
    """The personal link of whoever has this address; it is shown once, with a QR code."""
    adviser.go(f"/people/?q={address}", "people")
    adviser.follow("Persönlicher Link", adviser.page.locator("tbody"))
    adviser.look("before-the-link")
    adviser.press("Neuen Link ausstellen")
    link = adviser.page.locator("main a[href*='/enter/']")
    expect(link).to_be_visible()
    assert adviser.page.locator("figure svg").count() == 1
    adviser.look("link")
    return link.inner_text()


# Participants, in Chinese and in German

WORDS = {
    "zh": {
        "gladly": "愿意洽谈", "no": "不考虑", "seek": "您寻求", "offer": "您提供", "received": "收到的申请",
        "agreed": "已约定的洽谈", "sent": "发出的申请", "closed": "已结束", "accept": "接受", "decline": "婉拒",
        "ask": "申请洽谈", "withdraw": "撤回", "partners": "推荐合作伙伴", "requests": "洽谈申请",
        "talk": "场洽谈。", "agenda": "我的日程", "ics": "日历文件", "pdf": "打印（PDF）", "table": "号桌",
        "interpreter": "口译员", "cities": ("济南", "德累斯顿"),
    },
    "de": {
        "gladly": "Gern treffen", "no": "Nicht für mich", "seek": "Sie suchen", "offer": "Sie bieten",
        "received": "Erhalten", "agreed": "Vereinbarte Gespräche", "sent": "Gesendet", "closed": "Abgeschlossen",
        "accept": "annehmen", "decline": "ablehnen", "ask": "Um ein Gespräch bitten", "withdraw": "zurückziehen",
        "partners": "Vorgeschlagene Partner", "requests": "Anfragen", "talk": "Gespräche.", "agenda": "Mein Terminplan",
        "ics": "Kalenderdatei", "pdf": "Drucken (PDF)", "table": "Tisch ", "interpreter": "Dolmetscher/in",
        "cities": ("Jinan", "Dresden"),
    },
}  # fmt: skip


def enter_by_link(visitor: Visit, link: str) -> None:
    """Opening the link signs nobody in, as messengers open links too: the button does."""
    visitor.go(link, "link")
    visitor.page.locator("main form button").click()
    visitor.page.wait_for_url("**/")
    visitor.look("home")


def enter_by_code(visitor: Visit, office: Office, address: str) -> None:
    """With a code from the mailbox."""
    visitor.go("/account/login/", "sign-in")
    visitor.page.locator("form[action$='/login/code/'] input[type=email]").fill(address)
    visitor.press("Code zusenden")
    code = wait_for(lambda: [found[0] for mail in office.mails(address) if (found := CODE.search(body(mail)))])[-1]
    visitor.look("code")
    visitor.page.get_by_label("Code").fill(code)
    visitor.press("Anmelden", visitor.page.locator("main"))
    visitor.page.wait_for_url("**/")
    visitor.look("home")


def choose(visitor: Visit, event: str, language: str) -> str:
    """Three cards at first sight, each with two voices and a fit in words; gladly for one, no for the next.

    The Latin name on the third card is handed back: a partner about whom nothing was said.
    """
    words, page = WORDS[language], visitor.page
    visitor.go(f"/events/{event}/partners/", "partners")
    visitor.title(words["partners"])
    expect(page.locator(".card")).to_have_count(3)
    for card in page.locator(".card").all():
        assert card.locator(".voices .mine, .voices .theirs").count() == 2
        assert words["seek"] in card.inner_text() or words["offer"] in card.inner_text()
        assert card.locator(".badge").first.inner_text()
        if language == "zh":
            assert all(HAN.search(text) for text in card.locator(".voices p[lang]").all_inner_texts())
    first, second = (page.locator(".card").nth(n).get_attribute("id") for n in (0, 1))
    third = HAN.split(page.locator(".card").nth(2).locator("h2").inner_text())[0].strip()
    visitor.press(words["gladly"], page.locator(f"#{first}"))
    expect(page.locator(f"#{first} button[aria-pressed=true]")).to_contain_text(words["gladly"])
    visitor.press(words["no"], page.locator(f"#{second}"))
    expect(visitor.section(words["no"]).locator(f"#{second}")).to_be_visible()
    visitor.look("partners-chosen")
    return third


def ask(visitor: Visit, event: str, language: str, partner: str, message: str) -> None:
    """Ask a partner for a talk: found among all participants by a part of the name."""
    words, page = WORDS[language], visitor.page
    visitor.go(f"/events/{event}/partners/search/?q={partner}", "search")
    visitor.follow(partner, page.locator("main .rows"))
    visitor.look("partner")
    page.locator("#ask textarea").fill(message)
    visitor.press(words["ask"], page.locator("#ask"))
    visitor.title(words["requests"])
    expect(visitor.section(words["sent"]).locator("blockquote").filter(has_text=message)).to_have_count(1)


def answer(visitor: Visit, event: str, language: str, what: str, message: str = "") -> None:
    """Accept or decline the first request received, or the one with this message; withdraw the first one sent."""
    words, page = WORDS[language], visitor.page
    visitor.go(f"/events/{event}/requests/", f"requests-{what}")
    source = visitor.section(words["sent" if what == "withdraw" else "received"])
    target = visitor.section(words["agreed" if what == "accept" else "closed"])
    row = source.locator(".rows > li").filter(has_text=message).first
    key = row.get_attribute("id")
    row.get_by_role("button", name=words[what]).click()
    expect(target.locator(f"[id='{key}']")).to_be_visible()
    assert page.url.endswith(f"#{key}")


def read_agenda(visitor: Visit, event: str, language: str) -> Calendar:
    """The agenda on the page, as calendar and on paper say the same; each talk has both local times."""
    words, page = WORDS[language], visitor.page
    visitor.go(f"/events/{event}/agenda/", "agenda")
    visitor.title(words["agenda"])
    talks = page.locator(".day > li[id^='talk-']")  # sessions stand among them
    assert talks.count() > 0
    for text in talks.all_inner_texts():
        assert words["table"] in text
        assert all(city in text for city in words["cities"])
    calendar = visitor.calendar(words["ics"])
    shown = [time.get_attribute("datetime") for time in page.locator(".day time").all()]
    assert sorted(one["dtstart"].dt.isoformat() for one in calendar.events) == sorted(shown)
    assert all(one["dtstart"].dt.utcoffset() == timedelta(hours=8) for one in calendar.events)
    paper = visitor.paper(words["pdf"])
    assert words["agenda"] in paper
    assert all(f"{one['dtstart'].dt:%H:%M}" in paper for one in calendar.events)
    assert all(f"{one['dtstart'].dt.astimezone(BERLIN):%H:%M}" in paper for one in calendar.events)
    return calendar


# The organiser, in German


def calculate(organiser: Visit, event: str, seconds: int) -> None:
    """Start a run and watch it live until its result stands there in sentences."""
    page = organiser.page
    organiser.go(f"/events/{event}/desk/", "desk")
    page.locator("select[name=limit]").select_option(str(seconds))
    organiser.press("Berechnen")
    page.wait_for_url("**/runs/*/")
    expect(page.locator("#live")).to_be_visible()
    organiser.look("live")
    expect(page.locator("#live")).to_have_count(0, timeout=90_000)  # the page renews itself
    result = page.locator(".lede").inner_text()
    assert re.match(r"(Alle \d+ Wünsche|\d+ von \d+ Wünschen)", result), result
    assert "Keine Überschneidungen." in result
    organiser.look("result")


def read_unmet(organiser: Visit) -> None:
    """Each unmet wish names both sides and its reason; their number is the one that the result implies."""
    result = organiser.page.locator(".lede").inner_text()
    way = organiser.page.get_by_role("link", name="Nicht erfüllte Wünsche")
    held = re.match(r"(\d+) von (\d+)", result)
    if held is None:  # all are met: there is no list to lead to
        assert way.count() == 0
        return
    way.click()
    organiser.title("Nicht erfüllte Wünsche")
    organiser.look("unmet")
    rows = organiser.page.locator("main .rows > li")
    assert rows.count() == int(held[2]) - int(held[1])
    for text in rows.all_inner_texts():
        assert len(text.split("\n")) >= 3, text
    organiser.page.go_back()


def publish(organiser: Visit) -> int:
    """Publish the run that is shown; how many people the page says are told."""
    page = organiser.page
    organiser.follow("Veröffentlichen")
    organiser.look("publish")
    told = int(re.search(r"(\d+) Person(?:en)? (?:wird|werden)", page.locator("main").inner_text())[1])
    organiser.press("Veröffentlichen und benachrichtigen")
    organiser.title("Gesprächsplan")
    organiser.look("schedule")
    return told


def talks_by_interpreter(organiser: Visit, event: str) -> dict[str, int]:
    """The rota as the organiser's schedule knows it: the load of each interpreter, by name in both scripts."""
    organiser.page.goto(f"/events/{event}/schedule/")
    rows = organiser.page.locator("main > section").last.locator("tbody tr").all()
    return {row.locator("th").inner_text(): int(row.locator("td").first.inner_text()) for row in rows}


# Interpreter and head of the delegation


def read_rota(interpreter: Visit, event: str, others: str) -> int:
    """The own rota and nothing else; how many talks it holds. `others`: an address that is not for interpreters."""
    page = interpreter.page
    interpreter.go("/", "home")
    interpreter.go(f"/events/{event}/rota/", "rota")
    interpreter.title("我的口译安排")
    entries = page.locator(".day > li")
    for text in entries.all_inner_texts():
        assert "号桌" in text
        assert "济南" in text
    calendar = interpreter.calendar("日历文件")
    assert len(calendar.events) == entries.count()
    for path in (
        others,
        f"/events/{event}/desk/",
        f"/events/{event}/schedule/",
        f"/events/{event}/agenda/",
        "/people/",
    ):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 404, path
    return len(calendar.events)


def read_side_by_side(leader: Visit) -> None:
    leader.follow("Mitglieder und Programm")
    leader.look("delegation")
    leader.follow("Alle Terminpläne")
    leader.title("Terminpläne der Delegation")
    leader.look("agendas")
    members = int(re.search(r"(\d+) Mitglieder", leader.page.locator(".lede").inner_text())[1])
    assert leader.page.locator("thead th").count() == members + 1
    assert leader.page.locator("tbody td:has-text('Tisch')").count() > members


# Mails


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def letters(office: Office, count: int) -> dict[str, EmailMessage]:
    """The mails about agendas and rotas, address -> mail: `count` of them, none for the same person twice."""
    wait_for(lambda: len(_with_calendar(office)) >= count)
    found = _with_calendar(office)
    assert len(found) == count
    by_address = {str(mail["To"]): mail for mail in found}
    assert len(by_address) == count
    return by_address


def _with_calendar(office: Office) -> list[EmailMessage]:
    return [mail for mail in office.mails() if any(part.get_content_type() == "text/calendar" for part in mail.walk())]


def attached(mail: EmailMessage, kind: str) -> bytes:
    return next(bytes(part.get_payload(decode=True)) for part in mail.walk() if part.get_content_type() == kind)
