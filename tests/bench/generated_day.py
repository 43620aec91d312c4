"""Days of invented articles, written into a lake as a harvest and its extraction would have left them.

No page is fetched or read, so that what is measured are the stages that look across pages.  Words follow a power law as
in news (see `keywords.py`), an article has some 450 characters; one in six is a copy that another site printed with a
line of its own.  All is drawn by seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

from mediawatch.context import Context
from mediawatch.extraction.article_ids import Draft, assign
from mediawatch.extraction.register import minted, register
from mediawatch.extraction.template_memory import lines_of, memory_generation, remembered
from mediawatch.lake.batches import BatchKey
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, current, read_rows
from mediawatch.records import Article
from mediawatch.records.ledger import Outcome
from mediawatch.sources.urls import link_id
from mediawatch.tables.extraction import ARTICLES, EXTRACTED, IDENTITIES, PAGE_LINES, RANKINGS
from mediawatch.tables.harvest import DiscoveredLink
from tests.bench.keywords import names, vocabulary
from tests.support.lakes import Shard, a_candidate, a_context, seal_by_hand
from tests.unit.board.printing import an_article

SITES = 400
A_BATCH = 5_000
SHARDS = 4
_WORDS = 190
_COPIED = 6


def fill_day(lake: Path, day: date, articles: int, workers: int = 2) -> None:
    """Write `articles` articles of `day` in batches, several at a time."""
    batches = [(first, min(A_BATCH, articles - first)) for first in range(0, articles, A_BATCH)]
    with ProcessPoolExecutor(workers) as pool:
        list(pool.map(partial(_fill_batch, lake, day), batches))
    context = context_at(lake, day)
    remembered(context.store, day, memory_generation(context.store, day))


def context_at(lake: Path, day: date) -> Context:
    """A newsroom on the lake, in the morning after `day`."""
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC) + timedelta(days=1)
    return a_context(lake, watchlists_dir=lake / "none", at=at)


def address_of(day: date, number: int) -> str:
    """Where the article `number` of the day is."""
    return f"https://www.{_source_of(number)}.example/{day}/{number}.html"


def _source_of(number: int) -> str:
    return f"site{number * 7 % SITES}"


def drafts_of(context: Context, day: date, batch: str) -> list[Draft]:
    """What decides the ids of a batch's articles."""
    receipt = current(context.store, PartitionKey(stage="extract", day=day, batch=batch))
    assert receipt is not None
    return [_draft(article) for article in read_rows(context.store, receipt, ARTICLES)]


def _draft(article: Article) -> Draft:
    return Draft(
        link_id=article.link_id,
        source=article.source,
        address=article.url,
        is_own=True,
        text_digest=article.text_digest,
        title=article.title,
    )


def _fill_batch(lake: Path, day: date, bounds: tuple[int, int]) -> None:
    store, (first, count) = context_at(lake, day).store, bounds
    batch = BatchKey(day=day, batch=f"b{first:07d}")
    articles = list(_articles(day, first, count))
    candidates = [_candidate(article) for article in articles]
    shards = [[c for c in candidates if _shard_of(c) == number] for number in range(SHARDS)]
    sealed = seal_by_hand(store, batch, *(Shard(candidates=held, fetched=[(c, None) for c in held]) for held in shards))
    drafts = [_draft(article) for article in articles]
    identities = assign(drafts, minted(store, drafts, day=day, batch=batch.batch), day=day, batch=batch.batch)
    register(store, identities, day=day, batch=batch.batch)
    key = PartitionKey(stage="extract", day=day, batch=batch.batch)
    writer = PartitionWriter(store, key, inputs={"batch": sealed.digest}, version="bench", settings={})
    for start in range(0, count, 200):
        writer.append(PAGE_LINES, map(lines_of, articles[start : start + 200]))
        writer.append(ARTICLES, articles[start : start + 200])
    writer.append(IDENTITIES, identities)
    writer.append(RANKINGS, [])
    outcomes = (
        Outcome(day=day, batch=batch.batch, stage="extract", link_id=i.link_id, source=i.source, reason=None)
        for i in identities
    )
    writer.append(EXTRACTED, list(outcomes))
    writer.publish()


def _shard_of(candidate: DiscoveredLink) -> int:
    return int(candidate.source.removeprefix("site")) % SHARDS


def _candidate(article: Article) -> DiscoveredLink:
    return a_candidate(
        article.url, source=article.source, site=article.site, title=article.title, first_seen_at=article.first_seen_at
    )


def _articles(day: date, first: int, count: int) -> Iterator[Article]:
    for number in range(first, first + count):
        original = number - 1 if number % _COPIED == _COPIED - 1 else number
        title, text = _written(day, original)
        if original != number:
            text = f"本报转载，编辑{names()[number % 1000]}。\n{text}"
        yield _printed(day, number, title, text)


def _printed(day: date, number: int, title: str, text: str) -> Article:
    source, url = _source_of(number), address_of(day, number)
    seen = datetime(day.year, day.month, day.day, number % 24, number % 60, tzinfo=UTC)
    article = an_article(title, text, day=day, source=source, first_seen_at=seen, url=url)
    return replace(
        article,
        article_id=link_id(url),
        link_id=link_id(url),
        text_digest=sha256(text.encode()).hexdigest(),
        labels=("zh-Hans",) * len(text.split("\n")),
    )


def _written(day: date, number: int) -> tuple[str, str]:
    """Title and text of an original."""
    drawn = random.Random(f"{day} {number}")  # noqa: S311
    words, weights = vocabulary()
    picked = drawn.choices(words, cum_weights=weights, k=_WORDS)
    for place in range(0, _WORDS, 10):
        picked[place] = drawn.choice(names())
    text = "".join(word + drawn.choice(("", "", "", "", "的", "，", "。\n")) for word in picked)
    return "".join(picked[:9]), text
