"""Readership: where the lists of what is read meet the stories that are covered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mediawatch.records import Ranking, Story
from mediawatch.sources.urls import link_id
from mediawatch.tables.stories import Clustered


@dataclass(frozen=True, slots=True, kw_only=True)
class Readership:
    """`best_rank` is the best place of each story's articles in any list; `publishers` those of the story behind an
    address."""

    best_rank: Mapping[str, int]
    publishers: Mapping[str, int]

    def publishers_of(self, line: Ranking) -> int:
        """Publishers of the story that a list's line leads to; 0 where nothing of it was admitted."""
        return self.publishers.get(_address(line), 0)


def readership(lines: Iterable[Ranking], articles: Iterable[Clustered], stories: Iterable[Story]) -> Readership:
    """The day's lists against its stories."""
    publishers = {story.story_id: story.publishers for story in stories}
    story_of: dict[str, str] = {}
    for article in articles:
        # An article goes by the link that brought it first, and by its own address.
        story_of[article.article_id] = article.story_id
        story_of[link_id(article.url)] = article.story_id
    best: dict[str, int] = {}
    for line in lines:
        story = story_of.get(_address(line))
        if story is not None:
            best[story] = min(line.rank, best.get(story, line.rank))
    return Readership(best_rank=best, publishers={name: publishers.get(story, 0) for name, story in story_of.items()})


def _address(line: Ranking) -> str:
    """The link that a line leads to; empty for none."""
    try:
        return link_id(line.url) if line.url else ""
    except ValueError:
        return ""
