"""What sites list is found by address, by title, and by a title that is almost the same; the rest has a reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mediawatch.context import Context
from mediawatch.errors import BadRequest
from mediawatch.records import Article, Ranking, Reason
from mediawatch.sources.urls import link_id
from mediawatch.workflow.recall import NOT_ANNOUNCED, Headline, by_source, outside_list, own_lists, recall
from tests.unit.board.printing import DAY, Front, Printed, a_fate, an_article, tallies

pytestmark = pytest.mark.slow

LONG = "岚港三座跨海大桥今晨同时恢复双向通车"


def a_line(title: str, url: str = "") -> Ranking:
    return Ranking(
        source="paper",
        site="www.paper.example",
        day=DAY,
        heading="24小时排行",
        rank=1,
        title=title,
        url=url,
        link_id="0" * 32,
    )


@pytest.fixture(name="context")
def _context(tmp_path: Path) -> Context:
    articles: list[Article] = [
        an_article("關稅談判再延期"),
        an_article(LONG),
        an_article("港口复航", title_en="The port reopens after the storm"),
    ]
    lines = [a_line("关税谈判再延期"), a_line("关税谈判再延期"), a_line("谁都没有的标题")]
    url = "https://www.paper.example/gone"
    gone = replace(a_fate(Reason.GONE, title="不见了的新闻", url=url), link_id=link_id(url))
    front = Front(tmp_path)
    front.print(Printed(articles=articles, rankings=lines, tallies=tallies(), fates=[gone]))
    return front.context


def a_headline(title: str, url: str = "", source: str = "paper") -> Headline:
    return Headline(source=source, origin="list", title=title, url=url)


@pytest.mark.parametrize(
    ("headline", "by", "reason"),
    [
        (a_headline("关税谈判再延期"), "title", ""),
        (a_headline(LONG.replace("今晨", "昨晨")), "similar", ""),
        (a_headline("THE PORT reopens after the storm"), "title", ""),
        (a_headline("港口复工"), "", NOT_ANNOUNCED),
        (a_headline("不见了的新闻", "https://www.paper.example/gone"), "", "gone"),
        (a_headline("没有的", "https://www.paper.example/never"), "", NOT_ANNOUNCED),
        (a_headline("没有的", "no address"), "", NOT_ANNOUNCED),
    ],
)
def test_a_headline_is_found_or_has_a_reason(context: Context, headline: Headline, by: str, reason: str) -> None:
    [found] = recall(context, DAY, [headline])
    assert (found.by, found.reason) == (by, reason)


def test_a_short_title_is_not_taken_for_one_that_is_only_alike(context: Context) -> None:
    [found] = recall(context, DAY, [a_headline("港口复工")])
    assert not found.by


def test_a_days_own_lists_are_counted_once_a_headline(context: Context) -> None:
    [sums] = by_source(recall(context, DAY, own_lists(context.store, DAY)))
    assert (sums.headlines, sums.found, sums.missed, sums.share) == (2, 1, {NOT_ANNOUNCED: 1}, 0.5)


def test_outside_lists_are_read(tmp_path: Path) -> None:
    csv, lines = tmp_path / "a.csv", tmp_path / "a.jsonl"
    csv.write_text("\ufefftitle,url,extra\n关税,https://a.example/1,x\n", encoding="utf-8")
    lines.write_text('{"title": "关税", "source": "paper"}\n\n', encoding="utf-8")
    assert outside_list(csv) == [Headline(source="", origin="a.csv", title="关税", url="https://a.example/1")]
    assert outside_list(lines) == [Headline(source="paper", origin="a.jsonl", title="关税", url="")]


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("a.csv", "headline\nx\n", "a.csv:1: the first line names the columns"),
        ("a.csv", "title\nx\n \n", "a.csv:3: has no title"),
        ("a.jsonl", '{"title": "a"}\n{', "a.jsonl:2: not JSON"),
        ("a.jsonl", "[1]", "a.jsonl:1: each line is an object"),
        ("a.jsonl", '{"title": null}', "a.jsonl:1: has no title"),
    ],
)
def test_a_faulty_list_is_refused_with_its_line(tmp_path: Path, name: str, text: str, fault: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(BadRequest, match=fault):
        outside_list(tmp_path / name)


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadRequest, match="UTF-8"):
        outside_list(tmp_path / "a.csv")
