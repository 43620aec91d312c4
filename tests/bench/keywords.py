"""What counting words costs, from ten days to a thousand, beside jieba with a Counter in the same run.

    make bench-keywords
    PYTHONPATH=include:. python tests/bench/keywords.py [--days 1000] [--articles 1000] [--workers 2] [--work FOLDER]

Each day's articles are read (folded, names rewritten, cut), counted, and written into a lake as the stage `terms` does
it.  After 10, 100, 1,000 days it prints articles a second, what jieba and a Counter make of the last of the same days,
and what one day more takes over so long a history: months rolled up, the window read again, the day counted and judged.

The texts are made from jieba's own dictionary, words drawn by a power law as in news (exponent 1.1), 450 characters an
article, a tenth of the words names that no dictionary has; making them is not counted.  Articles a second are those of
`workers` processors, and all seconds are processor time, so that other work on the machine does not change them.
Memory is a process's largest.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

from mediawatch.keywords import Reading, Rules, TextDocument, detect, read
from mediawatch.keywords.lake_history import LakeHistory
from mediawatch.keywords.terms_stage import fill
from mediawatch.lake.opening import open_store
from mediawatch.lake.partitions import PartitionKey, PartitionWriter
from mediawatch.language.aliases import Aliases
from mediawatch.sources.aliases import read_aliases

Made = TypeVar("Made")

FIRST = date(2026, 1, 1)
ALIASES = Path(__file__).resolve().parents[2] / "include" / "aliases"
_WORDS = 60_000
_NAMES = 20_000
_PUBLISHERS = 40
_COMPARED = 4
"""Days that jieba reads at each size: its speed does not change with their number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a day cost: seconds of processor, and the largest memory of its process so far."""

    articles: int
    seconds: float
    megabytes: float


@cache
def vocabulary() -> tuple[list[str], list[float]]:
    """Words with their cumulative weights, the commonest of jieba's dictionary first."""
    import jieba

    rows = (line.split() for line in (Path(jieba.__file__).parent / "dict.txt").open(encoding="utf-8"))
    ranked = sorted(((int(count), word) for word, count, *_ in rows if len(word) > 1), reverse=True)[:_WORDS]
    words = [word for _, word in ranked]
    return words, list(accumulate(1 / (rank + 3) ** 1.1 for rank in range(len(words))))


@cache
def names() -> list[str]:
    """Invented names."""
    drawn = random.Random(7)  # noqa: S311
    return [
        "".join(chr(drawn.randint(0x4E00, 0x8FFF)) for _ in range(drawn.choice((2, 3, 3, 4)))) for _ in range(_NAMES)
    ]


@cache
def aliases() -> Aliases:
    """The names that the product ships with."""
    return read_aliases(ALIASES)


def documents(day: date, count: int) -> Iterator[TextDocument]:
    """The invented articles of a day."""
    drawn = random.Random(day.toordinal())  # noqa: S311
    words, weights = vocabulary()
    for number in range(count):
        picked = drawn.choices(words, cum_weights=weights, k=190)
        for place in range(0, 190, 10):
            picked[place] = drawn.choice(names())
        text = "".join(word + drawn.choice(("", "", "", "", "的", "，", "。\n")) for word in picked)
        name = f"{day}-{number}"
        yield TextDocument(
            article_id=name,
            day=day,
            at=datetime(day.year, day.month, day.day, tzinfo=UTC),
            site=f"site-{number % _PUBLISHERS}",
            publisher=f"publisher-{number % _PUBLISHERS}",
            story=name,
            language="zh-Hans",
            title=text[:20].replace("\n", ""),
            text=text,
        )


def day_of(number: int) -> date:
    return FIRST + timedelta(days=number)


def count_day(lake: str, articles: int, number: int) -> Cost:
    """Read a day's articles, count them and write the tables."""
    day, names_known = day_of(number), aliases()
    texts = list(documents(day, articles))
    began = time.process_time()
    readings = [read(text, names_known) for text in texts]
    key = PartitionKey(stage="terms", day=day)
    writer = PartitionWriter(open_store(lake), key, inputs={"bench": "1"}, version="1", settings={})
    fill(writer, readings, Counter((reading.publisher, reading.story) for reading in readings))
    writer.publish()
    return Cost(articles=articles, seconds=time.process_time() - began, megabytes=megabytes())


def jieba_and_a_counter(articles: int, number: int) -> Cost:
    """The same articles cut by jieba and counted."""
    import jieba

    jieba.setLogLevel(60)
    jieba.initialize()
    texts = list(documents(day_of(number), articles))
    began = time.process_time()
    counts: Counter[str] = Counter()
    for one in texts:
        counts.update(set(jieba.cut(f"{one.title}\n{one.text}")))
    return Cost(articles=articles, seconds=time.process_time() - began, megabytes=megabytes())


def rate(costs: Sequence[Cost], workers: int) -> float:
    """Articles a second of `workers` processors."""
    return workers * sum(cost.articles for cost in costs) / sum(cost.seconds for cost in costs)


def one_day_more(lake: str, days: int, articles: int) -> str:
    """The day after `days` days, as the DAG would judge it."""
    day, rules, names_known = day_of(days), Rules(), aliases()
    texts = [list(documents(day - timedelta(days=back), articles)) for back in range(rules.window_days)]
    spent: dict[str, float] = {}
    history = LakeHistory(open_store(lake), day)
    timed(spent, "months rolled up", lambda: history.publishers(day))
    window: list[Reading] = timed(spent, "window read", lambda: [read(t, names_known) for each in texts for t in each])
    found = timed(spent, "judged", lambda: detect(day, window, history, rules))
    steps = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in spent.items())
    return (
        f"one day more: {sum(spent.values()):.1f} s ({steps}; {len(found.candidates)} candidates), {megabytes():.0f} MB"
    )


def timed(spent: dict[str, float], name: str, work: Callable[[], Made]) -> Made:
    """What `work` returns; its seconds of processor under `name`."""
    began = time.process_time()
    done = work()
    spent[name] = time.process_time() - began
    return done


def megabytes() -> float:
    """The largest memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def decades(days: int) -> list[int]:
    """10, 100, ... and `days` itself."""
    return sorted({days, *(10**power for power in range(1, 7) if 10**power < days)})


def grow(lake: str, days: int, articles: int, workers: int) -> None:
    """Print a line for each size, and one for a day more."""
    costs: list[Cost] = []
    for size in decades(days):
        with ProcessPoolExecutor(workers) as pool:
            costs += pool.map(partial(count_day, lake, articles), range(len(costs), size))
            other = list(pool.map(partial(jieba_and_a_counter, articles), range(max(0, size - _COMPARED), size)))
        ours, theirs = rate(costs, workers), rate(other, workers)
        print(
            f"{size * articles:8} articles  {ours:6.0f}/s  jieba and a Counter {theirs:6.0f}/s  "
            f"ratio {ours / theirs:.2f}  {max(cost.megabytes for cost in costs):.0f} MB",
            flush=True,
        )
        with ProcessPoolExecutor(1) as alone:
            print(f"         {alone.submit(one_day_more, lake, size, articles).result()}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=1_000)
    parser.add_argument("--articles", type=int, default=1_000, help="articles a day")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--work", type=Path, help="where the lake is made; a temporary folder unless told")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mediawatch-bench-", dir=given.work) as folder:
        grow(f"{folder}/lake", given.days, given.articles, given.workers)


if __name__ == "__main__":
    main()
