from __future__ import annotations

import pytest

from tests.support.articles import PARAGRAPHS, article_of, html, paragraphs


@pytest.mark.parametrize(
    ("top", "bottom", "expected"),
    [
        ("<div>记者 林晓舟 编辑 周远</div>", "", ("writer:林晓舟", "editor:周远")),
        ("<div>文／林晓舟 圖／陸遠</div>", "", ("writer:林晓舟", "photographer:陸遠")),
        ("", "<p>（责任编辑：周远）</p>", ("editor:周远",)),
        ("<div>编译 林晓舟</div>", "<p>校对：周远</p>", ("translator:林晓舟", "editor:周远")),
        (
            "<figure><img src='a.jpg'><figcaption>夜里的闸门。记者陆遥摄</figcaption></figure>",
            "",
            ("photographer:陆遥",),
        ),
        ("<div>By Ann Lee</div>", "<p>Edited by Bo Chan</p>", ("writer:Ann Lee", "editor:Bo Chan")),
        ("<div>2026-03-04</div>", "<p>编辑推荐</p>", ()),
    ],
)
def test_everybody_is_credited_with_what_they_did(top: str, bottom: str, expected: tuple[str, ...]) -> None:
    assert article_of(html(top=top, body=paragraphs(*PARAGRAPHS) + bottom)).credits == expected
