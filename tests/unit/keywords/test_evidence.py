"""What an alert shows beside the facts: which headline says best what is reported."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from mediawatch.keywords import Reading, TextDocument, read
from mediawatch.keywords.evidence import headlines_of, most_telling
from mediawatch.language.aliases import Aliases

DAY = date(2026, 4, 29)


def readings(titles: Iterable[str], *, day: date = DAY, story: str = "") -> list[Reading]:
    """Articles with these titles, an hour apart, each of a publisher and a story of its own unless they share one."""
    return [
        read(
            TextDocument(
                article_id=f"{day}-{title}",
                day=day,
                at=datetime(day.year, day.month, day.day, hour, tzinfo=UTC),
                site=f"paper{hour}",
                publisher=f"paper{hour}",
                story=story or f"{day}-{hour}",
                language="zh-Hans",
                title=title,
                text="沅鹭计划的消息。",
            ),
            Aliases(),
        )
        for hour, title in enumerate(titles)
    ]


def telling(term: str, given: list[Reading]) -> str:
    found = most_telling(term, given)
    return found.title if found else ""


def test_says_what_the_other_headlines_say() -> None:
    titles = ["市长谈天气", "柏岚市长手术后颅内出血", "柏岚市长颅内出血住院", "颅内压力知识问答", "名人近况汇总"]
    assert telling("颅内", readings(titles)) == "柏岚市长颅内出血住院"


def test_prefers_a_headline_that_has_the_word() -> None:
    titles = ["柏岚大桥关闭三天", "柏岚大桥出现裂缝", "裂缝是怎么来的", "柏岚大桥关闭"]
    assert telling("裂缝", readings(titles)) == "柏岚大桥出现裂缝"
    assert telling("裂缝", readings(["天气", "裂缝"])) == "裂缝"


def test_prefers_a_headline_of_the_last_day() -> None:
    before = readings(["沅鹭计划今天启动", "沅鹭计划启动", "沅鹭计划启动了"], day=date(2026, 4, 28))
    assert telling("沅鹭", [*before, *readings(["沅鹭计划推迟", "大桥关闭"])]) == "沅鹭计划推迟"
    assert telling("沅鹭", [*before, *readings(["大桥关闭"])]) == "沅鹭计划启动"


def test_copies_count_once() -> None:
    copies = readings(["名人谈沅鹭与美食"] * 5, story="one")
    others = readings(["沅鹭计划在柏岚启动", "柏岚启动沅鹭计划"])
    assert telling("沅鹭", [*copies, *others]) in {one.title for one in others}


def test_common_english_words_say_nothing() -> None:
    titles = ["The man who was there in the harbour", "Harbour bridge closed", "The bridge is closed", "The end of it"]
    assert telling("bridge", readings(titles)) == "Harbour bridge closed"


def test_comes_first_and_the_newest_of_other_publishers_after_it() -> None:
    given = readings(["沅鹭计划启动", "沅鹭计划今天启动", "天气", "菜价"])
    found = headlines_of(given, most_telling("沅鹭", given))
    assert [one.title for one in found] == ["沅鹭计划启动", "菜价", "天气"]
    assert [one.title for one in headlines_of(given)] == ["菜价", "天气", "沅鹭计划今天启动"]


def test_a_latin_word_is_no_part_of_another() -> None:
    titles = ["Chair factory plans bridge", "Bridge plans of the factory AI", "Bridge plans of the factory"]
    assert telling("ai", readings(titles)) == titles[1]
    assert telling("星穹pro", readings(["柏岚发布星穹 Pro", "柏岚发布星穹 Project"])) == "柏岚发布星穹 Pro"


def test_nothing_says_nothing() -> None:
    assert most_telling("沅鹭", []) is None
    assert telling("沅鹭", readings([""])) == ""
