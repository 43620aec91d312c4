"""Atom feeds: well-formed whatever the text, and the same bytes for the same alerts."""

from __future__ import annotations

from datetime import date

from lxml import etree

from mediawatch.delivery import MessageStyle, watchlist_feed, word_feed
from tests.support.alerting import a_headline, an_alert

LOOK = MessageStyle(language="zh", labels={"trade": "贸易"})
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def feed_of(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False))


def test_a_watch_list_has_a_feed_newest_first() -> None:
    alerts = [
        an_alert("old", watchlists=("trade",), day=date(2026, 4, 28), episode_on=date(2026, 4, 28)),
        an_alert("other", watchlists=("chips",)),
        an_alert("new", watchlists=("chips", "trade"), step=1),
    ]
    data = watchlist_feed(alerts, "trade", authority="news.example", look=LOOK, self_url="https://news.example/t.atom")
    feed = feed_of(data)

    assert feed.xpath("a:title/text()", namespaces=ATOM) == ["Mediawatch: 贸易"]
    assert feed.xpath("a:entry/a:id/text()", namespaces=ATOM) == [
        "tag:news.example,2026-04-29:alert/new/1",
        "tag:news.example,2026-04-28:alert/old/0",
    ]
    assert feed.xpath("a:link/@href", namespaces=ATOM) == ["https://news.example/t.atom"]
    assert feed.xpath("a:updated/text()", namespaces=ATOM) == ["2026-04-29T03:03:00Z"]
    assert data == watchlist_feed(
        reversed(alerts), "trade", authority="news.example", look=LOOK, self_url="https://news.example/t.atom"
    )


def test_a_word_has_a_feed_in_any_script() -> None:
    alerts = [an_alert("a", term="關稅", forms=("關稅", "关税")), an_alert("b")]
    for word in ("关税", "關稅"):
        assert (
            len(feed_of(word_feed(alerts, word, authority="news.example", look=LOOK)).xpath("a:entry", namespaces=ATOM))
            == 1
        )


def test_nothing_yet_is_a_feed_as_well() -> None:
    feed = feed_of(word_feed([], "关税", authority="news.example", look=LOOK))
    assert feed.xpath("a:updated/text()", namespaces=ATOM) == ["1970-01-01T00:00:00Z"]


def test_any_text_keeps_it_well_formed() -> None:
    nasty = "]]><!-- & < > \" ' \x00\x1b\ud800\ufffe\u2028 <script>alert(1)</script>"
    alert = an_alert(
        "n", term=nasty, forms=(nasty,), headlines=(a_headline(title=nasty, publisher=nasty),), watchlists=(nasty,)
    )
    feed = feed_of(watchlist_feed([alert], nasty, authority="news.example", look=LOOK))

    (content,) = feed.xpath("a:entry/a:content", namespaces=ATOM)
    assert content.get("type") == "text"
    assert "<script>alert(1)<" in content.text
    assert len(content) == 0
