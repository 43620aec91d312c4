from __future__ import annotations

import pytest

from mediawatch.language import han_share, script_of


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("关税", "Hans"),
        ("關稅", "Hant"),
        ("皇后里的干部", None),
        ("他说“臺灣”两个字时写的是简体，这里还有许多简体字", "Hans"),
        ("他說「台湾」二字用了簡體，這裡還有許多繁體字", "Hant"),
        ("Tariffs", None),
        ("", None),
    ],
)
def test_characters_of_one_script_only_decide(text: str, script: str | None) -> None:
    assert script_of(text) == script


@pytest.mark.parametrize(
    ("text", "share"), [("关税", 1.0), ("关税tax", 0.4), ("tax", 0.0), ("2026, 3.5%", 0.0), ("關稅上漲3%！", 1.0)]
)
def test_han_share_counts_letters_only(text: str, share: float) -> None:
    assert han_share(text) == share
