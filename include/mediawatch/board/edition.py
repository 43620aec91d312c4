"""The day's digest: its data read from the lake, and the digest kept there.

digests/day=D/<language>.html, .txt      as composed last: the day may grow until it is closed
"""

from __future__ import annotations

from datetime import date

from mediawatch.board import reading
from mediawatch.board.desk import Desk
from mediawatch.board.digest import DayDigest, Digest, compose_digest
from mediawatch.board.shelf import headlines
from mediawatch.board.wording import LANGUAGES


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


def keep_digest(desk: Desk, day: date, *, board_url: str = "") -> dict[str, Digest]:
    """Compose the day's digest in both languages and put it into the lake; the digests by language."""
    found = {language: compose_digest(day_digest(desk, day, board_url=board_url), language) for language in LANGUAGES}
    for language, digest in found.items():
        desk.newsroom.store.put(f"{folder_of(day)}/{language}.html", digest.html.encode())
        desk.newsroom.store.put(f"{folder_of(day)}/{language}.txt", digest.text.encode())
    return found


def folder_of(day: date) -> str:
    """Where the digests of `day` are kept in the lake."""
    return f"digests/day={day}"
