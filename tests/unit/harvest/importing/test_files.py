"""Archives of other hands become batches of their capture days."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from backports import zstd
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from mediawatch.context import Context
from mediawatch.errors import Contended
from mediawatch.harvest.importing import days as import_days
from mediawatch.harvest.importing.files import import_warc
from mediawatch.harvest.importing.imported import Imported, known_pages
from mediawatch.harvest.memory import remember, seen_links
from mediawatch.lake.batches import BatchKey, BatchManifest, planned_sources, read_batch_rows, sealed_days
from mediawatch.lake.leases import lease
from mediawatch.lake.store import Store
from mediawatch.lake.warc import read_exchange
from mediawatch.pipeline.admitted import admitted_articles
from mediawatch.records import Reason
from mediawatch.sources.urls import link_id
from mediawatch.tables.extraction import ARTICLES
from mediawatch.tables.harvest import FETCHED, PAGES, SEEN_LINKS
from mediawatch.workflow.closing import close_day, days_to_build
from mediawatch.workflow.forgetting.addresses import forget
from mediawatch.workflow.runner import build_day, run_stage
from tests.support.announcing import a_source
from tests.support.articles import html
from tests.support.gazette import candidates_of, fetched_in
from tests.support.lakes import MORNING, Shard, a_candidate, a_context, rows_of, seal_by_hand

pytestmark = pytest.mark.slow

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
    fields: tuple[tuple[str, str], ...] = ()
    kind: str = "response"


def moved(url: str, to: str, at: datetime = CAPTURED, status: str = "302 Found") -> Record:
    return Record(url=url, status=status, body=b"", fields=(("Location", to),), at=at)


def a_warc(file: Path, records: Iterable[Record], *, is_gzip: bool = True) -> Path:
    """A WARC file by warcio, with a warcinfo and a request before each response."""
    with file.open("wb") as stream:
        writer = WARCWriter(stream, gzip=is_gzip, warc_version="1.0")
        writer.write_record(writer.create_warcinfo_record(file.name, {"software": "another"}))
        for record in records:
            date_field = {"WARC-Date": record.at.strftime("%Y-%m-%dT%H:%M:%SZ")}
            asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "x")], is_http_request=True)
            said = [("Content-Type", record.content_type), *record.fields]
            head = StatusAndHeaders(record.status, said, protocol="HTTP/1.1")
            for kind, block, http in (("request", b"", asked), (record.kind, record.body, head)):
                writer.write_record(
                    writer.create_warc_record(
                        record.url, kind, payload=BytesIO(block), http_headers=http, warc_headers_dict=date_field
                    )
                )
    return file


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """A newsroom that knows one source, half a year later."""
    return a_context(tmp_path, a_source(timezone="Asia/Taipei"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of one article."""
    return a_warc(tmp_path / "one.warc.gz", [Record()])


def imported(context: Context, *files: Path, is_any_host: bool = False) -> list[BatchManifest]:
    counted = import_warc(context, files, is_any_host=is_any_host)
    for one in counted:
        parts = (one.links.total(), one.repeats, one.before, one.no_page, one.unreadable.total())
        assert one.records["response"] == sum(parts)  # each answer has its one outcome
    return [manifest for one in counted for manifest in one.manifests]


def counts(context: Context, *files: Path) -> Imported:
    (one,) = import_warc(context, files)
    return one


def reasons(context: Context, manifest: BatchManifest) -> dict[str, Reason | None]:
    """{address: the reason of discovery, or else of fetching}"""
    fetched = fetched_in(context, manifest)
    return {url: row.reason or fetched.get(row.link_id) for url, row in candidates_of(context, manifest).items()}


@pytest.mark.parametrize("is_gzip", [True, False], ids=["gzip", "plain"])
def test_a_page_becomes_a_batch_of_its_capture_day(context: Context, tmp_path: Path, is_gzip: bool) -> None:
    (manifest,) = imported(context, a_warc(tmp_path / "cc.warc", [Record()], is_gzip=is_gzip))

    assert (manifest.day, manifest.origin, manifest.opened_at) == (DAY, "warc", CAPTURED)
    assert manifest.counts == {"candidates": 1, "fetched": 1}
    (page,) = read_batch_rows(context.store, manifest, PAGES)
    assert (page.first_seen_at, page.fetched_at, page.source) == (CAPTURED, CAPTURED, "paper")
    stored = read_exchange(context.store, page.warc_file, page.warc_offset, page.warc_length)
    assert (stored.url, stored.body) == (URL, Record().body)


def test_it_walks_on_like_any_other(context: Context, file: Path) -> None:
    imported(context, file)
    assert days_to_build(context) == [DAY]
    build_day(context, DAY)
    (article,) = admitted_articles(context.store, DAY)
    assert (article.title, article.counted_on, article.link_id) == ("城北水库春灌水量充足", DAY, link_id(URL))


def test_imported_twice_it_is_there_once(context: Context, file: Path, tmp_path: Path) -> None:
    first = imported(context, file)
    keys = [key for key in context.store.list("") if not key.startswith("leases/")]
    copy = tmp_path / "another-name.warc.gz"
    copy.write_bytes(file.read_bytes())

    assert imported(context, file) == imported(context, copy) == first
    assert [key for key in context.store.list("") if not key.startswith("leases/")] == keys


def test_each_record_has_its_outcome(context: Context, tmp_path: Path) -> None:
    base = "https://www.paper.example"
    records = [
        Record(url=f"{base}/a"),
        Record(url=f"{base}/gone", status="404 Not Found"),
        Record(url=f"{base}/moved", status="302 Found"),
        Record(url=f"{base}/pdf", content_type="application/pdf"),
        Record(url="https://elsewhere.example/a"),
        Record(url="dns:www.paper.example", content_type="text/dns"),
    ]
    (manifest,) = imported(context, a_warc(tmp_path / "many.warc.gz", records))
    found = reasons(context, manifest)
    assert found.pop(f"{base}/moved") is not None
    assert found == {
        f"{base}/a": None,
        f"{base}/gone": Reason.GONE,
        f"{base}/pdf": Reason.NOT_HTML,
        "https://elsewhere.example/a": Reason.OFF_SITE,
    }


def test_of_one_address_the_first_page_counts(context: Context, tmp_path: Path) -> None:
    records = [Record(), Record(url=f"{URL}?utm_source=feed", body=b"<p>later</p>", at=CAPTURED + timedelta(hours=1))]
    (manifest,) = imported(context, a_warc(tmp_path / "twice.warc.gz", records))
    assert manifest.counts == {"candidates": 1, "fetched": 1}
    (page,) = read_batch_rows(context.store, manifest, PAGES)
    assert page.fetched_at == CAPTURED


WORSE = [
    moved(URL, URL, status="307 Temporary Redirect"),
    moved(URL, "https://www.paper.example/consent"),
    Record(status="429 Too Many Requests"),
    Record(status="503 Service Unavailable"),
    Record(status="404 Not Found"),
    Record(status="304 Not Modified", body=b""),
    Record(content_type="application/pdf"),
    Record(body=b"\xff\xff\xff", fields=(("Content-Encoding", "br"),)),
    Record(fields=(("Content-Encoding", "compress"),)),
]


@pytest.mark.parametrize("worse", WORSE, ids=lambda record: f"{record.status} {record.content_type}")
class TestAPageWinsOverWhatIsNone:
    """In whatever order they come."""

    @pytest.mark.parametrize("is_first", [True, False], ids=["before", "after"])
    def test_in_one_file(self, context: Context, tmp_path: Path, worse: Record, is_first: bool) -> None:
        records = [worse, Record()] if is_first else [Record(), worse]
        (manifest,) = imported(context, a_warc(tmp_path / "one.warc.gz", records))
        assert reasons(context, manifest) == {URL: None}
        assert manifest.counts == {"candidates": 1, "fetched": 1}

    @pytest.mark.parametrize("is_first", [True, False], ids=["before", "after"])
    @pytest.mark.parametrize("days", [-1, 0, 1])
    def test_in_two_files(self, context: Context, tmp_path: Path, worse: Record, is_first: bool, days: int) -> None:
        bad = a_warc(tmp_path / "bad.warc.gz", [replace(worse, at=CAPTURED + timedelta(days=days))])
        good = a_warc(tmp_path / "good.warc.gz", [Record()])
        first, second = (bad, good) if is_first else (good, bad)
        (one,) = imported(context, first)
        (other,) = imported(context, second)
        assert sum(manifest.counts["fetched"] for manifest in (one, other)) == 1
        if not is_first:
            assert reasons(context, other) == {URL: Reason.KNOWN_ALREADY}

    def test_on_two_days_of_one_file(self, context: Context, tmp_path: Path, worse: Record) -> None:
        records = [replace(worse, at=CAPTURED + timedelta(days=1)), Record()]
        first, second = imported(context, a_warc(tmp_path / "one.warc.gz", records))
        assert reasons(context, first) == {URL: None}
        assert reasons(context, second) == {URL: Reason.KNOWN_ALREADY}

    def test_and_the_day_is_accounted_for(self, context: Context, tmp_path: Path, worse: Record) -> None:
        imported(context, a_warc(tmp_path / "bad.warc.gz", [worse]))
        build_day(context, DAY)
        imported(context, a_warc(tmp_path / "good.warc.gz", [Record()]))
        build_day(context, DAY)
        (article,) = admitted_articles(context.store, DAY)
        assert article.link_id == link_id(URL)


def test_pages_of_other_days_in_any_order_are_one_article(context: Context, tmp_path: Path) -> None:
    later = CAPTURED + timedelta(days=2)
    records = [Record(at=later), Record(), Record(at=CAPTURED + timedelta(days=1))]
    file = a_warc(tmp_path / "one.warc.gz", records)
    assert [manifest.counts["fetched"] for manifest in imported(context, file)] == [0, 0, 1]
    again = a_warc(tmp_path / "two.warc.gz", [Record(at=CAPTURED - timedelta(days=9))])
    assert [manifest.counts["fetched"] for manifest in imported(context, again)] == [0]


class TestRedirects:
    """A redirect has an outcome of its own, and brings no article a second time."""

    BASE = "https://www.paper.example"

    def found(self, context: Context, tmp_path: Path, *records: Record) -> dict[str, Reason | None]:
        (manifest,) = imported(context, a_warc(tmp_path / "some.warc.gz", records))
        return {url.removeprefix(self.BASE): reason for url, reason in reasons(context, manifest).items()}

    @pytest.mark.parametrize("is_first", [True, False], ids=["before", "after"])
    def test_to_a_page_of_the_file(self, context: Context, tmp_path: Path, is_first: bool) -> None:
        redirects = [moved(f"{self.BASE}/short", "/hop"), moved(f"{self.BASE}/hop", f"{URL}?utm_source=x")]
        records = [*redirects, Record()] if is_first else [Record(), *redirects]
        found = self.found(context, tmp_path, *records)
        assert found == {"/short": Reason.COPY_OF_LINK, "/hop": Reason.COPY_OF_LINK, "/a/1": None}
        build_day(context, DAY)
        assert len(list(admitted_articles(context.store, DAY))) == 1

    def test_to_a_page_that_the_lake_has(self, context: Context, file: Path, tmp_path: Path) -> None:
        imported(context, file)
        assert self.found(context, tmp_path, moved(f"{self.BASE}/short", URL)) == {"/short": Reason.COPY_OF_LINK}

    def test_to_a_failure(self, context: Context, tmp_path: Path) -> None:
        gone = Record(url=f"{self.BASE}/gone", status="410 Gone")
        found = self.found(context, tmp_path, moved(f"{self.BASE}/old", "/gone"), gone)
        assert found == {"/old": Reason.GONE, "/gone": Reason.GONE}

    def test_to_what_the_file_does_not_have(self, context: Context, tmp_path: Path) -> None:
        assert self.found(context, tmp_path, moved(f"{self.BASE}/old", "/new")) == {"/old": Reason.REFUSED}

    def test_to_another_site(self, context: Context, tmp_path: Path) -> None:
        there = Record(url="https://login.elsewhere.example/x")
        found = self.found(context, tmp_path, moved(f"{self.BASE}/old", there.url), there)
        assert found == {"/old": Reason.LEFT_SITE, there.url: Reason.OFF_SITE}

    @pytest.mark.parametrize(
        "target", ["mailto:desk@paper.example", "http://[broken", "https://u:p@www.paper.example/"]
    )
    def test_to_no_usable_address(self, context: Context, tmp_path: Path, target: str) -> None:
        assert self.found(context, tmp_path, moved(f"{self.BASE}/old", target)) == {"/old": Reason.REFUSED}

    def test_in_a_circle_or_without_end(self, context: Context, tmp_path: Path) -> None:
        circle = [moved(f"{self.BASE}/c/{n}", f"/c/{(n + 1) % 3}") for n in range(3)]
        chain = [moved(f"{self.BASE}/d/{n}", f"/d/{n + 1}") for n in range(30)]
        found = self.found(context, tmp_path, *circle, *chain, moved(URL, URL))
        assert {found[f"/c/{n}"] for n in range(3)} | {found["/d/0"], found["/a/1"]} == {Reason.REDIRECT_LOOP}


class TestWhatIsSaid:
    """Every record is counted, and what cannot be read is named."""

    def test_records_of_every_kind(self, context: Context, tmp_path: Path) -> None:
        records = [Record(), Record(kind="revisit"), Record(kind="resource"), Record(url="dns:x", kind="response")]
        records += [Record(url=f"{URL}/x", fields=(("Content-Encoding", "compress"),)), Record(status="404 Not Found")]
        one = counts(context, a_warc(tmp_path / "many.warc.gz", records))
        assert one.records == {"warcinfo": 1, "request": 6, "response": 4, "revisit": 1, "resource": 1}
        assert one.outcomes() == {None: 1, Reason.UNDECODABLE: 1}
        assert (one.repeats, one.no_page) == (1, 1)
        assert "unreadable: content coding 'compress' 1" in one.told()
        assert "revisit 1" in one.told()
        (manifest,) = one.manifests
        (failed,) = (row for row in read_batch_rows(context.store, manifest, FETCHED) if row.reason is not None)
        assert (failed.reason, failed.detail) == (Reason.UNDECODABLE, "content coding 'compress'")

    @pytest.mark.parametrize("pack", [gzip.compress, zstd.compress], ids=["gzip", "zstd"])
    def test_a_file_packed_as_a_whole_is_read(self, context: Context, tmp_path: Path, pack: type[bytes]) -> None:
        plain = a_warc(tmp_path / "plain.warc", [Record(url=f"{URL}{n}") for n in range(5)], is_gzip=False)
        packed = tmp_path / "whole.warc.x"
        packed.write_bytes(pack(plain.read_bytes()))
        assert counts(context, packed).outcomes() == {None: 5}

    def test_a_cut_file_gives_what_is_before_the_cut_and_says_so(self, context: Context, tmp_path: Path) -> None:
        file = a_warc(tmp_path / "cut.warc.gz", [Record(url=f"{URL}{n}", body=html().encode() * 9) for n in range(5)])
        file.write_bytes(file.read_bytes()[:-40])
        one = counts(context, file)
        assert one.outcomes() == {None: 4}
        assert "damage: at byte" in one.told()
        assert "the rest of the file cannot be read" in one.told()
        assert one.trouble == ""

    def test_a_body_that_ends_too_early_is_used_and_said(self, context: Context, tmp_path: Path) -> None:
        cut = Record(body=gzip.compress(html().encode())[:-9], fields=(("Content-Encoding", "gzip"),))
        one = counts(context, a_warc(tmp_path / "cut.warc.gz", [cut]))
        assert one.outcomes() == {None: 1}
        assert "used although cut: compressed data that ends too early 1" in one.told()

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            (b"", "the file is empty"),
            (b"PK\x03\x04" + bytes(100), "a ZIP file; if it is a WACZ"),
            (b"<!doctype html><p>News</p>", "a page"),
            (b"\xfd7zXZ\x00", "an xz file"),
            (gzip.compress(b"no records", mtime=0), "no WARC or ARC file"),
            (bytes(2000), "no WARC or ARC file"),
            (b"\x1f\x8b", "no record can be read"),
        ],
    )
    def test_a_file_that_cannot_be_read_has_trouble(
        self, context: Context, tmp_path: Path, data: bytes, why: str
    ) -> None:
        file = tmp_path / "strange.warc.gz"
        file.write_bytes(data)
        one = counts(context, file)
        assert one.trouble.startswith(f"{file}: ")
        assert why in one.trouble
        assert sealed_days(context.store) == []

    @pytest.mark.parametrize("url", ["http://u:p@www.paper.example/", "https:///a", f"https://x.example/{'a' * 9000}"])
    def test_an_address_that_cannot_be_used_is_counted(self, context: Context, tmp_path: Path, url: str) -> None:
        one = counts(context, a_warc(tmp_path / "odd.warc.gz", [Record(url=url)]))
        assert one.unreadable == {"an address that cannot be used": 1}
        assert one.manifests == []

    @pytest.mark.parametrize("at", [datetime(1000, 1, 1), datetime(1980, 5, 1), datetime(2097, 1, 1)])  # noqa: DTZ001
    def test_a_capture_date_that_cannot_be_makes_no_day(self, context: Context, tmp_path: Path, at: datetime) -> None:
        one = counts(context, a_warc(tmp_path / "odd.warc.gz", [Record(at=at.replace(tzinfo=UTC))]))
        assert one.unreadable == {"a capture date before the web or in the future": 1}
        assert one.manifests == []


def test_a_forgotten_address_does_not_come_back(context: Context, file: Path, tmp_path: Path) -> None:
    imported(context, file)
    forget(context, URL, why="asked for")
    other = "https://www.paper.example/b"
    (manifest,) = imported(context, a_warc(tmp_path / "again.warc.gz", [Record(), Record(url=other)]))
    assert reasons(context, manifest) == {"": Reason.FORGOTTEN, other: None}
    assert not [key for key in context.store.list("harvest") if URL.encode() in context.store.read(key)]


def test_what_an_archive_lacks_is_still_asked_of_the_site(context: Context, tmp_path: Path) -> None:
    """A redirect or a 404 in an archive of others says nothing about the site today; a page does."""
    records = [moved(f"{URL}/moved", "/new"), Record(url=f"{URL}/gone", status="404 Not Found"), Record()]
    (manifest,) = imported(context, a_warc(tmp_path / "some.warc.gz", records))
    for window in (1, 5):
        before = BatchKey(day=manifest.day + timedelta(days=window), batch="next")
        memory = remember(context.store, before=before, window_days=1)
        asked = [link_id(record.url) for record in records]
        assert memory.known(context.store, asked) == {link_id(URL)}
    assert [row.link_id for row in seen_links(context.store, manifest.day)] == [link_id(URL)]


def test_what_the_site_refused_is_taken_from_an_archive_also_when_it_is_rolled_up(
    context: Context, file: Path, tmp_path: Path
) -> None:
    """The roll-up of a month tells pages from links that ended without one, and a later page counts."""
    gone = a_candidate(url=f"{URL}/gone", reason=None)
    shard = Shard(candidates=[gone], fetched=[(gone, Reason.GONE)])
    seal_by_hand(context.store, BatchKey(day=DAY, batch="live"), shard)
    imported(context, file)
    close_day(context, DAY)

    def known() -> list[bool]:
        found = known_pages(context.store, sqlite3.connect(":memory:"))
        return [link_id(url) in found for url in (URL, f"{URL}/gone")]

    assert known() == [True, False]
    later = CAPTURED + timedelta(days=1)
    (manifest,) = imported(context, a_warc(tmp_path / "had.warc.gz", [Record(url=f"{URL}/gone", at=later)]))
    assert reasons(context, manifest) == {f"{URL}/gone": None}
    close_day(context, later.date())
    rolled_up = rows_of(context.store, SEEN_LINKS, day=later.date())
    assert {row.link_id: row.is_page for row in rolled_up} == {link_id(URL): True, gone.link_id: True}
    assert known() == [True, True]


class CountingStore:
    """A store that counts what is asked of it."""

    def __init__(self, inner: Store) -> None:
        self._inner = inner
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        self.calls += 1
        return found


@pytest.mark.parametrize("is_interleaved", [True, False], ids=["interleaved", "day after day"])
def test_the_lake_is_not_asked_for_each_record(context: Context, tmp_path: Path, is_interleaved: bool) -> None:
    """Eight times the records over the same days cost no more visits to a lake that has days already."""
    for day in range(20):
        file = a_warc(tmp_path / f"{day}.warc.gz", [Record(url=f"{URL}/old/{day}", at=CAPTURED + timedelta(days=day))])
        imported(context, file)

    def calls(size: int) -> int:
        order = range(size * 10) if is_interleaved else sorted(range(size * 10), key=lambda n: n % 10)
        records = [Record(url=f"{URL}/{size}/{n}", at=CAPTURED + timedelta(days=n % 10)) for n in order]
        store = CountingStore(context.store)
        one = counts(replace(context, store=store), a_warc(tmp_path / f"of-{size}.warc.gz", records))  # type: ignore[arg-type]
        assert one.outcomes() == {None: size * 10}
        return store.calls

    few, many = calls(2), calls(16)
    assert many <= few + 10 * 6  # the batches of the first import are there to be read


class EndingStore:
    """A store that fails at the write number `at`."""

    def __init__(self, inner: Store, at: int) -> None:
        self._inner = inner
        self._at = at
        self.writes = 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name in {"put", "create", "delete", "delete_all"}:
            self.writes += 1
            if self.writes == self._at:
                raise OSError("no space left on device")
        return found


def test_ended_at_any_write_and_run_again_it_is_as_if_nothing_had_happened(tmp_path: Path) -> None:
    records = [Record(url=f"{URL}/{n}", at=CAPTURED + timedelta(days=n % 3)) for n in range(7)]
    records += [Record(at=CAPTURED + timedelta(days=2)), Record(), moved(f"{URL}/moved", URL), Record(status="404 No")]
    file = a_warc(tmp_path / "some.warc.gz", records)

    def context_of(name: str) -> Context:
        (tmp_path / name).mkdir()
        return a_context(tmp_path / name, a_source(timezone="Asia/Taipei"), checkpoint_pages=2)

    undisturbed = context_of("undisturbed")
    counting = EndingStore(undisturbed.store, at=0)
    expected = imported(replace(undisturbed, store=counting), file)  # type: ignore[arg-type]
    assert counting.writes > 30
    for at in range(1, counting.writes + 1):
        context = context_of(f"ended-{at}")
        with suppress(OSError):
            imported(replace(context, store=EndingStore(context.store, at)), file)  # type: ignore[arg-type]
        later = replace(context, clock=lambda: MORNING + timedelta(hours=1))
        assert imported(later, file) == expected
        named = {info.key for manifest in expected for info in manifest.objects}
        there = {key for key in context.store.list("harvest") if not key.endswith(".json")}
        assert there == named


def test_pages_of_many_days_are_written_within_bounds(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_days, "HELD_PAGES", 12)
    records = [Record(url=f"{URL}/{n}", at=CAPTURED + timedelta(days=n % 25)) for n in range(100)]
    manifests = imported(context, a_warc(tmp_path / "many.warc.gz", records))
    assert [manifest.counts for manifest in manifests] == [{"candidates": 4, "fetched": 4}] * 25
    pages = [page for manifest in manifests for page in read_batch_rows(context.store, manifest, PAGES)]
    for page in pages:
        stored = read_exchange(context.store, page.warc_file, page.warc_offset, page.warc_length)
        assert stored.url == page.url
    assert len({page.url for page in pages}) == 100


def test_a_file_over_midnight_is_two_batches_in_the_newsrooms_zone(tmp_path: Path) -> None:
    context = a_context(tmp_path, a_source(), timezone="Asia/Taipei")
    records = [
        Record(at=datetime(2025, 11, 3, 15, 59, tzinfo=UTC)),
        Record(url=f"{URL}0", at=datetime(2025, 11, 3, 16, 1, tzinfo=UTC)),
    ]
    first, second = imported(context, a_warc(tmp_path / "night.warc.gz", records))
    assert (first.day, second.day) == (date(2025, 11, 3), date(2025, 11, 4))
    assert first.batch == second.batch
    assert sealed_days(context.store) == [first.day, second.day]


def test_with_any_host_each_is_a_source_of_its_own_for_this_batch(context: Context, tmp_path: Path) -> None:
    records = [Record(), Record(url="https://News.Elsewhere.example:8443/a")]
    (manifest,) = imported(context, a_warc(tmp_path / "cc.warc.gz", records), is_any_host=True)

    sources = {source.name: source for source in planned_sources(context.store, manifest.key)}
    assert set(sources) == {"paper", "news-elsewhere-example-8443"}
    assert set(reasons(context, manifest).values()) == {None}
    run_stage(context, "extract", DAY)
    articles = rows_of(context.store, ARTICLES, day=DAY, batch=manifest.batch)
    assert {article.source for article in articles} == set(sources)


def test_what_was_harvested_before_is_known_already(context: Context, file: Path, tmp_path: Path) -> None:
    imported(context, file)
    again = a_warc(tmp_path / "again.warc.gz", [Record(), Record(url=f"{URL}0")])
    (manifest,) = imported(context, again)
    assert reasons(context, manifest) == {URL: Reason.KNOWN_ALREADY, f"{URL}0": None}


def test_one_worker_at_a_file(context: Context, file: Path) -> None:
    (manifest,) = imported(context, file)
    with (
        lease(context.store, f"import/{manifest.batch}", holder="the other", seconds=60, clock=lambda: MORNING),
        pytest.raises(Contended, match="held by the other"),
    ):
        imported(context, file)


def test_an_interrupted_import_is_done_again_from_the_start(context: Context, tmp_path: Path) -> None:
    settings = context.settings.model_copy(update={"checkpoint_pages": 1})
    records = [Record(url=f"{URL}{number}") for number in range(3)]
    file = a_warc(tmp_path / "three.warc.gz", records)
    small = replace(context, settings=settings)
    (manifest,) = imported(small, file)
    context.store.delete(f"{manifest.key.path}/manifest.json")

    assert imported(small, file) == [manifest]
    assert len(list(read_batch_rows(context.store, manifest, PAGES))) == 3


def test_a_file_without_pages_makes_no_batch_and_says_so(context: Context, tmp_path: Path) -> None:
    one = counts(context, a_warc(tmp_path / "empty.warc.gz", []))
    assert (one.manifests, one.trouble, one.told()) == ([], "", "other records: warcinfo 1")
    assert sealed_days(context.store) == []
