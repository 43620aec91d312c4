"""Days watched one after the other, as a newsroom lives through them: what is told, when, with which articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
import yaml

from mediawatch.context import Context
from mediawatch.errors import Contended, Corrupt, NotReady, Unavailable
from mediawatch.keywords.detect_stage import alerts_of
from mediawatch.lake.folders import WATCHED
from mediawatch.lake.leases import lease
from mediawatch.lake.partitions import partition_days
from mediawatch.pipeline.closed import day_by_day, raise_any
from mediawatch.workflow.watch import days_to_watch, found, run_days, tell, watch_day, watch_days
from tests.support.chronicle import NEW, Told, about_the_new_word, quiet, write_day, write_quiet_days
from tests.support.lakes import SetClock, a_context
from tests.support.sinks import HttpSink, Posted

pytestmark = pytest.mark.slow

FIRST = date(2026, 3, 25)
DAYS = [FIRST + timedelta(days=number) for number in range(6)]
WORD = "河堤"


@dataclass(slots=True)
class Replay:
    """A newsroom that lives through days, and the messages that its one recipient got on each."""

    context: Context
    sink: HttpSink
    sent: defaultdict[date, list[Posted]] = field(default_factory=lambda: defaultdict(list))

    def asks(self, *lists: dict[str, object], **recipient: object) -> None:
        """Write the watch lists, and the recipient `desk`."""
        folder = self.context.settings.watchlists_dir
        folder.mkdir(exist_ok=True)
        desk = {"name": "desk", "channels": [{"name": "chat", "url": self.sink.url}], **recipient}
        for name, entries in (("lists.yaml", [*lists]), ("recipients.yaml", [desk])):
            (folder / name).write_text(yaml.safe_dump(entries, allow_unicode=True))

    def at(self, day: date, hour: int) -> Replay:
        """Go on to this hour."""
        assert isinstance(self.context.clock, SetClock)
        self.context.clock.at = datetime.combine(day, time(hour, 35), UTC)
        return self

    def run(self, *days: date) -> None:
        """One run of the hourly DAG over `days`; what it sends is noted under the day of the clock."""
        before = len(self.sink.received)
        for day in days:
            watch_day(self.context, day)
        assert tell(self.context, days).problems == []
        self.sent[self.context.today] += self.sink.received[before:]

    def live_through(self, day: date, told: Sequence[Told], hours: Sequence[int] = (10, 20)) -> None:
        """`told` comes in the morning; runs look at it, and early the next day one closes it."""
        write_day(self.context, day, told)
        for hour in hours:
            self.at(day, hour).run(day)
        self.at(day + timedelta(days=1), 5).run(day)

    def titles(self, day: date) -> list[str]:
        return [posted.document["title"] for posted in self.sent[day]]


@pytest.fixture
def replay(tmp_path: Path) -> Iterator[Replay]:
    """A newsroom with thirty quiet days behind it."""
    room = a_context(
        tmp_path,
        at=datetime.combine(FIRST, time(5), UTC),
        watchlists_dir=tmp_path / "watchlists",
        aliases_dir=tmp_path / "aliases",
    )
    write_quiet_days(room, FIRST, 30)
    with HttpSink() as sink:
        yield Replay(room, sink)


def test_a_watched_word_in_the_news_every_day_is_told_every_day_with_its_own_articles(replay: Replay) -> None:
    replay.asks({"name": "rivers", "terms": [WORD]})
    for day in DAYS:
        replay.live_through(day, quiet(day))

    assert {day: len(replay.sent[day]) for day in DAYS} == dict.fromkeys(DAYS, 1)
    for day in DAYS:
        [posted] = replay.sent[day]
        first = next(line for line in posted.document["message"].splitlines() if line.startswith("- "))
        assert f"{day.day}日" in first
        others = [other for other in DAYS if other != day]
        assert not any(f" {other.day}日 " in posted.document["message"] for other in others)
    keys = [(posted.document["alert_ids"], posted.document["steps"]) for posted in replay.sink.received]
    assert len(set(keys)) == len(keys) == len(DAYS)


def test_a_digest_every_morning_has_the_watched_word_of_each_day_once(replay: Replay) -> None:
    replay.asks({"name": "rivers", "terms": [WORD]}, deliver="06:00")
    for day in DAYS:
        replay.live_through(day, quiet(day))
        replay.at(day + timedelta(days=1), 6).run()

    mornings = [day + timedelta(days=1) for day in DAYS]
    assert {day: len(replay.sent[day]) for day in mornings} == dict.fromkeys(mornings, 1)
    ids = [posted.document["alert_ids"] for posted in replay.sink.received]
    assert len(set(ids)) == len(ids) == len(DAYS)


def test_a_new_word_is_told_once_and_its_list_on_every_day(replay: Replay) -> None:
    """The episode of the word goes on for days, and what it told on the first one tells the list of that day only."""
    replay.asks({"name": "fish", "terms": [NEW]})
    for number, day in enumerate(DAYS):
        words = about_the_new_word(place=f"第{number}条河里")
        replay.live_through(day, [*quiet(day), *words])

    assert [len(replay.sent[day]) for day in DAYS] == [1] * len(DAYS)
    # On the third day the word has three times the articles of its first message: its one follow-up.
    assert [replay.sent[day][0].document["kinds"] for day in DAYS] == ["new", "watch", "new", "watch", "watch", "watch"]
    assert "续报" in replay.titles(DAYS[2])[0]
    assert all("关注名单“fish”" in replay.sent[day][0].document["message"] for day in DAYS)


def test_what_waits_for_the_end_of_quiet_hours_is_told_with_its_own_day(replay: Replay) -> None:
    """Found late in the evening and early next morning: two days, two messages, each with its own articles."""
    replay.asks({"name": "rivers", "terms": [WORD]}, quiet="20:00-09:00")
    for day in DAYS[:2]:
        write_day(replay.context, day, quiet(day))
        replay.at(day, 21).run(day)
    replay.at(DAYS[1] + timedelta(days=1), 10).run(DAYS[1])

    messages = [posted.document["message"] for posted in replay.sink.received]
    leads = [next(line for line in text.splitlines() if line.startswith("- ")) for text in messages]
    assert sorted(f"{day.day}日" in lead for day, lead in zip(DAYS, leads, strict=False)) == [True, True]


def test_in_a_restored_lake_the_words_of_every_day_are_counted_again(replay: Replay) -> None:
    """That a day was looked at is a fact, its words are not: a word that they say nothing of cannot be new."""
    context, day = replay.at(DAYS[0], 12).context, DAYS[0]
    write_day(context, day, [*quiet(day), *about_the_new_word()])
    replay.asks()
    replay.run(*days_to_watch(context))
    assert days_to_watch(context) == []
    known = partition_days(context.store, "terms")
    told = alerts_of(context.store, day)
    assert (len(known), [alert.term for alert in told]) == (31, [NEW])

    for folder in WATCHED:
        context.store.delete_all(folder)
    assert days_to_watch(context) == known
    run_days(context, "terms", known)
    assert days_to_watch(context) == known, "what came to no end is gone on with"
    replay.run(*days_to_watch(context))
    assert alerts_of(context.store, day) == told
    assert days_to_watch(context) == []
    assert len(replay.sent[day]) == 1, "what was told is not told again"


class TestADayThatFails:
    @pytest.fixture
    def held_up(self, replay: Replay) -> Iterator[Replay]:
        """A newsroom with the watched word on two days; somebody else is at the words of the first one."""
        replay.asks({"name": "river", "terms": [WORD]})
        for day in DAYS[:2]:
            write_day(replay.context, day, quiet(day))
        store, clock = replay.at(DAYS[1], 10).context.store, replay.context.clock
        with lease(store, f"terms/day={DAYS[0]}", holder="the other", seconds=600, clock=clock):
            yield replay

    def test_stops_no_newer_one_and_is_told_at_the_end(self, held_up: Replay) -> None:
        said: list[str] = []
        failed = watch_days(held_up.context, DAYS[:2], said.append)
        tell(held_up.context, DAYS[:2])
        assert list(failed) == DAYS[:1]
        assert any(line.startswith(f"{DAYS[0]}: Contended: ") for line in said)
        assert [posted.document["kinds"] for posted in held_up.sink.received] == ["watch"]
        with pytest.raises(Contended, match="held by the other"):
            raise_any(failed)

    def test_is_left_out_by_the_stages_after_the_one_that_told_of_it(self, held_up: Replay) -> None:
        said: list[str] = []
        failed = {name: list(run_days(held_up.context, name, DAYS[:2], said.append)) for name in ("terms", "detect")}
        assert failed == {"terms": DAYS[:1], "detect": []}
        assert f"{DAYS[0]}: left out, terms of it did not come through" in said
        assert tell(held_up.context, DAYS[:2]).sent == 1

    def test_whose_alerts_cannot_be_read_is_a_problem_and_the_others_are_told(self, replay: Replay) -> None:
        replay.asks({"name": "river", "terms": [WORD]})
        for day in DAYS[:2]:
            write_day(replay.context, day, quiet(day))
            replay.at(day, 10)
            watch_day(replay.context, day)
        damage(replay.context, "detect", DAYS[0])
        done = tell(replay.context, DAYS[:2])
        assert done.sent == 1
        assert [problem.partition(": ")[0] for problem in done.problems] == [DAYS[0].isoformat()]
        assert [line.partition(": ")[2][:7] for line in found(replay.context, DAYS[:2])] == ["Corrupt", "alerts "]


def damage(context: Context, stage: str, day: date) -> None:
    """Spoil what the stage has made of the day."""
    parts = [key for key in context.store.list(f"{stage}/day={day}") if key.endswith(".parquet")]
    assert parts
    for key in parts:
        context.store.put(key, b"damaged")


@pytest.mark.parametrize(
    ("errors", "kind", "words"),
    [
        ([NotReady("early")], NotReady, "early"),
        ([NotReady("early"), Unavailable("away")], NotReady, "2026-03-25: NotReady: early; 2026-03-26: Unavailable"),
        ([NotReady("early"), Corrupt("broken")], Corrupt, "2026-03-25: NotReady: early; 2026-03-26: Corrupt: broken"),
        ([NotReady("early"), ZeroDivisionError("ours")], ZeroDivisionError, "ours"),
    ],
    ids=["one", "those that pass by waiting", "one that does not", "a fault of ours"],
)
def test_of_several_days_the_worst_is_raised_and_names_all(
    errors: list[Exception], kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words) as raised:
        raise_any(dict(zip(DAYS, errors, strict=False)))
    every = str(raised.value) + " ".join(getattr(raised.value, "__notes__", ()))
    assert all(f"{day}: {type(error).__name__}" in every for day, error in zip(DAYS, errors, strict=False))


def test_no_failure_is_raised_where_there_is_none() -> None:
    raise_any(day_by_day(DAYS, lambda day: None, [].append))
