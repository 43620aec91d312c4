"""Connections for `requests`: the address that was checked is the one connected to, and every transfer has an end.

urllib3 looks names up inside `connect`; these classes connect by themselves: they look the name up, check each address
by the policy and connect to that very address, so a name that changes between check and connect gains nothing.  All
reading from the socket, the status line and headers included, goes through `_TimedStream`, which counts down one
deadline: a server that sends a byte every few seconds never reaches a read timeout, but it reaches the deadline.

All this stands on public names of urllib3 only: `connect`, `send`, `request`, `sock`, `is_verified`.
"""

from __future__ import annotations

import io
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, MutableMapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util import ALPN_PROTOCOLS, create_urllib3_context

from mediawatch.errors import BadConfiguration
from mediawatch.harvest.fetching.addresses import AddressPolicy, UnsafeAddress

Resolve = Callable[[str, int], Sequence[str]]
"""Looks a host up: numeric addresses, best first.  Raises OSError (`socket.gaierror`) when there are none."""

POOLS = 512
"""Hosts whose connection is kept for their next request; the one unused longest is closed first."""


def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses the system's resolver has for `host`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


@dataclass(slots=True, kw_only=True)
class Transfer:
    """What is known of the request that a thread is busy with.  `deadline` is by `time.monotonic`."""

    deadline: float
    read_seconds: float
    address: str = ""
    is_reused: bool = False
    is_cut: bool = False
    sockets: list[socket.socket] = field(default_factory=list)

    def attach(self, sock: socket.socket) -> None:
        """Remember the socket in use, so that `cut` can reach it."""
        self.sockets[:] = [sock]
        if self.is_cut:
            raise OSError("the crawl was stopped")

    def cut(self) -> None:
        """End the transfer at once, from another thread."""
        self.is_cut = True
        for sock in tuple(self.sockets):
            try:
                socket.socket.shutdown(sock, socket.SHUT_RDWR)  # below TLS, whose state belongs to its reader
            except OSError:
                continue  # not connected any more, which is what was wanted

    def seconds_left(self) -> float:
        """Seconds until the deadline; raises TimeoutError when it is past."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the whole transfer took too long")
        return left


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionGuard:
    """How connections are made: by which policy, resolver, and for which transfer (that of the calling thread).

    `certificates` keeps for each host when the certificate that it last showed ends.
    """

    policy: AddressPolicy
    resolve: Resolve
    transfer: Callable[[], Transfer]
    certificates: MutableMapping[str, datetime] = field(default_factory=dict)

    def safe_addresses(self, host: str, port: int) -> Sequence[str]:
        """The addresses of `host` that may be connected to.  Raises UnsafeAddress when there are others only."""
        found = self.resolve(host, port)
        safe = [text for text in found if self.policy.permits(ipaddress.ip_address(text.partition("%")[0]))]
        if found and not safe:
            raise UnsafeAddress(f"{host} is {', '.join(found)}")
        return safe


class _TimedStream(io.RawIOBase):
    """A socket's stream in which no read outlasts the read timeout or the transfer's deadline."""

    def __init__(self, sock: socket.socket, transfer: Transfer) -> None:
        self._raw = sock.makefile("rb", buffering=0)
        self._sock = sock
        self._transfer = transfer

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(min(self._transfer.read_seconds, self._transfer.seconds_left()))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _MeasuredReader(io.BufferedReader):
    """A stream of answers of which nobody reads "all that comes": every read says how much it takes at most."""

    def read(self, size: int | None = -1, /) -> bytes:
        """As much as `size`.  Raises OSError for a size that is no bound.

        A chunk that says it is of negative length would otherwise be read into memory until the site closes.
        """
        if size is None or size < 0:
            raise OSError("a part of the answer is of negative length")
        return super().read(size)


class _TimedSocket:
    """A socket, with or without TLS, whose file reads by the deadline of the transfer that makes it."""

    def __init__(self, sock: socket.socket, transfer: Callable[[], Transfer]) -> None:
        self.plain = sock
        self._transfer = transfer

    def makefile(self, *_: object, **__: object) -> io.BufferedReader:
        return _MeasuredReader(_TimedStream(self.plain, self._transfer()), 65_536)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.plain, name)


class _TimedConnection(HTTPConnection):
    """Knows its transfer: names the socket for `cut`, and reads answers by the deadline."""

    guard: ClassVar[ConnectionGuard]
    connected_to = ""

    def connect(self) -> None:
        super().connect()
        self.guard.transfer().attach(self.sock)

    def request(self, *args: Any, **kwargs: Any) -> None:
        transfer = self.guard.transfer()
        transfer.is_reused = self.sock is not None
        if isinstance(self.sock, _TimedSocket):
            transfer.attach(self.sock.plain)
            transfer.address = self.connected_to
        super().request(*args, **kwargs)

    def send(self, data: Any) -> None:
        """Send, and time the socket from here on: whatever is read, a proxy's answer too, follows something sent."""
        if self.sock is None:
            self.connect()
        if not isinstance(self.sock, _TimedSocket):
            timed: Any = _TimedSocket(self.sock, self.guard.transfer)
            self.sock = timed
        super().send(data)


class _GuardedConnection(_TimedConnection):
    """Looks the host up, checks, and connects to what was checked."""

    def __init__(self, host: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(host, *args, **kwargs)
        self.looked_up = host  # `host` loses a trailing dot, which says not to try the search domains

    def connect(self) -> None:
        """Connect to the first address of the host that answers, the TLS handshake included.

        The addresses share the connect timeout, so that one that takes the connection and then says nothing leaves
        time for the next.  A wrong certificate is the site's answer, not an address's, and ends the search.
        """
        try:
            addresses = self.guard.safe_addresses(self.looked_up, self.port)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        until = time.monotonic() + float(self.timeout or self.guard.transfer().read_seconds)
        trouble: BaseException = OSError("the name has no address")
        for position, address in enumerate(addresses, start=1):
            share = max((until - time.monotonic()) / (len(addresses) - position + 1), 0.001)
            try:
                self.sock = self.secured(_connect(address, self.port, share, self.guard.transfer()))
            except ssl.SSLCertVerificationError:
                raise
            except OSError as error:
                trouble = error
                continue
            self.connected_to = self.guard.transfer().address = address
            return
        if isinstance(trouble, TimeoutError):
            raise ConnectTimeoutError(self, f"connecting to {self.host} took too long") from trouble
        raise NewConnectionError(self, f"no connection to {self.host}: {trouble}") from trouble

    def secured(self, sock: socket.socket) -> socket.socket:
        """What to speak HTTP over."""
        return sock


class _SecureGuardedConnection(_GuardedConnection, HTTPSConnection):
    """The same with TLS, by a context that verifies certificate and name."""

    def secured(self, sock: socket.socket) -> socket.socket:
        with ExitStack() as undo:
            undo.callback(sock.close)
            assert self.ssl_context is not None  # noqa: S101  # the adapter gives it to every pool
            secure = self.ssl_context.wrap_socket(sock, server_hostname=self.host, do_handshake_on_connect=False)
            undo.callback(secure.close)
            self.guard.transfer().attach(secure)
            secure.do_handshake()
            undo.pop_all()
        shown = secure.getpeercert()
        if shown and "notAfter" in shown:
            until = ssl.cert_time_to_seconds(str(shown["notAfter"]))
            self.guard.certificates[self.host] = datetime.fromtimestamp(until, UTC)
        self.is_verified = True
        return secure


class _SecureTimedConnection(_TimedConnection, HTTPSConnection):
    """To a site behind a proxy."""


def _connect(address: str, port: int, seconds: float, transfer: Transfer) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        transfer.attach(sock)
        sock.settimeout(min(seconds, transfer.seconds_left()))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.connect((address, port))
    except BaseException:
        sock.close()
        raise
    return sock


def pool_classes(
    plain: type[_TimedConnection], secure: type[_TimedConnection], guard_: ConnectionGuard
) -> dict[str, type[HTTPConnectionPool]]:
    """urllib3's pools of both kinds of connections under a guard, by scheme."""

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = type("Plain", (plain,), {"guard": guard_})

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = type("Secure", (secure,), {"guard": guard_})

    return {"http": PlainPool, "https": SecurePool}


def verifying_context(ca_certs: str) -> ssl.SSLContext:
    """One TLS context for all connections: building one for each costs 10 ms and half a megabyte.

    `ca_certs` is a file or a folder of certificates to trust, empty for the bundle of `requests`.  Raises
    BadConfiguration when it cannot be read.
    """
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)  # the name is checked with it
    context.set_alpn_protocols(ALPN_PROTOCOLS)
    bundle = Path(ca_certs or DEFAULT_CA_BUNDLE_PATH)
    try:
        context.load_verify_locations(**{"capath" if bundle.is_dir() else "cafile": str(bundle)})
    except OSError as error:
        raise BadConfiguration(f"the certificates in {bundle} cannot be read: {error}") from error
    return context


class GuardedAdapter(HTTPAdapter):
    """`requests`' adapter on guarded connections; those to a proxy are timed but not checked."""

    def __init__(self, guard: ConnectionGuard, context: ssl.SSLContext) -> None:
        self._guard = guard
        self._context = context
        super().__init__(pool_connections=POOLS, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = pool_classes(
            _GuardedConnection, _SecureGuardedConnection, self._guard
        )

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, ssl_context=self._context, **kwargs)
        manager.pool_classes_by_scheme = pool_classes(_TimedConnection, _SecureTimedConnection, self._guard)
        return manager

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Nothing to do for one request: the shared context requires and verifies certificates."""

    def build_response(self, req: PreparedRequest, resp: Any) -> Response:
        """The response without a cookie jar: a chain of redirects keeps
        its own (`cookies`), and making one costs more than reading the body."""
        response = Response()
        response.status_code, response.reason, response.raw = resp.status, resp.reason, resp
        response.headers = CaseInsensitiveDict(resp.headers)
        response.url = req.url or ""
        response.request = req
        return response
