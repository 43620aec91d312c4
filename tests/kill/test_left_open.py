"""Batches that were not finished: sealed as they stand, taken up with other settings, or overtaken by the next."""

from __future__ import annotations

from datetime import datetime

import pytest

from mediawatch.lake.batches import BatchKey, read_batch_rows, read_manifest, sealed_batches
from mediawatch.lake.store import Store
from mediawatch.pipeline.admitted import admitted_articles
from mediawatch.records import Article, Reason
from mediawatch.tables.harvest import FETCHED
from mediawatch.tables.ledger import FINAL_OUTCOMES, FinalOutcome
from tests.kill.conftest import BUILD, STEPS, Undisturbed, Yard
from tests.support.lakes import DAY, EVENING, MORNING, rows_of
from tests.support.newsroom import NOON

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

AFTER_ONE_SEGMENT = 13
"""The write of the first shard that follows its first closed segment of articles."""

NEXT = "20260429T220000Z"


def fates(store: Store) -> dict[str, FinalOutcome]:
    return {fate.link_id: fate for fate in rows_of(store, FINAL_OUTCOMES)}


def articles(store: Store) -> dict[str, Article]:
    """The admitted articles; each of them once."""
    found = list(admitted_articles(store, DAY))
    by_id = {article.article_id: article for article in found}
    assert len(by_id) == len(found)
    return by_id


@pytest.fixture(scope="module")
def half(yard: Yard) -> str:
    """A lake whose batch died in its first shard after one closed segment; the other shard is whole."""
    yard.crews.run(yard.on("half", "open", "shard 0", at=AFTER_ONE_SEGMENT))
    yard.crews.run(yard.on("half", "shard 1"))
    return "half"


def test_the_shards_are_dealt_out_once_whatever_the_settings_say_later(
    yard: Yard, half: str, undisturbed: Undisturbed
) -> None:
    yard.copy(half, "five shards")
    yard.crews.run(yard.on("five shards", "open", "shard 0", "shard 2", "shard 4", *STEPS[2:], shards=5))

    assert yard.rows("five shards") == undisturbed.rows


def test_what_a_lost_shard_left_is_pending_and_the_next_batch_has_it(
    yard: Yard, half: str, undisturbed: Undisturbed
) -> None:
    yard.copy(half, "lost")
    yard.crews.run(yard.on("lost", "seal", *BUILD))
    store = yard.store("lost")
    (sealed,) = sealed_batches(store, DAY)
    waiting = {link for link, fate in fates(store).items() if fate.reason is Reason.SHARD_MISSING}
    fetched = {row.link_id for row in read_batch_rows(store, sealed, FETCHED)} - waiting
    assert sealed.missing_shards == (0,)
    assert waiting
    assert fetched

    yard.crews.run(yard.on("lost", *STEPS, batch=NEXT))

    (fate,) = {tuple(fate.reason for link, fate in fates(store).items() if fate.reason is Reason.SHARD_MISSING)}
    assert fate == ()
    again = {row.link_id for row in read_batch_rows(store, sealed_batches(store, DAY)[1], FETCHED)}
    assert again == waiting
    whole = yard.store("undisturbed")
    assert {k: (f.stage, f.reason) for k, f in fates(store).items()} == {
        k: (f.stage, f.reason) for k, f in fates(whole).items()
    }
    assert yard.rows("lost")["documents"] == undisturbed.rows["documents"]


def test_a_seal_without_a_shard_can_die_between_any_two_of_its_writes(yard: Yard, half: str) -> None:
    yard.copy(half, "sealed")
    writes = yard.crews.run(yard.on("sealed", "seal")).writes
    yard.crews.run(yard.on("sealed", *BUILD))
    assert len(writes) >= 2  # what its links became, and the manifest

    def die(death: tuple[int, bool]) -> bool:
        name = f"seal {death}"
        yard.copy(half, name)
        yard.crews.run(yard.on(name, "seal", at=death[0], is_after=death[1]))
        yard.crews.run(yard.on(name, "seal", *BUILD))
        return yard.rows(name) == yard.rows("sealed")

    assert all(yard.crews.each(die, [(at + 1, after) for at in range(len(writes)) for after in (False, True)]))


def test_closing_the_day_seals_what_was_left_open(yard: Yard, half: str) -> None:
    yard.copy(half, "closed")
    yard.crews.run(yard.on("closed", "close"))

    manifest = read_manifest(yard.store("closed"), BatchKey(day=DAY, batch=yard.task.batch))
    assert manifest is not None
    assert manifest.missing_shards == (0,)
    assert any(fate.reason is Reason.SHARD_MISSING for fate in fates(yard.store("closed")).values())


def test_an_evening_batch_may_overtake_a_morning_one_that_was_killed(yard: Yard) -> None:
    def at(moment: datetime, key: str, *steps: str, kill: int = 0) -> None:
        yard.sites.set_now(moment)
        yard.crews.run(yard.on("overtaken", *steps, moment=moment.isoformat(), batch=key, at=kill))

    at(MORNING, "20260429T090000Z", "open", "shard 0", kill=AFTER_ONE_SEGMENT - 5)
    at(EVENING, NEXT, "open", "shard 0", "shard 1", "seal", *BUILD)
    evening = articles(yard.store("overtaken"))
    at(MORNING, "20260429T090000Z", "open", "shard 0", "shard 1", "seal")
    at(EVENING, NEXT, *BUILD, "close")
    yard.sites.set_now(NOON)

    store = yard.store("overtaken")
    assert [manifest.batch for manifest in sealed_batches(store, DAY)] == ["20260429T090000Z", NEXT]
    after = articles(store)
    assert set(after) >= set(evening)
    assert {key: after[key].text_digest for key in evening} == {key: a.text_digest for key, a in evening.items()}
    urls = [fate.url for fate in fates(store).values() if fate.reason is Reason.NOT_INDEXED_YET]
    assert sorted(article.url for article in after.values()) == sorted(urls)
