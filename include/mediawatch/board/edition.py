"""A day's data for its digest, read from the lake."""

from __future__ import annotations

from datetime import date

from mediawatch.board import reading
from mediawatch.board.desk import Desk
from mediawatch.board.digest import DayDigest
from mediawatch.board.shelf import headlines


def day_digest(desk: Desk, day: date, *, board_url: str = "") -> DayDigest:
    """What the digest of `day` is composed from."""
    store = desk.newsroom.store
    articles = headlines(store, day)
    return DayDigest(
        day=day,
        numbers=reading.numbers_of(store, day, articles),
        words=desk.counts.alerts(day, day),
        stories=desk.counts.stories(day),
        headlines=[article for article in articles if not article.is_revision],
        troubled=reading.in_trouble(reading.source_states(store, desk.newsroom.catalogue.sources, day)),
        names=desk.names,
        timezone=desk.newsroom.settings.timezone,
        board_url=board_url,
    )
