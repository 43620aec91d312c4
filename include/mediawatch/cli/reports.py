"""The report of one page: its fields, where each was read, and what was cut from the text and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, RESULT, plain, print_json
from mediawatch.cli.page_reading import Served, reading_of
from mediawatch.errors import BadRequest, Unavailable
from mediawatch.extraction.article import page_context_of
from mediawatch.extraction.body.bilingual import pairs_of
from mediawatch.extraction.body.paragraphs import Label
from mediawatch.extraction.kinds import Refusal
from mediawatch.extraction.page.context import PageContext
from mediawatch.extraction.reading import PageReading
from mediawatch.records import Seed, Source, now
from mediawatch.sources.publishers import FOLDER, Publishers, read_publishers
from mediawatch.sources.urls import host_of, link_id

if TYPE_CHECKING:
    from mediawatch.context import Context

_SHOWN = 72
"""Characters of a line that was cut."""


def print_report(page: str, *, url: str, source: str, catalog: Path | None, as_json: bool) -> None:
    """Read the file or address `page` and print what is found on it.

    Raises BadRequest for a file that cannot be read, Unavailable for a page that cannot be fetched.
    """
    context = options.context(catalog=catalog)
    publishers = read_publishers(context.settings.catalog_dir / FOLDER)
    is_address = page.startswith(("http://", "https://"))
    served = _fetched(context, page, publishers) if is_address else _opened(context, page, url, source, publishers)
    reading = reading_of(served)
    if as_json:
        print_json(_values(reading))
        return
    for line in _report(reading):
        RESULT.print(line)


def _opened(context: Context, page: str, url: str, source: str, publishers: Publishers) -> Served:
    from mediawatch.cli.page_reading import bytes_of

    try:
        markup = bytes_of(Path(page))
    except (OSError, EOFError, ValueError) as error:
        raise BadRequest(f"{page}: {error}") from error
    entry = context.catalogue.named(source) if source else _of_host(context, url)
    known = PageContext(url=url, asked=url, fetched_at=now().astimezone(UTC), publishers=publishers)
    return Served(markup=markup, known=_with(known, entry))


def _of_host(context: Context, url: str) -> Source | None:
    try:
        return context.catalogue.by_host(host_of(url))
    except ValueError:
        return None


def _with(known: PageContext, source: Source | None) -> PageContext:
    if source is None:
        return known
    rules = source.rules or known.rules
    return replace(known, timezone=source.timezone, site_name=source.title, hosts=source.hosts, rules=rules)


def _fetched(context: Context, url: str, publishers: Publishers) -> Served:
    from mediawatch.harvest.collecting import looking_around
    from mediawatch.harvest.fetching import Job
    from mediawatch.sources.pages import page_of

    entry = _of_host(context, url)
    job = Job(key=url, url=url, source=entry or _stranger(url), kind="article")
    with looking_around(context, lambda line: PROGRESS.print(plain(line))) as crawler:
        attempt = next(iter(crawler.crawl([job])))
    if attempt.response is None:
        raise Unavailable(f"{url}: {attempt.reason.value if attempt.reason else ''} {attempt.detail}".strip())
    page = page_of(attempt.response, link_id=link_id(url), url=url, final_url=attempt.final_url, source=job.source.name)
    known = page_context_of(page, job.source, publishers)
    return Served(markup=attempt.response.body, known=known if entry else _unknown(known))


def _stranger(url: str) -> Source:
    """A site that is not in the catalogue, as far as its address tells."""
    try:
        host = host_of(url)
    except ValueError as error:
        raise BadRequest(f"{url!r} is not the address of a page: {error}") from error
    return Source(
        name="unknown",
        title=host,
        home=f"{urlsplit(url).scheme}://{host}/",
        hosts=(host,),
        timezone="UTC",
        languages=("und",),
        country="ZZ",
        discovery=(Seed(kind="auto", url=url),),
    )


def _unknown(known: PageContext) -> PageContext:
    """A site that is not in the catalogue: nothing is known of its zone or name."""
    return replace(known, timezone="", site_name="", hosts=())


def _report(reading: PageReading | Refusal) -> Iterator[str]:
    if isinstance(reading, Refusal):
        yield f"[bold red]not readable[/]: {reading.reason.value}: {plain(reading.sign)}"
        return
    if reading.refusal:
        yield f"[bold red]not an article[/]: {reading.refusal.reason.value}: {plain(reading.refusal.sign)}"
    for name, (value, origin) in _fields(reading).items():
        yield f"[bold]{name:<13}[/] {plain(str(value)) or '-'}" + (f"  [dim]({plain(origin)})[/]" if origin else "")
    yield from _body(reading)
    yield from _lists(reading)


def _fields(reading: PageReading) -> Mapping[str, tuple[Any, str]]:
    """Each field with its value and where it was read."""
    origin = reading.provenance
    publisher = f"{origin.name} = {origin.publisher_id}" if origin.publisher_id else origin.name
    sure = f", confidence {origin.confidence:.2f}{', a repost' if origin.is_repost else ''}" if origin.name else ""
    return {
        "title": (reading.headline.title, reading.headline.origin),
        "title_en": (reading.headline.title_en, ""),
        "published": (reading.published.printed, reading.published.origin),
        "byline": (reading.byline.name, reading.byline.origin),
        "section": (reading.section, ""),
        "publisher": (publisher, f"{origin.origin}{sure}"),
        "languages": (", ".join(reading.body.languages), "the main one first"),
        "canonical": (reading.canonical, ""),
        "next page": (reading.next_page, ""),
    }


def _body(reading: PageReading) -> Iterator[str]:
    body = [line.text for line in reading.lines if line.label is Label.BODY]
    pairs = pairs_of(body, reading.body.labels)
    paired = f", {len(pairs)} pairs of translations" if pairs else ""
    yield f"[bold]body[/]          {len(reading.body.text)} characters in {len(body)} paragraphs{paired}"
    for line, label in zip(body, reading.body.labels, strict=True):
        yield f"  [dim]{label:<8}[/] {plain(line)}"


def _lists(reading: PageReading) -> Iterator[str]:
    cut = [line for line in reading.lines if line.label is not Label.BODY]
    yield f"[bold]cut[/]           {len(cut)} lines"
    yield from (f"  [dim]{line.label.value:<8}[/] {plain(line.text[:_SHOWN])}" for line in cut)
    yield f"[bold]captions[/]      {len(reading.captions)}"
    yield from (f"  {plain(caption)}" for caption in reading.captions)
    yield f"[bold]rankings[/]      {len(reading.rankings)} lines"
    yield from (f"  {plain(r.heading)} {r.rank}. {plain(r.title)}  [dim]{plain(r.url)}[/]" for r in reading.rankings)
    yield from (f"[bold yellow]drift[/]         {plain(finding)}" for finding in reading.drift)


def _values(reading: PageReading | Refusal) -> dict[str, Any]:
    if isinstance(reading, Refusal):
        return {"refusal": reading.reason.value, "sign": reading.sign}
    fields = {
        name.replace(" ", "_"): {"value": value, "from": origin} for name, (value, origin) in _fields(reading).items()
    }
    refusal = {"reason": reading.refusal.reason.value, "sign": reading.refusal.sign} if reading.refusal else None
    return {
        **fields,
        "refusal": refusal,
        "lines": [{"label": line.label.value, "text": line.text} for line in reading.lines],
        "labels": list(reading.body.labels),
        "captions": list(reading.captions),
        "rankings": [{"heading": r.heading, "rank": r.rank, "title": r.title, "url": r.url} for r in reading.rankings],
        "drift": list(reading.drift),
    }
