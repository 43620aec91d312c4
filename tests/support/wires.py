"""An invented news wire: days of articles by four publishers, the same words every day, and words put into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from mediawatch.keywords import MemoryHistory, Reading, TextDocument, read
from mediawatch.language.aliases import Aliases

FIRST = date(2026, 1, 5)
PUBLISHERS = ("晨报", "晚报", "通讯社", "电台")
_PLACES = ("东城", "西城", "北港", "南湾", "河口", "山城")
_BODIES = ("议会", "市政府", "警方", "法院", "工会", "医院", "大学")
_MATTERS = ("预算案", "交通计划", "住房政策", "水费调整", "学校改革", "消防演习", "环境调查", "劳资协议")
_SENTENCES = (
    "{0}{1}昨天讨论{2}，代表们意见不一。",
    "记者在{0}看到，{1}门前有居民等候消息。",
    "{1}发言人表示，{2}将于下个月提交审议。",
    "有居民认为{2}来得太晚，{0}需要更多时间。",
    "据了解，{0}{1}已经就{2}举行三次会议。",
    "专家指出，{2}对{0}的影响仍待观察。",
    "{0}天气转凉，{1}提醒市民注意保暖。",
)
_ABOUT = (
    "{0}的支持者在{1}举行集会。",
    "记者问到{0}时，{2}没有回答。",
    "{2}宣布就{0}展开调查。",
    "有评论称{0}将改变{1}的面貌。",
    "围绕{0}的争论仍在继续。",
)
_NOBODY = ("该方案", "新系统", "老城区", "前部长")
"""The sentences about a word are also written about nobody in particular, every day."""
_FEVER = (3, 10)
"""Articles of each day with 登革热."""


def document(
    day: date, number: int, *, words: Sequence[str] = (), publisher: str = "", story: str = ""
) -> TextDocument:
    """The article `number` of `day`; each of `words` stands in its title and in two of its sentences."""
    random = Random(f"{day} {number} {words}")  # noqa: S311
    place, body, matter = random.choice(_PLACES), random.choice(_BODIES), random.choice(_MATTERS)
    lines = [
        pattern.format(random.choice(_PLACES), random.choice(_BODIES), random.choice(_MATTERS))
        for pattern in random.sample(_SENTENCES, 4)
    ]
    if number in _FEVER:
        lines.append("医院报告新的登革热病例。")
    for word in (*words, random.choice(_NOBODY)):
        lines += [pattern.format(word, place, body) for pattern in random.sample(_ABOUT, 2)]
    random.shuffle(lines)
    name = f"{day.isoformat()}-{number}" + "".join(f"-{ord(word[0])}" for word in words)
    return TextDocument(
        article_id=name,
        day=day,
        at=datetime(day.year, day.month, day.day, number % 24, tzinfo=UTC),
        site=publisher or PUBLISHERS[number % len(PUBLISHERS)],
        publisher=publisher or PUBLISHERS[number % len(PUBLISHERS)],
        story=story or name,
        language="zh-Hans",
        title="，".join([f"{place}{body}讨论{matter}", *words]),
        text="\n".join(lines),
        url=f"https://wire.example/{name}",
    )


def usual(day: date, count: int = 24) -> list[TextDocument]:
    """A day on which nothing happens."""
    return [document(day, number) for number in range(count)]


def with_word(day: date, word: str, publishers: Sequence[str]) -> list[TextDocument]:
    """One article about `word` by each of `publishers`, in this order."""
    return [
        document(day, 100 + number, words=(word,), publisher=publisher) for number, publisher in enumerate(publishers)
    ]


class Wire:
    """Days read one after the other, as a monitor meets them."""

    def __init__(self, *, window_days: int = 4, aliases: Aliases | None = None) -> None:
        self.aliases = aliases or Aliases()
        self.history = MemoryHistory()
        self.window_days = window_days
        self.day = FIRST
        self._recent: list[Reading] = []

    def quiet(self, days: int) -> None:
        """Let `days` days pass on which nothing happens."""
        for _ in range(days):
            self.close(usual(self.day))

    def readings(self, documents: Sequence[TextDocument]) -> list[Reading]:
        """The window that ends with today's `documents`, which are not history yet."""
        today = [read(replace(one, day=self.day), self.aliases) for one in documents]
        return [*self._recent, *today]

    def close(self, documents: Sequence[TextDocument]) -> None:
        """Make today's `documents` history, and go on to the next day."""
        window = self.readings(documents)
        self.history.add(self.day, [reading for reading in window if reading.day == self.day])
        self.day += timedelta(days=1)
        self._recent = [reading for reading in window if (self.day - reading.day).days < self.window_days]
