"""Drafts from a server: a made-up one that speaks both interfaces and misbehaves."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from qiao.adapters.translation import CODES, LONGEST_TEXT, TranslatorError, load_translator, split_choice
from tests.translation_server import Fake, ok


@pytest.fixture
def fake() -> Iterator[Fake]:
    server = Fake()
    yield server
    server.close()


def libre(fake: Fake, **more: Any) -> Any:
    return load_translator(f"libretranslate:{fake.address}", **{"sleep": lambda _: None, **more})


def chat(fake: Fake, tail: str = "/v1#tiny", **more: Any) -> Any:
    return load_translator(f"openai:{fake.address}{tail}", **{"sleep": lambda _: None, **more})


def failure(work: Callable[[], object]) -> tuple[str, dict[str, str | int]]:
    with pytest.raises(TranslatorError) as caught:
        work()
    assert set(caught.value.values) == set(CODES[caught.value.code])
    return caught.value.code, caught.value.values


def test_nothing_is_configured_unless_somebody_does_so() -> None:
    assert load_translator("") is None


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        ("libretranslate:https://host/", ("libretranslate", "https://host", "")),
        ("libretranslate:http://host:5000/translate", ("libretranslate", "http://host:5000", "")),
        ("openai:https://host", ("openai", "https://host/v1", "")),
        ("openai:https://host/v1/chat/completions#m", ("openai", "https://host/v1", "m")),
        ("deepl:https://host", None),
        ("https://host", None),
        ("openai:https://me:secret@host", None),
        ("openai:file:///etc/passwd", None),
    ],
)
def test_the_setting_as_people_write_it(choice: str, found: tuple[str, str, str] | None) -> None:
    assert split_choice(choice) == found


def test_libretranslate(fake: Fake) -> None:
    server = libre(fake, key="k\n")
    assert server.translate("Laser", source="de", target="zh", terms={}) == "[zh-Hans] Laser"
    question = fake.questions("/translate")[0]
    assert question == {"q": "Laser", "source": "de", "target": "zh-Hans", "format": "text", "api_key": "k"}
    assert server.host == fake.address.removeprefix("http://")
    assert not server.can_sum_up


def test_an_older_libretranslate_calls_chinese_zh(fake: Fake) -> None:
    fake.languages = ["de", "en", "zh"]
    assert libre(fake).translate("Laser", source="de", target="zh", terms={}) == "[zh] Laser"


def test_a_language_model_gets_the_terms_and_the_text_apart(fake: Fake) -> None:
    said = chat(fake, key="k").translate(
        "Laserschneiden", source="de", target="zh", terms={"Laserschneiden": "激光切割"}
    )
    assert said == "[tiny] Laserschneiden"
    question = fake.questions("/v1/chat/completions")[0]
    system, user = question["messages"]
    assert (question["model"], question["temperature"]) == ("tiny", 0)
    assert "from German into simplified Chinese" in system["content"]
    assert "Laserschneiden = 激光切割" in system["content"]
    assert user == {"role": "user", "content": "Laserschneiden"}
    assert fake.headers[-1]["Authorization"] == "Bearer k"


def test_a_language_model_sums_up(fake: Fake) -> None:
    chat(fake, tail="").sum_up(["Laser"], ["Partner"], target="en", terms={})
    question = fake.questions("/v1/chat/completions")[0]
    assert question["messages"][1]["content"] == "It offers: Laser\nIt seeks: Partner"
    assert question["model"] == "first"  # the server's list was asked for


@pytest.mark.parametrize(
    "answer",
    [ok([]), ok({}), ok({"translatedText": " ", "choices": []}), ok({"translatedText": 3, "choices": [{"message": {"content": ""}}]}),
     (200, {}, b"<html>")],
)  # fmt: skip
def test_a_senseless_answer(fake: Fake, answer: tuple[int, dict[str, str], bytes]) -> None:
    fake.answer = answer
    for server in (libre(fake), chat(fake)):
        assert failure(lambda one=server: one.translate("x", source="de", target="en", terms={}))[0] == "bad-answer"


def test_a_refusal_is_told_at_once_and_a_busy_server_asked_again(fake: Fake) -> None:
    fake.answer = (403, {}, b"")
    code, values = failure(lambda: libre(fake).translate("x", source="de", target="en", terms={}))
    assert (code, values["status"], len(fake.questions("/translate"))) == ("refused", 403, 1)
    fake.answer = (503, {}, b"")
    assert failure(lambda: libre(fake).translate("x", source="de", target="en", terms={}))[0] == "refused"
    assert len(fake.questions("/translate")) == 1 + 3


def test_nobody_there(fake: Fake) -> None:
    fake.close()
    assert failure(lambda: chat(fake).translate("x", source="de", target="en", terms={}))[0] == "unreachable"


def test_what_is_too_long_is_not_sent(fake: Fake) -> None:
    text = "x" * (LONGEST_TEXT + 1)
    for server in (libre(fake), chat(fake)):
        assert failure(lambda one=server: one.translate(text, source="de", target="en", terms={}))[0] == "too-long"
    assert fake.questions("/translate") == fake.questions("/v1/chat/completions") == []
