"""The demo newsroom's pages as extraction reads them, beside what is true of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import unquote, urlsplit

from devsites.catalogue import entry_of
from devsites.outlet import Outlet
from devsites.sites import OUTLETS
from devsites.truth import Expected, expected
from mediawatch.extraction import Extracted, extract_all
from mediawatch.records import Page, Source
from mediawatch.sources.urls import link_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One announced page: what is true of it, and what extraction finds on it."""

    truth: Expected
    found: Extracted
    outlet: Outlet
    source: Source


def told(day: date) -> Iterator[Told]:
    """Every page of `day` that answers with its own host, on a site of its own."""
    moment = end_of(day)
    for outlet_type in OUTLETS:
        outlet = outlet_type(f"https://{outlet_type.masthead.host}")
        source = Source.model_validate(entry_of(outlet))
        for truth in expected(outlet, day, moment):
            if truth.url.startswith(outlet.base_url) and truth.outcome in ("article", "not_an_article", "challenge"):
                yield Told(truth=truth, found=read(outlet, source, truth.url, day), outlet=outlet, source=source)


def end_of(day: date) -> datetime:
    """The instant at which `day` is over."""
    return datetime.combine(day, time(), UTC) + timedelta(days=1)


def read(outlet: Outlet, source: Source, url: str, day: date) -> Extracted:
    """What extraction makes of the page at `url` when it is fetched at the end of `day`."""
    moment = end_of(day)
    document = outlet.answer(unquote(urlsplit(url).path), moment)
    assert document is not None, url
    page = Page(
        link_id=link_id(url),
        url=url,
        final_url=url,
        source=source.name,
        site=outlet.masthead.host,
        announced_title="",
        announced_at=None,
        first_seen_at=moment,
        fetched_at=moment,
        status=200,
        content_type=document.content_type,
        etag="",
        last_modified="",
        warc_file="",
        warc_offset=0,
        warc_length=0,
        digest="",
        size_bytes=len(document.body),
        is_recheck=False,
    )
    return extract_all(page, document.body, source)
