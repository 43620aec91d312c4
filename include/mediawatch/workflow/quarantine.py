"""The quarantine: what the audit keeps out, why, and what people decided about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from mediawatch.context import Context, Report, silent
from mediawatch.errors import BadRequest, Corrupt, GateClosed
from mediawatch.keywords.evaluations import evaluations_of
from mediawatch.lake.batches import read_batch_rows, sealed_batches
from mediawatch.lake.partitions import PartitionKey, current, partition_days, read_columns, read_rows
from mediawatch.pipeline.admitted import extracted
from mediawatch.pipeline.closed import is_closed
from mediawatch.quality.audit_stage import is_held
from mediawatch.quality.decisions import Decision, Scope, Word, decide, decisions_of, last_words
from mediawatch.quality.frames import AuditRow, article_frame, audit_row
from mediawatch.quality.suites import RULES, days
from mediawatch.quality.suites import articles as suite
from mediawatch.records import Article, Page, QualityResult, Reason
from mediawatch.tables.extraction import ARTICLES
from mediawatch.tables.harvest import PAGES
from mediawatch.tables.quality import RULE_RESULTS, VERDICTS, Verdict
from mediawatch.workflow.closing import serve_day
from mediawatch.workflow.runner import build_day, judge_day
from mediawatch.workflow.watch import watch_day

if TYPE_CHECKING:
    from pandas import Series

LISTED_DAYS: Final = 7
"""How many days back what is held is shown, counted and found by its name, unless told."""
_NAMED: Final[Sequence[str]] = ("link_id", "url", "title")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Something that the audit keeps out, or kept out until a person decided.

    `name` is the article's link id, the source's name, or "" for the day.  `rules` are those that it failed; `articles`
    how many rows wait with it.  `decision` is the last one about it.
    """

    day: date
    scope: Scope
    name: str
    source: str
    url: str
    title: str
    rules: tuple[str, ...]
    articles: int
    decision: Decision | None

    @property
    def state(self) -> str:
        """`waiting`, `released` or `rejected`."""
        return self.decision.word if self.decision else "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRule:
    """A rule that an article fails: what was observed of it, and what is expected."""

    rule: str
    title: str
    observed: str
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldArticle:
    """One article in quarantine with its page and the rules that it fails."""

    held: Held
    article: Article
    page: Page | None
    failed: tuple[FailedRule, ...]


def held_on(context: Context, day: date) -> list[Held]:
    """What the audit of `day` keeps out and what was decided about it: the day, its sources, and its articles.

    Empty where the day was not audited.
    """
    store = context.store
    receipt = current(store, PartitionKey(stage="audit", day=day))
    if receipt is None:
        return []
    verdicts = list(read_rows(store, receipt, VERDICTS))
    words = last_words(decisions_of(store, day))
    results = list(read_rows(store, receipt, RULE_RESULTS))
    return [
        *_held_day(day, verdicts, results, words.get(("day", ""))),
        *_held_sources(day, verdicts, results, words),
        *_held_articles(context, day, verdicts, words),
    ]


def held_over(context: Context, days: Iterable[date]) -> tuple[list[Held], list[str]]:
    """What is held of each of `days`, in their order, and what is wrong with days that cannot be read."""
    held: list[Held] = []
    faults: list[str] = []
    for day in days:
        try:
            held += held_on(context, day)
        except Corrupt as error:
            faults.append(str(error))
    return held, faults


def _held_day(
    day: date, verdicts: Sequence[Verdict], results: Sequence[QualityResult], word: Decision | None
) -> Iterator[Held]:
    if not is_held(results) and word is None:
        return
    rules = tuple(r.rule for r in results if not r.source and r.severity == "error" and not r.is_passed)
    count = sum(v.reason is Reason.HELD_BACK and v.detail == "day" for v in verdicts)
    yield _held(day, "day", "", rules=rules, articles=count, decision=word)


def _held_sources(
    day: date,
    verdicts: Sequence[Verdict],
    results: Sequence[QualityResult],
    words: dict[tuple[Scope, str], Decision],
) -> Iterator[Held]:
    waiting = {v.source for v in verdicts if v.reason is Reason.HELD_BACK and v.detail != "day"}
    decided = {name for scope, name in words if scope == "source"}
    for source in sorted(waiting | decided):
        count = sum(v.source == source and v.reason is Reason.HELD_BACK for v in verdicts)
        word = words.get(("source", source))
        failed = [r for r in results if r.source == source and r.suite == days.NAME and _has_failed(r)]
        yield _held(day, "source", source, rules=tuple(r.rule for r in failed), articles=count, decision=word)


def _has_failed(result: QualityResult) -> bool:
    """Whether the rule was not met, also where a person let that pass."""
    return not result.is_passed or result.observed.endswith(", released")


def _held_articles(
    context: Context, day: date, verdicts: Sequence[Verdict], words: dict[tuple[Scope, str], Decision]
) -> Iterator[Held]:
    decided = {name for scope, name in words if scope == "article"}
    kept = [v for v in verdicts if v.reason is Reason.BELOW_STANDARD or v.link_id in decided]
    named = _pages_of(context, day, {verdict.batch for verdict in kept})
    seen: set[str] = set()
    for verdict in sorted(kept, key=lambda v: (v.source, v.link_id, v.batch), reverse=True):
        if verdict.link_id in seen:  # the newest revision speaks for the link
            continue
        seen.add(verdict.link_id)
        url, title = named.get((verdict.batch, verdict.link_id), ("", ""))
        yield Held(
            day=day,
            scope="article",
            name=verdict.link_id,
            source=verdict.source,
            url=url,
            title=title,
            rules=tuple(verdict.detail.split(", ")) if verdict.reason is Reason.BELOW_STANDARD else (),
            articles=1,
            decision=words.get(("article", verdict.link_id)),
        )


def _pages_of(context: Context, day: date, batches: Collection[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """{(batch, link id): address and title} of the articles of `batches`."""
    found = {}
    for batch in batches:
        receipt = extracted(context.store, day, batch)
        rows = read_columns(context.store, receipt, ARTICLES, _NAMED).to_pylist() if receipt else []
        found.update({(batch, row["link_id"]): (row["url"], row["title"]) for row in rows})
    return found


def _held(
    day: date, scope: Scope, name: str, *, rules: tuple[str, ...], articles: int, decision: Decision | None
) -> Held:
    source = name if scope == "source" else ""
    return Held(
        day=day,
        scope=scope,
        name=name,
        source=source,
        url="",
        title="",
        rules=rules,
        articles=articles,
        decision=decision,
    )


def find_held(context: Context, name: str, *, day: date | None = None, days: int = LISTED_DAYS) -> Held:
    """The article in quarantine whose link id begins with `name`, or whose address it is.

    Raises BadRequest for none, or several.
    """
    span = [day] if day else partition_days(context.store, "audit")[-days:]
    held, faults = held_over(context, span)
    found = [one for one in held if one.scope == "article" and (one.name.startswith(name) or one.url == name)]
    if not found and faults:
        raise Corrupt(faults[0])
    if len(found) != 1:
        how = "no article" if not found else f"{len(found)} articles"
        where = f"of {day}" if day else f"of the last {days} days"
        raise BadRequest(f"{name!r} names {how} in the quarantine {where}: `mediawatch quarantine list` shows them.")
    return found[0]


def held_article(context: Context, held: Held) -> HeldArticle:
    """What there is to know of an article in quarantine.  Raises BadRequest when it is not there any more."""
    store, article, page = context.store, None, None
    for manifest in sealed_batches(store, held.day):
        receipt = extracted(store, held.day, manifest.batch)
        rows = read_rows(store, receipt, ARTICLES) if receipt else iter(())
        if found := next((row for row in rows if row.link_id == held.name), None):
            article = found
            page = next((row for row in read_batch_rows(store, manifest, PAGES) if row.link_id == held.name), None)
    if article is None:
        raise BadRequest(f"{held.name} was not read from a page of {held.day}.")
    return HeldArticle(
        held=held, article=article, page=page, failed=tuple(failed_rules(audit_row(article), held.rules))
    )


def failed_rules(row: AuditRow, rules: Collection[str]) -> Iterator[FailedRule]:
    """Of an article, what each of `rules` observes and expects."""
    frame = article_frame([row])
    for name in rules:
        rule = RULES.get(name)
        if rule is None or rule not in suite.RULES:
            continue
        value = _plain(frame[rule.condition.column])
        yield FailedRule(rule=name, title=rule.title, observed=value, expected=rule.expected)


def _plain(column: Series[Any]) -> str:
    value = column.iloc[0]
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def settle(context: Context, held: Held, *, word: Word, why: str, by: str, report: Report = silent) -> Decision:
    """Keep what a person decided, and build the day again: it goes through everything as if it had been so at first.

    Raises as `decide` and `build_day` do; a day that is still held back is no error here.
    """
    made = decide(context, held.day, held.scope, held.name, word=word, why=why, by=by)
    try:
        build_day(context, held.day, report)
        if context.settings.elasticsearch_url:
            serve_day(context, held.day, report)
    except GateClosed as error:
        report(str(error))
    if is_closed(context.store, held.day):
        with suppress(GateClosed):  # told above
            judge_day(context, held.day, report)
    if evaluations_of(context.store, held.day):  # whatever its age: what was let through may make an alert
        watch_day(context, held.day, report)
    return made
