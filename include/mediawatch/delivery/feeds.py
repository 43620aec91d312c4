"""Atom feeds of alerts: one a watch list, one a word.  Pure: the same alerts give the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from mediawatch.delivery.cleaning import clean, link
from mediawatch.delivery.composing import MessageStyle, compose, title_of
from mediawatch.delivery.routing import names_of
from mediawatch.language import fold
from mediawatch.records import Alert

MOST: Final = 50
"""Entries of one feed; readers poll more often than so many alerts come."""


def watchlist_feed(
    alerts: Iterable[Alert], watchlist: str, *, authority: str, look: MessageStyle, self_url: str = ""
) -> bytes:
    """The newest alerts of a watch list as Atom; `authority` (news.example) owns the ids of feed and entries."""
    label = (look.labels or {}).get(watchlist) or watchlist
    head = _Head(label, f"watchlist/{quote(watchlist, safe='', errors='replace')}", authority, self_url)
    return _feed([alert for alert in alerts if watchlist in alert.watchlists], head, look)


def word_feed(alerts: Iterable[Alert], word: str, *, authority: str, look: MessageStyle, self_url: str = "") -> bytes:
    """The newest alerts about a word, in whatever spelling of theirs, as Atom."""
    wanted = fold(word)
    head = _Head(word, f"word/{quote(wanted, safe='', errors='replace')}", authority, self_url)
    return _feed([alert for alert in alerts if wanted in _words(alert)], head, look)


@dataclass(frozen=True, slots=True)
class _Head:
    label: str
    name: str
    authority: str
    self_url: str


def _words(alert: Alert) -> frozenset[str]:
    return names_of(alert) | {fold(form) for form in (*alert.forms, *alert.also)}


def _feed(alerts: Sequence[Alert], head: _Head, look: MessageStyle) -> bytes:
    ranked = sorted(alerts, key=lambda alert: (alert.day, alert.score, alert.alert_id, alert.step), reverse=True)
    chosen = ranked[:MOST]
    own = link(head.self_url)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{"zh-Hans" if look.language == "zh" else "en"}">',
        f"<id>tag:{escape(head.authority)},2026:{escape(head.name)}</id>",
        f"<title>{escape(clean(f'Mediawatch: {head.label}'))}</title>",
        f"<updated>{max(map(_instant, chosen), default='1970-01-01T00:00:00Z')}</updated>",
        "<author><name>Mediawatch</name></author>",
        *([f'<link rel="self" type="application/atom+xml" href={quoteattr(own)}/>'] if own else []),
        *(_entry(alert, head.authority, look) for alert in chosen),
        "</feed>",
    ]
    return "\n".join(lines).encode("utf-8") + b"\n"


def _entry(alert: Alert, authority: str, look: MessageStyle) -> str:
    """One alert; a follow-up is an entry of its own."""
    first = next((url for url in (link(headline.url) for headline in alert.headlines) if url), "")
    name = f"alert/{quote(alert.alert_id, safe='', errors='replace')}/{alert.step}"
    parts = [
        "<entry>",
        f"<id>tag:{escape(authority)},{alert.episode_on.isoformat()}:{escape(name)}</id>",
        f"<title>{escape(title_of(alert, look.language))}</title>",
        f"<updated>{_instant(alert)}</updated>",
        *([f'<link rel="alternate" href={quoteattr(first)}/>'] if first else []),
        f"<category term={quoteattr(alert.kind.value)}/>",
        f'<content type="text">{escape(compose([[alert]], look).text)}</content>',
        "</entry>",
    ]
    return "\n".join(parts)


def _instant(alert: Alert) -> str:
    """The newest instant among an alert's headlines on or before its day's end, else the beginning of its day."""
    end = datetime.combine(alert.day, time.max, UTC)
    known = [h.published_at.astimezone(UTC) for h in alert.headlines if h.published_at and h.published_at <= end]
    moment = max(known, default=datetime.combine(alert.day, time.min, UTC))
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
