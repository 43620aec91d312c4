"""Pages and sources for tests of extraction."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

from mediawatch.extraction import extract
from mediawatch.records import Article, Loss, Page, Seed, Source

FETCHED_AT = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)

PARAGRAPHS = (
    "市水务局周四公布，城北水库的蓄水量比去年同期多出两成，春灌用水可以放心。",
    "负责调度的工程师说，新的闸门上个月已经试运行，开关一次只需要七分钟。",
    "住在下游的农民告诉记者，今年的水来得早，他们打算多种三十亩水稻。",
    "水务局同时提醒，库区周边仍然禁止游泳和钓鱼，巡查人员会一直守到秋天。",
)
"""A short article of our own."""

ENGLISH = (
    "The city said on Thursday that the northern reservoir holds a fifth more water than it did a year ago.",
    "An engineer who runs the gates said that the new ones had been tried for a month and that they open in minutes.",
    "Farmers downstream told reporters that the water came early and that they would plant more rice this spring.",
)


def source(*, timezone: str = "Asia/Shanghai", host: str = "news.example") -> Source:
    """A source at `host`."""
    home = f"https://{host}/"
    return Source(
        name="daily",
        title="Daily",
        home=home,
        hosts=(host,),
        timezone=timezone,
        languages=("zh-Hans",),
        country="CN",
        discovery=(Seed(kind="auto", url=home),),
    )


def page(
    *,
    url: str = "https://news.example/2026/a.html",
    asked: str = "",
    content_type: str = "text/html; charset=utf-8",
    announced_title: str = "",
    fetched_at: datetime = FETCHED_AT,
) -> Page:
    """A fetched page without bytes."""
    return Page(
        link_id="5" * 32,
        url=asked or url,
        final_url=url,
        source="daily",
        site="news.example",
        announced_title=announced_title,
        announced_at=None,
        first_seen_at=fetched_at,
        fetched_at=fetched_at,
        status=200,
        content_type=content_type,
        etag="",
        last_modified="",
        warc_file="",
        warc_offset=0,
        warc_length=0,
        digest="",
        size_bytes=0,
        is_recheck=False,
    )


def html(
    *,
    title: str = "城北水库春灌水量充足",
    head: str = "",
    top: str = "",
    body: str = "",
    bottom: str = "",
    site: str = "某某日报",
) -> str:
    """A page with a headline, `top` below it, and the paragraphs of `body` (by default an article of our own)."""
    body = body or paragraphs(*PARAGRAPHS)
    return (
        f"<!doctype html><html><head><title>{escape(title)} - {escape(site)}</title>{head}</head><body>"
        f"<header><a href='/'>{escape(site)}</a></header><article><h1>{escape(title)}</h1>{top}{body}</article>{bottom}"
        "<footer>版权所有</footer></body></html>"
    )


def paragraphs(*texts: str) -> str:
    """`texts` as paragraphs of markup."""
    return "".join(f"<p>{escape(text)}</p>" for text in texts)


def outcome_of(markup: str | bytes, **how: object) -> Article | Loss:
    """What extraction makes of `markup`; `how` goes to `page`, and `timezone` to `source`."""
    body = markup.encode() if isinstance(markup, str) else markup
    timezone = str(how.pop("timezone", "Asia/Shanghai"))
    return extract(page(**how), body, source(timezone=timezone))  # type: ignore[arg-type]


def article_of(markup: str | bytes, **how: object) -> Article:
    """The article that extraction finds in `markup`."""
    found = outcome_of(markup, **how)
    assert isinstance(found, Article), found
    return found


def loss_of(markup: str | bytes, **how: object) -> Loss:
    """The loss that extraction makes of `markup`."""
    found = outcome_of(markup, **how)
    assert isinstance(found, Loss), found.title
    return found
