"""WARC files of pages, by warcio: what another crawler would have left."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from pathlib import Path

HTML = "text/html; charset=utf-8"


def write_pages(file: Path, pages: Iterable[tuple[str, datetime, bytes]]) -> None:
    """A WARC, gzipped, with a response for each (address, instant of capture, body) in their order."""
    write_documents(file, ((url, at, body, HTML) for url, at, body in pages))


def write_documents(file: Path, documents: Iterable[tuple[str, datetime, bytes, str]]) -> None:
    """The same of (address, instant of capture, body, content type)."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    with file.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for url, at, body, content_type in documents:
            head = StatusAndHeaders("200 OK", [("Content-Type", content_type)], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    url,
                    "response",
                    payload=BytesIO(body),
                    http_headers=head,
                    warc_headers_dict={"WARC-Date": f"{at:%Y-%m-%dT%H:%M:%SZ}"},
                )
            )
