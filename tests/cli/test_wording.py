"""Every code of the engines has its sentence, and the sentence takes the values the code comes with."""

import pytest

from qiao import wording
from qiao.engine.files import CODES, TYPES
from qiao.engine.matching.embed import CODES as EMBEDDER_CODES
from qiao.wording import Language


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("code", CODES)
def test_file_problems_have_sentences(code: str, language: Language) -> None:
    values = {name: "number" if (code, name) == ("wrong-type", "expected") else f"«{name}»" for name in CODES[code]}
    words = wording.file_problem(code, values, language)
    assert words
    assert "%(" not in words


def test_no_sentence_without_a_code() -> None:
    assert set(wording.FILE_PROBLEMS) == set(CODES)
    assert set(wording.TYPES) == set(TYPES)


@pytest.mark.parametrize("code", EMBEDDER_CODES)
def test_embedder_problems_have_sentences(code: str) -> None:
    values = {name: f"«{name}»" for name in EMBEDDER_CODES[code]}
    for language in Language:
        assert all(f"«{name}»" in wording.sentence(f"embedder-{code}", language, **values) for name in values)


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "zh_CN"}, "zh"),
        ({"LC_ALL": "fr_FR", "LANG": "de_DE"}, "en"),
        ({"LANGUAGE": "zh:en"}, "zh"),
    ],
)
def test_the_language_of_the_locale(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], language: str) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert wording.system_language() == language
