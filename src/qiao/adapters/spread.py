"""Independent parts of a work, spread over processes of this machine.

What all of them need is written to a folder once, and each maps large arrays into its memory: one copy for all of them.
Workers on other machines could read the same folder.
"""

import mmap
import os
import pickle
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from qiao.adapters.parent import die_with_parent
from qiao.engine.jobs import Each, Job, Result, Shared, Spread

_shared: Any  # of a worker, read once when it starts


def over(workers: int) -> Spread:
    """Spreads the jobs over so many processes, each with one thread for its products.

    The results raise BrokenProcessPool when a process is ended from outside.
    """

    @contextmanager
    def start(shared: Shared, /) -> Iterator[Each[Shared]]:
        with TemporaryDirectory(prefix="qiao-") as folder, _one_thread_each():
            write(shared, Path(folder))
            pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin, (folder, os.getpid()))

            def each(work: Callable[[Shared, Job], Result], jobs: Sequence[Job]) -> Iterator[Result]:
                return pool.map(partial(_done, work), jobs)

            try:
                yield each
            finally:
                pool.shutdown(cancel_futures=True)

    return start


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes started meanwhile use one thread for their matrix products: there is a process for each core already."""
    before = os.environ.get("OPENBLAS_NUM_THREADS")
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["OPENBLAS_NUM_THREADS"]
        else:
            os.environ["OPENBLAS_NUM_THREADS"] = before


def write(shared: object, folder: Path) -> None:
    """Everything in `objects`, but each large array in a file of its own."""
    arrays: list[pickle.PickleBuffer] = []
    data = pickle.dumps(shared, protocol=5, buffer_callback=arrays.append)
    for number, array in enumerate(arrays):
        (folder / str(number)).write_bytes(array.raw())
    (folder / "objects").write_bytes(data)


def read(folder: Path) -> Any:
    """What `write` wrote, with arrays that are read from the disk where they are used."""
    count = sum(1 for _ in folder.iterdir()) - 1
    return pickle.loads((folder / "objects").read_bytes(), buffers=[_mapped(folder / str(n)) for n in range(count)])  # noqa: S301 our own


def _mapped(path: Path) -> bytes | mmap.mmap:
    if not path.stat().st_size:
        return b""  # nothing cannot be mapped
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _begin(folder: str, parent: int) -> None:
    global _shared
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent
    die_with_parent(parent)
    _shared = read(Path(folder))


def _done(work: Callable[[Any, Job], Result], job: Job) -> Result:
    return work(_shared, job)
