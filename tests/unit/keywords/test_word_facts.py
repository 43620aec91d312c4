"""Whatever says something of a word says the same: the message, the board, `why`, the command line and the index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from pathlib import Path

import pytest
import yaml
from starlette.testclient import TestClient

from mediawatch.board.app import create_app
from mediawatch.board.local_index import refresh
from mediawatch.board.state import open_board
from mediawatch.cli.keywords import _document, _facts
from mediawatch.context import Context
from mediawatch.delivery import MessageStyle, compose
from mediawatch.delivery.wording import day_words
from mediawatch.keywords import Explanation, WordFacts
from mediawatch.keywords.detect_stage import alerts_of, name_of
from mediawatch.keywords.lake_history import LakeHistory
from mediawatch.keywords.word_facts import explained, word_facts
from mediawatch.records import Alert, AlertKind
from mediawatch.search.alerts import alert_document
from mediawatch.workflow.announce import _evidence, _terms
from mediawatch.workflow.runner import STAGES, run_stage
from mediawatch.workflow.watch import watch_day
from tests.support.chronicle import SOURCES, Told, about_the_new_word, quiet, write_day
from tests.support.lakes import SetClock, a_context

pytestmark = pytest.mark.slow

LAST = date(2026, 4, 2)
FIRST = LAST - timedelta(days=119)
SILENT_SINCE = LAST - timedelta(days=58)
NEW, BACK, RISING, FREQUENT, WATCHED, ABSENT = "霁川鲟", "澜屿计划", "登革热", "图书馆", "河堤", "云轨列车"
WORDS = (NEW, BACK, RISING, FREQUENT, WATCHED, ABSENT)
LISTS = [{"name": "rivers", "terms": [WATCHED, "码头", ABSENT], "label": {"zh": "河流", "en": "Rivers"}}]


def about(word: str, sources: tuple[str, ...], *, where: str = "城里", story: str = "") -> list[Told]:
    return [
        Told(
            source=source,
            title=f"{where}{word}引起注意 {source}",
            text=f"记者在{source}了解到，{word}成为话题，{number}位专家谈到{word}。居民说，{word}的后续仍在进行。",
            story=story,
        )
        for number, source in enumerate(sources)
    ]


def told_on(day: date) -> list[Told]:
    """Usual things; a fever every few days and much of it on the last; a plan that was silent for months."""
    told = quiet(day)
    if day.toordinal() % 4 == 0 and day < LAST - timedelta(days=3):
        told += about(RISING, ("plateau",))
    if day in (SILENT_SINCE - timedelta(days=1), SILENT_SINCE):
        told += about(BACK, ("island", "valley"))
    if day == LAST - timedelta(days=1):
        told += about_the_new_word(place="湖里")[:1]
    if day == LAST:
        told += [
            *about_the_new_word(),
            *about(BACK, SOURCES),
            *about(RISING, SOURCES),
            *about(RISING, SOURCES, where="山里"),
            *about(RISING, SOURCES[:2], where="海边", story="copy"),
        ]
    return told


@dataclass(frozen=True, slots=True)
class Days:
    """A newsroom after four months, what it told of the last day, and its board."""

    context: Context
    alerts: dict[str, Alert]
    board: TestClient


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Days]:
    folder = tmp_path_factory.mktemp("facts")
    room = a_context(
        folder,
        # The day is over: rising words are told then.
        at=datetime.combine(LAST + timedelta(days=1), time(5), UTC),
        watchlists_dir=folder / "watchlists",
        aliases_dir=folder / "aliases",
    )
    (folder / "watchlists").mkdir()
    (folder / "watchlists" / "lists.yaml").write_text(yaml.safe_dump(LISTS, allow_unicode=True))
    for number in range(120):
        day = FIRST + timedelta(days=number)
        # Not every day is kept: the memory of days is what differs between what a word's page and an alert once read.
        if number % 10 == 9 and day < LAST - timedelta(days=40):
            continue
        write_day(room, day, told_on(day))
        run_stage(room, "terms", day)
    watch_day(room, LAST)
    refresh(room)
    alerts = {alert.topic: alert for alert in alerts_of(room.store, LAST)}
    with TestClient(create_app(lambda: open_board(room), hosts=["testserver"])) as board:
        yield Days(room, alerts, board)


def shown(page: str) -> str:
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def why(days: Days, word: str) -> Explanation:
    return explained(days.context, word, LAST)


def test_the_days_hold_every_kind_of_word(days: Days) -> None:
    kinds = {word: days.alerts[word].kind if word in days.alerts else None for word in WORDS}
    assert kinds == {
        NEW: AlertKind.NEW,
        BACK: AlertKind.BACK,
        RISING: AlertKind.RISING,
        WATCHED: AlertKind.WATCH,
        FREQUENT: None,
        ABSENT: None,
    }


@pytest.mark.parametrize("word", WORDS)
def test_why_and_the_board_ask_for_the_same_facts(days: Days, word: str) -> None:
    known = word_facts(days.context, word, LAST)
    assert known is not None
    assert why(days, word).facts == known


@pytest.mark.parametrize("word", [NEW, BACK, RISING, WATCHED])
def test_an_alert_and_its_document_say_what_why_says(days: Days, word: str) -> None:
    alert, found = days.alerts[word], why(days, word)
    document = _document(found, days.context)
    same = (
        "articles",
        "stories",
        "first_seen_on",
        "first_publisher",
        "recorded_since",
        "counted_from",
        "seen_before_on",
    )
    assert {name: document[name] for name in same} == {name: getattr(alert, name) for name in same}
    assert tuple(name_of(days.context, name) for name in document["publishers"]) == alert.publisher_names
    assert (len(document["publishers"]), found.baseline_days) == (alert.publishers, alert.baseline_days)
    indexed = alert_document(alert)
    assert [indexed[name] for name in ("articles", "stories", "publishers", "first_seen_on", "first_publisher")] == [
        alert.articles,
        alert.stories,
        alert.publishers,
        alert.first_seen_on.isoformat() if alert.first_seen_on else None,
        alert.first_publisher,
    ]


@pytest.mark.parametrize("word", [NEW, BACK, RISING, WATCHED])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_message_says_it_in_words(days: Days, word: str, language: str) -> None:
    alert = days.alerts[word]
    text = compose([[alert]], MessageStyle(language=language)).text  # type: ignore[arg-type]
    assert alert.first_seen_on
    for said in (
        str(alert.articles),
        day_words(alert.first_seen_on, language),  # type: ignore[arg-type]
        alert.first_publisher,
        *alert.publisher_names,
    ):
        assert said in text


@pytest.mark.parametrize("word", WORDS)
def test_the_page_of_a_word_shows_its_facts(days: Days, word: str) -> None:
    page = shown(days.board.get("/word", params={"w": word, "day": str(LAST), "lang": "en"}).text)
    known = word_facts(days.context, word, LAST)
    assert known is not None
    today = known.today
    assert f"{today.articles} articles · {today.stories} stories · {len(today.publishers)} publishers" in page
    if known.first_seen_on:
        assert f"{known.first_publisher} · {known.first_seen_on}" in page
        assert f"on record since {known.recorded_since}" in page
    else:
        assert "Never seen." in page
    if word in days.alerts:
        alert = days.alerts[word]
        assert f"{alert.articles} articles · {alert.stories} stories · {alert.publishers} publishers" in page


@pytest.mark.parametrize("word", [NEW, BACK, RISING, WATCHED])
def test_the_page_of_alerts_shows_them_too(days: Days, word: str) -> None:
    alert = days.alerts[word]
    page = days.board.get("/alerts", params={"day": str(LAST), "days": "1", "lang": "en"}).text
    entry = shown(page.split(f'id="{alert.alert_id}"')[1].split("</article>")[0])
    assert f"{alert.articles} articles · {alert.stories} stories · {alert.publishers} publishers" in entry
    assert f"First seen {alert.first_seen_on} · {alert.first_publisher}" in entry
    if alert.seen_before_on:
        assert f"Seen before, last on {alert.seen_before_on}" in entry
    says_none = "no article in the" in entry
    assert says_none == (alert.ratio is None and alert.usual == 0)
    before = [count for count in alert.series[:-1] if count.articles]
    assert not (says_none and alert.kind is AlertKind.WATCH and before)


@pytest.mark.parametrize("word", [RISING, FREQUENT, WATCHED])
def test_the_index_of_words_counts_as_the_others(days: Days, word: str) -> None:
    (given,) = STAGES["announce"].partitions(days.context, LAST)
    rows = {row.term: row for row in _terms(given, {})}
    known = word_facts(days.context, word, LAST)
    assert known is not None
    today = known.today
    assert (rows[word].articles, rows[word].stories, rows[word].publishers) == (
        today.articles,
        today.stories,
        len(today.publishers),
    )


def test_every_alert_finds_its_word_in_the_index(days: Days) -> None:
    """Also a new one, which is in no dictionary; spelled alike, so that a choice of the word finds both."""
    (given,) = STAGES["announce"].partitions(days.context, LAST)
    alerts = {alert.topic: alert for alert in alerts_of(days.context.store, LAST)}
    rows = {row.term: row for row in _terms(given, alerts)}
    assert NEW in alerts
    for topic, alert in alerts.items():
        document, known = alert_document(alert), word_facts(days.context, topic, LAST)
        assert known is not None
        assert rows[document["term"]].kind == alert.kind.value
        assert rows[topic].articles == known.today.articles
        assert alert.term in document["forms"]
        assert set(alert.forms) <= set(rows[topic].forms)


def test_every_alert_leads_to_the_articles_that_it_rests_on(days: Days) -> None:
    (given,) = STAGES["announce"].partitions(days.context, LAST)
    alerts = list(alerts_of(days.context.store, LAST))
    rows = list(_evidence(given, alerts))
    for alert in alerts:
        mine = [row for row in rows if row.alert_id == alert.alert_id]
        assert {row.article_id for row in mine} == set(alert.article_ids)
        assert {row.publisher for row in mine} == {name_of(days.context, name) for name in alert.publisher_names}
        assert all(row.title and row.term == alert.topic for row in mine)


def test_first_and_last_days_are_those_of_all_that_is_on_record(days: Days) -> None:
    """Not those of the chart's days, and not the alert's own."""
    facts = {word: word_facts(days.context, word, LAST) for word in WORDS}
    first = {word: known.first_seen_on for word, known in facts.items() if known}
    assert first[BACK] == SILENT_SINCE - timedelta(days=1)
    assert first[FREQUENT] == first[WATCHED] == FIRST
    assert first[NEW] == LAST - timedelta(days=1)
    assert first[ABSENT] is None
    assert days.alerts[BACK].seen_before_on == SILENT_SINCE
    assert days.alerts[NEW].seen_before_on is None
    assert days.alerts[WATCHED].seen_before_on == LAST - timedelta(days=1)


def test_of_a_word_that_is_absent_nothing_is_compared(days: Days) -> None:
    found = why(days, ABSENT)
    assert (found.ratio, found.effect, found.p_value, found.score) == (None, None, None, None)
    lines = dict(_facts(found, days.context))
    assert not lines.keys() & {
        "ratio",
        "doubling",
        "chance",
        "score",
        "about it",
        "publishers",
        "first seen",
        "judged against",
    }
    assert found.reason == "No article has it."
    page = shown(days.board.get("/word", params={"w": ABSENT, "day": str(LAST), "lang": "en"}).text)
    assert "Doublings" not in page


def test_a_new_word_has_no_ratio_to_nothing(days: Days) -> None:
    found = why(days, NEW)
    assert (found.ratio, found.effect) == (None, None)
    page = shown(days.board.get("/word", params={"w": NEW, "day": str(LAST), "lang": "en"}).text)
    assert "Times its baseline" not in page
    assert "Odds of chance alone" in page


def test_the_link_of_a_message_opens_the_word_on_its_day(days: Days) -> None:
    alert = days.alerts[NEW]
    text = compose([[alert]], MessageStyle(language="en", board="http://testserver/")).text
    address = re.search(r"http://testserver/\S+", text)
    assert address
    page = shown(days.board.get(f"{address[0]}&lang=en").text)
    assert NEW in page
    assert f"On this day {LAST}" in page


def test_a_reader_writes_nothing_into_the_lake(days: Days) -> None:
    before = set(days.context.store.list(""))
    assert word_facts(days.context, FREQUENT, LAST)
    assert set(days.context.store.list("")) == before
    assert LakeHistory(days.context.store, LAST, is_reader=True).since() == FIRST


def test_what_is_no_one_string_has_no_facts_and_a_day_not_counted_has_none(days: Days) -> None:
    assert word_facts(days.context, "第12号，台风", LAST) is None
    assert word_facts(days.context, FREQUENT, LAST + timedelta(days=1)) is None
    assert why(days, "第12号，台风").facts is None


def test_an_english_name_and_what_it_owns_are_one(tmp_path: Path) -> None:
    room = a_context(tmp_path, at=datetime.combine(LAST, time(12), UTC), aliases_dir=tmp_path / "aliases")
    texts = ("Penrose spoke.", "Penrose's plan is out.", "Penrose’s critics waited.", "Penroses are no such name.")
    told = [Told(source=f"s{n}", title=f"Report {n}", text=text, language="en") for n, text in enumerate(texts)]
    write_day(room, LAST, told)
    run_stage(room, "terms", LAST)
    known = word_facts(room, "penrose", LAST)
    assert isinstance(known, WordFacts)
    assert known.today.articles == 3


def test_the_next_day_the_chart_still_agrees(days: Days, tmp_path: Path) -> None:
    """A day that was today counts the same when it is history."""
    clock = SetClock(datetime.combine(LAST + timedelta(days=1), time(12), UTC))
    room = replace(days.context, clock=clock)
    following = LAST + timedelta(days=5)
    write_day(room, following, quiet(following))
    run_stage(room, "terms", following)
    for word in WORDS:
        then, later = word_facts(room, word, LAST), word_facts(room, word, following)
        assert then
        assert later
        counted = {count.day: count.articles for count in later.series}
        assert counted[LAST] == then.today.articles
        assert (later.first_seen_on, later.first_publisher) == (
            then.first_seen_on,
            then.first_publisher,
        ) or word == ABSENT
