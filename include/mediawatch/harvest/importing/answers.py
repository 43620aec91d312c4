"""What one answer in an archive says of its link, and whose link it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from mediawatch.context import Context
from mediawatch.records import Exchange, Reason, Seed, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedAnswer:
    """`reason` None for a page; `target` is the address that a redirect leads to."""

    reason: Reason | None
    detail: str = ""
    target: str = ""


def archived_answer(exchange: Exchange) -> ArchivedAnswer:
    """What `exchange` says; a redirect is refused until it is known where it leads."""
    from mediawatch.harvest.fetching.answers import REDIRECTS, is_html, reason_of

    location = exchange.header("Location").strip()
    if exchange.status in REDIRECTS and location:
        return ArchivedAnswer(
            reason=Reason.REFUSED, detail=str(exchange.status), target=_joined(exchange.url, location)
        )
    reason = reason_of(exchange.status)
    if reason is None and not is_html(exchange.header("Content-Type")):
        return ArchivedAnswer(reason=Reason.NOT_HTML, detail=exchange.header("Content-Type")[:100])
    return ArchivedAnswer(reason=reason, detail="" if reason is None else str(exchange.status))


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location


class ImportSources:
    """The source of each host; where no source names it and any host is wanted, one of its own, named after it."""

    def __init__(self, context: Context, *, is_any_host: bool) -> None:
        self._catalogue = context.catalogue
        self._is_any_host = is_any_host
        self._made: dict[str, Source] = {}

    def of_host(self, host: str) -> Source | None:
        """None for a host whose pages are not wanted."""
        source = self._catalogue.by_host(host)
        if source is None and self._is_any_host:
            source = self._made.get(host) or self._made.setdefault(host, _source_for(host))
        return source


def _source_for(host: str) -> Source:
    """A source for a host that the catalogue does not know; its pages are read in UTC."""
    name = re.sub(r"[^a-z0-9]+", "-", host).strip("-")[:63] or "host"
    home = f"https://{host}/"
    return Source(
        name=name,
        title=host,
        home=home,
        hosts=(host,),
        timezone="UTC",
        languages=("und",),
        country="ZZ",
        discovery=(Seed(kind="auto", url=home),),
        enabled=False,
    )
