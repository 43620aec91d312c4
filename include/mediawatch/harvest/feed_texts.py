"""The text that a feed carries, in the place of a page that is refused."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Final

from mediawatch.records import Exchange
from mediawatch.tables.harvest import DiscoveredLink

if TYPE_CHECKING:
    from mediawatch.harvest.fetching import FetchAttempt

MADE_FROM: Final = "Mediawatch-Made-From"
"""Header of an answer that no site gave: the seed whose text it holds."""
_REFUSED: Final = frozenset({401, 402, 403})
"""Statuses that ask for a subscription or keep programs out; what is gone, or forbidden by law, is another case."""


def with_feed_text(candidate: DiscoveredLink, attempt: FetchAttempt) -> FetchAttempt:
    """The attempt, with the article as its feed has it for an answer where the page was refused; else as it is.

    That answer is of our own making: it has status 203 (not from the site itself) and says in a header where it is
    from.  The refusal stands before it in the archive, and in the detail.
    """
    refusal = attempt.exchanges[-1] if attempt.exchanges and attempt.reason is not None else None
    if refusal is None or refusal.status not in _REFUSED or not candidate.feed_text:
        return attempt
    answer = Exchange(
        url=candidate.url,
        status=203,
        phrase="Non-Authoritative Information",
        request_headers=(),
        headers=(("Content-Type", "text/html; charset=utf-8"), (MADE_FROM, candidate.discovered_by)),
        body=_page(candidate).encode("utf-8", "replace"),
        fetched_at=refusal.fetched_at,
        remote_address="",
    )
    return replace(
        attempt,
        exchanges=(*attempt.exchanges, answer),
        reason=None,
        detail=f"the text of its feed, for the page: {attempt.detail}",
        final_url=candidate.url,
    )


def _page(candidate: DiscoveredLink) -> str:
    title = escape(candidate.title)
    date = candidate.announced_at
    published = f'<meta property="article:published_time" content="{date.isoformat()}">' if date else ""
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>{published}</head>'
        f"<body><article><h1>{title}</h1>{candidate.feed_text}</article></body></html>"
    )
