"""What tasks say for the note of their run."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from mediawatch.errors import GateClosed
from mediawatch.orchestration.notes import FAILURE, NOTE, counted, note, note_failure


class Pushed(dict[str, Any]):
    """A task instance that only remembers its XComs."""

    def xcom_push(self, key: str, value: Any) -> None:
        self[key] = value


def test_what_is_said_is_in_the_log_and_in_the_note(caplog: pytest.LogCaptureFixture) -> None:
    ti = Pushed()
    with caplog.at_level(logging.INFO, "mediawatch.progress"):
        note(ti, "2026-01-05: 4 alerts", "3 sent")
    assert caplog.messages == ["2026-01-05: 4 alerts", "3 sent"]
    assert ti == {NOTE: "2026-01-05: 4 alerts\n3 sent"}


def test_a_failure_leaves_its_sentence() -> None:
    ti = Pushed()
    note_failure({"ti": ti, "exception": GateClosed("2026-01-05 is held back")})
    assert ti == {FAILURE: "GateClosed: 2026-01-05 is held back"}


@pytest.mark.parametrize("context", [{}, {"exception": None}, {"exception": "the process is gone"}])
def test_without_an_error_at_hand_nothing_is_left(context: dict[str, Any]) -> None:
    ti = Pushed()
    note_failure({"ti": ti, **context})
    assert ti == {}


def test_counts_are_said_in_their_order() -> None:
    assert counted({"candidates": 60, "fetched": 40}) == "60 candidates, 40 fetched"
    assert counted({}) == "nothing"
