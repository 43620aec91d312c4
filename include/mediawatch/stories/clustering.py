"""Copies of one text, gathered into stories: pure, whatever the order of the articles.

A story keeps its id when others join: that of its first article by (day, batch, article id).  It can be joined for
WINDOW_DAYS days after its last copy.  Where an article joins two stories the older id wins, and the merge is told.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from mediawatch.stories.comparing import copied
from mediawatch.stories.sketching import Sketches
from mediawatch.tables.stories import Clustered, Member, Merge

WINDOW_DAYS: Final = 3
"""Days before the present one whose articles can still be joined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustering:
    """{article id: story id} of the day's articles, and the stories of earlier days that became one."""

    stories: Mapping[str, str]
    merges: tuple[Merge, ...]


def cluster(today: Sequence[Member], window: Sequence[Clustered]) -> Clustering:
    """The stories of `today`, given those of the days before; every article gets one, a text that nobody copied too."""
    links = _Links()
    for earlier in window:
        links.join(links.article(earlier.article_id), links.story(earlier.story_id))
    new = {member.article_id for member in today}
    for one, other in copies([*today, *window]):
        # Two earlier articles were compared on their own days, and what was decided then stays.
        if one.article_id in new or other.article_id in new:
            links.join(links.article(one.article_id), links.article(other.article_id))
    return _named(today, links, _ages(window))


def copies(members: Sequence[Member]) -> Iterator[tuple[Member, Member]]:
    """Pairs of `members` that are copies: by their texts, or by their titles where one has no text."""
    ordered = sorted((member for member in members if member.signature), key=order_of)
    sketches = Sketches([member.signature for member in ordered])
    for one, other in copied(sketches, [member.site for member in ordered]):
        yield ordered[one], ordered[other]
    yield from _by_title(ordered, sketches)


def order_of(member: Member) -> tuple[date, str, str]:
    """What decides which of two articles came to us first."""
    return member.day, member.batch, member.article_id


def _by_title(ordered: Sequence[Member], sketches: Sketches) -> Iterator[tuple[Member, Member]]:
    """An article without text is one with the first that has its title: with text if there is one, else without.

    A title that the same site prints on several days (a forecast, a review of the press) is a heading, no copy.
    """
    titles, texts = sketches.titles(), sketches.texts()
    wanted = {title for title, text in zip(titles, texts, strict=True) if title and not text}
    titled: defaultdict[int, list[int]] = defaultdict(list)
    for number, title in enumerate(titles):
        if title in wanted:
            titled[title].append(number)
    for numbers in titled.values():
        bare = [number for number in numbers if not texts[number]]
        for number in bare:
            first = next((n for n in numbers if texts[n]), bare[0])
            one, other = ordered[first], ordered[number]
            if first != number and (one.site != other.site or one.day == other.day):
                yield one, other


def _ages(window: Iterable[Clustered]) -> dict[str, tuple[date, str, str]]:
    """{story id: the order of its first article}."""
    ages: dict[str, tuple[date, str, str]] = {}
    for member in window:
        ages[member.story_id] = min(order_of(member), ages.get(member.story_id, order_of(member)))
    return ages


def _named(today: Sequence[Member], links: _Links, ages: Mapping[str, tuple[date, str, str]]) -> Clustering:
    old: defaultdict[int, list[str]] = defaultdict(list)
    for story_id in sorted(ages, key=lambda story_id: (ages[story_id], story_id)):
        old[links.find(links.story(story_id))].append(story_id)
    new: dict[int, str] = {}
    for member in sorted(today, key=order_of):
        new.setdefault(links.find(links.article(member.article_id)), member.article_id)
    merges = [Merge(absorbed=gone, story_id=held[0]) for held in old.values() for gone in held[1:]]
    roots = ((name, links.find(links.article(name))) for name in sorted({member.article_id for member in today}))
    return Clustering(
        stories={article: old[root][0] if root in old else new[root] for article, root in roots},
        merges=tuple(sorted(merges, key=lambda merge: merge.absorbed)),
    )


@dataclass(slots=True)
class _Links:
    """Disjoint sets of articles and stories, which are numbered as they are met, an id of an article apart from the
    same of a story; which member stands for a set does not show outside.
    """

    _articles: dict[str, int] = field(default_factory=dict)
    _stories: dict[str, int] = field(default_factory=dict)
    _above: array[int] = field(default_factory=lambda: array("q"))

    def article(self, article_id: str) -> int:
        """The number of an article."""
        return self._number(self._articles, article_id)

    def story(self, story_id: str) -> int:
        """The number of a story."""
        return self._number(self._stories, story_id)

    def _number(self, known: dict[str, int], name: str) -> int:
        number = known.setdefault(name, len(self._above))
        if number == len(self._above):
            self._above.append(number)
        return number

    def find(self, node: int) -> int:
        above = self._above[node]
        while above != node:
            self._above[node] = self._above[above]
            node, above = above, self._above[above]
        return node

    def join(self, one: int, other: int) -> None:
        self._above[self.find(one)] = self.find(other)
