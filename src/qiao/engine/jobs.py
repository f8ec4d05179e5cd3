"""Work in independent parts, which may be done one after the other or in many processes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TypeVar

Shared = TypeVar("Shared")
Handed = TypeVar("Handed", covariant=True)
Job = TypeVar("Job")
Result = TypeVar("Result")


class Each(Protocol[Handed]):
    """Does a piece of work for each job, here or elsewhere; the results come in the order of the jobs."""

    def __call__(self, work: Callable[[Handed, Job], Result], jobs: Sequence[Job]) -> Iterator[Result]: ...


class Spread(Protocol):
    """Where the work on something that all jobs share is done: `in_turn`, or `qiao.adapters.spread.over`."""

    def __call__(self, shared: Shared, /) -> AbstractContextManager[Each[Shared]]: ...


@contextmanager
def in_turn(shared: Shared, /) -> Iterator[Each[Shared]]:
    """One job after the other, in this process."""

    def each(work: Callable[[Shared, Job], Result], jobs: Sequence[Job]) -> Iterator[Result]:
        return (work(shared, job) for job in jobs)

    yield each
