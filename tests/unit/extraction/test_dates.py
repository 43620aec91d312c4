from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.support.articles import FETCHED_AT, PARAGRAPHS, article_of, html, paragraphs


def meta(name: str, value: str) -> str:
    return f'<meta property="{name}" content="{value}">'


def test_a_declared_instant_wins_over_the_text() -> None:
    found = article_of(
        html(head=meta("article:published_time", "2026-03-05T09:30:00+09:00"), top="<p>2026-03-05 11:11 来源: 某报</p>")
    )
    assert found.published_at == datetime(2026, 3, 5, 0, 30, tzinfo=UTC)
    assert found.published_on is None


def test_json_ld_declares_too() -> None:
    node = '{"@graph": [{"@type": "NewsArticle", "datePublished": "2026-03-04T23:01:02Z"}]}'
    assert article_of(html(head=f'<script type="application/ld+json">{node}</script>')).published_at == datetime(
        2026, 3, 4, 23, 1, 2, tzinfo=UTC
    )


def test_a_dateline_is_read_in_the_zone_of_the_source() -> None:
    markup = html(top="<div>2026-03-05 11:11:12 · news.example · 来源: 某报</div>")
    assert article_of(markup).published_at == datetime(2026, 3, 5, 3, 11, 12, tzinfo=UTC)
    assert article_of(markup, timezone="UTC").published_at == datetime(2026, 3, 5, 11, 11, 12, tzinfo=UTC)


def test_summer_time_is_that_of_the_day() -> None:
    markup = html(top="<div>2025-07-01 09:00</div>")
    assert article_of(markup, timezone="Europe/Berlin").published_at == datetime(2025, 7, 1, 7, 0, tzinfo=UTC)


def test_a_day_without_a_time_is_a_day() -> None:
    found = article_of(html(top="<time>2026年3月4日</time>"))
    assert found.published_at is None
    assert found.published_on == date(2026, 3, 4)


def test_a_declared_day_takes_its_time_from_the_text_of_the_same_day() -> None:
    found = article_of(html(head=meta("pubdate", "2026-03-04"), top="<div>2026-03-04 18:20</div>"))
    assert found.published_at == datetime(2026, 3, 4, 10, 20, tzinfo=UTC)


def test_a_declared_day_takes_no_time_from_another_day() -> None:
    found = article_of(html(head=meta("pubdate", "2026-03-03"), top="<div>2026-03-04 18:20</div>"))
    assert (found.published_at, found.published_on) == (None, date(2026, 3, 3))


@pytest.mark.parametrize("name", ["articleDate", "pubdate", "publishdate", "weibo:article:create_at", "date"])
def test_the_names_by_which_a_page_declares_its_date(name: str) -> None:
    found = article_of(html(head=meta(name, "2026-03-04T09:30:00+08:00")))
    assert found.published_at == datetime(2026, 3, 4, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("value", ["2026-03-06T00:30:00Z", "2031-01-01", "1970-01-01T00:00:01Z", "0001-01-01"])
def test_future_and_absurd_declarations_are_passed_over(value: str) -> None:
    found = article_of(html(head=meta("article:published_time", value), top="<div>2026-03-05 08:00</div>"))
    assert found.published_at == datetime(2026, 3, 5, 0, 0, tzinfo=UTC)


def test_nothing_is_made_up() -> None:
    found = article_of(html(head=meta("article:published_time", "2031-01-01T10:00:00Z")))
    assert (found.published_at, found.published_on) == (None, None)


def test_future_is_judged_by_the_time_of_the_fetch() -> None:
    markup = html(top="<div>2026-03-05 18:00</div>")
    earlier = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)
    assert article_of(markup, fetched_at=FETCHED_AT).published_at == datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
    assert article_of(markup, fetched_at=earlier).published_at is None


def test_today_further_east_is_not_the_future() -> None:
    late = datetime(2026, 3, 5, 20, 0, tzinfo=UTC)
    assert article_of(html(top="<div>2026年3月6日</div>"), fetched_at=late).published_on == date(2026, 3, 6)


def test_dates_deep_in_the_text_are_of_other_things() -> None:
    long = paragraphs(
        *PARAGRAPHS, *(f"{text}第{i}次。" for i in range(40) for text in PARAGRAPHS), "会议定于2026年3月1日召开。"
    )
    assert article_of(html(body=long)).published_on is None


def test_the_address_tells_a_day_at_last() -> None:
    found = article_of(html(), url="https://news.example/2026/03/02/123.html")
    assert found.published_on == date(2026, 3, 2)


def test_the_address_that_a_page_calls_its_own_tells_a_day_too() -> None:
    head = '<link rel="canonical" href="https://news.example/2026-03/02/c_123.htm">'
    assert article_of(html(head=head), url="https://cache.example/c_123.htm").published_on == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("times", "day"),
    [
        ("<time>2 March 2026</time>", date(2026, 3, 2)),
        ("<time>2 March 2026</time><time>1 March 2026</time>", None),  # of the articles in a list
    ],
)
def test_the_words_of_a_time_element_are_the_date_where_all_say_the_same(times: str, day: date | None) -> None:
    many = paragraphs(*(f"{text}第{i}次。" for i in range(40) for text in PARAGRAPHS))
    assert article_of(html(body=many, bottom=f"<div>{times}</div>")).published_on == day


@pytest.mark.parametrize(
    ("bottom", "day"),
    [
        ("<p>【2026/03/04 某某日报】</p>", date(2026, 3, 4)),
        ("<p>Post time: March 4, 2026</p>", date(2026, 3, 4)),
        ("<p>03-04-2026</p>", None),  # of March or of April
        ("<p>另一座水库昨天开始放水 2026-03-01 11:03</p>", None),
    ],
)
def test_the_date_below_an_article_is_better_than_nothing(bottom: str, day: date | None) -> None:
    many = paragraphs(*(f"{text}第{i}次。" for i in range(40) for text in PARAGRAPHS))
    found = article_of(html(body=many, bottom=bottom))
    assert found.published_on == day
    assert found.published_confidence <= 0.5


def test_a_day_of_the_republic_at_the_end_counts_in_taiwan_only() -> None:
    many = paragraphs(*(f"{text}第{i}次。" for i in range(40) for text in PARAGRAPHS))
    markup = html(body=many, bottom="<p>（編譯：某某）1150304</p>")
    assert article_of(markup, timezone="Asia/Taipei").published_on == date(2026, 3, 4)
    assert article_of(markup, timezone="Asia/Hong_Kong").published_on is None


@pytest.mark.parametrize(
    ("top", "origin"),
    [
        ("<div>2026-03-04 06:40更新</div>", "update"),
        ("<div>2026-03-04 06:40发布</div>", "printed"),
        ("<div>2026-03-04 HKT 06:40</div>", "printed"),
    ],
)
def test_a_time_right_before_a_word_or_behind_a_zone(top: str, origin: str) -> None:
    found = article_of(html(top=top), timezone="Asia/Hong_Kong")
    assert (found.published_at, found.published_origin) == (datetime(2026, 3, 3, 22, 40, tzinfo=UTC), origin)


def test_a_picture_path_is_not_a_date() -> None:
    found = article_of(html(top='<p><img src="/pic/2026/02/2026-02-01.jpg">/pic/2026/02/2026-02-01.jpg</p>'))
    assert found.published_on is None


def test_an_update_is_not_the_publication() -> None:
    top = "<div>更新時間：2026-03-04 13:33:55</div><p>【某某台 2026 年 03 月 03 日訊】本地新聞。</p>"
    assert article_of(html(top=top)).published_on == date(2026, 3, 3)
    assert article_of(html(top="<div>2026-03-03 09:00 更新：2026-03-04 13:33</div>")).published_at == datetime(
        2026, 3, 3, 1, 0, tzinfo=UTC
    )


def test_an_update_is_better_than_nothing() -> None:
    found = article_of(html(top="<div>更新時間：2026-03-04 13:33</div>"))
    assert found.published_at == datetime(2026, 3, 4, 5, 33, tzinfo=UTC)


def test_a_local_time_marked_as_utc_is_local_where_the_page_prints_it() -> None:
    markup = html(head=meta("article:published_time", "2026-03-04T18:53:57Z"), top="<div>2026-03-04 18:53</div>")
    assert article_of(markup).published_at == datetime(2026, 3, 4, 10, 53, 57, tzinfo=UTC)
    other = html(head=meta("article:published_time", "2026-03-04T10:53:57Z"), top="<div>2026-03-04 18:53</div>")
    assert article_of(other).published_at == datetime(2026, 3, 4, 10, 53, 57, tzinfo=UTC)


def test_a_time_marked_as_utc_that_lies_after_the_fetch_is_local() -> None:
    markup = html(head=meta("article:published_time", "2026-03-05T18:00:00Z"))
    fetched_at = datetime(2026, 3, 5, 11, 0, tzinfo=UTC)
    assert article_of(markup, fetched_at=fetched_at).published_at == datetime(2026, 3, 5, 10, 0, tzinfo=UTC)


def test_the_date_of_another_article_in_json_ld_is_not_taken() -> None:
    other = '{"@type": "NewsArticle", "headline": "去年的旧闻：码头停电", "datePublished": "2025-03-01T08:00:00+08:00"}'
    own = '{"@type": "NewsArticle", "headline": "城北水库春灌水量充足", "datePublished": "2026-03-04T21:05:00+08:00"}'
    head = "".join(f'<script type="application/ld+json">{node}</script>' for node in (other, own))
    assert article_of(html(head=head)).published_at == datetime(2026, 3, 4, 13, 5, tzinfo=UTC)


def test_another_declaration_tells_the_time_of_the_same_day() -> None:
    head = meta("article:published_time", "2026-03-04") + meta("pubdate", "2026-03-04T21:05:00+08:00")
    assert article_of(html(head=head)).published_at == datetime(2026, 3, 4, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "marked",
    [
        '<span itemprop="datePublished" content="2026-03-04T21:05:00+08:00">4 Mar</span>',
        '<time itemprop="datePublished" datetime="2026-03-04T21:05:00+08:00">4 Mar</time>',
        '<time pubdate datetime="2026-03-04T21:05:00+08:00">4 Mar</time>',
        '<span property="dc:date dc:created" content="2026-03-04T21:05:00+08:00">4 Mar</span>',
    ],
)
def test_markup_calls_an_element_the_day_of_publication(marked: str) -> None:
    other = '<span itemprop="datePublished" content="2025-01-01T00:00:00+08:00">1 Jan</span>'
    assert article_of(html(top=marked, bottom=other)).published_at == datetime(2026, 3, 4, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize(("above", "below"), [("<div>Monday, March 2, 2026</div>", ""), ("", "<div>2026-03-02</div>")])
def test_the_day_beside_the_headline_comes_before_the_times_of_comments(above: str, below: str) -> None:
    text = paragraphs(*["库区的水位每天都有人记录，下游的三个村子也都收到了通知。"] * 20)
    page = f"<title>城北水库春灌水量充足</title>{above}<h1>城北水库春灌水量充足</h1>{below}{text}"
    assert article_of(f"{page}<div>Ann Lee, 2026-03-05 08:15</div>").published_on == date(2026, 3, 2)


def test_the_day_behind_a_hyphen_in_the_address() -> None:
    assert article_of(html(), url="https://news.example/news/odn-20260302").published_on == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("address", "day"),
    [
        ("https://news.example/wire?doc=city0003.260302102004", date(2026, 3, 2)),
        ("https://news.example/wire?doc=city0003.261302102004", None),  # no thirteenth month
        ("https://news.example/wire?doc=201201171020", None),  # of 2020, or of 2012
        ("https://news.example/wire?doc=1260302102004", None),
    ],
)
def test_a_moment_in_twelve_digits_of_an_address(address: str, day: date | None) -> None:
    assert article_of(html(), url=address).published_on == day
    assert article_of(html(head=meta("og:url", address))).published_on == day


@pytest.mark.parametrize(
    ("address", "day"),
    [
        ("https://news.example/local/202603020012.aspx", date(2026, 3, 2)),
        ("https://news.example/20260302001234-260405", date(2026, 3, 2)),
        ("https://news.example/gb/26/3/2/n14500000.htm", date(2026, 3, 2)),
        ("https://news.example/gb/26/3/2/14500000.htm", None),
        ("https://news.example/2026/3/2/story", date(2026, 3, 2)),
        ("https://news.example/2026030200.html", None),
    ],
)
def test_other_forms_of_days_in_an_address(address: str, day: date | None) -> None:
    assert article_of(html(), url=address).published_on == day


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("02-28 09:05", date(2026, 2, 28)),
        ("发布时间：2月28日 09:05", date(2026, 2, 28)),
        ("02-28", None),
        ("比分 2-3", None),
        ("活动时间：2月25日 19:00", None),
        ("比分 3-2 12:30", None),
        ("某某公司2月8日电话会议透露，工程下月开始。", None),
        ("国台办2月8日消息人士说，工程下月开始。", None),
        ("12 月 25 2025 件商品售出。", None),
    ],
)
def test_a_day_without_a_year_is_the_last_one_before_the_fetch(line: str, day: date | None) -> None:
    found = article_of(html(top=f"<div>{line}</div>"))
    assert (found.published_at.date() if found.published_at else None) == day
    assert found.published_confidence < 0.5


@pytest.mark.parametrize("value", ['["2026-03-02T08:00:00+08:00"]', '{"@value": "2026-03-02T08:00:00+08:00"}'])
def test_a_declared_time_in_a_list_or_an_object(value: str) -> None:
    script = f'<script type="application/ld+json">{{"@type": "NewsArticle", "datePublished": {value}}}</script>'
    assert article_of(html(head=script)).published_at == datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "top",
    [
        "<div><span>2026</span><span><em>03</em>/<em>02</em></span></div>",
        "<div><b>02</b><br>2026-03</div>",
    ],
)
def test_a_day_whose_parts_stand_in_elements_of_their_own(top: str) -> None:
    assert article_of(html(top=top)).published_on == date(2026, 3, 2)


def test_days_are_counted_back_from_the_fetch_at_last() -> None:
    assert article_of(html(top="<div>昨天</div>")).published_on == date(2026, 3, 4)


@pytest.mark.parametrize("line", ["3小时前", "某某日报 · 3小时前", "(MM) – 3 小時前", "3小时前 | 某某网"])
def test_hours_are_counted_back_beside_the_name_of_a_paper(line: str) -> None:
    assert article_of(html(top=f"<div>{line}</div>")).published_at == FETCHED_AT - timedelta(hours=3)


def test_a_day_without_a_year_in_the_only_time_of_a_page() -> None:
    line = "<div><b>某某日报</b><time>03-04 09:05</time><i>关注</i></div>"
    assert article_of(html(top=line)).published_at == datetime(2026, 3, 4, 1, 5, tzinfo=UTC)
    aside = "<aside><h3>相关</h3><time>03-04 09:05</time></aside>"
    assert article_of(html(bottom=aside)).published_at is None
    # Of several times each may be of another article.
    assert article_of(html(top=f"{line}<div><b>又一篇</b><time>03-03 10:05</time></div>")).published_at is None


@pytest.mark.parametrize(
    "line", ["수정 2026.03.05 11:00 입력 2026.03.04 09:05", "最終更新 2026年3月5日 公開 2026年3月4日"]
)
def test_updates_in_other_languages_are_no_publication(line: str) -> None:
    article = article_of(html(top=f"<div>{line}</div>"), timezone="Asia/Seoul")
    assert article.published_on == date(2026, 3, 4) or article.published_at == datetime(2026, 3, 4, 0, 5, tzinfo=UTC)


def test_seconds_since_1970_in_an_element_of_the_article() -> None:
    markup = html(bottom='<textarea class="article-time">1772586336177</textarea>')
    assert article_of(markup).published_at == datetime(2026, 3, 4, 1, 5, 36, tzinfo=UTC)


def test_a_date_that_may_be_another_has_less_confidence() -> None:
    declared = article_of(html(head=meta("article:published_time", "2026-03-04T09:30:00+08:00")))
    update = article_of(html(top="<div>更新時間：2026-03-04 13:33</div>"))
    either = article_of(html(top="<div>03-02-2026</div>"))
    assert declared.published_confidence > 0.9 > either.published_confidence > 0
    assert declared.published_confidence > update.published_confidence > 0
    assert article_of(html()).published_confidence == 0


@pytest.mark.parametrize(
    ("head", "top", "url", "expected"),
    [
        (meta("article:published_time", "2026-03-04T18:53:57+08:00"), "", "", ("meta", "second")),
        ("", "<div>2026-03-04 18:53</div>", "", ("printed", "minute")),
        ("", "<div>更新：2026-03-04</div>", "", ("update", "day")),
        ("", "<div>3小时前</div>", "", ("relative", "minute")),
        ("", "", "https://news.example/2026/03/04/1.html", ("address", "day")),
        ("", "", "https://news.example/1.html", ("", "")),
    ],
)
def test_where_a_date_was_read_and_how_exact_it_is(head: str, top: str, url: str, expected: tuple[str, str]) -> None:
    article = article_of(html(head=head, top=top), url=url or "https://news.example/1.html")
    assert (article.published_origin, article.published_precision) == expected


@pytest.mark.parametrize(
    ("clock", "dateline", "day"),
    [
        ("2026年3月5日 08:30 星期四", "2026-03-03", date(2026, 3, 3)),
        ("今天是：2026年3月5日 08:30", "", None),
        ("当前时间 2026-03-05 08:30", "2026-03-03", date(2026, 3, 3)),
    ],
)
def test_a_clock_above_the_headline_is_no_date_of_the_article(clock: str, dateline: str, day: date | None) -> None:
    markup = html(top=f"<div>{dateline}</div>").replace("<article>", f"<div>{clock}</div><article>")
    found = article_of(markup)
    assert (found.published_at, found.published_on) == (None, day)


def test_a_dateline_above_the_headline_gives_its_time() -> None:
    markup = html(top="<div>2026-03-04</div>").replace("<article>", "<div>2026-03-04 18:20</div><article>")
    assert article_of(markup).published_at == datetime(2026, 3, 4, 10, 20, tzinfo=UTC)


def test_a_label_between_two_dates_is_that_of_the_second() -> None:
    found = article_of(html(top="<div>2026-03-03 10:00</div><div>更新时间：2026-03-04 18:20</div>"))
    assert found.published_at == datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
    assert (found.published_origin, found.published_confidence) == ("printed", 0.85)


@pytest.mark.parametrize(
    "name",
    [
        "og:pubdate",
        "og:release_date",
        "publishedDate",
        "pub_date",
        "displaydate",
        "article_date_original",
        "created",
        "ptime",
        "date.issued",
        "mediator_published_time",
        "rnews:datePublished",
        "firstPublishedTime",
        "_pubtime_",
    ],
)
def test_names_of_declarations_that_speak_of_publication(name: str) -> None:
    found = article_of(html(head=meta(name, "2026-03-04T09:30:00+08:00")))
    assert found.published_at == datetime(2026, 3, 4, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["video:release_date", "unpublish_date", "last_pubdate", "event:date", "expire_pubtime"]
)
def test_names_of_declarations_that_speak_of_something_else(name: str) -> None:
    found = article_of(html(head=meta(name, "2026-03-04T09:30:00+08:00")))
    assert (found.published_at, found.published_on) == (None, None)


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "datePublished": 1772588040000}',
        '{"@type": "NewsArticle", "datePublished": 1772588040}',
        '{"@type": "NewsArticle", "dateCreated": "2026-03-04T09:34:00+08:00"}',
        "{&quot;@type&quot;:&quot;NewsArticle&quot;,&quot;datePublished&quot;:&quot;2026-03-04T09:34:00+08:00&quot;}",
        '{"@type": "NewsArticle", "datePublished": "2026-03-04T09:34:00+08:00"',
        "{'@type': 'NewsArticle', 'datePublished': '2026-03-04T09:34:00+08:00'}",
        '{"@type": "NewsArticle", "datePublished ": "2026-03-04T09:34:00+08:00"}',
        '{"@type": "NewsArticle", "datePublished": "2026-03-04T09:34:00+08:00", "datePublished": ""}',
        '{"@type": "NewsArticle", "datePublished": "Wed Mar 04 2026 09:34:00 GMT+0800 (China Standard Time)"}',
    ],
)
def test_json_ld_as_programs_write_it(script: str) -> None:
    head = f"<script type='Application/LD+JSON'>{script}</script>"
    assert article_of(html(head=head)).published_at == datetime(2026, 3, 4, 1, 34, tzinfo=UTC)


@pytest.mark.parametrize(
    "top",
    [
        "<span title='2026-03-04 09:34'>昨天</span>",
        "<abbr title='2026-03-04T09:34:00+08:00'>1天前</abbr>",
        "<em data-time='1772588040'>1 day ago</em>",
        "<input type='hidden' id='publishtime' value='2026-03-04 09:34:00'>",
        "<script>var pubTime = '2026-03-04 09:34:00';</script>",
        "<script>window.__STATE__ = {title: '城北水库春灌水量充足', publishedAt: '2026-03-04T01:34:00.000Z'};</script>",
        '<script>self.x = "{\\"title\\":\\"城北水库春灌水量充足\\",\\"ctime\\":1772588040}"</script>',
        '<script>var posts = {"25": {"cr": "Wed Mar 04 09:34:00 +0800 2026", "v": 1}};</script>',
    ],
)
def test_a_time_that_no_reader_sees(top: str) -> None:
    assert article_of(html(top=top)).published_at == datetime(2026, 3, 4, 1, 34, tzinfo=UTC)


def test_the_times_of_several_articles_in_a_script_are_nobodys() -> None:
    rows = '[{title: "甲", publishTime: "2026-03-04 09:34"}, {title: "乙", publishTime: "2026-03-03 09:34"}]'
    found = article_of(html(top=f"<script>var list = {rows};</script>"))
    assert (found.published_at, found.published_on) == (None, None)
    posts = '{a: "Wed Mar 04 09:34:00 +0800 2026", b: "Tue Mar 03 09:34:00 +0800 2026"}'
    assert article_of(html(top=f"<script>var posts = {posts};</script>")).published_at is None


def test_the_hour_in_a_script_completes_the_day_in_the_address() -> None:
    page = html(top="<script>var pubTime = '2026-03-04 09:34:00';</script>")
    found = article_of(page, url="https://news.example/yw/202603/t20260304_12.html")
    assert found.published_at == datetime(2026, 3, 4, 1, 34, tzinfo=UTC)


@pytest.mark.parametrize(
    "other",
    [
        "<aside><time datetime='2026-02-01T00:00:00Z'>2 月</time></aside>",
        "<div class='related-list'><time datetime='2026-02-01T00:00:00Z'>2 月</time></div>",
        "<time class='updated' datetime='2026-03-05T00:00:00Z'>更新</time>",
    ],
)
def test_marked_times_of_other_things_are_passed_over(other: str) -> None:
    page = html(top=f"{other}<time datetime='2026-03-04T09:34:00+08:00'>3 月 4 日</time>")
    assert article_of(page).published_at == datetime(2026, 3, 4, 1, 34, tzinfo=UTC)


def test_the_moment_at_which_a_page_was_made_for_us_is_not_its_date() -> None:
    head = meta("article:published_time", FETCHED_AT.isoformat())
    page = html(head=head, top="<div>2026-03-04 09:34</div>")
    assert article_of(page).published_at == datetime(2026, 3, 4, 1, 34, tzinfo=UTC)
    assert article_of(html(head=head)).published_at == FETCHED_AT


def test_the_one_day_of_a_template_gives_way_to_the_date_below_the_headline() -> None:
    page = html(head=meta("date", "2019-01-01"), top="<div>2026-03-04 09:34</div>")
    assert article_of(page).published_at == datetime(2026, 3, 4, 1, 34, tzinfo=UTC)


def test_a_number_before_a_date_is_no_time() -> None:
    found = article_of(html(top="<div>编号：20251101 2026-03-04 09:34</div>"))
    assert found.published_at == datetime(2026, 3, 4, 1, 34, tzinfo=UTC)


def test_a_time_within_a_sentence_is_less_sure() -> None:
    line = "2026年3月1日14:00，水务局在城北召开会议，讨论今年的春灌，各村都派了代表参加，会议开了两个小时才结束。"
    assert article_of(html(body=paragraphs(line, *PARAGRAPHS))).published_confidence == 0.6


def test_the_hour_behind_the_day_in_an_address() -> None:
    found = article_of(html(), url="https://news.example/26/0304/09/AB12CD34.html")
    assert found.published_on == date(2026, 3, 4)
    for path in ("26/0304/09/", "26/0304/list.html", "26/1304/09/AB12CD34.html"):
        assert article_of(html(), url=f"https://news.example/{path}").published_on is None


def day_in_europe(markup: str, **how: object) -> date | None:
    article = article_of(markup, timezone="Europe/Berlin", **how)
    return article.published_on or (article.published_at.date() if article.published_at else None)


@pytest.mark.parametrize(
    "line", ["28.02.26", "Lokales, 28.02.26", "28. helmikuuta 2026", "28 Φεβρουαρίου 2026", "الأربعاء، 28 فبراير 2026"]
)
def test_days_of_other_languages(line: str) -> None:
    assert day_in_europe(html(top=f"<div>{line}</div>")) == date(2026, 2, 28)


def test_an_afternoon_in_arabic() -> None:
    article = article_of(html(top="<div>28 فبراير 2026 - 02:09 م</div>"), timezone="UTC")
    assert article.published_at == datetime(2026, 2, 28, 14, 9, tzinfo=UTC)


def test_a_day_of_two_digits_is_none_where_years_come_first() -> None:
    assert article_of(html(top="<div>28.02.26</div>"), timezone="Asia/Seoul").published_on is None


def test_a_day_alone_above_the_headline_comes_before_one_that_a_sentence_tells_of() -> None:
    body = "<p>Bis zum 12. Januar 2026 gilt die alte Regel noch, dann kommt die neue.</p>" + paragraphs(*PARAGRAPHS)
    page = html(body=body).replace("<article>", "<article><h3>28.02.2026</h3>")
    assert day_in_europe(page) == date(2026, 2, 28)
    # That of the visit is a clock.
    clock = html(body=body).replace("<article>", f"<article><h3>{FETCHED_AT:%d.%m.%Y}</h3>")
    assert day_in_europe(clock) == date(2026, 1, 12)


def test_what_is_called_publication_comes_first_and_a_change_does_not() -> None:
    top = "<div>Aktualisiert am 01.03.2026</div><div>Veröffentlicht am 28.02.2026</div>"
    assert day_in_europe(html(top=top)) == date(2026, 2, 28)


def test_a_day_first_in_the_address() -> None:
    for url in ("https://paper.example/news/28-02-2026", "https://paper.example/d/~28-02-2026-headline"):
        assert day_in_europe(html(), url=url) == date(2026, 2, 28)
    url = "https://paper.example/news/03-02-2026"
    assert article_of(html(), timezone="America/New_York", url=url).published_on is None


def test_a_marked_day_of_creation() -> None:
    top = '<span property="schema:dateCreated" content="2026-02-28T12:45:46+00:00"></span>'
    assert article_of(html(top=top)).published_at == datetime(2026, 2, 28, 12, 45, 46, tzinfo=UTC)
