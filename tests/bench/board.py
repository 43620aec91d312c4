"""How long the board's pages take over a lake of a million articles, without Elasticsearch.

    make bench-board
    python tests/bench/board.py --articles 200000 --days 365 --rounds 15

Articles are made by seed and spread evenly over the days; words follow Zipf's law, as in news.  The bodies of the last
days, which the board searches, are real in length (600 characters); older days have titles only, since nothing else of
them is read.  Prints p50 and p95 of each page over all its queries, each asked `--rounds` times, the time of the first
question of the process, and the peak of memory.  Exits 1 when a p95 is above one second.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from urllib.parse import quote

from mediawatch.tables.board import HEADLINES

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "include")]

from starlette.testclient import TestClient  # noqa: E402 - the path is set above

from mediawatch.board.app import create_app  # noqa: E402
from mediawatch.board.local_index import BODY_DAYS, headline_rows, refresh_day  # noqa: E402
from mediawatch.board.state import open_board  # noqa: E402
from mediawatch.context import Context  # noqa: E402
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, read_rows  # noqa: E402
from mediawatch.pipeline.admitted import Admission  # noqa: E402
from mediawatch.pipeline.stage import published  # noqa: E402
from mediawatch.records import Article  # noqa: E402
from mediawatch.tables.stories import STORIES  # noqa: E402
from tests.support.lakes import a_context  # noqa: E402
from tests.unit.board.printing import Printed, a_source, an_article, print_day, tallies  # noqa: E402

AIM_SECONDS = 1.0
TODAY = date(2026, 4, 29)
SOURCES = 60
COPIES = 4
"""Articles of a story that several have; a quarter of the articles are of such stories."""
WORDS = 20_000
BODY_WORDS = 300
RARE, ENGLISH = "罕词", "tariff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A vocabulary with Zipf's weights, the commonest word first."""

    words: tuple[str, ...]
    weights: tuple[float, ...]
    dice: random.Random

    def text(self, count: int) -> str:
        """`count` words; one text in fifty has an English one, one in twenty thousand the rare one."""
        found = self.dice.choices(self.words, cum_weights=self.weights, k=count)
        found += [ENGLISH] if self.dice.random() < 0.02 else []
        found += [RARE] if self.dice.random() < 0.00005 else []
        return "".join(found)


def a_press(seed: int) -> Press:
    """The same vocabulary for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - reproducible text, keeps no secret
    characters = [chr(point) for point in range(0x4E00, 0x4E00 + 3000)]
    words = dict.fromkeys("".join(dice.choices(characters, k=2)) for _ in range(WORDS))
    weights = accumulate(1 / rank for rank in range(1, len(words) + 1))
    return Press(words=tuple(words), weights=tuple(weights), dice=dice)


def articles_of(press: Press, day: date, count: int, *, with_bodies: bool) -> Iterator[Article]:
    """A day's articles, over the day and over all sources."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    for number in range(count):
        text = press.text(BODY_WORDS) if with_bodies else ""
        seen = begin + timedelta(seconds=86_000 * number // count)
        source = f"site{number % SOURCES}"
        yield an_article(f"{press.text(9)}{number}", text, day=day, source=source, first_seen_at=seen)


def print_lake(context: Context, press: Press, articles: int, days: int) -> None:
    """Fill the lake; bodies, audits and ledgers for the days that have them on the board."""
    each = articles // days
    for back in range(days - 1, -1, -1):
        day = TODAY - timedelta(days=back)
        with_bodies = back < BODY_DAYS
        found = list(articles_of(press, day, each, with_bodies=with_bodies))
        if with_bodies:
            sums = [t for n in range(SOURCES) for t in tallies(f"site{n}", announced=each // SOURCES + 9)]
            copies = [found[at : at + COPIES] for at in range(0, each // 4, COPIES)]
            print_day(context.store, Printed(day=day, articles=found, tallies=sums, copies=copies))
            refresh_day(context, day)
        else:
            _shelve(context, day, found)
        if back % 30 == 0:
            print(f"  {day}: {each} articles", flush=True)


def _shelve(context: Context, day: date, articles: Sequence[Article]) -> None:
    key = PartitionKey(stage="shelf", day=day)
    writer = PartitionWriter(context.store, key, inputs={"bench": "1"}, version="1", settings={})
    alone = (Admission(article_id=a.article_id, revision=a.revision, counted_on=day, place=None) for a in articles)
    writer.append(HEADLINES, headline_rows(zip(articles, alone, strict=True), day))
    writer.publish()


def questions(press: Press, stories: Sequence[str]) -> dict[str, list[str]]:
    """{page: addresses}: the commonest words, those of the middle, rare and missing ones; those of `stories`."""
    words = [press.words[rank] for rank in (0, 10, 100, 1000, 10_000)]
    asked = [*words, RARE, words[0][0], ENGLISH, f"{words[1]} {words[2]}", words[3] + words[2], "没有此词", "GPT-7"]
    return {
        "day": ["/", f"/?day={TODAY - timedelta(days=3)}"],
        "search": [f"/search?q={quote(word)}" for word in asked],
        "search, page 40": [f"/search?q={quote(word)}&page=40" for word in words[:3]],
        "word": [f"/word?w={quote(word)}" for word in asked],
        "story": list(stories),
        "sources": ["/sources"],
        "ledger": ["/ledger"],
        "digest": ["/digest"],
        "csv of a day": ["/csv/articles.csv"],
    }


def timed(reader: TestClient, addresses: Sequence[str], rounds: int) -> list[float]:
    """Seconds of every answer, sorted."""
    found = []
    for _ in range(rounds):
        for address in addresses:
            begun = time.perf_counter()
            answer = reader.get(address)
            found.append(time.perf_counter() - begun)
            if answer.status_code != 200:
                raise SystemExit(f"{address}: {answer.status_code}")
    return sorted(found)


def main() -> int:
    """Print and measure; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mediawatch-bench-") as folder:
        context = a_context(Path(folder), *_sources(), at=datetime(2026, 4, 29, 23, 0, tzinfo=UTC))
        press = a_press(options.seed)
        print(f"Printing {options.articles} articles of {options.days} days ...", flush=True)
        print_lake(context, press, options.articles, options.days)
        return measure(context, press, options.rounds)


def _sources() -> list[object]:
    return [a_source(f"site{number}", f"Site {number}") for number in range(SOURCES)]


def _some_stories(context: Context) -> list[str]:
    """The pages of stories of today and of four days ago, of one copy and of several."""
    found = []
    for back in (0, 4):
        day = TODAY - timedelta(days=back)
        receipt = published(context.store, PartitionKey(stage="cluster", day=day))
        stories = sorted(read_rows(context.store, receipt, STORIES), key=lambda story: story.articles)
        found += [f"/story?id={story.story_id}&day={day}" for story in (stories[0], stories[-1])]
    return found


def measure(context: Context, press: Press, rounds: int) -> int:
    """Ask for every page; 1 when one of them is slower than the aim."""
    state = open_board(context)
    begun, busy = time.perf_counter(), time.process_time()
    state.finder.warm(state.today, wait_seconds=3600)
    took, spent = time.perf_counter() - begun, time.process_time() - busy
    print(f"titles read and bodies indexed: {took:.1f} s, {spent:.1f} s of the processor")
    reader = TestClient(create_app(lambda: state), base_url="http://127.0.0.1")
    first = timed(reader, [f"/search?q={quote(RARE)}"], 1)[0]
    print(f"first search after that: {first:.2f} s")
    worst = 0.0
    for page, addresses in questions(press, _some_stories(context)).items():
        seconds = timed(reader, addresses, rounds)
        p95 = seconds[min(len(seconds) - 1, round(0.95 * len(seconds)))]
        worst = max(worst, p95)
        print(f"{page:<16} p50 {statistics.median(seconds):6.3f} s   p95 {p95:6.3f} s   n {len(seconds)}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB (the printing of the lake included)")
    return 0 if worst <= AIM_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
