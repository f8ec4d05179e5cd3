"""Lists made by several processes: the same ones, in the same order, and nobody is left over."""

import os
import signal
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from qiao.adapters.spread import over, read, write
from qiao.engine.jobs import in_turn
from qiao.engine.matching.listing import Listing
from qiao.engine.matching.rank import Ranker
from qiao.engine.matching.space import Space
from tests.engine.matching.small import DIM, random_world


@pytest.mark.parametrize("per", ["seek", "profile"])
def test_several_processes_find_the_same_lists_in_the_same_order(per: str) -> None:
    profiles, space = random_world(3, 120)
    ranker = Ranker(profiles, space=space, across="side", per=per)
    alone = list(ranker.stream(top=5, spread=in_turn))
    assert list(ranker.stream(top=5, spread=over(2))) == alone
    assert len(alone) >= 100
    assert list(ranker.stream(top=5, cap=1.0, spread=over(2))) == list(ranker.stream(top=5, cap=1.0))


def test_the_folder_holds_everything_a_worker_needs(tmp_path: Path) -> None:
    profiles, space = random_world(4, 30)
    listing = Ranker(profiles, space=space).listing
    write(listing, tmp_path)
    found = read(tmp_path)
    rows = range(len(listing.lists))
    scale, short = listing.shortlisted(rows, top=3)
    scale.finish()
    _measured, again = found.shortlisted(rows, top=3)
    one, other = (
        each.finished(list(enumerate(part)), scale=scale, top=3) for each, part in ((listing, short), (found, again))
    )
    assert one == other
    vectors = found.evidence.pool.texts["offers"].slots[0]
    assert not vectors.flags.writeable  # mapped, not copied


def test_nothing_to_do_is_done() -> None:
    assert list(Ranker([], space=Space.from_vectors({}, dim=DIM)).stream(spread=over(2))) == []


def process_id(_listing: Listing, _job: int) -> int:
    return os.getpid()


def threads(_listing: Listing, _job: int) -> str | None:
    return os.environ.get("OPENBLAS_NUM_THREADS")


def end_yourself(_listing: Listing, _job: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_each_process_works_with_one_thread_and_ends_with_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "7")
    listing = Ranker([], space=Space.from_vectors({}, dim=DIM)).listing
    with over(2)(listing) as each:
        assert list(each(threads, [1, 2])) == ["1", "1"]
        workers = set(each(process_id, list(range(20))))
    assert os.environ["OPENBLAS_NUM_THREADS"] == "7"
    assert os.getpid() not in workers
    for worker in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)


def test_a_worker_ended_from_outside_is_told() -> None:
    listing = Ranker([], space=Space.from_vectors({}, dim=DIM)).listing
    with over(2)(listing) as each, pytest.raises(BrokenProcessPool):
        list(each(end_yourself, [1]))
