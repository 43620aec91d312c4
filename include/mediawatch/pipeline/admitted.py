"""The admitted articles of a day: which revision counts, under which id, in which story, and by whom.

Every reader of articles goes through this one join of verdicts, identities and stories.  It is not stored: texts would
lie in the lake twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from sys import intern
from typing import Final

from mediawatch.lake.partitions import PartitionKey, Receipt, current, read_fields, read_rows
from mediawatch.lake.store import Store
from mediawatch.pipeline.stage import Given
from mediawatch.records import Article
from mediawatch.tables.extraction import ARTICLES, IDENTITIES, Identity
from mediawatch.tables.quality import VERDICTS, Verdict
from mediawatch.tables.stories import CLUSTERED, Clustered


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """The story that an article is part of, its publisher, and its own `origin`, house (`site`) and time, as Member has
    them.
    """

    story_id: str
    publisher: str
    origin: str
    house: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """An admitted article's final id and revision, the day that counts it, and its place among the stories.

    `place` is None where the day is not clustered yet.  `title_before` is the title that it had before, "" where it
    always had the one it has.
    """

    article_id: str
    revision: int
    counted_on: date
    place: Placement | None
    title_before: str = ""

    @property
    def story_id(self) -> str:
        """The story that it is part of; one that is not clustered yet is a story of its own."""
        return self.place.story_id if self.place else self.article_id

    def of(self, article: Article) -> Article:
        """`article` with its final id."""
        return replace(article, article_id=self.article_id, revision=self.revision, counted_on=self.counted_on)


_PLACED: Final = ("article_id", "story_id", "publisher", "named_publisher", "site", "at")

Admissions = Mapping[str, Mapping[str, Admission]]
"""{batch: {link id: admission}}, the batches in their order."""


def newest_admitted(verdicts: Iterable[Verdict]) -> dict[str, Verdict]:
    """{article id: its newest admitted revision}: one that fails leaves the one before it standing."""
    found: dict[str, Verdict] = {}
    for verdict in sorted(verdicts, key=lambda v: (v.revision, v.batch)):
        if verdict.reason is None:
            found[verdict.article_id] = verdict
    return found


def admissions(
    verdicts: Iterable[Verdict],
    identities: Iterable[tuple[str, Iterable[Identity]]],
    places: Mapping[str, Placement],
    ids: Collection[str] | None = None,
) -> Admissions:
    """The join: `verdicts` of a day, `identities` by batch, and `places` by article id; of the articles `ids` alone,
    unless None.
    """
    wanted: dict[str, set[str]] = {}
    for verdict in newest_admitted(verdicts).values():
        wanted.setdefault(verdict.batch, set()).add(verdict.link_id)
    return {
        batch: {
            row.link_id: _admission(row, places)
            for row in rows
            if row.link_id in wanted[batch] and (ids is None or row.article_id in ids)
        }
        for batch, rows in sorted(identities, key=lambda pair: pair[0])
        if batch in wanted
    }


def _admission(identity: Identity, places: Mapping[str, Placement]) -> Admission:
    return Admission(
        article_id=identity.article_id,
        revision=identity.revision,
        counted_on=identity.counted_on,
        place=places.get(identity.article_id),
        title_before=identity.title_before,
    )


def admissions_in(given: Given) -> Admissions:
    """The admissions of a stage's day, by the rows that it was handed."""
    return admissions(given.rows(VERDICTS), given.by_batch(IDENTITIES), places(given.rows(CLUSTERED)))


def admissions_of(
    store: Store, day: date, batches: Collection[str] | None = None, *, ids: Collection[str] | None = None
) -> Admissions:
    """The admissions of `day` as the lake has them now; unless None, those that `batches` alone would have, and of the
    articles `ids` alone.
    """
    audited = current(store, PartitionKey(stage="audit", day=day))
    if audited is None:
        return {}
    verdicts = [v for v in read_rows(store, audited, VERDICTS) if batches is None or v.batch in batches]
    receipts = ((batch, extracted(store, day, batch)) for batch in sorted({v.batch for v in verdicts}))
    identities = ((batch, read_rows(store, receipt, IDENTITIES)) for batch, receipt in receipts if receipt)
    return admissions(verdicts, identities, places_of(store, day, ids), ids)


def admitted_articles(store: Store, day: date) -> Iterator[Article]:
    """The day's articles with their final ids, each in its newest admitted revision; one part in memory at a time."""
    return (article for article, _ in placed_articles(store, day))


def placed_articles(store: Store, day: date) -> Iterator[tuple[Article, Admission]]:
    """The same articles with their places among the stories."""
    admitted = admissions_of(store, day)
    receipts = ((batch, extracted(store, day, batch)) for batch in admitted)
    return placed(admitted, ((batch, read_rows(store, receipt, ARTICLES)) for batch, receipt in receipts if receipt))


def placed_article(store: Store, day: date, article_id: str) -> tuple[Article, Admission] | None:
    """One of the day's articles by its id, with its place; None where the day has no such article."""
    for batch, known in admissions_of(store, day).items():
        mine = {link: admission for link, admission in known.items() if admission.article_id == article_id}
        receipt = extracted(store, day, batch) if mine else None
        if receipt is not None:
            return next(placed({batch: mine}, [(batch, read_rows(store, receipt, ARTICLES))]), None)
    return None


def placed(
    admitted: Admissions, articles: Iterable[tuple[str, Iterable[Article]]]
) -> Iterator[tuple[Article, Admission]]:
    """Those of `articles`, by batch, that are `admitted`, with their final ids; a batch without any is not read."""
    for batch, rows in articles:
        known = admitted.get(batch, {})
        for article in rows if known else ():
            if admission := known.get(article.link_id):
                yield admission.of(article), admission


def places_of(store: Store, day: date, ids: Collection[str] | None = None) -> dict[str, Placement]:
    """{article id: its story and publisher} of the day, unless None of the articles `ids` alone; empty where the day
    is not clustered.

    Signatures, which are most of a row, are not read.
    """
    receipt = current(store, PartitionKey(stage="cluster", day=day))
    rows = read_fields(store, receipt, CLUSTERED, _PLACED) if receipt else ()
    # A name is in memory once, whatever part of a large day has it.
    return {
        row["article_id"]: Placement(
            story_id=intern(row["story_id"]),
            publisher=intern(row["publisher"]),
            origin=intern(row["named_publisher"] or row["site"]),
            house=intern(row["site"]),
            at=row["at"],
        )
        for row in rows
        if ids is None or row["article_id"] in ids
    }


def places(clustered: Iterable[Clustered]) -> dict[str, Placement]:
    """The places of a day's articles, without the signatures that their rows hold."""
    return {
        row.article_id: Placement(
            story_id=row.story_id, publisher=row.publisher, origin=row.origin, house=row.site, at=row.at
        )
        for row in clustered
    }


def extracted(store: Store, day: date, batch: str) -> Receipt | None:
    """The receipt of a batch's extraction, None where it was not extracted."""
    return current(store, PartitionKey(stage="extract", day=day, batch=batch))
