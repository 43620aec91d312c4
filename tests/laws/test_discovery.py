"""Laws of discovery: it raises on no bytes, and no announced item is without its one outcome."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediawatch.harvest.discovery import Announced, read_announcement, select
from mediawatch.harvest.discovery.announcement import AnnouncementKind
from mediawatch.harvest.discovery.dates import AHEAD, EARLIEST, announced_instant
from mediawatch.harvest.discovery.markup import TITLE_LENGTH, plain_title
from mediawatch.records import Reason, Tally
from mediawatch.sources.urls import address_id
from tests.support.announcing import SEEN_AT, a_source, an_announcement, an_answer, limited

pytestmark = pytest.mark.slow

KINDS: tuple[AnnouncementKind, ...] = ("feed", "sitemap", "list_page", "home", "robots")
PIECE = st.one_of(
    st.binary(max_size=8),
    st.sampled_from(
        b'<rss version="2.0">|<channel>|<item>|</item>|<title>|</title>|<link>|<link href="http://[x">|<![CDATA[|]]>|<![if|'
        b'<!DOCTYPE x [|<!ENTITY a "b">|<!|<!--|-->|&#x110000;|&#99999999999;|&#xd800;|&a;|\xff\xfe|\x00|\x1f\x8b|'
        b'<a href="http://[/2025/04/29/x">aaaaaaaaaaaaaaaaaaaaaaaaaa</a>|<base href="http://[">|<textInput>|xml:base="http://["|'
        b'<?xml version="1.0" encoding="utf-7"?>|<?xml encoding="undefined"?>|<meta charset=idna>|<urlset>|<url>|<loc>|'
        b"</loc>|</url>|<sitemapindex>|<sitemap>|</sitemap>|<pubDate>29 Apr 99999|<dc:date>|Sitemap: http://[|http://[\n"
        b'<feed xmlns="http://www.w3.org/2005/Atom">|<entry>|<updated>2025-99-99</updated>'.split(b"|")
    ),
)
BODY = st.lists(PIECE, max_size=12).map(b"".join)
CONTENT_TYPE = st.sampled_from(
    ["", "text/html", "text/xml; charset=undefined", "text/html; charset=\x00", "a/b; charset=gbk"]
)
MOMENT = st.one_of(st.none(), st.integers(-400, 20).map(lambda hours: SEEN_AT + timedelta(hours=hours)))
ADDRESS = st.one_of(
    st.builds(
        lambda host, n, end: f"https://{host}.example/a/{n}{end}",
        st.sampled_from(["www.paper", "m.paper", "paper", "other"]),
        st.integers(0, 9),
        st.sampled_from(["", "/", "#x", "?utm_source=y", "?id=1"]),
    ),
    st.text(max_size=10),
)
ITEM = st.builds(
    Announced,
    url=ADDRESS,
    title=st.text(max_size=4),
    announced_at=MOMENT,
    updated_at=MOMENT,
    discovered_by=st.just("feed x"),
)


@given(st.sampled_from(KINDS), BODY, CONTENT_TYPE)
def test_no_bytes_raise_and_what_is_found_is_well_formed(
    kind: AnnouncementKind, body: bytes, content_type: str
) -> None:
    found = read_announcement(an_announcement(kind), an_answer(body, content_type=content_type), a_source())
    assert all(each.url.startswith(("http://", "https://")) and each.depth == 1 for each in found.follow)
    for item in found.items:
        assert all(moment is None or moment.tzinfo is UTC for moment in (item.announced_at, item.updated_at))
        assert len(item.title) <= TITLE_LENGTH


@given(st.lists(ITEM, max_size=25), st.sets(st.integers(0, 9)), st.sets(st.integers(0, 9)), st.integers(1, 5))
def test_every_item_has_one_outcome(items: list[Announced], known: set[int], forgotten: set[int], limit: int) -> None:
    selection = select(
        items,
        source=limited(links_per_run=limit),
        seen_at=SEEN_AT,
        known={address_id(f"https://www.paper.example/a/{n}") for n in known},
        forgotten={address_id(f"https://www.paper.example/a/{n}") for n in forgotten},
    )
    counts = Counter(loss.reason for loss in selection.losses)
    Tally(
        stage="discover",
        source="paper",
        received=len(items),
        passed=len(selection.links),
        lost={reason: count for reason, count in counts.items() if reason.is_final},
        pending={reason: count for reason, count in counts.items() if not reason.is_final},
    )
    outcomes = [link.link_id for link in selection.links]
    outcomes += [loss.link_id for loss in selection.losses if loss.reason is not Reason.DUPLICATE]
    assert sorted(outcomes) == sorted({address_id(item.url) for item in items})
    assert len(selection.links) <= limit
    assert counts[Reason.OVER_LIMIT] == len(selection.waiting)


@given(st.lists(ITEM, max_size=25), st.randoms(use_true_random=False))
def test_the_order_of_announcing_does_not_change_outcomes(items: list[Announced], random: object) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = (
        select(order, source=a_source(), seen_at=SEEN_AT, known=set(), forgotten=set()) for order in (items, shuffled)
    )
    assert {link.link_id for link in first.links} == {link.link_id for link in second.links}
    assert Counter((loss.link_id, loss.reason) for loss in first.losses) == Counter(
        (loss.link_id, loss.reason) for loss in second.losses
    )


@given(st.one_of(st.text(max_size=40), st.datetimes().map(str), st.from_regex(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.{0,8}")))
def test_a_date_is_a_possible_instant_in_utc_or_nothing(text: str) -> None:
    moment = announced_instant(text, timezone="Asia/Shanghai", seen_at=SEEN_AT)
    assert moment is None or (moment.tzinfo is UTC and EARLIEST <= moment <= SEEN_AT + AHEAD)


@given(st.datetimes(datetime(1991, 1, 1), datetime(2025, 4, 28), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_date_written_out_is_read_back(moment: datetime) -> None:
    second = moment.replace(microsecond=0)
    for text in (
        second.isoformat(),
        second.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        f"{second:%Y年%m月%d日 %H:%M:%S} UTC",
    ):
        assert announced_instant(text, timezone="America/New_York", seen_at=SEEN_AT) == second


@given(st.text(max_size=200))
def test_titles_are_one_line(text: str) -> None:
    title = plain_title(text)
    assert title == " ".join(title.split())
