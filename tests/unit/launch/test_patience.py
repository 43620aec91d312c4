"""Waiting goes on as long as something moves, and ends with a sentence when nothing does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from launch.patience import Manner, Patience, Stalled, Watch, size_below, size_of

LOG = Path("somewhere/server.log")


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def waiting(
    signs: dict[str, Callable[[], object]],
    *,
    effort: Callable[[], float] | None = None,
    most_effort: float | None = None,
    clock: Clock | None = None,
) -> tuple[Patience, list[str], Clock]:
    clock, lines = clock or Clock(), list[str]()
    manner = Manner(quiet_seconds=300, tell_seconds=30, poll_seconds=1, clock=clock, sleep=clock.sleep)
    watch = Watch(signs=signs, log=LOG, effort=effort, most_effort=most_effort)
    return Patience("the harbour to open", watch, lines.append, manner), lines, clock


def test_what_moves_now_and_then_is_waited_for_however_long_it_takes() -> None:
    clock = Clock()
    patience, _, _ = waiting({"the tide": lambda: int(clock.now) // 250}, clock=clock)

    for _ in patience.ticks():
        if patience.waited > 10_000:
            break

    assert patience.waited > 10_000


def test_what_stands_still_is_given_up_with_the_name_of_what_did_not_move_and_its_log() -> None:
    patience, _, clock = waiting({"the tide": lambda: "low", "the bell": lambda: None})

    with pytest.raises(Stalled) as stalled:
        for _ in patience.ticks():
            pass

    assert 300 < clock.now - 1000 < 305
    assert "the harbour to open" in str(stalled.value)
    assert "nothing has moved for 301 s (the tide, the bell)" in str(stalled.value)
    assert str(LOG) in str(stalled.value)


def test_the_quiet_time_counts_from_the_last_movement() -> None:
    clock = Clock()
    patience, _, _ = waiting({"the tide": lambda: clock.now > 1200}, clock=clock)

    with pytest.raises(Stalled):
        for _ in patience.ticks():
            pass

    assert 500 < patience.waited < 510


@pytest.mark.parametrize(("share", "is_movement"), [(0.005, False), (0.05, True)])
def test_a_starved_process_moves_and_an_idle_one_does_not(share: float, is_movement: bool) -> None:
    clock = Clock()
    patience, _, _ = waiting({}, effort=lambda: (clock.now - 1000) * share, clock=clock)

    try:
        for _ in patience.ticks():
            if patience.waited > 5000:
                break
    except Stalled:
        assert not is_movement
    else:
        assert is_movement


def test_work_without_an_end_is_given_up_by_its_processor_time_not_by_the_clock() -> None:
    clock = Clock()
    patience, _, _ = waiting({}, effort=lambda: (clock.now - 1000) / 10, most_effort=100, clock=clock)

    with pytest.raises(Stalled, match="of processor time went into it"):
        for _ in patience.ticks():
            pass

    assert 1000 <= patience.waited < 1010


def test_people_hear_what_is_waited_for_how_long_and_what_moved_last() -> None:
    clock = Clock()
    patience, lines, _ = waiting({"the tide": lambda: clock.now > 1040}, clock=clock)

    for _ in patience.ticks():
        if patience.waited > 65:
            break

    assert lines == [
        "  ... waiting for the harbour to open: 30 s, nothing was seen to move yet",
        "  ... waiting for the harbour to open: 60 s, the tide moved 19 s ago",
    ]


def test_a_line_of_ones_own_puts_the_next_word_off() -> None:
    patience, lines, clock = waiting({})

    for _ in patience.ticks():
        if clock.now == 1025:
            patience.say("the pilot is on board")
        if clock.now == 1050:
            break

    assert lines == ["the pilot is on board"]


def test_sizes_of_files_are_signs(tmp_path: Path) -> None:
    file, folder = tmp_path / "logs" / "a.log", tmp_path / "logs"
    of_file, of_folder = size_of(file), size_below(folder)

    seen = [(of_file(), of_folder())]
    folder.mkdir()
    for text in ("", "one", "one two"):
        file.write_text(text)
        seen.append((of_file(), of_folder()))
    (folder / "b.log").write_text("")
    seen.append((of_file(), of_folder()))

    assert len(set(seen)) == len(seen)
    assert seen[0] == (None, (0, 0))
