"""The files: what is read, every way to be refused, and the lines that are written."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qiao.engine.files import CODES, LIMIT, InvalidFile
from qiao.engine.matching.files import LONGEST_TEXT, match_lines, read_gold, read_profiles
from qiao.engine.matching.model import TYPES, Fit, Match, MatchList, Passage, Profile, Reason, Text

FULL = {
    "id": "D04",
    "side": "eu",
    "name": "Name",
    "type": "company",
    "city": "Dresden",
    "country": "DE",
    "nace": "C30.30",
    "themes": ["a", "b"],
    "languages": ["de", "en-GB"],
    "offers": [{"de": "Guss", "en": "castings"}, {"zh-Hans": "铸件"}],
    "seeks": [{"de": "Partner"}],
    "avoid": ["D07"],
}


def data(*profiles: object) -> bytes:
    return json.dumps(list(profiles)).encode()


def problems(content: bytes, filename: str = "") -> list[tuple[str, str]]:
    with pytest.raises(InvalidFile) as caught:
        read_profiles(content, filename)
    for one in caught.value.problems:
        assert set(one.values) == set(CODES[one.code]), one
        one.place.encode()
    return [(one.place, one.code) for one in caught.value.problems]


def test_everything_that_may_be_given() -> None:
    assert read_profiles(data(FULL)) == [
        Profile(
            "D04", "eu", "Name", "company", "Dresden", "DE", "C30.30", ("a", "b"), ("de", "en-GB"),
            (Text("offers", 1, {"de": "Guss", "en": "castings"}), Text("offers", 2, {"zh-Hans": "铸件"})),
            (Text("seeks", 1, {"de": "Partner"}),), ("D07",),
        )
    ]  # fmt: skip


def test_all_but_the_id_may_be_absent_or_null() -> None:
    nothing = dict.fromkeys(FULL, None) | {"id": "b"}
    assert read_profiles(data({"id": "a"}, nothing)) == [Profile("a"), Profile("b")]


def test_lines_and_lists_are_told_apart() -> None:
    lines = b'\n{"id": "a"}\r\n\n{"id": "b"}\n'
    expected = [Profile("a"), Profile("b")]
    assert read_profiles(lines) == read_profiles(lines, "x.jsonl") == read_profiles(lines, "x.json") == expected
    assert read_profiles(b'\xef\xbb\xbf [{"id": "a"}, {"id": "b"}]') == expected
    assert read_profiles(b"[]") == []
    assert problems(b'[{"id": "a"}]', "x.NDJSON") == [("line 1", "wrong-type")]


def test_a_text_cut_in_the_middle_of_a_sign_is_taken() -> None:
    (profile,) = read_profiles(b'[{"id": "a", "offers": [{"de": "Guss \\ud83d"}]}]')
    assert profile.offers[0].words["de"].startswith("Guss")


@pytest.mark.parametrize("kind", TYPES)
def test_types(kind: str) -> None:
    assert read_profiles(data({"id": "a", "type": kind}))[0].type == kind


@pytest.mark.parametrize(
    ("profile", "place", "code"),
    [
        (7, "[0]", "wrong-type"),
        ([], "[0]", "wrong-type"),
        ({}, "[0]", "missing-key"),
        ({"id": None}, "[0].id", "wrong-type"),
        ({"id": 7}, "[0].id", "wrong-type"),
        ({"id": " "}, "[0].id", "empty"),
        ({"id": "\ud800"}, "[0].id", "bad-text"),
        ({"id": "x" * 2000}, "[0].id", "too-long"),
        ({"id": "a", "name": []}, "[0].name", "wrong-type"),
        ({"id": "a", "city": ""}, "[0].city", "empty"),
        ({"id": "a", "nace": True}, "[0].nace", "wrong-type"),
        ({"id": "a", "side": {}}, "[0].side", "wrong-type"),
        ({"id": "a", "country": 1.5}, "[0].country", "wrong-type"),
        ({"id": "a", "type": "firm"}, "[0].type", "not-one-of"),
        ({"id": "a", "offer": []}, "[0].offer", "unknown-key"),
        ({"id": "a", "\ud800\n": 1}, '[0]["\\ud800\\n"]', "unknown-key"),
        ({"id": "a", "themes": "x"}, "[0].themes", "wrong-type"),
        ({"id": "a", "themes": ["x", None]}, "[0].themes[1]", "wrong-type"),
        ({"id": "a", "avoid": [" "]}, "[0].avoid[0]", "empty"),
        ({"id": "a", "languages": ["de", "d e"]}, "[0].languages[1]", "bad-language"),
        ({"id": "a", "languages": ["de\n"]}, "[0].languages[0]", "bad-language"),
        ({"id": "a", "languages": [1]}, "[0].languages[0]", "wrong-type"),
        ({"id": "a", "languages": "de"}, "[0].languages", "wrong-type"),
        ({"id": "a", "offers": {"de": "x"}}, "[0].offers", "wrong-type"),
        ({"id": "a", "offers": ["x"]}, "[0].offers[0]", "wrong-type"),
        ({"id": "a", "offers": [{}]}, "[0].offers[0]", "empty"),
        ({"id": "a", "seeks": [{"de": "x"}, {"de": 1}]}, "[0].seeks[1].de", "wrong-type"),
        ({"id": "a", "seeks": [{"de": " \n"}]}, "[0].seeks[0].de", "empty"),
        ({"id": "a", "seeks": [{"": "x"}]}, '[0].seeks[0][""]', "bad-language"),
        ({"id": "a", "seeks": [{"de": "x" * (LONGEST_TEXT + 1)}]}, "[0].seeks[0].de", "too-long"),
    ],
)
def test_refused_profiles(profile: object, place: str, code: str) -> None:
    assert (place, code) in problems(data(profile))
    assert len(problems(data(profile))) == 1


def test_the_longest_text_is_still_taken() -> None:
    assert read_profiles(data({"id": "a", "seeks": [{"de": "x" * LONGEST_TEXT}]}))


def test_an_id_may_occur_once_and_the_first_place_is_named() -> None:
    with pytest.raises(InvalidFile) as caught:
        read_profiles(b'{"id": "a"}\n{"id": "b"}\n{"id": "a"}')
    (problem,) = caught.value.problems
    assert (problem.place, problem.code) == ("line 3.id", "duplicate-id")
    assert problem.values == {"id": "a", "first": "line 1"}


def test_profiles_without_id_are_not_taken_for_one_another() -> None:
    assert problems(data({}, {})) == [("[0]", "missing-key"), ("[1]", "missing-key")]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", [("", "empty-file")]),
        (b" \n", [("", "empty-file")]),
        (b"\xff\xfe", [("line 1", "not-utf8")]),
        (b"[1", [("line 1", "not-json")]),
        (b"id;name\nx", [("line 1", "not-json"), ("line 2", "not-json")]),
        (b'{"id": "a"}\n{', [("line 2", "not-json")]),
        (b'[{"id": "a", "id": "b"}]', [("[0].id", "duplicate-key")]),
        (b'[{"id": NaN}]', [("[0].id", "wrong-type")]),
        (b'[{"id": ' + b"9" * 5000 + b"}]", [("[0].id", "wrong-type")]),
        (b"[" * 100_000, [("", "nested-too-deep")]),
    ],
)
def test_files_that_are_none(content: bytes, found: list[tuple[str, str]]) -> None:
    assert problems(content) == found


def test_all_problems_are_reported_up_to_a_limit() -> None:
    assert problems(data({"id": "", "x": 1}, {"id": "b", "type": 7})) == [
        ("[0].x", "unknown-key"),
        ("[0].id", "empty"),
        ("[1].type", "wrong-type"),
    ]
    many = problems(data(*[{}] * 1000))
    assert len(many) == LIMIT + 1
    assert many[-1] == ("", "too-many-problems")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=()), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["de", "zh", "x y", ""]) | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
PROFILES = st.lists(st.fixed_dictionaries({"id": JSON}, optional=dict.fromkeys(FULL.keys() - {"id"}, JSON)), max_size=3)


@settings(max_examples=200, deadline=None)
@given(PROFILES | JSON)
def test_whatever_comes_is_read_or_refused(value: object) -> None:
    content = json.dumps(value).encode()
    with suppress(InvalidFile):
        assert all(isinstance(one, Profile) and one.id for one in read_profiles(content))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for read in (read_profiles, read_gold):
        with suppress(InvalidFile):
            assert read(content) is not None


def test_lines_are_those_of_the_format() -> None:
    reasons = (
        Reason("seek-meets-offer", mine=Passage("seeks", 1, "de"), theirs=Passage("offers", 2, "zh"), strength=0.98765),
        Reason("shared-theme", "smart-manufacturing"),
        Reason("interpreter-needed"),
    )
    fit = Fit(0.98, 0.12345, 0.0, 1.0, 0.0, 0.8, 1.0)
    match = Match("乙39", 1, 0.97312345, 1.5, fit, reasons)
    lines = list(match_lines([MatchList("D04", 2, (match,)), MatchList("D05", None, ())]))
    assert lines[0] == (
        '{"seeker": "D04", "seek": 2, "matches": [{"candidate": "乙39", "rank": 1, "score": 0.973123, '
        '"fit": {"seek_offer": 0.98, "offer_seek": 0.123, "shared_goal": 0, "theme": 1, "classification": 0, "type": 0.8, '
        '"language": 1}, "reasons": [{"code": "seek-meets-offer", "mine": {"field": "seeks", "index": 1, "lang": "de"}, '
        '"theirs": {"field": "offers", "index": 2, "lang": "zh"}, "strength": 0.988}, '
        '{"code": "shared-theme", "value": "smart-manufacturing"}, {"code": "interpreter-needed"}]}]}'
    )
    assert json.loads(lines[1]) == {"seeker": "D05", "seek": None, "matches": []}


def test_keywords_are_read_and_written_where_there_are_any() -> None:
    profiles = read_profiles(b'[{"id": "a", "keywords": ["laser", "robots"]}, {"id": "b"}]')
    assert [dict(one.keywords) for one in profiles] == [{"laser": 1.0, "robots": 1.0}, {}]
    match = Match("b", 1, 0.9, 1.5, Fit(0, 0, 0, 0, 0, 0, 0, 0.5), (Reason("shared-keyword", "laser"),))
    line = json.loads(next(match_lines([MatchList("a", None, (match,))])))["matches"][0]
    assert line["fit"]["keyword"] == 0.5
    assert line["reasons"] == [{"code": "shared-keyword", "value": "laser"}]


HEADER = "seeker_id\tseek_no\tcandidate_id\tgrade\n"


def test_judged_pairs() -> None:
    text = "grade\tx\tcandidate_id\tseek_no\tseeker_id\r\n2\t-\tb\t1\ta\r\n\r\n0\t-\tc\t1\ta\r\n1\t-\tb\t2\ta\r\n"
    assert read_gold(text.encode()) == {("a", 1): {"b": 2, "c": 0}, ("a", 2): {"b": 1}}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("seek_no\tgrade\n", [("line 1", "missing-key"), ("line 1", "missing-key")]),
        (HEADER, [("", "too-few")]),
        (HEADER + "a\t1\tb\n", [("line 2", "too-few")]),
        (HEADER + "a\t0\tb\t1\n", [("line 2.seek_no", "out-of-range")]),
        (HEADER + "a\t²\tb\t1\n", [("line 2.seek_no", "out-of-range")]),
        (HEADER + "a\t99999\tb\t1\n", [("line 2.seek_no", "out-of-range")]),
        (HEADER + "a\t1\tb\t3\n\na\t1\tb\t\n", [("line 2.grade", "not-one-of"), ("line 4.grade", "not-one-of")]),
        (HEADER + "a\t1\tb\t1\na\t1\tb\t2\n", [("line 3.candidate_id", "repeated")]),
    ],
)
def test_refused_judged_pairs(text: str, found: list[tuple[str, str]]) -> None:
    with pytest.raises(InvalidFile) as caught:
        read_gold(text.encode())
    assert [(one.place, one.code) for one in caught.value.problems] == found
    assert all(set(one.values) == set(CODES[one.code]) for one in caught.value.problems)
