"""What a reader of the newsroom should find: for each announced address, the outcome and the article."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from devsites.edition import edition
from devsites.outlet import Outlet
from devsites.sites import Baichuan, Hyacinth
from devsites.stories import Kind, Story, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One announced address of a day.

    `outcome` is `article` or a word of `mediawatch.records.Reason`.  `published_at` is None where the page tells a day
    only; `published_on` is the day that it prints, on the site's own clock.  `announced_at` is the feed's instant,
    `changed_at` that of the version described.  `zh` and `en` are the paragraphs of the whole article; `breaks` say at
    which of them further pages begin.  `captions` are as printed, without brackets around the whole line.
    """

    url: str
    site: str
    kind: Kind
    title: str
    title_en: str
    outcome: str
    published_at: datetime | None
    published_on: date
    announced_at: datetime
    changed_at: datetime
    original_publisher: str
    byline: str
    language: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    captions: tuple[str, ...]
    breaks: tuple[int, ...]


def expected(outlet: Outlet, day: date, seen_at: datetime | None) -> Iterator[Expected]:
    """What `outlet` announces on the UTC day `day`, as it stands at `seen_at` (None: when all is said)."""
    for story in edition(outlet.masthead.key, day):
        if seen_at is None or story.published_at <= seen_at:
            version = story.versions[-1] if seen_at is None else story.at(seen_at)
            yield from _of_story(outlet, story, version)


def _of_story(outlet: Outlet, story: Story, version: Version) -> Iterator[Expected]:
    yield _described(outlet, story, version, outlet.url(story), story.outcome)
    if isinstance(outlet, Baichuan) and story == (twin := outlet.twin(story.day))[0]:
        yield _described(outlet, story, version, twin[1], "duplicate")
        yield _described(outlet, story, version, outlet.sponsored(story.day), "off_site")


def _described(outlet: Outlet, story: Story, version: Version, url: str, outcome: str) -> Expected:
    local = outlet.local(story.published_at)
    tells_a_day_only = isinstance(outlet, Hyacinth)
    is_article = outcome == "article"
    return Expected(
        url=url,
        site=outlet.masthead.key,
        kind=story.kind,
        title=version.title,
        title_en=version.title_en if is_article and version.en else "",
        outcome=outcome,
        published_at=None if tells_a_day_only else story.published_at,
        published_on=local.date(),
        announced_at=story.published_at,
        changed_at=version.at,
        original_publisher=outlet.publisher(story),
        byline=outlet.byline(story),
        language=outlet.masthead.languages[0],
        zh=version.zh if is_article else (),
        en=version.en if is_article else (),
        captions=tuple(outlet.caption(caption) for caption in version.captions) if is_article else (),
        breaks=story.breaks,
    )
