"""What sites answered while they are visited, read in child processes on the budget of each source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mediawatch.records import Exchange, Source
from mediawatch.sandbox import Budget, ChildLimits, ChildTask, ReadFailure, Sandbox, examples, shared_sandbox
from mediawatch.settings import Settings
from mediawatch.sources.pages import may_be_paged, next_page

if TYPE_CHECKING:
    from mediawatch.harvest.discovery import Announcement, Findings

ANSWER_LIMITS: Final = ChildLimits(cpu_seconds=60.0)
"""A feed or sitemap of 40 MB, which is as large as they come, takes up to 20 s and 180 MB."""

_Announced = tuple["Announcement", Exchange, Source]
_Fetched = tuple[str, str, Exchange]
"""The source's name, the page's final address, and its answer."""


def _usual_budget() -> Budget:
    seconds: float = Settings.model_fields["source_cpu_seconds"].default
    return Budget(seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkupReader:
    """Reads announcements and pages as they come in.  Nothing that they hold raises or takes long."""

    budget: Budget = field(default_factory=_usual_budget)
    sandbox: Sandbox = field(default_factory=shared_sandbox)
    limits: ChildLimits = ANSWER_LIMITS

    def findings(self, announcement: Announcement, answer: Exchange, source: Source) -> Findings:
        """What `answer` announces; where it cannot be read the reason and the problem say why."""
        from mediawatch.harvest.discovery import failed

        result = self.sandbox.read(_announcing(self.limits), (announcement, answer, source), self.budget)
        return failed(result.reason, result.detail) if isinstance(result, ReadFailure) else result.value

    def next_page(self, source: str, url: str, answer: Exchange) -> str:
        """The address of the page that follows `url` in the same article; empty where none can be read."""
        result = self.sandbox.read(_paging(self.limits), (source, url, answer), self.budget)
        return "" if isinstance(result, ReadFailure) else result.value


def _announcing(limits: ChildLimits) -> ChildTask[_Announced, Findings]:
    from mediawatch.harvest.discovery import Announcement, Findings

    example = Announcement(url=examples.HOME, kind="feed", source="example")
    return ChildTask(
        name="discover",
        function=_findings,
        owner=lambda asked: asked[2].name,
        label=lambda asked: asked[0].url,
        gives=Findings,
        example=(example, examples.FEED, examples.SOURCE),
        limits=limits,
    )


def _findings(asked: _Announced) -> Findings:
    from mediawatch.harvest.discovery import read_announcement

    return read_announcement(*asked)


def _paging(limits: ChildLimits) -> ChildTask[_Fetched, str]:
    return ChildTask(
        name="next page",
        function=_next_page,
        owner=lambda asked: asked[0],
        label=lambda asked: asked[1],
        gives=str,
        example=("example", examples.HOME, examples.PAGE),
        limits=limits,
    )


def _next_page(asked: _Fetched) -> str:
    from mediawatch.harvest.discovery.markup import page_tree

    _, url, answer = asked
    if not may_be_paged(answer.body):
        return ""
    root = page_tree(answer.body, answer.header("Content-Type"))
    return "" if root is None else next_page(root, url)
