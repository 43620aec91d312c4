"""Documents per second into Elasticsearch: ours beside a bare `helpers.parallel_bulk`, same documents, same run.

    make bench-index
    python tests/bench/index.py --documents 20000 --rounds 3

Both write documents that are built already, to an index with the articles' mapping, and refresh at the end; they take
turns, and the best round of each counts.  The floor is 0.8 of the bare client: what is ours on top is the bookkeeping
of refusals and the patience with a busy server.  Exits 1 below it.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "include")]

from launch.elasticsearch import running_elasticsearch  # noqa: E402 - the path is set above
from launch.elasticsearch_user import SHARED  # noqa: E402
from mediawatch.search import (  # noqa: E402
    IndexDocument,
    article_document,
    begin_generation,
    connect,
    index_documents,
    open_indices,
    provision,
)
from mediawatch.search.catalog import Generation  # noqa: E402
from mediawatch.settings import Settings  # noqa: E402
from tests.support.index import an_article  # noqa: E402

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

FLOOR = 0.8
POOL = 1000
HAN = "港口关税贸易政府宣布市场经济增长企业投资国际会议代表团访问合作协议签署能源气候科技创新教育医疗"
WORDS = ("harbour", "tariff", "trade", "minister", "market", "growth", "company", "energy", "climate", "storm", "ferry")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long one round took, and the largest size of this process so far."""

    seconds: float
    peak_megabytes: float


def built_documents(seed: int = 7) -> list[dict[str, Any]]:
    """Documents of about the size of news articles, a fifth of them English; the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - reproducible text, keeps no secret
    start = datetime(2026, 3, 1, tzinfo=UTC)
    return [_built(dice, number, start + timedelta(minutes=number)) for number in range(POOL)]


def _built(dice: random.Random, number: int, at: datetime) -> dict[str, Any]:
    if number % 5:
        text = "。".join("".join(dice.choices(HAN, k=40)) for _ in range(dice.randint(10, 40)))
        return article_document(an_article(f"{text[:18]}{number}", text, first_seen_at=at))
    text = ". ".join(" ".join(dice.choices(WORDS, k=14)) for _ in range(dice.randint(10, 40)))
    return article_document(an_article(f"{text[:60]} {number}", text, "en", first_seen_at=at))


def stream(pool: list[dict[str, Any]], count: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """`count` (id, document) pairs from `pool`, ids all different."""
    return ((f"{number:032x}", pool[number % POOL]) for number in range(count))


def ours(client: Elasticsearch, index: str, documents: Iterator[tuple[str, Mapping[str, Any]]]) -> int:
    """Written by the product."""
    report = index_documents(client, (IndexDocument(index=index, id=name, source=source) for name, source in documents))
    return len(report.indexed)


def bare(client: Elasticsearch, index: str, documents: Iterator[tuple[str, Mapping[str, Any]]]) -> int:
    """Written by the client library's own loop, with its own defaults."""
    from elasticsearch import helpers

    actions = ({"_index": index, "_id": name, "_source": source} for name, source in documents)
    written = sum(is_written for is_written, _ in helpers.parallel_bulk(client, actions))
    client.indices.refresh(index=index)
    return written


def timed(
    write: Callable[[Elasticsearch, str, Iterator[tuple[str, Mapping[str, Any]]]], int],
    client: Elasticsearch,
    pool: list[dict[str, Any]],
    count: int,
) -> Timing:
    """One round into a new index, which is deleted afterwards."""
    generation = begin_generation(client, "bench")
    index = _one_month(client, generation)
    begun = time.perf_counter()
    written = write(client, index, stream(pool, count))
    seconds = time.perf_counter() - begun
    found = client.count(index=index)["count"]
    if not written == found == count:
        raise SystemExit(f"wrote {written} and found {found} of {count} documents")
    client.indices.delete(index=[index, generation.anchor])
    return Timing(seconds=seconds, peak_megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _one_month(client: Elasticsearch, generation: Generation) -> str:
    index = generation.index_for(datetime(2026, 3, 1, tzinfo=UTC).date())
    open_indices(client, generation, [index])
    return index


def main() -> int:
    """Run the rounds and print them."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--documents", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(dir=SHARED) as folder, running_elasticsearch(Path(folder)) as server:
        settings = Settings(elasticsearch_url=server.url, index_prefix="bench")
        client = connect(settings)
        provision(client, settings)
        return _race(client, chosen.documents, chosen.rounds)


def _race(client: Elasticsearch, count: int, rounds: int) -> int:
    pool = built_documents()
    timed(bare, client, pool, count // 4)  # the server's own warm-up
    timings: dict[str, list[Timing]] = {"ours": [], "bare": []}
    for number in range(rounds):
        # Whoever goes first finds a colder server: they take turns at that, too.
        for name, write in (("ours", ours), ("bare", bare))[:: 1 if number % 2 else -1]:
            timings[name].append(timed(write, client, pool, count))
            last = timings[name][-1]
            print(f"{name}  {count / last.seconds:8.0f} documents/s  peak {last.peak_megabytes:5.0f} MB", flush=True)
    best = {name: min(timing.seconds for timing in found) for name, found in timings.items()}
    ratio = best["bare"] / best["ours"]
    print(
        f"best: ours {count / best['ours']:.0f}/s, bare parallel_bulk {count / best['bare']:.0f}/s, ratio {ratio:.2f}"
    )
    return 0 if ratio >= FLOOR else 1


if __name__ == "__main__":
    raise SystemExit(main())
