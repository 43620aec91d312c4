"""Pages as the six invented sites print them, as many of one day as are wanted, in each site's own frame and encoding.

A site publishes some ten stories a day: the stories of the days before are printed again as if they were of that day,
so that no two pages say the same and all of them are new.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from devsites.catalogue import entry_of
from devsites.edition import edition
from devsites.outlet import Outlet
from devsites.sites import OUTLETS
from devsites.stories import Story, Version

LEFT_OUT = frozenset({"dead", "challenge", "blank", "video", "live"})
"""Kinds of stories that are no articles, whose pages are alike; what is barred to robots is read like any other."""


def outlets() -> list[Outlet]:
    """The sites, each on a host of its own."""
    return [outlet(f"https://{outlet.masthead.key}.example") for outlet in OUTLETS]


def catalogue(folder: Path) -> None:
    """Write the entries of the sites to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for outlet in outlets():
        entry: dict[str, Any] = entry_of(outlet)
        (folder / f"{entry['name']}.yaml").write_text(yaml.safe_dump(entry, allow_unicode=True), encoding="utf-8")


def printed(day: date, count: int) -> Iterator[tuple[str, datetime, bytes, str]]:
    """(address, instant of capture, body, content type) of `count` pages of `day`, the sites in turn."""
    sites = outlets()
    stories = [_stories_of(site, day) for site in sites]
    for number in range(count):
        site, own = sites[number % len(sites)], stories[number % len(sites)]
        story = next(own)
        body, content_type = site.encode(site.draw(story, story.versions[-1], 1))
        yield f"{site.url(story)}?n={number}", story.versions[-1].at + timedelta(minutes=5), body, content_type


def _stories_of(site: Outlet, day: date) -> Iterator[Story]:
    """The stories of `day` and of the days before it, all moved to `day`."""
    back = 0
    while True:
        for story in edition(site.masthead.key, day - timedelta(days=back)):
            if story.kind not in LEFT_OUT:
                yield _moved(story, day)
        back += 1


def _moved(story: Story, day: date) -> Story:
    """`story` as if it had been published on `day`, at its hour; the first page is all of it."""
    start = datetime.combine(day, datetime.min.time(), story.published_at.tzinfo)
    moved: list[Version] = []
    for version in story.versions:
        at = start + (version.at - version.at.replace(hour=0, minute=0, second=0, microsecond=0))
        moved.append(replace(version, at=at))
    return replace(story, day=day, versions=tuple(moved), breaks=())
