"""Pages through extraction, each in a child process where it can cost nothing but itself."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from mediawatch.extraction import Extracted, extract_all
from mediawatch.records import Article, Loss, Page, Reason, Source
from mediawatch.sandbox import Budget, ChildLimits, ChildTask, Done, ReadFailure, Sandbox, examples, shared_sandbox
from mediawatch.sources.pages import page_of

if TYPE_CHECKING:
    from mediawatch.context import Context
    from mediawatch.sources.publishers import Publishers

Work = tuple[Page, bytes, Source]

PAGE_LIMITS = ChildLimits(cpu_seconds=20.0)
"""The bounds on bytes, elements and depth come first and decide nearly always: the slowest of 545 real pages takes
under a second, the largest within those bounds 1.3 s and 180 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extractor:
    """Gives each page its one outcome, so many pages `at_once`."""

    sandbox: Sandbox
    task: ChildTask[Work, Extracted]
    budget: Budget
    at_once: int = 1

    def prepare(self) -> None:
        """Begin to load what pages are read with, and do not wait for it."""
        self.sandbox.prepare(self.task)

    def extract(self, work: Sequence[Work], beat: Callable[[], None] = lambda: None) -> list[Extracted]:
        """What each page gave, in the order of `work`; `beat` is called after each."""
        results = self.sandbox.read_all(self.task, work, at_once=self.at_once, budget=self.budget, beat=beat)
        return [extracted(page, result) for (page, _, _), result in zip(work, results, strict=True)]


def open_extractor(context: Context) -> Extractor:
    """The extractor for one segment of a batch."""
    settings = context.settings
    return Extractor(
        sandbox=shared_sandbox(),
        task=extraction(context.publishers),
        budget=Budget(seconds=settings.source_cpu_seconds),
        at_once=settings.extraction_workers or os.cpu_count() or 1,
    )


def extraction(publishers: Publishers, limits: ChildLimits = PAGE_LIMITS) -> ChildTask[Work, Extracted]:
    """The task of reading a page as its source's."""
    return ChildTask(
        name="extract",
        function=partial(_extract, publishers),
        owner=lambda work: work[2].name,
        label=lambda work: work[0].final_url or work[0].url,
        gives=Extracted,
        example=_example(),
        limits=limits,
    )


def seldom(act: Callable[[], None], seconds: float) -> Callable[[], None]:
    """Calls `act`, but only when `seconds` have passed since it did last."""
    last = time.monotonic()

    def call() -> None:
        nonlocal last
        if time.monotonic() - last >= seconds:
            last = time.monotonic()
            act()

    return call


def _extract(publishers: Publishers, work: Work) -> Extracted:
    page, body, source = work
    return extract_all(page, body, source, publishers)


def extracted(page: Page, result: Done[Extracted] | ReadFailure) -> Extracted:
    """The outcome of `page`: what the child made of it, or that it could make nothing of it.

    Whose outcome it is, a page that took the child over does not decide.
    """
    reason, detail = Reason.UNPARSABLE, "no value came back: the outcome of another page"
    if isinstance(result, ReadFailure):
        reason, detail = result.reason, result.detail
    elif _is_of(result.value.outcome, page):
        return result.value
    loss = Loss(stage="extract", link_id=page.link_id, source=page.source, reason=reason, detail=detail)
    return Extracted(outcome=loss)


def _is_of(outcome: object, page: Page) -> bool:
    """Whether it is an outcome, and that of `page`: a child may have been made to send anything."""
    return isinstance(outcome, Article | Loss) and (outcome.link_id, outcome.source) == (page.link_id, page.source)


def _example() -> Work:
    page = page_of(examples.PAGE, link_id="0" * 32, url=examples.HOME, final_url=examples.HOME, source="example")
    return page, examples.PAGE.body, examples.SOURCE
