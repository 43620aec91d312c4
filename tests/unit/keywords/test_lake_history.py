"""The past in the lake answers as the past in memory does, over roll-ups and days alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from mediawatch.context import Context
from mediawatch.keywords import DayCodes, MemoryHistory, codes_of
from mediawatch.keywords.lake_history import LakeHistory
from mediawatch.keywords.terms_stage import readings_of
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, current
from mediawatch.tables.keywords import PUBLISHER_STARTS, TERM_SPANS
from mediawatch.workflow.runner import run_stage
from tests.support.chronicle import about_the_new_word, quiet, write_day, write_quiet_days
from tests.support.lakes import a_context

pytestmark = pytest.mark.slow

TODAY = date(2026, 4, 9)
FIRST = TODAY - timedelta(days=40)
WORDS = ("河堤", "图书馆", "渔民", "从未")


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """Forty counted days over three months, one of them with other words."""
    room = a_context(tmp_path, at=datetime.combine(TODAY, time(12), UTC))
    write_quiet_days(room, TODAY, 40)
    odd = TODAY - timedelta(days=12)
    write_day(room, odd, [*quiet(odd), *about_the_new_word()])
    run_stage(room, "terms", odd)
    return room


def in_memory(context: Context) -> MemoryHistory:
    held = MemoryHistory(table_days=60)
    for number in range(40):
        day = FIRST + timedelta(days=number)
        held.add(day, list(readings_of(context, day)))
    return held


def test_counts_days_and_publishers_are_those_of_memory(context: Context) -> None:
    lake, memory = LakeHistory(context.store, TODAY), in_memory(context)
    last = TODAY - timedelta(days=1)

    assert lake.exposures(FIRST, last) == memory.exposures(FIRST, last)
    key = lambda tally: (tally.day, tally.publisher)  # noqa: E731
    assert {term: sorted(rows, key=key) for term, rows in lake.tallies(WORDS, FIRST, last).items()} == {
        term: sorted(rows, key=key) for term, rows in memory.tallies(WORDS, FIRST, last).items()
    }
    assert dict(lake.totals(WORDS, FIRST, last)) == dict(memory.totals(WORDS, FIRST, last)) != {}
    assert lake.spans(WORDS, TODAY) == memory.spans(WORDS, TODAY)
    assert lake.publishers(TODAY) == memory.publishers(TODAY)


def test_strings_are_those_of_memory_with_their_publishers(context: Context) -> None:
    day = TODAY - timedelta(days=12)
    [lake], [memory] = LakeHistory(context.store, TODAY).codes(day, day), in_memory(context).codes(day, day)

    def texts(held: DayCodes) -> set[tuple[str, tuple[int, ...]]]:
        bounds = [0, *np.cumsum(held.sizes).tolist()]
        pieces = (tuple(held.codes[first:end].tolist()) for first, end in pairwise(bounds))
        return set(zip(held.publishers, pieces, strict=True))

    assert texts(lake) == texts(memory)


def test_a_string_of_an_old_month_is_found_on_its_days(context: Context) -> None:
    """The month is too long ago for its days to be asked: its filter says where to look."""
    later = TODAY + timedelta(days=300)
    lake = LakeHistory(context.store, later)
    odd = TODAY - timedelta(days=12)
    held, unheard = codes_of("渔民"), codes_of("从未听说")
    assert lake.last_standing([held, unheard], later) == {held: odd}
    assert lake.first_standing([held, unheard], later) == {held: odd}
    assert lake.last_standing([held], odd) == {}
    common = codes_of("图书馆")
    assert lake.first_standing([common], later) == {common: FIRST}
    assert lake.last_standing([common], later) == {common: TODAY - timedelta(days=1)}
    assert LakeHistory(context.store, TODAY).last_standing([held], TODAY) == {held: odd}


def test_a_month_rolled_up_by_an_earlier_version_is_rolled_up_again(context: Context) -> None:
    month = PartitionKey(stage="past", day=FIRST.replace(day=1))
    writer = PartitionWriter(context.store, month, inputs={"days": "of before"}, version="1", settings={})
    writer.append(TERM_SPANS, [])
    writer.append(PUBLISHER_STARTS, [])
    writer.publish()
    assert LakeHistory(context.store, TODAY, is_reader=True).spans(["渔民"], TODAY) == {}
    assert LakeHistory(context.store, TODAY).spans(["渔民"], TODAY)
    renewed = current(context.store, month)
    assert renewed is not None
    assert renewed.tables["filters"].rows


def test_a_day_counted_anew_takes_its_months_roll_up_with_it(context: Context) -> None:
    month = FIRST.replace(day=1)
    assert LakeHistory(context.store, TODAY).spans(["渔民"], TODAY)
    assert current(context.store, PartitionKey(stage="past", day=month)) is not None
    write_day(context, FIRST, [*quiet(FIRST), *about_the_new_word()])

    run_stage(context, "terms", FIRST)

    assert current(context.store, PartitionKey(stage="past", day=month)) is None
    assert LakeHistory(context.store, TODAY).spans(["渔民"], TODAY)["渔民"].first_on == FIRST
