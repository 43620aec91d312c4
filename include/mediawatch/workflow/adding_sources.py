"""Adding a source: visit a site that is not in the catalogue yet, and propose its entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from mediawatch.context import Context, Report, silent
from mediawatch.errors import BadRequest
from mediawatch.harvest.collecting import looking_around
from mediawatch.harvest.markup import ANSWER_LIMITS
from mediawatch.records import Exchange, Seed, Source
from mediawatch.sandbox import ChildTask, ReadFailure, examples, shared_sandbox
from mediawatch.sources.urls import host_of
from mediawatch.sources.yaml_nodes import to_yaml
from mediawatch.workflow.checking_sources import SourceFinding, visit

if TYPE_CHECKING:
    from mediawatch.harvest.discovery import Announcement
    from mediawatch.harvest.discovery.probing import Suggestion
    from mediawatch.harvest.fetching import Crawler

_Answers = tuple[str, tuple[Exchange, ...]]
"""The address of a site, and what it answered so far."""
_Found = TypeVar("_Found")

ROUNDS = 2
"""What the home page and robots.txt name, and then the children of sitemap indexes among that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A catalogue entry as YAML, and what a visit by it found."""

    yaml: str
    finding: SourceFinding


def probe(context: Context, url: str, report: Report = silent, *, allow_addresses: tuple[str, ...] = ()) -> Proposal:
    """Look the site at `url` over.  Raises BadRequest for no URL, or when nothing came back.

    `allow_addresses` are networks it may lead to although they are not public.
    """
    from mediawatch.harvest.discovery.probing import candidates_for

    try:
        visitor = _visitor(url, allow_addresses)
        first = candidates_for(url)
    except ValueError as error:
        raise BadRequest(f"{url!r} is not the address of a site: {error}") from error
    with looking_around(context, silent) as crawler:  # `visit` says it
        answers = _fetch(crawler, visitor, first[:1])
        answers += _fetch(crawler, visitor, first[1:])
        for _ in range(ROUNDS):
            further = _read(FURTHER, url, answers)
            answers += _fetch(crawler, visitor, further)
    suggestion = _read(SUGGESTING, url, answers)
    source = suggestion.source.model_copy(update={"allow_addresses": allow_addresses})
    return Proposal(yaml=to_yaml(source, suggestion.notes), finding=visit(context, [source], report)[0])


def _read(task: ChildTask[_Answers, _Found], url: str, answers: Sequence[Exchange]) -> _Found:
    """What `task` finds in the answers of the site.  Raises BadRequest when they cannot be read."""
    result = shared_sandbox().read(task, (url, tuple(answers)))
    if isinstance(result, ReadFailure):
        raise BadRequest(f"{url}: what the site answered cannot be read: {result.detail}")
    return result.value


def _further(asked: _Answers) -> tuple[Announcement, ...]:
    from mediawatch.harvest.discovery.probing import further_candidates

    return further_candidates(*asked)


def _suggest(asked: _Answers) -> Suggestion:
    from mediawatch.harvest.discovery.probing import suggest

    return suggest(*asked)


def _task(name: str, function: Callable[[_Answers], _Found]) -> ChildTask[_Answers, _Found]:
    return ChildTask(
        name=name,
        function=function,
        owner=lambda asked: asked[0],
        label=lambda asked: asked[0],
        example=(examples.HOME, (examples.PAGE,)),
        limits=ANSWER_LIMITS,
    )


FURTHER = _task("look further", _further)
SUGGESTING = _task("suggest", _suggest)


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
        discovery=(Seed(kind="auto", url=url),),
        allow_addresses=allow_addresses,
    )


def _fetch(crawler: Crawler, visitor: Source, announcements: Iterable[Announcement]) -> list[Exchange]:
    from mediawatch.harvest.fetching import Job

    jobs = [Job(key=a.url, url=a.url, source=visitor, kind="announcement") for a in announcements]
    attempts = list(crawler.crawl(jobs))
    for attempt in attempts:
        if attempt.reason is not None and attempt.job.url == visitor.home:
            raise BadRequest(f"{visitor.home}: {attempt.reason.meaning} {attempt.detail}".strip())
    return [exchange for attempt in attempts for exchange in attempt.exchanges]
