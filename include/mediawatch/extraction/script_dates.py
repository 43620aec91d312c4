"""The time of publication that only the scripts of a page hold: the state that it is drawn from, or a variable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from mediawatch.extraction.dates import Published, published_from
from mediawatch.extraction.page.context import PageContext
from mediawatch.language.stamps import Stamp, read_stamp

_DATED: Final = re.compile(
    r"(?<![a-z])(?:(?:article|news|content|post|doc|first|ori(?:ginal)?)_?)?"
    r"(?P<name>publish(?:ed)?_?(?:time|date|at|on)?|pub_?(?:time|date)|date_?published|(?:release|display|post|issue)_?(?:time"
    r"|date)|ptime|ct(?:ime)?|created?_?(?:time|at|date))(?![a-z])"
    r"[\\\"']{0,4}\s{0,3}[:=]\s{0,3}(?:new Date\()?[\\\"']{0,4}"
    r"(?P<value>(?:19|20)\d\d[-/.年][^\"'\\<>,;}\n]{4,40}|\d{13}(?!\d)|\d{10}(?!\d))",
    re.IGNORECASE,
)
"""A member or a variable called after publication, and its value; ct is how some reading apps call it."""
_OF_PROGRAM: Final = re.compile(
    r"[:=]\s{0,3}[\\\"']{1,4}"
    r"(?P<value>(?:mon|tue|wed|thu|fri|sat|sun) [a-z]{3} \d{1,2} \d\d:\d\d:\d\d \S{1,6} \d{4})[\\\"']",
    re.IGNORECASE,
)
"""How microblogs write times, whatever the member is called: Sat Nov 28 09:05:00 +0800 2026."""
_MOST: Final = 500
_NEAR: Final = 5_000
"""Characters between the headline and the time of one article in the state of a program."""


@dataclass(frozen=True, slots=True)
class _Found:
    stamp: Stamp
    is_of_publication: bool
    distance: int | None
    """Characters from the page's headline, where that stands in the script."""


def published_in_scripts(scripts: Sequence[str], title: str, context: PageContext) -> Published:
    """The time beside the page's `title`, or the only one that the scripts call after publication, or the only one in
    the form of microblogs."""
    found = list(islice(_found(scripts, title, context), _MOST))
    beside = [each for each in found if each.distance is not None and each.distance <= _NEAR]
    if beside:
        best = min(beside, key=lambda each: (not each.is_of_publication, each.distance))
        return published_from(best.stamp, "script beside the headline", 0.7, context)
    stamps = {each.stamp for each in found if each.is_of_publication} or _of_posts(scripts, context)
    return published_from(stamps.pop(), "script", 0.6, context) if len(stamps) == 1 else Published()


def _of_posts(scripts: Sequence[str], context: PageContext) -> set[Stamp]:
    values = (match["value"] for script in scripts for match in _OF_PROGRAM.finditer(script))
    return {stamp for value in islice(values, _MOST) if (stamp := read_stamp(value, context.timezone))}


def _found(scripts: Sequence[str], title: str, context: PageContext) -> Iterator[_Found]:
    for script in scripts:
        at = script.find(title) if title else -1
        for match in _DATED.finditer(script):
            stamp = read_stamp(match["value"], context.timezone)
            if stamp:
                is_of_publication = not match["name"].lower().startswith(("create", "ct"))
                distance = abs(match.start() - at) if at >= 0 else None
                yield _Found(stamp, is_of_publication, distance)
