from __future__ import annotations

from mediawatch.pipeline.source_words import MOST, words_by_source
from mediawatch.tables.extraction import PageLines, SourceWords


def page(source: str, *lines: str) -> PageLines:
    return PageLines(link_id="", source=source, keys=lines, examples=lines)


def test_pairs_of_han_characters_and_other_words_are_counted_by_source() -> None:
    pages = [page("ferry", "水库放水", "Lake Opens"), page("ferry", "水庫放水"), page("harbour", "船")]
    assert words_by_source(pages) == [
        SourceWords(
            source="ferry",
            texts=2,
            words=("库放", "放水", "水库", "lake", "opens"),
            counts=(2, 2, 2, 1, 1),
        ),
        SourceWords(source="harbour", texts=1, words=(), counts=()),
    ]


def test_a_text_that_came_twice_counts_once_and_an_empty_one_not_at_all() -> None:
    pages = [page("ferry", "水库放水"), page("ferry", "水库放水"), page("ferry")]
    assert [(row.texts, row.counts) for row in words_by_source(pages)] == [(1, (1, 1, 1))]


def test_only_the_beginning_and_the_most_frequent_words_are_kept() -> None:
    filler = "甲乙" * 50
    (row,) = words_by_source([page("ferry", filler, filler, "尾巴")])
    assert "尾巴" not in row.words
    many = [page("ferry", f"word{'abcdefghij'[n % 10]}{'abcdefghij'[n // 10 % 10]}{n // 100}x") for n in range(900)]
    assert max(len(row.words) for row in words_by_source(many)) <= MOST
