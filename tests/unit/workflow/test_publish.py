"""Lists of what is read against stories: the best place of a story, the publishers behind a line."""

from __future__ import annotations

from datetime import UTC, date, datetime

from mediawatch.records import Ranking, Story
from mediawatch.sources.urls import link_id
from mediawatch.tables.stories import Clustered
from mediawatch.workflow.publish import readership

DAY = date(2026, 3, 30)
NOON = datetime(2026, 3, 30, 12, tzinfo=UTC)


def line(rank: int, url: str) -> Ranking:
    return Ranking(
        source="harbour",
        site="harbour.example",
        day=DAY,
        heading="点阅排行",
        rank=rank,
        title=f"第{rank}名",
        url=url,
        link_id="page",
    )


def article(url: str, story: str) -> Clustered:
    return Clustered(
        article_id=link_id(url),
        batch="b1",
        day=DAY,
        at=NOON,
        named_publisher="",
        site="harbour",
        signature=b"",
        url=url,
        story_id=story,
    )


def story(name: str, publishers: int) -> Story:
    return Story(
        story_id=name,
        day=DAY,
        first_on=DAY,
        title="渡轮首航",
        url="https://harbour.example/1",
        language="zh-Hans",
        publisher="harbour",
        articles=2,
        sites=2,
        publishers=publishers,
        earliest_at=NOON,
        newest_at=NOON,
    )


def test_a_story_has_the_best_place_of_its_articles_and_a_line_the_publishers_of_its_story() -> None:
    ferry, copy, other = (f"https://harbour.example/{name}" for name in ("ferry", "copy", "other"))
    lines = [line(7, ferry), line(3, copy), line(1, "https://elsewhere.example/x"), line(2, "")]

    found = readership(lines, [article(ferry, "s1"), article(copy, "s1"), article(other, "s2")], [story("s1", 4)])

    assert found.best_rank == {"s1": 3}
    assert [found.publishers_of(each) for each in lines] == [4, 4, 0, 0]


def test_a_line_with_a_broken_address_leads_nowhere() -> None:
    found = readership([line(1, "http://[broken")], [], [])
    assert found.best_rank == {}
    assert found.publishers_of(line(1, "http://[broken")) == 0
