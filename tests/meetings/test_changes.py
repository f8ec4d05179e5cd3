"""Who is told of a new plan: exactly those whose agenda changes."""

from qiao.meetings.changes import Changes, Held, compare

OTTO, EVA, WANG, LI = 1, 2, 3, 4
DOLORES, HANS = 8, 9


def test_nothing_changed_tells_nobody() -> None:
    talks = {1: Held((OTTO, WANG), 1, 1, DOLORES)}
    assert compare(talks, dict(talks)) == Changes(kept=frozenset({1}))
    assert compare(talks, talks).told == 0


def test_new_moved_and_dropped_talks_are_told_to_their_people() -> None:
    before = {1: Held((OTTO, WANG), 1, 1), 2: Held((EVA, LI), 1, 2), 3: Held((OTTO, LI), 2, 1)}
    after = {1: Held((OTTO, WANG), 1, 1), 2: Held((EVA, LI), 3, 2), 4: Held((EVA, WANG), 2, 1)}
    changes = compare(before, after)
    assert (changes.kept, changes.moved, changes.dropped, changes.new) == ({1}, {2}, {3}, {4})
    assert changes.participations == {EVA, LI, OTTO, WANG}


def test_another_interpreter_is_told_to_both_interpreters() -> None:
    changes = compare({1: Held((OTTO, WANG), 1, 1, DOLORES)}, {1: Held((OTTO, WANG), 1, 1, HANS)})
    assert changes.interpreters == {DOLORES, HANS}
    assert changes.told == 4
