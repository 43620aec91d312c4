"""The text that a feed carries, in the place of a page that is refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Final

from mediawatch.records import Exchange, Reason

if TYPE_CHECKING:
    from mediawatch.harvest.fetching import FetchAttempt

MADE_FROM: Final = "Mediawatch-Made-From"
"""Header of an answer that no site gave: the seed whose text it holds."""
_REFUSED: Final = frozenset({401, 402, 403})
"""Statuses that ask for a subscription or keep programs out; what is gone, or forbidden by law, is another case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedText:
    """What a feed has of an article: `text` is markup, empty where it has none or its seed does not say so."""

    url: str
    title: str
    published_at: datetime | None
    found_by: str
    text: str


def with_feed_text(said: FeedText, attempt: FetchAttempt) -> FetchAttempt:
    """The attempt, with the article as its feed has it for an answer where the page was refused; else as it is.

    That answer is of our own making: it has status 203 (not from the site itself) and says in a header where it is
    from.  The refusal stands before it in the archive, and in the detail.
    """
    is_refused = attempt.reason in (Reason.FORBIDDEN, Reason.PAYWALLED) and attempt.exchanges[-1].status in _REFUSED
    if not (is_refused and said.text):
        return attempt
    answer = Exchange(
        url=said.url,
        status=203,
        phrase="Non-Authoritative Information",
        request_headers=(),
        headers=(("Content-Type", "text/html; charset=utf-8"), (MADE_FROM, said.found_by)),
        body=_page(said).encode("utf-8", "replace"),
        fetched_at=attempt.exchanges[-1].fetched_at,
        remote_address="",
    )
    return replace(
        attempt,
        exchanges=(*attempt.exchanges, answer),
        reason=None,
        detail=f"the text of its feed, for the page: {attempt.detail}",
        final_url=said.url,
    )


def _page(said: FeedText) -> str:
    title, date = escape(said.title), said.published_at
    published = f'<meta property="article:published_time" content="{date.isoformat()}">' if date else ""
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>{published}</head>'
        f"<body><article><h1>{title}</h1>{said.text}</article></body></html>"
    )
