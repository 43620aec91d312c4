"""The newsroom board inside Airflow: served by the api-server to whoever is logged in to Airflow.

The menu entry has no `url_route`: Airflow would show the board in a frame whose sandbox opens no article.  It is a link
instead, and the board a page of its own.  It stands in the menu Browse, because Airflow 3.3.2 draws such a link at the
top level as a button that does nothing.

Every Airflow process reads this file, and only the api-server answers requests: everything is imported at the first.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from airflow.configuration import conf
from airflow.plugins_manager import AirflowPlugin

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

PREFIX = "/board"


class LazyBoard:
    """An ASGI app that is made when it is first asked for something."""

    def __init__(self) -> None:
        self._app: FastAPI | None = None
        self._lock = Lock()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer as the board does."""
        if scope["type"] != "http":
            return
        with self._lock:
            if self._app is None:
                self._app = open_board()
        await self._app(scope, receive, send)


def open_board() -> FastAPI:
    """The board behind Airflow's login, over the newsroom of the environment."""
    import fastapi
    from airflow.api_fastapi.core_api.security import get_user
    from fastapi import Depends
    from starlette.exceptions import HTTPException

    from mediawatch.board.app import LOOPBACK, create_app
    from mediawatch.board.state import BoardState, open_board
    from mediawatch.context import open_context
    from mediawatch.settings import read_settings

    def state() -> BoardState:
        return open_board(open_context(read_settings()))

    def may_decide(request: Request, user: Any = Depends(get_user)) -> None:  # noqa: B008 - how FastAPI is told
        check_may_decide(user)
        request.state.decider = user.get_name()

    # FastAPI looks annotations up among this module's names, where nothing heavy is imported.
    may_decide.__annotations__["request"] = fastapi.Request
    app = create_app(
        state, hosts=[*LOOPBACK, *own_hosts()], dependencies=[Depends(get_user)], deciding=[Depends(may_decide)]
    )
    refused = app.exception_handlers[HTTPException]

    @app.exception_handler(HTTPException)
    async def log_in(request: Request, error: HTTPException) -> Any:
        """A person without a login is sent to it and comes back; a program is refused."""
        if error.status_code == 401 and request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return to_login(request)
        return refused(request, error)

    return app


def check_may_decide(user: Any) -> None:
    """Refuse with 403 who may not change the DAG that makes alerts: dismissing one changes what it makes."""
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.models.resource_details import DagDetails
    from fastapi import HTTPException

    if not get_auth_manager().is_authorized_dag(method="PUT", details=DagDetails(id="watch_keywords"), user=user):
        raise HTTPException(403)


def to_login(request: Request) -> Any:
    """Send a browser to Airflow's login and from there back to where it wanted to go."""
    from airflow.api_fastapi.app import get_auth_manager
    from fastapi.responses import RedirectResponse

    return RedirectResponse(get_auth_manager().get_url_login(next_url=str(request.url)), status_code=303)


def own_hosts() -> list[str]:
    """The name under which Airflow is reached, which its own settings tell."""
    host = urlsplit(conf.get("api", "base_url", fallback="")).hostname
    return [host] if host else []


def own_path() -> str:
    """Where the board is for a browser: below the path that Airflow itself is reached under."""
    return f"{urlsplit(conf.get('api', 'base_url', fallback='')).path.rstrip('/')}{PREFIX}/"


class Board(AirflowPlugin):
    """The board and its entry in the menu."""

    name = "board"
    # Lists that Airflow declares as an instance's.
    fastapi_apps: list[Any] = [{"app": LazyBoard(), "url_prefix": PREFIX, "name": "Newsroom board"}]  # noqa: RUF012
    external_views: list[Any] = [  # noqa: RUF012
        {
            "name": "Newsroom board",
            "href": own_path(),
            "icon": f"{own_path()}icon.svg",
            "destination": "nav",
            "category": "browse",
        }
    ]
