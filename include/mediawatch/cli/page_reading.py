"""Single pages for the command line, each read in a child process."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mediawatch.extraction.extractor import PAGE_LIMITS
from mediawatch.records import Reason, now
from mediawatch.sandbox import ChildTask, Done, examples, shared_sandbox

if TYPE_CHECKING:
    from mediawatch.extraction.kinds import Refusal
    from mediawatch.extraction.page.context import PageContext
    from mediawatch.extraction.reading import PageReading
    from mediawatch.sources.publishers import Publishers

_GZIP: Final = b"\x1f\x8b"
_LARGEST: Final = 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A page's bytes and what is known of it."""

    markup: bytes
    known: PageContext


def reading_of(served: Served) -> PageReading | Refusal:
    """What the page says, less the element of its headline."""
    from mediawatch.extraction.kinds import Refusal
    from mediawatch.extraction.reading import PageReading

    task = ChildTask(
        name="show",
        function=_read,
        owner=lambda served: served.known.url,
        label=lambda served: served.known.url or "the page",
        gives=(PageReading, Refusal),
        limits=PAGE_LIMITS,
    )
    result = shared_sandbox().read(task, served)
    return result.value if isinstance(result, Done) else Refusal(reason=result.reason, sign=result.detail)


def fields_task(publishers: Publishers) -> ChildTask[tuple[str, bytes], dict[str, Any]]:
    """The task of finding the fields of a page (its address and its bytes), as `found_on`."""
    return ChildTask(
        name="fields",
        function=partial(_found, publishers),
        owner=lambda page: page[0],
        label=lambda page: page[0] or "the page",
        gives=dict,
        example=(examples.HOME, examples.PAGE.body),
        limits=PAGE_LIMITS,
    )


def found_on(markup: bytes, *, url: str, publishers: Publishers) -> dict[str, Any]:
    """The fields of one page of which nothing is known but its address, which may be empty.

    A challenge page has no text.  Whatever else is not an article for the product (a live blog, a teaser before a
    paywall) keeps what it says.
    """
    from mediawatch.extraction.kinds import Refusal
    from mediawatch.extraction.page.context import PageContext
    from mediawatch.extraction.reading import read_page

    reading = read_page(markup, PageContext(url=url, asked=url, fetched_at=_latest(), publishers=publishers))
    if isinstance(reading, Refusal) or (reading.refusal and reading.refusal.reason is Reason.CHALLENGE):
        return {}
    return _fields(reading)


def _latest() -> datetime:
    """The instant after which no page can have been published: this one."""
    return now().astimezone(UTC)


def _fields(reading: PageReading) -> dict[str, Any]:
    body = reading.body
    return {
        "text": body.text,
        "title": reading.headline.title or None,
        "date": reading.published.printed or None,
        "author": reading.byline.name or None,
        "credits": [{"role": str(credit.role), "name": credit.name} for credit in reading.credits],
        "source": reading.provenance.name or None,
        "language": body.language,
        "body_zh": body.body_zh,
        "body_en": body.body_en,
        "captions": list(reading.captions),
        "ranking": [{"rank": line.rank, "title": line.title, "url": line.url} for line in reading.rankings],
    }


def _found(publishers: Publishers, page: tuple[str, bytes]) -> dict[str, Any]:
    return found_on(page[1], url=page[0], publishers=publishers)


def _read(served: Served) -> PageReading | Refusal:
    from mediawatch.extraction.kinds import Refusal
    from mediawatch.extraction.reading import read_page

    reading = read_page(served.markup, served.known)
    if isinstance(reading, Refusal):
        return reading
    return replace(reading, headline=replace(reading.headline, element=None))


def bytes_of(path: Path) -> bytes:
    """The bytes of a page kept as a file, gzipped or not.  Raises OSError, EOFError or ValueError."""
    with path.open("rb") as file:
        head = file.read(2)
        file.seek(0)
        data = gzip.GzipFile(fileobj=file).read(_LARGEST + 1) if head == _GZIP else file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise ValueError(f"more than {_LARGEST:,} bytes")
    return data
