"""Calls what makes a pattern at run time out of arguments, with arguments that strain it, for the law of patterns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

_SOURCES: Final = Path(__file__).parents[2] / "include" / "sources"
_WORDS: Final = ("tariff wars", "关税 战", "- b", "b -", "-- --", "…", "a-b c++", "o’neill", "甲·乙 丙", "a" * 90)


def make_all() -> None:
    """One call for each place in the project that makes patterns of what it is given."""
    for make in (_excerpts, _index_names, _forms, _marks, _observed, _publishers, _redacted, _templates, _watched):
        make()


def _excerpts() -> None:
    from mediawatch.search.excerpts import matches
    from mediawatch.search.grammar import Term

    terms = tuple(Term(text=word, is_phrase=is_phrase) for word in _WORDS for is_phrase in (True, False))
    matches("a text that holds none of them", terms)


def _index_names() -> None:
    from mediawatch.search.catalog import number_in

    number_in("mediawatch-articles-g000001", "mediawatch-articles")


def _forms() -> None:
    from mediawatch.keywords.evidence import Spellings
    from mediawatch.language import Aliases

    for word in _WORDS:
        Spellings(word, Aliases())


def _marks() -> None:
    from mediawatch.language.marks import without_long_stacks, without_ornament

    for text in ("é\u0301" * 40, "关\u0301税"):
        without_long_stacks(text)
        without_ornament(text)


def _observed() -> None:
    from mediawatch.board.listing import observed
    from mediawatch.locale import words_of

    observed("a text of no form that is known", words_of("zh"))


def _publishers() -> None:
    from mediawatch.sources.publishers import FOLDER, read_publishers

    assert read_publishers(_SOURCES / FOLDER).named_in("nobody's words") is None


def _redacted() -> None:
    from mediawatch.workflow.forgetting.redacting import _elements

    for tag in (b"item", b"entry", b"url", b"sitemap"):
        assert list(_elements(b"<" + tag + b">x</" + tag + b">", tag))


def _templates() -> None:
    from mediawatch.records.address_template import AddressTemplate

    for text in ("/news/*/a{id}*", "/*-{id}.html", "/*/*/*/c*-{id}.html", "/{id}/**", "/show?id={id}"):
        assert not AddressTemplate(text).filled("https://paper.example/")


def _watched() -> None:
    from mediawatch.keywords.watching.patterns import compile_bounded

    compiled: Callable[[str], object] = compile_bounded
    for pattern in (
        "a+b",
        r"\s*关税\s*",
        "(?:tariff|duty)s? (?:on|for) .{0,40}",
        r"\d{1,3}(?:,\d{3})?",
        "a{0,20}b{0,20}c",
    ):
        compiled(pattern)
