"""The call for contributions, what becomes of what is submitted, files, and the page of a theme."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfWriter

from qiao.core import files
from qiao.core.errors import Refused
from qiao.core.models import Mail
from qiao.directory.actions import sweep_files
from qiao.events import actions
from qiao.events.contribution_models import Contribution, ContributionCall, EventFile
from qiao.events.session_models import EventSession, Speaker
from qiao.events.views import contributions
from tests.directory.opportunities import shown_opportunity
from tests.events.sessions import session

pytestmark = [pytest.mark.db, pytest.mark.django_db]
SLUG = "konferenz-2027"
FORM = {
    "kind": "exhibit", "names_de": "Faserlaser-Muster", "names_zh": "光纤激光样机", "abstracts_de": "Ein Schneidkopf zum Anfassen.",
    "language": "de", "agrees": "on",
}  # fmt: skip


def url(name: str, *args: object) -> str:
    return reverse(name, args=[SLUG, *args])


def read(client, address: str) -> str:
    return client.get(address).content.decode()


def pdf(pages: int = 1) -> SimpleUploadedFile:
    import io

    writer, out = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    writer.write(out)
    return SimpleUploadedFile("folien.pdf", out.getvalue(), "application/pdf")


@pytest.fixture
def call(world) -> ContributionCall:
    return actions.save_call(
        event=world.event, texts={"de": "Zeigen Sie, was Sie können."}, kinds=["lecture", "poster", "exhibit"],
        closes=timezone.now() + timedelta(days=3), by=world.organiser,
    )  # fmt: skip


def submitted(world, **fields) -> Contribution:
    values = {
        "kind": "lecture",
        "names": {"de": "Laser"},
        "abstracts": {"de": "Kurz."},
        "language": "de",
        "themes": world.themes,
    } | fields
    return actions.submit_contribution(participation=world.german, values=values, by=world.owner)


def test_from_the_call_to_an_exhibit_that_stays(world, sign_in) -> None:
    boss = sign_in(world.organiser)
    boss.post(
        url("contribution-call"),
        {"texts_de": "Zeigen Sie etwas.", "kinds": ["exhibit"], "day": "2099-01-01", "clock": "12:00"},
    )
    client = sign_in(world.owner)
    assert "Zeigen Sie etwas." in read(client, url("event"))
    refused = client.post(url("contribution-new"), FORM | {"agrees": "", "kind": "lecture"})
    assert refused.status_code == 400
    client.post(url("contribution-new"), FORM | {"themes": [world.themes[0].pk]})
    made = Contribution.objects.get()
    assert sign_in(world.stranger).get(url("contribution", made.key)).status_code == 404, "nobody has decided yet"
    boss = sign_in(world.organiser)
    assert "Faserlaser-Muster" in read(boss, url("contribution-desk"))
    boss.post(url("contribution-decide", made.key), {"decision": "accept", "reason": "Gern!", "stand": "Halle 2, A14"})
    mail = Mail.objects.get()
    assert (mail.user, "Gern!" in mail.body, "Halle 2, A14" in mail.body) == (world.owner, True, True)
    reader = sign_in(world.stranger)
    for page in (url("contribution", made.key), url("theme", world.themes[0].code), url("programme")):
        text = read(reader, page)
        assert "Faserlaser-Muster" in text, page
        assert "Gern!" not in text


def test_a_double_click_submits_once_and_ten_are_the_most(world, call, sign_in) -> None:
    client = sign_in(world.owner)
    pages = {client.post(url("contribution-new"), FORM)["Location"] for _ in range(2)}
    assert pages == {url("contribution", Contribution.objects.get().key)}
    for number in range(9):
        submitted(world, names={"de": f"Laser {number}"})
    with pytest.raises(Refused):
        submitted(world, names={"de": "Noch einer"})
    assert Contribution.objects.count() == 10


def test_a_long_list_has_pages_and_what_waits_comes_first(world, call, sign_in, monkeypatch) -> None:
    monkeypatch.setattr(contributions, "PER_PAGE", 2)
    for number in range(3):
        submitted(world, names={"de": f"Laser {number}"})
    actions.decline_contribution(contribution=Contribution.objects.first(), reason="Zu spät.", by=world.organiser)
    client = sign_in(world.organiser)
    for page, titles in ((1, {"Laser 1", "Laser 2"}), (2, {"Laser 0"})):
        text = read(client, f"{url('contribution-desk')}?page={page}")
        assert {f"Laser {number}" for number in range(3) if f"Laser {number}" in text} == titles
        assert "2 Beiträge warten" in text


def test_declining_needs_a_reason_which_the_author_reads(world, call, sign_in) -> None:
    made, boss = submitted(world), sign_in(world.organiser)
    assert boss.post(url("contribution-decide", made.key), {"decision": "decline"}).status_code == 400
    boss.post(url("contribution-decide", made.key), {"decision": "decline", "reason": "Leider zu spät."})
    assert "Leider zu spät." in Mail.objects.get().body
    assert "Leider zu spät." in read(sign_in(world.owner), url("contribution", made.key))


def test_an_accepted_lecture_becomes_a_draft_session_with_its_speaker(world, call, sign_in) -> None:
    made = submitted(world)
    response = sign_in(world.organiser).post(url("contribution-decide", made.key), {"decision": "accept"})
    lecture = EventSession.objects.get()
    assert response["Location"] == url("session-edit", lecture.key)
    assert (lecture.audience, lecture.languages, str(lecture.named_speakers[0])) == ("draft", ["de"], "Otto Owner")
    made.refresh_from_db()
    paper = actions.add_file(
        owner=made, file=files.Brochure(pdf().read(), 1), kind="paper", title="", by=world.owner
    )  # fmt: skip
    author = sign_in(world.owner)
    assert url("event-file", paper.key) in read(author, url("contribution", made.key))
    assert author.get(url("event-file", paper.key)).status_code == 200, "though its session is a draft"
    assert sign_in(world.stranger).get(url("event-file", paper.key)).status_code == 404
    with pytest.raises(Refused):
        actions.decline_contribution(contribution=made, reason="Doch nicht", by=world.organiser)
    with pytest.raises(Refused):
        actions.withdraw_contribution(contribution=made, by=world.owner)


def test_after_the_deadline_nothing_is_submitted_or_changed(world, call, sign_in) -> None:
    made = submitted(world)
    ContributionCall.objects.update(closes=timezone.now())
    with pytest.raises(Refused):
        submitted(world)
    client = sign_in(world.owner)
    assert client.get(url("contribution-edit", made.key)).status_code == 404
    assert client.get(url("contribution-new")).status_code == 404
    client.post(url("contribution-withdraw", made.key))
    made.refresh_from_db()
    assert made.state == "withdrawn"


def test_slides_are_read_safely_and_seen_with_their_session(world, sign_in, client) -> None:
    made = session(world, audience="public")
    boss = sign_in(world.organiser)
    boss.post(url("session-file-add", made.key), {"kind": "slides", "title": "Folien", "file": pdf(2)})
    file = EventFile.objects.get()
    assert (file.pages, str(file)) == (2, "Folien")
    wrong = boss.post(
        url("session-file-add", made.key),
        {"kind": "paper", "file": SimpleUploadedFile("x.pdf", b"GIF89a")},
        follow=True,
    )
    assert "kein PDF" in wrong.content.decode()
    empty = boss.post(url("session-file-add", made.key), {"kind": "paper"}, follow=True)
    assert "Wählen Sie zuerst eine PDF-Datei" in empty.content.decode()
    boss.logout()
    got = client.get(url("event-file", file.key))
    assert (got.status_code, got["Content-Security-Policy"]) == (200, "default-src 'none'; sandbox")
    EventSession.objects.update(audience="members")
    assert client.get(url("event-file", file.key)).status_code == 302, "to the sign-in page"
    member = sign_in(world.stranger)
    assert member.get(url("event-file", file.key)).status_code == 200
    assert member.post(url("event-file-remove", file.key)).status_code == 404
    boss = sign_in(world.organiser)
    boss.post(url("event-file-remove", file.key))
    assert boss.get(url("event-file", file.key)).status_code == 404
    boss.post(url("event-file-restore", file.key))
    assert boss.get(url("event-file", file.key)).status_code == 200


def test_files_of_events_are_kept_by_the_sweep_and_go_a_week_after_they_were_removed(world) -> None:
    brochure = files.Brochure(b"%PDF-", 1)
    kept, gone = (
        actions.add_file(owner=session(world), file=brochure, kind="paper", title="", by=world.organiser)
        for _ in range(2)
    )
    EventFile.objects.filter(pk=gone.pk).update(removed=timezone.now() - timedelta(days=8))
    assert actions.forget_files() == 1
    import os

    for one in (kept, gone):
        os.utime(files.path_of(one.name), (0, 0))
    sweep_files()
    assert [files.path_of(one.name).exists() for one in (kept, gone)] == [True, False]


@pytest.mark.parametrize(
    ("kind", "decided", "seen"),
    [("exhibit", "accept", 200), ("exhibit", "decline", 404), ("exhibit", "withdraw", 404), ("lecture", "accept", 404)],
)
def test_others_see_accepted_exhibits_only_and_keep_nothing_of_them(world, call, sign_in, kind, decided, seen) -> None:
    made = submitted(world, kind=kind)
    paper = actions.add_file(owner=made, file=files.Brochure(pdf().read(), 1), kind="paper", title="", by=world.owner)
    if decided == "withdraw":
        actions.withdraw_contribution(contribution=made, by=world.owner)
    else:
        act = actions.accept_contribution if decided == "accept" else actions.decline_contribution
        act(contribution=made, reason="So sei es.", by=world.organiser)
    reader, page = sign_in(world.stranger), url("contribution", made.key)
    assert [reader.get(one).status_code for one in (page, url("event-file", paper.key))] == [seen, seen]
    assert reader.post(page, {"kind": "paper", "file": pdf()}).status_code == 404
    assert reader.post(url("event-file-remove", paper.key)).status_code == 404
    client = sign_in(world.owner)
    assert client.get(page).status_code == 200
    client.post(page, {"kind": "slides", "file": pdf()})
    assert made.files.count() == (2 if decided == "accept" else 1), "what is declined or withdrawn stays as it is"


def test_the_page_of_a_theme_leads_to_nobody_who_is_not_shown(world, sign_in) -> None:
    firm, theme = world.german.organisation, world.themes[0]
    firm.themes.add(theme)
    hidden = shown_opportunity(firm, by=world.adviser, is_anonymous=True)
    reader, page = sign_in(world.stranger), url("theme", theme.code)
    text = read(reader, page)
    assert reverse("organisation", args=[firm.key]) in text
    assert reverse("opportunity", args=[hidden.public_key]) not in text
    type(hidden).objects.update(is_anonymous=False)
    assert reverse("opportunity", args=[hidden.public_key]) in read(reader, page)
    type(firm).objects.filter(pk=firm.pk).update(is_published=False)
    assert reverse("organisation", args=[firm.key]) not in read(reader, page)
    type(firm).objects.filter(pk=firm.pk).update(is_published=True)
    world.event.participations.filter(organisation=firm).update(state="withdrawn")
    assert reverse("organisation", args=[firm.key]) not in read(reader, page), "nobody of it takes part any more"


def test_six_files_are_the_most_also_when_one_is_put_back(world) -> None:
    made, brochure = session(world), files.Brochure(b"%PDF-", 1)
    add = partial(actions.add_file, owner=made, file=brochure, kind="paper", title="", by=world.organiser)
    first, *_others = [add() for _ in range(6)]
    with pytest.raises(Refused):
        add()
    actions.remove_event_file(file=first, by=world.organiser)
    add()
    with pytest.raises(Refused):
        actions.restore_event_file(file=first, by=world.organiser)


def test_speakers_keep_the_files_of_their_session_until_they_decline(world, sign_in) -> None:
    made = session(world)
    own = Speaker.objects.create(session=made, person=world.german.person)
    client, address = sign_in(world.owner), url("session-file-add", made.key)
    assert client.post(address, {"kind": "slides", "file": pdf()}).status_code == 302
    actions.answer_speaking(speaker=own, agrees=False, by=world.owner)
    assert client.post(address, {"kind": "slides", "file": pdf()}).status_code == 404
    assert made.files.count() == 1
