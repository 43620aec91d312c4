"""Writing many documents: in chunks, several at once, patient with a busy server, exact about each refusal."""

from __future__ import annotations

import json
import random
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from mediawatch.errors import BadConfiguration, Unavailable
from mediawatch.search.connection import BUSY, answering

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

CHUNK_DOCUMENTS = 500
CHUNK_BYTES = 5_000_000
AT_ONCE = 4
TRIES = 8
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0
TOO_LARGE = 413

Pause = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDocument:
    """What to write under `id` in `index`; `source` None deletes it (an absent one is fine)."""

    index: str
    id: str
    source: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedDocument:
    """A document that the server will never take, and why."""

    id: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexReport:
    """The ids written (or deleted), in the order given, and the documents refused."""

    indexed: tuple[str, ...]
    refused: tuple[RefusedDocument, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """One document as it goes over the wire."""

    index: str
    id: str
    wire: bytes


def index_documents(
    client: Elasticsearch, documents: Iterable[IndexDocument], *, is_refreshed: bool = True, pause: Pause = time.sleep
) -> IndexReport:
    """Write `documents`, in bounded memory, and make them visible once at the end.

    Writing the same ids again rewrites them; within one call an id must occur once.  The indices must exist
    (`open_indices`).  A refused document does not concern the others.  A busy server is waited for, longer each time;
    raises Unavailable when it stays busy or away, and then nothing is known about which documents were written.
    """
    indexed: list[str] = []
    refused: list[RefusedDocument] = []
    touched: set[str] = set()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="bulk") as pool:
        for chunk, failures in _in_flight(pool, client, _chunks(documents), pause):
            touched.update(line.index for line in chunk)
            indexed += [line.id for line in chunk if line.id not in failures]
            refused += [RefusedDocument(id=name, detail=detail) for name, detail in failures.items()]
    if is_refreshed and touched:
        with answering():
            client.indices.refresh(index=sorted(touched), ignore_unavailable=True)
    return IndexReport(indexed=tuple(indexed), refused=tuple(refused))


def _in_flight(
    pool: ThreadPoolExecutor, client: Elasticsearch, chunks: Iterator[list[_Line]], pause: Pause
) -> Iterator[tuple[list[_Line], dict[str, str]]]:
    """Each chunk with its refusals, in order; never more than a few chunks exist at once."""
    waiting: deque[tuple[list[_Line], Future[dict[str, str]]]] = deque()
    try:
        for chunk in chunks:
            waiting.append((chunk, pool.submit(_write, client, chunk, pause)))
            if len(waiting) > AT_ONCE:
                done, future = waiting.popleft()
                yield done, future.result()
        while waiting:
            done, future = waiting.popleft()
            yield done, future.result()
    finally:
        for _, future in waiting:
            future.cancel()


def _chunks(documents: Iterable[IndexDocument]) -> Iterator[list[_Line]]:
    chunk: list[_Line] = []
    size = 0
    for document in documents:
        line = _line(document)
        if chunk and (len(chunk) == CHUNK_DOCUMENTS or size + len(line.wire) > CHUNK_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(line)
        size += len(line.wire)
    if chunk:
        yield chunk


def _line(document: IndexDocument) -> _Line:
    action = "delete" if document.source is None else "index"
    lines = [_json({action: {"_index": document.index, "_id": document.id}})]
    lines += [] if document.source is None else [_json(document.source)]
    return _Line(document.index, document.id, b"\n".join(lines))


def _json(value: object) -> bytes:
    # A lone surrogate has no UTF-8 form; the server would refuse the whole chunk for it.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _write(client: Elasticsearch, chunk: list[_Line], pause: Pause) -> dict[str, str]:
    """Send `chunk` until every document is written or refused; {id: why} of the refused."""
    refused: dict[str, str] = {}
    left = chunk
    for attempt in range(TRIES):
        busy, failures = _send(client, left)
        refused |= failures
        if not busy:
            return refused
        left = busy
        if attempt < TRIES - 1:
            pause(_pause_after(attempt))
    raise Unavailable(f"Elasticsearch stayed busy or away through {TRIES} tries; {len(left)} documents wait.")


def _pause_after(attempt: int) -> float:
    longest: float = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**attempt)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads workers out, keeps no secret


def _send(client: Elasticsearch, chunk: list[_Line]) -> tuple[list[_Line], dict[str, str]]:
    """One request: what to send again, and {id: why} of what is refused."""
    from elasticsearch import ApiError, ConnectionError, ConnectionTimeout

    try:
        answer = client.options(max_retries=0).bulk(
            operations=cast("Any", [line.wire for line in chunk]), filter_path="errors,items.*.status,items.*.error"
        )
    except (ConnectionError, ConnectionTimeout):
        return chunk, {}
    except ApiError as error:
        if error.status_code in BUSY:
            return chunk, {}
        if error.status_code == TOO_LARGE:
            return _send_halves(client, chunk)
        with answering():
            raise
    if not answer["errors"]:
        return [], {}
    return _sorted_out(chunk, [next(iter(item.values())) for item in answer["items"]])


def _send_halves(client: Elasticsearch, chunk: list[_Line]) -> tuple[list[_Line], dict[str, str]]:
    if len(chunk) == 1:
        return [], {chunk[0].id: "larger than the server's largest request"}
    middle = len(chunk) // 2
    (busy, refused), (more_busy, more_refused) = _send(client, chunk[:middle]), _send(client, chunk[middle:])
    return busy + more_busy, refused | more_refused


def _sorted_out(chunk: list[_Line], results: list[Mapping[str, Any]]) -> tuple[list[_Line], dict[str, str]]:
    busy: list[_Line] = []
    refused: dict[str, str] = {}
    for line, result in zip(chunk, results, strict=True):
        if result["status"] in BUSY:
            busy.append(line)
        elif "error" in result:
            _check_concerns_document(result["error"])
            refused[line.id] = _why(result["error"])
    return busy, refused


def _check_concerns_document(error: Mapping[str, Any]) -> None:
    """Raise for what is wrong with the server or with us: no document must be called bad for it."""
    if error["type"] in ("index_not_found_exception", "cluster_block_exception"):
        raise Unavailable(f"Elasticsearch takes no documents now: {_why(error)}")
    if error["type"] == "security_exception":
        raise BadConfiguration(f"Elasticsearch does not let us write: {_why(error)}")


def _why(error: Mapping[str, Any]) -> str:
    """The server's words, the cause last: it is what names the field."""
    cause = error.get("caused_by", {}).get("reason", "")
    return ": ".join(part for part in (error["type"], error["reason"], cause) if part)[:500]
