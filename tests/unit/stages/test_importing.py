"""Archives of other hands become batches of their capture days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from mediawatch.errors import Contended
from mediawatch.lake.batches import BatchManifest, sealed_days
from mediawatch.lake.leases import lease
from mediawatch.lake.warc import read_exchange
from mediawatch.records import Article, Page, Reason
from mediawatch.sources.urls import link_id
from mediawatch.stages.build import days_to_build
from mediawatch.stages.harvest import planned_sources
from mediawatch.stages.importing import import_warc
from mediawatch.stages.memory import read_table
from mediawatch.stages.newsroom import Newsroom
from mediawatch.stages.serving import admitted_articles
from mediawatch.stages.table import build_day, run_stage
from tests.support.announcing import a_source
from tests.support.articles import html
from tests.support.gazette import candidates_of, fetched_in
from tests.support.lakes import MORNING, a_newsroom, rows_of

CAPTURED = datetime(2025, 11, 3, 8, 0, tzinfo=UTC)
DAY = CAPTURED.date()
URL = "https://www.paper.example/a/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One response as a crawler wrote it."""

    url: str = URL
    body: bytes = html().encode()
    status: str = "200 OK"
    content_type: str = "text/html; charset=utf-8"
    at: datetime = CAPTURED


def a_warc(file: Path, records: Iterable[Record], *, is_gzip: bool = True) -> Path:
    """A WARC file by warcio, with a warcinfo and a request before each response."""
    with file.open("wb") as stream:
        writer = WARCWriter(stream, gzip=is_gzip, warc_version="1.0")
        writer.write_record(writer.create_warcinfo_record(file.name, {"software": "another"}))
        for record in records:
            date_field = {"WARC-Date": record.at.strftime("%Y-%m-%dT%H:%M:%SZ")}
            asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "x")], is_http_request=True)
            head = StatusAndHeaders(record.status, [("Content-Type", record.content_type)], protocol="HTTP/1.1")
            for kind, block, http in (("request", b"", asked), ("response", record.body, head)):
                writer.write_record(
                    writer.create_warc_record(
                        record.url, kind, payload=BytesIO(block), http_headers=http, warc_headers_dict=date_field
                    )
                )
    return file


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    """A newsroom that knows one source, half a year later."""
    return a_newsroom(tmp_path, a_source(timezone="Asia/Taipei"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of one article."""
    return a_warc(tmp_path / "one.warc.gz", [Record()])


def imported(newsroom: Newsroom, *files: Path, is_any_host: bool = False) -> list[BatchManifest]:
    return import_warc(newsroom, files, is_any_host=is_any_host)


def reasons(newsroom: Newsroom, manifest: BatchManifest) -> dict[str, Reason | None]:
    """{address: the reason of discovery, or else of fetching}"""
    fetched = fetched_in(newsroom, manifest)
    return {url: row.reason or fetched.get(row.link_id) for url, row in candidates_of(newsroom, manifest).items()}


@pytest.mark.parametrize("is_gzip", [True, False], ids=["gzip", "plain"])
def test_a_page_becomes_a_batch_of_its_capture_day(newsroom: Newsroom, tmp_path: Path, is_gzip: bool) -> None:
    (manifest,) = imported(newsroom, a_warc(tmp_path / "cc.warc", [Record()], is_gzip=is_gzip))

    assert (manifest.day, manifest.origin, manifest.opened_at) == (DAY, "warc", CAPTURED)
    assert manifest.counts == {"candidates": 1, "fetched": 1}
    (page,) = read_table(newsroom.store, manifest, "pages", Page)
    assert (page.first_seen_at, page.fetched_at, page.source) == (CAPTURED, CAPTURED, "paper")
    stored = read_exchange(newsroom.store, page.warc_file, page.warc_offset, page.warc_length)
    assert (stored.url, stored.body) == (URL, Record().body)


def test_it_walks_on_like_any_other(newsroom: Newsroom, file: Path) -> None:
    imported(newsroom, file)
    assert days_to_build(newsroom) == [DAY]
    build_day(newsroom, DAY)
    (article,) = admitted_articles(newsroom.store, DAY)
    assert (article.title, article.counted_on, article.link_id) == ("城北水库春灌水量充足", DAY, link_id(URL))


def test_imported_twice_it_is_there_once(newsroom: Newsroom, file: Path, tmp_path: Path) -> None:
    first = imported(newsroom, file)
    keys = [key for key in newsroom.store.list("") if not key.startswith("leases/")]
    copy = tmp_path / "another-name.warc.gz"
    copy.write_bytes(file.read_bytes())

    assert imported(newsroom, file) == imported(newsroom, copy) == first
    assert [key for key in newsroom.store.list("") if not key.startswith("leases/")] == keys


def test_each_record_has_its_outcome(newsroom: Newsroom, tmp_path: Path) -> None:
    base = "https://www.paper.example"
    records = [
        Record(url=f"{base}/a"),
        Record(url=f"{base}/gone", status="404 Not Found"),
        Record(url=f"{base}/moved", status="302 Found"),
        Record(url=f"{base}/pdf", content_type="application/pdf"),
        Record(url="https://elsewhere.example/a"),
        Record(url="dns:www.paper.example", content_type="text/dns"),
    ]
    (manifest,) = imported(newsroom, a_warc(tmp_path / "many.warc.gz", records))
    found = reasons(newsroom, manifest)
    assert found.pop(f"{base}/moved") is not None
    assert found == {
        f"{base}/a": None,
        f"{base}/gone": Reason.GONE,
        f"{base}/pdf": Reason.NOT_HTML,
        "https://elsewhere.example/a": Reason.OFF_SITE,
    }


def test_of_one_address_the_first_record_counts(newsroom: Newsroom, tmp_path: Path) -> None:
    records = [Record(), Record(url=f"{URL}?utm_source=feed", body=b"<p>later</p>", at=CAPTURED + timedelta(hours=1))]
    (manifest,) = imported(newsroom, a_warc(tmp_path / "twice.warc.gz", records))
    assert manifest.counts == {"candidates": 1, "fetched": 1}


def test_a_file_over_midnight_is_two_batches_in_the_newsrooms_zone(tmp_path: Path) -> None:
    newsroom = a_newsroom(tmp_path, a_source(), timezone="Asia/Taipei")
    records = [
        Record(at=datetime(2025, 11, 3, 15, 59, tzinfo=UTC)),
        Record(url=f"{URL}0", at=datetime(2025, 11, 3, 16, 1, tzinfo=UTC)),
    ]
    first, second = imported(newsroom, a_warc(tmp_path / "night.warc.gz", records))
    assert (first.day, second.day) == (date(2025, 11, 3), date(2025, 11, 4))
    assert first.batch == second.batch
    assert sealed_days(newsroom.store) == [first.day, second.day]


def test_with_any_host_each_is_a_source_of_its_own_for_this_batch(newsroom: Newsroom, tmp_path: Path) -> None:
    records = [Record(), Record(url="https://News.Elsewhere.example:8443/a")]
    (manifest,) = imported(newsroom, a_warc(tmp_path / "cc.warc.gz", records), is_any_host=True)

    sources = {source.name: source for source in planned_sources(newsroom.store, manifest.key)}
    assert set(sources) == {"paper", "news-elsewhere-example-8443"}
    assert set(reasons(newsroom, manifest).values()) == {None}
    run_stage(newsroom, "extract", DAY)
    articles = rows_of(newsroom.store, "extract", "articles", Article, day=DAY, batch=manifest.batch)
    assert {article.source for article in articles} == set(sources)


def test_what_was_harvested_before_is_known_already(newsroom: Newsroom, file: Path, tmp_path: Path) -> None:
    imported(newsroom, file)
    again = a_warc(tmp_path / "again.warc.gz", [Record(), Record(url=f"{URL}0")])
    (manifest,) = imported(newsroom, again)
    assert reasons(newsroom, manifest) == {URL: Reason.KNOWN_ALREADY, f"{URL}0": None}


def test_one_worker_at_a_file(newsroom: Newsroom, file: Path) -> None:
    (manifest,) = imported(newsroom, file)
    with (
        lease(newsroom.store, f"import/{manifest.batch}", holder="the other", seconds=60, clock=lambda: MORNING),
        pytest.raises(Contended, match="held by the other"),
    ):
        imported(newsroom, file)


def test_an_interrupted_import_is_done_again_from_the_start(newsroom: Newsroom, tmp_path: Path) -> None:
    settings = newsroom.settings.model_copy(update={"checkpoint_pages": 1})
    records = [Record(url=f"{URL}{number}") for number in range(3)]
    file = a_warc(tmp_path / "three.warc.gz", records)
    small = replace(newsroom, settings=settings)
    (manifest,) = imported(small, file)
    newsroom.store.delete(f"{manifest.key.path}/manifest.json")

    assert imported(small, file) == [manifest]
    assert len(list(read_table(newsroom.store, manifest, "pages", Page))) == 3


def test_a_file_without_pages_makes_no_batch(newsroom: Newsroom, tmp_path: Path) -> None:
    assert imported(newsroom, a_warc(tmp_path / "empty.warc.gz", [])) == []
    assert sealed_days(newsroom.store) == []
