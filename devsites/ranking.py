"""The aggregator's ranking list: sixty headlines of the days before, and one that no article knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from devsites.edition import edition
from devsites.grammar import Bilingual, expand
from devsites.stories import Story
from devsites.vocabulary import new_word, ranking_headlines

LENGTH = 60
_WORD_OFFSET = 450  # half the names away from the day's new word


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One line of a ranking list; `story` is what it links to."""

    rank: int
    title: str
    story: Story


def ranking_word(day: date) -> Bilingual:
    """The word that stands in the ranking list of `day` and nowhere else."""
    return new_word(day, offset=_WORD_OFFSET)


@lru_cache(maxsize=80)
def ranking(site: str, day: date) -> tuple[Ranked, ...]:
    """The list printed under all pages of `day`: first the stories of the day before, then older ones."""
    rng = Random(f"{day}/{site}/ranking")  # noqa: S311
    stories: list[Story] = []
    back = 1
    while len(stories) < LENGTH:
        before = [story for story in edition(site, day - timedelta(days=back)) if story.outcome == "article"]
        stories += rng.sample(before, len(before))
        back += 1
    lines = [(story.versions[-1].title, story) for story in stories[:LENGTH]]
    video = next(story for story in edition(site, day - timedelta(days=1)) if story.kind == "video")
    headline = expand(rng.choice(ranking_headlines()), {"word": ranking_word(day)}, rng)
    lines[rng.randrange(3, 20)] = (headline.zh, video)
    return tuple(Ranked(rank=rank, title=title, story=story) for rank, (title, story) in enumerate(lines, start=1))
