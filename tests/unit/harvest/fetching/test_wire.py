"""The network behind the stage boundary, against a real server on loopback."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import brotli
import pytest
from backports import zstd

from mediawatch.errors import BadConfiguration
from mediawatch.harvest.fetching.answers import KEPT_BYTES, Answer, Trouble
from mediawatch.harvest.fetching.robots import LIMIT_BYTES
from mediawatch.harvest.fetching.transport import Outgoing
from mediawatch.harvest.fetching.wire import Wire
from mediawatch.records import Exchange, Limits, Reason
from tests.support.certificates import certificate
from tests.support.sites import LOOPBACK, Reply, Site, dripping, packed, reply, silence

AGENT = "mediawatch/test (+desk@paper.example)"
AT = datetime(2026, 10, 6, 7, 0, tzinfo=UTC)
QUICK = Limits(connect_seconds=2, read_seconds=2, transfer_seconds=5, page_bytes=100_000)


@pytest.fixture
def wire() -> Iterator[Wire]:
    made = Wire(AGENT, clock=lambda: AT)
    yield made
    made.close()


def asked(wire: Wire, url: str, **changes: object) -> Answer:
    values: dict[str, object] = {"purpose": "article", "limits": QUICK, "allow_addresses": LOOPBACK}
    return wire.send(Outgoing(url=url, **{**values, **changes}))  # type: ignore[arg-type]


def exchange(answer: Answer) -> Exchange:
    assert isinstance(answer, Exchange), answer
    return answer


def trouble(answer: Answer) -> Trouble:
    assert isinstance(answer, Trouble), answer
    return answer


def test_an_exchange_records_what_was_said_on_both_sides(site: Site, wire: Wire) -> None:
    site.says("/a", packed("<p>新闻</p>".encode()))
    got = exchange(asked(wire, site.url("/a#part"), headers=(("If-None-Match", '"v1"'),)))
    assert (got.status, got.phrase, got.body) == (200, "Said", "<p>新闻</p>".encode())
    assert got.url == site.url("/a")
    assert got.header("content-encoding") == "gzip"
    assert (got.fetched_at, got.remote_address) == (AT, "127.0.0.1")
    sent = dict(got.request_headers)
    assert sent["Host"] == site.host
    assert (sent["User-Agent"], sent["Accept-Encoding"]) == (AGENT, "gzip, deflate, br, zstd")
    heard = site.heard[0].headers
    assert {name.lower(): value for name, value in got.request_headers}.items() <= heard.items()
    assert heard["if-none-match"] == '"v1"'


def test_repeated_headers_are_kept_in_order(site: Site, wire: Wire) -> None:
    site.says("/", reply("x", headers=[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]))
    got = exchange(asked(wire, site.url("/")))
    assert [value for name, value in got.headers if name == "Set-Cookie"] == ["a=1", "b=2"]


def test_a_page_that_is_packed_without_a_word_is_unpacked(site: Site, wire: Wire) -> None:
    site.says("/", reply(gzip.compress("<p>新闻</p>".encode())), reply(b"\x1f\x8bbroken"))
    assert exchange(asked(wire, site.url("/"))).body == "<p>新闻</p>".encode()
    assert exchange(asked(wire, site.url("/"))).body == b"\x1f\x8bbroken"


def test_one_that_unpacks_to_too_much_is_too_large(site: Site, wire: Wire) -> None:
    site.says("/", reply(gzip.compress(b"x" * 5_000)))
    got = asked(wire, site.url("/"), limits=Limits(page_bytes=1_000))
    assert isinstance(got, Trouble)
    assert got.reason is Reason.TOO_LARGE


def test_cookies_are_not_kept(site: Site, wire: Wire) -> None:
    site.says("/", reply("x", headers=[("Set-Cookie", "a=1")]))
    asked(wire, site.url("/"))
    asked(wire, site.url("/"))
    assert "cookie" not in site.heard[1].headers


def test_a_connection_serves_several_requests(site: Site, wire: Wire) -> None:
    site.says("/", reply("x"), reply("", status=304), reply("gone", status=404), reply("x"))
    for _ in range(4):
        asked(wire, site.url("/"))
    assert {heard.number for heard in site.heard} == {1}


def test_a_connection_closed_while_idle_is_replaced_at_once(site: Site, wire: Wire) -> None:
    hung_up = threading.Event()

    def hang_up(_: object) -> Reply:
        hung_up.set()
        return Reply((b"",), is_last=True)

    site.says("/", reply("one"), hang_up, reply("two"))
    asked(wire, site.url("/"))
    assert exchange(asked(wire, site.url("/"))).body == b"two"
    assert hung_up.is_set()
    assert [heard.number for heard in site.heard] == [1, 1, 2]


def test_a_fresh_connection_that_breaks_is_not_tried_twice(site: Site, wire: Wire) -> None:
    site.says("/", Reply((b"",), is_last=True))
    assert trouble(asked(wire, site.url("/"))).reason is Reason.UNREACHABLE
    assert len(site.heard) == 1


@pytest.mark.parametrize("pack", [zlib.compress, lambda data: zlib.compress(data, wbits=-15)], ids=["zlib", "raw"])
def test_deflate_comes_in_two_forms(site: Site, wire: Wire, pack: Callable[[bytes], bytes]) -> None:
    site.says("/", reply(pack(b"text" * 100), headers=[("Content-Encoding", "deflate")]))
    assert exchange(asked(wire, site.url("/"))).body == b"text" * 100


def test_chunks_are_joined(site: Site, wire: Wire) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    site.says("/", Reply((head, b"3\r\nabc\r\n", 0.01, b"4\r\ndefg\r\n0\r\n\r\n")))
    assert exchange(asked(wire, site.url("/"))).body == b"abcdefg"
    assert exchange(asked(wire, site.url("/"))).body == b"abcdefg"
    assert {heard.number for heard in site.heard} == {1}


def test_a_chunk_of_negative_size_is_not_read_until_the_site_closes(site: Site, wire: Wire) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    site.says("/", Reply((head, b"-1\r\n", *[b"x" * 1_000_000] * 40), is_last=True))
    got = trouble(asked(wire, site.url("/")))
    assert (got.reason, got.detail) == (Reason.UNREACHABLE, "a part of the answer is of negative length")
    assert site.sent < 20_000_000


@pytest.mark.parametrize(("name", "pack"), [("br", brotli.compress), ("zstd", zstd.compress)])
def test_newer_codings_are_offered_and_read(site: Site, wire: Wire, name: str, pack: Callable[[bytes], bytes]) -> None:
    site.says("/", reply(pack(b"text" * 100), headers=[("Content-Encoding", name)]))
    assert exchange(asked(wire, site.url("/"))).body == b"text" * 100


@pytest.mark.parametrize("word", ["none", "UTF-8", "text/html"])
def test_a_word_that_is_no_coding_does_no_harm(site: Site, wire: Wire, word: str) -> None:
    site.says("/", reply("<p>text</p>", headers=[("Content-Encoding", word)]))
    assert exchange(asked(wire, site.url("/"))).body == b"<p>text</p>"


def test_a_transfer_coding_is_undone_as_well(site: Site, wire: Wire) -> None:
    body = gzip.compress(b"text" * 100)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
    site.says("/", Reply((head, b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))))
    assert exchange(asked(wire, site.url("/"))).body == b"text" * 100


def test_an_encoding_that_was_not_offered_cannot_be_read(site: Site, wire: Wire) -> None:
    site.says("/", reply(b"\x0b\x02\x80", headers=[("Content-Encoding", "compress")]))
    got = trouble(asked(wire, site.url("/")))
    assert (got.reason, got.is_passing) == (Reason.UNDECODABLE, False)


@pytest.mark.parametrize("body", [gzip.compress(b"x" * 90_000)[:60], b"\x1f\x8bnonsense"], ids=["short", "broken"])
def test_broken_packing_is_a_broken_answer(site: Site, wire: Wire, body: bytes) -> None:
    site.says("/", reply(body, headers=[("Content-Encoding", "gzip")]))
    got = trouble(asked(wire, site.url("/")))
    assert (got.reason, got.is_passing) == (Reason.UNREACHABLE, True)


def test_an_answer_that_ends_before_its_length_is_broken(site: Site, wire: Wire) -> None:
    site.says("/", reply("short", length=500))
    assert trouble(asked(wire, site.url("/"))).reason is Reason.UNREACHABLE


@pytest.mark.parametrize(
    ("name", "pack"),
    [("gzip", gzip.compress), ("br", lambda d: brotli.compress(d, quality=2)), ("zstd", zstd.compress)],
)
def test_the_limit_is_on_what_comes_out_of_the_packing(
    site: Site, wire: Wire, name: str, pack: Callable[[bytes], bytes]
) -> None:
    bomb = pack(b"\0" * 30_000_000)
    site.says("/", reply(bomb, headers=[("Content-Encoding", name)]))
    got = trouble(asked(wire, site.url("/")))
    assert (got.reason, got.detail) == (Reason.TOO_LARGE, "more than 100000 bytes")
    assert got.exchange is not None
    assert len(got.exchange.body) == KEPT_BYTES


def test_a_page_of_exactly_the_limit_passes(site: Site, wire: Wire) -> None:
    site.says("/", packed(b"x" * QUICK.page_bytes), packed(b"x" * (QUICK.page_bytes + 1)))
    assert len(exchange(asked(wire, site.url("/"))).body) == QUICK.page_bytes
    assert trouble(asked(wire, site.url("/"))).reason is Reason.TOO_LARGE


@pytest.mark.parametrize("answer", [reply(b"E" * 300_000, status=500), reply(b"V" * 300_000, content_type="video/mp4")])
def test_bodies_that_are_not_wanted_are_cut(site: Site, wire: Wire, answer: Reply) -> None:
    site.says("/", answer)
    assert len(exchange(asked(wire, site.url("/"))).body) == KEPT_BYTES


def test_an_announcement_may_be_of_any_type(site: Site, wire: Wire) -> None:
    site.says("/", reply(b"<rss/>" * 12_000, content_type="application/rss+xml"))
    assert len(exchange(asked(wire, site.url("/"), purpose="announcement")).body) == 72_000


def test_robots_txt_is_read_up_to_its_own_limit(site: Site, wire: Wire) -> None:
    site.says("/robots.txt", packed(b"#" * (LIMIT_BYTES + 100)))
    assert len(exchange(asked(wire, site.url("/robots.txt"), purpose="robots")).body) == LIMIT_BYTES


def test_silence_is_too_slow(site: Site, wire: Wire) -> None:
    site.says("/", silence())
    limits = QUICK.model_copy(update={"read_seconds": 0.05})
    got = trouble(asked(wire, site.url("/"), limits=limits))
    assert (got.reason, got.is_passing) == (Reason.TOO_SLOW, True)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.mark.parametrize(
    "drip",
    [
        dripping(HEAD, every_seconds=0.02),
        dripping(b"X" * 100, every_seconds=0.02, first=HEAD + b"Content-Length: 100\r\n\r\n"),
        dripping(b"X" * 100, every_seconds=0.02, first=HEAD + b"\r\n"),
    ],
    ids=["head", "body", "body without length"],
)
def test_a_drip_ends_with_the_time_for_the_whole_transfer(site: Site, wire: Wire, drip: Reply) -> None:
    site.says("/", drip)
    limits = QUICK.model_copy(update={"transfer_seconds": 0.2})
    assert trouble(asked(wire, site.url("/"), limits=limits)).reason is Reason.TOO_SLOW


def test_connecting_has_its_own_time() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:  # they fill the queue that nobody empties
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        limits = QUICK.model_copy(update={"connect_seconds": 0.05})
        got = trouble(asked(Wire(AGENT), f"http://127.0.0.1:{port}/", limits=limits))
        for one in waiting:
            one.close()
    assert (got.reason, got.is_passing) == (Reason.TOO_SLOW, True)


def test_a_closed_port_is_unreachable(wire: Wire) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    got = trouble(asked(wire, f"http://127.0.0.1:{port}/"))
    assert (got.reason, got.is_passing) == (Reason.UNREACHABLE, True)
    assert "refused" in got.detail
    assert " at 0x" not in got.detail


@pytest.mark.parametrize(("code", "is_passing"), [(socket.EAI_NONAME, False), (socket.EAI_AGAIN, True)])
def test_a_name_that_is_not_known_stays_unknown_for_this_run(code: int, is_passing: bool) -> None:
    def resolve(_host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror(code, "no such name")

    got = trouble(asked(Wire(AGENT, resolve=resolve), "http://paper.example/"))
    assert (got.reason, got.is_passing, got.detail) == (Reason.UNREACHABLE, is_passing, f"[Errno {code}] no such name")


def test_abort_ends_a_request_at_once(site: Site, wire: Wire) -> None:
    arrived = threading.Event()

    def never(_: object) -> Reply:
        arrived.set()
        return silence()

    site.says("/", never)
    answers: list[Answer] = []
    limits = QUICK.model_copy(update={"read_seconds": 600, "transfer_seconds": 600})
    thread = threading.Thread(target=lambda: answers.append(asked(wire, site.url("/"), limits=limits)))
    thread.start()
    assert arrived.wait(10)
    wire.abort()
    thread.join(10)
    assert trouble(answers[0]).reason is Reason.UNREACHABLE


def test_abort_ends_a_tls_handshake_at_once(tmp_path: Path) -> None:
    path, _ = certificate(tmp_path)
    answers: list[Answer] = []
    limits = QUICK.model_copy(update={"connect_seconds": 600, "transfer_seconds": 600})
    with socket.create_server(("127.0.0.1", 0)) as server:
        wire = Wire(AGENT, ca_certs=str(path))
        url = f"https://127.0.0.1:{server.getsockname()[1]}/"
        thread = threading.Thread(target=lambda: answers.append(asked(wire, url, limits=limits)))
        thread.start()
        client, _ = server.accept()
        with client:
            assert client.recv(1)  # the handshake has begun
            wire.abort()
            thread.join(10)
    assert trouble(answers[0]).reason is Reason.UNREACHABLE


# -- addresses


@pytest.mark.parametrize(
    "spelling", ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "%31%32%37.1", "localhost"]
)
def test_loopback_is_refused_in_every_spelling(site: Site, wire: Wire, spelling: str) -> None:
    got = trouble(asked(wire, f"http://{spelling}:{site.port}/", allow_addresses=()))
    assert (got.reason, got.is_passing) == (Reason.UNSAFE_ADDRESS, False)
    assert site.heard == []


@pytest.mark.parametrize("literal", ["[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[fe80::1]", "169.254.169.254"])
def test_literal_addresses_are_refused(wire: Wire, literal: str) -> None:
    assert trouble(asked(wire, f"http://{literal}/", allow_addresses=())).reason is Reason.UNSAFE_ADDRESS


@pytest.mark.parametrize("url", ["http://１２７.０.０.１/", "http://paper..example/", "http://[::1/"])
def test_hosts_that_cannot_be_written_properly_are_bad_addresses(wire: Wire, url: str) -> None:
    assert trouble(asked(wire, url, allow_addresses=())).reason is Reason.BAD_ADDRESS


def test_international_names_are_asked_for_in_ascii() -> None:
    asked_for: list[str] = []

    def resolve(host: str, _port: int) -> Sequence[str]:
        asked_for.append(host)
        return ["10.0.0.1"]

    asked(Wire(AGENT, resolve=resolve), "http://新闻.example/", allow_addresses=())
    assert asked_for == ["xn--efvy88h.example"]


def test_a_name_that_leads_to_loopback_is_refused(site: Site) -> None:
    wire = Wire(AGENT, resolve=lambda _host, _port: ["127.0.0.1"])
    got = trouble(asked(wire, f"http://paper.example:{site.port}/", allow_addresses=()))
    assert (got.reason, got.detail) == (Reason.UNSAFE_ADDRESS, "paper.example is 127.0.0.1")
    assert site.heard == []


def test_a_name_that_flips_to_loopback_between_check_and_connect_gains_nothing() -> None:
    """The first look-up gives an address that may be used, every later one loopback: nothing may reach loopback.

    127.0.0.2 plays the public address (the source allows it alone); the site that must not be reached is 127.0.0.1.
    """
    with Site("127.0.0.2") as public, socket.create_server(("127.0.0.1", public.port)) as inner:
        inner.setblocking(False)
        public.says("/", reply("public"))
        answers = iter(["127.0.0.2"])
        wire = Wire(AGENT, resolve=lambda _host, _port: [next(answers, "127.0.0.1")])
        url = f"http://flips.example:{public.port}/"
        first = exchange(asked(wire, url, allow_addresses=("127.0.0.2/32",)))
        assert (first.body, first.remote_address) == (b"public", "127.0.0.2")
        wire.close()  # the next request must connect again, and look up again
        again = trouble(asked(wire, url, allow_addresses=("127.0.0.2/32",)))
        assert again.reason is Reason.UNSAFE_ADDRESS
        with pytest.raises(BlockingIOError):
            inner.accept()


def test_of_several_addresses_only_permitted_ones_are_used(site: Site) -> None:
    site.says("/", reply("x"))
    wire = Wire(AGENT, resolve=lambda _host, _port: ["10.0.0.1", "127.0.0.1"])
    got = exchange(asked(wire, f"http://paper.example:{site.port}/", allow_addresses=("127.0.0.0/8",)))
    assert got.remote_address == "127.0.0.1"


def test_the_next_address_is_tried_when_one_does_not_answer(site: Site) -> None:
    site.says("/", reply("x"))
    wire = Wire(AGENT, resolve=lambda _host, _port: ["127.0.0.9", "127.0.0.1"])
    assert exchange(asked(wire, f"http://paper.example:{site.port}/")).remote_address == "127.0.0.1"


def test_a_name_is_looked_up_as_it_is_written(site: Site) -> None:
    """A last dot keeps the resolver from trying search domains; the site itself is named without it."""
    asked_for: list[str] = []

    def resolve(host: str, _port: int) -> Sequence[str]:
        asked_for.append(host)
        return ["127.0.0.1"]

    site.says("/", reply("x"))
    exchange(asked(Wire(AGENT, resolve=resolve), f"http://paper.example.:{site.port}/"))
    assert asked_for == ["paper.example."]


@contextlib.contextmanager
def mute(address: str, port: int) -> Iterator[None]:
    """Takes connections on `address` and never says a word."""
    with socket.create_server((address, port), backlog=8):
        yield


def test_the_next_address_is_tried_when_one_says_nothing_to_tls(tmp_path: Path) -> None:
    path, context = certificate(tmp_path)
    with Site(context=context) as site, mute("127.0.0.9", site.port):
        site.says("/", reply("x"))
        wire = Wire(AGENT, ca_certs=str(path), resolve=lambda _host, _port: ["127.0.0.9", "127.0.0.1"])
        limits = QUICK.model_copy(update={"connect_seconds": 1.0})
        got = exchange(asked(wire, f"https://127.0.0.1:{site.port}/", limits=limits))
        assert (got.body, got.remote_address) == (b"x", "127.0.0.1")
        wire.close()


def test_when_no_address_speaks_tls_the_host_is_too_slow(tmp_path: Path) -> None:
    path, context = certificate(tmp_path)
    with Site(context=context) as site, mute("127.0.0.8", site.port), mute("127.0.0.9", site.port):
        wire = Wire(AGENT, ca_certs=str(path), resolve=lambda _host, _port: ["127.0.0.8", "127.0.0.9"])
        limits = QUICK.model_copy(update={"connect_seconds": 0.4})
        got = trouble(asked(wire, f"https://127.0.0.1:{site.port}/", limits=limits))
        assert (got.reason, got.is_passing) == (Reason.TOO_SLOW, True)


def test_a_connection_made_for_one_source_never_serves_a_stricter_one(site: Site, wire: Wire) -> None:
    site.says("/", reply("x"))
    assert isinstance(asked(wire, site.url("/")), Exchange)
    assert trouble(asked(wire, site.url("/"), allow_addresses=("10.0.0.0/8",))).reason is Reason.UNSAFE_ADDRESS


def test_ipv6_is_spoken(wire: Wire) -> None:
    with Site("::1") as site:
        site.says("/", reply("six"))
        got = exchange(asked(wire, site.url("/")))
    assert (got.body, got.remote_address) == (b"six", "::1")
    assert site.heard[0].headers["host"] == site.host


# -- certificates


def test_certificates_are_verified(tmp_path: Path, wire: Wire) -> None:
    path, context = certificate(tmp_path)
    with Site(context=context) as site:
        site.says("/", reply("secret"))
        got = trouble(asked(wire, site.url("/")))
        assert (got.reason, got.is_passing) == (Reason.UNREACHABLE, False)
        assert "certificate" in got.detail
        assert site.heard == []
        trusting = Wire(AGENT, ca_certs=str(path))
        assert exchange(asked(trusting, site.url("/"))).body == b"secret"
        again = exchange(asked(trusting, site.url("/")))  # on the same connection
        assert again.remote_address == "127.0.0.1"
        assert again.certificate_until is not None
        assert again.certificate_until.date() == (datetime.now(UTC) + timedelta(days=1)).date()
        assert {heard.number for heard in site.heard} == {2}
        trusting.close()


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    path, context = certificate(tmp_path)
    with Site("127.0.0.2", context=context) as site:
        got = trouble(asked(Wire(AGENT, ca_certs=str(path)), site.url("/")))
    assert got.reason is Reason.UNREACHABLE
    assert site.heard == []


def test_a_drip_inside_tls_ends_too(tmp_path: Path) -> None:
    path, context = certificate(tmp_path)
    with Site(context=context) as site:
        site.says("/", dripping(HEAD, every_seconds=0.02))
        limits = QUICK.model_copy(update={"transfer_seconds": 0.3})
        assert trouble(asked(Wire(AGENT, ca_certs=str(path)), site.url("/"), limits=limits)).reason is Reason.TOO_SLOW


def test_a_bundle_that_is_not_there_is_a_configuration_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    with pytest.raises(BadConfiguration, match=r"none\.pem"):
        Wire(AGENT)


# -- proxies


def no_names(_host: str, _port: int) -> Sequence[str]:
    raise AssertionError("a name was looked up although a proxy does that")


def test_a_proxy_is_used_and_names_are_left_to_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://{site.host}")
    site.says("http://paper.example/a", reply("through"))
    got = exchange(asked(Wire(AGENT, resolve=no_names), "http://paper.example/a", allow_addresses=()))
    assert (got.body, got.remote_address) == (b"through", "")
    assert site.heard[0].headers["host"] == "paper.example"


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "0x7f.1", "localhost", "169.254.169.254"])
def test_literal_addresses_are_checked_behind_a_proxy(site: Site, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://{site.host}")
    assert trouble(asked(Wire(AGENT), f"http://{host}/", allow_addresses=())).reason is Reason.UNSAFE_ADDRESS
    assert site.heard == []


def test_no_proxy_is_honoured(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    site.says("/", reply("direct"))
    assert exchange(asked(Wire(AGENT), site.url("/"))).remote_address == "127.0.0.1"


def test_https_goes_through_a_tunnel_and_the_site_is_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, context = certificate(tmp_path)
    with Site(context=context) as site, socket.create_server(("127.0.0.1", 0)) as proxy:
        site.says("/", reply("tunnelled"))
        thread = threading.Thread(target=tunnel_once, args=(proxy, site.port))
        thread.start()
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        wire = Wire(AGENT, ca_certs=str(path))
        got = exchange(asked(wire, site.url("/")))
        wire.close()
        thread.join(10)
    assert (got.body, got.remote_address) == (b"tunnelled", "")


def tunnel_once(proxy: socket.socket, port: int) -> None:
    """Serve one CONNECT: pass bytes both ways until one side closes."""
    client, _ = proxy.accept()
    with client, socket.create_connection(("127.0.0.1", port)) as target:
        while b"\r\n\r\n" not in client.recv(65_536):
            continue
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        back = threading.Thread(target=pump, args=(target, client))
        back.start()
        pump(client, target)
        back.join(10)


def pump(source: socket.socket, sink: socket.socket) -> None:
    while data := source.recv(65_536):
        sink.sendall(data)
    with contextlib.suppress(OSError):  # the other side may be gone already
        sink.shutdown(socket.SHUT_WR)


def test_a_proxy_that_cannot_be_used_is_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "socks5://127.0.0.1:1080")
    with pytest.raises(BadConfiguration, match="proxy"):
        asked(Wire(AGENT), "http://paper.example/")


def test_a_drip_through_a_proxy_ends_too(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://{site.host}")
    site.says("http://paper.example/", dripping(HEAD, every_seconds=0.02))
    limits = QUICK.model_copy(update={"transfer_seconds": 0.2})
    assert trouble(asked(Wire(AGENT), "http://paper.example/", limits=limits)).reason is Reason.TOO_SLOW


def test_a_proxy_that_drips_its_answer_to_a_tunnel_is_too_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        thread = threading.Thread(target=drip_once, args=(proxy,))
        thread.start()
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        limits = QUICK.model_copy(update={"transfer_seconds": 0.3})
        got = trouble(asked(Wire(AGENT), "https://paper.example/", limits=limits, allow_addresses=()))
        thread.join(10)
    assert (got.reason, thread.is_alive()) == (Reason.TOO_SLOW, False)


def drip_once(proxy: socket.socket) -> None:
    """Answer one CONNECT with one byte after another, until the client has had enough."""
    client, _ = proxy.accept()
    with client, contextlib.suppress(OSError):
        client.recv(65_536)
        client.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            client.sendall(b"x")
            threading.Event().wait(0.02)
