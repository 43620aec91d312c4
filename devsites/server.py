"""Serving one outlet over HTTP/1.1: keep-alive, HEAD, gzip, conditional requests, and a few hardships."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from devsites.outlet import Document, Outlet

_PATIENCE_SECONDS = 30
_NOT_FOUND = "<!DOCTYPE html><html><head><title>404</title></head><body><h1>404 Not Found</h1></body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardships:
    """What makes the sites slow to read; zero means: not at all.

    `slow_seconds` is how long the slow page takes, `retry_after_seconds` what the first visitor of the busy page is
    told, `crawl_delay_seconds` what one site's robots.txt asks for.
    """

    slow_seconds: float = 2.0
    retry_after_seconds: int = 1
    crawl_delay_seconds: float = 0.5


NO_HARDSHIPS = Hardships(slow_seconds=0, retry_after_seconds=0, crawl_delay_seconds=0)
"""For replaying weeks in minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """How many requests a site was asked, and how many of them at once."""

    requests: int = 0
    most_at_once: int = 0


class SiteServer(ThreadingHTTPServer):
    """One outlet on one address.  `moment` and `hardships` are asked anew for each request."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        address: tuple[str, int],
        outlet: Outlet,
        moment: Callable[[], datetime],
        hardships: Callable[[], Hardships],
        *,
        has_crawl_delay: bool,
    ) -> None:
        super().__init__(address, _Visit)
        self.outlet = outlet
        self.moment = moment
        self.hardships = hardships
        self.has_crawl_delay = has_crawl_delay
        self.stopping = threading.Event()
        self._refused: set[str] = set()
        self._lock = threading.Lock()
        self._at_once = 0
        self._traffic = Traffic()

    @property
    def traffic(self) -> Traffic:
        """What was asked of the site since `forget_traffic`."""
        with self._lock:
            return self._traffic

    def forget_traffic(self) -> None:
        """Count anew."""
        with self._lock:
            self._traffic = Traffic(most_at_once=self._at_once)

    @contextmanager
    def visited(self) -> Iterator[None]:
        """One request, from when it is read to when it is answered."""
        with self._lock:
            self._at_once += 1
            most = max(self._traffic.most_at_once, self._at_once)
            self._traffic = Traffic(requests=self._traffic.requests + 1, most_at_once=most)
        try:
            yield
        finally:
            with self._lock:
                self._at_once -= 1

    def robots(self) -> str:
        """robots.txt as of now."""
        delay = self.hardships().crawl_delay_seconds
        asked = f"Crawl-delay: {delay:g}\n" if self.has_crawl_delay and delay else ""
        return self.outlet.robots().replace("User-agent: *\n", f"User-agent: *\n{asked}", 1)

    def refuses(self, path: str) -> bool:
        """Whether this is the first request for a busy page."""
        with self._lock:
            is_first = path not in self._refused
            self._refused.add(path)
        return is_first


class _Visit(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = _PATIENCE_SECONDS
    wbufsize = 64 * 1024
    server: SiteServer

    def do_GET(self) -> None:
        with self.server.visited():
            self._answer()

    def do_HEAD(self) -> None:
        with self.server.visited():
            self._answer()

    def version_string(self) -> str:
        return "newsroom"

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the visitor keeps its own record."""

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        if path == "/robots.txt":
            self._send(HTTPStatus.OK, self.server.robots().encode(), {"Content-Type": "text/plain; charset=utf-8"})
            return
        document = self.server.outlet.answer(path, self.server.moment())
        if document is None:
            self._send(HTTPStatus.NOT_FOUND, _NOT_FOUND.encode(), {"Content-Type": "text/html; charset=utf-8"})
        elif not self._is_refused(path, document):
            self._send_document(document)

    def _is_refused(self, path: str, document: Document) -> bool:
        hardships = self.server.hardships()
        if document.manner == "slow" and hardships.slow_seconds:
            self.server.stopping.wait(hardships.slow_seconds)
        if document.manner != "throttled" or not hardships.retry_after_seconds or not self.server.refuses(path):
            return False
        headers = {"Retry-After": str(hardships.retry_after_seconds), "Content-Type": "text/plain"}
        self._send(HTTPStatus.TOO_MANY_REQUESTS, b"one moment, please\n", headers)
        return True

    def _send_document(self, document: Document) -> None:
        headers = {"ETag": document.etag, "Last-Modified": format_datetime(document.modified_at, usegmt=True)}
        if self._is_unchanged(document):
            self._send(HTTPStatus.NOT_MODIFIED, b"", headers)
            return
        headers |= {"Content-Type": document.content_type, "Vary": "Accept-Encoding"}
        body = document.body
        if "gzip" in self.headers.get("Accept-Encoding", "") and document.content_type != "application/gzip":
            body, headers["Content-Encoding"] = document.packed, "gzip"
        self._send(HTTPStatus.OK, body, headers)

    def _is_unchanged(self, document: Document) -> bool:
        """RFC 9110, 13.1: If-None-Match goes before If-Modified-Since."""
        if (tags := self.headers.get("If-None-Match")) is not None:
            return document.etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
        since = _http_date(self.headers.get("If-Modified-Since", ""))
        return since is not None and document.modified_at.replace(microsecond=0) <= since

    def _send(self, status: HTTPStatus, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
