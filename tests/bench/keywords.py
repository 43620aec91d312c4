"""What counting words costs: folding, cutting and the day's table, beside jieba with a Counter, in one run.

    PYTHONPATH=include:. python tests/bench/keywords.py [--sizes 1000,10000,100000] [--workers 2]
    ... --history 60 --articles 1000        detection of one day after so many days of so many articles

The texts are made from jieba's own dictionary, words drawn by a power law as in news (exponent 1.1), 450 characters an
article, a tenth of the words names that no dictionary has.  Articles a second are those of the machine with `workers`
processes; memory is the largest that the process and its workers had; the table says whether time grows with size.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path

from mediawatch.keywords import Document, MemoryHistory, Rules, count_terms, detect, read
from mediawatch.language.aliases import Aliases

FIRST = date(2026, 1, 1)
_WORDS = 60_000
_NAMES = 20_000
_CHUNK = 1_000
_VOICES = 40


@cache
def vocabulary() -> tuple[list[str], list[float]]:
    """Words with their frequencies, as jieba's dictionary has them."""
    import jieba

    rows = (line.split() for line in (Path(jieba.__file__).parent / "dict.txt").open(encoding="utf-8"))
    ranked = sorted(((int(count), word) for word, count, *_ in rows if len(word) > 1), reverse=True)[:_WORDS]
    words = [word for _, word in ranked]
    return words, [1 / (rank + 3) ** 1.1 for rank in range(len(words))]


@cache
def names() -> list[str]:
    """Invented names."""
    drawn = random.Random(7)  # noqa: S311
    return [
        "".join(chr(drawn.randint(0x4E00, 0x8FFF)) for _ in range(drawn.choice((2, 3, 3, 4)))) for _ in range(_NAMES)
    ]


def documents(day: date, count: int) -> Iterator[Document]:
    """The invented articles of a day."""
    drawn = random.Random(day.toordinal())  # noqa: S311
    words, weights = vocabulary()
    for number in range(count):
        picked = drawn.choices(words, weights, k=190)
        for place in range(0, 190, 10):
            picked[place] = drawn.choice(names())
        text = "".join(word + drawn.choice(("", "", "", "", "的", "，", "。\n")) for word in picked)
        name = f"{day}-{number}"
        yield Document(
            article_id=name,
            day=day,
            at=datetime(day.year, day.month, day.day, tzinfo=UTC),
            publisher=f"voice-{number % _VOICES}",
            voice=f"voice-{number % _VOICES}",
            story=name,
            language="zh-Hans",
            title=text[:20].replace("\n", ""),
            text=text,
        )


def ours(chunk: int) -> int:
    """Fold, rewrite, cut and count a chunk."""
    return len(count_terms([read(one, Aliases()) for one in documents(FIRST + timedelta(days=chunk), _CHUNK)]).terms)


def jieba_and_a_counter(chunk: int) -> int:
    """The same articles cut by jieba and counted."""
    import jieba

    jieba.setLogLevel(60)
    counts: Counter[str] = Counter()
    for one in documents(FIRST + timedelta(days=chunk), _CHUNK):
        counts.update(set(jieba.cut(f"{one.title}\n{one.text}")))
    return len(counts)


def making(chunk: int) -> int:
    """Only make the articles: what is to be taken off the others."""
    return sum(1 for _ in documents(FIRST + timedelta(days=chunk), _CHUNK))


def seconds(work: Callable[[int], int], size: int, pool: ProcessPoolExecutor) -> float:
    started = time.perf_counter()
    for _ in pool.map(work, range(size // _CHUNK)):
        pass
    return time.perf_counter() - started


def megabytes() -> float:
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(one).ru_maxrss for one in who) / 1024


def growth(sizes: list[int], workers: int) -> None:
    print(f"articles    ours/s  jieba+Counter/s   ({workers} processes)", flush=True)
    for size in sizes:
        with ProcessPoolExecutor(workers) as pool:
            list(pool.map(ours, range(workers)))  # dictionaries are loaded once a process
            idle = seconds(making, size, pool)
            mine = seconds(ours, size, pool) - idle
        other_size = min(size, 10_000)
        with ProcessPoolExecutor(workers) as pool:
            list(pool.map(jieba_and_a_counter, range(workers)))
            other = seconds(jieba_and_a_counter, other_size, pool) - idle * other_size / size
        print(f"{size:8} {size / mine:9.0f} {other_size / other:16.0f}   {megabytes():.0f} MB", flush=True)


def one_day_more(days: int, articles: int) -> None:
    history, rules = MemoryHistory(), Rules()
    window = []
    for number in range(days + 1):
        day = FIRST + timedelta(days=number)
        readings = [read(one, Aliases()) for one in islice(documents(day, articles), articles)]
        window = [one for one in window if (day - one.day).days < rules.window_days] + readings
        if number == days:
            started = time.perf_counter()
            found = detect(day, window, history, rules)
            print(f"detection of a day: {time.perf_counter() - started:.1f} s, {len(found.candidates)} candidates")
        history.add(day, readings)
    print(f"{days} days of {articles} articles before it, {megabytes():.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--history", type=int, default=0)
    parser.add_argument("--articles", type=int, default=1_000)
    given = parser.parse_args()
    if given.history:
        one_day_more(given.history, given.articles)
    else:
        growth([int(size) for size in given.sizes.split(",")], given.workers)


if __name__ == "__main__":
    main()
