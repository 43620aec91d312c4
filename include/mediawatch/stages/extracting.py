"""Pages through extraction: here, or in processes of their own, where one that runs too long ends alone."""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING

from mediawatch.records import Loss, Page, Reason, Source
from mediawatch.sources.publishers import Publishers
from mediawatch.stages.newsroom import Newsroom

if TYPE_CHECKING:
    from mediawatch.extraction import Extracted

Work = tuple[Page, bytes, Source]

POOL_FROM = 400
"""Pages of a batch from which processes of its own pay: starting them costs about as much as 60 pages each."""

GROUP = 20
"""Pages that travel to a process together, with one copy of the publishers."""

LARGE_BYTES = 2_000_000
"""A page from this size on is extracted in a process of its own also where the others are not: news pages have a
tenth of it, and what is built to be slow is large."""

PAGE_SECONDS = 60.0
"""A page that takes longer ends with its process.  The bounds on bytes, elements and depth come first and decide nearly
always; the slowest of 545 real pages takes under a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extractor:
    """Gives each page its one outcome.  `pool` None means: in this process, but for large pages."""

    publishers: Publishers
    pool: Executor | None
    page_seconds: float = PAGE_SECONDS

    def extract(self, work: Sequence[Work]) -> list[Extracted]:
        """What each page gave, in the order of `work`."""
        if self.pool is None:
            return [self._one(item) for item in work]
        groups = [work[i : i + GROUP] for i in range(0, len(work), GROUP)]
        futures = [self._submitted(self.pool, group) for group in groups]
        found = (self._of_group(future, group) for future, group in zip(futures, groups, strict=True))
        return [extracted for group in found for extracted in group]

    def _submitted(self, pool: Executor, group: Sequence[Work]) -> Future[list[Extracted]] | None:
        try:
            return pool.submit(_extract_group, group, self.publishers, self.page_seconds)
        except BrokenProcessPool:  # by a page of an earlier group
            return None

    def _of_group(self, future: Future[list[Extracted]] | None, group: Sequence[Work]) -> list[Extracted]:
        """The group's results; after a death in the pool, which one page causes and all feel, each page alone."""
        try:
            if future is not None:
                return future.result()
        except BrokenProcessPool:
            pass
        return [self._alone(item) for item in group]

    def _one(self, item: Work) -> Extracted:
        if len(item[1]) >= LARGE_BYTES:
            return self._alone(item)
        return _extract_group([item], self.publishers)[0]

    def _alone(self, item: Work) -> Extracted:
        from mediawatch.extraction import Extracted

        page = item[0]
        with _processes(1) as pool:
            try:
                return pool.submit(_extract_group, [item], self.publishers, self.page_seconds).result()[0]
            except BrokenProcessPool:
                detail = f"its process died or took longer than {self.page_seconds:g} s"
        loss = Loss(stage="extract", link_id=page.link_id, source=page.source, reason=Reason.UNPARSABLE, detail=detail)
        return Extracted(outcome=loss)


@contextmanager
def open_extractor(newsroom: Newsroom, pages: int) -> Iterator[Extractor]:
    """The extractor for a batch of so many `pages`."""
    workers = newsroom.settings.extraction_workers or os.cpu_count() or 1
    if newsroom.pool is not None or workers == 1 or pages < POOL_FROM:
        yield Extractor(publishers=newsroom.publishers, pool=newsroom.pool)
        return
    with _processes(workers) as pool:
        yield Extractor(publishers=newsroom.publishers, pool=pool)


def _processes(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=get_context("forkserver"))


def _extract_group(work: Sequence[Work], publishers: Publishers, page_seconds: float | None = None) -> list[Extracted]:
    """Each page in turn, in whichever process; one that takes longer than `page_seconds` ends the process.

    Only a watchdog that needs no interpreter lock ends a regular expression or a parser gone wild.
    """
    from mediawatch.extraction import extract_all

    found = []
    for page, body, source in work:
        if page_seconds is not None:
            faulthandler.dump_traceback_later(page_seconds, exit=True)
        found.append(extract_all(page, body, source, publishers))
    if page_seconds is not None:
        faulthandler.cancel_dump_traceback_later()
    return found
