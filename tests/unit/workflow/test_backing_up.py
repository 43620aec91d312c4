"""The facts of a lake copied to another place and back: whole batches only, checked, and no more than is new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mediawatch.context import Context
from mediawatch.errors import BadRequest, Contended, Unavailable
from mediawatch.harvest.harvesting import harvest_shard, open_batch
from mediawatch.lake.folders import FACTS
from mediawatch.lake.leases import lease
from mediawatch.lake.opening import open_store
from mediawatch.lake.store import Store
from mediawatch.workflow.backing_up import back_up, restore
from mediawatch.workflow.runner import build_day
from mediawatch.workflow.verifying.lake import verify
from mediawatch.workflow.watch import watch_day
from tests.support.damage import damage
from tests.support.days import day_as_rows
from tests.support.gazette import open_gazettes
from tests.support.lakes import DAY, a_context, copy_of
from tests.support.town import NEXT, SLUG, Town, live_through, open_town
from tests.support.whole_lake import holders

pytestmark = pytest.mark.slow

pytest_plugins = ("tests.support.s3",)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town without an index, whose day was closed, watched and told."""
    folder = tmp_path_factory.mktemp("town")
    with open_gazettes("paper") as [paper]:
        context = a_context(folder, paper.source(), shards=1)
        yield live_through(open_town(context, paper, folder, elasticsearch_url="", indexed=dict))


@pytest.fixture
def town(lived: Town, tmp_path: Path) -> Town:
    """The same on a copy of its lake."""
    return replace(lived, context=copy_of(lived.context, tmp_path / "town"))


def facts(store: Store) -> dict[str, bytes]:
    return {key: store.read(key) for folder in FACTS for key in store.list(folder)}


def over(context: Context, store: Store) -> Context:
    return replace(context, store=store)


def restored_at(town: Town, folder: Path) -> Context:
    settings = town.context.settings.model_copy(update={"lake_url": str(folder)})
    return replace(town.context, settings=settings, store=open_store(folder))


def test_a_backup_is_a_lake_of_the_facts_alone_and_only_what_is_new_is_copied(town: Town, store: Store) -> None:
    context = town.context
    done = back_up(context.store, store, context.clock)

    assert facts(store) == facts(context.store)
    assert {"harvest", "register", "boilerplate", "looks", "outbox"} <= set(store.folders("")) <= {*FACTS, "leases"}
    assert (done.copied, done.same, done.faults) == (len(facts(store)), 0, [])
    assert done.size_bytes == sum(map(len, facts(store).values()))
    assert not verify(over(context, store), is_deep=True).is_damaged
    again = back_up(context.store, store, context.clock)
    assert (again.copied, again.same, again.size_bytes) == (0, done.copied, 0)
    assert again.line() == f"0 objects copied, 0.0 MB; {done.copied} were there already"


def test_restored_the_days_are_built_as_they_were_and_nothing_is_told_again(
    town: Town, store: Store, tmp_path: Path
) -> None:
    back_up(town.context.store, store, town.context.clock)
    context = restored_at(town, tmp_path / "new")
    done = restore(store, context.store)
    assert (done.faults, facts(context.store)) == ([], facts(town.context.store))
    assert restore(store, context.store).copied == 0

    build_day(context, DAY)
    watch_day(context, DAY)
    built = day_as_rows(context.store, DAY)
    assert built == {name: rows for name, rows in day_as_rows(town.context.store, DAY).items() if name in built}
    assert any("alerts" in key for key in context.store.list("detect"))
    sent = len(town.post.parcels)
    replace(town, context=context).tell()
    assert len(town.post.parcels) == sent


def test_what_a_harvest_has_not_sealed_yet_is_left_out(town: Town, tmp_path: Path) -> None:
    target = open_store(tmp_path / "backup")
    context = town.context
    batch = open_batch(context, day=NEXT, run_key="20260430T090000Z")
    harvest_shard(context, batch, 0)
    back_up(context.store, target, context.clock)
    assert context.store.list(batch.path)
    assert target.list(batch.path) == []


def test_a_forgotten_address_leaves_the_backup_with_the_next_one(town: Town, tmp_path: Path) -> None:
    target = open_store(tmp_path / "backup")
    back_up(town.context.store, target, town.context.clock)
    assert holders(tmp_path / "backup", SLUG)
    town.forget(f"/a/{SLUG}")
    assert back_up(town.context.store, target, town.context.clock).faults == []
    assert holders(tmp_path / "backup", SLUG) == []
    assert not verify(over(town.context, target), is_deep=True).is_damaged


def test_damage_is_named_and_never_copied_over_a_good_copy(town: Town, tmp_path: Path) -> None:
    target = open_store(tmp_path / "backup")
    back_up(town.context.store, target, town.context.clock)
    sound = facts(target)
    hurt = [key for key in sound if key.endswith((".warc.gz", "letter.json", "plan.json"))]
    assert len({key.rpartition(".")[2] for key in hurt}) == 2
    manifest = next(key for key in sound if key.endswith("manifest.json"))
    for key in [*hurt, manifest]:
        damage(town.lake / key, "flip")
    done = back_up(town.context.store, target, town.context.clock)
    assert facts(target) == sound
    assert done.copied == 0
    assert any(manifest in fault for fault in done.faults)


def test_damage_in_a_backup_is_named_and_the_rest_restored(town: Town, tmp_path: Path) -> None:
    target = open_store(tmp_path / "backup")
    back_up(town.context.store, target, town.context.clock)
    warc = next(key for key in facts(target) if key.endswith(".warc.gz"))
    damage(tmp_path / "backup" / warc, "flip")
    parquet = next(key for key in facts(target) if key.endswith("candidates.parquet"))
    (tmp_path / "backup" / parquet).unlink()
    new = open_store(tmp_path / "new")
    done = restore(target, new)
    assert sorted(fault.partition(":")[0] for fault in done.faults) == sorted([warc, parquet])
    assert facts(new).keys() == facts(town.context.store).keys() - {warc, parquet}
    # The lake is whole still: the next backup mends the copy.
    assert back_up(town.context.store, target, town.context.clock).copied == 2
    assert facts(target) == facts(town.context.store)


def test_places_that_are_no_backup_or_not_empty_are_refused(town: Town, tmp_path: Path) -> None:
    context = town.context
    for place in (town.lake, town.lake / "backup", town.lake.parent):
        with pytest.raises(BadRequest, match="in another place than the lake"):
            back_up(context.store, open_store(place), context.clock)
    other = copy_of(context, tmp_path / "other")
    with pytest.raises(BadRequest, match="which no backup has"):
        back_up(context.store, other.store, context.clock)
    with pytest.raises(BadRequest, match="There is no backup there"):
        restore(open_store(tmp_path / "nothing"), open_store(tmp_path / "new"))
    back_up(context.store, open_store(tmp_path / "backup"), context.clock)
    with pytest.raises(BadRequest, match="an empty place only, and .* lies there already"):
        restore(open_store(tmp_path / "backup"), other.store)


def test_one_backup_at_a_time(town: Town, store: Store) -> None:
    with (
        lease(store, "backup", holder="a backup", seconds=60, clock=town.context.clock),
        pytest.raises(Contended, match="held by a backup"),
    ):
        back_up(town.context.store, store, town.context.clock)


def test_one_that_was_cut_off_goes_on(town: Town, tmp_path: Path) -> None:
    class Full:
        """A target that has no room left after some writes."""

        def __init__(self, inner: Store, room: int) -> None:
            self.inner, self.room = inner, room

        def put(self, key: str, data: bytes | Path) -> None:
            self.room -= key.startswith(FACTS)
            if self.room < 0 and key.startswith(FACTS):
                raise Unavailable("no room left")
            self.inner.put(key, data)

        def __getattr__(self, name: str) -> object:
            return getattr(self.inner, name)

    target = open_store(tmp_path / "backup")
    with pytest.raises(Unavailable):
        back_up(town.context.store, Full(target, 12), town.context.clock)  # type: ignore[arg-type]
    assert len(facts(target)) == 12
    done = back_up(town.context.store, target, town.context.clock)
    assert done.same >= 12
    assert facts(target) == facts(town.context.store)
