"""Log lines: what they are about, and that no value can break one."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from datetime import date

import pytest

from mediawatch import logs
from mediawatch.records import Reason

LOG = logs.logger("mediawatch.tests")


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    root = logging.getLogger("mediawatch")
    level, handlers = root.level, list(root.handlers)
    yield
    root.setLevel(level)
    root.handlers = handlers
    logs.use_format("text")


def test_a_line_says_what_it_is_about_and_no_value_can_break_it(capsys: pytest.CaptureFixture[str]) -> None:
    logs.to_stderr("INFO", "text")
    with logs.bound(day=date(2026, 4, 29), batch="morning", stage=""):
        LOG.info("fetched", url="https://a.example/1\n\x1b[2J\u202e", status=200, reason=None, detail="")
    LOG.info("made", reason=Reason.GONE)
    LOG.debug("nothing")
    first, second = capsys.readouterr().err.splitlines()
    assert re.fullmatch(
        r"2\d{3}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO fetched url='https://a\.example/1\\n\\x1b\[2J\\u202e' status=200 "
        r"day='2026-04-29' batch='morning'",
        first,
    )
    assert second.endswith("INFO made reason='gone'")


def test_for_programs_each_line_is_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    logs.to_stderr("INFO", "json")
    with logs.bound(day=date(2026, 4, 29)):
        LOG.warning("no article", url="https://a.example/关\u202e", reason=Reason.NO_TEXT)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.isascii()
    assert json.loads(line) == {
        "event": "no article",
        "level": "warning",
        "logger": "mediawatch.tests",
        "url": "https://a.example/关\u202e",
        "reason": "no_text",
        "day": "2026-04-29",
    }
