"""The reading of a batch, shared out among workers: whoever reads what, the day comes out the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mediawatch.context import Context
from mediawatch.errors import Contended
from mediawatch.lake.batches import BatchKey
from mediawatch.lake.leases import lease
from mediawatch.lake.names import segments_in
from mediawatch.records import Reason
from mediawatch.tables.extraction import EXTRACTED
from mediawatch.workflow.forgetting.addresses import forget
from mediawatch.workflow.runner import build_day, run_stage
from mediawatch.workflow.sharing import SegmentRun, make_run, waiting_runs
from tests.support.articles import PARAGRAPHS, html, paragraphs
from tests.support.days import day_as_rows, row_digests
from tests.support.gazette import Gazette
from tests.support.lakes import DAY, copy_of, harvest, rows_of
from tests.support.sites import reply

pytestmark = pytest.mark.slow

BATCH = "20260429T090000Z"
READ = f"read/day={DAY}/batch={BATCH}"


@pytest.fixture
def harvested(context: Context, paper: Gazette) -> Context:
    """Seven pages in four segments, one of them no article and one continued on a page of a later segment."""
    context = replace(context, settings=context.settings.model_copy(update={"checkpoint_pages": 2}))
    paper.publish(*(f"/a/{number}" for number in range(5)))
    paper.publish("/a/empty", answer=reply(html(body="<p> </p>")))
    more = '<link rel="next" href="/a/long_2.html">'
    paper.publish("/a/long.html", answer=reply(html(head=more, body=paragraphs(*PARAGRAPHS[:2]))))
    paper.site.says("/a/long_2.html", reply(html(body=paragraphs("春汛后水位回落，沿岸三个镇恢复供水。" * 4))))
    harvest(context, BATCH)
    return context


def in_runs_of(context: Context, size: int) -> Context:
    return replace(context, settings=context.settings.model_copy(update={"segments_per_task": size}))


def test_what_waits_is_dealt_out_in_runs(harvested: Context) -> None:
    runs = waiting_runs(in_runs_of(harvested, 2), [DAY])

    *full, last = [len(run.segments) for run in runs]
    assert set(full) == {2}
    assert last in (1, 2)  # the last page of an article may end its segment or begin one
    assert (runs[0].day, runs[0].batch, runs[0].segments) == (DAY, BATCH, ("0000-00001", "0000-00002"))
    assert [SegmentRun.from_document(run.document()) for run in runs] == runs


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    return tmp_path / "lake"


@pytest.mark.parametrize("size", [1, 2, 5])
def test_read_by_many_in_any_order_a_day_comes_out_as_read_by_one(
    harvested: Context, tmp_path: Path, size: int
) -> None:
    alone, shared = copy_of(harvested, tmp_path / "alone"), in_runs_of(copy_of(harvested, tmp_path / "shared"), size)
    build_day(alone, DAY)
    runs = waiting_runs(shared, [DAY])
    for run in sorted(runs, key=lambda run: run.segments[-1][::-1], reverse=True):
        make_run(shared, run)
    assert waiting_runs(shared, [DAY]) == []
    build_day(shared, DAY)

    assert day_as_rows(shared.store, DAY) == day_as_rows(alone.store, DAY)
    assert row_digests(shared.store, DAY) == row_digests(alone.store, DAY)


def test_an_article_goes_on_in_another_segment(harvested: Context, paper: Gazette) -> None:
    build_day(harvested, DAY)
    found = {outcome.link_id: outcome.reason for outcome in rows_of(harvested.store, EXTRACTED, batch=BATCH)}
    assert found.pop(paper.link("/a/empty")) is Reason.NO_TEXT
    assert set(found.values()) == {None}
    assert len(found) == 6


def test_what_was_read_is_kept_until_the_batch_is_extracted(harvested: Context) -> None:
    first, *others = waiting_runs(in_runs_of(harvested, 1), [DAY])
    make_run(harvested, first)
    assert segments_in(harvested.store, READ) == list(first.segments)
    assert waiting_runs(in_runs_of(harvested, 1), [DAY]) == others

    lines: list[str] = []
    run_stage(harvested, "extract", DAY, lines.append)
    assert len([line for line in lines if line.endswith("pages read")]) == len(others)
    assert harvested.store.list(f"read/day={DAY}") == []


def test_a_task_that_comes_too_late_does_nothing(harvested: Context) -> None:
    runs = waiting_runs(harvested, [DAY])
    build_day(harvested, DAY)
    keys = harvested.store.list("")
    for run in runs:
        make_run(harvested, run)
    assert harvested.store.list("") == keys
    assert waiting_runs(harvested, [DAY]) == []


def test_a_segment_that_another_worker_reads_is_left_to_it(harvested: Context) -> None:
    (run,) = waiting_runs(harvested, [DAY])
    path = f"{READ}/segment={run.segments[0]}"
    with (
        lease(harvested.store, path, holder="another", seconds=60, clock=harvested.clock),
        pytest.raises(Contended, match="another"),
    ):
        make_run(harvested, run)


def test_what_was_read_and_damaged_since_is_read_again(harvested: Context, lake: Path) -> None:
    for run in waiting_runs(harvested, [DAY]):
        make_run(harvested, run)
    for file in (lake / READ).rglob("articles-*.parquet"):
        file.write_bytes(b"PAR1")
    lines: list[str] = []
    run_stage(harvested, "extract", DAY, lines.append)
    assert [line for line in lines if "thrown away, for it was damaged" in line]
    assert Reason.DAMAGED not in {outcome.reason for outcome in rows_of(harvested.store, EXTRACTED, batch=BATCH)}


def test_what_was_read_of_a_forgotten_page_is_forgotten_too(harvested: Context, paper: Gazette) -> None:
    for run in waiting_runs(harvested, [DAY]):
        make_run(harvested, run)
    forget(harvested, paper.url("/a/1"), why="asked for")
    assert harvested.store.list(f"read/day={DAY}") == []
    run_stage(harvested, "extract", DAY)
    assert paper.link("/a/1") not in {row.link_id for row in rows_of(harvested.store, EXTRACTED, batch=BATCH)}


def test_a_day_that_cannot_be_asked_has_nothing_to_share(harvested: Context, lake: Path) -> None:
    manifest = lake / BatchKey(day=DAY, batch=BATCH).path / "manifest.json"
    manifest.write_bytes(b"{}")
    assert waiting_runs(harvested, [DAY]) == []
