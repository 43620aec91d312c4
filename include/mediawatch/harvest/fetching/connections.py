"""Connections for `requests`: the address that was checked is the one connected to, and every transfer has an end.

urllib3 looks names up inside `connect`; these classes look them up themselves, check each address by the policy and
connect to that very address, so a name that changes between check and connect gains nothing.  All reading from the
socket, the status line and headers included, goes through `_TimedStream`, which counts down one deadline: a server
that sends a byte every few seconds never reaches a read timeout, but it reaches the deadline.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import socket
import ssl
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.ssl_ import create_urllib3_context

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
    """How connections are made: by which policy, resolver, and for which transfer (that of the calling thread)."""

    policy: AddressPolicy
    resolve: Resolve
    transfer: Callable[[], Transfer]

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


class _TimedSocket:
    """Stands where http.client wants a socket to make its file of."""

    def __init__(self, sock: socket.socket, transfer: Transfer) -> None:
        self._sock = sock
        self._transfer = transfer

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedStream(self._sock, self._transfer), 65_536)


class _TimedConnection(HTTPConnection):
    """Knows its transfer: names the socket for `cut`, hands the deadline to the response."""

    guard: ClassVar[ConnectionGuard]
    connected_to = ""

    def connect(self) -> None:
        super().connect()
        self.guard.transfer().attach(self.sock)

    def request(self, *args: Any, **kwargs: Any) -> None:
        transfer = self.guard.transfer()
        transfer.is_reused = self.sock is not None
        if self.sock is not None:
            transfer.attach(self.sock)
            transfer.address = self.connected_to
        super().request(*args, **kwargs)

    def response_class(self, sock: socket.socket, *args: Any, **kwargs: Any) -> http.client.HTTPResponse:  # type: ignore[override]
        timed: Any = _TimedSocket(sock, self.guard.transfer())
        return http.client.HTTPResponse(timed, *args, **kwargs)


class _GuardedConnection(_TimedConnection):
    """Looks the host up, checks, and connects to what was checked."""

    _address = ""
    _share = 0.0

    def connect(self) -> None:
        """Connect to the first address of the host that answers, the TLS handshake included.

        The addresses share the connect timeout, so that one that takes the connection and then says nothing leaves
        time for the next.  A wrong certificate is the site's answer, not an address's, and ends the search.
        """
        try:
            addresses = self.guard.safe_addresses(self._dns_host, self.port)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        until = time.monotonic() + float(self.timeout or self.guard.transfer().read_seconds)
        trouble: BaseException = OSError("the name has no address")
        for position, self._address in enumerate(addresses, start=1):
            self._share = max((until - time.monotonic()) / (len(addresses) - position + 1), 0.001)
            try:
                super().connect()
            except ssl.SSLCertVerificationError:
                self._close_socket()
                raise
            except OSError as error:
                self._close_socket()
                trouble = error
                continue
            self.connected_to = self.guard.transfer().address = self._address
            return
        if isinstance(trouble, TimeoutError):
            raise ConnectTimeoutError(self, f"connecting to {self.host} took too long") from trouble
        raise NewConnectionError(self, f"no connection to {self.host}: {trouble}") from trouble

    def _close_socket(self) -> None:
        """Close the socket alone: `close` would also forget the request that is about to be sent."""
        if self.sock is not None:
            self.sock.close()
            self.sock = None

    def _new_conn(self) -> socket.socket:
        sock = _connect(self._address, self.port, self._share, self.guard.transfer())
        sys.audit("http.client.connect", self, self.host, self.port)
        return sock


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


def pool_classes(connection: type[_TimedConnection], guard_: ConnectionGuard) -> dict[str, type[HTTPConnectionPool]]:
    """urllib3's pools of `connection`s under a guard, by scheme."""

    class Plain(connection):  # type: ignore[misc, valid-type]
        guard = guard_

    class Secure(connection, HTTPSConnection):  # type: ignore[misc, valid-type]
        guard = guard_

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def verifying_context(ca_certs: str) -> ssl.SSLContext:
    """One TLS context for all connections: building one for each costs 10 ms and half a megabyte.

    `ca_certs` is a file or a folder of certificates to trust, empty for the bundle of `requests`.  Raises
    BadConfiguration when it cannot be read.
    """
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
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
        self.poolmanager.pool_classes_by_scheme = pool_classes(_GuardedConnection, self._guard)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, ssl_context=self._context, **kwargs)
        manager.pool_classes_by_scheme = pool_classes(_TimedConnection, self._guard)
        return manager

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Nothing to do for one request: the shared context requires and verifies certificates."""

    def build_response(self, req: PreparedRequest, resp: Any) -> Response:
        """The response without a cookie jar: we keep no cookies, and making one costs more than reading the body."""
        response = Response()
        response.status_code, response.reason, response.raw = resp.status, resp.reason, resp
        response.headers = CaseInsensitiveDict(resp.headers)
        response.url = req.url or ""
        response.request = req
        return response
