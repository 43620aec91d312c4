from __future__ import annotations

import pytest

from mediawatch.records import Article, Reason
from tests.support.articles import ENGLISH, PARAGRAPHS, article_of, html, loss_of, outcome_of, paragraphs

SHORT = paragraphs("阅读更多内容之前，请先完成这一步。")


@pytest.mark.parametrize(
    "title",
    [
        "Just a moment...",
        "Attention Required! | Cloudflare",
        "Access denied",
        "安全验证",
        "请完成人機驗證",
        "用户登录",
        "Before you continue to the site",
        "Are you a robot?",
        "We value your privacy",
    ],
)
def test_a_gate_is_known_by_its_title(title: str) -> None:
    assert loss_of(html(title=title, body=SHORT)).reason is Reason.CHALLENGE


@pytest.mark.parametrize(
    "markup",
    [
        "<script>window._cf_chl_opt={};</script>",
        "<div class='g-recaptcha'></div>",
        "<form action='/login'><input type='password'></form>",
        "<form action='https://x.example/consent'><button>OK</button></form>",
    ],
)
def test_a_gate_is_known_by_its_markup_when_there_is_nothing_else(markup: str) -> None:
    assert loss_of(f"<html><title>某某网</title><body>{SHORT}{markup}</body></html>").reason is Reason.CHALLENGE


def test_an_article_with_a_login_form_and_a_captcha_is_an_article() -> None:
    form = "<form action='/login'><input type='password'></form><div class='g-recaptcha'></div>"
    assert article_of(html(body=paragraphs(*PARAGRAPHS * 3), bottom=form)).text


@pytest.mark.parametrize(
    "title", ["登录火星的第一天", "Security check queues grow at the airport", "收到验证码千万别转发"]
)
def test_headlines_that_sound_like_gates_are_headlines(title: str) -> None:
    assert article_of(html(title=title)).title == title


def test_a_consent_host_is_a_gate() -> None:
    assert loss_of(html(body=SHORT), url="https://consent.news.example/?u=1").reason is Reason.CHALLENGE


@pytest.mark.parametrize(
    "head",
    [
        '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>',
        '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>',
        '<meta property="article:content_tier" content="locked">',
    ],
)
def test_a_teaser_is_paywalled_and_a_whole_text_is_not(head: str) -> None:
    teaser = html(head=head, body=paragraphs(PARAGRAPHS[0]))
    assert loss_of(teaser).reason is Reason.PAYWALLED
    assert article_of(html(head=head, body=paragraphs(*PARAGRAPHS * 3))).text


def test_a_request_to_subscribe_under_a_teaser_is_a_paywall() -> None:
    assert loss_of(html(body=paragraphs(PARAGRAPHS[0], "訂閱後繼續閱讀全文"))).reason is Reason.PAYWALLED
    english = html(title="Reservoir fills", body=paragraphs(ENGLISH[0], "Subscribe now to continue reading."))
    assert loss_of(english).reason is Reason.PAYWALLED


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="og:type" content="video.other">',
        '<script type="application/ld+json">{"@type": "VideoObject", "name": "x"}</script>',
        '<script type="application/ld+json">{"@type": "ItemList"}</script>',
        '<script type="application/ld+json">{"@type": ["CollectionPage"]}</script>',
    ],
)
def test_lists_and_recordings_are_not_articles(head: str) -> None:
    assert loss_of(html(head=head, body=paragraphs(PARAGRAPHS[0]))).reason is Reason.NOT_AN_ARTICLE


def test_a_video_beside_an_article_changes_nothing() -> None:
    both = '<script type="application/ld+json">[{"@type": "NewsArticle"}, {"@type": "VideoObject"}]</script>'
    assert article_of(html(head=both, body=paragraphs(*PARAGRAPHS))).text


def test_a_live_blog_is_not_an_article_however_long() -> None:
    declared = '<script type="application/ld+json">{"@type": "LiveBlogPosting"}</script>'
    assert loss_of(html(head=declared, body=paragraphs(*PARAGRAPHS * 5))).reason is Reason.NOT_AN_ARTICLE
    entries = f"<ul class='live-blog'>{''.join(f'<li>{text}</li>' for text in PARAGRAPHS)}</ul>"
    assert loss_of(html(title="直播：水库开闸放水", body=entries)).reason is Reason.NOT_AN_ARTICLE


def test_being_sent_to_the_home_page_is_not_an_article() -> None:
    loss = loss_of(html(), url="https://news.example/", asked="https://news.example/2026/gone.html")
    assert (loss.reason, loss.detail) == (Reason.NOT_AN_ARTICLE, "sent to a home page")


def test_a_page_without_text_has_no_text() -> None:
    loss = loss_of("<html><title>某某网</title><body><img src='x.png'></body></html>")
    assert (loss.reason, loss.stage, loss.source) == (Reason.NO_TEXT, "extract", "daily")


MISSING = paragraphs("您访问的页面可能已被删除、更名或暂时不可用，请检查地址是否正确，或返回首页继续浏览其他内容。")


@pytest.mark.parametrize(
    "title",
    [
        "404 - 页面不存在",
        "404",
        "Error 404 | Paper",
        "404 Not Found",
        "抱歉，您访问的页面不存在或已被删除",
        "很抱歉！您要找的文章已刪除",
        "頁面不存在",
        "Page not found",
        "Page is missing",
        "找不到該頁面",
        "内容已下线",
    ],
)
def test_a_page_that_says_it_does_not_exist_is_gone(title: str) -> None:
    assert loss_of(html(title=title, body=MISSING)).reason is Reason.GONE


@pytest.mark.parametrize(
    "title", ["该新闻已删除", "此內容已下架", "无法找到该页", "We can't find that page", "本文章已被管理员删除"]
)
def test_the_title_alone_may_say_that_a_page_does_not_exist(title: str) -> None:
    thanks = paragraphs("感谢您对某某网的支持与理解，祝您生活愉快，也欢迎继续浏览其他精彩的报道。")
    assert loss_of(html(title=title, body=thanks)).reason is Reason.GONE


@pytest.mark.parametrize(
    "title",
    [
        "404 people rescued from the flood",
        "404名工人获救",
        "页面设计师的一天",
        "文章不存在争议",
        "找不到页码的旧书重见天日",
    ],
)
def test_headlines_that_sound_like_a_missing_page_are_headlines(title: str) -> None:
    assert article_of(html(title=title)).title == title


def test_a_long_text_under_a_title_of_a_missing_page_is_an_article() -> None:
    assert article_of(html(title="404 - 一首歌的消失", body=paragraphs(*PARAGRAPHS * 3))).text


@pytest.mark.parametrize(
    "bottom",
    [
        "<div class='paywall'><p>訂閱即可閱讀其他文章</p></div>",
        "<footer>訂閱【某某健康】影音頻道，閱讀健康知識更輕鬆</footer>",
        "<div>Already a subscriber? Log in</div>",
    ],
)
def test_an_offer_to_subscribe_to_something_else_is_no_paywall(bottom: str) -> None:
    assert article_of(html(bottom=bottom)).text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("抱歉，您访问的内容不存在或已被删除，请返回首页。", Reason.GONE),
        ("对不起，该文章已下架。", Reason.GONE),
        ("抱歉，指定的主题不存在或已被删除或正在被审核，请返回。", Reason.GONE),
        ("您正在搜索的页面可能已经删除、更名或暂时不可用。", Reason.GONE),
        ("The page you are looking for is no longer available.", Reason.GONE),
        ("We’re sorry, the article you requested could not be found.", Reason.GONE),
        ("Sorry, the page you are looking for doesn't exist.", Reason.GONE),
        ("请开启浏览器的JavaScript功能后刷新页面，谢谢。", Reason.NO_TEXT),
        ("Please enable JavaScript to view this page.", Reason.NO_TEXT),
        ("系统繁忙，请稍后再试，给您带来的不便敬请谅解。", Reason.NO_TEXT),
    ],
)
def test_a_text_that_says_there_is_none(text: str, reason: Reason) -> None:
    assert loss_of(html(body=paragraphs(text))).reason is reason


@pytest.mark.parametrize(
    "text",
    ["某某网称该文章不存在任何问题，但平台仍然将其删除。", "该文章不存在任何问题，某某网说，但平台仍然将其删除。"],
)
def test_news_of_a_deleted_article_is_an_article(text: str) -> None:
    assert article_of(html(body=paragraphs(text))).text


def test_a_video_with_a_line_of_text_is_not_an_article() -> None:
    page = html(title="视频：水库开闸放水", body=paragraphs("视频来源：某某网。画面由现场记者拍摄。"))
    assert loss_of(page).reason is Reason.NOT_AN_ARTICLE
    assert article_of(html(title="视频：水库开闸放水", body=paragraphs(*PARAGRAPHS))).text


def test_a_digest_is_not_an_article() -> None:
    items = paragraphs(*(f"{number}、{text}" for number, text in enumerate(PARAGRAPHS * 2, start=1)))
    assert loss_of(html(title="新闻早知道：今日要闻速览", body=items)).reason is Reason.NOT_AN_ARTICLE
    assert article_of(html(body=items)).text
    assert article_of(html(title="今日要闻速览上线", body=paragraphs(*PARAGRAPHS))).text


@pytest.mark.parametrize(
    ("text", "is_article"),
    [
        (
            "This domain is for sale. Related searches: insurance quotes, cheap flights, hosting and mortgage rates.",
            False,
        ),
        ("该域名正在出售，联系我们获取报价。相关搜索：保险、贷款、机票、酒店预订以及更多的服务和优惠。", False),
        ("某某镇政府表示，去年过期的域名已经收回，网站下月恢复，居民可以在镇公所查询公告和办理各项手续。", True),
    ],
)
def test_a_domain_that_is_for_sale_is_not_an_article(text: str, is_article: bool) -> None:
    page = html(title="某某镇新闻网 harbour news", body=paragraphs(text))
    assert isinstance(outcome_of(page), Article) == is_article


def test_gambling_on_a_lapsed_domain_is_not_an_article() -> None:
    page = html(title="某某娱乐城官网-登录入口-手机版下载", body=paragraphs(*PARAGRAPHS * 2))
    assert loss_of(page).reason is Reason.NOT_AN_ARTICLE
    assert article_of(html(title="警方捣毁跨境博彩平台 抓获四十二人")).text


@pytest.mark.parametrize(
    ("title", "text", "reason"),
    [
        ("403 Forbidden", "You do not have permission to access this document on this server.", Reason.GONE),
        ("Welcome to nginx!", "If you see this page, the nginx web server is successfully installed.", Reason.GONE),
        ("Account Suspended", "This account has been suspended. Contact your hosting provider.", Reason.GONE),
        ("没有找到站点", "您的请求在Web服务器中没有找到对应的站点！请检查是否已经绑定。", Reason.GONE),
        ("某某日报", "此内容因违规无法查看", Reason.GONE),
        ("請求被攔截 - 安全防護", "很抱歉，您访问的地址有可能对网站造成安全威胁。", Reason.CHALLENGE),
        ("網站維護中", "親愛的讀者您好，本站正在進行系統維護，預計今日下午六時恢復服務。", Reason.NO_TEXT),
        ("隱私權政策", "本網站非常重視您的隱私權，特此說明本網站的隱私權保護政策。", Reason.NOT_AN_ARTICLE),
        ("九游体育-全站APP下载", "九游体育官网登录入口，赛事首选。", Reason.NOT_AN_ARTICLE),
    ],
)
def test_what_servers_and_sites_say_of_themselves(title: str, text: str, reason: Reason) -> None:
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"
    assert loss_of(page).reason is reason


@pytest.mark.parametrize(
    "title",
    [
        *("系统维护工程师的一天", "403室的邻居", "隐私权政策引发争议", "请求被拒绝之后", "体育场官网下载入口上线"),
        *("请求被拒绝 — 难民的一天", "星空娱乐官网改版登录方式变更", "503 Service members return home"),
        *(
            "500 internal documents leaked",
            "401 unauthorized buildings demolished",
            "Test page for new banknotes printed",
        ),
        *("Account Suspended After Mayor's Post", "Site not found: archaeologists dig on"),
    ],
)
def test_headlines_with_such_words_are_of_articles(title: str) -> None:
    assert article_of(html(title=title)).text


@pytest.mark.parametrize(
    "wall", ["登录后阅读全文", "【全文未完，請登入會員繼續閱讀】", "（本文余下内容需付费阅读，价格：¥5）"]
)
def test_more_words_that_ask_to_pay_or_log_in(wall: str) -> None:
    assert loss_of(html(body=paragraphs(PARAGRAPHS[0], wall))).reason is Reason.PAYWALLED
    assert article_of(html(body=paragraphs(*PARAGRAPHS * 3, wall))).text


def test_the_file_that_a_home_page_is_made_of_is_the_home_page() -> None:
    asked = "https://news.example/2026/1.html"
    assert loss_of(html(), asked=asked, url="https://news.example/index.html").detail == "sent to a home page"
    assert article_of(html(), asked=asked, url="https://news.example/a/index.html").text


@pytest.mark.parametrize("title", ["About us", "关于我们", "隐私政策"])
def test_a_page_of_the_site_that_a_plugin_dates_is_none_at_any_length(title: str) -> None:
    head = "<meta property='article:published_time' content='2026-03-04T09:34:00+08:00'>"
    page = html(title=title, head=head, body=paragraphs(*PARAGRAPHS * 12))
    assert loss_of(page).reason is Reason.NOT_AN_ARTICLE


def test_what_is_not_shown_where_the_reader_is() -> None:
    refused = "We are sorry. This content is not available in your region for legal reasons."
    assert loss_of(html(title="Not available", body=paragraphs(refused))).reason is Reason.NO_TEXT
    for words in ("The vaccine is not available in your country yet.", "Is your content available in your region?"):
        assert article_of(html(body=paragraphs(*PARAGRAPHS, words))).text
