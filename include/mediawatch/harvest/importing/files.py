"""Import: pages from any WARC or ARC file become batches like any other; this is also the way to backfill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory

from mediawatch.context import Context, Report, silent
from mediawatch.harvest.importing.days import ImportedDays
from mediawatch.harvest.importing.imported import Imported, KnownPages, count_words, known_pages, open_scratch
from mediawatch.harvest.importing.links import (
    ArchivedAnswer,
    ImportedLink,
    ImportedLinks,
    ImportSources,
    archived_answer,
    followed,
)
from mediawatch.harvest.memory import IMPORTED
from mediawatch.lake.leases import Lease, lease
from mediawatch.lake.tombstones import forgotten_links
from mediawatch.lake.warc import Record, Skipped, iter_exchanges
from mediawatch.records import Exchange, Reason, Source, day_of
from mediawatch.sources.urls import host_of

REPORT_EVERY = 1000
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Before the web: a capture date below it is a mistake."""
NO_DAYS: Mapping[str, date] = {}
_SAYING = frozenset({Reason.UNDECODABLE, Reason.TOO_LARGE})
"""Reasons whose detail says what is wrong with the record, and not where it led."""


def import_warc(
    context: Context, files: Sequence[Path], *, is_any_host: bool = False, report: Report = silent
) -> list[Imported]:
    """One sealed batch for each file and capture day; a file imported before is left alone.

    Of a link the best answer counts, in whatever order: a page over a redirect or a failure, in this file or in an
    earlier one, and of pages the one that came first.  A link whose page the lake has, of whatever day, is known
    already.  Pages of hosts that no source names count as `off_site`, unless `is_any_host`: then each host becomes a
    source of its own for this batch, named after it.  Raises Contended while another worker imports the same file.
    """
    with open_importer(context, is_any_host=is_any_host) as importer:
        return [importer.take(file, report=report) for file in files]


@contextmanager
def open_importer(context: Context, *, is_any_host: bool = False) -> Iterator[Importer]:
    """What `import_warc` takes one file after another with, for who has them one by one."""
    with TemporaryDirectory(prefix="mediawatch-import-") as folder:
        database = open_scratch(Path(folder))
        try:
            yield Importer(
                context=context,
                known=known_pages(context.store, database),
                links=ImportedLinks(database),
                sources=ImportSources(context, is_any_host=is_any_host),
            )
        finally:
            database.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """`known` are the pages of the lake, with those that came in by this importer."""

    context: Context
    known: KnownPages
    links: ImportedLinks
    sources: ImportSources

    def take(self, file: Path, *, days: Mapping[str, date] = NO_DAYS, report: Report = silent) -> Imported:
        """Import `file` as `import_warc` does; `days` are those of links (by id) that count on another day than that of
        their capture.
        """
        return _import_file(self, file, days, report)


def _import_file(importer: Importer, file: Path, of_links: Mapping[str, date], report: Report) -> Imported:
    context = importer.context
    with file.open("rb") as stream:
        name = f"{IMPORTED}{file_digest(stream, 'sha256').hexdigest()[:16]}"
    holder, seconds = f"import of {file.name}", context.settings.lease_seconds
    with (
        lease(context.store, f"import/{name}", holder=holder, seconds=seconds, clock=context.clock) as held,
        ImportedDays(context, name) as days,
    ):
        importer.links.clear()
        work = _Import(
            context=context,
            known=importer.known,
            links=importer.links,
            sources=importer.sources,
            of_links=of_links,
            forgotten=forgotten_links(context.store),
            days=days,
            counts=Imported(file=file),
            held=held,
            report=report,
        )
        work.read()
        work.seal()
        return work.counts


@dataclass(slots=True, kw_only=True)
class _Import:
    """One file, being imported."""

    context: Context
    known: KnownPages
    links: ImportedLinks
    sources: ImportSources
    of_links: Mapping[str, date]
    forgotten: frozenset[str]
    days: ImportedDays
    counts: Imported
    held: Lease
    report: Report
    used: dict[date, dict[str, Source]] = field(default_factory=dict)

    def read(self) -> None:
        """Give each record its one outcome, and archive the pages."""
        found = iter_exchanges(
            self.counts.file, on_skip=self._skipped, on_note=self._noted, on_record=self._count_record
        )
        for exchange, _, _ in found:
            self._take(exchange.url, exchange.fetched_at, archived_answer(exchange), exchange)

    def seal(self) -> None:
        """Seal a batch for each day of the file."""
        for day in sorted({*self.links.days(), *self.days.sealed_before()}):
            self.held.renew()
            sealed = self.days.sealed(day)
            if sealed is None:
                links = [self._settled(link) for link in self.links.of_day(day)]
                sealed = self.days.seal(day, links, tuple(self.used.get(day, {}).values()))
            self.counts.manifests.append(sealed)

    def _count_record(self, record: Record) -> None:
        self.counts.records[record["WARC-Type"].lower()[:20] or "unnamed"] += 1
        total = self.counts.records.total()
        if total % REPORT_EVERY == 0:
            self.held.renew()
            self.report(f"{self.counts.file.name}: {total} records read")

    def _noted(self, note: Skipped) -> None:
        count_words(self.counts.cut, note.why)

    def _skipped(self, skipped: Skipped) -> None:
        if skipped.is_place:
            self.counts.damage.append(f"at byte {skipped.offset} {skipped.why}")
        elif not skipped.url.lower().startswith(("http://", "https://")):
            self.counts.no_page += 1  # `dns:` and the like
        elif skipped.fetched_at is None:
            count_words(self.counts.unreadable, skipped.why)
        else:
            self._take(skipped.url, skipped.fetched_at, ArchivedAnswer(reason=skipped.reason, detail=skipped.why))

    def _take(self, url: str, at: datetime, answer: ArchivedAnswer, exchange: Exchange | None = None) -> None:
        try:
            link = self._link(url, at, answer)
        except ValueError as error:
            count_words(self.counts.unreadable, str(error))
            return
        if self.days.sealed(link.day) is not None:
            self.counts.before += 1
            return
        held = self.links.grade_of(link.link_id, link.day)
        self.counts.repeats += held is not None
        if held is not None and held <= link.grade:
            return
        if link.reason is None and link.link_id in self.known:
            link = replace(link, reason=Reason.KNOWN_ALREADY)
        self.links.put(link)
        if link.reason is None and exchange is not None:
            self.days.take(link, exchange)
            self.known.add([link.link_id])

    def _link(self, url: str, at: datetime, answer: ArchivedAnswer) -> ImportedLink:
        """The link as this answer leaves it.  Raises ValueError where address or capture date cannot be used."""
        try:
            link, host = self.sources.link_id(url), host_of(url)
        except ValueError as error:
            raise ValueError("an address that cannot be used") from error
        if not OLDEST <= at <= self.context.clock() + timedelta(days=1):
            raise ValueError("a capture date before the web or in the future")
        day = self.of_links.get(link) or day_of(at, self.context.settings.timezone)
        source = self.sources.of_host(host)
        if source is None:
            answer = ArchivedAnswer(reason=Reason.OFF_SITE)
        else:
            self.used.setdefault(day, {})[source.name] = source
        is_forgotten = link in self.forgotten
        if is_forgotten:
            answer = ArchivedAnswer(reason=Reason.FORGOTTEN)
        return ImportedLink(
            day=day,
            link_id=link,
            url="" if is_forgotten else url,
            source=source.name if source else "unknown",
            site="" if is_forgotten else host,
            at=at,
            reason=answer.reason,
            detail=answer.detail,
            target=answer.target,
        )

    def _settled(self, link: ImportedLink) -> ImportedLink:
        """The link with its final outcome, now that the whole file is read."""
        if link.reason is not None and not link.is_left_out:
            if link.link_id in self.known:
                link = replace(link, reason=Reason.KNOWN_ALREADY, detail="")
            elif link.target:
                link = followed(link, self.links, self.known, self.sources)
        self.counts.links[link.day, link.reason] += 1
        if link.reason in _SAYING:
            count_words(self.counts.unreadable_pages, link.detail)
        return link
