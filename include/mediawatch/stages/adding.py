"""Adding a source: visit a site that is not in the catalogue yet, and propose its entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mediawatch.errors import BadRequest
from mediawatch.records import Announcer, Exchange, Source
from mediawatch.sources.urls import host_of
from mediawatch.sources.yaml_text import to_yaml
from mediawatch.stages.checking import Finding, visit
from mediawatch.stages.collecting import open_crawler
from mediawatch.stages.newsroom import Newsroom

if TYPE_CHECKING:
    from mediawatch.discovery import Announcement
    from mediawatch.fetching import Crawler


ROUNDS = 2
"""What the home page and robots.txt name, and then the children of sitemap indexes among that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A catalogue entry as YAML, and what a visit by it found."""

    yaml: str
    finding: Finding


def probe(newsroom: Newsroom, url: str, *, allow_addresses: tuple[str, ...] = ()) -> Proposal:
    """Look the site at `url` over.  Raises BadRequest for no URL, or when nothing came back.

    `allow_addresses` are networks it may lead to although they are not public.
    """
    from mediawatch.discovery.probing import candidates_for, further_candidates, suggest

    try:
        visitor = _visitor(url, allow_addresses)
        first = candidates_for(url)
    except ValueError as error:
        raise BadRequest(f"{url!r} is not the address of a site: {error}") from error
    with open_crawler(newsroom) as crawler:
        answers = _fetch(crawler, visitor, first[:1])
        answers += _fetch(crawler, visitor, first[1:])
        for _ in range(ROUNDS):
            answers += _fetch(crawler, visitor, further_candidates(url, answers))
    suggestion = suggest(url, answers)
    source = suggestion.source.model_copy(update={"allow_addresses": allow_addresses})
    return Proposal(yaml=to_yaml(source, suggestion.notes), finding=visit(newsroom, [source])[0])


def _visitor(url: str, allow_addresses: tuple[str, ...]) -> Source:
    """The site as a source, as far as its address tells."""
    return Source(
        name="probed",
        title="probed",
        home=url,
        hosts=(host_of(url),),
        timezone="UTC",
        languages=("und",),
        country="ZZ",
        discovery=(Announcer(kind="auto", url=url),),
        allow_addresses=allow_addresses,
    )


def _fetch(crawler: Crawler, visitor: Source, announcements: Iterable[Announcement]) -> list[Exchange]:
    from mediawatch.fetching import Job

    jobs = [Job(key=a.url, url=a.url, source=visitor, kind="announcement") for a in announcements]
    attempts = list(crawler.crawl(jobs))
    for attempt in attempts:
        if attempt.reason is not None and attempt.job.url == visitor.home:
            raise BadRequest(f"{visitor.home}: {attempt.reason.meaning} {attempt.detail}".strip())
    return [exchange for attempt in attempts for exchange in attempt.exchanges]
