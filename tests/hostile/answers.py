"""What a hostile or broken server can say in HTTP, byte by byte, and the one outcome that each has."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Final

import brotli
from backports import zstd

from mediawatch.records import Reason
from tests.support.sites import Heard, Reply, Speaker, dripping, packed, redirect, reply

PAGE_BYTES: Final = 100_000
"""`limits.page_bytes` of the sources here."""
ZEROS: Final = b"\0" * 30_000_000
HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED: Final = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
PIECE: Final = b"x" * 65_536
WHOLE: Final = b"<p>x</p>"
DRIP_SECONDS: Final = 0.05
ANOTHER: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\npoison"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is said for one page, and what must come of it.

    `reason` None means that the page is taken, and then `body` is what of it.  `detail` is a part of the words.
    `then` is the outcome of the next page of the same host.
    """

    says: Reply | Speaker
    reason: Reason | None
    detail: str = ""
    body: bytes | None = None
    then: Reason | None = None


def raw(*steps: bytes | float) -> Reply:
    """These bytes, and the end of the connection."""
    return Reply(steps, is_last=True)


def endless(first: bytes, then: bytes) -> Speaker:
    """`first`, and then again and again `then`."""
    return lambda _: Reply(chain([first], repeat(then)), is_last=True)


def counted(first: bytes, form: str) -> Speaker:
    """`first`, and then lines without end, each with a number."""

    def lines() -> Iterator[bytes]:
        number = 0
        while number := number + 1:
            yield (form % number).encode()

    return lambda _: Reply(chain([first], lines()), is_last=True)


def head(*lines: str, status: str = "200 OK") -> bytes:
    """The head of an answer with these lines."""
    return "\r\n".join([f"HTTP/1.1 {status}", "Content-Type: text/html", *lines, "", ""]).encode("latin-1")


def coded(coding: str, body: bytes) -> Reply:
    """`body` as it is, said to be packed by `coding`."""
    return reply(body, headers=[("Content-Encoding", coding)])


def chunks(pieces: Iterable[bytes]) -> bytes:
    """Pieces as chunks, and the last one."""
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def said_with(*headers: tuple[str, str]) -> Reply:
    """A whole page with further headers."""
    return reply(WHOLE, headers=headers)


def ask_to_wait(text: str) -> Reply:
    """A 429 with this Retry-After."""
    return reply("slow down", status=429, headers=[("Retry-After", text)])


SLOW: Final = {
    "head byte by byte": Case(says=dripping(HEAD * 3, every_seconds=DRIP_SECONDS), reason=Reason.TOO_SLOW),
    "status line byte by byte": Case(
        says=dripping(b"HTTP/1.1 " * 9, every_seconds=DRIP_SECONDS), reason=Reason.TOO_SLOW
    ),
    "body byte by byte": Case(
        says=dripping(b"x" * 99, every_seconds=DRIP_SECONDS, first=head("Content-Length: 99")), reason=Reason.TOO_SLOW
    ),
    "chunk size byte by byte": Case(
        says=dripping(b"0" * 99, every_seconds=DRIP_SECONDS, first=CHUNKED), reason=Reason.TOO_SLOW
    ),
    "trailers without end": Case(says=counted(CHUNKED + chunks([WHOLE])[:-2], "X-%d: y\r\n"), reason=Reason.TOO_SLOW),
    "100 Continue without end": Case(says=endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), reason=Reason.TOO_SLOW),
    "nothing after the head": Case(says=raw(head("Content-Length: 9"), 3600.0), reason=Reason.TOO_SLOW),
    "length too large, and stays open": Case(
        says=raw(head("Content-Length: 500") + WHOLE, 3600.0), reason=Reason.TOO_SLOW
    ),
    "gzip members without end, all of them empty": Case(
        says=endless(head("Content-Encoding: gzip"), gzip.compress(b"") * 3_000), reason=Reason.TOO_LARGE
    ),
}
"""Answers that never come to an end, or only after hours: ended by the time for a transfer, or by its bytes."""

TOO_MUCH: Final = {
    "a body without end": Case(says=endless(head(), PIECE), reason=Reason.TOO_LARGE),
    "chunks without end": Case(says=endless(CHUNKED, b"10000\r\n" + PIECE + b"\r\n"), reason=Reason.TOO_LARGE),
    "chunks of one byte": Case(says=endless(CHUNKED, b"1\r\nx\r\n" * 10_000), reason=Reason.TOO_LARGE),
    "a chunk of 2^60 bytes": Case(says=endless(CHUNKED + b"1000000000000000\r\n", PIECE), reason=Reason.TOO_LARGE),
    "a length of 2^60 bytes": Case(says=endless(head(f"Content-Length: {1 << 60}"), PIECE), reason=Reason.TOO_LARGE),
    "a negative length": Case(says=endless(head("Content-Length: -1"), PIECE), reason=Reason.TOO_LARGE),
    "gzip bomb": Case(says=packed(ZEROS), reason=Reason.TOO_LARGE),
    "deflate bomb": Case(says=coded("deflate", zlib.compress(ZEROS)), reason=Reason.TOO_LARGE),
    "br bomb": Case(says=coded("br", brotli.compress(ZEROS, quality=2)), reason=Reason.TOO_LARGE),
    "zstd bomb": Case(says=coded("zstd", zstd.compress(ZEROS)), reason=Reason.TOO_LARGE),
    "gzip in gzip": Case(says=coded("gzip, gzip", gzip.compress(gzip.compress(ZEROS))), reason=Reason.TOO_LARGE),
    "gzip in br in zstd": Case(
        says=coded("gzip, br, zstd", zstd.compress(brotli.compress(gzip.compress(ZEROS)))), reason=Reason.TOO_LARGE
    ),
    "gzip that no header speaks of": Case(says=reply(gzip.compress(ZEROS)), reason=Reason.TOO_LARGE),
    "a redirect with a body without end": Case(
        says=endless(head("Location: /next", status="302 Found"), PIECE), reason=None, body=b"next"
    ),
    "an error with a body without end": Case(
        says=endless(head(status="404 Not Found"), PIECE), reason=Reason.GONE, detail="status 404"
    ),
    "a film without end": Case(
        says=endless(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n", PIECE), reason=Reason.NOT_HTML
    ),
}
"""More than anybody wants: given up at the limit, whatever it says of itself."""

BROKEN: Final = {
    "a chunk of negative size": Case(
        says=endless(CHUNKED + b"-1\r\n", PIECE), reason=Reason.UNREACHABLE, detail="negative length"
    ),
    "a chunk size that is no number": Case(says=raw(CHUNKED + b"zz\r\nx\r\n"), reason=Reason.UNREACHABLE),
    "a chunk size line without end": Case(says=endless(CHUNKED + b"1;", PIECE), reason=Reason.UNREACHABLE),
    "a chunk that is cut off": Case(says=raw(CHUNKED + b"500\r\nxyz"), reason=Reason.UNREACHABLE),
    "length too large, and closes": Case(says=reply(WHOLE, length=500), reason=Reason.UNREACHABLE),
    "length too small": Case(says=reply(WHOLE + b"rest", length=len(WHOLE)), reason=None, body=WHOLE),
    "two lengths": Case(
        says=raw(head("Content-Length: 3", "Content-Length: 8") + WHOLE), reason=Reason.UNREACHABLE, detail="multiple"
    ),
    "a length and chunks": Case(
        says=raw(head("Content-Length: 3", "Transfer-Encoding: chunked") + chunks([WHOLE])), reason=None, body=WHOLE
    ),
    "a length in words": Case(says=raw(head("Content-Length: eight") + WHOLE), reason=None, body=WHOLE),
    "gzip that ends early": Case(
        says=coded("gzip", gzip.compress(PIECE)[:40]), reason=Reason.UNREACHABLE, detail="ends too early"
    ),
    "gzip that is damaged": Case(says=coded("gzip", b"\x1f\x8bnonsense"), reason=Reason.UNREACHABLE),
    "br that is none": Case(says=coded("br", b"\xff" * 99), reason=Reason.UNREACHABLE),
    "plain text that says gzip": Case(says=coded("gzip", WHOLE), reason=None, body=WHOLE),
    "gzip that says deflate": Case(says=coded("deflate", gzip.compress(WHOLE)), reason=None, body=WHOLE),
    "a coding that was not offered": Case(
        says=coded("compress", b"\x1f\x9d"), reason=Reason.UNDECODABLE, detail="compress"
    ),
    "a coding of its own": Case(says=coded("\x07" * 5_000, WHOLE), reason=None, body=WHOLE),
    "headers without end": Case(says=counted(HEAD, "X-%d: y\r\n"), reason=Reason.UNREACHABLE, detail="100 headers"),
    "10,000 headers": Case(says=said_with(*[(f"X-{n}", "y") for n in range(10_000)]), reason=Reason.UNREACHABLE),
    "a header of a megabyte": Case(says=said_with(("X-Long", "y" * 1_000_000)), reason=Reason.UNREACHABLE),
    "a header without end": Case(says=endless(HEAD + b"X-Long: ", PIECE), reason=Reason.UNREACHABLE),
    "headers of no name, of NUL and of ESC": Case(
        says=said_with(("", "y"), ("X-\0", "\0"), ("X-Esc", "\x1b[2J")), reason=None, body=WHOLE
    ),
    "a bare CR that would begin a header": Case(
        says=raw(head("X-A: y\rLocation: http://127.0.0.1/") + WHOLE), reason=None, body=WHOLE
    ),
    "folded headers": Case(says=raw(head("X-A: y\r\n\tLocation: /next") + WHOLE), reason=None, body=WHOLE),
    "no status line": Case(says=raw(b"nonsense\r\n\r\n" + WHOLE), reason=Reason.UNREACHABLE),
    "HTTP/0.9": Case(says=raw(WHOLE), reason=Reason.UNREACHABLE),
    "a status line without end": Case(says=endless(b"HTTP/1.1 200 ", PIECE), reason=Reason.UNREACHABLE),
    "status 99": Case(says=raw(head(status="99 Odd") + WHOLE), reason=Reason.UNREACHABLE),
    "status 600": Case(says=raw(head(status="600 Odd") + WHOLE), reason=Reason.SERVER_ERROR),
    "status 1000": Case(says=raw(head(status="1000 Odd") + WHOLE), reason=Reason.UNREACHABLE),
    "status in letters": Case(says=raw(head(status="OK") + WHOLE), reason=Reason.UNREACHABLE),
    "101 to another protocol": Case(
        says=raw(head("Upgrade: h2c", status="101 Switching") + WHOLE), reason=Reason.REFUSED
    ),
    "204 with a body": Case(says=raw(head(status="204 None") + ANOTHER), reason=Reason.REFUSED),
    "304 that nobody asked for": Case(
        says=reply(status=304), reason=Reason.REFUSED, detail="although no condition was sent"
    ),
    "206 that nobody asked for": Case(says=reply(WHOLE, status=206), reason=Reason.REFUSED),
    "an empty answer": Case(says=raw(b""), reason=Reason.UNREACHABLE),
    "a reset in place of an answer": Case(says=Reply((), is_reset=True), reason=Reason.UNREACHABLE),
    "a reset amid the body": Case(
        says=Reply((head("Content-Length: 500") + WHOLE, 0.05), is_reset=True), reason=Reason.UNREACHABLE
    ),
    "closed after the head": Case(says=raw(head("Content-Length: 9")), reason=Reason.UNREACHABLE),
    "closed amid the head": Case(says=raw(HEAD), reason=None, body=b""),
}
"""What is no HTTP, or contradicts itself: one outcome, and the next page comes from a clean connection."""

UNASKED: Final = {
    "a second answer": ANOTHER,
    "a hundred answers": ANOTHER * 100,
    "half an answer": ANOTHER[:40],
    "garbage": b"\xff" * 9_999,
}
"""What comes behind an answer that is whole."""

WAITING: Final = {
    "Retry-After of 3,000 years": Case(
        says=ask_to_wait("9" * 11), reason=Reason.RATE_LIMITED, then=Reason.HOST_GIVEN_UP
    ),
    "Retry-After in the year 9999": Case(
        says=ask_to_wait("Fri, 31 Dec 9999 23:59:59 GMT"), reason=Reason.RATE_LIMITED, then=Reason.HOST_GIVEN_UP
    ),
    "Retry-After below zero": Case(says=ask_to_wait("-5"), reason=Reason.RATE_LIMITED),
    "Retry-After long ago": Case(says=ask_to_wait("Thu, 01 Jan 1970 00:00:00 GMT"), reason=Reason.RATE_LIMITED),
    "Retry-After that is no time": Case(
        says=ask_to_wait("0x10; \u0660".encode().decode("latin-1")), reason=Reason.RATE_LIMITED
    ),
    "Retry-After of a day that is none": Case(
        says=ask_to_wait("Fri, 99 Dec 99999999999 99:99:99 GMT"), reason=Reason.RATE_LIMITED
    ),
}
"""Requests to wait: a host that asks for too long is left alone in this run, others are not."""


def flood_of_cookies(heard: Heard) -> Reply:
    """A redirect to the next page with as many cookies as fit, large and small."""
    cookies = [("Set-Cookie", f"c{n}={'y' * (4_000 if n % 2 else 9)}; Path=/; Domain=127.0.0.1") for n in range(90)]
    return reply(status=302, headers=[("Location", "/next"), *cookies])


COOKIES: Final = {
    "90 cookies on the way": Case(says=flood_of_cookies, reason=None, body=b"next"),
    "200 cookies": Case(says=said_with(*[("Set-Cookie", f"c{n}=1") for n in range(200)]), reason=Reason.UNREACHABLE),
    "a cookie that would begin a header": Case(
        says=reply(status=302, headers=[("Location", "/next"), ("Set-Cookie", "a=1\rX-Evil: 1; Path=/")]),
        reason=None,
        body=b"next",
    ),
}

ANSWERS: Final = {**SLOW, **TOO_MUCH, **BROKEN, **WAITING, **COOKIES}

REDIRECTS: Final = {
    "to itself": ("/hostile", Reason.REDIRECT_LOOP),
    "in a circle": ("/circle", Reason.REDIRECT_LOOP),
    "without end": ("/chain?0", Reason.REDIRECT_LOOP),
    "to loopback": ("http://127.0.0.1:{inner}/", Reason.UNSAFE_ADDRESS),
    "to loopback by name": ("http://localhost:{inner}/", Reason.UNSAFE_ADDRESS),
    "to loopback in decimal": ("http://2130706433:{inner}/", Reason.UNSAFE_ADDRESS),
    "to loopback in hexadecimal": ("http://0x7f.1:{inner}/", Reason.UNSAFE_ADDRESS),
    "to loopback in octal": ("http://0177.0.0.1:{inner}/", Reason.UNSAFE_ADDRESS),
    "to loopback in percents": ("http://%31%32%37.0.0.1:{inner}/", Reason.LEFT_SITE),
    "to loopback in full width": ("http://１２７.０.０.１:{inner}/", Reason.BAD_ADDRESS),
    "to loopback of IPv6": ("http://[::1]:{inner}/", Reason.UNSAFE_ADDRESS),
    "to loopback mapped into IPv6": ("http://[::ffff:127.0.0.1]:{inner}/", Reason.UNSAFE_ADDRESS),
    "to loopback by NAT64": ("http://[64:ff9b::7f00:1]:{inner}/", Reason.UNSAFE_ADDRESS),
    "to loopback by 6to4": ("http://[2002:7f00:1::]:{inner}/", Reason.UNSAFE_ADDRESS),
    "to every address of the machine": ("http://0.0.0.0:{inner}/", Reason.UNSAFE_ADDRESS),
    "to link-local": ("http://169.254.1.1/", Reason.UNSAFE_ADDRESS),
    "to link-local of IPv6": ("http://[fe80::1]/", Reason.UNSAFE_ADDRESS),
    "to the metadata of a cloud": ("http://169.254.169.254/latest/meta-data/", Reason.UNSAFE_ADDRESS),
    "to the metadata of a cloud by IPv6": ("http://[fd00:ec2::254]/", Reason.UNSAFE_ADDRESS),
    "to the platform of Azure": ("http://168.63.129.16/", Reason.UNSAFE_ADDRESS),
    "to 10/8": ("http://10.0.0.1/", Reason.UNSAFE_ADDRESS),
    "to 172.16/12": ("http://172.16.0.1/", Reason.UNSAFE_ADDRESS),
    "to 192.168/16": ("http://192.168.0.1/", Reason.UNSAFE_ADDRESS),
    "to 100.64/10": ("http://100.64.0.1/", Reason.UNSAFE_ADDRESS),
    "to multicast": ("http://224.0.0.1/", Reason.UNSAFE_ADDRESS),
    "to broadcast": ("http://255.255.255.255/", Reason.UNSAFE_ADDRESS),
    "to a name that leads inside": ("http://inside.example:{inner}/", Reason.UNSAFE_ADDRESS),
    "to another site": ("http://elsewhere.example/", Reason.LEFT_SITE),
    "to a host of two readings": ("http://{here}\\@127.0.0.1:{inner}/", Reason.GONE),
    "to an address with credentials": ("http://me:secret@{here}/next", Reason.BAD_ADDRESS),
    "to a file": ("file:///etc/passwd", Reason.BAD_ADDRESS),
    "to ftp": ("ftp://{here}/next", Reason.BAD_ADDRESS),
    "to gopher": ("gopher://{here}/_x", Reason.BAD_ADDRESS),
    "to a script": ("javascript:alert(1)", Reason.BAD_ADDRESS),
    "to data": ("data:text/html,<p>x", Reason.BAD_ADDRESS),
    "to the port of ssh": ("http://{name}:22/", Reason.BAD_ADDRESS),
    "to the port of mail": ("http://{name}:25/", Reason.BAD_ADDRESS),
    "to the port of Redis, which is not the site's": ("http://{name}:6379/", Reason.LEFT_SITE),
    "to port 0": ("http://{name}:0/", Reason.LEFT_SITE),
    "to a port that is none": ("http://{name}:99999/", Reason.BAD_ADDRESS),
    "to a megabyte": ("/" + "a" * 1_000_000, Reason.UNREACHABLE),
    "to 60,000 characters": ("/" + "a" * 60_000, Reason.LEFT_SITE),
    "to control characters": ("/next\x01\x7f\x0b", Reason.GONE),
    "to the head of another request": ("/next HTTP/1.1\rHost: evil\r\r", Reason.GONE),
    "to relative junk": ("../../../..//;?#next", Reason.GONE),
    "to an IPv6 address that is cut off": ("http://[::1", Reason.BAD_ADDRESS),
    "to nowhere": ("", Reason.REFUSED),
}
"""{where it leads: (Location, outcome)}.

`{here}` is the site, `{name}` that without its port, `{inner}` the port of one that faces inwards.
"""


def text(body: bytes | str, **changes: object) -> Reply:
    """A robots.txt."""
    return reply(body, content_type="text/plain", **changes)  # type: ignore[arg-type]


ROBOTS: Final = {
    "of 30 MB": (text(b"User-agent: *\nDisallow: /no\n" + b"# x\n" * 7_500_000), None),
    "without end": (endless(head(), b"Disallow: /hostil\n" * 4_000), None),
    "of one line without end": (endless(head(), PIECE), None),
    "of 100,000 rules": (text("User-agent: *\n" + "Disallow: /no\n" * 100_000), None),
    "of 100,000 agents": (text("".join(f"User-agent: a{n}\n" for n in range(100_000)) + "Disallow: /\n"), None),
    "of patterns that backtrack": (text("User-agent: *\n" + f"Disallow: /{'*a' * 900}$\n" * 99), None),
    "of bytes": (text(bytes(range(256)) * 4_000), None),
    "of half a UTF-16": (text(b"\xff\xfeD\0i"), None),
    "packed as a bomb": (coded("gzip", gzip.compress(ZEROS)), None),
    "that is damaged": (coded("gzip", b"\x1f\x8bnonsense"), Reason.ROBOTS_UNREACHABLE),
    "with a delay of a year": (text("User-agent: *\nCrawl-delay: 31536000\n"), None),
    "with a delay that is no number": (text("User-agent: *\nCrawl-delay: nan\nCrawl-delay: -1e999\n"), None),
    "behind a login": (reply("who are you", status=401), None),
    "that fails": (reply("broken", status=500), Reason.ROBOTS_UNREACHABLE),
    "that never comes": (raw(3600.0), Reason.ROBOTS_UNREACHABLE),
    "that moves to loopback": (redirect("http://127.0.0.1:{inner}/"), Reason.ROBOTS_UNREACHABLE),
    "that moves to the metadata of a cloud": (redirect("http://169.254.169.254/"), Reason.ROBOTS_UNREACHABLE),
    "that moves to the port of mail": (redirect("http://127.0.0.3:25/"), None),
    "that moves to itself": (redirect("/robots.txt"), None),
    "that moves to a file": (redirect("file:///etc/passwd"), None),
}
"""{a robots.txt: (what is answered, outcome of the page that asked for it)}."""
