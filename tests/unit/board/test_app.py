"""The board over HTTP: what every answer carries, and what is refused."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from fastapi import Depends, HTTPException
from pydantic import SecretStr
from starlette.testclient import TestClient

from mediawatch.board.app import create_app
from mediawatch.board.files import FILES
from mediawatch.board.state import BoardState, open_board
from mediawatch.delivery.stop_links import StopLinks, stop_links
from mediawatch.errors import Unavailable
from mediawatch.keywords.published_rules import DetectionRule, Scorecard, keep_week
from mediawatch.locale.catalogues import catalogue
from tests.support.lakes import a_context
from tests.unit.board.printing import CANARY, DAY, NOON, Front, Printed, SetCounts, a_front_page, an_alert, an_article

pytestmark = pytest.mark.slow

TOLD_TWICE = an_article("市场等待关税结果").article_id
PAGES = (
    *("/", "/search?q=关税", "/word?w=关税", "/alerts", "/watch", "/sources", "/ledger", "/digest"),
    *(f"/story?id={TOLD_TWICE}", f"/article?id={TOLD_TWICE}", "/publisher?name=The Paper", "/author?name=周远"),
    *("/source?name=paper", "/operations", "/trace"),
)


def a_reader(state: BoardState | Callable[[], BoardState], **headers: str) -> TestClient:
    app = create_app(state if callable(state) else lambda: state)
    return TestClient(app, base_url="http://127.0.0.1", headers=headers, raise_server_exceptions=False)


@pytest.fixture(name="reader", scope="module")
def _reader(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return a_reader(a_front_page(tmp_path_factory.mktemp("board")))


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_safe_text(reader: TestClient, path: str, lang: str) -> None:
    answer = reader.get(f"{path}{'&' if '?' in path else '?'}lang={lang}")
    assert answer.status_code == 200
    elements = Elements(answer.text).found
    assert {tag for tag, _ in elements}.isdisjoint({"script", "img", "iframe", "object", "base"})
    assert not [a for _, attributes in elements for a in attributes if a.startswith("on") or a == "style"]
    for tag, attributes in elements:
        href = attributes.get("href") or ""
        if tag == "a" and "://" in href:
            assert href.startswith(("http://", "https://"))
            assert "noopener" in (attributes.get("rel") or "")
        assert not href.lower().startswith(("javascript:", "data:"))


@pytest.mark.parametrize("path", ["/", "/search?q=关税", "/alerts", "/ledger", "/digest", "/word?w=关税"])
def test_the_canary_stays_text(reader: TestClient, path: str) -> None:
    page = reader.get(path).text
    assert "&lt;script&gt;document.title=" in page
    assert CANARY not in page


@pytest.mark.parametrize("path", [*PAGES, "/board.css", "/nothing", "/?day=nonsense", "/csv/articles.csv"])
def test_every_answer_carries_the_headers(reader: TestClient, path: str) -> None:
    headers = reader.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "private, no-cache"


def test_the_digest_may_use_its_own_style_and_no_other(reader: TestClient) -> None:
    answer = reader.get("/digest")
    assert re.search(r"style-src 'sha256-[A-Za-z0-9+/]{43}='", answer.headers["content-security-policy"])
    assert "x-own-style" not in answer.headers


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", ""])
def test_another_host_is_refused(reader: TestClient, host: str) -> None:
    answer = reader.get("/", headers={"host": host})
    assert answer.status_code == 400
    assert "x-content-type-options" in answer.headers


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8765", "[::1]:8765", "LOCALHOST"])
def test_loopback_names_are_answered(reader: TestClient, host: str) -> None:
    assert reader.get("/sources", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/?day=2026-13-01",
        "/?day=0001-01-01",
        f"/search?q={'a' * 201}",
        "/search?q=a&page=0",
        "/search?q=a&page=51",
        "/search?q=a&page=x",
        "/search?q=a&source=../..",
        "/alerts?days=9999",
        f"/word?w={'字' * 201}",
        f"/csv/search.csv?q={'a' * 201}",
    ],
)
def test_inputs_have_bounds(reader: TestClient, path: str) -> None:
    answer = reader.get(path)
    assert answer.status_code == 400
    assert "text/html" in answer.headers["content-type"]


@pytest.mark.parametrize(
    "span", ["first=1990-01-01&last=2999-12-31", "first=2025-01-01&last=2026-01-02", "first=2026-04-29&last=2026-04-28"]
)
def test_a_file_covers_a_year_at_most_and_says_so(reader: TestClient, span: str) -> None:
    answer = reader.get(f"/csv/words.csv?{span}")
    assert answer.status_code == 400
    assert "366 days" in answer.text


def test_a_file_may_cover_a_leap_year(reader: TestClient) -> None:
    assert reader.get("/csv/words.csv?first=2024-01-01&last=2024-12-31").status_code == 200


@pytest.fixture(name="deciding")
def _deciding(tmp_path: Path) -> TestClient:
    front = Front(tmp_path)
    front.counts = SetCounts(front.context, alerts=[an_alert()])
    app = create_app(lambda: front.print(Printed(articles=[an_article("关税")])), deciding=())
    return TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)


def test_the_weeks_of_the_rule_stand_below_its_alerts(tmp_path: Path) -> None:
    front = Front(tmp_path)
    state = front.print(Printed(articles=[an_article("关税")]))
    reader = TestClient(create_app(lambda: state), base_url="http://127.0.0.1")
    assert "How the rule did" not in reader.get("/alerts?lang=en").text

    card = Scorecard(
        rule="strict", digest=DetectionRule(name="keywords").digest, days=28, injected=60, recall=0.93, lag_days=0,
        alerts_a_day=7.5, duplicates=0.01,
    )  # fmt: skip
    keep_week(front.store, DAY - timedelta(days=DAY.weekday()), card)
    keep_week(front.store, DAY - timedelta(days=DAY.weekday() + 7), replace(card, digest="of another version"))

    page = reader.get("/alerts?lang=en").text
    [table] = re.findall(r'<div class="table rule_weeks">.*?</table>', page, re.DOTALL)
    assert re.findall(r'data-label="Alerts now"><div>(?:<[^>]+>)*(\w+)', table) == ["yes", "no"]
    assert (table.count("strict"), table.count("0.93")) == (2, 2)


def test_an_alert_can_be_dismissed_where_decisions_are(deciding: TestClient) -> None:
    form = {"alert": an_alert().alert_id, "day": str(DAY), "why": f"每周专栏 {CANARY}"}
    assert 'action="/dismiss"' in deciding.get("/alerts?lang=en").text
    answer = deciding.post("/dismiss", data=form, headers={"origin": "http://127.0.0.1"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/alerts?day={DAY}#{form['alert']}-{DAY}")
    page = deciding.get("/alerts?lang=en").text
    assert "每周专栏" in page
    assert CANARY not in page
    assert 'action="/dismiss"' not in page
    assert deciding.post("/dismiss", data=form).status_code == 400, "it was dismissed before"


@pytest.mark.parametrize(
    ("form", "headers", "status"),
    [
        ({}, {}, 400),
        ({"alert": "a", "day": "soon", "why": "x"}, {}, 400),
        ({"alert": "nothing", "day": str(DAY), "why": "x"}, {}, 404),
        ({"alert": an_alert().alert_id, "day": str(DAY), "why": " "}, {}, 400),
        ({"alert": an_alert().alert_id, "day": str(DAY), "why": "x"}, {"origin": "http://evil.example"}, 403),
        ({"alert": an_alert().alert_id, "day": str(DAY), "why": "x"}, {"sec-fetch-site": "cross-site"}, 403),
    ],
)
def test_a_dismissal_is_whole_and_from_our_own_page(
    deciding: TestClient, form: dict[str, str], headers: dict[str, str], status: int
) -> None:
    assert deciding.post("/dismiss", data=form, headers=headers).status_code == status
    assert 'action="/dismiss"' in deciding.get("/alerts").text


BY_LINK = {"link_key": SecretStr("k" * 32), "board_url": "http://127.0.0.1/"}


@pytest.fixture(name="followed")
def _followed(tmp_path: Path) -> tuple[TestClient, str]:
    """A board whose readers decide nothing, and what stands behind its address in a message's link."""
    front = Front(tmp_path)
    front.context = replace(front.context, settings=front.context.settings.model_copy(update=BY_LINK))
    front.counts = SetCounts(front.context, alerts=[an_alert()])
    link = stop_links(front.context.settings).link(an_alert(), "desk", "en")
    app = create_app(lambda: front.print(Printed(articles=[an_article("关税")])), dependencies=[Depends(nobody)])
    return TestClient(app, base_url="http://127.0.0.1", follow_redirects=False), link.removeprefix("http://127.0.0.1")


def nobody() -> None:
    raise HTTPException(401)


def test_a_link_of_a_message_stops_its_alert_without_a_login(followed: tuple[TestClient, str]) -> None:
    board, link = followed
    assert board.get("/alerts").status_code == 401
    asked = board.get(link)
    assert (asked.status_code, an_alert().term in asked.text) == (200, True)
    assert "90 days" in asked.text
    token = parse_qs(urlsplit(link).query)["token"][0]
    assert board.get(link).text == asked.text, "opening it changes nothing"
    answer = board.post("/stop", data={"token": token, "why": f"每周专栏 {CANARY}"})
    assert answer.status_code == 303
    page = board.get(answer.headers["location"]).text
    assert "每周专栏" in page
    assert "said by desk" in page
    assert CANARY not in page
    assert '<form class="dismiss"' not in page
    assert board.post("/stop", data={"token": token, "why": "again"}).status_code == 303, "said before: nothing is lost"
    assert "每周专栏" in board.get(link).text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_link_needs_its_signature_and_a_reason(followed: tuple[TestClient, str], lang: str) -> None:
    board, link = followed
    token = parse_qs(urlsplit(link).query)["token"][0]
    # Not the last letter: it holds bits that stand for nothing.
    forged = f"{token[:-5]}{'A' if token[-5] != 'A' else 'B'}{token[-4:]}"
    for wrong in (forged, "x", token.replace(".", "..", 1)):
        assert board.get("/stop", params={"token": wrong, "lang": lang}).status_code == 403
        assert board.post(f"/stop?lang={lang}", data={"token": wrong, "why": "x"}).status_code == 403
    refused = board.post(f"/stop?lang={lang}", data={"token": token, "why": " "})
    assert (refused.status_code, "--why" in refused.text) == (400, False)
    from_elsewhere = {"sec-fetch-site": "cross-site"}
    assert board.post("/stop", data={"token": token, "why": "x"}, headers=from_elsewhere).status_code == 403
    assert '<form class="dismiss"' in board.get(link).text


def test_links_need_a_key(reader: TestClient) -> None:
    token = StopLinks(key="", board="http://127.0.0.1/")
    assert token.link(an_alert(), "desk", "en") == ""
    forged = StopLinks(key="k" * 32, board="http://127.0.0.1/").link(an_alert(), "desk", "en")
    assert reader.get(forged.removeprefix("http://127.0.0.1")).status_code == 403


def test_readers_decide_nothing_unless_told(reader: TestClient) -> None:
    assert "/dismiss" not in reader.get("/alerts").text
    form = {"alert": an_alert().alert_id, "day": str(DAY), "why": "x"}
    assert reader.post("/dismiss", data=form).status_code == 404


@pytest.mark.parametrize(("lang", "said"), [("en", "There is no page 9"), ("zh", "没有第 9 页")])
def test_a_page_beyond_the_last_says_so_and_leads_back(reader: TestClient, lang: str, said: str) -> None:
    page = reader.get(f"/search?q=关税&page=9&lang={lang}").text
    assert said in page
    back = next(str(a["href"]) for tag, a in Elements(page).found if tag == "a" and "/search?q=" in str(a["href"]))
    assert '<ol class="hits"' in reader.get(back).text


@pytest.mark.parametrize("path", ["/csv/nothing.csv", "/nothing", "/csv/..%2f..%2fetc.csv", "/docs", "/openapi.json"])
def test_what_is_not_there(reader: TestClient, path: str) -> None:
    assert reader.get(path).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/", "/ledger", "/csv/articles.csv"])
def test_nothing_can_be_done_to_a_page(reader: TestClient, method: str, path: str) -> None:
    assert reader.request(method, path).status_code == 405


def test_the_language_is_kept_by_post_only(reader: TestClient) -> None:
    assert reader.get("/language").status_code == 405
    assert "set-cookie" not in reader.get("/?lang=zh").headers
    answer = reader.post("/language", data={"lang": "zh", "next": "/search?q=关税"}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/search?q=")
    cookie = answer.headers["set-cookie"].lower()
    assert "mediawatch_language=zh" in cookie
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    reader.cookies.clear()


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "\\evil", "/a\r\nX: y", ""]
)
def test_the_way_back_stays_here(reader: TestClient, target: str) -> None:
    answer = reader.post("/language", data={"lang": "en", "next": target}, follow_redirects=False)
    assert answer.headers["location"] == "/"
    reader.cookies.clear()


@pytest.mark.parametrize(
    ("data", "headers", "status"),
    [
        ({"lang": "xx"}, {}, 400),
        ({"lang": "zh"}, {"sec-fetch-site": "cross-site"}, 403),
        ({"lang": "zh" * 4000}, {}, 413),
    ],
)
def test_forms_from_elsewhere_are_refused(
    reader: TestClient, data: dict[str, str], headers: dict[str, str], status: int
) -> None:
    assert reader.post("/language", data=data, headers=headers).status_code == status


def test_the_interface_follows_the_browser(reader: TestClient) -> None:
    page = reader.get("/", headers={"accept-language": "zh-TW,zh;q=0.9"})
    assert '<html lang="zh-Hans">' in page.text
    assert page.headers["content-language"] == "zh-Hans"


@pytest.mark.parametrize("name", FILES)
def test_every_table_is_a_file(reader: TestClient, name: str) -> None:
    asked = {"copies": TOLD_TWICE, "volumes": "paper"}.get(name, "关税")
    answer = reader.get(f"/csv/{name}.csv?day={DAY}&q={asked}&first={DAY}&last={DAY}")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not [cell for row in rows for cell in row if cell[:1] in "=@" and cell]


def test_every_csv_link_works(reader: TestClient) -> None:
    for path in PAGES:
        links = [
            a["href"] for tag, a in Elements(reader.get(path).text).found if tag == "a" and "/csv/" in (a["href"] or "")
        ]
        assert all(reader.get(str(link)).status_code == 200 for link in links)
        assert links or path.startswith(("/digest", "/article", "/watch", "/operations", "/trace"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_link_is_a_dead_end(reader: TestClient, lang: str) -> None:
    """From the day one gets to every kind of page, and each page and file that is linked is there."""
    known, waiting = {"/"}, ["/"]
    while waiting:
        path = waiting.pop()
        answer = reader.get(path, headers={"accept-language": lang})
        assert answer.status_code == 200, path
        if "text/html" in answer.headers["content-type"]:
            own = {
                a["href"] for tag, a in Elements(answer.text).found if tag == "a" and (a["href"] or "").startswith("/")
            }
            fresh = {str(href).partition("#")[0] for href in own} - known
            known, waiting = known | fresh, [*waiting, *fresh]
    assert {path.partition("?")[0] for path in PAGES} <= {path.partition("?")[0] for path in known}


def test_an_article_leads_to_its_story_its_publisher_and_its_author(reader: TestClient) -> None:
    page = unescape(reader.get(f"/article?id={TOLD_TWICE}&lang=en").text)
    assert "分析人士说，关税谈判进展缓慢。" in page
    assert f"/story?id={TOLD_TWICE}" in page
    assert "2 articles by 2 publishers" in page
    assert "/author?name=%E5%91%A8%E8%BF%9C" in page


def test_a_publisher_goes_by_the_title_of_its_source_its_host_and_any_name(reader: TestClient) -> None:
    for name in ("The Paper", "paper", "www.paper.example"):
        page = reader.get("/publisher?lang=en", params={"name": name}).text
        assert "13 articles since" in page, name


def test_an_article_is_found_from_a_day_near_its_own(reader: TestClient) -> None:
    for back in (-3, 0, 4):
        day = DAY - timedelta(days=back)
        assert reader.get("/article", params={"id": TOLD_TWICE, "day": str(day)}).status_code == 200


def test_a_name_may_be_longer_than_a_query(reader: TestClient) -> None:
    page = reader.get("/author?lang=en", params={"name": "周" * 300})
    assert page.status_code == 200
    assert "Open in search" not in page.text


def test_a_form_with_more_fields_than_ours_is_refused(reader: TestClient) -> None:
    assert reader.post("/language", data={f"f{n}": "x" for n in range(20)}).status_code == 400


def test_of_an_article_with_revisions_a_story_lists_the_newest_once(tmp_path: Path) -> None:
    eve = DAY - timedelta(days=1)
    first = an_article("关税初稿", "钢材", day=eve)
    second = replace(first, title="关税定稿", revision=2)
    front = Front(tmp_path)
    reader = a_reader(front.print(Printed(day=eve, articles=[first], copies=[]), Printed(articles=[second], copies=[])))
    page = reader.get("/story?lang=en", params={"id": first.article_id, "day": str(eve)}).text
    assert page.count('class="link lead"') == 1
    assert "关税定稿" in page
    older = reader.get("/article?lang=en", params={"id": first.article_id, "day": str(eve)}).text
    assert f"A newer revision of this article is of {DAY}." in older


def test_a_story_shows_its_copies_the_earliest_first(reader: TestClient) -> None:
    page = reader.get(f"/story?id={TOLD_TWICE}&lang=en").text
    assert page.index("市场等待关税结果") < page.index("關稅談判再延期")
    assert "2 sites" in page


@pytest.mark.parametrize("path", ["/story?id=nothing", "/article?id=nothing", "/source?name=nobody"])
def test_what_is_not_known_has_no_page(reader: TestClient, path: str) -> None:
    assert reader.get(path).status_code == 404


def test_search_collapses_copies_until_told_otherwise(reader: TestClient) -> None:
    folded, whole = (unescape(reader.get(f"/search?q=title:关税&lang=en{more}").text) for more in ("", "&copies=all"))
    assert "1 copy more" in folded
    assert folded.count("<li><h3>") == whole.count("<li><h3>") - 1


def test_the_feed_of_a_word_says_where_it_is(reader: TestClient) -> None:
    page = reader.get("/word", params={"w": "<b>&關稅"}).text
    address = unescape(re.search(r'type="application/atom\+xml" href="([^"]+)"', page)[1])
    answer = reader.get(address)
    assert answer.headers["content-type"] == "application/atom+xml"
    feed = ElementTree.fromstring(answer.content)  # noqa: S314 - our own answer
    atom = "{http://www.w3.org/2005/Atom}"
    assert feed.find(f"{atom}title").text == "Mediawatch: <b>&關稅"
    assert feed.find(f"{atom}link").get("href") == str(answer.url)


@pytest.mark.parametrize("query", ["", "?w=a&watchlist=b", "?watchlist=no-such-list"])
def test_a_feed_of_nothing_is_refused(reader: TestClient, query: str) -> None:
    assert reader.get(f"/feed.atom{query}").status_code == 400


def test_search_finds_the_other_script_and_says_what_it_covers(reader: TestClient) -> None:
    page = reader.get("/search?q=關稅&copies=all&lang=en").text
    assert "市场等待<mark>关税</mark>" not in page  # a title is a link, its body is marked
    assert "市场等待关税结果" in page
    assert "<mark>关税</mark>谈判进展缓慢" in page
    assert "<mark>關稅</mark>" in page
    assert "the last 30 days" in page


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("path", [*PAGES, "/search", "/word", "/nowhere", f"/search?q={'x' * 201}"])
def test_no_page_shows_an_id_or_a_field(reader: TestClient, path: str, lang: str) -> None:
    page = unescape(reader.get(f"{path}{'&' if '?' in path else '?'}lang={lang}").text)
    text = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    ids = {message.id if isinstance(message.id, str) else message.id[0] for message in catalogue("en") if message.id}
    assert not set(re.findall(r"[\w.-]+", text)) & {key for key in ids if "." in key}
    assert not re.search(r"\{\w*\}", text)


def test_an_address_that_is_wrong_is_told_in_the_language_of_the_reader(reader: TestClient) -> None:
    long = f"/search?q={'长' * 201}"
    assert "参数无效：q（最长 200 字）" in reader.get(f"{long}&lang=zh").text
    assert "Invalid parameter: q (at most 200 characters)" in reader.get(f"{long}&lang=en").text
    assert "相距不超过 366 天" in reader.get("/csv/words.csv?first=2020-01-01&last=2026-01-01&lang=zh").text


def test_chinese_pages_have_no_english_words_of_ours(reader: TestClient) -> None:
    pages = "".join(reader.get(f"{path}{'&' if '?' in path else '?'}lang=zh").text for path in PAGES)
    cells = re.findall(r'<td role="cell" class="text[^>]*><div>(?:<span[^>]*>)?([^<]+)', pages)
    tones = re.findall(r'<span class="tone[^>]*>([^<]+)', pages)
    english = {text for key in ("stage", "severity", "class", "kind", "passed") for text in spoken(key)}
    assert tones
    assert not english & {*cells, *tones}
    assert "7 篇中 1 篇未通过" in pages
    assert "偶然概率不到百万分之一" in pages


def spoken(group: str) -> set[str]:
    """The English messages of one group."""
    return {str(message.string) for message in catalogue("en") if str(message.id).startswith(f"{group}.")}


def test_the_page_of_a_word(reader: TestClient) -> None:
    page = reader.get("/word?w=关税&lang=en").text
    assert "All forms: 关税 · tariff" in page
    assert "Tariffs loom over harbour" in page
    assert "旧闻第7则" in page
    assert "2026-04-22" in page
    assert ">no alert<" in page
    assert "All of it comes from one publisher." in page


def test_what_is_not_counted_is_said(tmp_path: Path) -> None:
    page = a_reader(Front(tmp_path).print(Printed(articles=[an_article("一")]))).get("/?lang=en").text
    assert "stories are not counted yet" in page
    assert "new and rising words are not counted yet" in page


def test_an_empty_lake_says_how_to_begin(tmp_path: Path) -> None:
    reader = a_reader(open_board(a_context(tmp_path, at=NOON)))
    assert "mediawatch harvest" in reader.get("/?lang=en").text
    of_something = ("/story", "/article", "/source?")
    assert all(reader.get(path).status_code == (404 if path.startswith(of_something) else 200) for path in PAGES)


def test_a_service_that_is_away_is_no_traceback(tmp_path: Path) -> None:
    def away() -> BoardState:
        raise Unavailable("s3 does not answer at secret.example")

    answer = a_reader(away).get("/?lang=en")
    assert answer.status_code == 503
    assert "is not answering" in answer.text
    assert "secret" not in answer.text


def test_a_fault_of_ours_tells_nothing(tmp_path: Path) -> None:
    def broken() -> BoardState:
        raise RuntimeError("secret")

    answer = a_reader(broken).get("/?lang=en")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_an_index_that_is_away_leaves_the_lake(tmp_path: Path) -> None:
    front = Front(tmp_path)
    state = front.print(Printed(articles=[an_article("关税谈判")]))
    settings = state.context.settings.model_copy(update={"elasticsearch_url": "http://127.0.0.1:9"})
    object.__setattr__(state.context, "settings", settings)
    page = a_reader(state).get("/search?q=關稅&lang=en").text
    assert "关税谈判" in page
    assert "is not answering, so the data lake was searched" in page


def test_the_ledger_says_how_the_seeds_answered(reader: TestClient) -> None:
    page = reader.get(f"/ledger?day={DAY}&lang=en").text
    assert "4 visits = 1 read + 1 unchanged + 2 failed." in page
    assert "https://www.mute.example/feed" in page
    assert "status 404" in page
    assert "https://www.wire.example/feed" not in page, "those that failed stand on the page, all in the CSV file"
    rows = list(csv.DictReader(io.StringIO(reader.get(f"/csv/seeds.csv?day={DAY}").text.removeprefix("\ufeff"))))
    assert [(row["source"], row["failures"], row["reason"]) for row in rows] == [
        ("mute", "1", "unreachable"),
        ("paper", "1", "gone"),
        ("paper", "0", ""),
        ("wire", "0", ""),
    ]
    assert all(int(r["visits"]) == int(r["visited"]) + int(r["unchanged"]) + int(r["failures"]) for r in rows)


def test_the_page_of_sources_says_which_failed(reader: TestClient) -> None:
    page = reader.get(f"/sources?day={DAY}&lang=en").text
    assert "failed: 0 of 1 visit answered" in page
    assert "1 of 2 visits answered" in page
    rows = list(csv.DictReader(io.StringIO(reader.get(f"/csv/sources.csv?day={DAY}").text.removeprefix("\ufeff"))))
    assert {row["url"].split(".")[1]: row["seeds"] for row in rows} == {
        "mute": "failed",
        "paper": "1 of 2",
        "wire": "1 of 1",
    }
