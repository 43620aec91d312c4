"""The suite `articles`: what every single article has to meet."""

from __future__ import annotations

from typing import Final

from mediawatch.quality.expectations import QualityRule, between, matches, none_of, present, unique

NAME: Final = "articles"


def rules() -> tuple[QualityRule, ...]:
    """The rules; loads Great Expectations."""
    return (*_identity(), *_lengths(), *_language(), *_dates())


def _identity() -> tuple[QualityRule, ...]:
    return (
        QualityRule(
            name="link_id_is_present",
            severity="error",
            expected="not empty",
            expectation=matches("link_id", r"\S"),
        ),
        QualityRule(
            name="link_id_is_unique",
            severity="error",
            expected="once a day",
            expectation=unique("link_id"),
        ),
        QualityRule(
            name="article_id_is_present",
            severity="error",
            expected="not empty",
            expectation=matches("article_id", r"\S"),
        ),
        QualityRule(
            name="source_is_named",
            severity="error",
            expected="a name as in the catalogue",
            expectation=matches("source", r"^[a-z0-9][a-z0-9_-]*$"),
        ),
        QualityRule(
            name="url_is_http",
            severity="error",
            expected="http(s) with a host",
            expectation=matches("url", r"^https?://[^/\s]\S*$"),
        ),
    )


def _lengths() -> tuple[QualityRule, ...]:
    """A Han character says about as much as three Latin ones, hence bounds by script."""
    return (
        _length("chinese_title_length", "title_length_chinese", 4, 120),
        _length("other_title_length", "title_length_other", 8, 300),
        # A flash (快讯) has one sentence; what is shorter is a caption, or what a removed player left behind.
        _length("chinese_text_length", "text_length_chinese", 40, 100_000),
        _length("other_text_length", "text_length_other", 120, 300_000),
        QualityRule(
            name="text_is_longer_than_title",
            severity="error",
            expected="at least 1 character longer",
            expectation=between("text_beyond_title", 1, None),
        ),
    )


def _length(name: str, column: str, least: int, most: int) -> QualityRule:
    expected = f"{least:,} to {most:,} characters"
    return QualityRule(name=name, severity="error", expected=expected, expectation=between(column, least, most))


def _language() -> tuple[QualityRule, ...]:
    return (
        QualityRule(
            name="language_is_known",
            severity="error",
            expected="a language",
            expectation=none_of("language", ["", "und"]),
        ),
        QualityRule(
            name="chinese_is_in_han",
            severity="warning",
            expected="at least .3 of the letters of a Chinese article are Han",
            expectation=between("han_share_chinese", 0.3, None),
        ),
    )


def _dates() -> tuple[QualityRule, ...]:
    return (
        QualityRule(
            name="not_published_after_fetch",
            severity="error",
            expected="at most 2 hours ahead",
            expectation=between("hours_ahead", None, 2),
        ),
        QualityRule(
            name="not_absurdly_old",
            severity="error",
            expected="at most 10 years old when fetched",
            expectation=between("days_old", None, 3_653),
        ),
        QualityRule(
            name="recent",
            severity="warning",
            expected="at most 30 days old when fetched",
            expectation=between("days_old", None, 30),
        ),
        QualityRule(
            name="dated",
            severity="warning",
            expected="a day or a time of publication",
            expectation=present("published"),
        ),
        QualityRule(
            name="dated_as_announced",
            severity="warning",
            expected="at most 2 days from the announcement",
            expectation=between("days_from_announcement", None, 2),
        ),
    )
