"""A ranking: one line of a list that a site shows of what is read most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """`title` stood at `rank` (from 1) of the list `heading` on pages of `site` on `day`.

    `url` is absolute, or empty where the line leads nowhere.  `link_id` is the page on which the list was seen.
    """

    source: str
    site: str
    day: date
    heading: str
    rank: int
    title: str
    url: str
    link_id: str
