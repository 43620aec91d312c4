"""The board inside Airflow's own api-server app: nobody reads it without a login, and nothing is loaded before."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.board.printing import Front, Printed, an_article

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
HOST = "http://airflow.example:8080"
PROBE = """
import json, sys
from airflow.api_fastapi.app import create_app, get_auth_manager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.models.revoked_token import RevokedToken
from airflow.settings import engine
from starlette.testclient import TestClient

RevokedToken.__table__.create(engine)
app = create_app(apps="core")
lazy = "mediawatch.board.app" not in sys.modules
token = get_auth_manager().generate_jwt(SimpleAuthManagerUser(username="reader", role="VIEWER"))
base = "http://airflow.example:8080"
stranger = TestClient(app, base_url=base, follow_redirects=False)
reader = TestClient(app, base_url=base, cookies={"_token": token}, follow_redirects=False)
edits = get_auth_manager().generate_jwt(SimpleAuthManagerUser(username="editor", role="USER"))
editor = TestClient(app, base_url=base, cookies={"_token": edits}, follow_redirects=False)
html = {"accept": "text/html"}
asked = {
    "program": stranger.get("/board/"),
    "style": stranger.get("/board/board.css"),
    "link": stranger.get("/board/stop?token=x", headers=html),
    "forged link": stranger.post("/board/stop", data={"token": "x", "why": "x"}),
    "file": stranger.get("/board/csv/articles.csv"),
    "form": stranger.post("/board/language", data={"lang": "zh"}, headers=html),
    "forged": TestClient(app, base_url=base, cookies={"_token": "x.y.z"}).get("/board/"),
    "person": stranger.get("/board/search?q=a", headers=html),
    "day": reader.get("/board/"),
    "search": reader.get("/board/search", params={"q": "\u95dc\u7a05"}),
    "language": reader.post("/board/language", data={"lang": "zh", "next": "/alerts"}),
    "other host": reader.get("/board/", headers={"host": "evil.example"}),
    "dismissing": reader.post("/board/dismiss", data={"alert": "a", "day": "2026-04-29", "why": "x"}),
    "editor dismissing": editor.post("/board/dismiss", data={"alert": "a", "day": "2026-04-29", "why": "x"}),
    "stranger dismissing": stranger.post("/board/dismiss", data={"alert": "a", "day": "2026-04-29", "why": "x"}),
    "bearer": stranger.get("/board/", headers={"Authorization": f"Bearer {token}"}),
}
who = {
    "stranger": (stranger, {}),
    "reader": (reader, {}),
    "editor": (editor, {}),
    "other origin": (editor, {"origin": "http://evil.example"}),
    "other site": (editor, {"sec-fetch-site": "cross-site"}),
}
[board] = [route.app for route in app.routes if getattr(route, "path", "") == "/board"]
routes = [[type(route).__name__, route.path, sorted(getattr(route, "methods", []))] for route in board._app.routes]
said = {}
for path in sorted({path for _, path, _ in routes}):
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        for name, (client, headers) in who.items():
            answer = client.request(method, f"/board{path}".replace("{name}", "articles"), headers=headers)
            said[f"{method} {path} {name}"] = [answer.status_code, answer.text]
told = {name: [a.status_code, a.headers.get("location", ""), a.text] for name, a in asked.items()}
print("ANSWERS" + json.dumps({"lazy": lazy, "routes": routes, "said": said, **told}))
"""


@pytest.fixture(name="answers", scope="module")
def _answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("plugin")
    Front(folder).print(Printed(articles=[an_article("关税谈判")]))
    environ = os.environ | {
        "AIRFLOW_HOME": str(folder / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(folder),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "False",
        "AIRFLOW__API__BASE_URL": HOST,
        "AIRFLOW__API_AUTH__JWT_SECRET": "0" * 64,
        "MEDIAWATCH_LAKE_URL": str(folder / "lake"),
        "PYTHONPATH": os.pathsep.join((str(ROOT / "include"), os.environ.get("PYTHONPATH", ""))),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROBE], env=environ, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False
    )
    told = [line for line in done.stdout.splitlines() if line.startswith("ANSWERS")]
    assert told, done.stderr[-3000:]
    return json.loads(told[0].removeprefix("ANSWERS"))


def test_those_decide_who_may_edit_the_dag_of_alerts(answers: dict[str, Any]) -> None:
    asked = ("stranger dismissing", "dismissing", "editor dismissing")
    assert [answers[who][0] for who in asked] == [401, 403, 404], "404: there is no such alert"


def test_a_link_of_a_message_needs_its_signature_and_no_login(answers: dict[str, Any]) -> None:
    assert [answers[who][0] for who in ("style", "link", "forged link")] == [200, 403, 403]


@pytest.mark.parametrize("who", ["program", "file", "form"])
def test_without_a_login_nothing_is_told(answers: dict[str, Any], who: str) -> None:
    status, _, text = answers[who]
    assert status == 401
    assert "关税谈判" not in str(text)


def test_a_forged_token_is_no_login(answers: dict[str, Any]) -> None:
    assert answers["forged"][0] in (401, 403)


def test_a_person_is_sent_to_the_login_and_comes_back(answers: dict[str, Any]) -> None:
    status, location, _ = answers["person"]
    assert status == 303
    assert str(location).startswith("/auth/login?next=http%3A%2F%2Fairflow.example%3A8080%2Fboard%2Fsearch")


@pytest.mark.parametrize("who", ["day", "search", "bearer"])
def test_with_a_login_it_is_the_board(answers: dict[str, Any], who: str) -> None:
    status, _, text = answers[who]
    assert status == 200
    assert "关税谈判" in str(text)
    assert 'href="/board/board.css"' in str(text)


def test_addresses_keep_to_the_mount(answers: dict[str, Any]) -> None:
    assert answers["language"][:2] == [303, "/board/alerts"]


def test_another_host_is_refused(answers: dict[str, Any]) -> None:
    assert answers["other host"][0] == 400


def test_the_board_is_loaded_by_its_first_reader_only(answers: dict[str, Any]) -> None:
    assert answers["lazy"]


# -- every route there is, as the running board tells them: a new one cannot be forgotten here

WITHOUT_LOGIN = {"/board.css", "/icon.svg", "/favicon.ico", "/stop"}
"""The look of the pages, and what a signed link of a message leads to."""
FOR_READERS = {"POST /language"}
"""What readers may send: it changes a cookie of theirs."""
BY_SIGNATURE = {"GET /stop", "POST /stop"}
"""What no role is asked for: without a signature it is refused."""


def declared(answers: dict[str, Any]) -> list[str]:
    """`METHOD /path` of every route."""
    return [f"{method} {path}" for _, path, methods in answers["routes"] for method in methods]


def heard(answers: dict[str, Any], routes: Iterable[str], who: str) -> dict[str, int]:
    """The status that `who` gets from each route."""
    return {route: answers["said"][f"{route} {who}"][0] for route in routes}


def changing(answers: dict[str, Any]) -> list[str]:
    found = [route for route in declared(answers) if not route.startswith("GET ")]
    assert len(found) >= 4
    return found


def test_every_route_is_one_that_is_asked_here(answers: dict[str, Any]) -> None:
    assert {kind for kind, _, _ in answers["routes"]} == {"APIRoute"}, "what is mounted or kept open has no login"
    assert len(declared(answers)) > 25


def test_no_route_answers_who_has_no_login(answers: dict[str, Any]) -> None:
    closed = [route for route in declared(answers) if route.partition(" ")[2] not in WITHOUT_LOGIN]
    assert set(heard(answers, closed, "stranger").values()) == {401}
    opened = set(declared(answers)) - set(closed) - BY_SIGNATURE
    assert heard(answers, opened, "stranger") == dict.fromkeys(opened, 200)


def test_a_reader_reads_everything_and_decides_nothing(answers: dict[str, Any]) -> None:
    pages = [route for route in declared(answers) if route.startswith("GET ") and route not in BY_SIGNATURE]
    assert set(heard(answers, pages, "reader").values()) <= {200, 400, 404}
    decisions = set(changing(answers)) - FOR_READERS
    assert set(heard(answers, decisions, "reader").values()) == {403}
    assert set(heard(answers, FOR_READERS, "reader").values()) == {400}, "nothing was filled in"


def test_who_may_edit_decides(answers: dict[str, Any]) -> None:
    decisions = set(changing(answers)) - FOR_READERS - BY_SIGNATURE
    assert set(heard(answers, decisions, "editor").values()) == {400}, "nothing was filled in"


def test_a_link_without_a_signature_opens_nothing(answers: dict[str, Any]) -> None:
    for who in ("stranger", "reader", "editor"):
        assert set(heard(answers, BY_SIGNATURE, who).values()) <= {400, 403}


@pytest.mark.parametrize("who", ["other origin", "other site"])
def test_what_changes_something_is_sent_by_our_own_pages(answers: dict[str, Any], who: str) -> None:
    forbidden = answers["said"][f"POST /dismiss {who}"]
    assert forbidden[0] == 403
    for route in changing(answers):
        assert answers["said"][f"{route} {who}"] == forbidden
        assert answers["said"][f"{route} editor"] != forbidden


def test_no_other_method_does_anything(answers: dict[str, Any]) -> None:
    """What changes something, too, does so by its own method alone: opening its address does nothing."""
    others = {said.rpartition(" /")[0] + " /" + said.rpartition(" /")[2].split(" ")[0] for said in answers["said"]}
    others -= set(declared(answers))
    assert "GET /dismiss" in others
    for who in ("stranger", "reader", "editor"):
        assert set(heard(answers, others, who).values()) == {405}


def test_no_other_plugin_of_ours_serves_anything() -> None:
    serving = re.compile(r"\b(?:fastapi_apps|fastapi_root_middlewares|flask_blueprints|appbuilder_views)\b")
    files = (ROOT / "plugins").glob("*.py")
    assert {file.name: serving.findall(text) for file in files if serving.search(text := file.read_text("utf-8"))} == {
        "board.py": ["fastapi_apps"]
    }
