"""A row of each small index."""

from datetime import UTC, date, datetime

from mediawatch.records import QualityResult
from mediawatch.search import RunRow
from tests.support.index import MORNING

DAY = date(2026, 3, 14)
RULE = QualityResult(
    day=DAY,
    suite="articles",
    rule="title_length",
    source="harbour",
    severity="error",
    observed="0.9",
    expected="1.0",
    checked=10,
    failed=1,
    is_passed=False,
)
RUN = RunRow(
    run_key="r1",
    stage="index",
    day=DAY,
    batch="b1",
    started_at=MORNING,
    ended_at=datetime(2026, 3, 14, 6, 31, 30, tzinfo=UTC),
    is_passed=True,
    detail="",
    received=10,
    delivered=9,
)
