"""The digest of a day is due once the day is closed, and only while it is news."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mediawatch.context import Context
from mediawatch.delivery import MessageKind
from mediawatch.keywords.evaluations import evaluate_again
from mediawatch.lake.batches import BatchKey
from mediawatch.records import Reason
from mediawatch.workflow import digests
from mediawatch.workflow.closing import close_day
from mediawatch.workflow.watch import tell
from tests.support.gazette import at
from tests.support.lakes import DAY, MORNING, Shard, a_candidate, seal_by_hand

PAGES = {
    "zh": ("<p>日报</p>", "2026-04-29 新闻日报\n=====\n* 星穹\n    https://paper.example/1"),
    "en": ("<p>News</p>", "The news of 2026-04-29\n=====\n* 星穹\n    https://paper.example/1"),
}
NEXT = MORNING + timedelta(days=1)


def collect(context: Context, batch: str = "b1") -> None:
    candidate = a_candidate(f"https://www.paper.example/{batch}")
    lost = Shard(candidates=[candidate], fetched=[(candidate, Reason.GONE)])
    seal_by_hand(context.store, BatchKey(day=DAY, batch=batch), lost)


def keep(context: Context) -> None:
    digests.keep(context.store, DAY, digests.state_of(context.store, DAY), PAGES)


@pytest.fixture
def after(context: Context) -> Context:
    """The newsroom on the next day, with a closing evaluation of DAY."""
    collect(context)
    later = at(context, NEXT)
    evaluate_again(later, DAY)
    return later


def test_it_is_due_when_the_day_is_closed_and_the_digest_kept_after_that(after: Context) -> None:
    keep(after)
    assert (digests.complete_day(after), digests.digest_notices(after)) == (None, {})
    close_day(after, DAY)
    assert digests.complete_day(after) == DAY
    assert digests.digest_notices(after) == {}
    keep(after)

    notices = digests.digest_notices(after)
    assert {language: [notice.title for notice in found] for language, found in notices.items()} == {
        "zh": ["2026-04-29 新闻日报"],
        "en": ["The news of 2026-04-29"],
    }
    [chinese] = notices["zh"]
    assert (chinese.notice_id, chinese.kind, chinese.day) == ("digest/2026-04-29", MessageKind.DIGEST, DAY)
    assert (chinese.html, "星穹" in chinese.text) == ("<p>日报</p>", True)


def test_the_rest_of_a_long_one_stands_on_the_board(after: Context) -> None:
    close_day(after, DAY)
    keep(after)
    address = "https://newsroom.example/board/"
    with_board = replace(after, settings=after.settings.model_copy(update={"board_url": address}))
    [notice] = digests.digest_notices(with_board)["en"]
    assert notice.rest.endswith(f"{address}?day=2026-04-29")
    assert "http" not in digests.digest_notices(after)["en"][0].rest


def test_what_came_late_opens_the_day_again(after: Context) -> None:
    close_day(after, DAY)
    keep(after)
    collect(after, "b2")
    assert digests.digest_notices(after) == {}


def test_a_day_that_is_long_over_is_no_news(context: Context) -> None:
    collect(context)
    much_later = at(context, MORNING + timedelta(days=2))
    evaluate_again(much_later, DAY)
    close_day(much_later, DAY)
    keep(much_later)
    assert digests.digest_notices(much_later) == {}
    # Not even to a newsroom whose clock is set back: the evaluation that closed the day was not live.
    assert digests.digest_notices(at(context, NEXT)) == {}


def test_without_recipients_telling_does_nothing(after: Context) -> None:
    close_day(after, DAY)
    keep(after)
    assert tell(after).sent == 0
