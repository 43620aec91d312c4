from __future__ import annotations

import pytest

from mediawatch.extraction import extract
from mediawatch.records import Article
from mediawatch.sources.publishers import Publisher, Publishers
from tests.support.articles import PARAGRAPHS, article_of, html, page, paragraphs, source

KNOWN = Publishers(
    entries=(
        Publisher(id="rfi", name="法国国际广播电台", name_en="RFI", also=("法广",), hosts=("rfi.example",)),
        Publisher(id="reuters", name="路透社", name_en="Reuters", hosts=("reuters.example",)),
        Publisher(id="xinhua", name="新华社", also=("新华网",), hosts=("xinhua.example",)),
        Publisher(id="getty", name="Getty Images", pictures=True),
    )
)


def found(markup: str, *, url: str = "https://news.example/2026/a.html") -> Article:
    outcome = extract(page(url=url), markup.encode(), source(), KNOWN)
    assert isinstance(outcome, Article), outcome
    return outcome


@pytest.mark.parametrize(
    ("top", "name"),
    [
        ("<div>2026-03-04 08:00 · news.example · 来源: 临江晚报</div>", "临江晚报"),
        ("<div>2026-03-04 來源：<a href='/'>臨江晚報</a> 作者：某人</div>", "臨江晚報"),
        ("<div>稿源： 临江晚报 编辑：某人</div>", "临江晚报"),
        ("<div>本文来源于<a>《临江晚报》</a></div>", "临江晚报"),
        ("<div>2026年03月04日 11:21</div><div>临江晚报</div><div>我要评论</div>", "临江晚报"),
        ("<div>来源：Harbour Daily News</div>", "Harbour Daily News"),
        ("<p>【临江晚报／记者秦望舒／台北报导】</p>", "临江晚报"),
        ("<p>摘自临江晚报</p>", "临江晚报"),
    ],
)
def test_the_name_as_printed(top: str, name: str) -> None:
    article = found(html(top=top))
    assert (article.original_publisher, article.is_repost) == (name, True)
    assert article.provenance_confidence >= 0.7


@pytest.mark.parametrize(
    "top",
    [
        "<div>来源：本站原创</div>",
        "<div>来源：网络</div>",
        "<div>图片来源：某某图库</div>",
        "<div>来源：</div>",
        "<div>2026-03-04 08:00 即时新闻</div>",
        "<p>消息来源：一位业主表示</p>",
    ],
)
def test_no_name_is_no_name(top: str) -> None:
    article = found(html(top=top))
    assert (article.original_publisher, article.is_repost, article.provenance_confidence) == ("", False, 0.0)


@pytest.mark.parametrize(
    "markup",
    [
        html(top="<div>路透社／ 曼谷3日專電</div>"),
        html(head='<meta name="author" content="路透社台北5日電">'),
    ],
)
def test_a_dateline_without_a_name_tells_the_agency(markup: str) -> None:
    article = found(markup)
    assert (article.original_publisher, article.publisher_id, article.byline) == ("路透社", "reuters", "")


def test_all_names_of_a_publisher_have_one_id() -> None:
    ids = {found(html(top=f"<div>來源：{name}</div>")).publisher_id for name in ("法广", "法國國際廣播電台", "RFI")}
    assert ids == {"rfi"}


def test_the_tail_of_a_title_counts_when_it_is_a_known_publisher_and_not_the_site() -> None:
    title = "<title>城北水库春灌水量充足 - 法国国际广播电台</title>"
    markup = f"<html><head>{title}</head><body><h1>城北水库春灌水量充足</h1>{paragraphs(*PARAGRAPHS)}</body></html>"
    assert found(markup).original_publisher == "法国国际广播电台"
    own = found(markup, url="https://www.rfi.example/cn/a.html")
    assert (own.original_publisher, own.is_repost) == ("", False)


def test_an_unknown_tail_is_the_sites_own_name() -> None:
    assert found(html(site="某某札记")).original_publisher == ""


def test_an_agencys_dateline_and_an_english_lead() -> None:
    assert found(html(body=paragraphs("新华社北京3月4日电 " + PARAGRAPHS[0], *PARAGRAPHS[1:]))).publisher_id == "xinhua"
    english = "LONDON (Reuters) - The city said on Thursday that the northern reservoir holds a fifth more water."
    assert found(html(body=paragraphs(english, english.replace("LONDON (Reuters) - ", "")))).publisher_id == "reuters"


def test_who_is_only_quoted_is_not_the_publisher() -> None:
    article = found(html(body=paragraphs("据路透社报道，" + PARAGRAPHS[0], *PARAGRAPHS[1:])))
    assert article.original_publisher == ""


def test_a_second_place_that_agrees_makes_it_surer() -> None:
    once = found(html(top="<div>来源：法广</div>")).provenance_confidence
    twice = found(html(top="<div>来源：法广</div>", head='<meta name="source" content="法国国际广播电台">'))
    assert once < twice.provenance_confidence <= 0.99


def test_the_sites_own_name_is_no_repost() -> None:
    article = found(html(top="<div>来源：Daily</div>"))
    assert (article.original_publisher, article.is_repost) == ("Daily", False)


def test_a_disclaimer_names_nobody() -> None:
    note = "<p>凡本网注明“来源：某某网”的作品，版权均属本网。</p>"
    assert found(html(top="<div>2026-03-04 来源：临江晚报</div>", bottom=note)).original_publisher == "临江晚报"
    assert found(html(bottom=note)).original_publisher == ""


def test_a_credit_of_a_picture_agency_is_no_source() -> None:
    assert found(html(top="<div>Getty Images</div><div>2026-03-04</div>")).original_publisher == ""


def test_without_a_dictionary_the_printed_name_is_still_found() -> None:
    article = article_of(html(top="<div>来源：法广</div>"))
    assert (article.original_publisher, article.publisher_id) == ("法广", "")


def test_a_publisher_alone_below_the_headline() -> None:
    assert found(html(top="<div><div>新华社</div></div>")).publisher_id == "xinhua"
    assert found(html(top="<div>Reuters, LONDON</div>")).publisher_id == "reuters"


def test_a_photographer_s_agency_below_the_headline_is_not_the_publisher() -> None:
    assert found(html(top="<div>Ann Lee / Reuters</div>")).publisher_id == ""


def test_the_outlet_beside_a_name_is_the_publisher() -> None:
    article = found(html(top="<div>秦望舒/新华社</div>"))
    assert (article.byline, article.publisher_id) == ("秦望舒", "xinhua")


@pytest.mark.parametrize(
    "caption",
    [
        "<figure><img src='a.jpg'><figcaption>新闸门（来源：某某图库）</figcaption></figure>",
        "<p>▲新闸门（来源：某某图库）</p>",
        "<p>资料图 来源：某某图库</p>",
    ],
)
def test_who_gave_a_picture_did_not_publish_the_article(caption: str) -> None:
    assert found(html(top=caption)).original_publisher == ""


def test_a_lead_in_brackets_may_end_as_news_of_a_day_does() -> None:
    assert found(html(body=paragraphs(f"[临江财讯]{PARAGRAPHS[0]}", *PARAGRAPHS[1:]))).original_publisher == "临江财讯"


def test_brackets_alone_on_a_line_are_the_credit_of_a_picture() -> None:
    above = "".join(f"<p>{line}</p>" for line in ("要闻", "民生", "分享", "夜里的闸门"))
    assert found(html(top=f"{above}<p>(Reuters)</p>")).original_publisher == ""


@pytest.mark.parametrize(
    "end",
    [
        "(转自某某日报)",
        "本文转载自某某日报",
        "本文經授權轉載自《某某日报》",
        "（本文獲《某某日报》授權轉載）",
        "本文由《某某日报》授权转载，原文标题为《水来了》。",
        "原文刊載於《某某日报》",
        "本文首发于某某日报网站",
        "本文转自微信公众号“某某日报”（ID：moumou）",
    ],
)
def test_what_is_said_of_a_text_from_elsewhere(end: str) -> None:
    assert found(html(body=paragraphs(*PARAGRAPHS, end), site="城北网")).original_publisher == "某某日报"


@pytest.mark.parametrize(
    "end",
    [
        *("本文首发于2026年3月2日", "本文刊于头版", "首发于上周五，后来又改过一次。", "转载请注明来源：城北网"),
        *("他说，文章由编辑修改。", "原载重三十吨的货车，如今只能载二十吨。", "转自行车道的方案没有通过。"),
    ],
)
def test_what_names_no_publisher_at_the_end(end: str) -> None:
    assert found(html(body=paragraphs(*PARAGRAPHS, end), site="城北网")).original_publisher == ""


@pytest.mark.parametrize("label", ["来源｜某某晚报", "来源丨某某晚报", "来源／某某晚报", "来源：微信公众号“某某晚报”"])
def test_other_marks_behind_the_label(label: str) -> None:
    assert found(html(top=f"<div>{label}</div>")).original_publisher == "某某晚报"


def test_leads_that_quote_an_agency_or_name_a_paper_without_a_day() -> None:
    for lead in ("据新华社北京3月2日电 ", "新华网讯 （记者秦望舒）"):
        body = paragraphs(f"{lead}{PARAGRAPHS[0]}", *PARAGRAPHS[1:])
        assert found(html(body=body)).publisher_id == "xinhua"


@pytest.mark.parametrize("label", ["来　源：某某晚报", "來 源：某某晚报"])
def test_other_labels_of_the_publisher(label: str) -> None:
    assert found(html(top=f"<div>{label}</div>")).original_publisher == "某某晚报"


@pytest.mark.parametrize(
    "words",
    [
        "来 到水源：某某河",
        "转载请注明：某某站",
        "据某某河两岸村民说",
        "收入来 源：工资",
        "禁止转载：违者必究",
        "据多个信源：该公司将裁员",
        "新闻来源/渠道很多",
    ],
)
def test_words_that_look_like_labels_of_the_publisher(words: str) -> None:
    assert found(html(top=f"<div>{words}</div>", site="城北网")).original_publisher == ""


def test_according_to_is_no_part_of_a_name_in_brackets() -> None:
    end = found(html(body=paragraphs(f"（据某某日报）{PARAGRAPHS[0]}", *PARAGRAPHS[1:])))
    assert end.original_publisher == "某某日报"
