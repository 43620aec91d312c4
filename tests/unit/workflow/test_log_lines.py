"""What a run writes to the log: one link can be followed through it by its address and its id."""

from __future__ import annotations

import logging
import re

import pytest

from mediawatch.context import Context
from tests.support.gazette import Gazette
from tests.support.lakes import DAY, built, harvest
from tests.support.sites import reply

pytestmark = pytest.mark.slow


def test_one_link_is_followed_through_a_run_by_its_address_and_its_id(
    context: Context, paper: Gazette, caplog: pytest.LogCaptureFixture
) -> None:
    paper.publish("/a/1")
    paper.publish("/a/gone", answer=reply(status=404))
    with caplog.at_level(logging.INFO, "mediawatch"):
        harvest(context, "morning")
        built(context, DAY)
    lines = caplog.messages
    good = [line for line in lines if paper.url("/a/1") in line]
    assert [line.partition(" url=")[0] for line in good] == ["fetched", "article"]
    assert all(f"link_id='{paper.link('/a/1')}'" in line and "batch='morning'" in line for line in good)
    (gone,) = [line for line in lines if paper.url("/a/gone") in line]
    assert gone.startswith("not fetched ")
    assert "reason='gone'" in gone
    assert [line for line in lines if line.startswith("visited ") and "items=2" in line]
    made = [line for line in lines if line.startswith("made ")]
    assert {re.search(r"partition='(\w+)/", line)[1] for line in made} == {  # type: ignore[index]
        "read", "extract", "analyse", "audit", "cluster", "index", "ledger", "publish",
    }  # fmt: skip
