"""One request of the crawler: a page or a robots.txt on its way through redirects and retries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote_from_bytes, urljoin, urlsplit

from requests import PreparedRequest, RequestException

from mediawatch.harvest.fetching.answers import HOST_TROUBLE, REDIRECTS, Answer, Trouble, is_html, reason_of
from mediawatch.harvest.fetching.cookies import ChainCookies
from mediawatch.harvest.fetching.forwarding import forwards_to
from mediawatch.harvest.fetching.jobs import Job
from mediawatch.harvest.fetching.robots import REDIRECT_LIMIT
from mediawatch.harvest.fetching.transport import Outgoing
from mediawatch.records import Exchange, Reason, Source
from mediawatch.sources.urls import NOT_OF_THE_WEB, is_on_site, with_slashes

_ASCII = bytes(range(0x80))
_PORTS = {"http": "80", "https": "443"}
_ACCEPT = {
    "article": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1",
    "announcement": "application/rss+xml, application/atom+xml, application/xml, text/xml, text/html;q=0.9, */*;q=0.5",
    "robots": "text/plain, */*;q=0.5",
}


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a URL leads: `host` (ASCII, lower case, with its port unless that is the usual one) and `origin`."""

    host: str
    origin: str

    @classmethod
    def of(cls, url: str) -> Destination:
        """The place a request for `url` is sent to, read by the parser that sends it.

        Two parsers may see two hosts in one address (`http://a.example\\@b.example/`), and then one host would be asked
        under the other's robots.txt and pace.  Raises ValueError when `url` is not http(s) with a host, has
        credentials in it, or names a port of another protocol.
        """
        request = PreparedRequest()
        try:
            request.prepare_url(url, None)
        except RequestException as error:
            raise ValueError(f"not a usable address: {error}") from error
        parts = urlsplit(request.url or "")
        name, scheme = parts.hostname, parts.scheme
        if scheme not in _PORTS or not name:
            raise ValueError(f"not an http(s) address with a host: {url[:200]!r}")
        if "@" in parts.netloc:
            raise ValueError("an address with credentials in it")
        name = f"[{name}]" if ":" in name else name.rstrip(".")
        if parts.port in NOT_OF_THE_WEB:
            raise ValueError(f"port {parts.port} is not one of the web")
        port = str(parts.port or _PORTS[scheme])
        host = name if port == _PORTS[scheme] else f"{name}:{port}"
        return cls(host=host, origin=f"{scheme}://{host}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDone:
    """The request is over: with the answer asked for, or for `reason`."""

    reason: Reason | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """A redirect to follow."""

    url: str
    place: Destination


@dataclass(frozen=True, slots=True, kw_only=True)
class HostTrouble:
    """The host, not the page, is the trouble; asking again may help when it is passing."""

    reason: Reason
    detail: str
    is_passing: bool


Step = RequestDone | Hop | HostTrouble


@dataclass(slots=True, kw_only=True, eq=False)
class Request:
    """A job's way, or with `job` None the way of `source`'s robots.txt for `origin`."""

    job: Job | None
    source: Source
    url: str
    place: Destination
    origin: str
    tries: int = 1
    exchanges: list[Exchange] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)
    cookies: ChainCookies = field(default_factory=ChainCookies)

    @classmethod
    def for_job(cls, job: Job) -> Request:
        """Raises ValueError for an address that is not http(s)."""
        place = Destination.of(job.url)
        return cls(job=job, source=job.source, url=job.url, place=place, origin=place.origin)

    @classmethod
    def for_robots(cls, origin: str, source: Source) -> Request:
        """robots.txt of `origin`, under the limits of the source that needs it first."""
        url = f"{origin}/robots.txt"
        return cls(job=None, source=source, url=url, place=Destination.of(url), origin=origin)

    @property
    def purpose(self) -> Literal["article", "announcement", "robots"]:
        """What it is after."""
        return self.job.kind if self.job else "robots"

    def outgoing(self) -> Outgoing:
        """The request to send now."""
        headers = [("Accept", _ACCEPT[self.purpose]), ("Accept-Language", _languages(self.source))]
        if self.job and self.job.etag:
            headers.append(("If-None-Match", self.job.etag))
        if self.job and self.job.last_modified:
            headers.append(("If-Modified-Since", self.job.last_modified))
        if cookie := self.cookies.header(self.url):
            headers.append(("Cookie", cookie))
        return Outgoing(
            url=self.url,
            purpose=self.purpose,
            limits=self.source.limits,
            allow_addresses=self.source.allow_addresses,
            headers=tuple(headers),
        )

    def step(self, answer: Answer) -> Step:
        """Take note of an answer and say what follows from it."""
        if isinstance(answer, Trouble):
            if answer.exchange:
                self.exchanges.append(answer.exchange)
            return self._after_trouble(answer)
        self.exchanges.append(answer)
        location = answer.header("Location")
        if answer.status in REDIRECTS and location:
            # With a cookie that it did not have the same address may answer otherwise.
            return self._after_redirect(answer.url, location, is_news=self.cookies.take(answer))
        reason = reason_of(answer.status)
        detail = f"status {answer.status}" if reason else ""
        if reason is not None and reason in HOST_TROUBLE:
            return HostTrouble(reason=reason, detail=detail, is_passing=True)
        return self._sent_on(answer) or self._after_answer(answer, reason, detail)

    def move(self, hop: Hop) -> None:
        """Go on at the target of a redirect."""
        self.visited.append(self.url)
        self.url, self.place = hop.url, hop.place

    @staticmethod
    def _after_trouble(trouble: Trouble) -> Step:
        if trouble.reason in (Reason.UNREACHABLE, Reason.TOO_SLOW):
            return HostTrouble(reason=trouble.reason, detail=trouble.detail, is_passing=trouble.is_passing)
        return RequestDone(reason=trouble.reason, detail=trouble.detail)

    def _after_answer(self, answer: Exchange, reason: Reason | None, detail: str) -> Step:
        if reason is Reason.UNCHANGED and not (self.job and (self.job.etag or self.job.last_modified)):
            return RequestDone(reason=Reason.REFUSED, detail="status 304 although no condition was sent")
        if reason is None and self.purpose == "article" and not is_html(answer.header("Content-Type")):
            return RequestDone(reason=Reason.NOT_HTML, detail=answer.header("Content-Type")[:100])
        return RequestDone(reason=reason, detail=detail)

    def _sent_on(self, answer: Exchange) -> Hop | None:
        """The way that a page without anything to read sends on, where it leads to another page of the site.

        For articles only: what a list page without links says of another is read with its links.
        """
        if self.purpose != "article" or answer.status != 200 or not is_html(answer.header("Content-Type")):
            return None
        location = forwards_to(answer.body)
        step = self._after_redirect(answer.url, location, is_news=self.cookies.take(answer)) if location else None
        return step if isinstance(step, Hop) and not self._is_front(step.url) else None

    def _is_front(self, url: str) -> bool:
        """Whether it is a front page or an announcement: where pages send readers on whose article is gone."""
        parts = urlsplit(url)
        return not (parts.path.strip("/") or parts.query) or url in (seed.url for seed in self.source.discovery)

    def _after_redirect(self, base: str, location: str, *, is_news: bool) -> Step:
        limit = self.source.limits.redirects if self.job else REDIRECT_LIMIT
        try:
            url = urljoin(base, _as_sent(location)).partition("#")[0]
            place = Destination.of(url)
        except ValueError as error:
            return RequestDone(reason=Reason.BAD_ADDRESS, detail=f"redirect: {error}")
        if not is_news and url in (self.url.partition("#")[0], *self.visited):
            return RequestDone(reason=Reason.REDIRECT_LOOP, detail=f"back to {url[:200]}")
        if len(self.visited) >= limit:
            return RequestDone(reason=Reason.REDIRECT_LOOP, detail=f"more than {limit} redirects")
        if self.job and not is_within(url, self.job):
            return RequestDone(reason=Reason.LEFT_SITE, detail=url[:200])
        return Hop(url=url, place=place)


def is_within(url: str, job: Job) -> bool:
    """Whether `url` is on the source's site, `www.` and mobile twins included.

    Where the job itself lies counts too, and for an announcement where the source's other announcements lie.
    """
    hosts = {*job.source.hosts, Destination.of(job.url).host}
    if job.kind == "announcement":
        hosts |= {Destination.of(seed.url).host for seed in job.source.discovery}
    return is_on_site(url, hosts)


def _as_sent(location: str) -> str:
    """Header bytes come as Latin-1; addresses are UTF-8 where they are not ASCII at all.

    Bytes of another encoding go back to the site as they are: what it wrote in GBK it reads in GBK.
    """
    location = with_slashes(location.strip())
    try:
        sent = location.encode("latin-1")
    except UnicodeError:
        return location
    try:
        return sent.decode("utf-8")
    except UnicodeError:
        return quote_from_bytes(sent, safe=_ASCII)


def _languages(source: Source) -> str:
    return ", ".join((*source.languages, "*;q=0.5"))
