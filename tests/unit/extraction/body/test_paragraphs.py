from __future__ import annotations

import pytest

from mediawatch.extraction.body.paragraphs import is_caption
from tests.support.articles import PARAGRAPHS, article_of, html, paragraphs


@pytest.mark.parametrize(
    "line",
    [
        "(闸门夜里的样子)",
        "（闸门夜里的样子）",
        "图：闸门夜里的样子",
        "圖／某某攝",
        "图片来源：某某图库",
        "▲闸门夜里的样子",
        "闸门夜里的样子 秦望舒 摄",
        "闸门夜里的样子。圖/陸遠",
        "闸门夜里的样子（资料图片）",
        "Gates at night. Photograph: Ida Wren",
        "闸门 Ida Wren/Sputnik",
        "(Photo by Ida Wren)",
    ],
)
def test_lines_that_are_captions(line: str) -> None:
    assert is_caption(line)


@pytest.mark.parametrize(
    "line",
    [
        *PARAGRAPHS,
        "(We never did settle on one, unlike our neighbours.)",
        "Dry/Sec/Seco",
        "UX/UI Improvements",
        "他说：“图书馆开了。”",
        "拍摄持续了三天，导演说他第一次在水库拍摄",
    ],
)
def test_lines_that_are_not(line: str) -> None:
    assert not is_caption(line)


def test_captions_are_kept_apart_without_their_brackets() -> None:
    lines = (PARAGRAPHS[0], "（闸门夜里的样子）", *PARAGRAPHS[1:])
    article = article_of(html(body=paragraphs(*lines)))
    assert (article.captions, article.text) == (("闸门夜里的样子",), "\n".join(PARAGRAPHS))


def test_a_caption_of_a_figure_and_one_of_a_class_beside_its_picture() -> None:
    figure = "<figure><img src='/a.jpg'><figcaption>闸门</figcaption></figure>"
    classed = "<div><img src='/b.jpg'><p class='photo-caption'>渠道</p></div>"
    article = article_of(html(body=paragraphs(*PARAGRAPHS[:2]) + figure + classed + paragraphs(*PARAGRAPHS[2:])))
    assert (article.captions, article.text) == (("闸门", "渠道"), "\n".join(PARAGRAPHS))


def test_captions_of_other_articles_are_not_this_ones() -> None:
    teaser = "<aside><figure><img src='/c.jpg'><figcaption>别的文章的图</figcaption></figure></aside>"
    assert article_of(html(bottom=teaser)).captions == ()
