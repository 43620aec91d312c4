"""Laws of stories: no order matters, ids stay, and every article has exactly one."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediawatch.language import fold
from mediawatch.language.folding import to_simplified, to_traditional
from mediawatch.stories import cluster, publishers_of, signature
from mediawatch.tables.stories import Clustered, Member

pytestmark = pytest.mark.slow

DAY = date(2026, 4, 10)
WORDS = "港口水库闸门春灌农田渔船码头台风预报会议代表投票预算税率铁路桥梁隧道机场航班学校医院疫苗"
TEXTS = [
    "".join(Random(seed).choice(WORDS) + Random(seed * 97 + n).choice(WORDS) for n in range(80))  # noqa: S311
    for seed in range(4)
]
SITES = st.sampled_from(["paper", "herald", "gazette"])


@st.composite
def members(draw: st.DrawFn, day: date = DAY) -> list[Member]:
    found = []
    for number in range(draw(st.integers(1, 8))):
        text = draw(st.sampled_from(TEXTS))
        cut = draw(st.sampled_from([1.0, 0.8, 0.6]))
        title = draw(st.sampled_from(["港口闸门今天重新开放了", "今日要闻", ""]))
        body = draw(st.sampled_from([text[: int(len(text) * cut)], text + draw(st.sampled_from(TEXTS))[:60], ""]))
        found.append(
            Member(
                article_id=f"{day.day}-{number}",
                batch=draw(st.sampled_from(["b1", "b2"])),
                day=day,
                at=datetime(2026, 4, 10, draw(st.integers(0, 23)), tzinfo=UTC),
                named_publisher=draw(st.sampled_from(["", "paper", "wire"])),
                site=draw(SITES),
                signature=signature(title, body),
            )
        )
    return found


def clustered(today: list[Member], stories: dict[str, str]) -> list[Clustered]:
    names = [field.name for field in fields(Member)]
    return [Clustered(**{n: getattr(m, n) for n in names}, story_id=stories[m.article_id]) for m in today]


@settings(max_examples=60, deadline=None)
@given(members(DAY - timedelta(days=1)), members(), st.randoms())
def test_the_order_of_the_articles_does_not_matter(
    yesterday: list[Member], today: list[Member], random: Random
) -> None:
    window = clustered(yesterday, dict(cluster(yesterday, []).stories))
    found = cluster(today, window)

    assert cluster(random.sample(today, len(today)), random.sample(window, len(window))) == found
    assert set(found.stories) == {member.article_id for member in today}


@settings(max_examples=60, deadline=None)
@given(members(DAY - timedelta(days=1)), members())
def test_a_story_is_named_after_its_first_article_and_an_older_name_wins(
    yesterday: list[Member], today: list[Member]
) -> None:
    before = dict(cluster(yesterday, []).stories)
    window = clustered(yesterday, before)
    found = cluster(today, window)

    first = {story: min((m.batch, m.article_id) for m in window if m.story_id == story)[1] for story in before.values()}
    assert all(story == article for story, article in first.items())
    for story in set(found.stories.values()) - set(before.values()):
        group = [m for m in today if found.stories[m.article_id] == story]
        assert min((m.batch, m.article_id) for m in group)[1] == story
    order = {m.article_id: (m.batch, m.article_id) for m in yesterday}
    for merge in found.merges:
        assert order[merge.story_id] < order[merge.absorbed]
        assert merge.absorbed not in found.stories.values()


@settings(max_examples=60, deadline=None)
@given(members(), st.randoms())
def test_every_member_has_a_publisher_that_the_members_know(today: list[Member], random: Random) -> None:
    publishers = publishers_of(today)

    assert set(publishers) == {m.article_id for m in today}
    assert set(publishers.values()) <= {m.named_publisher for m in today} | {m.site for m in today}
    assert publishers_of(random.sample(today, len(today))) == publishers


@given(st.text(max_size=400), st.text(max_size=40))
def test_spaces_and_case_do_not_change_a_signature(text: str, title: str) -> None:
    made = signature(title, text)

    assert len(made) in (0, 752)
    assert signature(fold(title), fold(text)) == made
    assert signature(title, f" {text}\n") == made


@given(st.sampled_from(TEXTS))
def test_either_script_has_one_signature(text: str) -> None:
    assert signature("", to_traditional(text)) == signature("", to_simplified(text)) != b""


@given(st.text())
def test_no_text_is_too_odd_to_be_signed(text: str) -> None:
    assert signature(text, text) == signature(text, text)
