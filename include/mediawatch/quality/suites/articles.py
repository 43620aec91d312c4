"""The suite `articles`: what every single article has to meet."""

from __future__ import annotations

from typing import Final

from mediawatch.quality.expectations import Between, Matches, NoneOf, Present, QualityRule, Unique

NAME: Final = "articles"


def _length(name: str, title: str, column: str, least: int, most: int) -> QualityRule:
    expected = f"{least:,} to {most:,} characters"
    return QualityRule(
        name=name, severity="error", title=title, expected=expected, condition=Between(column, least, most)
    )


_IDENTITY: Final = (
    QualityRule(
        name="link_id_is_present",
        severity="error",
        title="has a link id",
        expected="not empty",
        condition=Matches("link_id", r"\S"),
    ),
    QualityRule(
        name="link_id_is_unique",
        severity="error",
        title="link id is unique",
        expected="once a day",
        condition=Unique("link_id"),
    ),
    QualityRule(
        name="article_id_is_present",
        severity="error",
        title="has an article id",
        expected="not empty",
        condition=Matches("article_id", r"\S"),
    ),
    QualityRule(
        name="source_is_named",
        severity="error",
        title="names its source",
        expected="a name as in the catalogue",
        condition=Matches("source", r"^[a-z0-9][a-z0-9_-]*$"),
    ),
    QualityRule(
        name="url_is_http",
        severity="error",
        title="has a web address",
        expected="http(s) with a host",
        condition=Matches("url", r"^https?://[^/\s]\S*$"),
    ),
)

_LENGTHS: Final = (
    # A Han character says about as much as three Latin ones, hence bounds by script.
    _length("chinese_title_length", "length of a Chinese title", "title_length_chinese", 4, 120),
    _length("other_title_length", "length of a title", "title_length_other", 8, 300),
    # A flash (快讯) has one sentence; what is shorter is a caption, or what a removed player left behind.
    _length("chinese_text_length", "length of a Chinese text", "text_length_chinese", 40, 100_000),
    _length("other_text_length", "length of a text", "text_length_other", 120, 300_000),
    QualityRule(
        name="text_is_longer_than_title",
        severity="error",
        title="text is longer than the title",
        expected="at least 1 character longer",
        condition=Between("text_beyond_title", 1, None),
    ),
)

_LANGUAGE: Final = (
    QualityRule(
        name="language_is_known",
        severity="error",
        title="language is known",
        expected="a language",
        condition=NoneOf("language", ("", "und")),
    ),
    QualityRule(
        name="chinese_is_in_han",
        severity="warning",
        title="Chinese text is in Chinese characters",
        expected="at least .3 of the letters of a Chinese article are Han",
        condition=Between("han_share_chinese", 0.3, None),
    ),
)

_DATES: Final = (
    QualityRule(
        name="not_published_after_fetch",
        severity="error",
        title="not published after it was fetched",
        expected="at most 2 hours ahead",
        condition=Between("hours_ahead", None, 2),
    ),
    QualityRule(
        name="not_absurdly_old",
        severity="error",
        title="not impossibly old",
        expected="at most 10 years old when fetched",
        condition=Between("days_old", None, 3_653),
    ),
    QualityRule(
        name="recent",
        severity="warning",
        title="recent",
        expected="at most 30 days old when fetched",
        condition=Between("days_old", None, 30),
    ),
    QualityRule(
        name="dated",
        severity="warning",
        title="has a date",
        expected="a day or a time of publication",
        condition=Present("published"),
    ),
    QualityRule(
        name="dated_as_announced",
        severity="warning",
        title="date agrees with the feed",
        expected="at most 2 days from the announcement",
        condition=Between("days_from_announcement", None, 2),
    ),
)

_FIELDS: Final = (
    QualityRule(
        name="title_is_its_own",
        severity="warning",
        title="title is no other article's",
        expected="once a source and day",
        condition=Unique("own_title"),
    ),
    QualityRule(
        name="title_is_no_site",
        severity="warning",
        title="title is not the site's name",
        expected="more than a name of the site or its publisher",
        condition=Between("title_is_site", None, 0),
    ),
    QualityRule(
        name="text_is_no_copy",
        severity="warning",
        title="text is no other article's",
        expected="once a source and day",
        condition=Unique("own_text"),
    ),
    QualityRule(
        name="text_is_readable",
        severity="error",
        title="text is readable",
        expected="at least .7 of the characters are not left by a wrong encoding",
        condition=Between("readable_share", 0.7, None),
    ),
    QualityRule(
        name="captions_are_few",
        severity="warning",
        title="share of captions",
        expected="at most half of text and captions",
        condition=Between("caption_share", None, 0.5),
    ),
    QualityRule(
        name="paragraphs_have_a_language",
        severity="warning",
        title="paragraphs have a language",
        expected="at least half of the lines",
        condition=Between("labelled_share", 0.5, None),
    ),
    QualityRule(
        name="publisher_is_a_name",
        severity="warning",
        title="length of the publisher's name",
        expected="at most 40 characters",
        condition=Between("publisher_length", None, 40),
    ),
    QualityRule(
        name="byline_names_people",
        severity="warning",
        title="length of the author's line",
        expected="at most 80 characters",
        condition=Between("byline_length", None, 80),
    ),
    QualityRule(
        name="text_is_its_own",
        severity="warning",
        title="share of template text",
        expected="at most half of what was read",
        condition=Between("boilerplate_share", None, 0.5),
    ),
)

RULES: Final = (*_IDENTITY, *_LENGTHS, *_LANGUAGE, *_DATES, *_FIELDS)
