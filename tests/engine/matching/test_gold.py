"""The figure that the whole engine stands for: partners across languages, compared with judged pairs."""

from pathlib import Path

import pytest

from qiao.bench import matching as bench
from qiao.engine.matching.embed import BuiltIn
from qiao.engine.matching.evaluate import evaluate
from qiao.engine.matching.evidence import TEXT_KINDS
from qiao.engine.matching.files import match_lines, read_gold, read_profiles
from qiao.engine.matching.model import Profile
from qiao.engine.matching.rank import match
from qiao.engine.matching.space import Space

EVAL = Path(__file__).parents[2] / "data" / "eval"
GOLD = EVAL / "gold_dev.tsv"


@pytest.fixture(scope="module")
def profiles() -> list[Profile]:
    return read_profiles((EVAL / "profiles_native.json").read_bytes(), "profiles_native.json")


@pytest.fixture(scope="module")
def space(profiles: list[Profile]) -> Space:
    return Space.build(profiles, BuiltIn())


def test_partners_are_found_across_languages(profiles: list[Profile], space: Space) -> None:
    gold = read_gold(GOLD.read_bytes())
    assert len(gold) == 40
    assert evaluate(match(profiles, space=space, across="side"), gold) >= 0.84


def test_every_suggestion_cites_texts_that_exist(profiles: list[Profile], space: Space) -> None:
    by_id = {profile.id: profile for profile in profiles}
    for per in ("seek", "profile"):
        for one in match(profiles, space=space, across="side", per=per):
            assert one.matches
            for found in one.matches:
                assert by_id[found.candidate].side != by_id[one.seeker].side
                cited = [reason for reason in found.reasons if reason.mine and reason.theirs]
                assert cited
                for reason in cited:
                    assert by_id[one.seeker].cited(reason.mine)
                    assert by_id[found.candidate].cited(reason.theirs)
                assert all(0 <= getattr(found.fit, kind) <= 1 for kind in TEXT_KINDS)


def test_the_same_profiles_in_another_order_give_the_same_lines(profiles: list[Profile]) -> None:
    def lines(order: list[Profile]) -> list[str]:
        return sorted(match_lines(match(order, space=Space.build(order, BuiltIn()), across="side", cap=2)))

    assert lines(profiles) == lines(profiles[::-1])


def test_the_benchmark_shows_what_a_user_would_have_instead(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("id\tde\tzh\ten\n1\tZoo\t动物园\tzoo\n2\tBrücke\t桥\tbridge\n3\tKirche\t教堂\tchurch\n", "utf-8")
    figures = bench.run(gold=GOLD, pairs=pairs, sizes=(60,))
    quality = figures["ndcg_at_10"]
    assert quality["qiao"] > quality["plain cosine"] + 0.1
    assert quality["keyword search"] < 0.05
    assert figures["translations_found"]["de-zh qiao"] == 1
    assert {"one profile, median", "all profiles"} <= figures["speed"]["60"].keys()
    assert f"{quality['qiao']:.3f}" in capsys.readouterr().out
