"""Hostile feeds, sitemaps and pages: fetched over a real connection, read in real child processes.

Each case has one outcome, and a good document is read after it by the same reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mediawatch.extraction import accepted_canonical
from mediawatch.extraction.article import NO_PUBLISHERS
from mediawatch.extraction.extractor import Extractor, extraction
from mediawatch.harvest.discovery import Announcement
from mediawatch.harvest.fetching import Crawler, Job, Patience, user_agent
from mediawatch.harvest.markup import MarkupReader
from mediawatch.lake.batches import read_batch_rows
from mediawatch.records import Article, Exchange, Limits, Pace, Reason, Source, now
from mediawatch.records.source import Seed as Address
from mediawatch.sandbox import Budget, ChildLimits, shared_sandbox
from mediawatch.sources.pages import page_of
from mediawatch.tables.harvest import ANNOUNCED, SeedAnswer
from tests.hostile.documents import HEADLINE, PAGES, SEEDS, Markup, Seed, article, entry, feed, index, sitemap
from tests.support.lakes import a_context, harvest
from tests.support.sites import Site, reply

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

HERE = "127.0.0.3"
LIMITS = ChildLimits(cpu_seconds=10.0, memory_bytes=400_000_000)
GOOD = feed("<item><title>x</title><link>/1</link></item>")
INVISIBLE = {
    *map(chr, range(32)),
    *map(chr, range(0x7F, 0xA0)),
    *"\u200b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2069",
}


@pytest.fixture(scope="module")
def inner() -> Iterator[Site]:
    """What nobody outside may reach."""
    with Site("127.0.0.1") as running:
        yield running


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site(HERE) as running:
        yield running


@pytest.fixture(scope="module")
def reader() -> MarkupReader:
    return MarkupReader(limits=LIMITS, budget=Budget(seconds=1_000))


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(sandbox=shared_sandbox(), task=extraction(NO_PUBLISHERS, LIMITS), budget=Budget(seconds=1_000))


def source_of(site: Site) -> Source:
    return site.source(
        allow_addresses=(f"{HERE}/32",), pace=Pace(delay_seconds=0), limits=Limits(page_bytes=20_000_000)
    )


def fetched(site: Site, path: str, **how: str) -> Exchange:
    """The answer of the site, by the real crawler."""
    crawler = Crawler(
        user_agent(), concurrency=1, host_failures=5, time_box_seconds=30, clock=now, patience=Patience(host_failures=5)
    )
    job = Job(key=path, url=site.url(path), source=source_of(site), kind=how.get("kind", "article"))  # type: ignore[arg-type]
    with crawler:
        (attempt,) = crawler.crawl([job])
    assert attempt.response is not None, attempt
    return attempt.response


def filled(body: str | bytes, site: Site, inner: Site) -> str | bytes:
    if isinstance(body, bytes):
        return body
    return body.replace("{host}", site.host).replace("{inner}", str(inner.port))


@pytest.mark.parametrize("case", SEEDS.values(), ids=SEEDS)
def test_what_it_announces(case: Seed, site: Site, inner: Site, reader: MarkupReader) -> None:
    site.says("/seed", reply(filled(case.body(), site, inner), content_type="application/xml"))
    seed = Announcement(url=site.url("/seed"), kind=case.kind, source="local")
    answer = fetched(site, "/seed", kind="announcement")
    found = reader.findings(seed, answer, source_of(site))
    assert found.reason is case.reason, found.problem
    assert (len(found.items), len(found.follow)) == (case.items, case.follow), found.problem
    assert case.problem in found.problem
    assert len(found.problem) <= 200
    if case.title is not None:
        assert found.items[0].title == case.title
    assert inner.heard == []

    site.says("/seed", reply(GOOD, content_type="application/xml"))
    good = Announcement(url=site.url("/seed"), kind="feed", source="local")
    assert len(reader.findings(good, fetched(site, "/seed", kind="announcement"), source_of(site)).items) == 1


@pytest.mark.parametrize("case", PAGES.values(), ids=PAGES)
def test_what_its_pages_hold(case: Markup, site: Site, inner: Site, extractor: Extractor) -> None:
    site.says("/page", reply(filled(case.body(), site, inner), content_type=case.content_type))
    site.says("/good", reply(article()))
    work = []
    for path in ("/page", "/good"):
        answer, url = fetched(site, path), site.url(path)
        page = page_of(answer, link_id="5" * 32, url=url, final_url=url, source="local")
        work.append((page, answer.body, source_of(site)))
    hostile, good = (result.outcome for result in extractor.extract(work))
    assert isinstance(good, Article)
    assert good.title == HEADLINE
    if isinstance(hostile, Article):
        assert case.reason is None
        assert hostile.title == case.title
        assert not INVISIBLE.intersection(hostile.title)
        assert accepted_canonical(hostile, source_of(site)) is None
        assert urlsplit(hostile.canonical_url).scheme in ("", "http", "https")
    else:
        assert hostile.reason is case.reason, hostile
    assert inner.heard == []


def visits(site: Site, seed: Address, folder: Path) -> list[SeedAnswer]:
    """What became of each address that a whole harvest of the site's `seed` led to."""
    source = source_of(site).model_copy(update={"discovery": (seed,)})
    context = a_context(folder, source, shards=1)
    return list(read_batch_rows(context.store, harvest(context, "20260429T090000Z"), ANNOUNCED))


def test_sitemaps_that_name_one_another_are_each_asked_once(site: Site, tmp_path: Path) -> None:
    site.heard.clear()
    for number in range(5):
        others = [site.url(f"/map{(number + step) % 5}.xml") for step in range(5)]
        site.says(f"/map{number}.xml", reply(index(*others), content_type="application/xml"))
    rows = visits(site, Address(kind="news_sitemap", url=site.url("/map0.xml")), tmp_path)
    assert sorted(site.paths()) == [f"/map{number}.xml" for number in range(5)]
    assert len(rows) == 5


def test_an_index_that_leads_inwards_is_not_followed_there(site: Site, inner: Site, tmp_path: Path) -> None:
    site.says(
        "/inwards.xml", reply(index(inner.url("/map.xml"), site.url("/good.xml")), content_type="application/xml")
    )
    site.says("/good.xml", reply(sitemap(entry("/1")), content_type="application/xml"))
    rows = visits(site, Address(kind="news_sitemap", url=site.url("/inwards.xml")), tmp_path)
    assert {row.url: row.reason for row in rows} == {
        site.url("/inwards.xml"): None,
        inner.url("/map.xml"): Reason.UNSAFE_ADDRESS,
        site.url("/good.xml"): None,
    }
    assert inner.heard == []


def test_pages_that_send_on_in_a_circle_are_followed_a_few_times(site: Site, tmp_path: Path) -> None:
    site.heard.clear()
    for number in range(9):
        markup = f"<meta http-equiv=refresh content='0;url=/list{number + 1}'>"
        site.says(f"/list{number}", reply(markup))
    rows = visits(site, Address(kind="list_page", url=site.url("/list0")), tmp_path)
    assert site.paths() == [f"/list{number}" for number in range(4)]
    assert rows[-1].reason is Reason.NO_LINKS
