"""Servers that receive what the product sends: HTTP and SMTP, on ports of their own, with answers as the test says."""

from __future__ import annotations

import json
import socketserver
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Self

OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One request that an HTTP sink has read whole."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        """The body as JSON."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def key(self) -> str:
        """What tells repeats of one message."""
        return self.headers.get("idempotency-key", "")


class HttpSink:
    """Keeps every request in `received`; answers with `statuses` one after the other, then with 200.

    `before_answer` is called with each request after it is kept and before it is answered; an answer of None closes the
    connection without one.  Answers that lead elsewhere (3xx) lead to `/elsewhere` of the same sink.
    """

    def __init__(self, *statuses: int | None, before_answer: Callable[[Posted], None] | None = None) -> None:
        self.received: list[Posted] = []
        self._statuses = list(statuses)
        self._before_answer = before_answer
        self._lock = Lock()
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                status = sink._keep(self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"])))
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self) -> None:
                self.send_response(OK)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Its address as a channel."""
        return f"json://127.0.0.1:{self.port}/alerts"

    @property
    def keys(self) -> list[str]:
        """The key of every request, in order."""
        return [posted.key for posted in self.received]

    def answer_next(self, *statuses: int | None) -> None:
        """Answer the next requests so, and no longer as was said before."""
        with self._lock:
            self._statuses[:] = statuses

    def _keep(self, path: str, headers: dict[str, str], body: bytes) -> int | None:
        posted = Posted(path=path, headers={name.lower(): value for name, value in headers.items()}, body=body)
        with self._lock:
            self.received.append(posted)
            status = self._statuses.pop(0) if self._statuses else OK
        if self._before_answer is not None:
            self._before_answer(posted)
        return status


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message that an SMTP sink has accepted."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes


class MailSink:
    """A mail server as far as a client needs one; `refusals` are answers to the first RCPT commands, such as 451.

    `answers` are codes for the verbs of its keys (`HELO` is the greeting, `BODY` the end of the mail), 0 to close the
    connection instead.
    """

    def __init__(self, *refusals: int, answers: Mapping[str, int] | None = None) -> None:
        self._answers = dict(answers or {})
        self.received: list[Mail] = []
        self._refusals = list(refusals)
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                sink._talk(self.rfile.readline, self.wfile.write)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Its address as a channel."""
        return f"mailto://127.0.0.1:{self.port}?from=alerts@news.example&to=desk@news.example&mode=insecure"

    def _talk(self, readline: Callable[[], bytes], write: Callable[[bytes], Any]) -> None:
        greeting = self._answers.get("HELO", 220)
        if not greeting:
            return
        write(f"{greeting} sink.example\r\n".encode())
        sender = ""
        recipients: list[str] = []
        while line := readline():
            verb = line[:4].upper()
            if (code := self._answers.get(verb.decode())) == 0:
                return
            answer = f"{code or 250} ok\r\n".encode()
            if verb == b"MAIL":
                sender, recipients = _address(line), []
            elif verb == b"RCPT" and self._refusals:
                answer = f"{self._refusals.pop(0)} not now\r\n".encode()
            elif verb == b"RCPT":
                recipients.append(_address(line))
            elif verb == b"DATA" and not code:
                write(b"354 go on\r\n")
                mail = Mail(sender=sender, recipients=tuple(recipients), data=_data(readline))
                ending = self._answers.get("BODY", 250)
                if not ending:
                    return
                if ending == 250:
                    self.received.append(mail)
                answer = f"{ending} so be it\r\n".encode()
            elif verb == b"QUIT":
                write(b"221 bye\r\n")
                return
            write(answer)


def _address(line: bytes) -> str:
    return line.partition(b"<")[2].partition(b">")[0].decode()


def _data(readline: Callable[[], bytes]) -> bytes:
    lines = []
    while (line := readline()) not in (b".\r\n", b""):
        lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
    return b"".join(lines)
