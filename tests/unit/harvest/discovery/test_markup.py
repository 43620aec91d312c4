"""Titles without their markup."""

from __future__ import annotations

import pytest

from mediawatch.harvest.discovery.markup import TITLE_LENGTH, plain_title


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("渡口<em>复航</em>", "渡口复航"),
        ("渡口&lt;b class=x&gt;复航&lt;/b&gt;", "渡口复航"),
        ("渡口<br/>复航", "渡口 复航"),
        ("<p>Ferry</p><p>back</p>", "Ferry back"),
        ("A <i>new</i> ferry", "A new ferry"),
        ("1 < 2 and a<b", "1 < 2 and a<b"),
        ("AT&amp;T", "AT&T"),
        ("  渡口\n\t复航 ", "渡口 复航"),
        ("水" * 900, "水" * TITLE_LENGTH),
    ],
)
def test_tags_within_a_word_leave_no_gap(written: str, plain: str) -> None:
    assert plain_title(written) == plain
