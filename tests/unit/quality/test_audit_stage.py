"""The audit decides what is served: article by article, source by source, and of each article the newest good text."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mediawatch.context import Context
from mediawatch.errors import GateClosed, NotReady
from mediawatch.extraction.template_memory import memory_generation, remembered, write_sketch
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, current, read_rows
from mediawatch.pipeline.admitted import admitted_articles, newest_admitted
from mediawatch.quality.decisions import decide
from mediawatch.records import Article, Reason
from mediawatch.sources.catalogue import Catalogue
from mediawatch.tables.extraction import LINE_COUNTS, PAST_WORDS, SOURCE_PAGES, SOURCE_WORDS
from mediawatch.tables.ledger import BOUNDARIES, FINAL_OUTCOMES
from mediawatch.tables.quality import RULE_RESULTS, VERDICTS, Verdict
from mediawatch.workflow.quarantine import held_on
from mediawatch.workflow.runner import build_day, run_stage
from tests.support.articles import html
from tests.support.gazette import Gazette, at, open_gazettes
from tests.support.lakes import DAY, EVENING, harvest, rows_of
from tests.support.sites import Reply, reply
from tests.unit.pipeline.test_taking_over import PAST, SALE

pytestmark = pytest.mark.slow

FIRST, SECOND, THIRD = "20260429T090000Z", "20260429T220000Z", "20260429T230000Z"
HOUR = timedelta(hours=1)


def too_short(number: int = 0) -> Reply:
    """Some text, but less than an article."""
    return reply(html(title="城北水库春灌水量充足", body=f"<p>水库今天放水，请第{number}组居民注意安全。</p>"))


def audited(context: Context) -> dict[str, Verdict]:
    """{link id: verdict} of the day with one batch."""
    run_stage(context, "extract", DAY)
    run_stage(context, "audit", DAY)
    return {v.link_id: v for v in rows_of(context.store, VERDICTS)}


def accounted(context: Context) -> dict[str, Reason | None]:
    """{link id: reason} of the finished ledger."""
    for stage in ("extract", "analyse", "audit", "cluster", "index", "ledger"):
        run_stage(context, stage, DAY)
    return {fate.link_id: fate.reason for fate in rows_of(context.store, FINAL_OUTCOMES)}


def served(context: Context) -> list[Article]:
    return sorted(admitted_articles(context.store, DAY), key=lambda article: article.url)


def test_what_falls_short_is_quarantined_with_the_rules_name(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1", "/a/2")
    paper.publish("/a/short", answer=too_short())
    harvest(context, FIRST)
    verdicts = audited(context)

    short = verdicts.pop(paper.link("/a/short"))
    assert (short.reason, short.detail) == (Reason.BELOW_STANDARD, "chinese_text_length")
    assert {v.reason for v in verdicts.values()} == {None}
    assert [article.url for article in served(context)] == [paper.url("/a/1"), paper.url("/a/2")]


def test_each_rule_says_what_it_saw(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1", "/a/2")
    paper.publish("/a/short", answer=too_short())
    harvest(context, FIRST)
    audited(context)

    results = {(r.rule, r.source): r for r in rows_of(context.store, RULE_RESULTS)}
    length = results["chinese_text_length", "paper"]
    assert (length.severity, length.checked, length.failed, length.is_passed) == ("error", 3, 1, False)
    assert results["something_admitted", ""].is_passed


def test_a_source_that_is_mostly_broken_is_held_back_whole_and_the_others_are_not(
    context: Context, paper: Gazette
) -> None:
    with open_gazettes("other") as [other]:
        other.publish("/o/1")
        paper.publish("/a/1", "/a/2")
        for number in range(3):
            paper.publish(f"/a/short{number}", answer=too_short(number))
        context = replace(context, catalogue=Catalogue(sources=(paper.source(), other.source())))
        harvest(context, FIRST)
    verdicts = audited(context)

    assert verdicts[other.link("/o/1")].reason is None
    assert {(verdicts[paper.link(f"/a/{n}")].reason, verdicts[paper.link(f"/a/{n}")].detail) for n in (1, 2)} == {
        (Reason.HELD_BACK, "source")
    }
    assert verdicts[paper.link("/a/short0")].reason is Reason.BELOW_STANDARD
    assert [article.source for article in served(context)] == ["other"]


def taken_over(context: Context, paper: Gazette) -> list[str]:
    """A paper that spoke of the harbour for ten days, and sells something today; what its audit told."""
    for back, words in enumerate(PAST):
        key = PartitionKey(stage="lines", day=DAY - timedelta(days=len(PAST) - back))
        writer = PartitionWriter(context.store, key, inputs={}, version="", settings={})
        writer.append(LINE_COUNTS, [])
        writer.append(SOURCE_PAGES, [])
        writer.append(SOURCE_WORDS, [replace(row, source="paper") for row in words])
        writer.publish()
    for number, sentence in enumerate(SALE):
        body = f"<p>{sentence}{SALE[number - 1]}{SALE[number - 2]}就在今天。</p>" * 2
        paper.publish(f"/a/{number}", answer=reply(html(title=f"第{number}期推荐的平台", body=body)))
    with open_gazettes("other") as [other]:
        other.publish("/o/1")
        harvest(replace(context, catalogue=Catalogue(sources=(paper.source(), other.source()))), FIRST)
    run_stage(context, "extract", DAY)
    told: list[str] = []
    run_stage(context, "audit", DAY, told.append)
    return told


def test_a_source_that_is_taken_over_is_held_back_and_told(context: Context, paper: Gazette) -> None:
    told = taken_over(context, paper)
    verdicts = [verdict for verdict in rows_of(context.store, VERDICTS) if verdict.source == "paper"]
    assert len(verdicts) == 5
    assert {(v.reason, v.detail) for v in verdicts} == {(Reason.HELD_BACK, "source taken over")}
    assert any(line.startswith("paper is held back: its words are another's (") for line in told)
    (held,) = held_on(context, DAY)
    assert (held.scope, held.source, held.rules, held.articles) == ("source", "paper", ("source_speaks_as_before",), 5)


def knows(context: Context, back: int) -> set[str]:
    """The first words that are known of the paper `back` days after DAY, days between being closed without a page."""
    on = DAY + timedelta(days=back)
    remembered(context.store, on, memory_generation(context.store, on))
    receipt = current(context.store, PartitionKey(stage="boilerplate", day=on))
    assert receipt
    return {word for row in read_rows(context.store, receipt, PAST_WORDS) if row.usual for word in row.words[:20]}


def test_what_was_held_back_teaches_nothing_until_a_person_lets_it_in(context: Context, paper: Gazette) -> None:
    taken_over(context, paper)
    write_sketch(context.store, DAY)
    before = knows(context, 0)
    assert before
    assert knows(context, 1) == before
    assert knows(context, 90) == before, "a domain that went dark is known by what it said last"

    decide(context, DAY, "source", "paper", word="released", why="made anew", by="test")
    run_stage(context, "audit", DAY)
    assert knows(context, 2) == set(), "what it says now is its own, and is not known yet"


def test_a_day_of_nothing_but_rubbish_is_held_back(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1", answer=too_short())
    harvest(context, FIRST)
    audited(context)
    results = {r.rule: r.is_passed for r in rows_of(context.store, RULE_RESULTS)}
    assert not results["something_admitted"]
    assert served(context) == []
    with pytest.raises(GateClosed, match=f"{DAY} is held back"):
        build_day(context, DAY)


def test_without_a_page_there_is_nothing_to_judge(context: Context) -> None:
    harvest(context, FIRST)
    assert audited(context) == {}
    assert rows_of(context.store, RULE_RESULTS) == []


def test_it_waits_until_every_batch_is_extracted(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1")
    harvest(context, FIRST)
    with pytest.raises(NotReady, match=f"audit of {DAY} has to wait: extract/day={DAY}/batch={FIRST} has not been"):
        run_stage(context, "audit", DAY)


class TestRevisions:
    """An article that changed during the day."""

    @pytest.fixture
    def evening(self, context: Context, paper: Gazette) -> Context:
        """After the morning's harvest of one article."""
        paper.publish("/a/1", "/a/2", text="早上的说法。")
        harvest(context, FIRST)
        return at(context, EVENING)

    def revise(self, evening: Context, paper: Gazette, answer: Reply | None = None) -> None:
        paper.publish("/a/1", updated=EVENING - HOUR, text="晚上的说法。", answer=answer)
        harvest(evening, SECOND)

    def test_the_newest_is_served_once(self, evening: Context, paper: Gazette) -> None:
        self.revise(evening, paper)
        audited(evening)
        first, second = served(evening)
        assert (first.revision, second.revision) == (2, 1)
        assert "晚上的说法" in first.text

    def test_one_that_fails_leaves_the_one_before_it_standing(self, evening: Context, paper: Gazette) -> None:
        self.revise(evening, paper, too_short())
        fates = accounted(evening)

        first, _ = served(evening)
        assert (first.revision, first.url) == (1, paper.url("/a/1"))
        assert "早上的说法" in first.text
        assert fates == {paper.link("/a/1"): Reason.NOT_INDEXED_YET, paper.link("/a/2"): Reason.NOT_INDEXED_YET}

    def test_each_is_judged_and_the_failed_one_is_seen(self, evening: Context, paper: Gazette) -> None:
        self.revise(evening, paper, too_short())
        audited(evening)
        verdicts = rows_of(evening.store, VERDICTS)
        assert [(v.revision, v.batch, v.reason) for v in verdicts if v.link_id == paper.link("/a/1")] == [
            (1, FIRST, None),
            (2, SECOND, Reason.BELOW_STANDARD),
        ]
        results = {r.rule: r.failed for r in rows_of(evening.store, RULE_RESULTS)}
        assert results["chinese_text_length"] == 1

    def test_one_that_mends_what_fell_short_is_served(self, evening: Context, paper: Gazette) -> None:
        paper.publish("/a/3", answer=too_short())
        harvest(evening, SECOND)
        assert accounted(evening)[paper.link("/a/3")] is Reason.BELOW_STANDARD

        paper.publish("/a/3", updated=EVENING + HOUR / 2, text="补全的报道。")
        later = at(evening, EVENING + HOUR)
        harvest(later, THIRD)
        assert accounted(later)[paper.link("/a/3")] is Reason.NOT_INDEXED_YET
        assert [article.revision for article in served(later)] == [1, 1, 2]

    def test_the_ledger_counts_the_link_once(self, evening: Context, paper: Gazette) -> None:
        self.revise(evening, paper)
        accounted(evening)
        rows = rows_of(evening.store, BOUNDARIES)
        assert {(r.stage, r.received) for r in rows if r.kind == "stage"} == {
            (stage, 2) for stage in ("discover", "fetch", "extract", "audit", "index")
        }

    def test_of_an_article_under_two_addresses_only_the_newest_text_is_served(
        self, context: Context, paper: Gazette
    ) -> None:
        """Its revisions come by different links, and yet it is one article."""
        canonical = f"<link rel='canonical' href='{paper.url('/a/1')}'>"
        for path in ("/a/1", "/print/1"):
            paper.publish(path, answer=reply(html(head=canonical)))
        harvest(context, FIRST)
        run_stage(context, "extract", DAY)
        body = "<p>更正：水务局说蓄水量比去年同期多出三成，春灌用水可以放心，闸门也已经试运行了一个月。</p>" * 2
        paper.publish("/print/1", updated=EVENING - HOUR, answer=reply(html(head=canonical, body=body)))
        evening = at(context, EVENING)
        harvest(evening, SECOND)
        fates = accounted(evening)

        (article,) = served(evening)
        assert (article.article_id, article.revision) == (paper.link("/a/1"), 2)
        assert "多出三成" in article.text
        assert set(fates.values()) == {Reason.NOT_INDEXED_YET}


def test_the_newest_admitted_is_chosen_by_revision_not_by_order() -> None:
    def verdict(revision: int, reason: Reason | None, article: str = "x") -> Verdict:
        return Verdict(
            link_id=f"{article}{revision}",
            article_id=article,
            revision=revision,
            source="paper",
            batch=f"b{revision}",
            reason=reason,
            detail="",
        )

    rows = [verdict(3, Reason.BELOW_STANDARD), verdict(2, None), verdict(1, None), verdict(1, Reason.HELD_BACK, "y")]
    assert newest_admitted(rows) == newest_admitted(reversed(rows)) == {"x": rows[1]}
