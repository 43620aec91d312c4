"""Writing documents to a real server."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from mediawatch.errors import Unavailable
from mediawatch.records.ledger import LedgerRow
from mediawatch.search import (
    IndexDocument,
    article_document,
    count,
    delete_articles,
    find_copies,
    index_documents,
    ledger_document,
    ledger_id,
    open_indices,
    quality_document,
    quality_id,
    run_document,
    run_id,
    search,
)
from mediawatch.search.asking import restricted
from tests.support.index import MORNING, Index, an_article, asked
from tests.support.rows import RULE, RUN

pytest_plugins = ("tests.support.index_fixtures",)
pytestmark = pytest.mark.server


def test_a_rerun_rewrites_and_never_doubles(index: Index) -> None:
    articles = [an_article(f"第{number}条新闻", "港口今日恢复作业。") for number in range(30)]

    first, second = index.write(articles), index.write(articles)

    assert first.indexed == second.indexed == tuple(article.article_id for article in articles)
    assert count(index.client, index.settings, asked("")) == 30


def test_a_revision_replaces_the_text(index: Index) -> None:
    article = an_article("渡轮停航", "渡轮因大风停航。")
    index.write([article])
    index.write([replace(article, revision=2, text="渡轮已恢复通航。", body_zh="渡轮已恢复通航。")])

    assert not search(index.client, index.settings, asked("大风"))
    (hit,) = search(index.client, index.settings, asked("恢复通航"))
    assert hit.article_id == article.article_id


def test_documents_go_to_the_month_they_were_first_seen_in(index: Index) -> None:
    february = an_article("二月的新闻", "二月。", first_seen_at=datetime(2026, 2, 28, 23, 59, tzinfo=UTC))
    march = an_article("三月的新闻", "三月。", first_seen_at=datetime(2026, 3, 1, tzinfo=UTC))

    index.write([february, march])

    anchor = index.live.anchor
    copies = find_copies(index.client, index.live, [february.article_id, march.article_id])
    assert set(copies) == {(f"{anchor}-2026.02", february.article_id), (f"{anchor}-2026.03", march.article_id)}
    assert count(index.client, index.settings, asked("")) == 2


def test_an_article_whose_first_seen_day_moved_stands_in_one_month_only(index: Index) -> None:
    stays = an_article("留在三月", "三月。")
    moved = an_article("移到二月", "三月。")
    index.write([stays, moved])
    index.write([replace(moved, first_seen_at=datetime(2026, 2, 3, tzinfo=UTC))])

    copies = find_copies(index.client, index.live, [stays.article_id, moved.article_id])
    assert sorted(copies) == sorted(
        [
            (f"{index.live.anchor}-2026.03", stays.article_id),
            (f"{index.live.anchor}-2026.02", moved.article_id),
        ]
    )


def test_opening_a_month_twice_creates_it_once(index: Index) -> None:
    month = index.live.index_for(date(2026, 3, 1))

    assert open_indices(index.client, index.live, [month, month]) == [month]
    assert open_indices(index.client, index.live, [month]) == []


def test_a_bad_document_is_refused_without_losing_the_others(index: Index) -> None:
    good = [an_article(f"好{number}", "正文") for number in range(20)]
    month = index.live.index_for(MORNING.date())
    open_indices(index.client, index.live, [month])
    documents = [IndexDocument(index=month, id=a.article_id, source=article_document(a)) for a in good]
    unknown = {**article_document(good[0]), "colour": "red"}
    undated = {**article_document(good[0]), "published_at": "yesterday"}

    report = index_documents(
        index.client,
        [
            *documents[:10],
            IndexDocument(index=month, id="unknown", source=unknown),
            IndexDocument(index=month, id="undated", source=undated),
            *documents[10:],
        ],
    )

    assert report.indexed == tuple(article.article_id for article in good)
    assert [refusal.id for refusal in report.refused] == ["unknown", "undated"]
    assert "colour" in report.refused[0].detail
    assert "yesterday" in report.refused[1].detail
    assert count(index.client, index.settings, asked("")) == 20


def test_a_keyword_of_any_length_does_not_cost_the_document(index: Index) -> None:
    article = an_article(
        "长" * 40_000,
        "正文",
        url="https://harbour.example/" + "路" * 40_000,
        byline="𠀀" * 40_000,
        original_publisher="é" * 8_191,
        section="😀" * 4_095,
    )

    assert index.write([article]).indexed == (article.article_id,)


def test_a_lone_surrogate_does_not_cost_the_chunk(index: Index) -> None:
    articles = [an_article("好", "正文"), an_article("坏", "正文 \ud800 完")]

    report = index.write(articles)

    assert len(report.indexed) + len(report.refused) == 2
    assert articles[0].article_id in report.indexed


def test_an_index_that_does_not_exist_is_not_the_documents_fault(index: Index) -> None:
    document = IndexDocument(index=f"{index.live.anchor}-2001.01", id="a", source={"article_id": "a"})

    with pytest.raises(Unavailable, match="index_not_found"):
        index_documents(index.client, [document])

    assert not index.client.indices.exists(index=document.index)


def test_deleting_removes_and_may_be_repeated(index: Index) -> None:
    kept, gone = an_article("留下", "正文"), an_article("忘记", "正文")
    index.write([kept, gone])

    first = delete_articles(index.client, index.live, [gone.article_id, "never there"])
    second = delete_articles(index.client, index.live, [gone.article_id])

    assert first.indexed == (gone.article_id,)
    assert second.indexed == ()
    assert [hit.article_id for hit in search(index.client, index.settings, asked(""))] == [kept.article_id]


def test_a_delete_of_an_absent_document_is_done(index: Index) -> None:
    report = index_documents(index.client, [IndexDocument(index=index.live.anchor, id="absent", source=None)])

    assert report.indexed == ("absent",)


def test_many_large_documents_are_written_in_several_requests(index: Index) -> None:
    articles = [an_article(f"大{number}", "港口" * 20_000) for number in range(60)]

    assert len(index.write(articles).indexed) == 60
    assert count(index.client, index.settings, restricted(asked("港口"), sources=("harbour",))) == 60


def test_ledger_quality_and_run_rows_fit_their_indices(index: Index) -> None:
    stage = _ledger_row(kind="stage", received=10, passed=7, pending=1, lost=2)
    reason = _ledger_row(kind="reason", lost=2, reason="gone", reason_class="fault")
    prefix = index.settings.index_prefix

    report = index_documents(
        index.client,
        [
            IndexDocument(index=f"{prefix}-ledger", id=ledger_id(stage), source=ledger_document(stage)),
            IndexDocument(index=f"{prefix}-ledger", id=ledger_id(reason), source=ledger_document(reason)),
            IndexDocument(index=f"{prefix}-quality", id=quality_id(RULE), source=quality_document(RULE)),
            IndexDocument(index=f"{prefix}-runs", id=run_id(RUN), source=run_document(RUN)),
        ],
    )

    assert not report.refused
    sums = {key: {"sum": {"field": key}} for key in ("received", "passed", "pending", "lost", "waiting")}
    found = index.client.search(index=f"{prefix}-ledger", size=0, aggs=sums)["aggregations"]
    assert {key: found[key]["value"] for key in sums} == {
        "received": 10,
        "passed": 7,
        "pending": 1,
        "lost": 2,
        "waiting": 0,
    }
    rate = index.client.search(index=f"{prefix}-quality", size=0, aggs={"rate": {"avg": {"field": "passed"}}})
    assert rate["aggregations"]["rate"]["value"] == 0


def _ledger_row(**changes: object) -> LedgerRow:
    row = LedgerRow(
        day=MORNING.date(),
        stage="fetch",
        source="harbour",
        kind="stage",
        received=0,
        passed=0,
        pending=0,
        lost=0,
        reason="",
        reason_class="",
    )
    return replace(row, **changes)  # type: ignore[arg-type]
