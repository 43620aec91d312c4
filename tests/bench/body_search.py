"""The board's search of bodies (tantivy, in memory) beside tables of pairs, over the same made-up articles (ADR 33).

    python tests/bench/body_search.py --articles 200000

Thirty days of texts of 600 characters, Zipf's words of two characters.  The tables are what the board had before: the
pairs of characters of a day and the rows that hold them, in sixteen Parquet files, of which a query reads those of its
pairs.  Told are the time to index and its processor time, the size of what is kept for it on the disk, the median and
p95 of a query that names the row of every match, the growth of the process, and how the matches compare with a scan of
all texts.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "include")]


from mediawatch.board.body_index import BodyIndex  # noqa: E402 - the path is set above
from mediawatch.lake.opening import open_store  # noqa: E402
from mediawatch.lake.partitions import PartitionKey, PartitionWriter  # noqa: E402
from mediawatch.language import fold  # noqa: E402
from mediawatch.search.grammar import Term, parse_query, terms_of  # noqa: E402
from mediawatch.tables.board import TEXTS, Text  # noqa: E402
from tests.bench.board import BODY_WORDS, Press, a_press  # noqa: E402

DAYS = [date(2026, 4, 1) + timedelta(days=number) for number in range(30)]
Place = tuple[int, int]
Search = Callable[[str], set[Place]]
BUCKETS = 16


def texts_of(press: Press, count: int) -> list[str]:
    """The texts of one day."""
    return [press.text(BODY_WORDS) for _ in range(count)]


def board_index(folder: Path, days: list[list[str]]) -> Search:
    """The board's own: texts in the lake, indexes in memory."""
    store = open_store(folder)
    for day, texts in zip(DAYS, days, strict=True):
        key = PartitionKey(stage="bodies", day=day)
        writer = PartitionWriter(store, key, inputs={"bench": "1"}, version="1", settings={})
        writer.append(TEXTS, [Text(row=row, text=text) for row, text in enumerate(texts)])
        writer.publish()
    bodies = BodyIndex(store, lambda: datetime(2026, 5, 1, tzinfo=UTC))
    begun, busy = time.perf_counter(), time.process_time()
    indexed = bodies.days(DAYS[-1], wait_seconds=3600).days
    print(f"indexing alone {time.perf_counter() - begun:.1f} s ({time.process_time() - busy:.1f} s busy)", flush=True)

    def search(query: str) -> set[Place]:
        found: list[set[Place]] = []
        for term in typed(query):
            rows = ((number, indexed[day].rows(term)) for number, day in enumerate(DAYS))
            found.append({(number, row) for number, held in rows for row in held.tolist()})
        return set.intersection(*found) if found else set()

    return search


def typed(query: str) -> tuple[Term, ...]:
    """The words of `query`."""
    return terms_of(parse_query(query, today=DAYS[-1]))


def pairs_of(text: str) -> set[str]:
    """The pairs of a text without signs."""
    return {text[at : at + 2] for at in range(len(text) - 1)}


def pair_tables(folder: Path, days: list[list[str]]) -> Search:
    """Tables of pairs, as the board had them."""
    for number, texts in enumerate(days):
        postings: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        for row, text in enumerate(texts):
            for pair in pairs_of(fold(text)):
                postings[pair].append(row)
        dealt: defaultdict[int, list[str]] = defaultdict(list)
        for pair in sorted(postings):
            dealt[bucket_of(pair)].append(pair)
        for bucket, pairs in dealt.items():
            rows = [postings[pair].tobytes() for pair in pairs]
            place = folder / f"{number}-{bucket}.parquet"
            place.parent.mkdir(exist_ok=True)
            pq.write_table(pa.table({"pair": pairs, "rows": rows}), place, compression="zstd")

    def search(query: str) -> set[Place]:
        pairs = [pair for term in typed(query) for pair in pairs_of(term.text)]
        return {(number, row) for number in range(len(days)) for row in _rows(folder, number, pairs)}

    return search


def bucket_of(pair: str) -> int:
    """The table that holds `pair`."""
    return crc32(pair[0].encode()) % BUCKETS


def _rows(folder: Path, number: int, pairs: list[str]) -> list[int]:
    tables = {b: pq.read_table(folder / f"{number}-{b}.parquet") for b in {bucket_of(pair) for pair in pairs}}
    found: Any = None
    for pair in pairs:
        table = tables[bucket_of(pair)]
        blobs = table.column("rows").filter(pc.equal(table.column("pair"), pair)).to_pylist()
        rows = np.frombuffer(blobs[0], dtype=np.uint32) if blobs else np.zeros(0, np.uint32)
        found = rows if found is None else np.intersect1d(found, rows, assume_unique=True)
    return [] if found is None else found.tolist()


def questions(press: Press, seed: int) -> list[str]:
    """Words of every frequency, two of them beside one another, and two anywhere."""
    dice = random.Random(seed)  # noqa: S311 - reproducible
    ranks = [0, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 15_000]
    words = [press.words[rank] for rank in ranks]
    pairs = [dice.choice(press.words[:300]) + dice.choice(press.words[:300]) for _ in range(15)]
    both = [f"{dice.choice(press.words[:2000])} {dice.choice(press.words[:2000])}" for _ in range(15)]
    return [*words, *pairs, *both]


def true_places(query: str, days: list[list[str]]) -> set[Place]:
    """What a scan of all texts finds: every word of the query as it is written."""
    words = query.split()
    return {(n, row) for n, texts in enumerate(days) for row, text in enumerate(texts) if all(w in text for w in words)}


def size_of(folder: Path) -> float:
    """Megabytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def measured(name: str, folder: Path, days: list[list[str]], asked: list[str], make: Callable[[], Search]) -> None:
    """Index, ask, compare; one line."""
    begun, busy, before = time.perf_counter(), time.process_time(), memory_mb()
    search = make()
    took, spent = time.perf_counter() - begun, time.process_time() - busy
    grown = memory_mb() - before
    seconds = sorted(_timed(search, query) for _ in range(3) for query in asked)
    false, missed, true = 0, 0, 0
    for query in asked[::4]:
        wanted, found = true_places(query, days), search(query)
        false, missed, true = false + len(found - wanted), missed + len(wanted - found), true + len(wanted)
    p95 = seconds[round(0.95 * (len(seconds) - 1))]
    print(
        f"{name:28} index {took:6.1f} s ({spent:6.1f} s busy)  {size_of(folder):7.1f} MB  "
        f"p50 {1000 * statistics.median(seconds):7.1f} ms  p95 {1000 * p95:7.1f} ms  "
        f"of {true} matches {missed} missed, {false} false  "
        f"grown by {grown} MB",
        flush=True,
    )


def memory_mb() -> int:
    """What this process holds now, as Linux counts it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) >> 10


def _timed(search: Search, query: str) -> float:
    begun = time.perf_counter()
    search(query)
    return time.perf_counter() - begun


def contestants(folder: Path, days: list[list[str]]) -> Iterator[tuple[str, Path, Callable[[], Search]]]:
    """Name, folder and maker of each."""
    yield "the board's, by tantivy", folder / "board", lambda: board_index(folder / "board", days)
    yield "tables of pairs", folder / "pairs", lambda: pair_tables(folder / "pairs", days)


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    press = a_press(given.seed)
    days = [texts_of(press, given.articles // len(DAYS)) for _ in DAYS]
    asked = questions(press, given.seed)
    with TemporaryDirectory(prefix="bench-bodies-") as name:
        for told, folder, make in contestants(Path(name), days):
            measured(told, folder, days, asked, make)


if __name__ == "__main__":
    main()
