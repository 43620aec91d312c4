"""The daily digest: a page and a text that need nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from mediawatch.board.digest import Digest, compose_digest, day_digest
from tests.unit.board.printing import CANARY, DAY, Front, Printed, a_front_page, an_article

pytestmark = pytest.mark.slow


@pytest.fixture(name="digests", scope="module")
def _digests(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Digest]:
    data = day_digest(a_front_page(tmp_path_factory.mktemp("digest")), DAY, board_url="https://board.example/")
    return {language: compose_digest(data, language) for language in ("en", "zh")}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_both_forms_tell_the_day(digests: dict[str, Digest], language: str) -> None:
    digest = digests[language]
    for form in (digest.html, digest.text):
        assert "量子渡轮" in form
        assert "市场等待关税结果" in form
        assert "Silent Gazette" in form
        assert "https://board.example/" in form
        assert "https://www.paper.example/ferry" in form
        assert str(DAY) in digest.title
        assert digest.title in form


def test_the_page_is_self_contained_and_safe(digests: dict[str, Digest]) -> None:
    html = digests["en"].html
    assert not re.findall(r"<(?:script|link|img|iframe)\b", html)
    assert "url(" not in html
    assert "@import" not in html
    assert CANARY not in html
    assert "&lt;script&gt;" in html


def test_the_text_has_no_markup_of_ours_and_no_steering(digests: dict[str, Digest]) -> None:
    text = digests["zh"].text
    assert "&lt;" not in text
    assert CANARY in text
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e]", text)
    assert "\n\n\n" not in text


def test_stories_stand_before_others_by_publishers(digests: dict[str, Digest]) -> None:
    text = digests["en"].text
    assert "\n1. 市场等待关税结果" in text, "of two publishers, where all others have one"


def test_what_is_not_counted_is_said_and_headlines_stand_in(tmp_path: Path) -> None:
    data = day_digest(Front(tmp_path).print(Printed(articles=[an_article("一则新闻")])), DAY)
    digest = compose_digest(data, "en")
    assert "not counted yet" in digest.text
    assert "一则新闻" in digest.text
    assert "一则新闻" in digest.html
    assert "Open the board" not in digest.html


def test_equal_days_give_equal_bytes(tmp_path: Path) -> None:
    data = day_digest(a_front_page(tmp_path), DAY)
    assert compose_digest(data, "zh") == compose_digest(data, "zh")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Silent Gazette: no feed or list answered (unreachable); last article more than 30 days"),
        ("zh", "Silent Gazette：没有一个订阅源或列表有回应（"),
    ],
)
def test_a_source_that_did_not_answer_is_told_as_such(digests: dict[str, Digest], language: str, said: str) -> None:
    assert said in digests[language].text
    assert said in digests[language].html


@pytest.mark.parametrize(
    ("language", "more"), [("en", "and 3 more sources in trouble"), ("zh", "另有 3 个采集源有问题")]
)
def test_troubled_sources_beyond_the_tenth_are_counted(tmp_path: Path, language: str, more: str) -> None:
    data = day_digest(a_front_page(tmp_path), DAY)
    (state, *_) = [each for each in data.troubled if each.is_failed]
    troubled = [replace(state, name=f"s{number}", title=f"Source {number}") for number in range(13)]
    digest = compose_digest(replace(data, troubled=troubled), language)
    for form in (digest.html, digest.text):
        assert "Source 9" in form
        assert "Source 10" not in form
        assert more in form
    assert more not in compose_digest(replace(data, troubled=troubled[:10]), language).text
