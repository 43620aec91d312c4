"""What sealed batches say about links: who is done with, who waits, and for how long that is remembered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from mediawatch.harvest.memory import FORGET_REASONS, Memory, remember, seen_links
from mediawatch.lake.batches import BatchKey
from mediawatch.lake.opening import open_store
from mediawatch.lake.store import Store
from mediawatch.records import Reason
from mediawatch.tables.harvest import DiscoveredLink
from tests.support.lakes import DAY, MORNING, Shard, a_candidate, a_page, seal_by_hand

NEXT = BatchKey(day=DAY + timedelta(days=1), batch="next")
FINAL = [reason for reason in Reason if reason.is_final]
PENDING = [reason for reason in Reason if not reason.is_final]
LINK = a_candidate().link_id

Seal = Callable[..., None]


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return open_store(str(tmp_path_factory.mktemp("lake")))


@pytest.fixture
def seal(store: Store) -> Seal:
    """Seals the batch `batch` of `day` over one link that was fetched with this outcome, or `found` as they are."""

    def sealed(reason: Reason | None = None, *, batch: str = "b1", day: date = DAY, **changes: object) -> None:
        candidate = a_candidate(**changes)  # type: ignore[arg-type]
        seal_by_hand(
            store,
            BatchKey(day=day, batch=batch),
            Shard(candidates=[candidate], fetched=[(candidate, reason)]),
        )

    return sealed


def recalled(store: Store, before: BatchKey = NEXT, days: int = 5) -> Memory:
    """What is remembered of LINK and of what waits of its source."""
    return remember(store, before=before, window_days=days).recalled(store, [LINK], ["paper"])


def known(store: Store, *candidates: DiscoveredLink, days: int = 5) -> set[str]:
    asked = {c.link_id for c in candidates} or {LINK}
    return set(remember(store, before=NEXT, window_days=days).known(store, asked))


def test_an_empty_lake_remembers_nothing(store: Store) -> None:
    memory = recalled(store)
    assert (memory.final, memory.pending, memory.fetched, memory.announced) == (frozenset(), {}, {}, {})
    assert memory.known(store, [LINK]) == frozenset()


@pytest.mark.parametrize("reason", [None, Reason.GONE, Reason.FORBIDDEN, Reason.UNCHANGED, Reason.EXPIRED])
def test_a_final_outcome_makes_a_link_known(store: Store, seal: Seal, reason: Reason | None) -> None:
    seal(reason)
    assert known(store) == {LINK}
    assert recalled(store).pending == {}


@pytest.mark.parametrize("reason", sorted(FORGET_REASONS))
def test_what_costs_nothing_to_decide_is_decided_again(store: Store, reason: Reason) -> None:
    seal_by_hand(store, BatchKey(day=DAY, batch="b1"), Shard(candidates=[a_candidate(reason=reason)]))
    assert known(store) == set()
    assert recalled(store).pending == {}


@pytest.mark.parametrize("reason", PENDING)
def test_what_can_be_retried_waits(store: Store, seal: Seal, reason: Reason) -> None:
    seal(reason)
    assert set(recalled(store).pending) == {LINK}
    assert known(store) == set()


def test_the_newest_state_counts(store: Store, seal: Seal) -> None:
    seal(Reason.TOO_SLOW, batch="b1", title="first")
    seal(Reason.RATE_LIMITED, batch="b2", title="second")
    assert [c.title for c in recalled(store).pending.values()] == ["second"]

    seal(None, batch="b3")
    assert recalled(store).pending == {}
    assert known(store) == {LINK}


def test_a_later_failure_of_a_check_again_does_not_undo_what_is_known(store: Store, seal: Seal) -> None:
    seal(None, batch="b1")
    seal(Reason.TOO_SLOW, batch="b2", is_recheck=True)
    assert recalled(store).pending == {}
    assert known(store) == {LINK}


def test_a_link_put_off_at_discovery_waits(store: Store) -> None:
    put_off = a_candidate(reason=Reason.OVER_LIMIT)
    seal_by_hand(store, BatchKey(day=DAY, batch="b1"), Shard(candidates=[put_off]))
    assert recalled(store).pending == {put_off.link_id: put_off}


def test_the_last_fetch_is_what_a_check_again_starts_from(store: Store) -> None:
    candidate = a_candidate()
    for number, etag in enumerate(('"one"', '"two"')):
        page = a_page(candidate, etag=etag, fetched_at=MORNING + timedelta(hours=number))
        seal_by_hand(store, BatchKey(day=DAY, batch=f"b{number}"), Shard(candidates=[candidate], pages=[page]))
    fetched = recalled(store).fetched[LINK]
    assert (fetched.etag, fetched.first_seen_at) == ('"two"', MORNING)
    assert fetched.fetched_at == MORNING + timedelta(hours=1)


def test_a_batch_does_not_remember_itself_nor_days_to_come(store: Store, seal: Seal) -> None:
    seal(None, batch="own")
    seal(None, day=DAY + timedelta(days=1))
    memory = recalled(store, BatchKey(day=DAY, batch="own"))
    assert memory.final == memory.known(store, [LINK]) == frozenset()


def test_fetched_long_ago_a_link_is_known_without_its_days_being_read(store: Store, seal: Seal) -> None:
    """By the pages of days that nobody has rolled up."""
    seal(None, day=DAY - timedelta(days=100))
    for back in range(3):
        seal(None, day=DAY - timedelta(days=back), url=f"https://www.paper.example/b/{back}")
    memory = remember(store, before=NEXT, window_days=2)
    assert LINK not in memory.recalled(store, [LINK], ["paper"]).final
    assert memory.known(store, [LINK, "0" * 32]) == {LINK}


def test_days_without_batches_do_not_use_up_the_window(store: Store, seal: Seal) -> None:
    seal(Reason.TOO_SLOW, day=DAY - timedelta(days=40))
    assert set(recalled(store, days=1).pending) == {LINK}


def test_what_is_not_asked_for_is_not_read_into_memory(store: Store) -> None:
    """Of a window of days a shard asks for its own links and sources."""
    other = a_candidate("https://www.other.example/1", source="other")
    waits, theirs = (a_candidate(f"https://www.{name}.example/2", source=name) for name in ("paper", "other"))
    own = a_candidate()
    shard = Shard(
        candidates=[own, other, waits, theirs],
        fetched=[(own, None), (other, None), (waits, Reason.TOO_SLOW), (theirs, Reason.TOO_SLOW)],
    )
    seal_by_hand(store, BatchKey(day=DAY, batch="b1"), shard)
    memory = recalled(store)
    assert (memory.final, set(memory.fetched), set(memory.pending)) == ({LINK}, {LINK}, {waits.link_id})
    assert memory.known(store, [LINK, other.link_id]) == {LINK}
    whole = remember(store, before=NEXT, window_days=5)
    assert whole.known(store, [LINK, other.link_id, waits.link_id]) == {LINK, other.link_id}


def test_what_another_source_brought_in_waits_no_more(store: Store, seal: Seal) -> None:
    seal(Reason.TOO_SLOW, batch="b1")
    seal(None, batch="b2", source="other")
    assert recalled(store).pending == {}
    assert known(store) == {LINK}


class TestSeenLinks:
    """What a closed day adds to the roll-up."""

    @pytest.mark.parametrize("reason", [r for r in FINAL if r not in FORGET_REASONS])
    def test_what_is_done_with_is_seen(self, store: Store, seal: Seal, reason: Reason) -> None:
        seal(reason)
        assert [(row.link_id, row.day) for row in seen_links(store, DAY)] == [(LINK, DAY)]

    @pytest.mark.parametrize("reason", [*PENDING, *sorted(FORGET_REASONS)])
    def test_what_waits_or_is_decided_again_is_not(self, store: Store, seal: Seal, reason: Reason) -> None:
        seal(reason)
        assert seen_links(store, DAY) == []

    def test_each_link_once_however_often_it_was_tried(self, store: Store, seal: Seal) -> None:
        seal(Reason.TOO_SLOW, batch="b1")
        seal(None, batch="b2")
        seal(Reason.UNCHANGED, batch="b3", is_recheck=True)
        assert [row.link_id for row in seen_links(store, DAY)] == [LINK]
