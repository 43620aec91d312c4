"""Announce: the day's words and alerts into Elasticsearch, for the dashboards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from mediawatch.context import Context, Report
from mediawatch.keywords import Count, strings_of
from mediawatch.keywords.detect_stage import alerts_of, name_of, watchlists_of
from mediawatch.keywords.facts import count_of, holders
from mediawatch.keywords.lake_history import codes_in, mentions_by_id
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, current, partition_days, read_columns, read_rows
from mediawatch.pipeline.admitted import places
from mediawatch.pipeline.stage import Given, Input, Stage
from mediawatch.records import Alert
from mediawatch.search import IndexDocument
from mediawatch.search.alerts import alert_document, alert_id
from mediawatch.search.evidence import EvidenceRow, evidence_document, evidence_id
from mediawatch.search.terms import TermRow, term_document, term_id
from mediawatch.tables import Per
from mediawatch.tables.keywords import ALERTS, EXPOSURES, JUDGED, STRINGS, TERMS, TermCount
from mediawatch.tables.search import PUBLISHED_WORDS
from mediawatch.tables.stories import CLUSTERED
from mediawatch.workflow.publish import bring_up_to_date
from mediawatch.workflow.serving import target_name

EVIDENCE_REACH: Final = timedelta(days=7)
"""How far back the articles of an alert may lie; words are judged by four days."""
_EVIDENCE: Final = ("article_id", "story_id", "title", "url", "publisher", "site", "language", "at")
"""What an alert's evidence tells of an article; the signatures beside it are most of the table."""
MOST_TERMS: Final = 3000
"""Words of a day that are indexed, those of most stories first; a day of 1,000 articles has 30,000, of which half stand
in one article only."""


def work(given: Given, writer: PartitionWriter, report: Report) -> None:
    """Fill the table `published`; documents of an earlier evaluation that are no longer true are deleted."""
    receipt = current(given.store, given.key)
    standing = [] if receipt is None else list(read_rows(given.store, receipt, PUBLISHED_WORDS))
    if given.settings["target"]:
        documents = list(_documents(given))
        standing = bring_up_to_date(given.context, documents, standing, given.settings["target"])
        report(f"{len(standing)} words and alerts in the index")
    writer.append(PUBLISHED_WORDS, standing)


def _documents(given: Given) -> Iterator[IndexDocument]:
    context, day = given.context, given.day
    prefix = context.settings.index_prefix
    alerts = {alert.alert_id: alert for alert in alerts_of(context.store, day)}
    for alert in alerts.values():
        yield IndexDocument(index=f"{prefix}-alerts", id=alert_id(alert), source=alert_document(alert))
    for found in _evidence(given, list(alerts.values())):
        yield IndexDocument(index=f"{prefix}-evidence", id=evidence_id(found), source=evidence_document(found))
    for row in _terms(given, {alert.topic: alert for alert in alerts.values()}):
        yield IndexDocument(index=f"{prefix}-terms", id=term_id(row), source=term_document(row))


def _evidence(given: Given, alerts: Sequence[Alert]) -> Iterator[EvidenceRow]:
    """The articles of the alerts; those of the days before by what detection, which is an input, had looked at."""
    articles = _articles(given, {article for alert in alerts for article in alert.article_ids})
    for alert in alerts:
        for article in (articles[name] for name in alert.article_ids if name in articles):
            yield EvidenceRow(
                alert_id=alert.alert_id,
                day=given.day,
                term=alert.topic,
                kind=alert.kind.value,
                article_id=article["article_id"],
                story_id=article["story_id"],
                title=article["title"],
                url=article["url"],
                publisher=name_of(given.context, article["publisher"]),
                site=article["site"],
                language=article["language"],
                published_at=article["at"],
            )


def _articles(given: Given, wanted: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """{article id: its values in the newest of these days that has it} of the articles `wanted`."""
    store, found = given.context.store, dict[str, Mapping[str, Any]]()
    days = partition_days(store, "cluster", since=given.day - EVIDENCE_REACH) if wanted else []
    for day in days:
        receipt = current(store, PartitionKey(stage="cluster", day=day)) if day <= given.day else None
        if receipt is not None:
            table = read_columns(store, receipt, CLUSTERED, _EVIDENCE)
            rows = table.filter(pc.is_in(table["article_id"], pa.array(sorted(wanted)))).to_pylist()
            found |= {row["article_id"]: row for row in rows}
    return found


def _terms(given: Given, alerts: dict[str, Alert]) -> Iterator[TermRow]:
    aliases = given.context.aliases
    total = sum(row.stories for row in given.rows(EXPOSURES))
    counts: defaultdict[str, list[TermCount]] = defaultdict(list)
    for row in given.rows(TERMS):
        counts[row.term].append(row)
    watched = _watched(given.context)
    stories = {term: sum(row.stories for row in rows) for term, rows in counts.items()}
    loudest = sorted(stories, key=lambda term: (term not in watched, -stories[term], term))[:MOST_TERMS]
    # A new word is in no dictionary, so that no cut of the texts has it: it is counted here because it made an alert.
    for term, count in _counted(given, list(dict.fromkeys([*alerts, *loudest]))).items():
        yield TermRow(
            day=given.day,
            term=term,
            kind=alerts[term].kind.value if term in alerts else "",
            language=counts[term][0].language if term in counts else _language(alerts[term]),
            articles=count.articles,
            publishers=len(count.publishers),
            stories=count.stories,
            share=count.stories / total,
            forms=tuple(dict.fromkeys((*aliases.forms(term), *(alerts[term].forms if term in alerts else ())))),
            watchlists=tuple(sorted(watched.get(term, ()))),
        )


def _language(alert: Alert) -> str:
    """Of the headlines that speak for an alert, the first one's."""
    return next((headline.language for headline in alert.headlines), "und")


def _counted(given: Given, terms: Sequence[str]) -> dict[str, Count]:
    """What the day has of each of `terms`, counted as alerts and the board count: wherever the word stands, not only
    where a cut of the text makes it one."""
    day, rows = given.day, list(given.rows(STRINGS))
    having = holders({term: strings_of(term) for term in terms}, codes_in(day, rows))
    stories = places(given.rows(CLUSTERED))
    mentions = {
        term: mentions_by_id(day, [rows[n].article_id for n in having[term]], stories)
        for term in terms
        if term in having
    }
    return {term: count_of(found, day) for term, found in mentions.items() if found}


def _watched(context: Context) -> dict[str, set[str]]:
    """{word in its canonical spelling: the lists that name it}."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for each in watchlists_of(context):
        for term in (*each.terms, *each.all_of):
            found[context.aliases.canonical(term)].add(each.name)
    return found


STAGE = Stage(
    name="announce",
    version="3",
    per=Per.DAY,
    reads=(
        Input(tables=(TERMS, EXPOSURES, STRINGS), label="terms"),
        Input(tables=(CLUSTERED,), label="cluster"),
        Input(tables=(ALERTS, JUDGED), label="detect"),
    ),
    writes=(PUBLISHED_WORDS,),
    settings=lambda context, key: {"target": target_name(context)},
    work=work,
)
