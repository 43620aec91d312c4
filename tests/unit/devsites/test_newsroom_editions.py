"""What the newsroom writes: the same each time, varied, and planted as promised."""

from __future__ import annotations

import hashlib
import itertools
import os
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from random import Random
from statistics import fmean

import pytest

from devsites import aliases, planted
from devsites.edition import edition
from devsites.grammar import Bilingual, expand, sentences_of, slots
from devsites.houses import MASTHEADS
from devsites.ranking import LENGTH, ranking
from devsites.stories import Story
from devsites.vocabulary import PLANTS, STANDING, TOPICS, new_word, sentences, standing_word
from devsites.writing import to_script
from mediawatch.language import fold, script_of

pytestmark = pytest.mark.slow

DAY = date(2026, 4, 29)
DAYS = tuple(DAY - timedelta(days=back) for back in range(45))


def stories_of(day: date) -> list[Story]:
    return [story for masthead in MASTHEADS for story in edition(masthead.key, day)]


def digest_of(day: date) -> str:
    return hashlib.sha256(repr(stories_of(day)).encode()).hexdigest()


def text_of(story: Story) -> str:
    version = story.versions[-1]
    return "\n".join((version.title, *version.zh, *version.en, *(caption.text for caption in version.captions)))


def test_the_same_day_has_the_same_stories_in_another_process() -> None:
    program = (
        "from datetime import date; from tests.unit.devsites.test_newsroom_editions import digest_of;"
        f"print(digest_of(date.fromisoformat('{DAY}')))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": os.pathsep.join(sys.path)}
    printed = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, check=True, text=True
    )
    assert printed.stdout.strip() == digest_of(DAY)


def test_forty_five_days_have_40_to_52_articles_a_day_and_fewer_at_weekends() -> None:
    articles = {day: sum(story.outcome == "article" for story in stories_of(day)) for day in DAYS}
    weekend = [count for day, count in articles.items() if day.weekday() >= 5]
    week = [count for day, count in articles.items() if day.weekday() < 5]
    assert 40 <= sum(articles.values()) / len(articles) <= 52
    assert fmean(weekend) < 0.85 * fmean(week)
    assert len(set(week)) > 3


def test_stories_are_numbered_in_order_of_publication_within_their_day() -> None:
    for masthead in MASTHEADS:
        stories = edition(masthead.key, DAY)
        assert [story.number for story in stories] == list(range(1, len(stories) + 1))
        assert [story.published_at for story in stories] == sorted(story.published_at for story in stories)
        assert all(story.published_at.date() == DAY for story in stories)


def test_no_slot_or_choice_is_left_in_a_text() -> None:
    for day in DAYS[:7]:
        for story in stories_of(day):
            assert not set("{}[]<>|") & set(text_of(story)), text_of(story)


def test_each_site_keeps_to_its_script() -> None:
    texts = {masthead.key: "".join(map(text_of, edition(masthead.key, DAY))) for masthead in MASTHEADS}
    assert {key: script_of(text) for key, text in texts.items()} == {
        "baichuan": "Hans",
        "hyacinth": "Hans",
        "wutong": "Hans",
        "yanzhou": "Hans",
        "langang": "Hant",
        "harrow": None,
    }


def test_what_stands_on_gbk_pages_can_be_written_in_gbk() -> None:
    for day in DAYS:
        for story in edition("yanzhou", day):
            assert text_of(story).encode("gbk").decode("gbk") == text_of(story)


def test_articles_are_not_copies_of_each_other_unless_meant_to_be() -> None:
    articles = [story for day in DAYS[:3] for story in stories_of(day) if story.kind != "wire" and story.versions[0].zh]
    shingles = [_shingles(fold("".join(story.versions[0].zh))) for story in articles]
    shares = [len(a & b) / len(a | b) for a, b in itertools.combinations(shingles, 2)]
    assert sum(share > 0.5 for share in shares) <= len(articles) * 0.05
    assert max(shares) < 0.9


def test_reports_of_the_new_word_are_distinct_stories() -> None:
    for day in DAYS[:8]:
        reports = [story for story in stories_of(day) if story.kind == "plant" and story.versions[0].zh]
        shingles = [_shingles(fold("".join(story.versions[0].zh))) for story in reports]
        assert len(reports) == 5
        assert max(len(a & b) / len(a | b) for a, b in itertools.combinations(shingles, 2)) < 0.5


def test_the_new_word_is_in_six_sites_that_day_and_nowhere_before() -> None:
    words = planted(DAY)
    naming = {
        story.site
        for story in stories_of(DAY)
        if words["new"] in fold(text_of(story)) or words["new_en"] in text_of(story)
    }
    assert len(naming) == len(MASTHEADS)
    assert not [story for day in DAYS[1:] for story in stories_of(day) if words["new"] in fold(text_of(story))]


def told_on(word: str, day: date) -> set[str]:
    """The sites whose Chinese reports of `day` have the word."""
    return {story.site for story in stories_of(day) if word in fold(text_of(story))}


def test_one_word_comes_back_after_more_than_four_silent_weeks() -> None:
    word = planted(DAY)["back"]
    told = [day for back in range(45) if told_on(word, day := DAY - timedelta(days=back))]
    assert [(DAY - day).days for day in told] == [0, 35, 36]
    assert told_on(word, DAY) == {"wutong", "yanzhou", "baichuan", "langang"}


def test_one_word_that_is_mentioned_now_and_then_is_told_by_five_sites() -> None:
    word = planted(DAY)["rising"]
    told = {back: sites for back in range(45) if (sites := told_on(word, DAY - timedelta(days=back)))}
    assert {back: len(sites) for back, sites in told.items()} == {0: 4, 15: 1}


def test_no_known_word_is_a_new_one() -> None:
    new = {new_word(DAY + timedelta(days=number)).zh for number in range(899)}
    standing = {standing_word(number).zh for number in range(STANDING)}
    assert len(standing) == STANDING
    assert not standing & new


def test_the_wire_report_is_word_for_word_the_same_on_four_sites() -> None:
    copies = [story for story in stories_of(DAY) if story.kind == "wire"]
    assert {story.site for story in copies} == {"baichuan", "wutong", "yanzhou", "langang"}
    assert {fold(story.publisher) for story in copies} == {"环海通讯社"}
    scripts = {masthead.key: masthead.house.script for masthead in MASTHEADS}
    original = next(story for story in copies if story.site == "yanzhou").versions[0].zh
    for story in copies:
        assert story.versions[0].zh == tuple(to_script(paragraph, scripts[story.site]) for paragraph in original)
    stranger = planted(DAY)["wire_only"]
    assert {story.kind for story in stories_of(DAY) if stranger in fold(text_of(story))} == {"wire"}


def test_the_nickname_is_used_instead_of_the_name_and_is_a_known_alias() -> None:
    words = planted(DAY)
    reports = [story for story in stories_of(DAY) if story.kind == "nickname"]
    assert len(reports) == 3
    assert words["nickname"] in aliases()[words["nickname_of"]]
    for story in reports:
        assert words["nickname_of"] not in fold(text_of(story))


def test_the_ranking_has_sixty_lines_of_earlier_days_and_one_word_of_its_own() -> None:
    lines = ranking("baichuan", DAY)
    assert [line.rank for line in lines] == list(range(1, LENGTH + 1))
    assert all(line.story.day < DAY for line in lines)
    assert sum(line.story.day == DAY - timedelta(days=1) for line in lines) >= 10
    word = planted(DAY)["ranking_only"]
    assert sum(word in line.title for line in lines) == 1
    assert not [story for day in DAYS for story in stories_of(day) if word in fold(text_of(story))]


def test_each_day_has_every_kind_of_story() -> None:
    kinds = Counter(story.kind for story in stories_of(DAY))
    assert {"article", "wire", "plant", "nickname", "revised", "paged", "slow", "throttled", "dead"} <= set(kinds)
    assert {"barred", "video", "live", "challenge", "blank"} <= set(kinds)


@pytest.mark.parametrize("topic", [*TOPICS, *PLANTS, "nickname", "wire"])
def test_every_thread_of_a_topic_can_be_told(topic: str) -> None:
    roles = sentences(topic)
    threads = {thread for headline in roles["headline"] for thread in headline.threads} or {""}
    for thread in threads:
        for role in ("headline", "lead", "detail", "quote", "outlook", "caption"):
            assert any(sentence.fits(thread) for sentence in roles[role]), (thread, role)


@pytest.mark.parametrize("topic", [*TOPICS, *PLANTS, "nickname", "wire"])
def test_both_languages_make_the_same_choices(topic: str) -> None:
    for role, templates in sentences(topic).items():
        for template in templates:
            zh, en = template.phrase
            assert zh.count("[") == en.count("["), (role, zh)
            assert bool(slots(zh)) == bool(slots(en)), (role, zh)


def test_choices_fall_alike_in_both_languages() -> None:
    (sentence,) = sentences_of("(a) {n}个[红|蓝]球<。|！>\n(a) [red|blue] balls, {n}")
    facts = {"n": Bilingual("两", "two")}
    seen = {expand(sentence.phrase, facts, Random(seed)) for seed in range(40)}  # noqa: S311
    assert {(phrase.zh[2], phrase.en) for phrase in seen} == {("红", "Red balls, two"), ("蓝", "Blue balls, two")}
    assert len(seen) == 4
    assert sentence.fits("a")
    assert not sentence.fits("b")


def test_a_phrase_without_its_translation_is_refused() -> None:
    with pytest.raises(ValueError, match="without its English one"):
        sentences_of("只有中文\n")
    with pytest.raises(ValueError, match="different threads"):
        sentences_of("(a) 中文\n(b) English\n")


def _shingles(text: str) -> set[str]:
    return {text[start : start + 5] for start in range(len(text) - 4)}
