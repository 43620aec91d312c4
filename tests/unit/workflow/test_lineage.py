"""The declarations of tables and stages: they agree with each other, and docs/tables.md says what they say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mediawatch.context import Context, Report
from mediawatch.errors import NotReady
from mediawatch.lake.folders import FACTS, FOLDERS
from mediawatch.lake.partitions import PartitionWriter
from mediawatch.pipeline.stage import HARVEST, Given
from mediawatch.tables import TABLES
from mediawatch.tables.order import BUILDING, PREPARING, WATCHING
from mediawatch.tables.quality import VERDICTS
from mediawatch.tables.stories import MERGES, STORIES
from mediawatch.workflow import runner
from mediawatch.workflow.lineage import described, edges, markdown
from mediawatch.workflow.runner import STAGES, run_stage
from tests.support.gazette import Gazette
from tests.support.lakes import DAY, harvest

PAGE = Path(__file__).resolve().parents[3] / "docs/tables.md"


def test_the_page_says_what_is_declared() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(), "`mediawatch tables --markdown > docs/tables.md` fixes it"


def test_every_table_has_one_name_and_lies_in_a_known_folder() -> None:
    titles = [table.title for table in TABLES]
    assert len(titles) == len(set(titles)) > 30
    for table in TABLES:
        assert table.stage in FOLDERS
        assert table.is_fact == (table.stage in FACTS), table.title
        assert set(table.sort_by) <= set(table.row.__dataclass_fields__), table.title


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_writes_all_of_its_tables_and_reads_declared_ones(name: str) -> None:
    stage = STAGES[name]
    assert set(stage.writes) == {table for table in TABLES if table.stage == name}
    for read in stage.reads:
        assert {table.stage for table in read.tables} == {read.stage}
        assert set(read.tables) <= set(TABLES)


def test_what_a_stage_reads_was_made_before_it() -> None:
    order = [HARVEST, "boilerplate", *PREPARING, *BUILDING, *WATCHING]
    order.insert(order.index("publish"), "health")  # of a closed day, which is published once more
    for source, to, tables in edges():
        assert order.index(source) < order.index(to) or source == to, (source, to, tables)


def test_readers_and_remedies_are_told() -> None:
    (verdicts,) = [table for table in described() if table.table == VERDICTS.title]
    assert {"cluster", "index", "ledger", "terms"} == set(verdicts.read_by)
    assert verdicts.remedy == "`mediawatch build --day DAY` makes it again."


@pytest.mark.slow
def test_a_stage_that_writes_what_it_did_not_declare_is_refused(
    context: Context, paper: Gazette, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper.publish("/a/1")
    harvest(context, "morning")
    for name in ("extract", "analyse", "audit"):
        run_stage(context, name, DAY)
    cluster = STAGES["cluster"]

    def work(given: Given, writer: PartitionWriter, report: Report) -> None:
        writer.append(STORIES, [])
        writer.append(MERGES, [])

    monkeypatch.setitem(runner.STAGES, "cluster", replace(cluster, writes=(STORIES,), work=work))
    with pytest.raises(ValueError, match="cluster does not declare that it writes merges"):
        run_stage(context, "cluster", DAY)


def test_a_stage_waits_for_everything_that_it_declares_to_read(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1")
    harvest(context, "morning")
    with pytest.raises(NotReady, match=rf"extract/day={DAY}/batch=\w+ has not been made yet"):
        STAGES["audit"].partitions(context, DAY)


@pytest.mark.slow
def test_a_stage_is_not_handed_what_it_does_not_declare_to_read(
    context: Context, paper: Gazette, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper.publish("/a/1")
    harvest(context, "morning")
    for name in ("extract", "analyse", "audit"):
        run_stage(context, name, DAY)

    def work(given: Given, writer: PartitionWriter, report: Report) -> None:
        list(given.rows(STORIES))

    monkeypatch.setitem(runner.STAGES, "cluster", replace(STAGES["cluster"], work=work))
    with pytest.raises(ValueError, match=r"cluster does not declare that it reads cluster.stories"):
        run_stage(context, "cluster", DAY)
