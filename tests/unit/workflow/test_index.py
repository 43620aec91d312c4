"""Admitted articles go into the index: what changed, once, and later where there is no index now."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from mediawatch.context import Context
from mediawatch.errors import BadConfiguration, GateClosed, NotReady, Unavailable
from mediawatch.records import Reason
from mediawatch.tables.search import INDEX_OUTCOMES, INDEXED
from mediawatch.workflow.closing import days_to_build, days_waiting, serve_day, serve_days
from mediawatch.workflow.reporting import day_summary
from mediawatch.workflow.runner import advance, build_day, run_stage
from mediawatch.workflow.serving import target_name
from tests.support.gazette import Gazette, at
from tests.support.lakes import DAY, EVENING, MORNING, harvest, rows_of
from tests.support.sites import reply
from tests.support.small_index import SmallIndex
from tests.support.verdicts import judge

pytestmark = pytest.mark.slow

FIRST, SECOND = "20260429T090000Z", "20260429T220000Z"
HOUR = timedelta(hours=1)


def outcomes(context: Context) -> dict[str, Reason | None]:
    return {o.link_id: o.reason for o in rows_of(context.store, INDEX_OUTCOMES)}


def articles_in(ids: list[str]) -> list[str]:
    """Those of `ids` that are articles'; the small documents have readable ones."""
    return [name for name in ids if "|" not in name]


def build(context: Context, day: date = DAY, **verdicts: Any) -> None:
    """Build the day, its audit being given; see `judge`."""
    judge(context, day, **verdicts)
    build_day(context, day)


def catch_up(context: Context) -> None:
    """What `mediawatch index --pending` does."""
    for day in days_waiting(context):
        serve_day(context, day)


class TestWithoutAnIndex:
    @pytest.fixture
    def waiting(self, context: Context, paper: Gazette) -> Context:
        """A newsroom that has built its day without an index."""
        paper.publish("/a/1", "/a/2")
        harvest(context, FIRST)
        build(context)
        return context

    def test_articles_wait_in_the_lake(self, waiting: Context, paper: Gazette) -> None:
        assert outcomes(waiting) == {paper.link(f"/a/{n}"): Reason.NOT_INDEXED_YET for n in (1, 2)}
        summary = day_summary(waiting, DAY)[-1]
        assert (summary.admitted, summary.indexed, summary.pending, summary.lost) == (2, 0, 2, 0)
        assert days_to_build(waiting) == []

    def test_to_ask_for_those_days_needs_an_index(self, waiting: Context) -> None:
        with pytest.raises(BadConfiguration, match="set MEDIAWATCH_ELASTICSEARCH_URL"):
            days_waiting(waiting)

    def test_they_are_found_and_brought_to_it_once_there_is_one(self, waiting: Context, index: SmallIndex) -> None:
        settings = waiting.settings.model_copy(update={"elasticsearch_url": index.url})
        later = replace(waiting, settings=settings)
        assert days_waiting(later) == [DAY]
        catch_up(later)

        assert len(index.articles) == 2
        assert set(outcomes(later).values()) == {None}
        assert day_summary(later, DAY)[-1].indexed == 2
        assert days_waiting(later) == []

    def test_a_day_that_cannot_be_brought_holds_up_no_other(
        self, waiting: Context, paper: Gazette, index: SmallIndex
    ) -> None:
        next_day = at(waiting, MORNING + timedelta(days=1))
        paper.publish("/b/1")
        harvest(next_day, "20260430T090000Z")
        build(next_day, DAY + timedelta(days=1))
        waiting.store.delete_all(f"extract/day={DAY}")
        settings = waiting.settings.model_copy(update={"elasticsearch_url": index.url})
        later = replace(next_day, settings=settings)
        failed = serve_days(later, days_waiting(later))
        assert list(failed) == [DAY]
        assert list(index.articles) == [paper.link("/b/1")]

    def test_a_server_that_is_away_is_said_when_everything_is_safe(
        self, indexed: Context, paper: Gazette, index: SmallIndex
    ) -> None:
        index.is_away = True
        paper.publish("/a/1")
        harvest(indexed, FIRST)
        with pytest.raises(Unavailable, match=rf"does not answer: {DAY} is safe in the lake, and `mediawatch index"):
            build(indexed)
        assert day_summary(indexed, DAY)[-1].pending == 1

        index.is_away = False
        assert days_to_build(indexed) == days_waiting(indexed) == [DAY]
        build(indexed)
        assert len(index.articles) == 1
        assert days_to_build(indexed) == days_waiting(indexed) == []

    def test_a_server_that_was_away_for_the_articles_only_gets_them_with_the_stories(
        self, indexed: Context, paper: Gazette, index: SmallIndex
    ) -> None:
        paper.publish("/a/1")
        harvest(indexed, FIRST)
        judge(indexed, DAY)
        index.is_away = True
        advance(indexed, "index", DAY)
        index.is_away = False
        advance(indexed, "ledger", DAY)
        with pytest.raises(NotReady, match=rf"publish of {DAY} has to wait: the articles of {DAY} wait to be indexed"):
            run_stage(indexed, "publish", DAY)

        advance(indexed, "publish", DAY)
        assert len(index.articles) == 1
        assert day_summary(indexed, DAY)[-1].pending == 0
        assert days_to_build(indexed) == days_waiting(indexed) == []

    def test_a_server_that_comes_back_between_articles_and_stories_gets_both_at_once(
        self, indexed: Context, paper: Gazette, index: SmallIndex
    ) -> None:
        paper.publish("/a/1")
        harvest(indexed, FIRST)
        build(indexed)
        index.replace("second")
        index.is_away = True

        def back(line: str) -> None:
            index.is_away = index.is_away and "wait for Elasticsearch" not in line

        serve_day(indexed, DAY, back)
        assert len(index.articles) == 1
        assert index.kind("runs")
        assert days_waiting(indexed) == []


class TestAWriterWhoMayNotProvision:
    def test_builds_with_the_index_as_it_is_and_says_once_what_to_run(
        self, indexed: Context, paper: Gazette, index: SmallIndex, caplog: pytest.LogCaptureFixture
    ) -> None:
        index.is_guarded, index.older = True, {"runs"}
        paper.publish("/a/1")
        harvest(indexed, FIRST)
        build(indexed)
        assert len(index.articles) == 1
        assert caplog.text.count("run `mediawatch provision` by a user with the role mediawatch-provisioner") == 1

    def test_is_told_what_to_run_where_there_is_no_index(self, indexed: Context, index: SmallIndex) -> None:
        index.is_guarded, index.indices = True, set()
        with pytest.raises(BadConfiguration, match="may not make it: run `mediawatch provision` by a user"):
            target_name(indexed)


class TestChangesOnly:
    @pytest.fixture
    def built(self, indexed: Context, paper: Gazette, index: SmallIndex) -> Context:
        """Two articles in the index; nothing written since."""
        paper.publish("/a/1", "/a/2")
        harvest(indexed, FIRST)
        build(indexed)
        assert sorted(index.articles) == sorted([paper.link("/a/1"), paper.link("/a/2")])
        index.written.clear()
        return at(indexed, EVENING)

    def test_built_again_nothing_is_written_unless_the_server_is_another(
        self, built: Context, index: SmallIndex
    ) -> None:
        build(built)
        assert index.written == []

        index.replace("second")
        assert days_waiting(built) == [DAY]
        catch_up(built)
        assert len(index.articles) == 2

    def test_a_revision_takes_its_articles_place_and_keeps_it(
        self, built: Context, paper: Gazette, index: SmallIndex
    ) -> None:
        """Only what changed is written, and a later build does not bring the first revision back."""
        paper.publish("/a/1", updated=EVENING - HOUR, text="更正：比去年同期多出三成。")
        harvest(built, SECOND)
        build(built)
        assert articles_in(index.written) == [paper.link("/a/1")]

        paper.publish("/a/3")
        harvest(at(built, EVENING + HOUR), "20260429T230000Z")
        build(built)
        assert articles_in(index.written) == [paper.link("/a/1"), paper.link("/a/3")]
        assert "多出三成" in index.articles[paper.link("/a/1")]["body_zh"]
        assert index.articles[paper.link("/a/1")]["revision"] == 2

    def test_a_revision_that_fails_the_audit_takes_nothing_away(
        self, built: Context, paper: Gazette, index: SmallIndex
    ) -> None:
        paper.publish("/a/1", updated=EVENING - HOUR, text="更正：比去年同期多出三成。")
        harvest(built, SECOND)
        build(built, fails=lambda identity: identity.revision == 2)

        assert len(index.articles) == 2
        assert index.articles[paper.link("/a/1")]["revision"] == 1

    def test_a_revision_of_the_next_day_is_not_undone_by_rebuilding_the_first(
        self, built: Context, paper: Gazette, index: SmallIndex
    ) -> None:
        tomorrow = at(built, EVENING + 4 * HOUR)
        paper.publish("/a/1", updated=EVENING, text="更正：比去年同期多出三成。")
        harvest(tomorrow, "20260430T020000Z")
        build(tomorrow, DAY + timedelta(days=1))
        paper.publish("/a/9")
        tomorrow.store.delete_all(f"index/day={DAY}")
        build(tomorrow)

        assert index.articles[paper.link("/a/1")]["revision"] == 2

    def test_what_is_no_longer_admitted_is_taken_out_be_it_later(
        self, built: Context, paper: Gazette, index: SmallIndex
    ) -> None:
        """The evening makes the audit hold the day back; that is done as soon as the index can be told."""
        index.is_away = True
        paper.publish("/a/3")
        harvest(built, SECOND)
        with pytest.raises(GateClosed, match=rf"{DAY} is held back.*mediawatch ledger --day {DAY}"):
            build(built, is_held=True)
        assert len(index.articles) == 2
        index.is_away = False
        with pytest.raises(GateClosed):
            build_day(built, DAY)

        assert index.articles == {}
        assert outcomes(built) == {}
        assert rows_of(built.store, INDEXED) == []
        assert {run["run_key"] for run in index.kind("runs")} == {FIRST, SECOND}


def test_a_document_that_is_refused_is_a_loss_with_the_servers_words(
    indexed: Context, paper: Gazette, index: SmallIndex
) -> None:
    paper.publish("/a/1", "/a/2")
    index.refuses = {paper.link("/a/2")}
    harvest(indexed, FIRST)
    build(indexed)

    assert outcomes(indexed) == {paper.link("/a/1"): None, paper.link("/a/2"): Reason.INDEX_REFUSED}
    (refused,) = [o for o in rows_of(indexed.store, INDEX_OUTCOMES) if o.reason]
    assert refused.detail == "document_parsing_exception: does not fit"
    assert [row.article_id for row in rows_of(indexed.store, INDEXED)] == [paper.link("/a/1")]


def test_ledger_quality_and_runs_are_published_and_what_is_no_longer_true_goes(
    indexed: Context, paper: Gazette, index: SmallIndex
) -> None:
    paper.publish("/a/1", answer=reply(status=429, headers=[("Retry-After", "3600")]))
    harvest(indexed, FIRST)
    build(indexed)
    assert [row["reason"] for row in index.kind("ledger") if row["kind"] == "reason"] == ["rate_limited"]
    assert [(run["run_key"], run["received"], run["delivered"]) for run in index.kind("runs")] == [(FIRST, 1, 0)]

    paper.publish("/a/1")
    evening = at(indexed, EVENING)
    harvest(evening, SECOND)
    build(evening)
    assert [row for row in index.kind("ledger") if row["kind"] == "reason"] == []
    assert {run["run_key"] for run in index.kind("runs")} == {FIRST, SECOND}
    assert {row["rule"] for row in index.kind("quality")} == {"something_admitted"}
