"""Seeds that answer and stand still while their site goes on: what a check says of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from mediawatch.harvest.memory import NOTHING
from mediawatch.harvest.seed_visits import SeedRounds
from mediawatch.records import Clock, Seed, Source
from mediawatch.sources.urls import is_on_site
from mediawatch.tables.harvest import SeedAnswer

if TYPE_CHECKING:
    from mediawatch.harvest.fetching import Crawler

SILENT_AFTER: Final = timedelta(days=3)
"""A seed or news source whose newest item is older is called silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """The newest article that a home page links to, by the day that its address names; None for none."""

    newest: date | None = None
    url: str = ""


def is_silent(rows: Iterable[SeedAnswer], present: datetime) -> bool:
    """Whether all dates that the seeds announced are old; without any date nothing is known."""
    dates = [row.newest_at for row in rows if row.newest_at is not None]
    return bool(dates) and present - max(dates) > SILENT_AFTER


def frozen_seeds(rows: Sequence[SeedAnswer], front: Front, present: datetime) -> list[str]:
    """One sentence for each seed whose newest item is old while another seed, or the home page, has new ones."""
    dated = [(row.newest_at, row.url) for row in rows if row.newest_at is not None]
    newest, where = max(dated, default=(None, ""))
    if newest is None:
        return []
    if present - newest > SILENT_AFTER:
        if front.newest is None or present.date() - front.newest > SILENT_AFTER:
            return []
        newest, where = datetime.combine(front.newest, datetime.min.time(), UTC), front.url
    return [
        f"{url}: frozen, its newest item is of {at:%Y-%m-%d}, while the site has one of {newest:%Y-%m-%d} ({where})"
        for at, url in dated
        if present - at > SILENT_AFTER
    ]


def visit_fronts(sources: Iterable[Source], crawler: Crawler, clock: Clock) -> dict[str, Front]:
    """What the home pages of `sources` link to, by the name of the source."""
    as_lists = [
        source.model_copy(update={"discovery": (Seed(kind="list_page", url=source.home),)}) for source in sources
    ]
    visited = SeedRounds(as_lists, NOTHING, crawler, clock, lambda exchanges: None).visit_all()
    return {source.name: _newest((i.url for i in visited.items.get(source.name, ())), source) for source in as_lists}


def _newest(urls: Iterable[str], source: Source) -> Front:
    from mediawatch.harvest.discovery.dates import day_in_address

    own = [url for url in urls if is_on_site(url, source.hosts)]
    days = [(day, url) for url in own if (day := day_in_address(urlsplit(url).path)) is not None]
    newest, url = max(days, default=(None, ""))
    return Front(newest=newest, url=url)
