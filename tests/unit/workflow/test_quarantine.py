"""The quarantine: listed with what was observed, released so that nothing tells it from the others, or rejected."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from mediawatch.context import Context
from mediawatch.errors import BadRequest, Corrupt
from mediawatch.lake.partitions import PartitionKey, current, read_rows
from mediawatch.pipeline.admitted import admitted_articles
from mediawatch.quality.decisions import decide, decisions_of
from mediawatch.quality.suites import articles as suite
from mediawatch.records import Reason
from mediawatch.tables.extraction import ARTICLES
from mediawatch.tables.ledger import BOUNDARIES, FINAL_OUTCOMES
from mediawatch.tables.quality import VERDICTS
from mediawatch.tables.stories import CLUSTERED, STORIES
from mediawatch.workflow.closing import build_days, close_day, days_to_build
from mediawatch.workflow.day_states import day_states
from mediawatch.workflow.quarantine import find_held, held_article, held_on, held_over, settle
from mediawatch.workflow.reporting import day_summary
from mediawatch.workflow.runner import build_day
from mediawatch.workflow.verifying.lake import verify
from mediawatch.workflow.watch import days_to_watch, watch_day
from tests.support.gazette import Gazette, at, open_gazettes
from tests.support.lakes import DAY, MORNING, a_context, copy_of, harvest, rows_of

pytestmark = pytest.mark.slow

OLD = MORNING - timedelta(days=4000)
"""Longer ago than any page may say that it was published."""


@dataclass
class Lived:
    context: Context
    paper: Gazette

    def link(self, path: str) -> str:
        return self.paper.link(path)


@pytest.fixture(name="lived")
def _lived(tmp_path: Path) -> Iterator[Lived]:
    """A day of one source: three articles, of which one says to be of another decade."""
    with open_gazettes("paper") as [paper]:
        context = a_context(tmp_path, paper.source())
        paper.publish("/a", title="水库放水开始")
        paper.publish("/b", title="农田灌溉开始")
        paper.publish("/old", title="旧桥重新开放")
        paper.site.says("/old", _dated(paper))
        harvest(context, "first")
        build_day(context, DAY)
        yield Lived(context, paper)


def _dated(paper: Gazette) -> object:
    from tests.support.gazette import page

    return page("旧桥重新开放", "这是一篇旧闻。", OLD)


def verdicts(context: Context) -> dict[str, Reason | None]:
    return {row.link_id: row.reason for row in rows_of(context.store, VERDICTS)}


def everything(context: Context) -> dict[str, list[object]]:
    """The rows of what the audit lets on, and of the ledger that counts it."""
    found: dict[str, list[object]] = {}
    for table in (VERDICTS, CLUSTERED, STORIES, BOUNDARIES, FINAL_OUTCOMES):
        receipt = current(context.store, PartitionKey(stage=table.stage, day=DAY))
        assert receipt is not None
        found[table.title] = list(read_rows(context.store, receipt, table))
    return found


def test_an_article_in_quarantine_is_shown_with_what_was_observed(lived: Lived) -> None:
    [held] = held_on(lived.context, DAY)
    assert (held.scope, held.source, held.title, held.state) == ("article", "paper", "旧桥重新开放", "waiting")
    assert held.rules == ("not_absurdly_old",)
    assert find_held(lived.context, held.name[:8]) == held
    assert find_held(lived.context, lived.paper.url("/old")) == held
    shown = held_article(lived.context, held)
    [rule] = shown.failed
    assert float(rule.observed) == pytest.approx(4000, abs=1)
    assert "10 years" in rule.expected
    assert shown.page is not None
    assert lived.context.store.exists(shown.page.warc_file)


def test_a_released_row_ends_where_it_would_have_been(
    lived: Lived, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The law: as a build by rules without the one that it fails."""
    lenient = copy_of(lived.context, tmp_path / "lenient")
    [held] = held_on(lived.context, DAY)
    settle(lived.context, held, word="released", why="an anniversary", by="ann")

    kept = tuple(rule for rule in suite.RULES if rule.name != "not_absurdly_old")
    monkeypatch.setattr(suite, "RULES", kept)
    decide(lenient, DAY, "source", "nobody", word="released", why="so that the audit runs again", by="test")
    build_day(lenient, DAY)
    assert everything(lived.context) == everything(lenient)
    assert "旧桥重新开放" in {article.title for article in admitted_articles(lived.context.store, DAY)}
    [after] = held_on(lived.context, DAY)
    assert (after.state, after.decision.by if after.decision else "") == ("released", "ann")


def test_a_rejected_row_is_out_for_good_and_no_loss(lived: Lived) -> None:
    assert day_summary(lived.context, DAY)[-1].lost == 1
    [held] = held_on(lived.context, DAY)
    settle(lived.context, held, word="rejected", why="old news", by="ann")
    assert verdicts(lived.context)[lived.link("/old")] is Reason.REJECTED
    last = day_summary(lived.context, DAY)[-1]
    assert (last.lost, last.admitted, last.why) == (0, 2, "not_indexed_yet 2, rejected 1")


def test_a_later_word_replaces_an_earlier_one_and_both_are_kept(lived: Lived) -> None:
    [held] = held_on(lived.context, DAY)
    settle(lived.context, held, word="rejected", why="old news", by="ann")
    settle(lived.context, find_held(lived.context, held.name), word="released", why="it is not", by="bob")
    assert verdicts(lived.context)[lived.link("/old")] is None
    assert [(one.word, one.by) for one in decisions_of(lived.context.store, DAY)] == [
        ("rejected", "ann"),
        ("released", "bob"),
    ]


def test_a_decision_that_was_lost_before_a_later_one_is_named(lived: Lived) -> None:
    for why in ("one", "two"):
        decide(lived.context, DAY, "day", "", word="released", why=why, by="ann")
    lived.context.store.delete("decisions/day=2026-04-29/000000000001.json")
    with pytest.raises(Corrupt, match="000000000001"):
        decisions_of(lived.context.store, DAY)


def test_a_decision_needs_a_reason_and_something_to_decide(lived: Lived) -> None:
    [held] = held_on(lived.context, DAY)
    with pytest.raises(BadRequest, match="needs a reason"):
        settle(lived.context, held, word="released", why="  ", by="ann")
    with pytest.raises(BadRequest, match="no article"):
        find_held(lived.context, "ffff")


def test_days_that_were_judged_are_judged_again_after_a_release(lived: Lived) -> None:
    watch_day(lived.context, DAY)
    [held] = held_on(lived.context, DAY)
    settle(lived.context, held, word="released", why="an anniversary", by="ann")
    from mediawatch.workflow.watch import days_to_watch

    assert days_to_watch(lived.context) == []


def a_broken_day(context: Context, paper: Gazette) -> None:
    """Six articles of one source, five of which fail."""
    from tests.support.gazette import page

    for number in range(6):
        paper.publish(f"/n{number}", title=f"第{number}次通航")
        if number:
            paper.site.says(f"/n{number}", page(f"第{number}次通航", f"第{number}篇。", OLD))
    harvest(context, "broken")


def test_a_source_and_a_day_are_released_and_rejected(tmp_path: Path) -> None:
    with open_gazettes("paper", "herald") as [paper, herald]:
        context = a_context(tmp_path, paper.source(), herald.source())
        a_broken_day(context, paper)
        herald.publish("/h", title="港口复航消息")
        harvest(at(context, MORNING + timedelta(hours=1)), "later")
        build_day(context, DAY)
        held = {(one.scope, one.name): one for one in held_on(context, DAY)}
        source = held["source", "paper"]
        assert (source.articles, source.state) == (1, "waiting")
        settle(context, source, word="released", why="an archive week", by="ann")
        assert verdicts(context)[paper.link("/n0")] is None
        assert verdicts(context)[paper.link("/n1")] is Reason.BELOW_STANDARD
        settle(context, source, word="rejected", why="broken after all", by="ann")
        assert {verdicts(context)[paper.link(f"/n{number}")] for number in range(6)} == {Reason.REJECTED}
        assert verdicts(context)[herald.link("/h")] is None


def test_a_blocked_day_is_released(tmp_path: Path) -> None:
    with open_gazettes("paper") as [paper]:
        context = a_context(tmp_path, paper.source())
        a_broken_day(context, paper)
        with pytest.raises(Exception, match="held back"):
            build_day(context, DAY)
        day = next(one for one in held_on(context, DAY) if one.scope == "day")
        settle(context, day, word="released", why="the archive week", by="ann")
        build_day(context, DAY)
        source = next(one for one in held_on(context, DAY) if one.scope == "source")
        settle(context, source, word="released", why="the archive week", by="ann")
        assert [article.title for article in admitted_articles(context.store, DAY)] == ["第0次通航"]
        assert len(rows_of(context.store, ARTICLES, batch=_batch(context))) == 6


def _batch(context: Context) -> str:
    from mediawatch.lake.batches import sealed_batches

    [manifest] = sealed_batches(context.store, DAY)
    return manifest.batch


def test_a_decision_about_a_closed_day_is_built_in_by_the_next_run(lived: Lived) -> None:
    then = at(lived.context, MORNING + timedelta(days=1))
    close_day(then, DAY)
    assert days_to_build(then) == []
    [held] = held_on(then, DAY)
    decide(then, DAY, "article", held.name, word="released", why="an anniversary", by="board")
    assert days_to_build(then) == [DAY]
    build_days(then, [DAY])
    assert days_to_build(then) == []
    assert verdicts(then)[held.name] is None


def test_days_that_cannot_be_read_are_named_beside_the_others(lived: Lived) -> None:
    context, other = lived.context, DAY - timedelta(days=1)
    for key in list(context.store.list(f"audit/day={DAY}")):
        context.store.put(key.replace(f"{DAY}", f"{other}"), b"damaged")
    held, faults = held_over(context, [other, DAY])
    assert [(one.scope, one.name) for one in held] == [("article", lived.link("/old"))]
    assert len(faults) == 1
    assert find_held(context, lived.link("/old")).day == DAY
    with pytest.raises(Corrupt):
        find_held(context, "nothing of that name")


def test_an_old_day_that_was_decided_about_is_judged_again_by_the_next_run(lived: Lived) -> None:
    context = lived.context
    watch_day(context, DAY)
    later = replace(context, clock=lambda: MORNING + timedelta(days=60))
    assert days_to_watch(later) == []
    decide(context, DAY, "article", lived.link("/old"), word="released", why="an anniversary", by="ann")
    build_day(later, DAY)
    assert days_to_watch(later) == [DAY]
    watch_day(later, DAY)
    assert days_to_watch(later) == []


def test_a_rejected_day_holds_nothing_back(tmp_path: Path) -> None:
    with open_gazettes("paper") as [paper]:
        context = a_context(tmp_path, paper.source())
        a_broken_day(context, paper)
        with pytest.raises(Exception, match="held back"):
            build_day(context, DAY)
        day = next(one for one in held_on(context, DAY) if one.scope == "day")
        settle(context, day, word="rejected", why="junk", by="ann")
        build_day(context, DAY)
        assert set(verdicts(context).values()) == {Reason.REJECTED}
        then = at(context, MORNING + timedelta(days=1))
        close_day(then, DAY)
        assert {lack for state in day_states(then) for lack in state.lacks} <= {"evaluation"}


def test_the_closest_word_wins(tmp_path: Path) -> None:
    """An article that is released waits for neither its source nor the day, whatever is decided about those."""
    with open_gazettes("paper", "herald") as [paper, herald]:
        context = a_context(tmp_path, paper.source(), herald.source())
        a_broken_day(context, paper)
        herald.publish("/h", title="港口复航消息")
        harvest(at(context, MORNING + timedelta(hours=1)), "later")
        build_day(context, DAY)
        article = find_held(context, paper.link("/n1"))
        settle(context, article, word="released", why="good", by="ann")
        assert verdicts(context)[paper.link("/n1")] is None
        source = next(one for one in held_on(context, DAY) if one.scope == "source")
        settle(context, source, word="rejected", why="the rest is not", by="ann")
        assert verdicts(context)[paper.link("/n1")] is None
        assert {verdicts(context)[paper.link(f"/n{n}")] for n in (0, 2, 3, 4, 5)} == {Reason.REJECTED}


def test_decisions_of_many_at_one_moment_are_all_kept(lived: Lived) -> None:
    def once(number: int) -> None:
        decide(lived.context, DAY, "article", f"link{number}", word="released", why="x", by="ann")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(once, range(16)))
    assert {one.name for one in decisions_of(lived.context.store, DAY)} == {f"link{n}" for n in range(16)}


@pytest.mark.parametrize("damage", ["{}", "not json"])
def test_a_damaged_decision_is_named_by_verify_and_by_days(lived: Lived, damage: str) -> None:
    key = f"decisions/day={DAY}/000000000001.json"
    lived.context.store.put(key, damage.encode())
    assert [finding.key for finding in verify(lived.context, day=DAY).findings] == [key]
    assert [state.lacks for state in day_states(lived.context)] == [("readable",)]
