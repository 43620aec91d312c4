"""Days watched one after the other, as a newsroom lives through them: what is told, when, with which articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
import yaml

from mediawatch.stages.newsroom import Newsroom
from mediawatch.stages.watch import tell, watch_day
from tests.support.chronicle import NEW, Told, about_the_new_word, quiet, write_day, write_quiet_days
from tests.support.lakes import SetClock, a_newsroom
from tests.support.sinks import HttpSink, Posted

pytestmark = pytest.mark.slow

FIRST = date(2026, 3, 25)
DAYS = [FIRST + timedelta(days=number) for number in range(6)]
WORD = "河堤"


@dataclass(slots=True)
class Replay:
    """A newsroom that lives through days, and the messages that its one recipient got on each."""

    newsroom: Newsroom
    sink: HttpSink
    sent: defaultdict[date, list[Posted]] = field(default_factory=lambda: defaultdict(list))

    def asks(self, *lists: dict[str, object], **recipient: object) -> None:
        """Write the watch lists, and the recipient `desk`."""
        folder = self.newsroom.settings.watchlists_dir
        folder.mkdir(exist_ok=True)
        desk = {"name": "desk", "channels": [{"name": "chat", "url": self.sink.url}], **recipient}
        for name, entries in (("lists.yaml", [*lists]), ("recipients.yaml", [desk])):
            (folder / name).write_text(yaml.safe_dump(entries, allow_unicode=True))

    def at(self, day: date, hour: int) -> Replay:
        """Go on to this hour."""
        assert isinstance(self.newsroom.clock, SetClock)
        self.newsroom.clock.at = datetime.combine(day, time(hour, 35), UTC)
        return self

    def run(self, *days: date) -> None:
        """One run of the hourly DAG over `days`; what it sends is noted under the day of the clock."""
        before = len(self.sink.received)
        for day in days:
            watch_day(self.newsroom, day)
        assert tell(self.newsroom, days).problems == []
        self.sent[self.newsroom.today] += self.sink.received[before:]

    def live_through(self, day: date, told: Sequence[Told], hours: Sequence[int] = (10, 20)) -> None:
        """`told` comes in the morning; runs look at it, and early the next day one closes it."""
        write_day(self.newsroom, day, told)
        for hour in hours:
            self.at(day, hour).run(day)
        self.at(day + timedelta(days=1), 5).run(day)

    def titles(self, day: date) -> list[str]:
        return [posted.document["title"] for posted in self.sent[day]]


@pytest.fixture
def replay(tmp_path: Path) -> Iterator[Replay]:
    """A newsroom with thirty quiet days behind it."""
    room = a_newsroom(
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
        write_day(replay.newsroom, day, quiet(day))
        replay.at(day, 21).run(day)
    replay.at(DAYS[1] + timedelta(days=1), 10).run(DAYS[1])

    messages = [posted.document["message"] for posted in replay.sink.received]
    leads = [next(line for line in text.splitlines() if line.startswith("- ")) for text in messages]
    assert sorted(f"{day.day}日" in lead for day, lead in zip(DAYS, leads, strict=False)) == [True, True]
