"""Which articles are one story, day after day."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from mediawatch.stories import cluster, comparing, publishers_of, signature, told
from mediawatch.stories.sketching import Sketch
from mediawatch.tables.stories import Clustered, Member, Merge

DAY = date(2026, 4, 10)
WIRE = (
    "（海湾社港口10日电）海湾国财政部周三宣布，对进口钢材加征25%的关税，即日起生效。部长阿登在记者会上说，去年进口的"
    "钢材有1,370万吨，国内钢厂因此停产的有48家。市场随即震荡，指数收盘下跌412点。反对党批评这项决定没有经过议会讨论，"
    "并要求政府在30天内公布评估报告。进口商协会说，建筑成本将上涨一成以上，许多工程可能推迟到明年开工。"
)
FOOTER = "版权所有，未经许可不得转载。欢迎下载客户端，关注我们的公众号，获取更多独家新闻。商务合作请发邮件。"
OTHER = (
    "城北水库今天开闸放水，沿河三个镇的春灌用水有了保障。水务局工程师介绍，闸门去年冬天换过一次，试运行了一个月没有"
    "发现问题。农户赵大娘说，往年这个时候要排队抽水，今年不用了，她家的六亩麦田两天就能浇完一遍。"
)
OWN_WORDS = (
    "钢材要加税了。阿登部长周三的一番话让港口的货主们坐不住：从现在开始，每吨进口钢要多交四分之一。议会里吵成一片，"
    "有议员质问为何不先评估。老钢厂的工人倒是松了口气，说终于等到这一天，停了半年的炉子也许能重新点火。"
)


def article(name: str, text: str, site: str = "wire", day: date = DAY, title: str = "", **changes: object) -> Member:
    member = Member(
        article_id=name,
        batch="b1",
        day=day,
        at=datetime(day.year, day.month, day.day, 8, tzinfo=UTC),
        named_publisher="",
        site=site,
        signature=signature(title, text),
        title=title,
    )
    return replace(member, **changes)  # type: ignore[arg-type]


def kept(members: list[Member], stories: dict[str, str]) -> list[Clustered]:
    names = [field.name for field in fields(Member)]
    return [Clustered(**{n: getattr(m, n) for n in names}, story_id=stories[m.article_id]) for m in members]


def stories_of(*members: Member) -> dict[str, str]:
    return dict(cluster(members, []).stories)


def test_a_copy_with_template_text_and_a_dateline_is_the_same_story() -> None:
    copy = f"来源：海湾社\n{WIRE}\n{FOOTER}\n责任编辑：王明"
    assert stories_of(article("a", WIRE), article("b", copy, "paper")) == {"a": "a", "b": "a"}


def test_a_cut_copy_is_too() -> None:
    assert stories_of(article("a", WIRE), article("b", WIRE[:110] + FOOTER, "paper")) == {"a": "a", "b": "a"}


def test_the_same_event_in_other_words_is_another_story() -> None:
    assert stories_of(article("a", WIRE), article("b", OWN_WORDS, "paper")) == {"a": "a", "b": "b"}


def test_the_same_report_of_another_day_is_another_story() -> None:
    later = WIRE.replace("25%", "13%").replace("1,370", "9,415").replace("48", "77").replace("412", "95")
    later = later.replace("30天", "60天").replace("10日电", "19日电")
    assert stories_of(article("a", WIRE), article("b", later, "paper")) == {"a": "a", "b": "b"}


def test_template_text_of_a_site_joins_nothing() -> None:
    footer = FOOTER * 3
    texts = [WIRE[n * 45 : n * 45 + 45] for n in range(4)]
    found = stories_of(*(article(f"{n}", text + footer, "paper") for n, text in enumerate(texts)))
    assert len(set(found.values())) == 4


def test_a_digest_is_no_copy_of_what_it_quotes() -> None:
    digest = article("d", WIRE + OTHER + OWN_WORDS, "paper")
    found = stories_of(article("a", WIRE), article("b", OTHER, "bay"), digest)
    assert found == {"a": "a", "b": "b", "d": "d"}


class TestTitlesOnly:
    """Articles that are known by their headline alone."""

    TITLE = "海湾国对进口钢材加征关税"

    def test_the_same_headline_is_the_same_story(self) -> None:
        found = stories_of(article("a", "", title=self.TITLE), article("b", "", "paper", title=f"{self.TITLE}！"))
        assert found == {"a": "a", "b": "a"}

    def test_one_with_text_is_found_by_its_headline(self) -> None:
        found = stories_of(article("a", WIRE, title=self.TITLE), article("b", "", "paper", title=self.TITLE))
        assert found == {"a": "a", "b": "a"}

    def test_texts_of_one_headline_are_not_joined_by_a_bare_one(self) -> None:
        members = [article(name, text, name, title=self.TITLE) for name, text in (("a", WIRE), ("b", OTHER), ("c", ""))]
        assert stories_of(*members) == {"a": "a", "b": "b", "c": "a"}

    def test_a_heading_that_a_site_prints_daily_is_none(self) -> None:
        first = article("a", "", "paper", DAY - timedelta(days=1), title="本台今日天气预报节目")
        found = cluster([article("b", "", "paper", title=first.title)], kept([first], {"a": "a"}))
        assert found.stories == {"b": "b"}


class TestDays:
    """Stories that go on."""

    def test_a_copy_joins_the_story_of_an_earlier_day(self) -> None:
        before = kept([article("a", WIRE, day=DAY - timedelta(days=3))], {"a": "a"})
        assert cluster([article("b", WIRE, "paper")], before).stories == {"b": "a"}

    def test_of_two_stories_that_become_one_the_older_id_stays(self) -> None:
        first, second = WIRE[:130], WIRE[100:]
        day = DAY - timedelta(days=1)
        before = kept(
            [article("z", first, "bay", day - timedelta(days=1)), article("a", second, "paper", day)],
            {"z": "z", "a": "a"},
        )
        found = cluster([article("n", WIRE)], before)
        assert found.stories == {"n": "z"}
        assert found.merges == (Merge(absorbed="a", story_id="z"),)

    def test_earlier_stories_are_not_joined_without_a_new_article(self) -> None:
        before = kept([article("a", WIRE), article("b", WIRE, "paper")], {"a": "a", "b": "b"})
        assert cluster([article("n", OTHER, day=DAY + timedelta(days=1))], before).merges == ()

    def test_a_new_revision_stays_where_the_article_is(self) -> None:
        before = kept([article("a", WIRE, day=DAY - timedelta(days=1))], {"a": "s"})
        assert cluster([article("a", OTHER)], before).stories == {"a": "s"}

    def test_who_has_no_signature_any_more_still_tells_how_old_a_story_is(self) -> None:
        old = kept([article("b", WIRE, day=DAY - timedelta(days=9), signature=b"")], {"b": "b"})
        near = kept([article("c", WIRE, "paper", DAY - timedelta(days=1))], {"c": "b"})
        rival = kept([article("a", WIRE[:200], "bay", DAY - timedelta(days=2))], {"a": "a"})
        found = cluster([article("n", WIRE)], [*old, *near, *rival])
        assert found.stories == {"n": "b"}
        assert found.merges == (Merge(absorbed="a", story_id="b"),)


class TestPublishers:
    def test_who_is_named_is_the_publisher_of_all_copies(self) -> None:
        original = article("a", WIRE, "wire")
        named = article("b", WIRE, "paper", named_publisher="wire")
        silent = article("c", WIRE, "bay")
        assert publishers_of([silent, named, original]) == {"a": "wire", "b": "wire", "c": "wire"}

    def test_where_nobody_is_named_it_is_the_site_of_the_earliest(self) -> None:
        early = article("b", WIRE, "paper", at=datetime(2026, 4, 9, tzinfo=UTC))
        assert publishers_of([article("a", WIRE, "bay"), early]) == {"a": "paper", "b": "paper"}

    def test_a_site_that_signs_what_others_say_another_wrote_is_no_publisher(self) -> None:
        signed = article("a", WIRE, "paper", named_publisher="paper")
        assert set(publishers_of([signed, article("b", WIRE, "bay", named_publisher="wire")]).values()) == {"wire"}

    def test_copies_that_name_two_have_two_publishers(self) -> None:
        members = [
            article(n, WIRE, n, named_publisher=p)
            for n, p in (("a", "wire"), ("b", "wire"), ("c", "agency"), ("d", ""))
        ]
        assert publishers_of(members) == {"a": "wire", "b": "wire", "c": "agency", "d": "wire"}


def test_a_story_is_told_by_its_earliest_copy() -> None:
    early = article(
        "b", WIRE, "paper", DAY, title="早", at=datetime(2026, 4, 9, tzinfo=UTC), url="https://paper.example/b"
    )
    late = article("a", WIRE, "bay", DAY - timedelta(days=1), title="晚", named_publisher="wire")
    story = told("a", [late, early, late], publishers_of([late, early]), DAY)

    assert (story.title, story.url, story.publisher) == ("早", "https://paper.example/b", "wire")
    assert (story.articles, story.sites, story.publishers) == (2, 2, 1)
    assert (story.first_on, story.day) == (DAY - timedelta(days=1), DAY)
    assert (story.earliest_at, story.newest_at) == (early.at, late.at)


QUAKE = (
    "台网正式测定：11月28日{at}在{place}发生{size}级地震，震源深度{depth}千米。台网提醒，震中附近居民可能有震感，请注意余震，"
    "勿信传言。台网将继续监测震情发展，最新信息以官方发布为准。"
)
WEATHER = (
    "{place}今天白天多云转阴，最高气温{high}摄氏度，最低气温{low}摄氏度，东北风三到四级。空气质量为良，适宜户外活动；早晚温差较大，"
    "请注意添减衣物。预计未来三天以多云天气为主，星期一有小雨，出行请带雨具。"
)
WARNING = (
    "{place}气象台今天傍晚发布暴雨橙色预警，预计未来十二小时累积雨量将达一百五十毫米，低洼地区须防积水。{place}各部门已经"
    "按照预案值守，请市民减少外出，远离河道和地下通道。预警解除时间另行通知。"
)
MARKET = (
    "The {place} exchange closed at {level} points on Friday after a quiet session, as traders waited for the central "
    "bank. Turnover in {place} was thin. Analysts expect little movement before the holiday and advise patience."
)


def reports(pattern: str, title: str, facts: list[dict[str, str]], sites: list[str]) -> dict[str, str]:
    """{article: story} of machine-made reports, each of `facts` on each of `sites`."""
    members = [
        article(f"{number}{site}", pattern.format(**fact), site, title=title.format(**fact))
        for site in sites
        for number, fact in enumerate(facts)
    ]
    return stories_of(*members)


@pytest.mark.parametrize(
    ("pattern", "title", "facts"),
    [
        (
            QUAKE,
            "{place}发生{size}级地震",
            [
                {"place": "海沧岛以东海域", "at": "9时5分", "size": "4.1", "depth": "10"},
                {"place": "澜川省渠阳县", "at": "9时35分", "size": "3.2", "depth": "8"},
                {"place": "霞浦海槽", "at": "11时20分", "size": "4.6", "depth": "15"},
            ],
        ),
        (
            QUAKE,
            "{place}发生{size}级地震",
            [
                {"place": "海沧岛以东海域", "at": "9时5分", "size": "4.1", "depth": "10"},
                {"place": "霞浦海槽附近", "at": "9时5分", "size": "4.1", "depth": "10"},
            ],
        ),
        (
            WEATHER,
            "{place}天气：多云转阴",
            [
                {"place": "雾桥镇", "high": "17", "low": "9"},
                {"place": "石堰镇", "high": "21", "low": "13"},
                {"place": "渠阳镇", "high": "8", "low": "2"},
            ],
        ),
        (
            WEATHER,
            "天气预报",
            [{"place": "雾桥镇", "high": "9", "low": "2"}, {"place": "石堰镇", "high": "8", "low": "3"}],
        ),
        (WARNING, "{place}发布暴雨橙色预警", [{"place": "雾桥市"}, {"place": "石堰市"}, {"place": "临沧港"}]),
        (
            MARKET,
            "{place} stocks close little changed",
            [{"place": "Northport Harbour", "level": "4,120"}, {"place": "Eastmere Valley", "level": "8,310"}],
        ),
    ],
    ids=["quakes", "quakes by place only", "weather", "weather by numbers only", "warnings", "markets"],
)
@pytest.mark.parametrize("sites", [["paper"], ["paper", "wire", "radio"]], ids=["one site", "three sites"])
def test_reports_from_one_template_with_other_facts_are_stories_of_their_own(
    pattern: str, title: str, facts: list[dict[str, str]], sites: list[str]
) -> None:
    stories = reports(pattern, title, facts, sites)
    told = {
        name: {story for article, story in stories.items() if article[0] == name}
        for name in map(str, range(len(facts)))
    }
    assert all(len(found) == 1 for found in told.values())
    assert len(set.union(*told.values())) == len(facts)


def test_a_copy_under_another_headline_stays_a_copy() -> None:
    fact = {"place": "海沧岛以东海域", "at": "9时5分", "size": "4.1", "depth": "10"}
    one = article("a", QUAKE.format(**fact), "paper", title="海沧岛以东海域发生4.1级地震")
    other = article("b", QUAKE.format(**fact), "wire", title="今早有震感？台网：震源深度10千米")
    assert stories_of(one, other) == {"a": "a", "b": "a"}


def test_candidates_are_the_same_in_however_many_bands(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = np.random.default_rng(11)
    lists = [np.unique(drawn.integers(0, 4_000, 60).astype(np.uint32)) for _ in range(300)]
    sketches = [
        Sketch(
            title=0,
            shingles=len(hashes),
            numbers=0,
            hashes=hashes,
            number_hashes=hashes[:0],
            subject_keys=hashes[:0],
            subject_hashes=hashes[:0],
        )
        for hashes in lists
    ]
    whole = list(comparing.candidates(sketches))
    monkeypatch.setattr(comparing, "_BAND", 500)
    assert list(comparing.candidates(sketches)) == whole
    assert len(whole) > 100
