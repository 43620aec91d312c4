"""Which articles are one story, day after day."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

from mediawatch.stories import Clustered, Member, Merge, cluster, signature, told, voices_of

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
        publisher="",
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


class TestVoices:
    def test_who_is_named_is_the_voice_of_all_copies(self) -> None:
        original = article("a", WIRE, "wire")
        named = article("b", WIRE, "paper", publisher="wire")
        silent = article("c", WIRE, "bay")
        assert voices_of([silent, named, original]) == {"a": "wire", "b": "wire", "c": "wire"}

    def test_where_nobody_is_named_it_is_the_site_of_the_earliest(self) -> None:
        early = article("b", WIRE, "paper", at=datetime(2026, 4, 9, tzinfo=UTC))
        assert voices_of([article("a", WIRE, "bay"), early]) == {"a": "paper", "b": "paper"}

    def test_a_site_that_signs_what_others_say_another_wrote_is_no_voice(self) -> None:
        signed = article("a", WIRE, "paper", publisher="paper")
        assert set(voices_of([signed, article("b", WIRE, "bay", publisher="wire")]).values()) == {"wire"}

    def test_copies_that_name_two_have_two_voices(self) -> None:
        members = [
            article(n, WIRE, n, publisher=p) for n, p in (("a", "wire"), ("b", "wire"), ("c", "agency"), ("d", ""))
        ]
        assert voices_of(members) == {"a": "wire", "b": "wire", "c": "agency", "d": "wire"}


def test_a_story_is_told_by_its_earliest_copy() -> None:
    early = article(
        "b", WIRE, "paper", DAY, title="早", at=datetime(2026, 4, 9, tzinfo=UTC), url="https://paper.example/b"
    )
    late = article("a", WIRE, "bay", DAY - timedelta(days=1), title="晚", publisher="wire")
    story = told("a", [late, early, late], voices_of([late, early]), DAY)

    assert (story.title, story.url, story.voice) == ("早", "https://paper.example/b", "wire")
    assert (story.articles, story.sites, story.voices) == (2, 2, 1)
    assert (story.first_on, story.day) == (DAY - timedelta(days=1), DAY)
    assert (story.earliest_at, story.newest_at) == (early.at, late.at)
