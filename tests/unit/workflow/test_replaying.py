"""Days built anew beside the lake: the same when nothing changed, else what changed; kept on request, told never."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from mediawatch.context import Context, Report
from mediawatch.errors import BadRequest, Contended, Corrupt, NotReady, Unavailable
from mediawatch.extraction.register import registered_on
from mediawatch.lake.disk import DiskStore
from mediawatch.lake.history import query
from mediawatch.lake.leases import lease
from mediawatch.lake.opening import open_store
from mediawatch.lake.overlay import OverlayStore
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, current, read_rows
from mediawatch.tables import TABLES
from mediawatch.tables.extraction import ARTICLES
from mediawatch.tables.keywords import ALERTS
from mediawatch.tables.search import INDEX_OUTCOMES
from mediawatch.workflow.closing import close_day
from mediawatch.workflow.replaying import replay
from mediawatch.workflow.runner import STAGES, bring_to_index, build_day, is_built
from mediawatch.workflow.verifying.lake import verify
from mediawatch.workflow.watch import tell, watch_day
from tests.support.days import made_as_rows
from tests.support.gazette import Gazette, at, open_gazettes
from tests.support.lakes import DAY, MORNING, a_context, copy_of, harvest, rows_of
from tests.support.sinks import HttpSink
from tests.support.small_index import small_index

pytestmark = pytest.mark.slow

pytest_plugins = ("tests.support.s3",)

FIRST, SECOND = "20260429T090000Z", "20260430T090000Z"
NEXT = DAY + timedelta(days=1)
OLD = "the version before"
Change = Callable[[Any], Any]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Context:
    """Two days of a paper, closed and watched a week ago; the second has a revision and a story of the first."""
    folder = tmp_path_factory.mktemp("lived")
    (folder / "watchlists").mkdir()
    lists = [{"name": "water", "terms": ["水库"], "min_publishers": 1, "min_articles": 1}]
    (folder / "watchlists/lists.yaml").write_text(yaml.safe_dump(lists, allow_unicode=True), encoding="utf-8")
    with open_gazettes("paper") as [paper]:
        context = a_context(folder, paper.source(), shards=1, watchlists_dir=folder / "watchlists")
        _live(context, paper)
    return at(context, MORNING + timedelta(days=7))


def _live(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1", "/a/2", "/a/3")
    harvest(context, FIRST)
    tomorrow = at(context, MORNING + timedelta(days=1))
    close_day(tomorrow, DAY)
    watch_day(tomorrow, DAY)
    paper.publish("/a/2", text="更正：水位为昨夜所测。", at=MORNING + timedelta(days=1))
    paper.publish("/b/1", at=MORNING + timedelta(days=1))
    harvest(tomorrow, SECOND)
    after = at(context, MORNING + timedelta(days=2))
    close_day(after, NEXT)
    watch_day(after, NEXT)


@pytest.fixture
def context(lived: Context, tmp_path: Path) -> Context:
    """The newsroom on a copy of that lake."""
    return copy_of(lived, tmp_path / "copy")


def older(context: Context, key: PartitionKey, **changes: Change) -> None:
    """Put in place of what stands in the partition what an older version had made: tables with their rows changed."""
    receipt = current(context.store, key)
    assert receipt is not None
    tables = [table for table in TABLES if table.stage == key.stage and table.name in receipt.tables]
    rows = {table.name: list(read_rows(context.store, receipt, table)) for table in tables}
    writer = PartitionWriter(context.store, key, inputs=receipt.inputs, version=OLD, settings=receipt.settings)
    for table in tables:
        writer.append(table, changes.get(table.name, list)(rows[table.name]))
    writer.publish()


@pytest.fixture
def aged(context: Context) -> Context:
    """The first day as an older version had left it."""
    older(context, PartitionKey(stage="extract", day=DAY, batch=FIRST), articles=retitled)
    older(context, PartitionKey(stage="cluster", day=DAY), stories=lambda rows: rows[1:])
    older(context, PartitionKey(stage="detect", day=DAY), alerts=lambda rows: [])
    return context


def retitled(rows: list[Any]) -> list[Any]:
    """Without the first article, and with another title of the second."""
    return [replace(rows[1], title="旧版标题"), *rows[2:]]


def everything(folder: str | Path) -> dict[str, bytes]:
    """Each file of a lake."""
    return {str(path): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def test_with_equal_versions_every_row_is_what_it_was_and_the_lake_is_not_touched(
    context: Context, tmp_path: Path
) -> None:
    before = everything(context.settings.lake_url)
    done = replay(context, DAY, NEXT, place=tmp_path / "place")

    assert done.days == [DAY, NEXT]
    assert done.comparison.is_identical
    summary, *more = done.lines()
    assert summary == (
        f"{DAY} to {NEXT}, 2 days: {done.comparison.rows} rows of {done.comparison.tables} tables identical"
    )
    assert more == []
    assert done.comparison.rows > 4 * len(rows_of(context.store, ARTICLES, batch=FIRST)) > 0
    assert everything(context.settings.lake_url) == before
    assert list((tmp_path / "place").iterdir()) == []


@pytest.mark.server
def test_a_lake_in_s3_is_replayed_on_the_disk(lived: Context, s3_url: str, tmp_path: Path) -> None:
    store = open_store(s3_url)
    for key in lived.store.list(""):
        store.put(key, lived.store.read(key))
    there = replace(lived, store=store, settings=lived.settings.model_copy(update={"lake_url": s3_url}))
    before = store.sizes("")
    assert replay(there, DAY, NEXT, place=tmp_path).comparison.is_identical
    assert replay(there, NEXT, NEXT, start="terms", place=tmp_path).comparison.is_identical
    assert store.sizes("") == before
    over = OverlayStore(store, DiskStore(tmp_path / "above"), DiskStore(tmp_path / "gone"))
    infos = [info for day in (DAY, NEXT) for info in registered_on(store, day)]
    over.put(infos[0].key, store.read(infos[0].key))
    assert query(over, infos, "SELECT count(*) FROM rows") == query(store, infos, "SELECT count(*) FROM rows")


def test_says_which_articles_stories_and_alerts_an_older_version_had_otherwise(
    aged: Context, lived: Context, tmp_path: Path
) -> None:
    before = everything(aged.settings.lake_url)
    done = replay(aged, DAY, NEXT, place=tmp_path / "place")

    told = len(rows_of(lived.store, ALERTS))
    assert told > 0
    changes = done.comparison.changes
    assert {name: (c.gained, c.lost, c.changed) for name, c in changes.items()} == {
        "extract.articles": (1, 0, 1),
        "cluster.stories": (1, 0, 0),
        "detect.alerts": (told, 0, 0),
    }
    assert changes["extract.articles"].fields == {"title": 1}
    assert done.comparison.causes == {
        f"{stage}: version {OLD} then, {STAGES[stage].version} now": 1 for stage in ("extract", "cluster", "detect")
    }
    lines = list(done.lines())
    assert "articles: 1 gained, 1 changed (title 1)" in lines
    assert any("旧版标题" in line for line in lines)
    assert any(line.endswith("gained: water") or "gained: 水库" in line for line in lines)
    assert lines[-1] == "nothing was changed; --keep publishes what was built anew"
    assert everything(aged.settings.lake_url) == before


def test_kept_the_days_are_as_their_facts_have_them_and_everything_is_fresh(
    aged: Context, lived: Context, tmp_path: Path
) -> None:
    done = replay(aged, DAY, NEXT, keep=True, place=tmp_path / "place")

    assert done.is_kept
    assert list(done.lines())[-1] == "published"
    for day in (DAY, NEXT):
        assert made_as_rows(aged.store, day) == made_as_rows(lived.store, day)
        assert is_built(aged, day)
    assert verify(aged, is_deep=True).findings == []
    assert replay(aged, DAY, NEXT, place=tmp_path / "place").comparison.is_identical


def test_kept_while_elasticsearch_is_away_the_lake_is_right_and_the_index_waits(
    aged: Context, lived: Context, tmp_path: Path
) -> None:
    away = aged.settings.model_copy(update={"elasticsearch_url": "http://127.0.0.1:9"})
    with pytest.raises(Unavailable):
        replay(replace(aged, settings=away), DAY, NEXT, keep=True, place=tmp_path / "place")

    assert rows_of(aged.store, ARTICLES, batch=FIRST) == rows_of(lived.store, ARTICLES, batch=FIRST)
    with small_index() as index:
        back = aged.settings.model_copy(update={"elasticsearch_url": index.url})
        build_day(replace(aged, settings=back), DAY)
        assert {row.reason for row in rows_of(aged.store, INDEX_OUTCOMES)} == {None}


def test_kept_a_day_that_cannot_be_brought_to_the_index_now_keeps_no_other_from_it(
    aged: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[date] = []

    def unless_first(context: Context, day: date, report: Report) -> None:
        tried.append(day)
        if day == DAY:
            raise NotReady("the articles wait to be indexed")
        bring_to_index(context, day, report)

    monkeypatch.setattr("mediawatch.workflow.replaying_publication.bring_to_index", unless_first)
    told: list[str] = []
    with small_index() as index:
        there = replace(aged, settings=aged.settings.model_copy(update={"elasticsearch_url": index.url}))
        with pytest.raises(NotReady, match="articles wait"):
            replay(there, DAY, NEXT, keep=True, place=tmp_path / "place", report=told.append)
    assert tried == [DAY, NEXT]
    assert f"{DAY}: the articles wait to be indexed" in told
    assert index.articles


def test_it_begins_with_any_stage_and_takes_what_is_before_as_it_stands(context: Context, tmp_path: Path) -> None:
    older(context, PartitionKey(stage="detect", day=DAY), alerts=lambda rows: [])
    older(context, PartitionKey(stage="cluster", day=DAY), stories=lambda rows: rows[1:])

    def differing(start: str) -> set[str]:
        return set(replay(context, DAY, DAY, start=start, place=tmp_path).comparison.changes)

    assert differing("detect") == differing("terms") == {"detect.alerts"}
    assert differing("cluster") == differing("audit") == {"detect.alerts", "cluster.stories"}


def test_what_only_elasticsearch_decides_is_no_difference(context: Context, tmp_path: Path) -> None:
    with small_index() as index:
        there = context.settings.model_copy(update={"elasticsearch_url": index.url})
        indexed = replace(context, settings=there)
        build_day(indexed, DAY)
        assert {row.reason for row in rows_of(context.store, INDEX_OUTCOMES)} == {None}
        written = list(index.written)
        assert replay(indexed, DAY, DAY, place=tmp_path).comparison.is_identical
        assert index.written == written


def test_old_alerts_are_not_sent_again(aged: Context, tmp_path: Path) -> None:
    with HttpSink() as sink:
        folder = aged.settings.watchlists_dir
        shutil.copytree(folder, tmp_path / "watchlists")
        desk = {"name": "desk", "channels": [{"name": "chat", "url": sink.url}]}
        (tmp_path / "watchlists/recipients.yaml").write_text(yaml.safe_dump([desk]), encoding="utf-8")
        told = replace(aged, settings=aged.settings.model_copy(update={"watchlists_dir": tmp_path / "watchlists"}))
        replay(told, DAY, NEXT, keep=True, place=tmp_path / "place")
        assert rows_of(told.store, ALERTS)
        assert tell(told, [DAY, NEXT]).problems == []
        assert sink.received == []
    assert told.store.list("outbox") == []


def test_one_that_was_killed_goes_on_where_it_ended(aged: Context, lived: Context, tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    def kill(line: str) -> None:
        if line.startswith(f"{NEXT}: audit"):
            raise Killed(line)

    before = everything(aged.settings.lake_url)
    with pytest.raises(Killed):
        replay(aged, DAY, NEXT, keep=True, place=tmp_path / "place", report=kill)
    assert everything(aged.settings.lake_url) == before
    lines: list[str] = []
    replay(aged, DAY, NEXT, keep=True, place=tmp_path / "place", report=lines.append)
    assert not any(line.startswith((f"{DAY}: extract", f"{NEXT}: extract")) for line in lines)
    assert made_as_rows(aged.store, DAY) == made_as_rows(lived.store, DAY)


def test_a_day_that_somebody_builds_is_not_published_over(aged: Context, tmp_path: Path) -> None:
    before = rows_of(aged.store, ARTICLES, batch=FIRST)
    key = PartitionKey(stage="extract", day=DAY, batch=FIRST)
    with (
        lease(aged.store, key.path, holder="a build", seconds=60, clock=aged.clock),
        pytest.raises(Contended, match="a build"),
    ):
        replay(aged, DAY, NEXT, keep=True, place=tmp_path)
    assert rows_of(aged.store, ARTICLES, batch=FIRST) == before


def test_what_stands_there_damaged_is_named_and_made_whole_by_keeping(aged: Context, tmp_path: Path) -> None:
    receipt = current(aged.store, PartitionKey(stage="extract", day=DAY, batch=FIRST))
    assert receipt is not None
    part = receipt.tables["articles"].parts[0].key
    aged.store.put(part, b"nothing of the kind")
    done = replay(aged, DAY, DAY, keep=True, place=tmp_path)
    assert any(part in line for line in done.damaged)
    assert verify(aged).findings == []


def test_a_damaged_fact_stops_it_and_is_named(context: Context, tmp_path: Path) -> None:
    manifest = f"harvest/day={DAY}/batch={FIRST}/manifest.json"
    context.store.put(manifest, b"{}")
    with pytest.raises(Corrupt, match=manifest):
        replay(context, DAY, NEXT, place=tmp_path)


@pytest.mark.parametrize(
    ("first", "last", "start", "said"),
    [
        (DAY, DAY + timedelta(days=7), "extract", "is not over"),
        (DAY - timedelta(days=9), DAY - timedelta(days=1), "extract", "Nothing was harvested"),
        (DAY, DAY, "index", "no stage to begin with"),
    ],
)
def test_what_cannot_be_replayed_is_refused(context: Context, first: date, last: date, start: str, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        replay(context, first, last, start=start)
