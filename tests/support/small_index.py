"""As much of Elasticsearch's HTTP interface as the stages use, over a dictionary: for what they write, and when.

Whether a real server understands the requests is shown in `tests/contracts` and `tests/kill`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from mediawatch.search import KINDS, mapping_digest

Answer = tuple[int, Any]
AWAY: Answer = (503, {"error": {"type": "unavailable", "reason": "away"}})


@dataclass(slots=True)
class SmallIndex:
    """The server's state: `documents` by (index, id); `refuses` are ids that do not fit the mapping.

    `older` are kinds whose fields are of an earlier version; where the server `is_guarded`, nobody may change that.
    """

    url: str = ""
    prefix: str = "mediawatch"
    uuid: str = "first"
    documents: dict[tuple[str, str], Any] = field(default_factory=dict)
    indices: set[str] = field(default_factory=set)
    refuses: set[str] = field(default_factory=set)
    written: list[str] = field(default_factory=list)
    is_away: bool = False
    is_guarded: bool = False
    older: set[str] = field(default_factory=set)

    def replace(self, uuid: str) -> None:
        """Lose everything, as a new server would have: the live index is another one."""
        self.uuid = uuid
        self.documents.clear()
        self.indices = {f"{self.prefix}-articles-g000001"}

    @property
    def articles(self) -> dict[str, Any]:
        """The articles by id."""
        return {name: source for (index, name), source in self.documents.items() if "-articles-" in index}

    def kind(self, name: str) -> list[Any]:
        """The documents of one of the small kinds: `ledger`, `quality`, `health`, `runs`."""
        return [source for (index, _), source in self.documents.items() if index == f"{self.prefix}-{name}"]

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        """What the server says."""
        target, _, verb = path.strip("/").partition("/_")
        if path.startswith(("/_alias/", "/_nodes", "/_component_template", "/_index_template")):
            return self._prepared(path)
        if path == "/_bulk":
            return 200, self._bulk(body)
        if verb in ("search", "mapping"):
            return 200, self._search(target, json.loads(body)) if verb == "search" else self._mappings()
        if verb.startswith("settings"):
            return 200, {target: {"settings": {"index": {"uuid": self.uuid}}}}
        if method == "PUT" and not verb and target[:1] != "_":
            self.indices.add(target)
        if method == "GET" and not verb and target[:1] != "_":
            return 200, {name: {"aliases": {}} for name in self.indices if fnmatch(name, target)}
        return 200, {}

    def _prepared(self, path: str) -> Answer:
        if path.startswith("/_alias/"):
            return 200, {name: {"aliases": {}} for name in sorted(self.indices)}
        if self.is_guarded and not path.startswith("/_nodes"):
            return 403, {"error": {"type": "security_exception", "reason": "action is unauthorized"}}
        return 200, {"nodes": {}}

    def _mappings(self) -> Any:
        """Those of today but for `older`, as far as anything looks at them; nothing before the first provisioning."""
        kinds = KINDS if self.indices else ()
        digests = {kind.name: "earlier" if kind.name in self.older else mapping_digest(kind) for kind in kinds}
        return {
            f"{self.prefix}-{name}-g000001": {"mappings": {"_meta": {"mapping_digest": digest}}}
            for name, digest in digests.items()
        }

    def _bulk(self, body: bytes) -> Any:
        lines = iter(body.splitlines())
        items = [self._write(json.loads(line), lines) for line in lines if line]
        return {"errors": any("error" in item[verb] for item in items for verb in item), "items": items}

    def _write(self, action: dict[str, Any], lines: Iterator[bytes]) -> dict[str, Any]:
        ((verb, place),) = action.items()
        key = (place["_index"], place["_id"])
        if verb == "delete":
            self.documents.pop(key, None)
            return {verb: {"status": 200}}
        source = json.loads(next(lines))
        if key[1] in self.refuses:
            return {verb: {"status": 400, "error": {"type": "document_parsing_exception", "reason": "does not fit"}}}
        self.documents[key] = source
        self.written.append(key[1])
        return {verb: {"status": 201}}

    def _search(self, pattern: str, body: Any) -> Any:
        asked = body["query"]["bool"]
        wanted, left_out = (
            set(asked["filter"]["ids"]["values"]),
            {each["term"]["_index"] for each in asked.get("must_not", ())},
        )
        found = [
            key for key in self.documents if key[1] in wanted and fnmatch(key[0], pattern) and key[0] not in left_out
        ]
        return {"hits": {"hits": [{"_index": index, "_id": name} for index, name in found]}}


@contextmanager
def small_index() -> Iterator[SmallIndex]:
    """A provisioned, empty index on a free port."""
    state = SmallIndex()
    state.replace("first")

    class Speaking(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet, or each answer waits for an acknowledgement

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, said = (
                AWAY if state.is_away else state.answer(self.command, unquote(urlsplit(self.path).path), body)
            )
            data = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/vnd.elasticsearch+json;compatible-with=9")
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_PUT = do_POST = do_GET  # noqa: N815 - names that http.server looks for

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Speaking)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
