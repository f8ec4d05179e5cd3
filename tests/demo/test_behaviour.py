"""What the demo's people write to each other."""

from types import SimpleNamespace

from qiao.demo.behaviour import CLOSE, GREETINGS, greeting


def someone(pk: int, *languages: str) -> SimpleNamespace:
    return SimpleNamespace(pk=pk, person=SimpleNamespace(languages=languages))


def test_messages_follow_the_fit_and_differ_from_partner_to_partner() -> None:
    guest = someone(1, "de", "en")
    close = {greeting(guest, someone(pk, "zh", "en"), CLOSE) for pk in range(6)}
    others = {greeting(guest, someone(pk, "zh", "en"), CLOSE - 0.1) for pk in range(6)}
    assert (close, others) == (set(GREETINGS["en"][0]), set(GREETINGS["en"][1]))


def test_people_write_what_both_read_else_in_their_own_language() -> None:
    assert greeting(someone(1, "de", "zh:B2"), someone(2, "zh"), 0.5) in GREETINGS["zh"][1]
    assert greeting(someone(1, "de"), someone(2, "zh"), 0.5) in GREETINGS["de"][1]
    assert greeting(someone(1, "fi"), someone(2, "zh"), 0.5) in GREETINGS["en"][1]
