from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mediawatch.orchestration.batches import run_key


@dataclass(frozen=True, kw_only=True)
class Run:
    run_id: str
    run_after: datetime
    dag_id: str = "harvest_news"
    try_number: int = 1


instants = st.integers(min_value=0, max_value=4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))


@given(run_id=st.text(min_size=1), run_after=instants)
def test_a_key_is_safe_as_a_path_element_and_the_same_for_every_try(run_id: str, run_after: datetime) -> None:
    keys = {run_key(Run(run_id=run_id, run_after=run_after, try_number=number)) for number in (1, 2, 3)}
    assert len(keys) == 1
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{8}", keys.pop())


@given(run_after=instants, later=st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=999)))
def test_keys_sort_by_the_instant_whatever_the_kind_of_run(run_after: datetime, later: timedelta) -> None:
    morning = run_key(Run(run_id="scheduled__morning", run_after=run_after))
    evening = run_key(Run(run_id="manual__evening", run_after=run_after + later))
    assert morning < evening


def test_two_runs_of_the_same_instant_differ() -> None:
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    keys = {run_key(Run(run_id=name, run_after=noon)) for name in ("scheduled__x", "manual__x")}
    assert len(keys) == 2
