"""The crawler's part of the fetch benchmark, with its archive: run by tests/bench/fetch.py as a process of its own.

Arguments: port, first host, hosts, pages a host, requests at once.  Prints one line of JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from mediawatch.harvest.fetching import Crawler, Job, user_agent
from mediawatch.lake.warc import SegmentWriter
from mediawatch.records import Pace, Seed, Source, now


def site(port: int, number: int) -> Source:
    """One local host as a source."""
    host = f"127.1.{number // 250}.{number % 250 + 1}:{port}"
    return Source(
        name=f"site-{number}",
        title=f"Site {number}",
        home=f"http://{host}/",
        hosts=(host,),
        timezone="UTC",
        languages=("zh-Hans", "en"),
        country="DE",
        discovery=(Seed(kind="auto", url=f"http://{host}/"),),
        pace=Pace(delay_seconds=0),
        allow_addresses=("127.0.0.0/8",),
    )


def main() -> None:
    """Crawl once, write the segment, print what it took."""
    port, first, hosts, pages, concurrency = (int(text) for text in sys.argv[1:6])
    sites = [site(port, number) for number in range(first, first + hosts)]
    jobs = [
        Job(key=f"{source.name}/{page}", url=f"{source.home}news/{page}.html", source=source, kind="article")
        for page in range(pages)
        for source in sites
    ]
    began, cpu = time.time(), time.process_time()
    counted = size_bytes = 0
    with (
        tempfile.TemporaryDirectory() as folder,
        SegmentWriter(Path(folder), "bench.warc.gz") as segment,
        Crawler(user_agent(), concurrency=concurrency, host_failures=5, time_box_seconds=600, clock=now) as crawler,
    ):
        for attempt in crawler.crawl(jobs):
            for exchange in attempt.exchanges:
                segment.write(exchange)
            if attempt.response:
                counted += 1
                size_bytes += len(attempt.response.body)
    ended = time.time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent = {
        "seconds": ended - began,
        "began": began,
        "ended": ended,
        "cpu": time.process_time() - cpu,
        "peak_mb": peak,
    }
    print(json.dumps({"pages": counted, "bytes": size_bytes, **spent}))


if __name__ == "__main__":
    main()
