"""What is taken out of archived answers that name a forgotten page, and what stays in them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mediawatch.sources.urls import link_id
from mediawatch.workflow.forgetting.marks import Marks, marks_of
from mediawatch.workflow.forgetting.redacting import Redactor, without_entries, without_links
from tests.support.announcing import an_answer
from tests.support.growth import growth

pytestmark = pytest.mark.slow

URL = "https://news.example/2026/04/canary-7401.html"
TITLE = "港口管理处深夜撤走七台起重机"
HERE = "https://news.example/2026/04/other.html"


@pytest.fixture
def marks() -> Marks:
    return marks_of([link_id(URL)], [URL], [TITLE])


@pytest.mark.parametrize(
    "text",
    [
        f"see {URL} there",
        f"<a href='{URL}#comments'>",
        "<a href='/2026/04/canary-7401.html'>",
        "<a href=canary-7401.html>",
        "<a href='//news.example/2026/04/canary-7401.html?utm_source=x&amp;utm_medium=y'>",
        '{"url":"https:\\/\\/news.example\\/2026\\/04\\/canary-7401.html"}',
        "<a href='https://share.example/?u=https%3A%2F%2Fwww.news.example%2F2026%2F04%2Fcanary-7401.html&t=1'>",
        f"<item><title>{TITLE}</title></item>",
        f"<title>{''.join(f'&#{ord(c)};' for c in TITLE)}</title>",
        "https://m.news.example/2026/04/canary-7401.html",
    ],
)
def test_a_page_is_named_by_its_addresses_in_any_form_and_by_its_title(marks: Marks, text: str) -> None:
    assert marks.is_named_in(text.encode(), HERE)


@pytest.mark.parametrize("charset", ["gb18030", "big5"])
def test_a_title_is_found_in_the_usual_encodings(charset: str) -> None:
    title = "港口起火船員全部安全撤離"
    assert marks_of([], [], [title]).has_title(f"<title>{title}</title>".encode(charset))


@pytest.mark.parametrize(
    "text",
    [
        "a canary-7401.html in words",
        "https://news.example/2026/04/canary-74012.html",
        "https://news.example/2025/04/canary-7401.html",
        "https://other.example/2026/04/canary-7401.html",
        "<p>起重机</p>",
        "",
    ],
)
def test_what_is_like_it_is_not_it(marks: Marks, text: str) -> None:
    assert not marks.is_named_in(text.encode(), HERE)


def test_a_short_title_names_too_much(marks: Marks) -> None:
    assert not marks_of([], [], ["新闻", "News today"]).has_title("今天的新闻 News today".encode())


@pytest.mark.parametrize(
    ("tag", "entry"),
    [
        ("item", "<link>{url}</link><description>secret</description>"),
        ("entry", "<link href='{url}'/><content>secret</content>"),
        ("url", "<loc>{url}</loc><news:title>secret</news:title>"),
        ("ITEM", "<guid>1</guid><link>{url}</link>secret"),
    ],
)
def test_a_feed_loses_the_entry_and_keeps_the_others(marks: Marks, tag: str, entry: str) -> None:
    def of(*urls: str) -> bytes:
        return f"<feed>{''.join(f'<{tag}>{entry.format(url=url)}</{tag}>' for url in urls)}</feed>".encode()

    others = ("https://news.example/2026/04/1.html", "https://news.example/2026/04/2.html")
    kept = without_entries(of(others[0], URL, others[1]), HERE, marks)
    assert kept == of(*others)


def test_what_is_no_feed_goes_whole(marks: Marks) -> None:
    assert without_entries(f"<h2><a href='{URL}'>x</a></h2><p>teaser</p>".encode(), HERE, marks) is None
    assert without_entries(f"<item>{URL}".encode(), HERE, marks) is None


def test_a_page_keeps_its_own_words_and_loses_the_link(marks: Marks) -> None:
    own = f"<p>正如《{TITLE}》一文所说，码头空了。</p>"
    page = (
        f"<html><head><link rel=next href='{URL}'></head><body>{own}"
        f"<ol><li><a href='/1'>一</a></li><li><A class=x HREF=\"canary-7401.html\"><b>{TITLE}</b></A></li></ol>"
        f"<img alt='{TITLE}'><h3> {TITLE} </h3><article>尾</article>"
        f'<script>var s = {{"title": "{TITLE}", "url": "{URL}"}};</script></body></html>'
    ).encode()
    kept = without_links(page, HERE, marks).decode()
    assert "canary" not in kept
    assert kept.count(TITLE) == 1
    assert own in kept
    assert "<li><a href='/1'>一</a></li><li><a></a></li></ol>" in kept
    assert kept.endswith('<article>尾</article><script>var s = {"title": "", "url": ""};</script></body></html>')


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        (f"<p>{TITLE}</p>", "<p></p>"),
        (f"<p> {TITLE}\n{TITLE} </p>", f"<p> {TITLE}\n{TITLE} </p>"),
        (f"<p>a{TITLE}</p><p>{TITLE}b</p><p>\t{TITLE}</p>", f"<p>a{TITLE}</p><p>{TITLE}b</p><p>\t</p>"),
        (f"<img alt='{TITLE}' title='{TITLE}'><p>{TITLE}", "<img alt='' title=''><p>"),
        (f"{TITLE}", ""),
        (f"{TITLE}，他说<br>", f"{TITLE}，他说<br>"),
    ],
)
def test_a_title_goes_where_it_stands_alone_and_stays_in_a_sentence(marks: Marks, page: str, kept: str) -> None:
    assert without_links(page.encode(), HERE, marks).decode() == kept


def test_addresses_that_run_into_one_another_all_go(marks: Marks) -> None:
    assert b"canary" not in without_links(f"<p>{URL * 9}</p>".encode(), HERE, marks)


HOSTILE = {
    "addresses": f" {URL} ",
    "a run of addresses": URL,
    "a run of other addresses": URL.replace("/04/", "/05/"),
    "a run of names": "canary-7401.html",
    "anchors": f"<a href='{URL}'>x</a>",
    "anchors never closed": f'<a href="{URL}',
    "anchors without an end": "<a href=' href=",
    "titles in a text": TITLE,
    "titles and blanks": f"{TITLE}  ",
    "titles in a tag": f"alt='{TITLE}' ",
    "titles alone": f"<b>{TITLE}</b>",
    "titles in scripts never closed": f"<script>{TITLE}",
    "entries": f"<item>{URL}</item>",
    "entries never closed": f"<item>{URL}",
}


@pytest.mark.parametrize("change", [without_links, without_entries])
@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_the_time_of_a_hostile_page_grows_with_its_length(
    marks: Marks, piece: str, change: Callable[[bytes, str, Marks], object]
) -> None:
    def work(size: int) -> None:
        change(f"<{piece * (size // len(piece))}".encode(), HERE, marks)

    assert growth(work, small=30_000, times=8) < 24


def test_a_page_that_does_not_name_it_is_left_as_it_is(marks: Marks) -> None:
    answer = an_answer("<p>canary-7401.html as a word</p>", HERE)
    assert Redactor(marks=marks, pages=[0])(answer, 0) is answer


def test_the_hops_of_a_redirect_go_with_it_and_a_robots_txt_between_them_stays(marks: Marks) -> None:
    redactor = Redactor(marks=marks)
    answers = [
        an_answer("robots", "https://news.example/robots.txt"),
        an_answer("", URL, status=302, location="https://cdn.example/x"),
        an_answer("robots", "https://cdn.example/robots.txt"),
        an_answer("", "https://cdn.example/x", status=301, location="/y"),
        an_answer("body", "https://cdn.example/y"),
        an_answer("another's", "https://cdn.example/y"),
        an_answer("another", HERE),
    ]
    kept = [answer for number, answer in enumerate(answers) if redactor(answer, number)]
    assert [answer.body for answer in kept] == [b"robots", b"robots", b"another's", b"another"]
    assert redactor.erased == 3


def test_a_hop_that_is_another_pages_answer_stays(marks: Marks) -> None:
    redactor = Redactor(marks=marks, pages=[7])
    assert redactor(an_answer("", URL, status=302, location="/home"), 0) is None
    home = an_answer("home", "https://news.example/home")
    assert redactor(home, 7) is home


def test_a_header_that_leads_to_it_goes(marks: Marks) -> None:
    answer = an_answer("", HERE, status=302, location=URL)
    changed = Redactor(marks=marks)(answer, 0)
    assert changed is not None
    assert changed.header("Location") == ""


def test_messages_lose_the_headline_and_keep_the_rest(marks: Marks) -> None:
    link = link_id(URL)
    letter = {
        "created_at": "2026-04-29T09:00:00+00:00",
        "mark": "ab12",
        "groups": [[{"term": "起重机", "article_ids": [link, "other"], "headlines": [
            {"article_id": link, "title": "anything", "url": "https://x.example/1"},
            {"article_id": "other", "title": "别的", "url": "https://x.example/2"},
            {"article_id": "third", "title": "x", "url": URL},
        ]}]],
        "notice": {"title": "2026-04-29 新闻日报", "text": f"* {TITLE}\n    {URL}", "html": f"<p>{TITLE}</p>"},
    }  # fmt: skip
    found = marks.redacted(letter)
    assert [headline["article_id"] for headline in found["groups"][0][0]["headlines"]] == ["other"]
    assert found["groups"][0][0]["article_ids"] == [link, "other"]
    assert found["notice"] == {"title": "2026-04-29 新闻日报", "text": "", "html": ""}
    assert {**found, "groups": 0, "notice": 0} == {**letter, "groups": 0, "notice": 0}
    assert marks.redacted(found) == found


SENTENCE = ("值班员老周在凌晨两点数了两遍，七台", "起重机", "确实一台不剩，谁也没有给他看过调令。")


def a_headline(**changes: object) -> dict[str, object]:
    return {"article_id": "other", "title": "别的", "url": "https://x.example/2", "quote": list(SENTENCE), **changes}


@pytest.mark.parametrize(
    ("headline", "quote"),
    [
        (a_headline(), []),
        (a_headline(quote=["…" + SENTENCE[0][3:], SENTENCE[1], SENTENCE[2][:9] + "…"]), []),
        (a_headline(quote=["值班员  老周在凌晨", "两点", "数了两遍"]), []),
        (a_headline(title=TITLE, quote=["在别的句子里说", "起重机", "的事。"]), []),
        (a_headline(quote=["在别的句子里说", "起重机", "的事。"]), ["在别的句子里说", "起重机", "的事。"]),
        (a_headline(quote=["", "起重机", ""]), ["", "起重机", ""]),
        (a_headline(quote=[]), []),
    ],
)
def test_a_quoted_sentence_of_the_page_goes_as_its_title_does(headline: dict[str, object], quote: list[str]) -> None:
    """Under whatever id and address: an article may bear that of an earlier one."""
    found = marks_of(
        [link_id(URL)], [URL], [TITLE], [f"港口。\n{''.join(SENTENCE)}\n他说，值班员 老周在凌晨两点数了两遍。"]
    )
    assert found.redacted({"headlines": [headline]})["headlines"][0]["quote"] == quote
