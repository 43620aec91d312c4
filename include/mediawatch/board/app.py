"""The board as a FastAPI app: routes, and what every answer has to carry."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import partial
from threading import Lock
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.params import Depends as Dependency
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from mediawatch.board import addresses, detail_pages, listing, pages
from mediawatch.board.addresses import address
from mediawatch.board.digest import compose_digest, day_digest
from mediawatch.board.files import Asked, table_of
from mediawatch.board.guard import COOKIE, HEADERS, POLICY, Guard, check_origin, own_address, read_form, style_digest
from mediawatch.board.quality_report import compose_report
from mediawatch.board.rendering import asset, choose_language, render
from mediawatch.board.searching import LAST_PAGE, Wanted
from mediawatch.board.state import BoardState
from mediawatch.board.tables import csv_pieces
from mediawatch.delivery.stop_links import StopRequest, stop_links
from mediawatch.errors import BadRequest, MediawatchError, Unavailable
from mediawatch.keywords.dismissals import DismissedBefore, NoReason, dismiss
from mediawatch.locale import LANGUAGES, Words, words_of
from mediawatch.quality.decisions import Undecided
from mediawatch.records import Alert
from mediawatch.search.searching import TimeOrder
from mediawatch.workflow.digests import feed_of

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""Names by which a board on this machine is asked for; any other is a rebinding or a mistake."""
MOST_DAYS = 366
"""Days that one file may cover: a request for a thousand years would keep a processor busy for seconds."""
LONGEST_WHY = 200
"""Characters that are kept of a reason."""
_LOG = logging.getLogger(__name__)

Word = Annotated[str, Query(max_length=200)]
Day = Annotated[date | None, Query(ge=date(1990, 1, 1), le=date(2999, 12, 31))]
PersonName = Annotated[str, Query(min_length=1, max_length=1024)]
"""As printed on a page: the index keeps 1,024 characters."""
Identifier = Annotated[str, Query(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9_-]+$")]
Token = Annotated[str, Query(min_length=1, max_length=1000)]
Choice = Annotated[str, Query(max_length=200, pattern=r"^[A-Za-z0-9_,-]*$")]


class BadPeriod(BadRequest):
    """Days that one file cannot cover: out of order, or more than MOST_DAYS."""


ROUTES = APIRouter()
"""Everything that the board answers to readers."""
DECISIONS = APIRouter()
"""What those may do who decide."""
OPEN = APIRouter()
"""What is answered without a login: the look of the pages, and what a signed link of a message leads to."""


def create_app(
    open_board: Callable[[], BoardState],
    *,
    hosts: Sequence[str] = LOOPBACK,
    dependencies: Sequence[Dependency] = (),
    deciding: Sequence[Dependency] | None = None,
) -> FastAPI:
    """The board over the state that `open_board` gives (asked for once, at the first page).

    `hosts` are the names in the Host header that are answered; `dependencies` run before every route but those of OPEN
    and for no error page, those of `deciding` before what changes the lake as well.  With None nothing can be changed,
    but by the signed links of messages.
    """
    own_pages_only = [Depends(check_origin)]
    app = FastAPI(title="Newsroom board", docs_url=None, redoc_url=None, openapi_url=None, dependencies=own_pages_only)
    app.state.state = _once(open_board)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    app.add_middleware(Guard)  # the outermost: also what is refused carries its headers
    app.include_router(OPEN)
    app.include_router(ROUTES, dependencies=[*dependencies])
    app.state.is_deciding = deciding is not None
    if deciding is not None:
        app.include_router(DECISIONS, dependencies=[*dependencies, *deciding])
    _add_errors(app)
    return app


def _once(open_board: Callable[[], BoardState]) -> Callable[[], BoardState]:
    """`open_board` called by the first reader that succeeds, whatever the number of threads."""
    opened: list[BoardState] = []
    lock = Lock()

    def state() -> BoardState:
        with lock:
            if not opened:
                opened.append(open_board())
            return opened[0]

    return state


def _view(request: Request, lang: Annotated[str, Query(max_length=8)] = "") -> pages.PageView:
    language = choose_language(lang, request.cookies.get(COOKIE, ""), request.headers.get("accept-language", ""))
    return pages.PageView(
        state=request.app.state.state(), say=words_of(language), root=request.scope.get("root_path", "")
    )


View = Annotated[pages.PageView, Depends(_view)]


def _page(request: Request, view: pages.PageView, name: str, context: dict[str, Any]) -> HTMLResponse:
    common = {
        "say": view.say,
        "root": view.root,
        "zone": view.state.context.settings.timezone,
        "here": own_address(request),
        "names": view.state.names,
        "title_of": listing.title_of,
        "publisher_of": listing.publisher_of,
        "addresses": addresses,
        "is_deciding": request.app.state.is_deciding,
    }
    text = render(name, **common, **context)
    return HTMLResponse(text, headers={"Content-Language": view.say.tag, "Vary": "Accept-Language, Cookie"})


def _chosen(view: pages.PageView, day: date | None) -> date:
    return day or view.state.newest_day() or view.state.today


@ROUTES.get("/")
def show_day(request: Request, view: View, day: Day = None) -> Response:
    if view.state.newest_day() is None:
        return _page(request, view, "empty", {})
    return _page(request, view, "day", pages.day_page(view, _chosen(view, day)))


@ROUTES.get("/search")
def show_search(
    *,
    request: Request,
    view: View,
    q: Word = "",
    source: Choice = "",
    language: Choice = "",
    order: TimeOrder = "seen",
    copies: Literal["one", "all"] = "one",
    page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
) -> Response:
    wanted = replace(_wanted(q, source, language), order=order, with_copies=copies == "all")
    return _page(request, view, "search", pages.search_page(view, wanted, page))


@ROUTES.get("/word")
def show_word(
    request: Request, view: View, w: Word = "", day: Day = None, days: Literal["30", "90", "365"] = "30"
) -> Response:
    return _page(request, view, "word", pages.word_page(view, w.strip(), _chosen(view, day), int(days)))


@ROUTES.get("/story")
def show_story(request: Request, view: View, id: Identifier, day: Day = None) -> Response:
    return _page(request, view, "story", _there(detail_pages.story_page(view, id, _chosen(view, day))))


@ROUTES.get("/article")
def show_article(request: Request, view: View, id: Identifier, day: Day = None) -> Response:
    return _page(request, view, "article", _there(detail_pages.article_page(view, id, _chosen(view, day))))


@ROUTES.get("/publisher")
def show_publisher(request: Request, view: View, name: PersonName, day: Day = None) -> Response:
    return _page(request, view, "profile", detail_pages.profile_page(view, "publisher", name, _chosen(view, day)))


@ROUTES.get("/author")
def show_author(request: Request, view: View, name: PersonName, day: Day = None) -> Response:
    return _page(request, view, "profile", detail_pages.profile_page(view, "author", name, _chosen(view, day)))


@ROUTES.get("/source")
def show_source(request: Request, view: View, name: Word, day: Day = None) -> Response:
    return _page(request, view, "source", _there(detail_pages.source_page(view, name, _chosen(view, day))))


def _there(context: dict[str, Any] | None) -> dict[str, Any]:
    """`context`, or the answer that there is no such page."""
    if context is None:
        raise HTTPException(404)
    return context


@ROUTES.get("/alerts")
def show_alerts(request: Request, view: View, day: Day = None, days: Literal["1", "7", "30"] = "7") -> Response:
    return _page(request, view, "alerts", pages.alerts_page(view, _chosen(view, day), int(days)))


@ROUTES.get("/watch")
def show_watch_lists(
    *,
    request: Request,
    view: View,
    words: Annotated[str, Query(max_length=500)] = "",
    list: Choice = "",
    articles: Annotated[int, Query(ge=1, le=999)] = 1,
    publishers: Annotated[int, Query(ge=1, le=99)] = 1,
    days: Literal["1", "3", "7"] = "7",
) -> Response:
    asked = pages.WatchAsked(words=words.strip(), name=list, articles=articles, publishers=publishers, days=int(days))
    return _page(request, view, "watch", pages.watch_page(view, asked))


@ROUTES.get("/operations")
def show_operations(request: Request, view: View) -> Response:
    return _page(request, view, "operations", detail_pages.operations_page(view))


@ROUTES.get("/trace")
def show_trace(request: Request, view: View, url: Annotated[str, Query(max_length=2000)] = "") -> Response:
    return _page(request, view, "trace", detail_pages.trace_page(view, url.strip()))


@ROUTES.get("/sources")
def show_sources(request: Request, view: View, day: Day = None) -> Response:
    return _page(request, view, "sources", pages.sources_page(view, _chosen(view, day)))


@ROUTES.get("/ledger")
def show_ledger(request: Request, view: View, day: Day = None) -> Response:
    return _page(request, view, "ledger", pages.ledger_page(view, _chosen(view, day)))


def _wanted(q: str, source: str, language: str) -> Wanted:
    def split(text: str) -> tuple[str, ...]:
        return tuple(part for part in text.split(",") if part)

    return Wanted(query=q.strip(), sources=split(source), languages=split(language))


@ROUTES.get("/csv/{name}.csv")
def get_table(
    *,
    view: View,
    name: str,
    day: Day = None,
    first: Day = None,
    last: Day = None,
    q: Word = "",
    w: Word = "",
    source: Choice = "",
    language: Choice = "",
    order: TimeOrder = "seen",
) -> Response:
    on = _chosen(view, day)
    start, end = first or on, last or on
    if not 0 <= (end - start).days < MOST_DAYS:
        raise BadPeriod
    wanted = replace(_wanted(q or w, source, language), order=order)
    asked = Asked(day=on, first=start, last=end, wanted=wanted)
    if (table := table_of(view, name, asked)) is None:
        raise HTTPException(404)
    headers = {"Content-Disposition": f'attachment; filename="{name}-{on}.csv"'}
    return StreamingResponse(csv_pieces(table), media_type="text/csv; charset=utf-8", headers=headers)


@ROUTES.get("/feed.atom")
def get_feed(request: Request, view: View, w: Word = "", watchlist: Choice = "") -> Response:
    content = feed_of(
        view.state.context,
        watchlist=watchlist,
        word=w.strip(),
        language=view.say.language,
        authority=request.url.hostname or "localhost",
        self_url=str(request.url),
    )
    return Response(content, media_type="application/atom+xml")


@ROUTES.get("/digest")
def get_digest(request: Request, view: View, day: Day = None) -> Response:
    chosen = _chosen(view, day)
    back = f"{request.base_url}{address('', day=chosen)}"
    composed = compose_digest(day_digest(view.state, chosen, board_url=back), view.say.language)
    return HTMLResponse(composed.html, headers={"X-Own-Style": style_digest(composed.html)})


@ROUTES.get("/report")
def get_report(view: View, day: Day = None) -> Response:
    html = compose_report(view.state.context, _chosen(view, day), view.say.language)
    return HTMLResponse(html, headers={"X-Own-Style": style_digest(html)})


@OPEN.get("/board.css")
def get_style() -> Response:
    return Response(asset("board.css"), media_type="text/css; charset=utf-8")


@OPEN.get("/favicon.ico")
@OPEN.get("/icon.svg")
def get_icon() -> Response:
    return Response(asset("icon.svg"), media_type="image/svg+xml")


@ROUTES.post("/language")
async def set_language(request: Request) -> Response:
    form = await read_form(request)
    if form.get("lang") not in LANGUAGES:
        raise HTTPException(400)
    root = request.scope.get("root_path", "")
    answer = RedirectResponse(f"{root}{own_address(form.get('next', '/'))}", status_code=303)
    is_secure = request.url.scheme == "https"
    path = f"{root}/"
    answer.set_cookie(
        COOKIE, form["lang"], max_age=31_536_000, path=path, httponly=True, samesite="lax", secure=is_secure
    )
    return answer


@DECISIONS.post("/dismiss")
async def dismiss_alert(request: Request, view: View) -> Response:
    form = await read_form(request)
    try:
        day, alert_id, why = date.fromisoformat(form.get("day", "")), form["alert"], form.get("why", "")[:LONGEST_WHY]
    except (KeyError, ValueError):
        raise HTTPException(400) from None
    alert = await run_in_threadpool(_alert, view, day, alert_id)
    await run_in_threadpool(dismiss, view.state.context, alert, why)
    return RedirectResponse(f"{view.root}/alerts?day={day}#{alert_id}-{day}", status_code=303)


@DECISIONS.post("/quarantine")
async def decide_quarantine(request: Request, view: View) -> Response:
    form = await read_form(request)
    why, by = form.get("why", "")[:LONGEST_WHY], getattr(request.state, "decider", "") or "board"
    try:
        asked = (date.fromisoformat(form["day"]), form["scope"], form["name"], form["word"])
    except (KeyError, ValueError):
        raise HTTPException(400) from None
    if not await run_in_threadpool(detail_pages.decide_held, view, asked, why, by):
        raise HTTPException(404)
    return RedirectResponse(f"{view.root}/operations#quarantine", status_code=303)


@OPEN.get("/stop")
def show_stop(request: Request, view: View, token: Token) -> Response:
    asked = _asked_to_stop(view, token)
    return _page(request, view, "stop", detail_pages.stop_page(view, _alert(view, asked.day, asked.alert_id), token))


@OPEN.post("/stop")
async def stop_alerts(request: Request, view: View) -> Response:
    form = await read_form(request)
    token, why = form.get("token", ""), form.get("why", "")[:LONGEST_WHY]
    asked = _asked_to_stop(view, token)
    alert = await run_in_threadpool(_alert, view, asked.day, asked.alert_id)
    with suppress(DismissedBefore):  # the page that follows says who said so and when
        await run_in_threadpool(partial(dismiss, view.state.context, alert, why, by=asked.recipient))
    return RedirectResponse(f"{view.root}{address('/stop', token=token, lang=view.say.language)}", status_code=303)


def _asked_to_stop(view: pages.PageView, token: str) -> StopRequest:
    asked = stop_links(view.state.context.settings).read(token)
    if asked is None:
        raise HTTPException(403, "link")
    return asked


def _alert(view: pages.PageView, day: date, alert_id: str) -> Alert:
    found = next((one for one in view.state.counts.alerts(day, day) or () if one.alert_id == alert_id), None)
    if found is None:
        raise HTTPException(404)
    return found


def _add_errors(app: FastAPI) -> None:
    def words(request: Request) -> Words:
        cookie, accept = request.cookies.get(COOKIE, ""), request.headers.get("accept-language", "")
        return words_of(choose_language(request.query_params.get("lang", ""), cookie, accept))

    def failed(request: Request, status: int, key: str, detail: str = "") -> Response:
        say = words(request)
        root = request.scope.get("root_path", "")
        text = render("error", say=say, root=root, zone="", here="/", key=key, detail=detail)
        return HTMLResponse(text, status_code=status)

    @app.exception_handler(StarletteHTTPException)
    def refused(request: Request, error: StarletteHTTPException) -> Response:
        key = {401: "login", 403: "forbidden", 404: "missing", 503: "unavailable"}.get(error.status_code, "bad")
        key = "link" if error.detail == "link" else key
        answer = failed(request, error.status_code, f"error.{key}")
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        return failed(request, 400, "error.bad", _invalid(words(request), error.errors()))

    @app.exception_handler(MediawatchError)
    def broken(request: Request, error: MediawatchError) -> Response:
        if isinstance(error, DismissedBefore | NoReason | Undecided):
            return failed(request, 400, "error.dismissed" if isinstance(error, DismissedBefore) else "error.reason")
        if isinstance(error, BadPeriod):
            say = words(request)
            detail = say("error.period", days=say.plural("count.days", MOST_DAYS))
            return failed(request, 400, "error.bad", detail)
        if isinstance(error, BadRequest):
            return failed(request, 400, "error.bad", str(error))
        _LOG.error("%s: %s", type(error).__name__, error)
        if isinstance(error, Unavailable):
            return failed(request, 503, "error.unavailable")
        return failed(request, 500, "error.fault")

    @app.exception_handler(Exception)
    def faulty(request: Request, error: Exception) -> Response:
        answer = failed(request, 500, "error.fault")
        answer.headers.update({**HEADERS, "Content-Security-Policy": POLICY.format(style="'self'")})  # outside Guard
        return answer


def _invalid(say: Words, errors: Sequence[Mapping[str, Any]]) -> str:
    """Which parameters of an address are wrong, and of one that is too long, how long it may be."""
    names = sorted({_parameter(say, error) for error in errors})
    return say("error.invalid", names=say("error.comma").join(names))


def _parameter(say: Words, error: Mapping[str, Any]) -> str:
    name, limit = str(error["loc"][-1]), error.get("ctx", {}).get("max_length")
    return say.plural("error.too_long", limit, name=name) if isinstance(limit, int) else name
