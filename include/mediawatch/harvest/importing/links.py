"""What became of the links of one archive file: the best answer of each link and day, on local disk."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urljoin

from mediawatch.context import Context
from mediawatch.harvest.importing.imported import KnownPages
from mediawatch.records import Exchange, Reason, ReasonClass, Seed, Source
from mediawatch.sources.identity import link_of
from mediawatch.sources.urls import host_of, normalise


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

    def link_id(self, url: str) -> str:
        """The link id that `url` has with its source.  Raises ValueError like `normalise`."""
        return link_of(normalise(url), self._catalogue.by_host(host_of(url)))


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


_REASONS: dict[str | None, Reason | None] = {None: None, **{reason.value: reason for reason in Reason}}
_COLUMNS = "day, link, reason, detail, url, source, site, at, target"
_GRADES = {ReasonClass.FAULT: 4, ReasonClass.POLICY: 5, ReasonClass.RETRYABLE: 6}
_LEFT_OUT = frozenset({Reason.OFF_SITE, Reason.FORGOTTEN, Reason.KNOWN_ALREADY})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedLink:
    """One link on one day: `reason` None when its page was taken, `target` where its answer is a redirect to."""

    day: date
    link_id: str
    url: str
    source: str
    site: str
    at: datetime
    reason: Reason | None
    detail: str = ""
    target: str = ""

    @property
    def is_left_out(self) -> bool:
        """Whether no answer would change it: the link was not to be taken at all."""
        return self.reason in _LEFT_OUT

    @property
    def grade(self) -> int:
        """Lower is better: a page; what no answer would change; a redirect, which may lead to one; a failure."""
        if self.reason is None:
            return 0
        if self.is_left_out:
            return 1
        return 2 if self.target else _GRADES[self.reason.kind]


class ImportedLinks:
    """The links of the file being read; `clear` begins another."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute(
            "CREATE TABLE links (day INTEGER, link TEXT, grade INTEGER, reason TEXT, detail TEXT, url TEXT, "
            "source TEXT, site TEXT, at TEXT, target TEXT, PRIMARY KEY (link, day)) WITHOUT ROWID"
        )
        database.execute("CREATE INDEX of_day ON links (day, link)")

    def clear(self) -> None:
        """Forget everything."""
        self._database.execute("DELETE FROM links")

    def grade_of(self, link_id: str, day: date) -> int | None:
        """The grade of what the link came to on that day so far; None when it was not seen."""
        sql = "SELECT grade FROM links WHERE link = ? AND day = ?"
        row = self._database.execute(sql, (link_id, day.toordinal())).fetchone()
        return None if row is None else int(row[0])

    def put(self, link: ImportedLink) -> None:
        """Keep `link` in place of what there was."""
        values = (
            link.day.toordinal(),
            link.link_id,
            link.grade,
            None if link.reason is None else link.reason.value,
            link.detail,
            link.url,
            link.source,
            link.site,
            link.at.isoformat(),
            link.target,
        )
        self._database.execute("INSERT OR REPLACE INTO links VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)

    def best(self, link_id: str) -> ImportedLink | None:
        """The best the link came to on any day, None when the file does not have it."""
        sql = f"SELECT {_COLUMNS} FROM links WHERE link = ? ORDER BY grade, day LIMIT 1"  # noqa: S608 - constant columns
        row = self._database.execute(sql, (link_id,)).fetchone()
        return None if row is None else _link(row)

    def days(self) -> list[date]:
        """The days that have links, ascending."""
        rows = self._database.execute("SELECT DISTINCT day FROM links ORDER BY day").fetchall()
        return [date.fromordinal(row[0]) for row in rows]

    def of_day(self, day: date) -> Iterator[ImportedLink]:
        """The day's links, ordered by id."""
        sql = f"SELECT {_COLUMNS} FROM links WHERE day = ? ORDER BY link"  # noqa: S608 - constant columns
        return map(_link, self._database.execute(sql, (day.toordinal(),)))


def _link(row: tuple[int, str, str | None, str, str, str, str, str, str]) -> ImportedLink:
    day, link_id, reason, detail, url, source, site, at, target = row
    return ImportedLink(
        day=date.fromordinal(day),
        link_id=link_id,
        url=url,
        source=source,
        site=site,
        at=datetime.fromisoformat(at),
        reason=_REASONS[reason],
        detail=detail,
        target=target,
    )


MOST = 10


def followed(link: ImportedLink, links: ImportedLinks, known: KnownPages, sources: ImportSources) -> ImportedLink:
    """The redirect with the outcome of what it leads to: `copy_of_link` (its id as detail) where that is a page."""
    at, seen = link, {link.link_id}
    for _ in range(MOST):
        step = _step(at.target, links, known, sources)
        if isinstance(step, ArchivedAnswer):
            detail = step.detail if step.reason is Reason.COPY_OF_LINK else f"{link.detail} to {step.detail}"
            return replace(link, reason=step.reason or link.reason, detail=detail)
        if step.link_id in seen:
            return replace(link, reason=Reason.REDIRECT_LOOP, detail=f"{link.detail} in a circle")
        seen.add(step.link_id)
        at = step
    return replace(link, reason=Reason.REDIRECT_LOOP, detail=f"more than {MOST} redirects")


def _step(
    address: str, links: ImportedLinks, known: KnownPages, sources: ImportSources
) -> ImportedLink | ArchivedAnswer:
    """The next redirect, or what is at the end."""
    try:
        target, host = sources.link_id(address), host_of(address)
    except ValueError:
        return ArchivedAnswer(reason=Reason.REFUSED, detail="an address that cannot be used")
    if target in known:
        return ArchivedAnswer(reason=Reason.COPY_OF_LINK, detail=target)
    if sources.of_host(host) is None:
        return ArchivedAnswer(reason=Reason.LEFT_SITE, detail=host)
    found = links.best(target)
    if found is None:
        return ArchivedAnswer(reason=Reason.REFUSED, detail=f"{address[:200]}, which the file lacks")
    if found.target:
        return found
    return ArchivedAnswer(reason=found.reason, detail=f"{found.url[:200]}: {found.detail}")
