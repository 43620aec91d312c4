"""A small web site on loopback whose every answer is written by the test, down to the bytes and the pauses."""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Self

import pytest

from mediawatch.records import Limits, Pace, Seed, Source

LOOPBACK = ("127.0.0.0/8", "::1/128")
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One request as it arrived; header names in lower case.  `number` counts connections from 1."""

    path: str
    headers: dict[str, str]
    number: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What to send: pieces of bytes, and pauses in seconds between them, perhaps without end.

    `is_last` closes the connection after it; `is_reset` does so without a goodbye, as a machine that went down.
    """

    steps: Iterable[bytes | float]
    is_last: bool = False
    is_reset: bool = False


_NO_LINGER = struct.pack("ii", 1, 0)

Speaker = Callable[[Heard], Reply]


def without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reach sites without the proxies of whoever runs the tests."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def reply(
    body: bytes | str = b"",
    *,
    status: int = 200,
    content_type: str = HTML,
    headers: Iterable[tuple[str, str]] = (),
    length: int | None = None,
) -> Reply:
    """An ordinary answer with a Content-Length (a false one when `length` says so)."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Said", f"Date: {format_datetime(datetime.now(UTC), usegmt=True)}"]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    if status not in (204, 304):
        lines.append(f"Content-Length: {len(data) if length is None else length}")
    lines += [f"{name}: {value}" for name, value in headers]
    return Reply(("\r\n".join([*lines, "", ""]).encode("utf-8") + data,), is_last=length is not None)


def redirect(location: str, *, status: int = 302) -> Reply:
    """A redirect."""
    return reply(status=status, headers=[("Location", location)])


def packed(body: bytes, *, encoding: str = "gzip") -> Reply:
    """The body as one gzip member."""
    return reply(gzip.compress(body), headers=[("Content-Encoding", encoding)])


def dripping(data: bytes, *, every_seconds: float, first: bytes = b"") -> Reply:
    """`first` at once, then `data` a byte at a time."""
    steps: list[bytes | float] = [first]
    for byte in data:
        steps += [every_seconds, bytes([byte])]
    return Reply(tuple(steps), is_last=True)


def silence() -> Reply:
    """Nothing, until the site closes."""
    return Reply((3600.0,), is_last=True)


@dataclass
class Site:
    """A site on `address` and a free port.  Unknown paths (robots.txt too, unless it is told) are 404."""

    address: str = "127.0.0.1"
    context: ssl.SSLContext | None = None
    heard: list[Heard] = field(default_factory=list)
    sent: int = 0
    """Bytes that were taken from it, those on their way included."""
    _said: dict[str, list[Reply | Speaker]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._connections: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listen(0)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self.cut()
        for thread in tuple(self._threads):
            thread.join()

    def cut(self) -> None:
        """Be out of reach from now on: connections break off and new ones are refused."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in tuple(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def come_back(self) -> None:
        """Be there again after `cut`, on the same port."""
        self._listen(self.port)

    def _listen(self, port: int) -> None:
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        self._listener = socket.create_server((self.address, port), family=family, backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self._threads.append(threading.Thread(target=self._accept, args=(self._listener,)))
        self._threads[-1].start()

    @property
    def host(self) -> str:
        """The host with its port, as in a URL."""
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"

    def url(self, path: str = "/") -> str:
        """The address of `path` here."""
        return f"{'https' if self.context else 'http'}://{self.host}{path}"

    def says(self, path: str, *replies: Reply | Speaker) -> Self:
        """Answer `path` with these in turn; the last one stays."""
        self._said[path] = list(replies)
        return self

    def paths(self) -> list[str]:
        """What was asked for, in order, robots.txt left out."""
        return [heard.path for heard in self.heard if heard.path != "/robots.txt"]

    def source(self, name: str = "local", **changes: Any) -> Source:
        """This site as a source: no pace, loopback allowed."""
        values: dict[str, Any] = {
            "name": name,
            "title": "Local",
            "home": self.url(),
            "hosts": (self.host,),
            "timezone": "UTC",
            "languages": ("zh-Hans", "en"),
            "country": "DE",
            "discovery": (Seed(kind="auto", url=self.url()),),
            "pace": Pace(delay_seconds=0),
            "limits": Limits(connect_seconds=5, read_seconds=5, transfer_seconds=10),
            "allow_addresses": LOOPBACK,
        }
        return Source.model_validate({**values, **changes})

    def _accept(self, listener: socket.socket) -> None:
        number = len(self._connections)
        while not self._closing.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            number += 1
            # What is said arrives when it is said, and not when what was said before it is acknowledged.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connections.append(connection)
            thread = threading.Thread(target=self._converse, args=(connection, number))
            self._threads.append(thread)
            thread.start()

    def _converse(self, connection: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.callback(connection.close)
            if self.context:
                connection = stack.enter_context(self.context.wrap_socket(connection, server_side=True))
                self._connections.append(connection)
            stream = stack.enter_context(connection.makefile("rb"))
            for heard in _requests(stream, number):
                answer = self._answer(heard)
                self._send(connection, answer)
                if answer.is_reset:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
                if answer.is_last or answer.is_reset:
                    return

    def _answer(self, heard: Heard) -> Reply:
        with self._lock:
            self.heard.append(heard)
            said = self._said.get(heard.path) or [reply("not here", status=404)]
            chosen = said.pop(0) if len(said) > 1 else said[0]
        return chosen if isinstance(chosen, Reply) else chosen(heard)

    def _send(self, connection: socket.socket, answer: Reply) -> None:
        for step in answer.steps:
            if isinstance(step, bytes):
                connection.sendall(step)
                self.sent += len(step)
            elif self._closing.wait(step):
                return


def _requests(stream: Any, number: int) -> Iterator[Heard]:
    while line := stream.readline():
        words = line.decode("latin-1").split(" ")
        if len(words) < 2:
            return  # no HTTP: the beginning of TLS, at a site that speaks plainly
        path = words[1]
        headers = {}
        while (field_line := stream.readline().decode("latin-1").strip()) != "":
            name, _, value = field_line.partition(":")
            headers[name.lower()] = value.strip()
        yield Heard(path=path, headers=headers, number=number)
