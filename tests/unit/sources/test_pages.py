from __future__ import annotations

import pytest

from mediawatch.sources.pages import is_gate


@pytest.mark.parametrize(
    "title",
    [
        "Just a moment...",
        "安全验证",
        "用户登录 - 海湾日报",
        "Log in | The Paper",
        "驗證碼",
        "P - Are you a robot?",
        "Are you a robot? — The Paper",
    ],
)
def test_titles_of_what_stands_before_a_site(title: str) -> None:
    assert is_gate(title)


@pytest.mark.parametrize(
    "title", ["海湾日报 - 首页", "登录火星五十年", "Just a moment in history", "", "Are you a robot? Asks a shop"]
)
def test_titles_of_news(title: str) -> None:
    assert not is_gate(title)
