"""All that one page tells, each piece with the place it was read from."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from mediawatch.errors import in_short
from mediawatch.extraction.attribution.bylines import Byline, byline_below, byline_of, end_of_text, section_of
from mediawatch.extraction.attribution.credit import Credit
from mediawatch.extraction.attribution.evidence import Evidence
from mediawatch.extraction.attribution.publisher import Provenance, provenance_of
from mediawatch.extraction.attribution.roles import credits_of
from mediawatch.extraction.body.bilingual import Body, body_of
from mediawatch.extraction.body.embedded import Embedded, better_text, embedded_in
from mediawatch.extraction.body.main_text import main_text
from mediawatch.extraction.body.paragraphs import Label, Line, captions_in, sort_lines
from mediawatch.extraction.body.rankings import Ranked, take_rankings
from mediawatch.extraction.dates import Published, published_below, published_of
from mediawatch.extraction.kinds import Refusal, Signs, refusal_of, signs_of
from mediawatch.extraction.page.context import PageContext
from mediawatch.extraction.page.declared import Declared, declared_by
from mediawatch.extraction.page.tree import (
    Classed,
    Run,
    UnparsableError,
    Visible,
    parse,
    runs_in_body,
    visible_text,
    with_classes,
    with_itemprops,
)
from mediawatch.extraction.rules import Ruled, apply_rules
from mediawatch.extraction.script_dates import published_in_scripts
from mediawatch.extraction.titles import PageHeadline, headline_of
from mediawatch.language.decoding import decode
from mediawatch.records import Reason
from mediawatch.sources.pages import next_page

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LOG = logging.getLogger(__name__)
_SHOWN: Final = 4_000
_LETTERS: Final = 10
"""Fewer letters than this are no text; the audit judges how long an article has to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """What one page says.  `refusal` tells why it is not an article; the rest is what was found all the same.

    `lines` are those of the main text with their labels: the lines labelled body are the body's, in order.
    """

    headline: PageHeadline
    published: Published
    byline: Byline
    credits: tuple[Credit, ...]
    """All whom the page names with a role, the authors first."""
    section: str
    provenance: Provenance
    canonical: str
    lines: tuple[Line, ...]
    body: Body
    captions: tuple[str, ...]
    rankings: tuple[Ranked, ...]
    next_page: str
    refusal: Refusal | None
    drift: tuple[str, ...]
    """Rules of the site that found nothing, or other than the generic path, one sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What is read from the whole page rather than from its main text."""

    declared: Declared
    headline: PageHeadline
    visible: Visible
    signs: Signs
    published: Published
    byline: Byline
    next_page: str


def read_page(markup: bytes, context: PageContext) -> PageReading | Refusal:
    """Read the page `markup`; a Refusal when it cannot be read at all.  Never raises, whatever the bytes.

    An error of ours that the page leads to is its own outcome too; the log has its address.
    """
    try:
        return read_page_or_raise(markup, context)
    except Exception as error:  # noqa: BLE001 - one page must never cost another
        _LOG.warning("%s: %s: %s", context.url or "a page without address", in_short(error), error)
        return Refusal(reason=Reason.UNPARSABLE, sign=in_short(error))


def read_page_or_raise(markup: bytes, context: PageContext) -> PageReading | Refusal:
    """As `read_page`, but errors of ours are raised: for whoever looks for them."""
    with _uncollected():
        decoded = decode(markup, context.content_type)
        if decoded is None:
            return Refusal(reason=Reason.UNDECODABLE, sign=f"{len(markup):,} bytes")
        try:
            return _read_held(parse(decoded.text), context)
        except UnparsableError as error:
            return Refusal(reason=Reason.UNPARSABLE, sign=str(error))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles: the thousands of elements that are held make it go over all that there is again
    and again, a tenth of the time of a page, and find nothing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _read_held(root: HtmlElement, context: PageContext) -> PageReading:
    """As `_read`, with all elements held: lxml makes a new object of one whenever it is asked for and nobody has it."""
    held = list(root.iter())
    reading = _read(root, context)
    held.clear()
    return reading


def _read(root: HtmlElement, context: PageContext) -> PageReading:
    ruled = apply_rules(root, context)
    runs, classed = runs_in_body(root), with_classes(root)
    around = _look_around(root, runs, classed, context, ruled)
    embedded = embedded_in(root)
    # From here on the tree is taken apart.
    rankings = take_rankings(root, runs, url=context.url, headline=around.headline.element, places=ruled.rankings)
    pictured = captions_in(root, headline=around.headline.element, classed=classed)
    text = ruled.text or main_text(root, headline=around.headline.element, title=around.headline.title)
    lines, body = _sorted(text, around, rankings)
    if not ruled.text and (better := _embedded_text(embedded, around, body)):
        lines, body = _sorted(better, around, rankings)
    if around.published.stamp is None or around.published.kind == "address":
        around = replace(around, published=_published_elsewhere(around, embedded, body, context))
    if not around.byline.name:
        around = replace(around, byline=_byline_below(around, body, context))
    return PageReading(
        headline=around.headline,
        published=around.published,
        byline=around.byline,
        credits=credits_of(around.visible, around.byline, last_line=_last_line(body), captions=pictured),
        section=section_of(around.declared),
        provenance=provenance_of(_evidence(around, body, context, ruled)),
        canonical=around.declared.canonical,
        lines=lines,
        body=body,
        captions=_captions(pictured, lines),
        rankings=rankings,
        next_page=around.next_page,
        refusal=_refusal(around.signs, body),
        drift=ruled.drift,
    )


def _sorted(text: str, around: _Around, rankings: tuple[Ranked, ...]) -> tuple[tuple[Line, ...], Body]:
    """The lines of a main text with their labels, and the body that they make."""
    titles = (around.headline.title, around.headline.title_en, around.headline.printed)
    ranked = frozenset(line.title for line in rankings)
    lines = sort_lines(text, titles=titles, byline=around.byline.name, ranked=ranked)
    return lines, body_of([line.text for line in lines if line.label is Label.BODY])


def _embedded_text(embedded: Embedded, around: _Around, body: Body) -> str:
    declared = around.declared
    return better_text(
        embedded,
        [node for node in declared.nodes if not declared.is_of_another(node)],
        shown=body.text,
        title=around.headline.title,
        description=declared.meta("description", "og:description"),
    )


def _look_around(
    root: HtmlElement, runs: Sequence[Run], classed: Sequence[Classed], context: PageContext, ruled: Ruled
) -> _Around:
    declared = declared_by(root, context.url)
    itemprops = with_itemprops(root)
    headline = ruled.headline or headline_of(
        root,
        declared,
        runs,
        announced=context.announced_title,
        site=context.site_name,
        publishers=context.publishers,
    )
    visible = visible_text(root, runs, headline.element)
    shown = (visible.above + visible.below)[:_SHOWN]
    return _Around(
        declared=declared,
        headline=headline,
        visible=visible,
        signs=signs_of(root, declared, asked=context.asked, url=context.url, title=headline.title, shown=shown),
        published=published_of(root, declared, visible, context, ruled.date, itemprops=itemprops),
        byline=byline_of(
            root,
            declared,
            visible,
            context,
            ruled.byline,
            headline=headline.element,
            classed=classed,
            itemprops=itemprops,
        ),
        next_page=next_page(root, context.url),
    )


def _byline_below(around: _Around, body: Body, context: PageContext) -> Byline:
    found = byline_below(around.visible, around.declared, context, last_line=_last_line(body))
    return replace(found, publishers=(*around.byline.publishers, *found.publishers))


def _published_elsewhere(around: _Around, embedded: Embedded, body: Body, context: PageContext) -> Published:
    """The date below the text or in the scripts of a page that says it nowhere above; of one whose address has it, what
    its scripts know of the hour of that day."""
    known = around.published
    below = Published() if known.stamp else published_below(_end_of(around, body), context)
    if below.stamp:
        return below
    scripted = published_in_scripts(embedded.scripts, around.headline.title, context)
    is_fitting = scripted.stamp and (known.stamp is None or scripted.stamp.day == known.stamp.day)
    return scripted if is_fitting else known


def _end_of(around: _Around, body: Body) -> tuple[str, ...]:
    lines = around.visible.lines
    end = end_of_text(lines, _last_line(body))
    return lines[end:] if end >= 0 else ()


def _last_line(body: Body) -> str:
    return body.text.rpartition("\n")[2]


def _evidence(around: _Around, body: Body, context: PageContext, ruled: Ruled) -> Evidence:
    return Evidence(
        declared=around.declared,
        visible=around.visible,
        body=body,
        byline=around.byline,
        context=context,
        ruled=ruled.source,
    )


def _refusal(signs: Signs, body: Body) -> Refusal | None:
    refusal = refusal_of(signs, body.text)
    if refusal is None and len(list(islice(filter(str.isalpha, body.text), _LETTERS))) < _LETTERS:
        return Refusal(reason=Reason.NO_TEXT, sign=f"{len(body.text)} characters")
    return refusal


def _captions(pictured: tuple[str, ...], lines: tuple[Line, ...]) -> tuple[str, ...]:
    written = (line.text for line in lines if line.label is Label.CAPTION)
    body = frozenset(line.text for line in lines if line.label is Label.BODY)
    return tuple(caption for caption in dict.fromkeys((*pictured, *written)) if caption not in body)
