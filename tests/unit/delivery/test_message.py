"""Notices: harmless in every channel, cut between entries, and failures in the words of both languages."""

from __future__ import annotations

from datetime import date

import pytest

from mediawatch.delivery import Message, MessageKind, Notice, TaskFailure, compose_failure, message_of

DAY = date(2026, 4, 29)
DIGEST = """========
120 articles

New words
--------
* 星穹 [New] 7 articles
    柏岚_发布*星穹* @everyone (城北日报)
    https://paper.example/a_b/1
* 关税 [Rising] 9 articles
    谈判再延期
    https://paper.example/2

Stories
--------
1. 一题
    https://paper.example/3

Open the board: https://newsroom.example/board/?day=2026-04-29
Made by Mediawatch.
"""
REST = "(The rest does not fit in here.) https://newsroom.example/board/?day=2026-04-29"
FAILURE = TaskFailure(
    dag="build_day",
    task="each.publish",
    label="2026-04-28",
    error="Unavailable",
    said="s3://user:hunter2@store.example\n\x1b[31mdoes not answer " + "x" * 900,
    log_url="http://127.0.0.1:8080/dags/build_day/runs/manual__1/tasks/each.publish",
)


def a_digest() -> Notice:
    return Notice(
        notice_id="digest/2026-04-29",
        kind=MessageKind.DIGEST,
        day=DAY,
        title="The news of 2026-04-29",
        text=DIGEST,
        html="<p>all</p>",
        rest=REST,
    )


def test_plain_text_keeps_its_entries_and_loses_drawn_lines_and_calls() -> None:
    message = message_of(a_digest())
    assert (message.title, message.html) == ("The news of 2026-04-29", "<p>all</p>")
    assert message.text.startswith(
        "120 articles\n\nNew words\n* 星穹 [New] 7 articles\n    柏岚_发布*星穹* @\u2060everyone"
    )
    assert "--------" not in message.text
    assert "    https://paper.example/a_b/1\n" in message.text
    assert "Open the board: https://newsroom.example/board/?day=2026-04-29\n" in message.text


def test_marks_are_escaped_where_text_is_markdown_and_links_stay_links() -> None:
    text = message_of(a_digest(), "markdown").text
    assert "柏岚\\_发布\\*星穹\\* @\u2060everyone" in text
    assert "    <https://paper.example/a_b/1>\n" in text
    assert "Open the board: <https://newsroom.example/board/?day=2026-04-29>" in text


@pytest.mark.parametrize("characters", range(90, 420, 7))
def test_a_long_one_is_cut_between_entries_and_says_so(characters: int) -> None:
    message = message_of(a_digest())
    cut = message.within(characters)
    if cut == message.text:
        return
    assert len(cut) <= characters
    assert cut.endswith(REST)
    kept = cut.removesuffix(REST).rstrip().splitlines()
    assert message.text.splitlines()[: len(kept)] == kept
    if kept:
        assert kept[-1] not in {"New words", "Stories", "* 星穹 [New] 7 articles", "* 关税 [Rising] 9 articles"}


def test_bytes_limit_as_characters_do() -> None:
    message = message_of(a_digest())
    assert len(message.within(4000, 200).encode()) <= 200
    assert message.within(4000) == message.text
    assert len(message.within(30)) <= 30


def test_a_failure_says_where_what_and_what_to_do_in_english() -> None:
    notice = compose_failure(FAILURE, DAY, "en")
    assert notice.notice_id == "failure/2026-04-29/build_day/each.publish/Unavailable"
    assert notice.title == "build_day: each.publish failed (29 Apr 2026)"
    text = message_of(notice).text
    for said in (
        "The task each.publish (2026-04-28) of build_day failed and is not tried again.",
        "Unavailable: s3://…@store.example does not answer xxx",
        "docs/operating.md",
        "Why you get this: you asked for failures",
        f"Log: {FAILURE.log_url}",
    ):
        assert said in text
    assert "hunter2" not in text + notice.html
    assert len(text) < 1000
    assert f'href="{FAILURE.log_url}"' in notice.html


def test_a_failure_in_chinese_without_label_words_or_log() -> None:
    bare = TaskFailure(dag="harvest_news", task="seal", label="", error="Killed", said="", log_url="")
    notice = compose_failure(bare, DAY, "zh")
    assert notice.title == "harvest_news：seal 失败（2026年4月29日）"
    assert "harvest_news 的任务 seal 失败了，不再重试。\nKilled\n" in notice.text
    assert "日志：" not in notice.text
    assert 'lang="zh-Hans"' in notice.html


def test_what_an_error_says_is_text_in_a_page() -> None:
    strange = TaskFailure(
        dag="d", task="t", label="<b>", error="E", said="<script>alert(1)</script>", log_url="javascript:x"
    )
    notice = compose_failure(strange, DAY, "en")
    assert "<script" not in notice.html
    assert "javascript" not in notice.html


@pytest.mark.parametrize(
    ("text", "html", "twin"),
    [
        ("120 articles", "<h1>A &amp; B</h1>", "A & B\n\n120 articles"),
        ("A & B\n120 articles", "<h1>A &amp; B</h1>", "A & B\n120 articles"),
        ("120 articles", "<p>120 articles</p>", "120 articles"),
    ],
    ids=["the page has the title", "so has the text", "the page has none"],
)
def test_the_plain_twin_of_a_page_has_the_title_once_where_the_page_has_it(text: str, html: str, twin: str) -> None:
    assert Message(title="A & B", text=text, html=html).twin == twin
