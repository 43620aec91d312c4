"""Names by which articles are searched: publishers, sites, sources, authors and languages, as keys that compare.

The index keeps the keys of an article, the lake makes them of its columns: both answer alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from mediawatch.language import fold
from mediawatch.search.grammar import NameField


class HasNames(Protocol):
    """What an article and its row on the board have in common here."""

    @property
    def site(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def original_publisher(self) -> str: ...
    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def authors(self) -> tuple[str, ...]: ...


class HasPublisher(Protocol):
    """What tells who an article says wrote it."""

    @property
    def publisher_id(self) -> str: ...
    @property
    def original_publisher(self) -> str: ...
    @property
    def site(self) -> str: ...


def own_publisher(article: HasPublisher) -> str:
    """Who an article itself says wrote it: the publisher's id, else as it is printed, else the site."""
    return article.publisher_id or article.original_publisher or article.site


def key_of(field: NameField, value: str) -> str:
    """What is looked for when somebody asks for `value`."""
    return fold(value).strip() if field in ("publisher", "author") else value.strip().casefold()


def keys_of(field: NameField, stored: Iterable[str]) -> frozenset[str]:
    """All that finds an article with these values of `field`: a site also by the domains above it, a language without
    its script."""
    keys = {key_of(field, value) for value in stored if value}
    if field == "site":
        keys |= {".".join(key.split(".")[start:]) for key in keys for start in range(1, key.count("."))}
    if field == "lang":
        keys |= {key.partition("-")[0] for key in keys}
    return frozenset(keys)


def search_names(article: HasNames, publisher: str) -> list[str]:
    """All keys of an article as `field:key`, in order; `publisher` is its id, else as it is printed, else the site."""
    stored: dict[NameField, tuple[str, ...]] = {
        "publisher": (publisher, article.original_publisher),
        "site": (article.site,),
        "source": (article.source,),
        "author": article.authors,
        "lang": article.languages,
    }
    return sorted(f"{field}:{key}" for field, values in stored.items() for key in keys_of(field, values))
