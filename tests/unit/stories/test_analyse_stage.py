"""Each article revision is signed once, where its batch is analysed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mediawatch.context import Context
from mediawatch.errors import NotReady
from mediawatch.lake.partitions import PartitionKey, current
from mediawatch.sources.publishers import Publisher, Publishers
from mediawatch.stories import signature
from mediawatch.tables.stories import SIGNATURES, Signed
from mediawatch.workflow.runner import run_stage
from tests.support.articles import html, paragraphs
from tests.support.gazette import Gazette, at
from tests.support.lakes import DAY, EVENING, MORNING, harvest, rows_of
from tests.support.sites import reply

pytestmark = pytest.mark.slow

FIRST, SECOND = "20260429T090000Z", "20260429T220000Z"
WIRE = Publisher(id="bay-wire", name="海湾通讯社", hosts=("baywire.example",))
HOUSE = Publisher(id="the-paper", name="某某日报", hosts=("127.0.0.1",))


def signed(context: Context, batch: str = FIRST) -> dict[str, Signed]:
    for stage in ("extract", "analyse"):
        run_stage(context, stage, DAY)
    return {row.url: row for row in rows_of(context.store, SIGNATURES, batch=batch)}


def test_every_article_has_a_signature_of_its_title_and_text(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1", "/a/2")
    harvest(context, FIRST)
    rows = signed(context)

    assert set(rows) == {paper.url("/a/1"), paper.url("/a/2")}
    row = rows[paper.url("/a/1")]
    assert (row.article_id, row.revision, row.at, row.named_publisher) == (paper.link("/a/1"), 1, MORNING, "")
    assert row.title == "城北水库春灌水量充足 /a/1"
    assert len(row.signature) == len(signature("", "城北水库春灌水量充足" * 3))
    assert row.site == paper.source().home_host.partition(":")[0] or row.site == paper.source().home_host


def test_publisher_and_site_are_told_in_the_same_terms(context: Context, paper: Gazette) -> None:
    line = "<p class='source'>来源：海灣通訊社</p>"
    paper.publish("/a/1", answer=reply(html(top=line)))
    harvest(context, FIRST)
    known = replace(context, publishers=Publishers(entries=(WIRE,)))
    (row,) = signed(known).values()

    assert row.named_publisher == "bay-wire"


def test_a_publisher_that_the_dictionary_does_not_know_is_its_folded_name(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1", answer=reply(html(top="<p class='source'>来源：海灣通訊社</p>")))
    harvest(context, FIRST)
    (row,) = signed(context).values()

    assert row.named_publisher == "海湾通讯社"


def test_a_revision_is_signed_in_its_own_batch(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1", "/a/2")
    harvest(context, FIRST)
    before = signed(context)
    other = paragraphs(
        "晚上补充了许多新的说法，与早上不同，市民可以到水务局的网站上查看全部的放水时间和各镇的安排。" * 3
    )
    paper.publish("/a/1", updated=EVENING - timedelta(hours=1), answer=reply(html(body=other)))
    evening = at(context, EVENING)
    harvest(evening, SECOND)
    after = signed(evening, SECOND)

    assert [(row.article_id, row.revision) for row in after.values()] == [(paper.link("/a/1"), 2)]
    assert after[paper.url("/a/1")].signature != before[paper.url("/a/1")].signature
    assert signed(evening) == before


def test_it_is_made_again_when_the_publishers_change(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1")
    harvest(context, FIRST)
    signed(context)
    key = PartitionKey(stage="analyse", day=DAY, batch=FIRST)
    first = current(context.store, key)
    signed(context)
    assert current(context.store, key) == first

    signed(replace(context, publishers=Publishers(entries=(WIRE,))))
    assert current(context.store, key) != first


def test_it_waits_for_extraction(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1")
    harvest(context, FIRST)
    with pytest.raises(NotReady, match="analyse of .* has to wait: extract/"):
        run_stage(context, "analyse", DAY)
