"""What became of an address, over the harvests that knew it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from mediawatch.context import Context
from mediawatch.records import Reason
from mediawatch.workflow.revisions import change, changes
from mediawatch.workflow.runner import build_day
from mediawatch.workflow.tracing import Trace, TraceStep, steps, trace
from tests.support.gazette import Gazette, at, open_gazettes
from tests.support.lakes import DAY, MORNING, a_context, harvest
from tests.support.sites import redirect, reply

pytestmark = pytest.mark.slow

LATER = MORNING + timedelta(hours=6)


@dataclass
class Lived:
    """Two harvests of a day: an article that was changed in between, one that is gone, a teaser, and a redirect."""

    context: Context
    paper: Gazette

    def trace(self, path: str, **options: int) -> Trace:
        return trace(self.context, self.paper.url(path), **options)

    def steps(self, path: str) -> list[TraceStep]:
        return [step for batch in self.trace(path).batches for step in steps(batch)]


@pytest.fixture(name="lived", scope="module")
def _lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    with open_gazettes("paper") as [paper]:
        context = a_context(tmp_path_factory.mktemp("traced"), paper.source())
        paper.publish("/a", title="水库放水", text="第一稿。")
        paper.publish("/gone", answer=reply("no", status=404))
        paper.publish("/moved", answer=redirect("/b"))
        paper.publish("/b", title="农田灌溉开始")
        harvest(context, "first")
        paper.publish("/a", title="水库提前放水", text="第二稿，多了一句。", updated=LATER)
        later = at(context, LATER)
        harvest(later, "second")
        build_day(later, DAY)
        yield Lived(later, paper)


def test_an_article_is_followed_from_its_feed_to_its_story(lived: Lived) -> None:
    first = [step for step in lived.steps("/a") if step.batch == lived.trace("/a").batches[0].batch]
    assert [(step.stage, step.key) for step in first] == [
        ("discover", "trace.announced"),
        ("fetch", "trace.fetched"),
        ("extract", "trace.read"),
        ("audit", "trace.admitted"),
        ("cluster", "trace.told"),
    ], "the second revision is the one that is indexed"
    assert "/feed.xml" in str(first[0].fields["seed"])
    assert first[1].fields["status"] == 200
    assert first[2].fields["title"] == "水库放水"
    assert [step.reason for step in lived.steps("/a") if step.stage == "index"] == [Reason.NOT_INDEXED_YET]


def test_the_bytes_are_where_it_says(lived: Lived) -> None:
    [page] = lived.trace("/a").batches[0].pages
    data = lived.context.store.read(page.warc_file)
    assert data[page.warc_offset : page.warc_offset + page.warc_length][:2] == b"\x1f\x8b"


def test_revisions_and_what_changed_between_them(lived: Lived) -> None:
    found = lived.trace("/a")
    assert [article.revision for article in found.revisions] == [1, 2]
    [one] = changes(found.revisions)
    assert (one.title_before, one.title, one.has_new_title) == ("水库放水", "水库提前放水", True)
    assert [line for line in one.added if "第二稿" in line]
    assert [line for line in one.removed if "第一稿" in line]
    assert not change(found.revisions[0], found.revisions[0]).added


def test_what_is_gone_says_why(lived: Lived) -> None:
    told = [step for step in lived.steps("/gone") if step.stage == "fetch"]
    assert (told[-1].stage, told[-1].reason, told[-1].fields["detail"]) == ("fetch", Reason.GONE, "status 404")
    assert [batch.reason for batch in lived.trace("/gone").batches] == [Reason.GONE, Reason.KNOWN_ALREADY]


def test_where_a_link_led_finds_the_link_too(lived: Lived) -> None:
    found = lived.trace("/b")
    assert {batch.announced.url for batch in found.batches} == {lived.paper.url("/b"), lived.paper.url("/moved")}


def test_an_address_that_nobody_announced_has_no_trace(lived: Lived) -> None:
    assert lived.trace("/never").batches == ()
    assert trace(at(lived.context, LATER + timedelta(days=3)), lived.paper.url("/a"), days=2).batches == ()
    with pytest.raises(ValueError, match="http"):
        trace(lived.context, "no address")


def test_an_empty_lake_knows_nothing(tmp_path: Path) -> None:
    assert trace(a_context(tmp_path), "https://www.paper.example/a").batches == ()
