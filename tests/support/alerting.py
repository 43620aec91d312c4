"""Alerts and recipients of invented newsrooms."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from mediawatch.delivery import Channel, MessageKind, Notice, Recipient
from mediawatch.records import Alert, AlertKind, DayCount, Headline

ALERT_DAY = date(2026, 4, 29)
"""The day of `tests.support.lakes`."""


def a_headline(number: int = 1, **changes: object) -> Headline:
    """A headline of an invented paper."""
    values: dict[str, object] = {
        "article_id": f"{number:032x}",
        "title": f"柏岚发布星穹Pro，续航翻倍（{number}）",
        "url": f"https://paper{number}.example/2026/04/29/{number}.html",
        "publisher": f"城北日报{number}",
        "language": "zh-Hans",
        "published_at": datetime(2026, 4, 29, 3, number % 60, tzinfo=UTC),
    }
    return Headline(**{**values, **changes})  # type: ignore[arg-type]


def a_series(*last: int, days: int = 28, uncovered: tuple[int, ...] = ()) -> tuple[DayCount, ...]:
    """A series of `days` days up to ALERT_DAY that ends with the counts `last`, silent before."""
    counts = [0] * (days - len(last)) + list(last)
    return tuple(
        DayCount(
            day=ALERT_DAY - timedelta(days=days - 1 - place),
            articles=count,
            publishers=min(count, 3),
            is_covered=place not in uncovered,
        )
        for place, count in enumerate(counts)
    )


def an_alert(alert_id: str = "a1", **changes: object) -> Alert:
    """A new word in seven articles of three publishers."""
    values: dict[str, object] = {
        "alert_id": alert_id,
        "rule": "keywords",
        "kind": AlertKind.NEW,
        "topic": f"星穹{alert_id}",
        "term": f"星穹{alert_id}",
        "forms": (f"星穹{alert_id}", f"星穹{alert_id}".upper()),
        "also": (),
        "episode_on": ALERT_DAY,
        "day": ALERT_DAY,
        "step": 0,
        "score": 9.5,
        "articles": 7,
        "stories": 4,
        "publishers": 3,
        "publisher_names": ("城北日报1", "海风新闻网", "Harbour Times"),
        "ratio": None,
        "p_value": 1.2e-9,
        "baseline_days": 28,
        "first_seen_on": ALERT_DAY - timedelta(days=1),
        "last_seen_on": None,
        "series": a_series(2, 5),
        "headlines": (a_headline(1), a_headline(2), a_headline(3)),
        "co_terms": ("续航", "固态电池"),
        "article_ids": tuple(f"{alert_id}-{number}" for number in range(7)),
        "watchlists": (),
        "evaluation": "batches 1",
    }
    return Alert(**{**values, **changes})  # type: ignore[arg-type]


def a_notice(notice_id: str = f"digest/{ALERT_DAY}", **changes: object) -> Notice:
    """The digest of ALERT_DAY with one word."""
    values: dict[str, object] = {
        "notice_id": notice_id,
        "kind": MessageKind.DIGEST,
        "day": ALERT_DAY,
        "title": f"{ALERT_DAY} 新闻日报",
        "text": "120 篇文章\n\n* 星穹\n    https://paper1.example/1",
        "html": '<p lang="zh-Hans">星穹 <a href="https://paper1.example/1">柏岚</a></p>',
        "rest": "（这里放不下其余部分）",
    }
    return Notice(**{**values, **changes})  # type: ignore[arg-type]


def a_recipient(name: str = "desk", url: str = "json://127.0.0.1:9/alerts", **changes: object) -> Recipient:
    """Somebody with one channel called `chat`, at `url`, which is told everything at once."""
    channel = Channel(name="chat", url=url, idempotent=bool(changes.pop("idempotent", False)))
    return Recipient.model_validate({"name": name, "channels": (channel,), **changes})
