"""Pointers and leases, on disk and on S3: one winner per number, and a holder that was overtaken is told."""

from __future__ import annotations

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from mediawatch.errors import Contended, Corrupt
from mediawatch.lake.leases import acquire, held_leases, lease
from mediawatch.lake.pointers import Pointer, PointerEntry
from mediawatch.lake.store import Store
from mediawatch.records import now
from tests.support.clocks import Hand
from tests.support.processes import in_processes, start_process

pytestmark = pytest.mark.slow

pytest_plugins = ("tests.support.s3",)


class LostAnswers:
    """A store whose exclusive creates are done and then reported as refused, as after a retried request."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def create(self, key: str, data: bytes) -> bool:
        self._store.create(key, data)
        return False


# -- pointers


def test_a_pointer_begins_with_nothing_and_counts_from_one(store: Store) -> None:
    pointer = Pointer(store, "p")
    assert pointer.current() is None
    first = pointer.advance(None, {"is": "α"})
    assert (first.number, first.value) == (1, {"is": "α"})
    second = pointer.advance(first, {"is": "β"})
    assert pointer.current() == second
    assert pointer.entries() == [first, second]


def test_a_stale_writer_is_refused(store: Store) -> None:
    pointer = Pointer(store, "p")
    first = pointer.advance(None, {"n": 1})
    second = pointer.advance(first, {"n": 2})
    for stale in (None, first):
        with pytest.raises(Contended):
            pointer.advance(stale, {"n": 99})
    assert pointer.current() == second


def test_a_stale_writer_is_refused_where_its_number_was_pruned(store: Store) -> None:
    pointer = Pointer(store, "p")
    entries: list[PointerEntry | None] = [None]
    for number in range(1, 8):
        entries.append(pointer.advance(entries[-1], {"n": number}))
    pointer.prune(keep=3)
    assert [entry.number for entry in pointer.entries()] == [5, 6, 7]
    for stale in entries[:-1]:
        with pytest.raises(Contended):
            pointer.advance(stale, {"n": 99})
    assert pointer.current() == entries[-1]


def test_pointers_do_not_see_those_below_them(store: Store) -> None:
    outer, inner = Pointer(store, "p"), Pointer(store, "p/q")
    inner.advance(inner.advance(None, {}), {"is": "inner"})
    assert outer.current() is None
    assert outer.advance(None, {"is": "outer"}).number == 1


def test_each_number_has_one_winner_among_threads(store: Store) -> None:
    pointer = Pointer(store, "p")

    def step(worker: int) -> PointerEntry | None:
        try:
            return pointer.advance(expected, {"worker": worker})
        except Contended:
            return None

    expected: PointerEntry | None = None
    with ThreadPoolExecutor(8) as threads:
        for number in range(1, 13):
            won = [entry for entry in threads.map(step, range(8)) if entry is not None]
            assert [entry.number for entry in won] == [number]
            expected = pointer.current()
            assert expected == won[0]


COUNT_UP = """
import sys
from mediawatch.errors import Contended
from mediawatch.lake.pointers import Pointer
from mediawatch.lake.opening import open_store
pointer = Pointer(open_store(sys.argv[1]), "count")
done = 0
while done < 12:
    entry = pointer.current()
    try:
        pointer.advance(entry, {"count": entry.value["count"] + 1 if entry else 1})
    except Contended:
        continue
    pointer.prune(keep=3)
    done += 1
"""


def test_no_step_of_racing_processes_is_lost(lake_url: str, store: Store) -> None:
    in_processes(COUNT_UP, [(lake_url,)] * 3)
    last = Pointer(store, "count").current()
    assert last is not None
    assert (last.number, last.value) == (36, {"count": 36})


def test_a_writer_knows_its_own_entry_after_a_lost_answer(store: Store) -> None:
    pointer = Pointer(LostAnswers(store), "p")  # type: ignore[arg-type]
    first = pointer.advance(None, {"n": 1})
    assert Pointer(store, "p").current() == first
    with pytest.raises(Contended):
        pointer.advance(None, {"n": 2})


def test_a_pointer_that_is_no_pointer_is_corrupt(store: Store) -> None:
    for content in (b"", b"[]", b'{"value": {}}', b"\xff"):
        store.put("p/000000000001.json", content)
        with pytest.raises(Corrupt, match="p/000000000001"):
            Pointer(store, "p").current()


# -- leases


def test_a_lease_is_held_by_one(store: Store) -> None:
    clock = Hand()
    with lease(store, "extract/day=2025-05-04", holder="first", seconds=60, clock=clock) as held:
        held.check()
        with (
            pytest.raises(Contended, match="held by first"),
            lease(store, "extract/day=2025-05-04", holder="second", seconds=60, clock=clock),
        ):
            pytest.fail("two hold it")
        with lease(store, "extract", holder="other", seconds=60, clock=clock):
            held.check()


def test_leases_are_listed_while_they_are_held(store: Store) -> None:
    clock = Hand()
    with lease(store, "extract/day=2025-05-04", holder="first", seconds=60, clock=clock):
        with lease(store, "hosts/a.example", holder="second", seconds=600, clock=clock):
            assert held_leases(store, clock()) == ["extract/day=2025-05-04", "hosts/a.example"]
            assert held_leases(store, clock() + timedelta(seconds=61)) == ["hosts/a.example"]
        assert held_leases(store, clock()) == ["extract/day=2025-05-04"]
    store.put("leases/broken/000000000001.json", b"{")
    assert held_leases(store, clock()) == []


def test_a_released_lease_is_free_at_once_and_its_token_grows(store: Store) -> None:
    clock = Hand()
    tokens = []
    for _ in range(4):
        with lease(store, "l", holder="h", seconds=60, clock=clock) as held:
            tokens.append(held.token)
    assert tokens == [1, 2, 3, 4]
    assert len(store.list("leases/l")) == 1


def test_an_error_releases_the_lease(store: Store) -> None:
    clock = Hand()
    with pytest.raises(ZeroDivisionError), lease(store, "l", holder="h", seconds=60, clock=clock):
        raise ZeroDivisionError
    with lease(store, "l", holder="next", seconds=60, clock=clock) as held:
        assert held.token == 2


def test_an_expired_lease_is_taken_over_and_the_late_holder_is_fenced(store: Store) -> None:
    clock = Hand()
    with lease(store, "l", holder="slow", seconds=60, clock=clock) as slow:
        clock.turn(60)
        slow.check()
        with lease(store, "l", holder="quick", seconds=60, clock=clock) as quick:
            assert quick.token > slow.token
            for late in (slow.check, slow.renew):
                with pytest.raises(Contended, match="taken over"):
                    late()
            slow.release()
            quick.check()
            with pytest.raises(Contended, match="held by quick"), lease(store, "l", holder="x", seconds=1, clock=clock):
                pytest.fail("the late holder has freed what it does not hold")


def test_renewing_holds_on(store: Store) -> None:
    clock = Hand()
    with lease(store, "l", holder="h", seconds=60, clock=clock) as held:
        for _ in range(3):
            clock.turn(50)
            held.renew()
            with pytest.raises(Contended), lease(store, "l", holder="x", seconds=60, clock=clock):
                pytest.fail("it was renewed")
        clock.turn(60)
        with lease(store, "l", holder="x", seconds=60, clock=clock) as next_one:
            assert next_one.token == 2


def test_a_lease_is_renewed_as_time_goes_by_though_its_holder_says_nothing(store: Store) -> None:
    with lease(store, "l", holder="silent", seconds=3, clock=now) as held:
        first, until = held.expires_at, now() + timedelta(seconds=4)
        while now() < until:
            with pytest.raises(Contended, match="held by silent"), lease(store, "l", holder="x", seconds=1, clock=now):
                pytest.fail("it was renewed")
            time.sleep(0.2)
        assert held.expires_at > first
        held.check()


def test_a_released_lease_may_rest_before_it_is_followed(store: Store) -> None:
    clock = Hand()
    held = acquire(store, "l", holder="h", seconds=60, clock=clock)
    held.release(rest_seconds=5)
    clock.turn(4)
    with pytest.raises(Contended, match="held by h"), lease(store, "l", holder="x", seconds=1, clock=clock):
        pytest.fail("it rests")
    clock.turn(1)
    with lease(store, "l", holder="x", seconds=1, clock=clock) as next_one:
        assert next_one.token == 2


def test_of_many_takers_of_an_expired_lease_one_wins(store: Store) -> None:
    clock = Hand()

    def take(_: int) -> int | None:
        try:
            return kept.enter_context(lease(store, "l", holder="h", seconds=60, clock=clock)).token
        except Contended:
            return None

    with ExitStack() as kept, ThreadPoolExecutor(8) as threads:
        for number in range(1, 9):
            assert [token for token in threads.map(take, range(8)) if token is not None] == [number]
            clock.turn(61)


HOLD = """
import sys
from mediawatch.lake.leases import acquire, held_leases, lease
from mediawatch.lake.opening import open_store
from mediawatch.records import now
with lease(open_store(sys.argv[1]), "l", holder="child", seconds=3600, clock=now):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_lease_of_a_killed_process_is_free_and_of_a_living_one_not(lake_url: str, store: Store) -> None:
    clock = Hand()
    clock.moment = datetime.now(UTC)
    process = start_process(HOLD, lake_url)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    with pytest.raises(Contended, match="held by child"), lease(store, "l", holder="x", seconds=1, clock=clock):
        pytest.fail("the child lives")
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    with lease(store, "l", holder="x", seconds=1, clock=clock) as held:
        assert held.token == 2


def test_a_taker_knows_its_own_lease_after_a_lost_answer(store: Store) -> None:
    clock = Hand()
    with lease(LostAnswers(store), "l", holder="h", seconds=60, clock=clock) as held:  # type: ignore[arg-type]
        held.check()
        with pytest.raises(Contended), lease(store, "l", holder="x", seconds=60, clock=clock):
            pytest.fail("it is held")


def test_a_lease_that_is_no_lease_is_corrupt(store: Store) -> None:
    store.put("leases/l/000000000001.json", b'{"holder": "h"}')
    with pytest.raises(Corrupt, match="leases/l"), lease(store, "l", holder="h", seconds=1, clock=Hand()):
        pytest.fail("nobody can tell who holds it")
