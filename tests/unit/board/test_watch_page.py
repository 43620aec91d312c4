"""Trying watch lists on the board: what words would have found and sent, without a file or a shell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from mediawatch.board.app import create_app
from mediawatch.board.watch_page import MOST_WORDS, BadWord, list_of, written
from mediawatch.keywords.watching import read_watchlists
from tests.unit.board.printing import CANARY, Front, Printed, an_article

pytestmark = pytest.mark.slow

LISTS = """
- name: trade
  label: {zh: 贸易, en: Trade}
  terms: [关税, tariff*]
  min_articles: 2
- name: asleep
  terms: [渡轮]
  enabled: false
"""
RECIPIENTS = """
- name: desk
  channels: [{name: chat}]
  kinds: [watch]
"""


def a_board(folder: Path, lists: str = LISTS) -> TestClient:
    """A board over two articles of two sources, with a folder of watch lists."""
    watched = folder / "watchlists"
    watched.mkdir()
    (watched / "lists.yaml").write_text(lists)
    front = Front(folder)
    front.context = replace(
        front.context, settings=front.context.settings.model_copy(update={"watchlists_dir": watched})
    )
    articles = [
        an_article("關稅談判開始", "雙方就關稅會談。", source="paper"),
        an_article(f"Tariffs rise {CANARY}", "Prices follow.", source="wire", language="en"),
    ]
    app = create_app(lambda: front.print(Printed(articles=articles)))
    return TestClient(app, base_url="http://127.0.0.1")


def test_words_are_found_in_any_script_and_marked(tmp_path: Path) -> None:
    page = a_board(tmp_path).get(f"/watch?words={quote('关税，渡轮')}&lang=en").text
    assert "<mark>關稅</mark>談判開始" in page
    assert "They would have sent 1 message, on" in page
    assert "Found nothing: 渡轮" in page
    assert "Nothing is sent or stored" in page


def test_what_is_too_little_for_a_message_says_what_there_was(tmp_path: Path) -> None:
    board = a_board(tmp_path)
    page = board.get("/watch?words=tariff*&publishers=2&lang=en").text
    assert "would not have sent a message; the best day had 1 article by 1 publisher" in page
    assert CANARY not in page
    assert "<mark>Tariffs</mark> rise &lt;script&gt;" in page


def test_a_list_of_the_newsroom_is_tried_as_it_stands(tmp_path: Path) -> None:
    board = a_board(tmp_path)
    page = board.get("/watch?lang=zh").text
    assert "贸易" in page
    assert "asleep" not in page
    tried = board.get("/watch?list=trade&lang=zh").text
    assert "名单“贸易”的匹配结果" in tried
    assert "2 篇，2 个独立来源" in tried
    assert "保存这份名单" not in tried, "it is kept already"
    assert "没有名为 nothing 的关注名单" in board.get("/watch?list=nothing&lang=zh").text


def test_faults_of_the_files_are_shown_and_words_can_still_be_tried(tmp_path: Path) -> None:
    board = a_board(tmp_path, "- name: trade\n  trems: [关税]\n")
    assert "lists.yaml:2: trems" in board.get("/watch?lang=en").text
    assert "<mark>關稅</mark>" in board.get(f"/watch?words={quote('关税')}").text


@pytest.mark.parametrize(
    ("words", "fault"), [("关税, !!", "!!"), ("a*b", "a*b"), ("字" * 101, "字" * 101), ("关*", "关*")]
)
def test_a_word_that_cannot_be_watched_is_named(words: str, fault: str) -> None:
    with pytest.raises(BadWord) as refused:
        list_of(words, 1, 1)
    assert refused.value.word == fault


@pytest.mark.parametrize("words", ["", " , ,", ",".join(f"w{n}" for n in range(MOST_WORDS + 1))])
def test_none_and_too_many_are_refused(words: str) -> None:
    with pytest.raises(BadWord) as refused:
        list_of(words, 1, 1)
    assert not refused.value.word


@pytest.mark.parametrize(
    "path", [f"/watch?words={'a' * 501}", "/watch?days=30", "/watch?articles=0", "/watch?list=../x"]
)
def test_what_is_asked_has_bounds(tmp_path: Path, path: str) -> None:
    assert a_board(tmp_path).get(path).status_code == 400


def test_what_is_written_down_is_read_as_the_list_that_was_tried(tmp_path: Path) -> None:
    tried = list_of("关税、tariff*\nyes\n#1: x, 2026", 3, 2)
    (tmp_path / "own.yaml").write_text(written(tried))
    [read] = read_watchlists(tmp_path)
    assert read.model_copy(update={"name": tried.name}) == tried
