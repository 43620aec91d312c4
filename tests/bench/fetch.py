"""Pages a second of the crawler with its archive, beside Scrapy fetching the same pages and storing nothing.

Hundreds of local hosts (127.1.x.y, one server process), the same pages, one request at a time to a host, robots.txt
read and obeyed by both, the same number of requests at once.  Every part runs in processes of its own; CPU seconds
and peak memory are theirs alone, the server's are not counted.  `make bench-fetch` installs Scrapy beside the rest
(requirements-bench.txt); without it the crawler is measured alone.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@contextmanager
def server() -> Iterator[int]:
    """The port of a server in a process of its own."""
    command = [sys.executable, str(HERE / "fetch_server.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()


def measured(script: str, *arguments: int) -> dict[str, Any]:
    """Run one contestant; what it printed about itself."""
    command = [sys.executable, str(HERE / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{script} failed:\n{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def crawled(port: int, hosts: int, pages: int, concurrency: int, *, processes: int) -> dict[str, Any]:
    """The crawler, the hosts dealt to so many processes as a harvest deals them to shards."""
    share = hosts // processes
    with ThreadPoolExecutor(processes) as pool:
        parts = list(
            pool.map(
                lambda number: measured(
                    "fetch_crawler.py", port, number * share, share, pages, concurrency // processes
                ),
                range(processes),
            )
        )
    summed = {key: sum(part[key] for part in parts) for key in ("pages", "bytes", "cpu", "peak_mb")}
    return {**summed, "seconds": max(part["ended"] for part in parts) - min(part["began"] for part in parts)}


def row(name: str, rounds: list[dict[str, Any]], expected: int) -> float:
    """Print one line; the median of pages a second."""
    short = [done["pages"] for done in rounds if done["pages"] != expected]
    if short:
        sys.exit(f"{name} fetched {short} pages instead of {expected}")
    speed = statistics.median(done["pages"] / done["seconds"] for done in rounds)
    cpu = statistics.median(done["cpu"] for done in rounds)
    peak = max(done["peak_mb"] for done in rounds)
    print(f"{name:42} {speed:8.0f} pages/s {cpu:8.1f} s CPU {peak:8.0f} MB peak", flush=True)
    return speed


def main() -> None:
    """Measure all and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=300)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    job = (args.hosts, args.pages, args.concurrency)
    total = args.hosts * args.pages
    has_scrapy = importlib.util.find_spec("scrapy") is not None
    print(f"{args.hosts} hosts x {args.pages} pages, {args.concurrency} at once; the median of {args.rounds} rounds")
    rounds: dict[str, list[dict[str, Any]]] = {"one": [], "two": [], "scrapy": []}
    with server() as port:
        for _ in range(args.rounds):
            rounds["one"].append(crawled(port, *job, processes=1))
            rounds["two"].append(crawled(port, *job, processes=2))
            if has_scrapy:
                rounds["scrapy"].append(measured("fetch_scrapy.py", port, *job))
    ours = row("mediawatch, archived as WARC", rounds["one"], total)
    both = row("mediawatch, archived, two processes", rounds["two"], total)
    if not has_scrapy:
        sys.exit("Scrapy is not installed here: `make bench-fetch` installs it, or install requirements-bench.txt.")
    theirs = row("Scrapy, storing nothing", rounds["scrapy"], total)
    print(f"ratio to Scrapy: {ours / theirs:.2f} (two processes: {both / theirs:.2f}); floor 1.00, goal 2.00")
    sys.exit(ours < theirs)


if __name__ == "__main__":
    main()
