"""The board in a real browser: read, searched and clicked by machine, and judged by axe."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from launch.airflow import running_airflow
from mediawatch.board.app import create_app
from tests.unit.board.printing import CANARY, DAY, EVIDENCE, Front, Printed, a_front_page, an_article

pytestmark = [pytest.mark.server, pytest.mark.timeout(600)]

PAGES = (
    "/",
    "/search",
    "/search?q=关税",
    "/search?q=没有的词",
    "/word?w=关税",
    "/alerts",
    "/watch?words=关税，渡轮",
    "/operations",
    "/trace?url=https://www.paper.example/never",
    "/sources",
    "/ledger",
    "/digest",
    f"/story?id={EVIDENCE}",
    f"/article?id={EVIDENCE}",
    "/publisher?name=The Paper",
    "/author?name=周远",
    "/source?name=paper",
)
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@contextmanager
def served(app: object) -> Iterator[str]:
    """The app on a free port of the loopback; the address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))  # type: ignore[arg-type]
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until = time.monotonic() + 60
        while not server.started:
            assert time.monotonic() < until, "the board did not start"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(name="browser", scope="module")
def _browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no browser: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        # Root has no user namespace to put a sandbox in.
        browser = playwright.chromium.launch(executable_path=chromium, chromium_sandbox=os.geteuid() != 0)
        yield browser
        browser.close()


@pytest.fixture(name="board", scope="module")
def _board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    desk = a_front_page(tmp_path_factory.mktemp("board"))
    with served(create_app(lambda: desk, deciding=())) as address:
        yield address


@contextmanager
def a_page(browser: Browser, language: str = "en", **how: object) -> Iterator[Page]:
    """A page of a fresh visitor; fails when the browser complains or anything from elsewhere is asked for."""
    context: BrowserContext = browser.new_context(locale=LOCALES[language], **{"viewport": DESK, **how})  # type: ignore[arg-type]
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
    try:
        yield page
    finally:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("language", LOCALES)
def test_searching_one_script_finds_the_other(browser: Browser, board: str, language: str) -> None:
    with a_page(browser, language) as page:
        page.goto(board)
        page.get_by_role("searchbox").fill("關稅")
        page.get_by_role("searchbox").press("Enter")
        # Two copies of one story: the second one is shown when one asks for it.
        page.locator("a[href*='copies=all']").first.click()
        titles = page.locator(".hits h3 a:not(.about)").all_inner_texts()
        assert "市场等待关税结果" in titles
        assert "關稅談判再延期" in titles
        assert set(page.locator(".hits mark").all_inner_texts()) == {"关税", "關稅"}
        assert page.locator("html").get_attribute("lang") == {"en": "en", "zh": "zh-Hans"}[language]


@pytest.mark.parametrize("language", LOCALES)
def test_from_a_word_of_the_day_to_its_page(browser: Browser, board: str, language: str) -> None:
    with a_page(browser, language) as page:
        page.goto(board)
        page.locator(".words").get_by_role("link", name="关税", exact=True).click()
        assert "关税" in page.get_by_role("heading", level=1).inner_text()
        assert page.locator("svg.chart rect").count() == 30
        assert page.get_by_role("img").get_attribute("aria-labelledby")
        assert page.locator(".word_articles tbody tr").count() >= 4


@pytest.mark.parametrize("path", PAGES)
def test_the_canary_stays_text(browser: Browser, board: str, path: str) -> None:
    with a_page(browser) as page:
        page.goto(board + path)
        assert page.title() != "caught"
        assert page.locator("img, script").count() == 0
        if path == "/":
            assert page.get_by_text(CANARY, exact=False).count() >= 3  # a title, a word and a ranking


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("path", PAGES)
def test_a_phone_needs_no_sideways_scroll(browser: Browser, board: str, path: str, language: str) -> None:
    with a_page(browser, language, viewport=PHONE, is_mobile=True, has_touch=True) as page:
        page.goto(board + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", LOCALES)
def test_axe_finds_nothing(browser: Browser, board: str, language: str, viewport: object, scheme: str) -> None:
    with a_page(browser, language, viewport=viewport, color_scheme=scheme) as page:
        for path in PAGES:
            page.goto(board + path)
            found = Axe().run(page).response["violations"]
            assert [(path, f["id"], f["impact"], f["nodes"][0]["html"]) for f in found] == []


def test_the_keyboard_gets_to_the_content_first(browser: Browser, board: str) -> None:
    with a_page(browser) as page:
        page.goto(board)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"


def test_it_follows_the_colour_scheme(browser: Browser, board: str) -> None:
    colours = set()
    for scheme in ("light", "dark"):
        with a_page(browser, color_scheme=scheme) as page:
            page.goto(board)
            colours.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(colours) == 2


def test_all_of_it_works_without_javascript(browser: Browser, board: str) -> None:
    with a_page(browser, java_script_enabled=False) as page:
        page.goto(f"{board}/search?q=关税")
        page.get_by_role("button", name="中文").click()
        assert page.url.endswith("/search?q=%E5%85%B3%E7%A8%8E")
        assert page.get_by_role("heading", level=1).inner_text() == "搜索"
        page.get_by_role("link", name="采集台账").click()
        assert page.get_by_role("heading", level=1).inner_text().startswith("采集台账")
        page.get_by_role("button", name="English").click()
        assert page.get_by_role("heading", level=1).inner_text().startswith("Ledger")


def test_nothing_is_asked_of_anybody_else(browser: Browser, board: str) -> None:
    with a_page(browser) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for path in PAGES:
            page.goto(board + path)
        assert asked
        assert [url for url in asked if not url.startswith(board)] == []


class Article(BaseHTTPRequestHandler):
    """A site with one article."""

    def do_GET(self) -> None:
        """The article."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write("<!doctype html><title>原文</title><h1>原文</h1>".encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(name="site")
def _site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Article)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_airflows_menu_opens_the_board_as_a_page_whose_links_lead_out(
    browser: Browser, site: str, tmp_path: Path
) -> None:
    Front(tmp_path).print(Printed(day=DAY, articles=[an_article("关税谈判", url=f"{site}/a.html")]))
    env = {"MEDIAWATCH_LAKE_URL": str(tmp_path / "lake")}
    with running_airflow(tmp_path / "airflow", env=env) as airflow:
        context = browser.new_context(viewport=DESK)
        page = context.new_page()
        page.goto(airflow.url)
        with context.expect_page() as opened:
            page.get_by_role("button", name="Browse").click(timeout=60_000)
            page.get_by_role("menuitem", name="Newsroom board").click()
        board = opened.value
        board.wait_for_load_state()
        assert board.url.rstrip("/") == f"{airflow.url}/board"
        assert len(board.frames) == 1
        board.get_by_role("link", name="关税谈判", exact=True).click()
        assert board.get_by_role("heading", name="原文").is_visible()
        context.close()
