"""A server for the fetch benchmark: one port, every loopback address its own host, whole answers made beforehand.

Run as a program it prints its port and serves until its standard input closes.
"""

from __future__ import annotations

import asyncio
import random
import sys
import zlib

PAGES = 20
SENTENCES = (
    "市议会周二通过了新的公共交通预算，预计明年开始扩建三条电车线路。",
    "记者在现场看到，工人们正在清理上周风暴留下的树枝和碎石。",
    "The council approved the new transport budget on Tuesday after a long debate.",
    "专家认为，关税调整对沿海港口的影响要到下个季度才会显现。",
    "Residents said that the bridge had been closed for nine days without notice.",
    "据当地媒体报道，今年的收成比去年增加了百分之七，价格保持平稳。",
)
ROBOTS = b"User-agent: *\nDisallow: /private/\nDisallow: /search\nAllow: /\n"


def page(number: int) -> bytes:
    """One article page of about 20 to 30 KB, the same for the same number."""
    dice = random.Random(number)  # noqa: S311
    paragraphs, size, wanted = [], 0, dice.randint(20_000, 30_000)
    while size < wanted:
        paragraphs.append(f"<p id='{dice.getrandbits(40):x}'>{''.join(dice.choices(SENTENCES, k=4))}</p>\n")
        size += len(paragraphs[-1].encode())
    head = f"<!doctype html><html><head><title>Article {number}</title></head><body><h1>Article {number}</h1>"
    return f"{head}{''.join(paragraphs)}</body></html>".encode()


def answer(body: bytes, content_type: str, *, is_packed: bool = False) -> bytes:
    """A whole HTTP/1.1 answer, as ordinary servers send it."""
    packed = "Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n" if is_packed else ""
    if is_packed:
        packer = zlib.compressobj(6, zlib.DEFLATED, 31)
        body = packer.compress(body) + packer.flush()
    head = (
        "HTTP/1.1 200 OK\r\nServer: bench\r\nDate: Tue, 06 Oct 2026 07:00:00 GMT\r\n"
        f"Content-Type: {content_type}\r\n{packed}Content-Length: {len(body)}\r\n"
        'ETag: "5f1c-6e1"\r\nLast-Modified: Tue, 06 Oct 2026 06:00:00 GMT\r\nCache-Control: max-age=60\r\n'
        "Connection: keep-alive\r\n\r\n"
    )
    return head.encode() + body


class Site(asyncio.Protocol):
    """One connection: reads request heads, writes prepared answers."""

    answers: dict[bytes, bytes] = {}  # noqa: RUF012

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.waiting = b""

    def data_received(self, data: bytes) -> None:
        *heads, self.waiting = (self.waiting + data).split(b"\r\n\r\n")
        for head in heads:
            path = head[4 : head.index(b" ", 4)]
            self.transport.write(self.answers[path])


async def serve() -> None:
    """Serve on every loopback address until standard input closes."""
    Site.answers = {
        b"/news/%d.html" % n: answer(page(n), "text/html; charset=utf-8", is_packed=True) for n in range(PAGES)
    }
    Site.answers[b"/robots.txt"] = answer(ROBOTS, "text/plain")
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Site, "0.0.0.0", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve())
