"""Answers of a site that does not exist, on which child processes load what they read with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from mediawatch.records import Exchange, Seed, Source

HOME: Final = "https://example.org/"

SOURCE: Final = Source(
    name="example",
    title="Example",
    home=HOME,
    hosts=("example.org",),
    timezone="UTC",
    languages=("zh-Hans",),
    country="ZZ",
    discovery=(Seed(kind="auto", url=HOME),),
)

_SENTENCES: Final = (
    "市水务局周四公布，城北水库的蓄水量比去年同期多出两成，春灌用水可以放心。The gates were opened on Thursday."
)
_PAGE: Final = f"""<html><head><title>水库蓄水量比去年多 - Example</title></head><body><h1>水库蓄水量比去年多</h1>
<p>2026-01-01 08:00 记者陈以安／台北报导</p>{f"<p>{_SENTENCES}</p>" * 6}<a href="/2_2.html">下一页</a></body></html>"""
_FEED: Final = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Example</title><item><title>水库</title>
<link>{HOME}1.html</link><pubDate>Thu, 01 Jan 2026 08:00:00 GMT</pubDate></item></channel></rss>"""


def answer(body: str, content_type: str) -> Exchange:
    """A good answer of the site."""
    return Exchange(
        url=HOME,
        status=200,
        phrase="OK",
        request_headers=(),
        headers=(("Content-Type", f"{content_type}; charset=utf-8"),),
        body=body.encode(),
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
        remote_address="",
    )


PAGE: Final = answer(_PAGE, "text/html")
FEED: Final = answer(_FEED, "application/rss+xml")
