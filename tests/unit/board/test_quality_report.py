"""A day's quality on one page that loads nothing, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from mediawatch.board.app import create_app
from mediawatch.board.quality_report import compose_report
from mediawatch.locale import Language
from mediawatch.records import QualityResult, Ranking, Reason
from tests.unit.board.printing import CANARY, DAY, Front, Printed, a_fate, an_article, tallies

pytestmark = pytest.mark.slow


@pytest.fixture(name="front")
def _front(tmp_path: Path) -> Front:
    rule = QualityResult(
        day=DAY,
        suite="articles",
        rule="dated",
        source="paper",
        severity="warning",
        observed="1 of 6 fail",
        expected="a day or a time of publication",
        checked=6,
        failed=1,
        is_passed=False,
    )
    line = Ranking(
        source="paper",
        site="www.paper.example",
        day=DAY,
        heading="排行",
        rank=1,
        title=f"无人收录 {CANARY}",
        url="",
        link_id="0" * 32,
    )
    front = Front(tmp_path)
    front.print(
        Printed(
            articles=[an_article("关税谈判")],
            tallies=tallies(),
            fates=[a_fate(Reason.GONE)],
            quality=[rule],
            rankings=[line],
        )
    )
    return front


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", ("Quality of 2026-04-29", "has a date", "not announced 1")), ("zh", ("2026-04-29 质量报告", "没有发现 1"))],
)
def test_the_report_says_what_was_found(front: Front, language: Language, said: tuple[str, ...]) -> None:
    html = compose_report(front.context, DAY, language)
    for text in said:
        assert text in html
    assert "<script" not in html
    assert not re.findall(r"(?:src|href)=", html), "it loads nothing"


def test_the_board_serves_it_with_its_own_style(front: Front) -> None:
    board = TestClient(create_app(lambda: front.print(Printed(articles=[]))), base_url="http://127.0.0.1")
    answer = board.get(f"/report?day={DAY}&lang=zh")
    assert answer.status_code == 200
    assert re.search(r"style-src 'sha256-", answer.headers["content-security-policy"])
    assert f"/report?day={DAY}" in board.get(f"/ledger?day={DAY}").text


def test_a_day_of_which_nothing_is_known_says_so(front: Front) -> None:
    html = compose_report(front.context, DAY.replace(day=1), "en")
    assert "Sources are judged when a day is closed." in html
