from __future__ import annotations

import pytest

from mediawatch.extraction import extract_all
from mediawatch.extraction.body.rankings import is_ranking_heading
from mediawatch.records import Article, Ranking
from tests.golden.shapes import ENGLISH_OTHERS, OTHERS
from tests.support.articles import PARAGRAPHS, html, page, source


@pytest.mark.parametrize(
    "heading",
    [
        *("24小时新闻排行榜更多>>", "热点排行", "點閱排行", "最多人看", "熱門文章", "热门新闻", "48小时点击排行"),
        *(
            "人氣排行",
            "本日最多瀏覽",
            "Most read",
            "Most Popular",
            "Trending now",
            "Popular posts",
            "Most read in Sport",
        ),
    ],
)
def test_headings_of_rankings(heading: str) -> None:
    assert is_ranking_heading(heading)


@pytest.mark.parametrize(
    "heading",
    [
        "相关阅读",
        "延伸閱讀",
        "合理安排行程",
        "热门",
        "艺术热点",
        "Top 10 board games of the year",
        "Related stories",
        "排行榜公布，前十名都是新人。",
    ],
)
def test_other_headings(heading: str) -> None:
    assert not is_ranking_heading(heading)


def rankings(block: str) -> tuple[Ranking, ...]:
    found = extract_all(page(), html(bottom=block).encode(), source())
    assert isinstance(found.outcome, Article)
    assert found.outcome.text == "\n".join(PARAGRAPHS)
    return found.rankings


def items(titles: tuple[str, ...]) -> str:
    return "".join(f"<li><a href='/{n}.html'>{title}</a></li>" for n, title in enumerate(titles, start=1))


HEAD = "<div class='hd'><span><b>热点</b>排行</span> <a href='/more'>更多&gt;&gt;</a></div>"


def each(line: str) -> str:
    """`line` once for each title, with its number as N and the title as T."""
    return "".join(line.replace("N", str(n)).replace("T", title) for n, title in enumerate(OTHERS, start=1))


@pytest.mark.parametrize(
    "block",
    [
        f"<div><h4>热点排行</h4><ol>{items(OTHERS)}</ol></div>",
        f"<h4>热点排行</h4><ul>{items(OTHERS)}</ul>",
        f"<div>{HEAD}<div class='bd'><ul>{items(OTHERS)}</ul></div></div>",
        "<dl><dt>热点排行</dt>" + each("<dd><a href='/N.html'>T</a></dd>") + "</dl>",
        "<div><h3>热点排行</h3>" + each("<div><em>N</em> <a href='/N.html'>T</a></div>") + "</div>",
        "<div><h3>热点排行</h3><ol>" + each("<li>N. <a href='/N.html'>T</a></li>") + "</ol></div>",
    ],
)
def test_lists_of_all_makes_are_read_whole(block: str) -> None:
    found = rankings(block)
    assert [(line.rank, line.title) for line in found] == list(enumerate(OTHERS, start=1))
    assert found[0].url == "https://news.example/1.html"
    assert {(line.heading, line.site, line.source, line.link_id) for line in found} == {
        ("热点排行", "news.example", "daily", page().link_id)
    }


def test_numbers_before_titles_are_not_titles() -> None:
    numbered = "".join(f"<li><a href='/{n}.html'><i>{n}</i>{title}</a></li>" for n, title in enumerate(OTHERS, 1))
    assert [line.title for line in rankings(f"<div><h3>排行榜</h3><ul>{numbered}</ul></div>")] == list(OTHERS)


def test_several_lists_keep_their_headings() -> None:
    found = rankings(
        f"<div><h3>点击排行</h3><ul>{items(OTHERS[:4])}</ul></div><div><h3>Most read</h3><ul>{items(ENGLISH_OTHERS)}"
        "</ul></div>"
    )
    assert [line.rank for line in found] == [1, 2, 3, 4, 1, 2, 3, 4, 5]
    assert {line.heading for line in found} == {"点击排行", "Most read"}


def test_sections_and_tags_are_no_ranking() -> None:
    assert rankings(f"<div><h3>热门新闻</h3><ul>{items(('国内', '国际', '体育新闻', '财经频道'))}</ul></div>") == ()


def test_related_reading_is_no_ranking() -> None:
    assert rankings(f"<div><h3>相关阅读</h3><ul>{items(OTHERS)}</ul></div>") == ()


def test_an_article_among_the_links_of_a_ranking_is_not_taken_for_one_of_its_lines() -> None:
    links = "".join(f"<p><a href='/{n}.html'>昨日要闻第{n}条的一个标题</a></p>" for n in range(2))
    text = "".join(f"{paragraph}<br>" for paragraph in PARAGRAPHS)
    text = f"<div>{text}{''.join(PARAGRAPHS)}<a href='/more.html'>水库的地图</a></div>"
    body = f"<div><h3>热门新闻</h3>{links}{text}</div>"
    markup = f"<html><head><title>城北水库水量充足</title></head><body>{body}</body></html>"
    outcome = extract_all(page(), markup.encode(), source()).outcome
    assert isinstance(outcome, Article), outcome
    assert outcome.text.startswith("\n".join(PARAGRAPHS))
