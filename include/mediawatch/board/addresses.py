"""Where the board's own pages are: path and query, without where the board is mounted."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode


def address(path: str, **query: object) -> str:
    """`path` with those parts of `query` that are not empty."""
    asked = urlencode({name: str(value) for name, value in query.items() if value not in (None, "")})
    return f"{path}?{asked}" if asked else path


def word_address(word: str, day: date | None = None) -> str:
    """The page of a word, as of `day`."""
    return address("/word", w=word, day=day)


def article_address(article_id: str, day: date) -> str:
    """The page of an article that is listed on `day`."""
    return address("/article", id=article_id, day=day)


def story_address(story_id: str, day: date) -> str:
    """The page of a story that got a copy on `day`."""
    return address("/story", id=story_id, day=day)


def publisher_address(name: str) -> str:
    """The page of a publisher, by any of its names."""
    return address("/publisher", name=name)


def author_address(name: str) -> str:
    """The page of an author."""
    return address("/author", name=name)


def trace_address(url: str) -> str:
    """What became of an address."""
    return address("/trace", url=url)


def source_address(name: str, day: date | None = None) -> str:
    """The page of a source of the catalogue, as of `day`."""
    return address("/source", name=name, day=day)
