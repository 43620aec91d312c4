"""Items read in child processes: what one does to its child costs no other item."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from mediawatch.records import Reason
from mediawatch.sandbox import Budget, ChildLimits, Done, ReadFailure, Sandbox
from tests.support.hostile import task

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def words(results: list[Done[object] | ReadFailure]) -> list[str]:
    """What was read of each, or why nothing was."""
    return [result.value[0] if isinstance(result, Done) else result.detail for result in results]  # type: ignore[index]


def test_items_come_back_in_their_order_from_children_that_are_started_once(sandbox: Sandbox) -> None:
    asked, several = [f"word {n}" for n in range(40)], task(name="several")
    before = sandbox.children.started
    assert words(sandbox.read_all(several, asked, at_once=2)) == asked
    assert words(sandbox.read_all(several, asked, at_once=2)) == asked
    assert sandbox.children.started == before + 2


@pytest.mark.parametrize(
    ("word", "detail"),
    [
        ("loop", "took more than 1 s of processor time"),
        ("backtrack", "took more than 1 s of processor time"),
        ("hoard", "MemoryError"),
        ("descend", "RecursionError"),
        ("divide", "ZeroDivisionError"),
        ("die", "its process died (SIGKILL)"),
        ("crash", "its process died (SIGSEGV)"),
        ("leave", "its process died (no signal)"),
        ("stranger", "no value came back"),
        ("say [1]", "its process sent no answer"),
        ("say null", "its process sent no answer"),
        ('say {"fault": "", "cpu_seconds": NaN, "is_last": false}', "its process sent no answer"),
        ('say {"fault": "", "cpu_seconds": -9, "is_last": false}', "its process sent no answer"),
        ('say {"fault": 5, "cpu_seconds": 1, "is_last": false}', "its process sent no answer"),
        (f"say {'[' * 60_000}", "its process sent no answer"),
        (f"say {' ' * 70_000}", "its process died"),
    ],
)
def test_what_a_bad_item_does_is_its_own_outcome(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture, word: str, detail: str
) -> None:
    with caplog.at_level(logging.WARNING):
        before, bad, after = sandbox.read_all(task(), ["before", word, "after"])
    assert isinstance(before, Done)
    assert isinstance(after, Done)
    assert isinstance(bad, ReadFailure)
    assert bad.reason is Reason.UNPARSABLE
    assert bad.detail.startswith(detail)
    assert [record.getMessage() for record in caplog.records] == [f"obey: {word}: {bad.detail}"]


def test_each_death_costs_one_or_two_new_children_and_no_other_item(sandbox: Sandbox) -> None:
    asked = [f"word {n}" for n in range(100)]
    asked[10], asked[50] = "loop", "die"
    before = sandbox.children.started
    results = sandbox.read_all(task(), asked, at_once=2)
    assert [n for n, result in enumerate(results) if isinstance(result, ReadFailure)] == [10, 50]
    # Two at work; one more after the loop; after a death that nobody knows the cause of one to try again, one after.
    assert sandbox.children.started - before <= 2 + 1 + 2


def test_a_value_of_another_kind_than_the_task_gives_is_none(sandbox: Sandbox) -> None:
    (result,) = sandbox.read_all(task(gives=str), ["a pair comes back"])
    assert isinstance(result, ReadFailure)
    assert result.detail == "no value came back: tuple for obey"


def test_an_item_whose_child_somebody_else_killed_is_read_all_the_same(sandbox: Sandbox, tmp_path: Path) -> None:
    (result,) = sandbox.read_all(task(), [f"once {tmp_path / 'flag'}"])
    assert isinstance(result, Done)
    assert result.value == "read"


IMPATIENT = ChildLimits(cpu_seconds=1.0, wall_seconds=1.0)


@pytest.mark.parametrize("word", ["wait", "begin", "begin the size", "begin the value", "drip"])
def test_what_waits_without_computing_is_ended_too_however_much_of_its_answer_came(sandbox: Sandbox, word: str) -> None:
    bad, good = sandbox.read_all(task(limits=IMPATIENT), [word, "after"])
    assert isinstance(bad, ReadFailure)
    assert bad.detail == "did not end within 1 s"
    assert isinstance(good, Done)


def test_an_answer_that_comes_in_pieces_keeps_no_other_from_being_heard(sandbox: Sandbox, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    asked = [f"pause until {flag}", *(f"word {n}" for n in range(40)), f"touch {flag}"]
    results = sandbox.read_all(task(), asked, at_once=2)
    assert words(results) == ["paused", *asked[1:-1], "touched"]


def test_a_child_that_takes_no_further_item_costs_none(sandbox: Sandbox) -> None:
    long, patient = "x" * 2_000_000, ChildLimits(wall_seconds=5.0)  # more than the kernel keeps for it
    first, second, third = sandbox.read_all(task(limits=patient), ["answer and read no more", long, "after"])
    assert isinstance(first, Done)
    assert first.value[0] == "deaf"
    assert isinstance(second, Done)
    assert second.value[0] == long
    assert isinstance(third, Done)


def test_a_child_that_grew_is_replaced_before_the_next_item(sandbox: Sandbox) -> None:
    first = sandbox.read(task(), "a")
    assert isinstance(sandbox.read(task(), "hoard"), ReadFailure)
    second = sandbox.read(task(), "b")
    assert isinstance(first, Done)
    assert isinstance(second, Done)
    assert first.value[1] != second.value[1]


def test_children_are_of_one_kind_of_task(sandbox: Sandbox) -> None:
    one, other = sandbox.read(task(), "a"), sandbox.read(task(name="other"), "a")
    assert isinstance(one, Done)
    assert isinstance(other, Done)
    assert one.value[1] != other.value[1]


def test_a_task_that_cannot_be_done_at_all_is_no_outcome_of_an_item(sandbox: Sandbox) -> None:
    broken = task(name="broken", function=int)  # of the empty example
    with pytest.raises(RuntimeError, match=r"(?s)cannot do broken.*ValueError"):
        sandbox.read(broken, "7")
    assert isinstance(sandbox.read(task(), "a"), Done)


def test_an_item_that_cannot_be_sent_leaves_no_child_waiting_for_it() -> None:
    class Unsendable(str):
        """Its class is found by no other process."""

        __slots__ = ()

    with Sandbox() as sandbox:
        assert words([sandbox.read(task(), "a")]) == ["a"]
        with pytest.raises(AttributeError, match="pickle"):
            sandbox.read(task(), Unsendable("a"))
        assert psutil.Process(sandbox.children.server_pid).children() == []


def test_one_source_cannot_use_up_the_time_of_the_others(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    slow = ["spend"] * 8
    budget = Budget(seconds=1e-9, item_seconds=0.1)
    asked = ["other:1", *slow, "other:2"]
    with caplog.at_level(logging.WARNING):
        results = sandbox.read_all(task(), asked, budget=budget)
    lost = [result for result in results if isinstance(result, ReadFailure)]
    assert 0 < len(lost) < 8
    assert {result.reason for result in lost} == {Reason.TOO_COSTLY}
    assert isinstance(results[-1], Done)
    assert len(caplog.records) == 1


def test_each_item_adds_to_the_budget_so_that_many_quick_ones_never_use_it_up(sandbox: Sandbox) -> None:
    budget = Budget(seconds=1e-9, item_seconds=10.0)
    results = sandbox.read_all(task(), ["spend"] * 5, budget=budget)
    assert all(isinstance(result, Done) for result in results)
    assert budget.spent["spend"] >= 5 * 0.3
