"""The same job done by Scrapy, storing nothing: run by tests/bench/fetch.py as a process of its own.

Arguments: port, hosts, pages a host, requests at once.  Prints one line of JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess

PORT, HOSTS, PAGES, CONCURRENCY = (int(text) for text in sys.argv[1:5])


class News(scrapy.Spider):
    """Asks for every page and counts the bytes."""

    name = "news"
    pages = 0
    size_bytes = 0

    async def start(self) -> AsyncIterator[Any]:
        for page in range(PAGES):
            for host in range(HOSTS):
                yield scrapy.Request(
                    f"http://127.1.{host // 250}.{host % 250 + 1}:{PORT}/news/{page}.html", dont_filter=True
                )

    def parse(self, response: scrapy.http.Response) -> Iterator[Any]:
        News.pages += 1
        News.size_bytes += len(response.body)
        return iter(())


def main() -> None:
    """Crawl once and print what it took."""
    process = CrawlerProcess(
        {
            "CONCURRENT_REQUESTS": CONCURRENCY,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "DOWNLOAD_DELAY": 0,
            "ROBOTSTXT_OBEY": True,
            "COOKIES_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
            "LOG_ENABLED": False,
        }
    )
    process.crawl(News)
    started, cpu = time.perf_counter(), time.process_time()
    process.start()
    took = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {
                "pages": News.pages,
                "bytes": News.size_bytes,
                "seconds": took,
                "cpu": time.process_time() - cpu,
                "peak_mb": peak,
            }
        )
    )


if __name__ == "__main__":
    main()
