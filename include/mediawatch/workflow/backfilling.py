"""Backfilling: what sites still announce of past days, in dated sitemaps and archives, as batches of those days.

A page is fetched now and archived so; the day that counts it is the one on which its announcement dates it.  Day by
day: what was fetched of one is sealed before the next is begun, so that little is lost when the command is ended, and
the same command goes on where it stopped, because pages that the lake has are not asked for again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from mediawatch.context import Context, Report, prefixed, silent
from mediawatch.errors import BadRequest
from mediawatch.harvest.collecting import open_crawler
from mediawatch.harvest.importing.files import Importer, open_importer
from mediawatch.harvest.memory import NOTHING
from mediawatch.harvest.seed_visits import SeedRounds, Visited
from mediawatch.lake.warc import SegmentWriter
from mediawatch.records import Exchange, Reason, Source, day_of
from mediawatch.sources.urls import is_on_site

if TYPE_CHECKING:
    from mediawatch.harvest.discovery import Announced
    from mediawatch.harvest.fetching import Crawler, FetchAttempt, Job

SITEMAPS: Final = 2_000
"""Child sitemaps that are read of one source: an archive by day has one for each."""


@dataclass(slots=True, kw_only=True)
class Backfilled:
    """What came of one day: links `announced`, of which the lake had the pages of `known`, and `taken` and `failed`.

    What failed without an answer is not in the lake: the same command asks again.
    """

    day: date
    announced: int
    known: int = 0
    taken: int = 0
    failed: Counter[Reason] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """All `days` asked for, how many announcements had no date, and the seeds that did not answer with why."""

    days: Sequence[Backfilled]
    undated: int
    unread: Sequence[str]


def backfill(context: Context, names: Sequence[str], first: date, last: date, report: Report = silent) -> Backfill:
    """Fetch what the sources `names` announce of the days from `first` to `last`, and seal it as batches of these days.

    The age limits of their entries do not count; pace, robots.txt and all other bounds do.  Raises BadRequest for
    unknown names, no name at all, and days that are not over.
    """
    if not names:
        raise BadRequest("Name the sources to backfill: an archive is long, and each is asked at its own pace.")
    if first > last or last >= context.today:
        raise BadRequest(f"{first} to {last} is no span of days before {context.today}.")
    age = context.today - first + timedelta(days=2)
    sources = [_widened(source, age) for source in context.catalogue.only(names).sources]
    with TemporaryDirectory(prefix="mediawatch-backfill-") as folder, open_crawler(context) as crawler:
        visited = SeedRounds(sources, NOTHING, crawler, context.clock, lambda exchanges: None).visit_all()
        jobs, undated = _jobs_by_day(context, sources, visited, first, last)
        report(f"{sum(map(len, jobs.values()))} links of {len(jobs)} days announced, {undated} without a date")
        with open_importer(context) as importer:
            work = _Work(context=context, crawler=crawler, importer=importer, folder=Path(folder))
            days = [work.day(day, jobs[day], prefixed(report, day)) for day in sorted(jobs)]
    return Backfill(days=days, undated=undated, unread=tuple(_unread(visited)))


def _widened(source: Source, age: timedelta) -> Source:
    """The source with bounds under which its archive is read as far back as `age`."""
    bounds = {"sitemaps": SITEMAPS, "max_age_days": float(age.days)}
    return source.model_copy(update={"limits": source.limits.model_copy(update=bounds)})


def _unread(visited: Visited) -> Iterator[str]:
    for row in visited.rows:
        if row.reason is not None:
            yield f"{row.url}: {row.reason.value} {row.detail}".strip()


def _jobs_by_day(
    context: Context, sources: Sequence[Source], visited: Visited, first: date, last: date
) -> tuple[dict[date, dict[str, Job]], int]:
    """{day: {link id: its job}} of what is announced of the days wanted, and how many announcements have no date."""
    from mediawatch.harvest.fetching import Job

    found: defaultdict[date, dict[str, Job]] = defaultdict(dict)
    undated = 0
    for source in sources:
        for item in visited.items.get(source.name, ()):
            moment = _moment(item)
            undated += moment is None
            if moment is None or not is_on_site(item.url, source.hosts):
                continue
            day = day_of(moment, context.settings.timezone)
            if first <= day <= last:
                link = context.catalogue.link_of(item.url)
                found[day].setdefault(link, Job(key=link, url=item.url, source=source, kind="article"))
    return dict(found), undated


def _moment(item: Announced) -> datetime | None:
    """When the item was published; of a plain sitemap when it last changed, which may be later."""
    return item.announced_at or item.updated_at


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """`asked` are the links that this backfill has asked for, whatever came of them."""

    context: Context
    crawler: Crawler
    importer: Importer
    folder: Path
    asked: set[str] = field(default_factory=set)

    def day(self, day: date, jobs: Mapping[str, Job], report: Report) -> Backfilled:
        """Fetch what the lake has not, and seal it."""
        asked, known = self.asked, self.importer.known
        wanted = [job for link, job in sorted(jobs.items()) if link not in asked and link not in known]
        done = Backfilled(day=day, announced=len(jobs), known=len(jobs) - len(wanted))
        if not wanted:
            return done
        path, days = self._archived(wanted, day, done)
        if days:
            outcomes = self.importer.take(path, days=days).outcomes()
            done.taken = outcomes.pop(None, 0)
            done.failed.update({reason: count for reason, count in outcomes.items() if reason is not None})
            self.asked.update(days)
        path.unlink()
        report(f"{done.taken} of {len(wanted)} pages taken")
        return done

    def _archived(self, jobs: Sequence[Job], day: date, done: Backfilled) -> tuple[Path, dict[str, date]]:
        """The day's answers as a file, and {link id: the day} of every address in it."""
        days: dict[str, date] = {}
        with SegmentWriter(self.folder, f"{day}.warc.gz") as archive:
            for attempt in self.crawler.crawl(jobs):
                said = list(_of_the_page(attempt))
                if not said:
                    done.failed[attempt.reason or Reason.UNREACHABLE] += 1
                for exchange in said:
                    archive.write(exchange)
                    days[self.context.catalogue.link_of(exchange.url)] = day
            return archive.close(), days


def _of_the_page(attempt: FetchAttempt) -> Iterator[Exchange]:
    """What was said about the page itself: not robots.txt, which other links share."""
    return (exchange for exchange in attempt.exchanges if not exchange.url.endswith("/robots.txt"))
