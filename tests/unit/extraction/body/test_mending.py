from __future__ import annotations

import numpy as np
import pytest

from mediawatch.extraction.body.line_classifier import Described, describe
from mediawatch.extraction.body.main_text import main_text
from mediawatch.extraction.body.mending import (
    with_deck,
    with_lists_between,
    with_neighbours,
    with_others_like_them,
    with_rest_of_list,
    without_lines_above,
    without_lists_of_others,
)
from mediawatch.extraction.body.overlap import PageDescription
from mediawatch.extraction.page.lines import layout_of
from mediawatch.extraction.page.tree import parse
from tests.support.articles import PARAGRAPHS, article_of, html, paragraphs

OTHER = (
    "市图书馆的新馆下周开门，自习区夜里也不关灯，读者可以一直坐到天亮。",
    "馆长说，去年的读者比前年多出三成，晚上来的人尤其多，座位常常不够。",
    "新馆还为孩子留出一层，周末有人讲故事，家长可以在旁边的茶座等候。",
    "从下月起，读者在网上订好的书也可以到地铁站的书柜去取，不另外收费。",
)


def body(markup: str) -> list[str]:
    root = parse(markup)
    return main_text(root, headline=root.find(".//h1")).splitlines()


def test_an_article_that_is_recommended_below_is_not_of_the_body() -> None:
    other = f"<div class='recommend-content'><h2>新馆通宵开放</h2>{paragraphs(*OTHER)}</div>"
    assert body(html(body=paragraphs(*PARAGRAPHS[:2]), bottom=other)) == list(PARAGRAPHS[:2])


@pytest.mark.parametrize("holder", ["<p>{}</p>", "<blockquote>{}</blockquote>", "<div><p>▶ {}</p></div>"])
def test_a_headline_of_others_that_stands_alone_as_a_link_is_not_of_the_body(holder: str) -> None:
    other = holder.format("<a href='/2.html'>市图书馆新馆下周开门</a>")
    first, *others = PARAGRAPHS
    assert body(html(body=paragraphs(first) + other + paragraphs(*others))) == list(PARAGRAPHS)
    assert body(html(body=paragraphs(*PARAGRAPHS) + other)) == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "line",
    [
        "<h2><a href='#2'>市图书馆新馆下周开门</a></h2>",
        "<p><a href='/2.html'>市图书馆新馆下周开门，自习区夜里也不关灯。</a></p>",
        "<p><b>市图书馆新馆下周开门</b></p>",
        "<p>他提到<a href='/2.html'>市图书馆新馆下周开门</a>的事，说水库也该这样。</p>",
    ],
)
def test_links_that_are_of_the_text_stay(line: str) -> None:
    first, *others = PARAGRAPHS
    assert any("市图书馆新馆" in each for each in body(html(body=paragraphs(first) + line + paragraphs(*others))))


def test_what_a_hidden_block_repeats_is_there_once() -> None:
    copy = f"<div style='display:none' id='sharecontent'>{paragraphs(*PARAGRAPHS)}</div>"
    assert body(html(bottom=copy)) == list(PARAGRAPHS)


def test_teasers_above_the_headline_are_not_of_the_body() -> None:
    teasers = "".join(f"<li><a href='/{n}.html'>新馆通宵开放</a> {line}</li>" for n, line in enumerate(OTHER))
    article = f"<h1>城北水库水量充足</h1>{paragraphs(*PARAGRAPHS)}"
    markup = f"<title>城北水库水量充足</title><body><div><ul>{teasers}</ul></div><div>{article}</div></body>"
    root = parse(markup)
    assert main_text(root, headline=root.find(".//h1"), title="城北水库水量充足").splitlines() == list(PARAGRAPHS)


def test_a_line_that_holds_all_the_others_is_a_copy_of_them() -> None:
    whole = f"<p>早上好！{''.join(PARAGRAPHS)}</p>"
    assert body(html(body=paragraphs(*PARAGRAPHS) + whole)) == list(PARAGRAPHS)
    # Two sentences may be said again.
    twice = PARAGRAPHS[0] + PARAGRAPHS[1]
    assert body(html(body=paragraphs(*PARAGRAPHS, twice))) == [*PARAGRAPHS, twice]


def test_answers_to_choose_are_not_of_the_body() -> None:
    answers = "".join(
        f"<p><input type='radio' name='q'>{answer}</p>" for answer in ("水库应当扩建。", "水库不必扩建。")
    )
    markup = html(body=paragraphs(*PARAGRAPHS[:2]) + answers + paragraphs(*PARAGRAPHS[2:]))
    assert body(markup) == list(PARAGRAPHS)


@pytest.mark.parametrize("item", ["{}、{}", "{}. {}", "（{}）{}"])
def test_numbered_lines_go_on_below_a_colon(item: str) -> None:
    towns = ("东城", "西城", "北港", "南湾", "河口", "山城", "平原", "上游")
    listed = [item.format(number, town) for number, town in enumerate(towns, start=1)]
    text = [*PARAGRAPHS, "今年用水最多的八个镇：", *listed]
    assert body(html(body=paragraphs(*text), bottom="<div class='foot'>版权所有 某某网</div>")) == text


def test_a_caption_below_a_picture_parts_no_body() -> None:
    picture = "<p><img src='a.jpg' width='640' height='300'></p><p>（周三，工程师在查看新的闸门）</p>"
    last = "闸门下周启用。"
    article = article_of(html(body=f"{paragraphs(*PARAGRAPHS)}{picture}<p>{last}</p>"))
    assert article.text.splitlines() == [*PARAGRAPHS, last]
    assert article.captions == ("周三，工程师在查看新的闸门",)


def described_between(beside: str, article: str) -> Described:
    """A page with `beside` above an article, and again below it."""
    return describe(
        layout_of(parse(f"<body>{beside}{article}{beside}</body>")), PageDescription(title="城北水库水量充足")
    )


def described(*lines: str) -> Described:
    return describe(layout_of(parse(f"<body><div>{paragraphs(*lines)}</div></body>")), PageDescription())


@pytest.mark.parametrize(
    ("lines", "odds", "taken", "expected"),
    [
        # Sentences go on above and below, over one short line.
        ([*PARAGRAPHS], [-1, 1, -1, -1], [1], [0, 1, 2, 3]),
        ([PARAGRAPHS[0], "又一天", *PARAGRAPHS[1:]], [1, -1, -1, -1, -1], [0], [0, 1, 2, 3, 4]),
        ([PARAGRAPHS[0], "又一天", "第二天", PARAGRAPHS[1]], [1, -1, -1, -1], [0], [0]),
        # Nothing is taken without a body, or behind a line that has much against it, or of the site's own words.
        ([*PARAGRAPHS], [-1, -1, -1, -1], [], []),
        ([*PARAGRAPHS], [1, -5, -1, -1], [0], [0]),
        ([PARAGRAPHS[0], "版权所有，转载请注明来源，扫一扫关注我们。"], [1, -1], [0], [0]),
        ([PARAGRAPHS[0], "又一天"], [1, -1], [0], [0]),
    ],
)
def test_sentences_beside_an_unsure_body_are_of_it(
    lines: list[str], odds: list[float], taken: list[int], expected: list[int]
) -> None:
    before = np.isin(np.arange(len(lines)), taken)
    after = with_neighbours(described(*lines), before, np.array(odds, dtype=np.float64))
    assert np.flatnonzero(after).tolist() == expected
    assert np.flatnonzero(before).tolist() == taken


def test_sentences_of_another_block_are_not_taken() -> None:
    both = f"<div>{paragraphs(*PARAGRAPHS)}</div><ul><li>{OTHER[0]}</li><li>{OTHER[1]}</li></ul>"
    page = describe(layout_of(parse(f"<body>{both}</body>")), PageDescription())
    first = np.arange(6) == 0
    assert with_neighbours(page, first, np.full(6, -1.0)).tolist() == [True] * 4 + [False] * 2


def test_teasers_of_a_ticker_are_not_of_the_body_at_the_foot_either() -> None:
    ticker = "<ul>" + "".join(f"<li>{line}</li>" for line in OTHER) + "</ul>"
    article = f"<div><h1>城北水库水量充足</h1>{paragraphs(*PARAGRAPHS)}</div>"
    page = described_between(ticker, article)
    assert np.flatnonzero(without_lines_above(page, np.ones(13, dtype=bool))).tolist() == [4, 5, 6, 7, 8]
    # Two sentences above may be quoted below.
    few = described_between(f"<div>{paragraphs(*OTHER[:2])}</div>", article)
    assert np.flatnonzero(without_lines_above(few, np.ones(9, dtype=bool))).tolist() == [2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize("heading", ["你可能還想看", "相关阅读：", "猜你喜欢", "You may also like", "More stories"])
def test_what_stands_below_a_heading_of_other_articles_is_not_of_the_body(heading: str) -> None:
    teasers = "".join(f"<li><h4>新馆通宵开放</h4><p>{line}</p></li>" for line in OTHER)
    article = f"<div><h1>城北水库水量充足</h1>{paragraphs(PARAGRAPHS[0], PARAGRAPHS[1])}"
    markup = f"<body>{article}</div><div><h2>{heading}</h2><ul>{teasers}</ul></div></body>"
    page = describe(layout_of(parse(markup)), PageDescription(title="城北水库水量充足"))
    taken = page.measures.prose > 0
    assert np.flatnonzero(without_lists_of_others(page, taken)).tolist() == [1, 2]


def test_a_list_of_other_articles_may_part_a_text() -> None:
    between = "<div><h4>相关阅读</h4><ul><li>新馆下周开门，夜里也不关灯。</li></ul></div>"
    article = f"<h1>城北水库水量充足</h1>{paragraphs(*PARAGRAPHS[:2])}{between}{paragraphs(*PARAGRAPHS[2:])}"
    page = describe(layout_of(parse(f"<body><div>{article}</div></body>")), PageDescription(title="城北水库水量充足"))
    taken = page.measures.prose > 0
    assert np.flatnonzero(without_lists_of_others(page, taken)).tolist() == [1, 2, 5, 6]


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ([2, 4], [2, 4, 6, 8]),  # the sentences of the other sections below, not their headings
        ([2], [2]),  # one alone proves nothing of its tags
        ([], []),
    ],
)
def test_sentences_under_the_same_tags_as_an_unsure_body_are_of_it(taken: list[int], expected: list[int]) -> None:
    sections = "".join(f"<section><h3>第{n}座水库</h3><p>{line}</p></section>" for n, line in enumerate(PARAGRAPHS))
    page = describe(layout_of(parse(f"<body><h1>四座水库</h1>{sections}</body>")), PageDescription(title="四座水库"))
    before = np.isin(np.arange(9), taken)
    odds = np.full(9, -1.0)
    assert np.flatnonzero(with_others_like_them(page, before, odds)).tolist() == expected
    odds[6] = -5
    assert 6 not in np.flatnonzero(with_others_like_them(page, before, odds))


@pytest.mark.parametrize(
    ("item", "is_taken"),
    [
        ("河道里的玻璃：从旧窑工艺到新厂", True),
        ("<a href='/1.html'>河道里的玻璃：从旧窑工艺到新厂</a>", False),
        ("关注本报公众号看更多", False),
    ],
)
def test_a_list_that_parts_two_paragraphs_is_of_the_body(item: str, is_taken: bool) -> None:
    listed = f"<h2>两处藏品</h2><ul><li>{item}</li><li>{item}</li></ul>"
    markup = f"<body><div>{paragraphs(*PARAGRAPHS[:2])}{listed}{paragraphs(*PARAGRAPHS[2:3])}</div></body>"
    described = describe(layout_of(parse(markup)), PageDescription())
    taken = np.array([True, True, True, False, False, True])
    assert with_lists_between(described, taken).tolist() == [True, True, True, is_taken, is_taken, True]


@pytest.mark.parametrize(
    ("odds", "expected"),
    [
        ([3, 1, 1, -0.5, -0.5, -0.5], [0, 1, 2, 3, 4, 5]),
        ([3, 1, 1, -0.5, -5, -0.5], [0, 1, 2, 3]),  # nothing behind what has much against it
        ([3, 1, -0.5, -0.5, -0.5, -0.5], [0, 1]),  # one line is no list
    ],
)
def test_a_list_that_an_unsure_body_ends_in_goes_on(odds: list[float], expected: list[int]) -> None:
    items = ("水库开闸(5202)", "新馆通宵开放(830)", "渡口停航(771)", "早市搬家(96)", "河堤夜跑(15)")
    before = np.array(odds) > 0
    after = with_rest_of_list(described(PARAGRAPHS[0], *items), before, np.array(odds, dtype=np.float64))
    assert np.flatnonzero(after).tolist() == expected


DECK = "城北水库的水位比往年高出一成，开闸放水的日子因此提早了十天，下游的农户说来得正好"


@pytest.mark.parametrize(
    ("deck", "is_taken"),
    [
        (f"<div>{DECK}。</div>", True),
        (f"<div>{DECK}</div>", True),  # decks often have no full stop
        ("<div>水位高出一成，提早放水</div>", False),
        (f"<div>{DECK}（取自城北水库官网）</div>", False),
        (f"<div><a href='/2.html'>{DECK}。</a></div>", False),
        (f"<aside>{DECK}。</aside>", False),
        (f"<div>{DECK}。更多精彩请扫描二维码。</div>", False),
    ],
)
def test_a_deck_right_above_a_chinese_text_is_of_it(deck: str, is_taken: bool) -> None:
    article = f"<h1>城北水库水量充足</h1><div>打印</div>{deck}<div>{paragraphs(*PARAGRAPHS)}</div>"
    page = describe(layout_of(parse(f"<body><div>{article}</div></body>")), PageDescription(title="城北水库水量充足"))
    taken = np.arange(len(page.layout.lines)) > 2
    assert with_deck(page, taken).tolist() == [False, False, is_taken, *[True] * len(PARAGRAPHS)]


def test_a_deck_that_a_text_ends_with_is_of_it_with_its_copy() -> None:
    told = f"水务局声明：{DECK}，更多详情将另行公布。"
    article = f"<h1>城北水库水量充足</h1><div>{told}</div><div>{paragraphs(*PARAGRAPHS, told)}</div>"
    page = describe(layout_of(parse(f"<body><div>{article}</div></body>")), PageDescription(title="城北水库水量充足"))
    taken = np.isin(np.arange(len(page.layout.lines)), range(2, 2 + len(PARAGRAPHS)))
    assert with_deck(page, taken).tolist() == [False, *[True] * (2 + len(PARAGRAPHS))]


def test_a_headline_is_no_deck() -> None:
    markup = f"<body><div><h1>{DECK}。</h1>{paragraphs(*PARAGRAPHS)}</div></body>"
    page = describe(layout_of(parse(markup)), PageDescription(title=f"{DECK}。"))
    taken = np.arange(len(page.layout.lines)) > 0
    assert with_deck(page, taken).tolist() == taken.tolist()


def test_the_name_of_a_player_is_not_of_the_body() -> None:
    player = "<div class='embed'>嵌入播放器推薦文章</div>"
    text = f"{paragraphs(*PARAGRAPHS[:2])}{player}{paragraphs(*PARAGRAPHS[2:])}"
    assert article_of(html(body=text)).text.splitlines() == list(PARAGRAPHS)
