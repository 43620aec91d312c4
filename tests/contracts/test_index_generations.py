"""A new generation is built beside the live one and takes its place without a gap."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from mediawatch.search import (
    abandon,
    begin_generation,
    count,
    drop_generations,
    live_generation,
    provision,
    search,
    swap,
)
from tests.support.index import Index, an_article, asked

pytest_plugins = ("tests.support.index_fixtures",)
pytestmark = pytest.mark.server


def test_a_generation_being_filled_is_not_searched(index: Index) -> None:
    index.write([an_article("旧的新闻", "旧")])
    second = begin_generation(index.client, index.settings.index_prefix)
    index.write([an_article("新的新闻", "新")], second)

    assert second.number == 2
    assert [hit.title for hit in search(index.client, index.settings, asked("新闻"))] == ["旧的新闻"]
    assert index.live.number == 1


def test_swapping_shows_the_new_generation_and_nothing_else(index: Index) -> None:
    index.write([an_article("旧的新闻", "旧")])
    second = begin_generation(index.client, index.settings.index_prefix)
    index.write([an_article("新的新闻", "新")], second)

    left = swap(index.client, second)

    assert left == [f"{index.settings.index_prefix}-articles-g000001", _month(index, 1)]
    assert [hit.title for hit in search(index.client, index.settings, asked("新闻"))] == ["新的新闻"]
    assert index.live == second
    assert drop_generations(index.client, index.settings.index_prefix) == left
    assert not index.client.indices.exists(index=left[0])


def test_an_empty_generation_can_take_over(index: Index) -> None:
    index.write([an_article("旧的新闻", "旧")])

    swap(index.client, begin_generation(index.client, index.settings.index_prefix))

    assert count(index.client, index.settings, asked("")) == 0
    assert index.live.number == 2


def test_a_month_opened_after_the_swap_is_searched(index: Index) -> None:
    swap(index.client, begin_generation(index.client, index.settings.index_prefix))

    index.write([an_article("四月", "四月", first_seen_at=datetime(2026, 4, 2, tzinfo=UTC))])

    assert count(index.client, index.settings, asked("四月")) == 1


def test_dropping_spares_the_live_one_and_the_one_being_filled(index: Index) -> None:
    second = begin_generation(index.client, index.settings.index_prefix)
    third = begin_generation(index.client, index.settings.index_prefix)
    swap(index.client, second)

    dropped = drop_generations(index.client, index.settings.index_prefix)

    assert dropped == [f"{index.settings.index_prefix}-articles-g000001"]
    assert third.number == 3
    assert index.client.indices.exists(index=third.anchor)


def test_an_unfinished_generation_can_be_abandoned_but_not_the_live_one(index: Index) -> None:
    second = begin_generation(index.client, index.settings.index_prefix)
    index.write([an_article("新的新闻", "新")], second)

    abandon(index.client, second)

    assert not index.client.indices.exists(index=second.anchor)
    assert not index.client.indices.exists(index=_month(index, 2))
    with pytest.raises(ValueError, match="live"):
        abandon(index.client, index.live)


def test_provisioning_during_a_rebuild_keeps_the_live_generation(index: Index) -> None:
    begin_generation(index.client, index.settings.index_prefix)

    assert not provision(index.client, index.settings).created
    assert index.live.number == 1


def test_small_indices_have_generations_too(index: Index) -> None:
    prefix = index.settings.index_prefix
    second = begin_generation(index.client, prefix, "ledger")
    swap(index.client, second)

    assert live_generation(index.client, prefix, "ledger") == second
    assert drop_generations(index.client, prefix, "ledger") == [f"{prefix}-ledger-g000001"]


def test_a_search_sees_neither_an_error_nor_nothing_while_generations_come_and_go(index: Index) -> None:
    articles = [an_article(f"港口新闻{number}", "港口") for number in range(40)]
    index.write(articles)
    seen: list[int] = []
    failures: list[Exception] = []
    over = threading.Event()

    def evaluation() -> None:
        while not over.is_set():
            try:
                seen.append(count(index.client, index.settings, asked("港口")))
                seen.append(len(search(index.client, index.settings, asked("港口"), size=100)))
            except Exception as error:  # noqa: BLE001 - whatever it is, the test must show it
                failures.append(error)

    watcher = threading.Thread(target=evaluation)
    watcher.start()
    try:
        for _ in range(5):
            generation = begin_generation(index.client, index.settings.index_prefix)
            index.write(articles, generation)
            swap(index.client, generation)
            drop_generations(index.client, index.settings.index_prefix)
    finally:
        over.set()
        watcher.join()

    assert not failures
    assert len(seen) > 20
    assert set(seen) == {40}


def _month(index: Index, number: int) -> str:
    return f"{index.settings.index_prefix}-articles-g{number:06d}-2026.03"
