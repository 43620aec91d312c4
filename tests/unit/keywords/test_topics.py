"""Which words are one event."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from mediawatch.keywords.candidates import Candidate
from mediawatch.keywords.episodes import follow
from mediawatch.keywords.rules import Rules
from mediawatch.keywords.topics import Topic, is_overlap, topics_of
from mediawatch.records import AlertKind
from tests.support.words import a_word


@pytest.mark.parametrize(
    ("shared", "stories", "share", "is_one"),
    [
        (2, 4, 0.01, True),
        (2, 4, 0.3, False),  # of four reports, two are about what a third of the day is about
        (5, 5, 0.3, True),
        (3, 3, 0.2, True),
        (3, 5, 0.15, False),
        (3, 5, 0.3, False),
        (1, 4, 0.001, False),  # too few, however rare
        (40, 80, 0.2, True),
        (3, 3, 1.0, False),
    ],
)
def test_stories_in_common_count_beyond_chance(shared: int, stories: int, share: float, is_one: bool) -> None:
    assert is_overlap(shared, stories, share, 0.5) is is_one


@dataclass(frozen=True)
class Looked:
    """Days of so many stories that sharing any is no chance."""

    stories: tuple[str, ...] = tuple(f"story {number}" for number in range(400))
    stories_today: int = 100


def names_of(*words: Candidate) -> list[str]:
    """The words of the one topic that these are, the one that names it first."""
    [topic] = topics_of(words, Looked(), Rules())
    return [word.term for word in topic.words]


@pytest.mark.parametrize("latin", ["tao an", "tao’an"])
def test_a_name_and_its_pinyin_are_one_topic_whatever_stories_they_share(latin: str) -> None:
    name = a_word("陶安", "abcdef", titles=6, score=9.0)
    assert names_of(name, a_word(latin, "fghijk", titles=6, score=5.0)) == ["陶安", latin]


MEETING = a_word("座谈会", "abcdefgh", titles=2, score=9.0, usual=30.0, is_listed=True)


def test_a_common_word_is_named_by_whom_its_reports_are_about() -> None:
    host = a_word("覃岭舟", "abcdef", titles=4, score=5.0, usual=2.0)
    assert names_of(MEETING, host) == ["覃岭舟", "座谈会"]


@pytest.mark.parametrize(
    "other",
    [
        a_word("代表", "abcdef", titles=5, score=5.0, usual=2.0, is_listed=True),
        a_word("覃岭舟", "abcdefgh", titles=0, score=5.0, usual=2.0),
        a_word("覃岭舟", "abcdef", titles=4, score=5.0, usual=29.0),
        a_word("企业座谈会", "abcdef", titles=5, score=5.0),
        a_word("covenside", "abcdef", titles=5, score=5.0),
    ],
    ids=["another common word", "in fewer headlines", "as common", "the word with another", "another script"],
)
def test_a_common_word_keeps_the_name_before_what_is_no_better(other: Candidate) -> None:
    assert names_of(known(other), MEETING)[0] == "座谈会"


def known(word: Candidate) -> Candidate:
    """`word` known, so that it does not come first for being new."""
    return replace(word, kind=AlertKind.RISING)


def test_a_new_word_that_no_headline_has_gives_way_to_one_that_they_have() -> None:
    title, elected = (
        a_word("候任者", "abcdefgh", titles=1, score=9.0),
        a_word("覃岭舟", "abcdefgh", titles=7, score=5.0, usual=4.0),
    )
    assert names_of(title, elected) == ["覃岭舟", "候任者"]
    assert names_of(a_word("沱庐镇", "abcdefgh", titles=5, score=9.0), elected)[0] == "沱庐镇"


WARRANT = a_word("逮捕令", "abcdefgh", titles=3, score=9.0, usual=8.0, is_listed=True)


def test_reports_of_a_common_word_are_named_by_a_name_that_is_not_in_the_news_every_day() -> None:
    court = a_word("刑事法庭", "abcdef", titles=4, score=5.0, usual=20.0)
    city = replace(a_word("瀚州", "abcdef", titles=6, score=5.0, usual=20.0, is_listed=True), is_name=True)
    assert names_of(WARRANT, court) == ["刑事法庭", "逮捕令"]
    assert names_of(WARRANT, city) == ["瀚州", "逮捕令"]
    assert names_of(WARRANT, replace(city, usual=60.0))[0] == "逮捕令"
    assert names_of(WARRANT, replace(city, is_name=False))[0] == "逮捕令"
    assert names_of(WARRANT, replace(city, stories=frozenset("abcd"), titles=4))[0] == "逮捕令"
    # A name is told by itself, whatever other names its reports have.
    assert names_of(replace(WARRANT, term="覃岭舟", is_name=True), city)[0] == "覃岭舟"


ALARM = a_word("警报", "abcdefgh", titles=4, score=9.0, usual=30.0, is_listed=True)


@dataclass(frozen=True)
class Judged:
    """What a day showed."""

    day: date
    topics: tuple[Topic, ...]
    window: Looked


def test_the_event_of_a_very_large_day_is_known_again_under_another_name() -> None:
    """8,000 reports of one event among 200,000 of a day: more ids than a small day's episode has to keep."""
    day = date(2026, 3, 1)
    reports = frozenset(f"{number:032x}" for number in range(8_000))
    looked = Looked(stories=tuple(f"{number:032x}" for number in range(200_000)), stories_today=200_000)

    def judged(on: date, term: str) -> Judged:
        word = replace(a_word(term, "abc", titles=3, score=9.0), stories=reports)
        return Judged(on, (Topic(words=(word,), stories=reports, score=9.0),), looked)

    first = follow((), judged(day, "沅鹭计划"), Rules())
    second = follow(first.episodes, judged(day + timedelta(days=1), "霁雁港"), Rules())
    assert len(first.begun) == 1
    assert second.begun == ()
    assert [episode.topic for episode, _ in second.grown] == ["沅鹭计划"]


def seen_on(day: date, head: Candidate, expression: Candidate | None = None) -> Judged:
    """What a day of one topic showed, which is told in `expression` where there is one."""
    told = {head.term: expression} if expression else {}
    return Judged(day, tuple(topics_of([head], Looked(), Rules(), told)), Looked())


def test_a_common_word_with_and_without_its_expression_is_one_episode_and_two_expressions_are_two() -> None:
    day = date(2026, 3, 1)
    later = replace(ALARM, stories=frozenset("ijklmnop"))
    wave = a_word("海啸警报", "abcdefgh", titles=3, score=4.0, usual=5.0)
    same, other = (replace(wave, term=term, stories=later.stories) for term in ("海啸警报", "战争警报"))
    whole, bare = seen_on(day, ALARM, wave), seen_on(day, ALARM)
    for first, second in ((whole, (same,)), (whole, ()), (bare, (same,)), (bare, ())):
        begun = follow((), first, Rules())
        assert follow(begun.episodes, seen_on(day + timedelta(days=1), later, *second), Rules()).begun == ()
    begun = follow((), whole, Rules())
    [(episode, _)] = follow(begun.episodes, seen_on(day + timedelta(days=1), later, other), Rules()).begun
    assert episode.topic == "战争警报"


def test_an_expression_that_grew_further_is_the_same_episode() -> None:
    day = date(2026, 3, 1)
    later = replace(ALARM, stories=frozenset("ijklmnop"))
    short, long = (a_word(term, "abcdefgh", titles=3, score=4.0, usual=5.0) for term in ("海啸警报", "日本海啸警报"))
    for first, second in ((short, long), (long, short)):
        begun = follow((), seen_on(day, ALARM, first), Rules())
        told = replace(second, stories=later.stories)
        assert follow(begun.episodes, seen_on(day + timedelta(days=1), later, told), Rules()).begun == ()
