"""Checking sources: visit each politely, store nothing but leases of hosts, and say what matters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from mediawatch.context import Context, Report, silent
from mediawatch.extraction import drift_of, extract_all, page_context_of
from mediawatch.extraction.extractor import Work, extracted, extraction
from mediawatch.harvest.collecting import looking_around
from mediawatch.harvest.feed_texts import FeedText, with_feed_text
from mediawatch.harvest.memory import NOTHING
from mediawatch.harvest.seed_visits import SeedRounds, Visited
from mediawatch.records import Article, Loss, Reason, Source
from mediawatch.sandbox import ChildTask, shared_sandbox
from mediawatch.sources.pages import page_of
from mediawatch.sources.publishers import Publishers
from mediawatch.sources.urls import is_on_site, link_id
from mediawatch.tables.harvest import SeedAnswer
from mediawatch.workflow.frozen_seeds import SILENT_AFTER, Front, frozen_seeds, is_silent, visit_fronts

if TYPE_CHECKING:
    from mediawatch.extraction import Extracted
    from mediawatch.harvest.discovery import Announced as Item
    from mediawatch.harvest.fetching import Crawler, FetchAttempt

TRIES = 3
"""The newest item of a source may be a video or a live page; so many of the newest are tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFinding:
    """What a visit to one source found.

    `verdict` is alive, silent, frozen, blocked or broken.  `sample_url` is the address of the article that was read,
    `advice` what the entry may say better.
    """

    source: str
    verdict: str
    seeds: int
    items: int
    newest_at: datetime | None
    robots: str
    trouble: str
    article_title: str
    article_characters: int
    sample_url: str = ""
    advice: str = ""

    def __str__(self) -> str:
        newest = f"newest {self.newest_at:%Y-%m-%d %H:%M} UTC" if self.newest_at else "no dates"
        article = f"article «{self.article_title}», {self.article_characters} characters" if self.article_title else ""
        parts = (f"{self.items} items", newest, f"robots {self.robots}", article, self.trouble, self.advice)
        return f"{self.source}: {self.verdict}; " + "; ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class _Sample:
    """The item of a source that was fetched, what extraction made of it, and where the site's rules do not fit it."""

    attempt: FetchAttempt | None = None
    article: Article | Loss | None = None
    drift: tuple[str, ...] = ()


def check_sources(context: Context, names: Sequence[str] = (), report: Report = silent) -> list[SourceFinding]:
    """One finding a source, the hosts visited side by side.  Raises BadRequest for unknown names."""
    return visit(context, context.catalogue.only(names).sources, report)


def probe_sources(context: Context, report: Report = silent) -> list[SourceFinding]:
    """The same of every source, those that are switched off too: what was dead may have come back."""
    return visit(context, context.catalogue.sources, report)


def alive_again(context: Context, findings: Sequence[SourceFinding]) -> list[str]:
    """One line with the sources that are alive and switched off; none without such."""
    off = {source.name for source in context.catalogue.sources if not source.enabled}
    found = [finding.source for finding in findings if finding.source in off and finding.verdict == "alive"]
    return [f"alive again, and switched off: {', '.join(found)}; `enabled: true` takes them up"] if found else []


def summary(findings: Sequence[SourceFinding]) -> list[str]:
    """How many sources there are of each verdict, and a line with the names for each that calls for a person."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for finding in findings:
        names[finding.verdict].append(finding.source)
    counts = ", ".join(f"{len(sources)} {verdict}" for verdict, sources in sorted(names.items()))
    troubles = [f"{verdict}: {', '.join(names[verdict])}" for verdict in sorted(names) if verdict != "alive"]
    return [f"{len(findings)} sources" + (f": {counts}" if counts else ""), *troubles]


def visit(context: Context, sources: Sequence[Source], report: Report = silent) -> list[SourceFinding]:
    """As `check_sources`, for sources that need not be in the catalogue."""
    present = context.clock()
    with looking_around(context, report) as crawler:
        visited = SeedRounds(sources, NOTHING, crawler, context.clock, lambda exchanges: None).visit_all()
        samples = _samples(sources, visited, crawler, context.publishers)
        quiet = [source for source in sources if is_silent(_rows_of(source, visited), present)]
        fronts = visit_fronts(quiet, crawler, context.clock)
    return [
        _finding(source, visited, samples[source.name], fronts.get(source.name, Front()), present) for source in sources
    ]


def _samples(
    sources: Sequence[Source], visited: Visited, crawler: Crawler, publishers: Publishers
) -> dict[str, _Sample]:
    """The first of each source's newest items that turns out to be an article, else the last one tried."""
    from mediawatch.harvest.fetching import Job

    task = replace(extraction(publishers), name="check", function=partial(_extract_and_compare, publishers))
    samples = {source.name: _Sample() for source in sources}
    waiting = {source.name: _newest(source, visited) for source in sources}
    for _ in range(TRIES):
        tried = {
            source.name: waiting[source.name].pop(0)
            for source in sources
            if waiting[source.name] and not isinstance(samples[source.name].article, Article)
        }
        jobs = [
            Job(key=source.name, url=tried[source.name].url, source=source, kind="article")
            for source in sources
            if source.name in tried
        ]
        for attempt in crawler.crawl(jobs):
            name = attempt.job.key
            samples[name] = _sample(with_feed_text(_said_of(tried[name]), attempt), task)
    return samples


def _said_of(item: Item) -> FeedText:
    return FeedText(
        url=item.url,
        title=item.title,
        published_at=item.announced_at,
        found_by=item.discovered_by,
        text=item.text,
    )


def _newest(source: Source, visited: Visited) -> list[Item]:
    """The announced items on the source's own hosts, newest first; undated ones last, in the order announced."""
    own = [item for item in visited.items.get(source.name, []) if is_on_site(item.url, source.hosts)]
    return sorted(own, key=lambda item: -(item.announced_at.timestamp() if item.announced_at else 0))


def _rows_of(source: Source, visited: Visited) -> list[SeedAnswer]:
    return [row for row in visited.rows if row.source == source.name]


def _finding(source: Source, visited: Visited, sample: _Sample, front: Front, present: datetime) -> SourceFinding:
    rows = _rows_of(source, visited)
    reasons = {row.reason for row in rows if row.reason is not None}
    newest = max((row.newest_at for row in rows if row.newest_at is not None), default=None)
    items = sum(row.items for row in rows)
    attempt, article = sample.attempt, sample.article
    troubles = [f"{row.url}: {row.reason.value} {row.detail}".strip() for row in rows if row.reason is not None]
    troubles += [f"{row.url}: {row.detail}" for row in rows if row.reason is None and row.detail]
    troubles += [_why(attempt, article)] if not isinstance(article, Article) else []
    troubles += sample.drift
    frozen = frozen_seeds(rows, front, present)
    troubles += frozen
    verdict = _verdict(items, newest, reasons, article, present)
    return SourceFinding(
        source=source.name,
        verdict="frozen" if verdict == "silent" and frozen else verdict,
        seeds=len(rows),
        items=items,
        newest_at=newest,
        robots=_robots(reasons, attempt),
        trouble="; ".join(trouble for trouble in troubles if trouble),
        article_title=article.title if isinstance(article, Article) else "",
        article_characters=article.text_length if isinstance(article, Article) else 0,
        advice=_advice(source, visited),
        sample_url=attempt.final_url if attempt and isinstance(article, Article) else "",
    )


def _advice(source: Source, visited: Visited) -> str:
    from mediawatch.harvest.discovery.article_numbers import suggested_template

    return str(suggested_template(visited.items.get(source.name, ()), source) or "")


def _verdict(
    items: int, newest: datetime | None, reasons: set[Reason], article: Article | Loss | None, present: datetime
) -> str:
    if not items:
        blocked = reasons & {Reason.ROBOTS, Reason.FORBIDDEN, Reason.RATE_LIMITED, Reason.CHALLENGE}
        return "blocked" if blocked else "broken"
    if newest is not None and present - newest > SILENT_AFTER:
        return "silent"
    return "alive" if isinstance(article, Article) else "broken"


def _robots(reasons: set[Reason], attempt: FetchAttempt | None) -> str:
    seen = reasons | ({attempt.reason} if attempt is not None and attempt.reason is not None else set())
    if Reason.ROBOTS_UNREACHABLE in seen:
        return "unreachable"
    return "disallowed" if Reason.ROBOTS in seen else "allowed"


def _why(attempt: FetchAttempt | None, article: Article | Loss | None) -> str:
    if attempt is None:
        return "no article to try"
    if isinstance(article, Loss):
        return f"{attempt.job.url}: {article.reason.value} {article.detail}".strip()
    return f"{attempt.job.url}: {attempt.reason.value if attempt.reason else ''} {attempt.detail}".strip()


def _sample(attempt: FetchAttempt, task: ChildTask[Work, Extracted]) -> _Sample:
    source, answer = attempt.job.source, attempt.response
    if answer is None:
        return _Sample(attempt)
    page = page_of(
        answer, link_id=link_id(attempt.job.url), url=attempt.job.url, final_url=attempt.final_url, source=source.name
    )
    found = extracted(page, shared_sandbox().read(task, (page, answer.body, source)))
    return _Sample(attempt, found.outcome, found.drift)


def _extract_and_compare(publishers: Publishers, work: Work) -> Extracted:
    """The page's article, and where the rules of its site and the generic path disagree."""

    page, body, source = work
    drift = drift_of(body, page_context_of(page, source, publishers))
    return replace(extract_all(page, body, source, publishers), drift=drift)
