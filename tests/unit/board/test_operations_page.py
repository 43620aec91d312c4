"""The operators' page: days, sources, quarantine with decisions, and the trace of an address."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from mediawatch.board.app import create_app
from mediawatch.quality.decisions import decide, decisions_of
from mediawatch.records import Reason
from mediawatch.tables.health import SourceFinding
from mediawatch.tables.quality import Verdict
from mediawatch.workflow.source_health_today import SoFar
from tests.unit.board import printing
from tests.unit.board.printing import CANARY, DAY, Front, Printed, an_article

pytestmark = pytest.mark.slow

SHORT = an_article(f"短讯 {CANARY}")


@pytest.fixture(name="front")
def _front(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Front:
    """A day with an article in quarantine."""
    whole = printing._verdict

    def verdict(article: object) -> Verdict:
        found = whole(article)  # type: ignore[arg-type]
        is_short = found.link_id == SHORT.link_id
        return (
            found
            if not is_short
            else Verdict(
                link_id=found.link_id,
                article_id=found.article_id,
                revision=1,
                source="paper",
                batch=found.batch,
                reason=Reason.BELOW_STANDARD,
                detail="chinese_text_length",
            )
        )

    monkeypatch.setattr(printing, "_verdict", verdict)
    return Front(tmp_path)


def a_board(front: Front, *, deciding: bool = False) -> TestClient:
    state = front.print(Printed(articles=[an_article("关税谈判"), SHORT]))
    app = create_app(lambda: state, deciding=() if deciding else None)
    return TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)


def test_what_is_to_be_done_is_on_one_page(front: Front) -> None:
    page = a_board(front).get("/operations?lang=en").text
    assert f"mediawatch build --day {DAY}" in page
    assert "length of a Chinese text" in page
    assert CANARY not in page
    assert "短讯 &lt;script&gt;" in page
    assert 'action="/quarantine"' not in page, "readers decide nothing unless told"


def test_who_is_behind_today_is_named_with_what_is_usual(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    behind = SourceFinding(
        day=DAY,
        source="paper",
        metric="until:12",
        verdict="low",
        severity="warn",
        standing="low",
        observed=3.0,
        low=7.4,
        high=21.8,
        days_known=45,
    )
    found: list[SoFar | None] = [
        None,
        SoFar(hour=12, judged=0, behind=[]),
        SoFar(hour=12, judged=1, behind=[]),
        SoFar(hour=12, judged=1, behind=[behind]),
    ]
    board, said = a_board(front), []
    for one in found:
        monkeypatch.setattr("mediawatch.board.operations_page.so_far", lambda context, one=one: one)
        section = board.get("/operations?lang=en").text.partition('id="today"')[2].partition("</section>")[0]
        said.append(" ".join(re.sub(r"<[^>]*>", " ", section.partition(">")[2]).split()))
    assert said[0] == "Today so far Nothing of today is built up to the first three hours yet."
    assert said[1] == "Today so far articles until 12:00 Fewer than 14 days are known to judge today by."
    assert said[2].endswith("By 12:00 the one source that could be judged had no fewer articles than usual.")
    assert said[3].endswith("paper 3 7.4 21.8 low")


@pytest.mark.parametrize(("word", "said"), [("released", "Released by board: news"), ("rejected", "Rejected by board")])
def test_a_decision_is_kept_and_shown(front: Front, word: str, said: str) -> None:
    board = a_board(front, deciding=True)
    form = {"day": str(DAY), "scope": "article", "name": SHORT.link_id, "why": "news", "word": word}
    answer = board.post("/quarantine", data=form, headers={"origin": "http://127.0.0.1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/operations#quarantine")
    [kept] = decisions_of(front.context.store, DAY)
    assert (kept.word, kept.why, kept.name) == (word, "news", SHORT.link_id)
    assert said in board.get("/operations?lang=en").text


@pytest.mark.parametrize(
    ("changes", "headers", "status"),
    [
        ({"name": "nothing"}, {}, 404),
        ({"word": "burned"}, {}, 404),
        ({"scope": "world"}, {}, 404),
        ({"day": "soon"}, {}, 400),
        ({"why": " "}, {}, 400),
        ({}, {"origin": "http://evil.example"}, 403),
    ],
)
def test_a_decision_is_whole_and_from_our_own_page(
    front: Front, changes: dict[str, str], headers: dict[str, str], status: int
) -> None:
    form = {"day": str(DAY), "scope": "article", "name": SHORT.link_id, "why": "news", "word": "released", **changes}
    assert a_board(front, deciding=True).post("/quarantine", data=form, headers=headers).status_code == status
    assert decisions_of(front.context.store, DAY) == []


def test_readers_decide_nothing_unless_told(front: Front) -> None:
    assert a_board(front).post("/quarantine", data={}).status_code == 404


def test_an_address_is_traced_in_words(front: Front) -> None:
    board = a_board(front)
    assert (
        "No harvest of the last 31 days knew this address."
        in board.get("/trace?url=https://www.paper.example/never&lang=en").text
    )
    assert "这不是网页地址" in board.get("/trace?url=nonsense&lang=zh").text
    assert board.get("/trace").status_code == 200
    assert board.get(f"/trace?url=https://a.example/{'a' * 2001}").status_code == 400


def test_the_form_of_a_held_day_is_taken_as_the_page_has_it(front: Front) -> None:
    """Its name is empty, which browsers send as such."""
    board = a_board(front, deciding=True)
    decide(front.context, DAY, "day", "", word="released", why="so that it is listed", by="test")
    page = board.get("/operations").text
    form = page[page.index('value="day"') - 400 :]
    assert '<input type="hidden" name="name" value="">' in form
    answer = board.post("/quarantine", content=f"day={DAY}&scope=day&name=&why=ok&word=rejected")
    assert answer.status_code == 303
    assert decisions_of(front.context.store, DAY)[-1].word == "rejected"
