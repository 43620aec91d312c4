"""Episodes: one alert for one topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from mediawatch.keywords import Glance, Progress, Rules, TextDocument, advance, alert_id_of, detect
from mediawatch.keywords.explaining import explain
from mediawatch.keywords.rules import Gate
from mediawatch.language.aliases import Aliases
from mediawatch.records import AlertKind
from mediawatch.tables.keywords import Episode
from tests.support.wires import PUBLISHERS, Wire, usual, with_word

pytestmark = pytest.mark.slow

RULES = Rules()
WORD = "沅鹭计划"


def evaluation(
    wire: Wire, documents: Sequence[TextDocument], episodes: Sequence[Episode] = (), *, is_closing: bool = True
) -> Progress:
    detection = detect(wire.day, wire.readings(documents), wire.history, RULES)
    return advance(
        episodes,
        detection,
        wire.history,
        RULES,
        evaluation=Glance(is_closing=is_closing, seen="batch 1"),
        aliases=Aliases(),
        originals=lambda ids: (
            (one.article_id, f"{one.title}\n{one.text}") for one in documents if one.article_id in ids
        ),
    )


def after_a_month() -> Wire:
    wire = Wire()
    wire.quiet(30)
    return wire


def test_an_alert_carries_its_evidence() -> None:
    wire = after_a_month()
    documents = [*usual(wire.day), *with_word(wire.day, WORD, PUBLISHERS[:3])]
    (alert,) = evaluation(wire, documents).alerts
    assert (alert.term, alert.kind, alert.step, alert.evaluation) == (WORD, AlertKind.NEW, 0, "batch 1")
    assert alert.alert_id == alert_id_of("keywords", WORD, wire.day)
    assert (alert.articles, alert.stories, alert.publishers) == (3, 3, 3)
    assert {line.publisher for line in alert.headlines} == set(PUBLISHERS[:3])
    assert (alert.first_seen_on, alert.last_seen_on, alert.baseline_days) == (wire.day, wire.day, 28)
    assert alert.ratio is None
    assert [count.articles for count in alert.series if count.articles] == [3]
    assert alert.series[-1].publishers == 3
    assert alert.first_publisher == PUBLISHERS[0]


def test_looking_twice_sends_once() -> None:
    wire = after_a_month()
    documents = [*usual(wire.day), *with_word(wire.day, WORD, PUBLISHERS[:3])]
    first = evaluation(wire, documents)
    second = evaluation(wire, documents, first.episodes)
    assert second.alerts == ()
    assert [alert.alert_id for alert in second.updates] == [first.alerts[0].alert_id]
    assert second.episodes == first.episodes


def test_three_times_the_articles_make_one_follow_up() -> None:
    wire = after_a_month()
    few = [*usual(wire.day), *with_word(wire.day, WORD, PUBLISHERS[:3])]
    many = [*usual(wire.day), *with_word(wire.day, WORD, PUBLISHERS * 4)]
    first = evaluation(wire, few)
    second = evaluation(wire, many, first.episodes)
    third = evaluation(wire, many, second.episodes)
    assert [(alert.step, alert.alert_id) for alert in second.alerts] == [(1, first.alerts[0].alert_id)]
    assert second.alerts[0].articles == 16
    assert third.alerts == ()


def test_tomorrows_news_of_the_topic_is_the_same_episode() -> None:
    wire = after_a_month()
    today = [*usual(wire.day), *with_word(wire.day, WORD, PUBLISHERS[:3])]
    first = evaluation(wire, today)
    wire.close(today)
    tomorrow = evaluation(wire, [*usual(wire.day), *with_word(wire.day, WORD, PUBLISHERS[:2])], first.episodes)
    assert tomorrow.alerts == ()
    assert [alert.alert_id for alert in tomorrow.updates] == [first.alerts[0].alert_id]
    assert tomorrow.updates[0].kind is AlertKind.NEW


@pytest.mark.parametrize(("today", "told"), [(1, 0), (2, 1), (3, 1)])
def test_what_was_told_before_by_one_publisher_begins_no_episode_as_it_fades(today: int, told: int) -> None:
    wire = after_a_month()
    wire.close([*usual(wire.day), *with_word(wire.day, WORD, PUBLISHERS[:1] * 5)])
    found = [*usual(wire.day), *with_word(wire.day, WORD, PUBLISHERS[1 : 1 + today])]
    progress = evaluation(wire, found)
    assert len(progress.alerts) == len(progress.episodes) == told
    detection = detect(wire.day, wire.readings(found), wire.history, RULES)
    explained = explain(WORD, detection, wire.history, RULES, Aliases())
    assert explained.gate is (Gate.PASSED if told else Gate.FADING)


def test_an_episode_goes_on_as_it_fades() -> None:
    wire = after_a_month()
    today = [*usual(wire.day), *with_word(wire.day, WORD, PUBLISHERS)]
    first = evaluation(wire, today)
    wire.close(today)
    tomorrow = [*usual(wire.day), *with_word(wire.day, WORD, PUBLISHERS[:1])]
    (episode,) = evaluation(wire, tomorrow, first.episodes).episodes
    assert (episode.alert_id, episode.last_on) == (first.alerts[0].alert_id, wire.day)


def test_another_word_of_the_same_articles_is_the_same_episode() -> None:
    wire = after_a_month()
    today = [*usual(wire.day), *with_word(wire.day, WORD, PUBLISHERS[:3])]
    first = evaluation(wire, today)
    renamed = tuple(
        Episode(**{name: getattr(one, name) for name in Episode.__slots__} | {"topic": "别的词"})
        for one in first.episodes
    )
    assert evaluation(wire, today, renamed).alerts == ()


def told_beside(first: Progress, words: tuple[str, ...]) -> tuple[Episode, ...]:
    """The episodes of `first`, as if they had told `words` beside another one's stories."""
    return tuple(
        replace(one, topic="别的词", stories=("elsewhere",), words=("别的词", *words)) for one in first.episodes
    )


def test_an_episode_knows_the_words_that_it_told() -> None:
    wire = after_a_month()
    both = with_word(wire.day, f"{WORD}，霁雁港", PUBLISHERS[:3])
    (episode,) = evaluation(wire, [*usual(wire.day), *both]).episodes
    assert set(episode.words) == {WORD, "霁雁港"}


def test_a_new_word_that_was_told_beside_another_is_the_same_episode() -> None:
    wire = after_a_month()
    today = [*usual(wire.day), *with_word(wire.day, WORD, PUBLISHERS[:3])]
    first = evaluation(wire, today)
    assert evaluation(wire, today, told_beside(first, (WORD,))).alerts == ()
    assert [alert.topic for alert in evaluation(wire, today, told_beside(first, ())).alerts] == [WORD]


def test_a_known_word_may_rise_with_something_else() -> None:
    wire = Wire()
    for _ in range(30):
        wire.close([*usual(wire.day), *with_word(wire.day, "卫星", PUBLISHERS[:1])])
    alone = [*usual(wire.day), *with_word(wire.day, "卫星", PUBLISHERS * 2)]
    together = [*usual(wire.day), *with_word(wire.day, "卫星，霁雁港", PUBLISHERS * 2)]
    first = evaluation(wire, alone)
    assert [alert.topic for alert in evaluation(wire, alone, told_beside(first, ("卫星",))).alerts] == ["卫星"]
    assert evaluation(wire, together, told_beside(first, ("卫星", "霁雁港"))).alerts == ()


def test_a_name_in_chinese_and_in_pinyin_is_one_topic() -> None:
    wire = after_a_month()
    chinese, english = (with_word(wire.day, name, PUBLISHERS[:3]) for name in ("柯湉骁", "Ke Tianxiao"))
    (alert,) = evaluation(wire, [*usual(wire.day), *chinese, *english]).alerts
    assert {alert.term.lower(), *alert.also} >= {"柯湉骁", "ke tianxiao"}


def test_a_name_told_in_chinese_is_not_told_again_in_pinyin() -> None:
    wire = after_a_month()
    first = evaluation(wire, documents := [*usual(wire.day), *with_word(wire.day, "柯湉骁", PUBLISHERS[:3])])
    wire.close(documents)
    second = evaluation(wire, [*usual(wire.day), *with_word(wire.day, "Ke Tianxiao", PUBLISHERS[:3])], first.episodes)
    assert second.alerts == ()
    assert [alert.alert_id for alert in second.updates] == [first.alerts[0].alert_id]


def test_after_silence_the_topic_alerts_again() -> None:
    wire = after_a_month()
    today = [*usual(wire.day), *with_word(wire.day, WORD, PUBLISHERS[:3])]
    first = evaluation(wire, today)
    wire.close(today)
    wire.quiet(RULES.quiet_days + RULES.baseline_days + RULES.window_days)
    again = evaluation(wire, [*usual(wire.day), *with_word(wire.day, WORD, PUBLISHERS[:3])], first.episodes)
    assert [alert.kind for alert in again.alerts] == [AlertKind.BACK]
    assert again.alerts[0].alert_id != first.alerts[0].alert_id


def test_beyond_the_quota_of_a_day_only_loud_topics_begin() -> None:
    wire = after_a_month()
    loud = with_word(wire.day, WORD, PUBLISHERS)
    modest = [
        one
        for word in ("澜鹿岗", "玥鲤村", "霁雁港")
        for one in with_word(wire.day, word, PUBLISHERS[:2] + PUBLISHERS[:1])
    ]
    documents = [*usual(wire.day), *loud, *modest]
    detection = detect(wire.day, wire.readings(documents), wire.history, RULES)
    scores = [topic.score for topic in detection.topics]
    assert len(scores) >= 4

    def begun(rules: Rules) -> int:
        return len(advance((), detection, wire.history, rules, evaluation=Glance(), aliases=Aliases()).alerts)

    between = (scores[0] + scores[1]) / 2
    assert begun(replace(RULES, quota=2, crowded_score=between)) == 2
    assert begun(replace(RULES, quota=0, crowded_score=between)) == 1
    assert begun(replace(RULES, quota=0, crowded_score=0.0, budget=3)) == 3


def test_an_open_day_alerts_only_on_what_is_strong() -> None:
    wire = after_a_month()
    weak = [*usual(wire.day), *with_word(wire.day, WORD, [PUBLISHERS[0], PUBLISHERS[0], PUBLISHERS[1]])]
    strong = [*usual(wire.day), *with_word(wire.day, WORD, PUBLISHERS * 4)]
    assert evaluation(wire, weak, is_closing=False).alerts == ()
    assert len(evaluation(wire, weak).alerts) == 1
    assert len(evaluation(wire, strong, is_closing=False).alerts) == 1
