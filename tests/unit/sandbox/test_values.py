"""What children send back: the package's values and plain ones, and no call to anything else."""

from __future__ import annotations

import os
import pickle
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import lxml.html
import numpy as np
import pytest

from mediawatch.records import Loss, Reason
from mediawatch.sandbox import examples
from mediawatch.sandbox.values import read_value, write_value

LOSS = Loss(stage="extract", link_id="5" * 32, source="daily", reason=Reason.NO_TEXT, detail="3 characters")


class Command:
    """What a hostile child could send."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[Any, ...]:
        return self.call


@pytest.mark.parametrize(
    "value",
    [
        LOSS,
        examples.FEED,
        examples.SOURCE,
        Reason.GONE,
        (datetime(2026, 3, 5, tzinfo=UTC), date(2026, 3, 5), time(8, 30), timedelta(hours=8)),
        {"a": [1, 2.5, True, None, "水", b"\0", frozenset({1}), {2}]},
    ],
)
def test_values_come_back_as_they_were(value: object) -> None:
    found = read_value(write_value(value))
    assert found == value
    assert type(found) is type(value)


def test_strings_and_numbers_of_libraries_become_pythons_own() -> None:
    text = lxml.html.fromstring("<p>水库<b>公布</b></p>").xpath("//text()")[0]
    assert type(text) is not str
    found = read_value(write_value([text, np.float64(0.5), np.int64(3)]))
    assert found == ["水库", 0.5, 3]
    assert [type(value) for value in found] == [str, float, int]


@pytest.mark.parametrize(
    "sent",
    [
        Command(os.system, "true"),
        Command(eval, "1"),
        Command(getattr, LOSS, "reason"),
        Command(read_value, b""),
        Command(Counter),
        os.path.join,
    ],
)
def test_nothing_is_called_that_is_no_value(sent: object) -> None:
    with pytest.raises(pickle.UnpicklingError, match="is no value of ours"):
        read_value(pickle.dumps(sent))


def test_a_way_through_a_module_of_ours_leads_nowhere() -> None:
    through = b"\x80\x04\x8c\x1amediawatch.sandbox.serving\x8c\tos.system\x93\x8c\x04true\x85R."
    with pytest.raises(pickle.UnpicklingError, match=r"os\.system is no value of ours"):
        read_value(through)


@pytest.mark.parametrize("put", [b"p4000000\n", b"q\xff", b"r\x00\x5a\x62\x02"])
def test_no_place_in_the_memory_of_the_reader_is_numbered(put: bytes) -> None:
    """A reader makes room for the largest number: nine bytes would take gigabytes."""
    with pytest.raises(pickle.UnpicklingError, match="is numbered"):
        read_value(b"\x80\x04N" + put + b".")
