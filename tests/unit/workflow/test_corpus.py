"""Streams of articles: read line by line, cleaned like pages, judged day by day."""

from __future__ import annotations

import gzip
import json
import lzma
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mediawatch.errors import BadConfiguration, BadRequest
from mediawatch.keywords import Rules, TextDocument
from mediawatch.language.aliases import Aliases
from mediawatch.sources.publishers import Publisher, Publishers
from mediawatch.workflow.backtesting import Backtest, DaySpan
from mediawatch.workflow.corpus import CorpusArticle, CorpusReader, read_days
from tests.support.wires import FIRST, PUBLISHERS, usual, with_word

pytestmark = pytest.mark.slow

KNOWN = Publishers(entries=(Publisher(id="wire", name="山城通讯社", hosts=("wire.example",)),))
WORD = "沅鹭计划"


def row(document: TextDocument) -> dict[str, Any]:
    return {
        "id": document.article_id,
        "day": document.day.isoformat(),
        "published_at": document.at.isoformat(),
        "source": f"{document.publisher}.example",
        "original_publisher": None,
        "language": document.language,
        "title": document.title,
        "text": document.text,
        "kind": "article",
    }


def lines_of(documents: Iterable[TextDocument]) -> bytes:
    return b"".join(json.dumps(row(one), ensure_ascii=False).encode() + b"\n" for one in documents)


def month() -> list[TextDocument]:
    """Thirty usual days, and on the last of them a new word by three publishers."""
    days = [FIRST + timedelta(days=number) for number in range(30)]
    return [one for day in days for one in usual(day)] + with_word(days[-1], WORD, PUBLISHERS[:3])


def backtest() -> Backtest:
    return Backtest(rules=Rules(), aliases=Aliases(), publishers=KNOWN)


def article(number: int, text: str, *, source: str = "morning.example", **more: Any) -> CorpusArticle:
    return CorpusArticle(id=f"a{number}", day=FIRST, source=source, title=f"第{number}号新闻的标题", text=text, **more)


def texts(articles: Sequence[CorpusArticle]) -> list[str]:
    return [one.text for one in CorpusReader(publishers=KNOWN).documents(FIRST, articles)]


@pytest.mark.parametrize(("suffix", "pack"), [("", bytes), (".gz", gzip.compress), (".xz", lzma.compress)])
def test_a_stream_is_judged_day_by_day(tmp_path: Path, suffix: str, pack: Any) -> None:
    stream, out, told = tmp_path / f"stream.jsonl{suffix}", tmp_path / "alerts.jsonl", []
    stream.write_bytes(pack(lines_of(month())))
    tallied = backtest().run(stream, out, report=told.append)
    (alert,) = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert (alert["term"], alert["kind"], alert["day"]) == (WORD, "new", "2026-02-03")
    assert len(alert["articles"]) == 3
    assert (tallied.days, tallied.articles, tallied.alerts, tallied.faults) == (30, 30 * 24 + 3, 1, 0)
    assert told[-1] == "2026-02-03: 27 articles, 1 alerts"


def test_a_later_day_changes_nothing_before_it(tmp_path: Path) -> None:
    documents = month()
    later = with_word(FIRST + timedelta(days=30), WORD, PUBLISHERS)
    found = []
    for name, rows in (("short", documents), ("long", [*documents, *later])):
        stream, out = tmp_path / f"{name}.jsonl", tmp_path / f"{name}.out"
        stream.write_bytes(lines_of(rows))
        backtest().run(stream, out)
        found.append([line for line in out.read_text(encoding="utf-8").splitlines() if '"2026-02-03"' in line])
    assert found[0] == found[1] != []


def test_days_outside_the_span_are_history_only(tmp_path: Path) -> None:
    stream, out = tmp_path / "stream.jsonl", tmp_path / "alerts.jsonl"
    stream.write_bytes(lines_of(month()))
    tallied = backtest().run(stream, out, span=DaySpan(last=date(2026, 2, 2)))
    assert (tallied.days, out.read_text(encoding="utf-8")) == (29, "")


def test_a_faulty_line_is_told_and_left_out(tmp_path: Path) -> None:
    stream, told = tmp_path / "stream.jsonl", []
    good = lines_of(usual(FIRST, 2))
    stream.write_bytes(b'{"id": "x"}\n' + good + b"not json\n")
    days = list(read_days(stream, told.append))
    assert [(day, len(articles)) for day, articles in days] == [(FIRST, 2)]
    assert [line.partition(": ")[0] for line in told] == [f"{stream}:1", f"{stream}:4"]
    assert "day" in told[0]


def test_days_out_of_order_are_refused_with_the_line(tmp_path: Path) -> None:
    stream = tmp_path / "stream.jsonl"
    stream.write_bytes(lines_of([*usual(FIRST + timedelta(days=1), 1), *usual(FIRST, 1)]))
    with pytest.raises(BadRequest, match=r"stream\.jsonl:2: 2026-01-05 comes after 2026-01-06"):
        list(read_days(stream, print))


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    stream = tmp_path / "stream.jsonl"
    stream.write_text("word\n" * 200, encoding="utf-8")
    with pytest.raises(BadRequest, match="none of the first 100 lines is an article"):
        list(read_days(stream, lambda line: None))


def test_a_cut_archive_keeps_what_was_found(tmp_path: Path) -> None:
    stream, out = tmp_path / "stream.jsonl.gz", tmp_path / "alerts.jsonl"
    documents = [*month(), *usual(FIRST + timedelta(days=30)), *usual(FIRST + timedelta(days=31), 2000)]
    packed = gzip.compress(lines_of(documents))
    stream.write_bytes(packed[: -len(packed) // 3])
    with pytest.raises(BadRequest, match="cannot be unpacked"):
        backtest().run(stream, out)
    assert WORD in out.read_text(encoding="utf-8")


def test_a_missing_stream_and_an_unwritable_output_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="cannot be read"):
        list(read_days(tmp_path / "none.jsonl", print))
    with pytest.raises(BadConfiguration, match="cannot be written"):
        backtest().run(tmp_path / "none.jsonl", tmp_path / "no" / "folder")


def test_a_ranking_list_is_no_text() -> None:
    ranked = "正文第一段。\n24小時新聞排行榜\n1. 甲\n2. 乙\n3. 丙\n4. 丁\n正文第二段。"
    assert texts([article(1, ranked)]) == ["正文第一段。\n正文第二段。"]


def test_a_line_on_four_pages_of_a_day_is_template_text() -> None:
    pages = [article(number, f"第{number}条消息说的事情。\n下载「山城」应用。") for number in range(4)]
    assert all("下载" not in text for text in texts(pages))
    assert all("下载" in text for text in texts(pages[:3]))


def test_a_line_that_names_the_source_is_the_publisher() -> None:
    body = "议会昨天讨论水费调整，代表们意见不一，居民在门前等候消息，发言人说下个月再审议。"
    copies = [
        article(1, f"来源：山城通讯社\n{body}", source="mirror-one.example"),
        article(2, body, source="mirror-two.example", original_publisher="wire.example"),
    ]
    documents = CorpusReader(publishers=KNOWN).documents(FIRST, copies)
    assert [one.publisher for one in documents] == ["wire", "wire"]
    assert "来源" not in documents[0].text


def test_an_id_that_comes_twice_counts_once() -> None:
    documents = CorpusReader(publishers=KNOWN).documents(FIRST, [article(1, "甲。"), article(1, "甲。")])
    assert [one.article_id for one in documents] == ["a1"]
