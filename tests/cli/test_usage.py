"""Calls that cannot be understood: one line in the language asked that says what is wrong and what is allowed."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from qiao.cli import app
from qiao.wording import Language

# The call, and what the line must name in any language.
CALLS = {
    "match x --across colour": ("colour", "--across", "side"),
    "match x --top 0": ("0", "--top", "1"),
    "match x --top two": ("two", "--top", "1"),
    "match x --bogus": ("--bogus", "--embedder"),
    "match x y": ("qiao match PROFILES",),
    "match --quiet=3 x": ("--quiet",),
    "match": ("PROFILES", "qiao match PROFILES"),
    "plan x --limit -5": ("-5", "--limit", "0.1"),
    "serve --port 99999999": ("99999999", "--port", "65535"),
    "verify x": ("PLAN", "qiao verify PROBLEM PLAN"),
    "import": ("KIND", "wishes"),
    "import bogus x": ("bogus", "KIND", "organisations, participants, wishes"),
    "import wishes": ("FILE", "qiao import KIND FILE"),
    "frob": ("frob", "match, plan, verify"),
    "mail nurse": ("nurse", "doctor"),
}
MARKS = {
    "de": ("fehlt", "möglich", "gibt es", "nimmt", "annimmt"),
    "zh": ("缺少", "不能", "没有", "过多", "不带"),
    "en": ("missing", "possible", "There is", "Write"),
}


def complaint(*words: str) -> str:
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2
    assert not done.stdout
    (line,) = done.stderr.splitlines()
    return line


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("call", CALLS)
def test_a_wrong_call_is_one_line_in_the_language_asked(call: str, language: Language) -> None:
    for line in (complaint(*call.split(), "--lang", language), complaint(*call.split(), f"--lang={language}")):
        assert all(part in line for part in CALLS[call])
        assert any(mark in line for mark in MARKS[language])


def test_an_option_without_its_value_and_an_unknown_language_follow_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "zh")
    assert complaint("match", "x", "--top") == "选项--top需要一个值，请写在其后。"
    assert complaint("match", "x", "--lang", "fr") == "--lang不能为“fr”。可选：de, zh, en。"
    monkeypatch.setenv("PORT", "abc")
    assert complaint("serve").startswith("--port / PORT不能为“abc”")


def test_what_a_call_holds_is_shown_without_its_control_signs() -> None:
    assert "\x1b" not in complaint("match", "x", "--across", "a\x1b[31m\nb", "--lang", "en")


@pytest.mark.parametrize(
    ("language", "absent", "folder", "line"),
    [
        ("de", "(Datei oder Ordner nicht gefunden)", "(das ist ein Ordner)", ": Zeile 1: "),
        ("zh", "（找不到文件或文件夹）", "（这是文件夹）", ": 第1行: "),
        ("en", "(No such file or directory)", "(Is a directory)", ": line 1: "),
    ],
)
def test_places_and_reasons_of_the_system_are_in_the_language(
    tmp_path: Path, language: str, absent: str, folder: str, line: str
) -> None:
    (tmp_path / "a.dzn").write_text("x")
    assert absent in complaint("plan", str(tmp_path / "none.json"), "--lang", language)
    assert folder in complaint("plan", str(tmp_path), "--lang", language)
    assert line in complaint("plan", str(tmp_path / "a.dzn"), "--lang", language)
    assert absent in complaint("plan", str(tmp_path / "a.dzn"), "--out", f"{tmp_path}/no/p.json", "--lang", language)


@pytest.mark.parametrize(
    ("language", "row", "column"), [("de", ": Zeile 1: ", ": Spalte C: "), ("zh", ": 第1行: ", ": 第C列: ")]
)
def test_places_in_tables_are_in_the_language(tmp_path: Path, language: str, row: str, column: str) -> None:
    (tmp_path / "no.csv").write_text("a,b\n1,2\n")
    (tmp_path / "twice.csv").write_text("name,side,name\n1,2,3\n")
    assert row in complaint("import", "organisations", str(tmp_path / "no.csv"), "--lang", language)
    assert column in complaint("import", "organisations", str(tmp_path / "twice.csv"), "--lang", language)
