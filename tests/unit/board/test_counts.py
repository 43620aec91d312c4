"""The stage boundary to stories and alerts: what the lake has of them, and what is said where it has nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from mediawatch.board.counts import LakeCounts, about, by_publishers, by_score
from mediawatch.lake.partitions import PartitionKey, PartitionWriter
from mediawatch.records import AlertKind
from mediawatch.tables import Per
from mediawatch.tables.declaration import Table
from mediawatch.tables.stories import STORIES
from tests.unit.board.printing import DAY, Front, a_story, an_alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An article's story, as far as the board reads it."""

    article_id: str
    story_id: str


PLACED = Table(name="clustered", stage="cluster", row=Placed, per=Per.DAY, about="A narrow row.")


def test_stories_are_those_with_an_article_of_the_day(tmp_path: Path) -> None:
    front = Front(tmp_path)
    told, untold = a_story("今天的"), a_story("前天的")
    writer = PartitionWriter(front.store, PartitionKey(stage="cluster", day=DAY), inputs={}, version="1", settings={})
    writer.append(PLACED, [Placed(article_id="1", story_id=told.story_id)])
    writer.append(STORIES, [told, untold])
    writer.publish()
    assert LakeCounts(front.context).stories(DAY) == [told]


def test_what_is_not_there_is_not_counted_yet(tmp_path: Path) -> None:
    counts = LakeCounts(Front(tmp_path).context)
    assert counts.stories(DAY) is None
    assert counts.alerts(DAY, DAY) is None
    assert counts.explanations("关税", DAY) is None
    assert counts.forms("关税") == ("关税",)


def test_stories_by_publishers() -> None:
    stories = [a_story("一", publishers=1), a_story("三", publishers=3), a_story("二", publishers=2)]
    assert [story.title for story in by_publishers(stories)] == ["三", "二", "一"]


def test_alerts_newest_day_first_then_loudest() -> None:
    old, quiet, loud = an_alert("旧", day=DAY - timedelta(days=1), score=9.0), an_alert("轻", score=1.0), an_alert("响")
    assert [alert.term for alert in by_score([old, quiet, loud])] == ["响", "轻", "旧"]


def test_alerts_about_a_word_in_either_script() -> None:
    alerts = [an_alert("关税", AlertKind.RISING), an_alert("港口", also=("關稅戰",))]
    assert [alert.term for alert in about(alerts, "關稅")] == ["关税"]
    assert [alert.term for alert in about(alerts, "关税战")] == ["港口"]
