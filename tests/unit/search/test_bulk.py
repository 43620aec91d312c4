"""Patience with a busy server, on a server that is busy on purpose."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from mediawatch.errors import BadConfiguration, Unavailable
from mediawatch.search import IndexDocument, connect, index_documents
from mediawatch.settings import Settings

DOCUMENTS = [IndexDocument(index="articles", id=str(number), source={"n": number}) for number in range(20)]


class BusyElasticsearch(ThreadingHTTPServer):
    """Answers like a bulk endpoint.  `plan` says for each request what happens to it; after it, all is well."""

    def __init__(self, *plan: Any) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.plan = list(plan)
        self.stored: Counter[str] = Counter()
        self.requests = 0
        self.headers: list[dict[str, str]] = []
        self.largest_bytes = 10**9
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Answer(BaseHTTPRequestHandler):
    server: BusyElasticsearch

    def do_GET(self) -> None:
        self.server.headers.append(dict(self.headers))
        self._reply(self.server.plan.pop(0) if self.server.plan else 200, {"status": "green"})

    def do_POST(self) -> None:
        self._take()

    def do_PUT(self) -> None:
        self._take()

    def _take(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "_refresh" in self.path:
            self._reply(200, {})
            return
        with self.server.lock:
            self.server.requests += 1
            step = self.server.plan.pop(0) if self.server.plan else "well"
        if len(body) > self.server.largest_bytes:
            self._reply(413, {})
        elif isinstance(step, int):
            self._reply(step, {"error": {"type": "busy", "reason": "come back later"}, "status": step})
        else:
            ids = [json.loads(line)["index"]["_id"] for line in body.splitlines()[::2]]
            self._reply(200, self._results(ids, step))

    def _results(self, ids: list[str], step: object) -> dict[str, Any]:
        items = []
        for place, name in enumerate(ids):
            if step == "half" and place % 2:
                error = {"type": "es_rejected_execution_exception", "reason": "queue is full"}
                items.append({"index": {"_id": name, "status": 429, "error": error}})
            elif isinstance(step, dict):
                items.append({"index": {"_id": name, "status": 403, "error": step}})
            else:
                self.server.stored[name] += 1
                items.append({"index": {"_id": name, "status": 201}})
        return {"errors": any("error" in item["index"] for item in items), "items": items}

    def _reply(self, status: int, value: object) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextmanager
def running(server: BusyElasticsearch) -> Iterator[BusyElasticsearch]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def client_of(server: BusyElasticsearch, **settings: Any) -> Any:
    return connect(Settings(elasticsearch_url=server.url, **settings))


def test_documents_that_met_a_full_queue_are_sent_again_and_only_they() -> None:
    pauses: list[float] = []
    with running(BusyElasticsearch(200, "half", "half")) as server:
        report = index_documents(client_of(server), DOCUMENTS, pause=pauses.append)

    assert report.indexed == tuple(document.id for document in DOCUMENTS)
    assert set(server.stored.values()) == {1}
    assert server.requests == 3
    assert len(pauses) == 2
    assert pauses[0] < pauses[1] + 0.5


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_is_waited_for(status: int) -> None:
    pauses: list[float] = []
    with running(BusyElasticsearch(200, status, status)) as server:
        report = index_documents(client_of(server), DOCUMENTS, pause=pauses.append)

    assert len(report.indexed) == 20
    assert len(pauses) == 2


def test_a_server_that_stays_busy_is_unavailable() -> None:
    pauses: list[float] = []
    with running(BusyElasticsearch(200, *[429] * 50)) as server:
        client = client_of(server)
        with pytest.raises(Unavailable, match="20 documents wait"):
            index_documents(client, DOCUMENTS, pause=pauses.append)

    assert 3 < len(pauses) < 20
    assert max(pauses) <= 30
    assert pauses[-1] > pauses[0]


def test_a_server_that_went_away_is_unavailable() -> None:
    with running(BusyElasticsearch()) as server:
        client = client_of(server)
    pauses: list[float] = []

    with pytest.raises(Unavailable):
        index_documents(client, DOCUMENTS, pause=pauses.append)

    assert pauses


def test_a_request_that_is_too_large_is_cut_until_it_fits() -> None:
    with running(BusyElasticsearch()) as server:
        server.largest_bytes = 200
        large = IndexDocument(index="articles", id="large", source={"text": "x" * 400})
        report = index_documents(client_of(server), [*DOCUMENTS, large])

    assert report.indexed == tuple(document.id for document in DOCUMENTS)
    assert [refusal.id for refusal in report.refused] == ["large"]
    assert "larger" in report.refused[0].detail


@pytest.mark.parametrize(
    ("kind", "raised"),
    [
        ("security_exception", BadConfiguration),
        ("cluster_block_exception", Unavailable),
        ("index_not_found_exception", Unavailable),
    ],
)
def test_what_is_wrong_with_the_server_is_not_blamed_on_documents(kind: str, raised: type[Exception]) -> None:
    with running(BusyElasticsearch(200, {"type": kind, "reason": "no"})) as server:
        client = client_of(server)
        with pytest.raises(raised):
            index_documents(client, DOCUMENTS)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_documents() -> None:
    made = 0
    most_ahead = 0
    with running(BusyElasticsearch()) as server:

        def documents() -> Iterator[IndexDocument]:
            nonlocal made, most_ahead
            for number in range(20_000):
                made += 1
                most_ahead = max(most_ahead, made - sum(server.stored.values()))
                yield IndexDocument(index="articles", id=str(number), source={})

        report = index_documents(client_of(server), documents())

    assert len(report.indexed) == 20_000
    assert most_ahead < 6_000


def test_nothing_to_write_is_fine() -> None:
    with running(BusyElasticsearch()) as server:
        report = index_documents(client_of(server), [])

    assert (report.indexed, report.refused, server.requests) == ((), (), 0)
