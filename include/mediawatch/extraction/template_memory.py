"""Boilerplate memory: what closed days teach about each source's template, frozen for a day by its first build.

    lines/day=D          the sketch of the day's texts as they were before anything was taken out, made when D is closed
    boilerplate/day=D    the template lines that D is built with, and the words of each source that it is judged by,
                         learned from the `lines` of D-14 to D-1 at D's first build and kept from then on, whatever
                         becomes of those days; the words also from the memory before, which knows the sources that
                         said nothing in between, and without those of sources that were held back

The first is derived.  The second is a fact once it stands: it is what makes a day come out the same when it is built
again, alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import pyarrow.compute as pc

from mediawatch.errors import Contended
from mediawatch.extraction.body.bilingual import body_of
from mediawatch.extraction.boilerplate import VERSION, DaySketch, held_by_source, learn, page_lines, sketch, strip
from mediawatch.extraction.identity import digest_of
from mediawatch.lake.names import batches_in
from mediawatch.lake.partitions import (
    PartitionKey,
    PartitionWriter,
    Receipt,
    current,
    current_or_none,
    first_entry_key,
    generation_of,
    partition_days,
    pointer_of,
    read_columns,
    read_rows,
)
from mediawatch.lake.store import Store, missing
from mediawatch.language import han_share
from mediawatch.pipeline.source_words import words_by_source
from mediawatch.pipeline.stage import extracted_batches
from mediawatch.pipeline.taking_over import SPEAKS_AS_BEFORE, past_words
from mediawatch.records import Article, Reason
from mediawatch.tables.declaration import Row, Table
from mediawatch.tables.extraction import (
    IDENTITIES,
    LINE_COUNTS,
    PAGE_LINES,
    PAST_WORDS,
    SOURCE_PAGES,
    SOURCE_WORDS,
    TEMPLATE_LINES,
    PageLines,
    SourceWords,
    TemplateLine,
)
from mediawatch.tables.quality import RULE_RESULTS, VERDICTS

WINDOW_DAYS: Final = 14
"""Two of each day of the week; a template that was changed is out of memory after so many days at the latest."""


def write_sketch(store: Store, day: date) -> Receipt:
    """Make `lines` of `day` from what was extracted of it: each article once, in its first revision."""
    receipts = extracted_batches(store, day)
    writer = PartitionWriter(
        store,
        _key("lines", day),
        inputs={batch: receipt.digest for batch, receipt in receipts.items()},
        version=VERSION,
        settings={},
    )
    pages = [page for receipt in receipts.values() for page in _new_pages(store, receipt)]
    found = sketch(pages)
    writer.append(LINE_COUNTS, found.lines)
    writer.append(SOURCE_PAGES, found.sources)
    writer.append(SOURCE_WORDS, words_by_source(pages))
    return writer.publish()


def memory_generation(store: Store, day: date) -> str:
    """The name of the memory that `day` is built with: of the frozen one, else of what would be frozen now."""
    frozen = _frozen(store, day)
    return frozen.generation if frozen else generation_of(_lessons(store, day).inputs, VERSION, {})


def remembered(store: Store, day: date, generation: str) -> dict[str, frozenset[str]]:
    """{source: its template lines} for the build of `day`, frozen now if this is the first one.

    Raises Contended when another build froze a memory other than `generation` in the meantime.
    """
    receipt = _frozen(store, day) or _freeze(store, day)
    if receipt.generation != generation:
        raise Contended(f"{receipt.key.path} was frozen by another build while this one began")
    return held_by_source(read_rows(store, receipt, TEMPLATE_LINES))


def template_lines(store: Store, day: date) -> list[TemplateLine]:
    """What is held as template text when `day` is built: as frozen, else as its first build would freeze it now."""
    frozen = _frozen(store, day)
    return list(read_rows(store, frozen, TEMPLATE_LINES)) if frozen else _learned(store, _window(store, day))


def without_boilerplate(article: Article, template: Mapping[str, frozenset[str]]) -> Article:
    """`article` without its source's template lines, and the share of its text that these were.

    Where too little would be left the text stays as it is, and the share tells.
    """

    found = strip(article.text, template.get(article.source, frozenset()))
    if found.is_whole:
        return replace(article, boilerplate_share=found.share)
    body = body_of(found.lines)
    return replace(
        article,
        text=body.text,
        body_zh=body.body_zh,
        body_en=body.body_en,
        language=body.language,
        languages=body.languages,
        labels=body.labels,
        text_length=len(body.text),
        han_share=han_share(body.text),
        text_digest=digest_of(body.text),
        boilerplate_share=found.share,
    )


def lines_of(article: Article) -> PageLines:
    """The lines of `article` as they are to be learned from: before anything is taken out of it."""
    return page_lines(article.link_id, article.source, article.text)


def _new_pages(store: Store, receipt: Receipt) -> Iterator[PageLines]:
    new = {i.link_id for i in read_rows(store, receipt, IDENTITIES) if i.reason is None and i.revision == 1}
    return (page for page in read_rows(store, receipt, PAGE_LINES) if page.link_id in new)


def _frozen(store: Store, day: date) -> Receipt | None:
    """The day's frozen memory, unless other rules learned it.  Raises Corrupt where it is gone that the day was built
    with."""
    receipt = current(store, _key("boilerplate", day))
    if receipt is None and (lost := lost_memory(store, day)):
        raise missing(lost, "the lake")
    return receipt if receipt is not None and receipt.version == VERSION else None


def lost_memory(store: Store, day: date) -> str:
    """The key of the pointer to the day's frozen memory where it is gone: the day was built with one; else ""."""
    key = _key("boilerplate", day)
    is_there = pointer_of(store, key).current() is not None
    return "" if is_there or not _was_built(store, day) else first_entry_key(key)


def _was_built(store: Store, day: date) -> bool:
    """Whether a batch of the day was extracted, which froze the memory before."""
    batches = batches_in(store, f"extract/day={day}")
    receipts = (current_or_none(store, PartitionKey(stage="extract", day=day, batch=batch)) for batch in batches)
    return any("boilerplate" in receipt.inputs for receipt in receipts if receipt)


def _freeze(store: Store, day: date) -> Receipt:
    """Learn from the window as it is now, and publish it unless somebody else just did."""
    lessons = _lessons(store, day)
    writer = PartitionWriter(store, _key("boilerplate", day), inputs=lessons.inputs, version=VERSION, settings={})
    writer.append(TEMPLATE_LINES, _learned(store, lessons.window))
    before = _rows_where_made(store, lessons.before, PAST_WORDS) if lessons.before else ()
    days = (_own_words(store, receipt, lessons.audits.get(on)) for on, receipt in lessons.window.items())
    writer.append(PAST_WORDS, past_words(days, before))
    try:
        return writer.publish()
    except Contended:
        frozen = _frozen(store, day)
        if frozen is None:
            raise
        return frozen


def _window(store: Store, day: date) -> dict[date, Receipt]:
    """The `lines` of the closed days before `day`."""
    days = (day - timedelta(days=back) for back in range(WINDOW_DAYS, 0, -1))
    receipts = {before: current(store, _key("lines", before)) for before in days}
    return {before: receipt for before, receipt in receipts.items() if receipt is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lessons:
    """What the memory of a day is learned from: its window, what the audit said of it, and the memory `before`."""

    window: Mapping[date, Receipt]
    audits: Mapping[date, Receipt]
    before: Receipt | None

    @property
    def inputs(self) -> dict[str, str]:
        """As the receipt of the memory names them."""
        inputs = {on.isoformat(): receipt.digest for on, receipt in self.window.items()}
        inputs |= {f"audit {on}": receipt.digest for on, receipt in self.audits.items()}
        return inputs | ({"before": self.before.digest} if self.before else {})


def _lessons(store: Store, day: date) -> _Lessons:
    window = _window(store, day)
    audits = {on: receipt for on in window if (receipt := current(store, _key("audit", on)))}
    return _Lessons(window=window, audits=audits, before=_memory_before(store, day))


def _memory_before(store: Store, day: date) -> Receipt | None:
    """The last frozen memory of a day before `day`."""
    days = (on for on in reversed(partition_days(store, "boilerplate")) if on < day)
    return next((receipt for on in days if (receipt := current(store, _key("boilerplate", on)))), None)


def _rows_where_made(store: Store, receipt: Receipt, table: Table[Row]) -> Iterator[Row]:
    """The rows of a table that partitions of earlier versions do not have."""
    return read_rows(store, receipt, table) if table.name in receipt.tables else iter(())


def _own_words(store: Store, receipt: Receipt, audit: Receipt | None) -> Iterator[SourceWords]:
    """The words of the sources of a day but for those that were not their own, or that a person rejected."""
    others = _others(store, audit) if audit else frozenset()
    return (row for row in _rows_where_made(store, receipt, SOURCE_WORDS) if row.source not in others)


def _others(store: Store, audit: Receipt) -> frozenset[str]:
    results = (row for row in read_rows(store, audit, RULE_RESULTS) if row.rule == SPEAKS_AS_BEFORE)
    verdicts = read_columns(store, audit, VERDICTS, ["source", "reason", "detail"])
    is_whole = pc.and_(pc.equal(verdicts["reason"], Reason.REJECTED.value), pc.not_equal(verdicts["detail"], "article"))
    rejected = pc.unique(verdicts.filter(is_whole)["source"]).to_pylist()
    return frozenset({*rejected, *(row.source for row in results if not row.is_passed)})


def _learned(store: Store, window: Mapping[date, Receipt]) -> list[TemplateLine]:
    return learn({day: _sketch(store, receipt) for day, receipt in window.items()})


def _sketch(store: Store, receipt: Receipt) -> DaySketch:
    return DaySketch(
        lines=tuple(read_rows(store, receipt, LINE_COUNTS)),
        sources=tuple(read_rows(store, receipt, SOURCE_PAGES)),
    )


def _key(stage: str, day: date) -> PartitionKey:
    return PartitionKey(stage=stage, day=day)
