"""The real transport: `requests` on guarded connections."""

from __future__ import annotations

import os
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests import PreparedRequest, Response
from requests.utils import get_environ_proxies
from urllib3.exceptions import HTTPError, LocationParseError, ReadTimeoutError

from mediawatch.errors import BadConfiguration
from mediawatch.harvest.fetching.addresses import AddressPolicy, UnsafeAddress
from mediawatch.harvest.fetching.answers import KEPT_BYTES, Answer, Trouble, is_html
from mediawatch.harvest.fetching.connections import (
    ConnectionGuard,
    GuardedAdapter,
    Resolve,
    Transfer,
    look_up,
    verifying_context,
)
from mediawatch.harvest.fetching.robots import LIMIT_BYTES
from mediawatch.harvest.fetching.transport import Outgoing
from mediawatch.lake.codings import GZIP_MAGIC, OFFERED, DamagedCoding, UnknownCoding, Unpacked, codings_of, unpacked
from mediawatch.records import Clock, Exchange, Reason, now

_DROPPED = (ConnectionResetError, BrokenPipeError)  # http.client's RemoteDisconnected is the former


class Wire:
    """Sends requests over the network, through the environment's proxies where there are any.

    `ca_certs` is a file of certificates to trust; empty means what the environment names (REQUESTS_CA_BUNDLE,
    CURL_CA_BUNDLE) or the bundle of `requests`.
    """

    def __init__(self, user_agent: str, *, clock: Clock = now, resolve: Resolve = look_up, ca_certs: str = "") -> None:
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": OFFERED}
        self._clock = clock
        self._resolve = resolve
        self._context = verifying_context(ca_certs or _bundle_of_environment())
        self._lock = threading.Lock()
        self._adapters: dict[tuple[str, ...], tuple[AddressPolicy, GuardedAdapter]] = {}
        self._proxies: dict[tuple[str, str], dict[str, str]] = {}
        self._transfers: dict[int, Transfer] = {}
        self._certificates: dict[str, datetime] = {}

    def send(self, outgoing: Outgoing) -> Answer:
        """The answer to one GET, its body unpacked under the limit, redirects not followed; or the trouble."""
        thread = threading.get_ident()
        try:
            request = self._prepared(outgoing)
            return self._sent(request, outgoing, thread)
        except (requests.exceptions.InvalidProxyURL, requests.exceptions.InvalidSchema) as error:
            raise BadConfiguration(f"the proxy named in the environment cannot be used: {error}") from error
        except (OSError, HTTPError, UnsafeAddress, UnknownCoding, DamagedCoding, UnicodeError) as error:
            return trouble_of(error)
        finally:
            self._transfers.pop(thread, None)

    def abort(self) -> None:
        """Cut every transfer under way."""
        for transfer in tuple(self._transfers.values()):
            transfer.cut()

    def close(self) -> None:
        """Close the idle connections."""
        for _, adapter in self._adapters.values():
            adapter.close()

    def _prepared(self, outgoing: Outgoing) -> PreparedRequest:
        request = PreparedRequest()
        request.method = "GET"
        request.prepare_url(outgoing.url.partition("#")[0], None)
        request.headers = {**self._headers, **dict(outgoing.headers)}  # type: ignore[assignment] # any mapping serves
        return request

    def _sent(self, request: PreparedRequest, outgoing: Outgoing, thread: int) -> Answer:
        url = request.url or ""
        policy, adapter = self._adapter(outgoing.allow_addresses)
        policy.check_host(urlsplit(url).hostname or "")
        proxies = self._proxies_for(url)
        limits = outgoing.limits
        transfer = Transfer(deadline=time.monotonic() + limits.transfer_seconds, read_seconds=limits.read_seconds)
        self._transfers[thread] = transfer
        timeout = (limits.connect_seconds, limits.read_seconds)
        try:
            response = adapter.send(request, stream=True, timeout=timeout, proxies=proxies)
        except requests.ConnectionError as error:
            if not (transfer.is_reused and _is_dropped(error)):
                raise
            response = adapter.send(request, stream=True, timeout=timeout, proxies=proxies)
        return self._answer(request, response, outgoing, transfer)

    def _adapter(self, networks: tuple[str, ...]) -> tuple[AddressPolicy, GuardedAdapter]:
        """One adapter for each policy, so that no connection made under a wider one serves a stricter one."""
        with self._lock:
            if networks not in self._adapters:
                policy = AddressPolicy.allowing(networks)
                guard = ConnectionGuard(
                    policy=policy, resolve=self._resolve, transfer=self._transfer, certificates=self._certificates
                )
                self._adapters[networks] = policy, GuardedAdapter(guard, self._context)
            return self._adapters[networks]

    def _transfer(self) -> Transfer:
        return self._transfers[threading.get_ident()]

    def _proxies_for(self, url: str) -> dict[str, str]:
        """The environment's proxies for this origin, asked for once: `requests` reads them anew for each request."""
        parts = urlsplit(url)
        origin = parts.scheme, parts.netloc
        if origin not in self._proxies:
            self._proxies[origin] = get_environ_proxies(url, no_proxy=None)
        return self._proxies[origin]

    def _answer(self, request: PreparedRequest, response: Response, outgoing: Outgoing, transfer: Transfer) -> Answer:
        fetched_at = self._clock()
        is_wanted, limit = _body_limit(response, outgoing)
        try:
            codings = codings_of(
                *(response.headers.get(name, "") for name in ("Content-Encoding", "Transfer-Encoding"))
            )
            read = unpacked(codings, response.raw.stream(65_536, decode_content=False), limit)
            if outgoing.purpose == "article" and not codings and read.body.startswith(GZIP_MAGIC):
                read = _packed_without_a_word(read, limit)
        finally:
            response.raw.close()
            response.raw.release_conn()
        is_refused = is_wanted and read.is_over and outgoing.purpose != "robots"
        url = request.url or ""
        exchange = Exchange(
            url=url,
            status=response.status_code,
            phrase=response.reason or "",
            request_headers=(("Host", urlsplit(url).netloc), *request.headers.items()),
            headers=tuple(response.raw.headers.iteritems()),
            body=read.body[:KEPT_BYTES] if is_refused else read.body,
            fetched_at=fetched_at,
            remote_address=transfer.address,
            certificate_until=self._certificates.get(urlsplit(url).hostname or ""),
        )
        if is_refused:
            return Trouble(reason=Reason.TOO_LARGE, detail=f"more than {limit} bytes", exchange=exchange)
        return exchange


def _bundle_of_environment() -> str:
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or ""


def _body_limit(response: Response, outgoing: Outgoing) -> tuple[bool, int]:
    """Whether this body is what was asked for, and how many bytes of it to take."""
    if response.status_code not in (200, 203):
        return False, KEPT_BYTES
    if outgoing.purpose == "robots":
        return True, LIMIT_BYTES
    is_wanted = outgoing.purpose == "announcement" or is_html(response.headers.get("Content-Type", ""))
    return is_wanted, outgoing.limits.page_bytes if is_wanted else KEPT_BYTES


def _packed_without_a_word(read: Unpacked, limit: int) -> Unpacked:
    """A page that is packed although no header says so, unpacked; as it is where that cannot be done.

    Feeds and sitemaps are told by their readers: there a packed file is usual.
    """
    try:
        whole = unpacked(("gzip",), [read.body], limit)
    except DamagedCoding:
        return read
    return replace(whole, is_over=whole.is_over or read.is_over)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and what it was raised for, however `requests` and urllib3 wrap it."""
    pending: list[Any] = [error]
    seen: set[int] = set()
    while pending:
        found = pending.pop(0)
        if isinstance(found, BaseException) and id(found) not in seen:
            seen.add(id(found))
            yield found
            pending += [*found.args, getattr(found, "reason", None), found.__cause__]


def _is_dropped(error: BaseException) -> bool:
    """Whether an idle connection was closed by the site as we took it up again."""
    return any(isinstance(cause, _DROPPED) for cause in _causes(error))


def trouble_of(error: BaseException) -> Trouble:
    """What a failed request means.  Passing trouble may be over within minutes; a wrong certificate is not."""
    causes = list(_causes(error))

    def is_any(*types: type[BaseException]) -> bool:
        return any(isinstance(cause, types) for cause in causes)

    detail = _sentence(causes[-1])
    if is_any(UnsafeAddress):
        return Trouble(reason=Reason.UNSAFE_ADDRESS, detail=detail)
    if is_any(UnknownCoding):
        return Trouble(reason=Reason.UNDECODABLE, detail=f"Content-Encoding {error}, which was not offered")
    if is_any(requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, LocationParseError, UnicodeError):
        return Trouble(reason=Reason.BAD_ADDRESS, detail=detail)
    if is_any(requests.Timeout, ReadTimeoutError, TimeoutError):
        return Trouble(reason=Reason.TOO_SLOW, detail=detail, is_passing=True)
    if is_any(ssl.SSLCertVerificationError):
        return Trouble(reason=Reason.UNREACHABLE, detail=f"certificate: {detail}")
    is_unknown_name = any(isinstance(c, socket.gaierror) and c.errno != socket.EAI_AGAIN for c in causes)
    return Trouble(reason=Reason.UNREACHABLE, detail=detail, is_passing=not is_unknown_name)


def _sentence(error: BaseException) -> str:
    """The innermost error in one line, without the addresses of objects that urllib3 prints."""
    text = re.sub(r"<[^<>]* object at 0x[0-9a-f]+>|\b\w++\(host=[^()]*\):? ?", "", str(error)).strip()
    return " ".join(text.split())[:200] or type(error).__name__
