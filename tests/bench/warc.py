"""WARC files read and written by our own code, by warcio and by FastWARC, in the same run (ADR 12 and 31).

    python tests/bench/warc.py --records 20000

Every body is read with its codings undone.  Then each reads damaged, foreign and hostile files in a process of its own:
how many of the good responses it finds, how it ends, and the memory it takes.  FastWARC is measured where it is
installed (`uv pip install fastwarc==2.0.1`; it is in no lock file).
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "include")]

BIG = 300_000_000
SECONDS = 120
CONTESTANTS = ("own", "warcio", "FastWARC")


def own(file: Path) -> Iterator[bytes]:
    """Bodies by our reader."""
    from mediawatch.lake.warc import Bounds, iter_exchanges

    bounds = Bounds(record_bytes=8 << 20, payload_bytes=8 << 20)
    for exchange, _, _ in iter_exchanges(file, bounds=bounds):
        yield exchange.body


def by_warcio(file: Path) -> Iterator[bytes]:
    """Bodies by warcio."""
    from warcio.archiveiterator import ArchiveIterator

    with file.open("rb") as stream:
        for record in ArchiveIterator(stream, arc2warc=True):
            if record.rec_type == "response":
                yield record.content_stream().read()


def by_fastwarc(file: Path) -> Iterator[bytes]:
    """Bodies by FastWARC, with the bounds that it has."""
    from fastwarc import ArchiveIterator, WarcRecordType

    settings = {"max_content_length": 8 << 20, "max_header_len": 1 << 18, "auto_decode": "all", "quirks_mode": True}
    for record in ArchiveIterator(str(file), record_types=WarcRecordType.response, **settings):
        yield record.reader.read()


READERS: dict[str, Callable[[Path], Iterator[bytes]]] = dict(
    zip(CONTESTANTS, (own, by_warcio, by_fastwarc), strict=True)
)


def record(block: bytes, *fields: str) -> bytes:
    """A response record."""
    head = [
        "WARC/1.0",
        "WARC-Type: response",
        "WARC-Target-URI: http://news.example/",
        "WARC-Date: 2025-05-04T00:00:00Z",
    ]
    head += [*fields, "Content-Type: application/http; msgtype=response", f"Content-Length: {len(block)}"]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def answer(body: bytes, *fields: str) -> bytes:
    """An HTTP message."""
    return "\r\n".join(["HTTP/1.1 200 OK", *fields]).encode() + b"\r\n\r\n" + body


def odd_files() -> dict[str, tuple[bytes, int]]:
    """Name: (bytes, how many good responses are in them)."""
    from backports import zstd

    good = [record(answer(bytes([65 + number]) * 3000)) for number in range(6)]
    members = [gzip.compress(each, mtime=0) for each in good]
    broken = members[1][: len(members[1]) // 2] + b"\xff\xff\xff" + members[1][len(members[1]) // 2 + 3 :]
    bomb = zlib.compress(bytes(BIG), 9, wbits=31)
    learned = zstd.train_dict(good * 50, 2000)
    dictionary = b"\x5d\x2a\x4d\x18" + len(learned.dict_content).to_bytes(4, "little") + learned.dict_content
    arc = b"filedesc://IA-001.arc 0.0.0.0 20050601120000 text/plain 76\n1 1 InternetArchive\n"
    arc += b"URL IP-address Archive-date Content-type Archive-length\n\n"
    block = answer(b"one")
    arc_one = b"http://news.example/a 192.0.2.7 20050601120102 text/html %d\n" % len(block) + block + b"\n"
    lost = [*good[:1], good[1].replace(b"Content-Length", b"Content-Lost"), *good[2:]]
    chunk = b"bb8\r\n" + b"Z" * 3000 + b"\r\n0\r\n\r\n"
    return {
        "a damaged gzip member": (b"".join([members[0], broken, *members[2:]]), 5),
        "a damaged head, no gzip": (b"".join(lost), 5),
        "cut short": (b"".join(members)[:-40], 5),
        "gzip as a whole": (gzip.compress(b"".join(good), mtime=0), 6),
        "Zstandard": (b"".join(map(zstd.compress, good)), 6),
        "Zstandard, dictionary": (dictionary + b"".join(zstd.compress(one, zstd_dict=learned) for one in good), 6),
        "ARC": (arc + arc_one * 6, 6),
        "ARC, gzip": (b"".join(map(gzip.compress, [arc, *[arc_one] * 6])), 6),
        "chunked": (gzip.compress(record(answer(chunk, "Transfer-Encoding: chunked"))), 1),
        "bomb: no line end": (bomb + members[0], 1),
        "bomb: payload": (gzip.compress(record(answer(bomb, "Content-Encoding: gzip"))) + members[0], 1),
        "bomb: record": (zlib.compress(record(answer(bytes(BIG))), 1, wbits=31) + members[0], 1),
        "bomb: one field": (gzip.compress(b"WARC/1.0\r\nA: " + bytes(BIG), 1) + members[0], 1),
        "bomb: many fields": (gzip.compress(b"WARC/1.0\r\n" + b"A: b\r\n" * (BIG // 60), 1) + members[0], 1),
    }


def odd(name: str, file: Path) -> dict[str, object]:
    """What one contestant makes of one file: run in a process of its own."""
    before = memory_mb()
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak that was inherited from the parent
    found, ended = 0, "ok"
    try:
        for body in READERS[name](file):
            found += 0 < len(body) < 1_000_000
    except Exception as error:  # noqa: BLE001 - how it ends is the question
        ended = type(error).__name__
    return {"found": found, "ended": ended, "mb": memory_mb("VmHWM") - before}


def memory_mb(what: str = "VmRSS") -> int:
    """Memory of this process, or its peak, as Linux counts it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1]) >> 10


def asked(name: str, file: Path) -> str:
    """The same, told in a few words."""
    command = [sys.executable, __file__, "--child", name, str(file)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"no end within {SECONDS} s"
    if done.returncode:
        return f"process ended by {done.returncode}"
    told = json.loads(done.stdout)
    return f"{told['found']} {told['ended']} {told['mb']} MB"


def reading(folder: Path, records: int) -> None:
    """Milliseconds of processor time for one record, of a file by warcio and of a segment of ours."""
    from tests.bench.importing import write_warc

    file = folder / "many.warc.gz"
    write_warc(file, records, 30)
    for name in contestants():
        begun = time.process_time()
        count = sum(1 for body in READERS[name](file) if body)
        spent = time.process_time() - begun
        print(f"reading  {name:9} {count} records, {1000 * spent / records:.3f} ms each", flush=True)


def writing(folder: Path, records: int) -> None:
    """Milliseconds of processor time and bytes for one exchange of about 20 KB, response and request."""
    from mediawatch.lake.warc import SegmentWriter
    from tests.bench.importing import bodies
    from tests.support.exchanges import EXCHANGE

    exchanges = [replace(EXCHANGE, body=body, fetched_at=datetime(2026, 1, 1, tzinfo=UTC)) for body in bodies()]
    begun = time.process_time()
    with SegmentWriter(folder, "own.warc.gz") as segment:
        for number in range(records):
            segment.write(exchanges[number % len(exchanges)])
    told("own, level 1", begun, records, segment.close())
    for level in (9, 1):
        file = folder / f"warcio-{level}.warc.gz"
        begun = time.process_time()
        with file.open("wb") as stream:
            write_by_warcio(stream, (exchanges[number % len(exchanges)] for number in range(records)), level)
        told(f"warcio, level {level}", begun, records, file)
    if "FastWARC" in contestants():
        for level in (9, 1):
            file = folder / f"fast-{level}.warc.gz"
            begun = time.process_time()
            write_by_fastwarc(file, (exchanges[number % len(exchanges)] for number in range(records)), level)
            told(f"FastWARC, level {level}", begun, records, file)


def told(name: str, begun: float, records: int, file: Path) -> None:
    """One line."""
    spent, size = time.process_time() - begun, file.stat().st_size
    print(f"writing  {name:17} {1000 * spent / records:.3f} ms, {size / records / 1000:.2f} KB each", flush=True)


def write_by_warcio(stream: object, exchanges: Iterator[object], level: int) -> None:
    """Response and request of each, gzip at `level`, for which warcio has no setting."""
    from warcio import bufferedreaders, warcwriter
    from warcio.statusandheaders import StatusAndHeaders

    plain = warcwriter.GzippingWrapper.__init__

    def at_level(self: object, out: object) -> None:
        plain(self, out)
        self.compressor = zlib.compressobj(level, zlib.DEFLATED, zlib.MAX_WBITS + 16)  # type: ignore[attr-defined]

    assert bufferedreaders
    warcwriter.GzippingWrapper.__init__ = at_level
    try:
        writer = warcwriter.WARCWriter(stream, gzip=True)
        for each in exchanges:
            head = StatusAndHeaders("200 OK", list(each.headers), protocol="HTTP/1.1")  # type: ignore[attr-defined]
            asks = StatusAndHeaders("GET / HTTP/1.1", list(each.request_headers), is_http_request=True)  # type: ignore[attr-defined]
            url, body = each.url, each.body  # type: ignore[attr-defined]
            writer.write_request_response_pair(
                writer.create_warc_record(url, "request", payload=BytesIO(), http_headers=asks),
                writer.create_warc_record(url, "response", payload=BytesIO(body), http_headers=head),
            )
    finally:
        warcwriter.GzippingWrapper.__init__ = plain


def write_by_fastwarc(file: Path, exchanges: Iterator[object], level: int) -> None:
    """Response and request of each, gzip at `level`."""
    from fastwarc import WarcRecord, WarcRecordType
    from fastwarc.stream_io import GzipWriter

    from mediawatch.lake.warc.heads import write_head

    with GzipWriter(str(file), compression_level=level) as stream:
        for each in exchanges:
            digest = sha256(each.body).hexdigest()  # type: ignore[attr-defined]
            head = write_head("HTTP/1.1 200 OK", each.headers)  # type: ignore[attr-defined]
            asks = write_head("GET / HTTP/1.1", each.request_headers)  # type: ignore[attr-defined]
            parts = ((WarcRecordType.response, head + each.body), (WarcRecordType.request, asks))  # type: ignore[attr-defined]
            for kind, block in parts:
                made = WarcRecord()
                made.init_headers(record_type=kind)
                made.headers["WARC-Target-URI"] = each.url  # type: ignore[attr-defined]
                made.headers["WARC-Payload-Digest"] = f"sha256:{digest}"
                made.set_bytes_content(block)
                made.write(stream)
                stream.finish()  # else the records of a file are one gzip member


def contestants() -> tuple[str, ...]:
    """Those that are installed."""
    return CONTESTANTS if importlib.util.find_spec("fastwarc") else CONTESTANTS[:2]


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        print(json.dumps(odd(given.child[0], Path(given.child[1]))))
        return
    with TemporaryDirectory(prefix="bench-warc-") as name:
        folder = Path(name)
        reading(folder, given.records)
        writing(folder, min(given.records, 2000))
        for number, (what, (data, good)) in enumerate(odd_files().items()):
            file = folder / f"{number}.warc{'.gz' if data.startswith(gzip.compress(b'')[:2]) else ''}"
            file.write_bytes(data)
            print(f"{what:24} {good} good | " + " | ".join(f"{each}: {asked(each, file)}" for each in contestants()))


if __name__ == "__main__":
    main()
