"""Which language a page is in."""

from __future__ import annotations

import pytest

from mediawatch.board.rendering import choose_language


@pytest.mark.parametrize(
    ("asked", "cookie", "accept", "language"),
    [
        ("", "", "", "en"),
        ("", "", "zh-TW,zh;q=0.9,en;q=0.8", "zh"),
        ("", "", "fr, en;q=0.5, zh;q=0.7", "zh"),
        ("", "", "zh;q=0, en", "en"),
        ("", "zh", "en", "zh"),
        ("en", "zh", "zh", "en"),
        ("../etc", "??", "q=;;;,", "en"),
        ("", "", "zh;q=nonsense", "en"),
    ],
)
def test_which_language(asked: str, cookie: str, accept: str, language: str) -> None:
    assert choose_language(asked, cookie, accept) == language
