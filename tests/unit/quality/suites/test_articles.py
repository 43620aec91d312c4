"""Each rule about an article, at its bound: what just passes, and what just fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mediawatch.quality import AuditRow, audit
from mediawatch.quality.frames import TextMeasures
from mediawatch.quality.suites.articles import RULES

pytestmark = pytest.mark.slow  # loads Great Expectations

FETCHED = datetime(2026, 3, 10, 9, tzinfo=UTC)
SOUND = AuditRow(
    link_id="link",
    article_id="article",
    revision=1,
    source="harbour",
    url="https://harbour.example/a.html",
    title_length=12,
    text_length=400,
    han_share=0.9,
    language="zh-Hans",
    published_at=FETCHED - timedelta(hours=3),
    published_on=None,
    announced_at=FETCHED - timedelta(hours=2),
    first_seen_at=FETCHED,
    fetched_at=FETCHED,
)
ENGLISH = replace(SOUND, language="en", title_length=40, text_length=900, han_share=0.0)
UNDATED: dict[str, Any] = {"published_at": None, "published_on": None}
DAY_ONLY: dict[str, Any] = {"published_at": None, "published_on": date(2026, 3, 10)}


def before(**ago: float) -> dict[str, Any]:
    """A time of publication, and the announcement with it, so long before the page was fetched."""
    at = FETCHED - timedelta(**ago)
    return {"published_at": at, "announced_at": at}


def failed_by(*rows: AuditRow) -> set[str]:
    """The rules that a day of these articles fails."""
    results = audit(rows, FETCHED.date()).results
    return {result.rule for result in results if result.suite == "articles" and not result.is_passed}


FAILING = [
    ("byline_names_people", replace(SOUND, byline="名" * 81)),
    ("title_is_no_site", replace(SOUND, title="Harbour", site="harbour.example")),
    ("title_is_no_site", replace(SOUND, title="海港晚报", original_publisher="海港晚報")),
    ("text_is_readable", replace(SOUND, measures=TextMeasures(readable_share=0.69))),
    ("captions_are_few", replace(SOUND, measures=TextMeasures(caption_share=0.51))),
    ("paragraphs_have_a_language", replace(SOUND, measures=TextMeasures(labelled_share=0.49))),
    ("publisher_is_a_name", replace(SOUND, original_publisher="报" * 41)),
    ("text_is_its_own", replace(SOUND, boilerplate_share=0.51)),
    ("link_id_is_present", replace(SOUND, link_id=" ")),
    ("article_id_is_present", replace(SOUND, article_id="")),
    ("source_is_named", replace(SOUND, source="Harbour News")),
    ("url_is_http", replace(SOUND, url="ftp://harbour.example/a")),
    ("url_is_http", replace(SOUND, url="https:///a")),
    ("chinese_title_length", replace(SOUND, title_length=3)),
    ("chinese_title_length", replace(SOUND, title_length=121)),
    ("other_title_length", replace(ENGLISH, title_length=7)),
    ("other_title_length", replace(ENGLISH, title_length=301)),
    ("chinese_text_length", replace(SOUND, text_length=39)),
    ("chinese_text_length", replace(SOUND, text_length=100_001)),
    ("other_text_length", replace(ENGLISH, text_length=119)),
    ("other_text_length", replace(ENGLISH, text_length=300_001)),
    ("text_is_longer_than_title", replace(SOUND, title_length=60, text_length=60)),
    ("language_is_known", replace(ENGLISH, language="und")),
    ("language_is_known", replace(ENGLISH, language="")),
    ("chinese_is_in_han", replace(SOUND, han_share=0.29)),
    ("not_published_after_fetch", replace(SOUND, **before(hours=-2.1))),
    ("recent", replace(SOUND, **before(days=31))),
    ("dated", replace(SOUND, **UNDATED)),
    ("dated_as_announced", replace(SOUND, announced_at=FETCHED - timedelta(days=2, hours=4))),
]
PASSING = [
    SOUND,
    ENGLISH,
    replace(SOUND, title_length=4, text_length=40),
    replace(SOUND, title_length=120, text_length=100_000),
    replace(ENGLISH, title_length=8, text_length=120),
    replace(ENGLISH, title_length=300, text_length=300_000),
    replace(SOUND, title_length=59, text_length=60),
    replace(SOUND, han_share=0.3),
    replace(SOUND, **before(hours=-2)),
    replace(SOUND, **before(days=30)),
    replace(SOUND, **DAY_ONLY),
    replace(SOUND, announced_at=None),
    replace(SOUND, announced_at=FETCHED - timedelta(days=2, hours=3)),
]


@pytest.mark.parametrize(("rule", "row"), FAILING)
def test_beyond_its_bound_a_rule_fails_and_no_other(rule: str, row: AuditRow) -> None:
    assert failed_by(row) == {rule}


@pytest.mark.parametrize("row", PASSING)
def test_at_the_bound_nothing_fails(row: AuditRow) -> None:
    assert failed_by(row) == set()


def test_what_is_absurdly_old_is_not_recent_either() -> None:
    assert failed_by(replace(SOUND, **before(days=3_654))) == {"recent", "not_absurdly_old"}
    assert failed_by(replace(SOUND, **before(days=3_653))) == {"recent"}


def test_a_link_stands_once_a_day() -> None:
    assert failed_by(SOUND, SOUND) == {"link_id_is_unique"}
    assert failed_by(SOUND, replace(SOUND, link_id="another")) == set()


def test_every_rule_is_seen_to_fail() -> None:
    of_several = {"not_absurdly_old", "link_id_is_unique", "title_is_its_own", "text_is_no_copy"}
    seen = {rule for rule, _ in FAILING} | of_several
    assert {rule.name for rule in RULES} == seen


def test_a_title_that_two_articles_of_a_source_have_is_told_and_a_revision_is_no_second_article() -> None:
    one = replace(SOUND, title="水库放水")
    other = replace(one, link_id="other", article_id="other")
    assert failed_by(one, other) == {"title_is_its_own"}
    assert failed_by(one, replace(other, article_id=one.article_id)) == set()
    assert failed_by(one, replace(other, source="herald")) == set()
    assert failed_by(replace(one, title=""), replace(other, title="")) == set()


def test_a_text_that_two_articles_of_a_source_have_is_told() -> None:
    one = replace(SOUND, text_digest="5a5a")
    other = replace(one, link_id="other", article_id="other")
    assert failed_by(one, other) == {"text_is_no_copy"}
    assert failed_by(one, replace(other, article_id=one.article_id)) == set()
    assert failed_by(one, replace(other, source="herald")) == set()


def test_measures_of_a_text_see_what_was_damaged_captions_and_lines_without_a_language() -> None:
    text = "水库在夜里放水，下游三个村子的居民连夜转移。\n镇政府说没有人受伤。"
    assert TextMeasures.of(text, (), ("zh-Hans", "zh-Hans")) == TextMeasures()
    garbled = text.encode().decode("gb18030", "replace")
    assert TextMeasures.of(garbled, (), ()).readable_share < 0.5
    assert TextMeasures.of(text, (text,), ("und", "zh-Hans")) == TextMeasures(caption_share=0.5, labelled_share=0.5)
