"""Articles, and a set of indices to write them to, for tests against a real Elasticsearch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from mediawatch.language import Aliases
from mediawatch.records import Article
from mediawatch.search import Generation, IndexReport, live_generation, placed_document, write_placed
from mediawatch.search.grammar import NO_ALIASES, Query, parse_query
from mediawatch.settings import Settings

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

MORNING = datetime(2026, 3, 14, 6, 30, tzinfo=UTC)
_PLAIN = Article(
    article_id="",
    revision=1,
    link_id="",
    url="",
    canonical_url="",
    source="harbour",
    site="harbour.example",
    title="",
    title_en="",
    text="",
    body_zh="",
    body_en="",
    language="",
    languages=(),
    byline="",
    section="",
    original_publisher="",
    published_at=MORNING,
    published_on=None,
    announced_at=None,
    first_seen_at=MORNING,
    fetched_at=MORNING,
    counted_on=MORNING.date(),
    title_length=0,
    text_length=0,
    han_share=0.0,
    text_digest="",
    extracted_by="tests",
)


def an_article(title: str, text: str, language: str = "zh-Hans", **changes: object) -> Article:
    """An article whose id follows from its title."""
    name = hashlib.blake2b(title.encode(), digest_size=16).hexdigest()
    article = replace(
        _PLAIN,
        article_id=name,
        link_id=name,
        url=f"https://harbour.example/{name[:8]}.html",
        title=title,
        text=text,
        body_zh=text if language.startswith("zh") else "",
        body_en=text if language == "en" else "",
        language=language,
        languages=(language,),
        title_length=len(title),
        text_length=len(text),
    )
    return replace(article, **changes)  # type: ignore[arg-type]


def asked(query: str, aliases: Aliases = NO_ALIASES) -> Query:
    """`query` as it is read on the day of these articles."""
    return parse_query(query, aliases, today=MORNING.date())


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A provisioned set of indices of its own on the session's server."""

    client: Elasticsearch
    settings: Settings

    @property
    def live(self) -> Generation:
        found = live_generation(self.client, self.settings.index_prefix)
        assert found is not None
        return found

    def write(
        self,
        articles: Iterable[Article],
        generation: Generation | None = None,
        *,
        stories: Mapping[str, str] = MappingProxyType({}),
    ) -> IndexReport:
        """Index `articles` into `generation` (the live one by default), each in its story of {article id: story}."""
        target = generation or self.live
        documents = (placed_document(one, target, story_id=stories.get(one.article_id, "")) for one in articles)
        return write_placed(self.client, target, documents)
