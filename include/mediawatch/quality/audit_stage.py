"""Audit: judge the day's articles over all its batches, and decide what may be published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from mediawatch import logs
from mediawatch.context import Report
from mediawatch.lake.partitions import PartitionWriter
from mediawatch.pipeline.source_words import words_by_source
from mediawatch.pipeline.stage import Given, Input, Scope, Stage
from mediawatch.pipeline.taking_over import likenesses
from mediawatch.quality import VERSION, AuditRow, Judgement, Released, audit
from mediawatch.quality.decisions import Decided, decided, setting_of
from mediawatch.quality.frames import READ, stored_values
from mediawatch.records import QualityResult, Reason
from mediawatch.tables import Per
from mediawatch.tables.extraction import ARTICLES, IDENTITIES, PAGE_LINES, PAST_WORDS
from mediawatch.tables.quality import RULE_RESULTS, VERDICTS, Verdict

_LOG = logs.logger(__name__)


def work(given: Given, writer: PartitionWriter, report: Report) -> None:
    """Fill the tables `verdicts` and `quality`."""
    # A link that came twice has two revisions, judged side by side: the rules tell rows apart by link and batch.
    rows = {f"{row.link_id} {batch}": (batch, row) for batch, row in _rows(given)}
    words = decided(given.settings)
    released = Released(
        links={name for name, (_, row) in rows.items() if words.articles.get(row.link_id) == "released"},
        sources={name for name, word in words.sources.items() if word == "released"},
        is_day=words.day == "released",
    )
    found = likenesses(words_by_source(given.rows(PAGE_LINES)), given.rows(PAST_WORDS))
    rejected = {name: verdict for name, (batch, row) in rows.items() if (verdict := _rejected(row, batch, words))}
    # What a person rejected speaks neither for its source nor for the day.
    judged = [replace(row, link_id=name) for name, (_, row) in rows.items() if name not in rejected]
    judgement = audit(judged, given.day, released, found)
    verdicts = [
        rejected.get(name) or _verdict(name, row, batch, judgement, released) for name, (batch, row) in rows.items()
    ]
    writer.append(VERDICTS, verdicts)
    for verdict in verdicts:
        if verdict.reason is not None:
            about = {"link_id": verdict.link_id, "source": verdict.source}
            _LOG.info("not admitted", **about, reason=verdict.reason, detail=verdict.detail)
    writer.append(RULE_RESULTS, judgement.results)
    for source in sorted(judgement.taken_over):
        new = ", ".join(found[source].new_words)
        report(f"{source} is held back: its words are another's ({new}); `mediawatch quarantine list` says what to do")
        _LOG.warning("source taken over", source=source, share=round(found[source].share, 2), words=new)
    report(f"{sum(v.reason is None for v in verdicts)} of {len(verdicts)} articles admitted")


def is_held(results: Iterable[QualityResult]) -> bool:
    """Whether the audit holds the whole day back: also where no article is left that could say so."""
    return any(not result.source and result.severity == "error" and not result.is_passed for result in results)


def _rejected(row: AuditRow, batch: str, words: Decided) -> Verdict | None:
    """The verdict on what a person rejected: the article itself, its source of this day, or the day."""
    scopes = {
        "article": words.articles.get(row.link_id),
        "source": words.sources.get(row.source),
        "day": words.day,
    }
    # The closest word wins: an article that is released out of a rejected day is admitted.
    scope = next((name for name, word in scopes.items() if word is not None), "")
    if scopes.get(scope) != "rejected":
        return None
    return _verdict_of(row, batch, Reason.REJECTED, scope)


def _verdict(name: str, row: AuditRow, batch: str, judgement: Judgement, released: Released) -> Verdict:
    reason: Reason | None = None
    detail = ""
    if name in judgement.failures:
        reason, detail = Reason.BELOW_STANDARD, ", ".join(judgement.failures[name])
    elif name in released.links:  # the closest word wins: it waits for neither its source nor the day
        pass
    elif row.source in judgement.held_sources or (judgement.is_held and row.source not in released.sources):
        held = "source taken over" if row.source in judgement.taken_over else "source"
        reason, detail = Reason.HELD_BACK, held if row.source in judgement.held_sources else "day"
    return _verdict_of(row, batch, reason, detail)


def _verdict_of(row: AuditRow, batch: str, reason: Reason | None, detail: str) -> Verdict:
    return Verdict(
        link_id=row.link_id,
        article_id=row.article_id,
        revision=row.revision,
        source=row.source,
        batch=batch,
        reason=reason,
        detail=detail,
    )


def _rows(given: Given) -> Iterator[tuple[str, AuditRow]]:
    """The day's articles as narrow rows, batch by batch; a link that came twice has a row in each."""
    for (batch, rows), (_, columns) in zip(given.by_batch(IDENTITIES), given.columns(ARTICLES, READ), strict=True):
        found = {row.link_id: row for row in rows if row.reason is None}
        for values in stored_values(columns):
            identity = found.get(values["link_id"])
            if identity is not None:
                yield batch, AuditRow(**values, article_id=identity.article_id, revision=identity.revision)


STAGE = Stage(
    name="audit",
    version=VERSION,
    per=Per.DAY,
    reads=(
        Input(tables=(ARTICLES, IDENTITIES, PAGE_LINES), label="{batch}", of=Scope.BATCHES),
        Input(tables=(PAST_WORDS,), label="boilerplate"),
    ),
    writes=(VERDICTS, RULE_RESULTS),
    settings=setting_of,
    work=work,
)
