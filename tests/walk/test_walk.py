"""The walk of one article, for all of a day: six sites harvested in the morning and in the evening, built and closed.

Elasticsearch is not part of it: admitted articles wait in the lake (`tests/kill` and `tests/contracts` have it).
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from devsites import Newsroom as Sites
from devsites.truth import Expected
from mediawatch.board.app import create_app
from mediawatch.board.local_index import refresh
from mediawatch.board.state import open_board
from mediawatch.context import Context
from mediawatch.lake.batches import BatchManifest, read_batch_rows, sealed_batches
from mediawatch.lake.partitions import PartitionKey, Receipt, current, read_rows
from mediawatch.pipeline.admitted import admitted_articles, placed_articles
from mediawatch.records import Article, Reason
from mediawatch.records.ledger import STAGES
from mediawatch.search import Generation
from mediawatch.sources.urls import link_id
from mediawatch.tables.extraction import RANKINGS
from mediawatch.tables.harvest import CANDIDATES
from mediawatch.tables.ledger import BOUNDARIES, FINAL_OUTCOMES, FinalOutcome
from mediawatch.workflow.closing import close_day, is_closed
from mediawatch.workflow.serving import documents_of
from tests.support.days import row_digests
from tests.support.lakes import DAY, EVENING, built, context_of, harvest, rows_of
from tests.support.newsroom import open_newsroom

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

EARLY = EVENING.replace(hour=1)
"""Before the revisions of the day, so that the evening finds them."""

TOO_OLD = EARLY - timedelta(days=3)
OUTCOMES = {
    "article": {Reason.NOT_INDEXED_YET},
    # An emptied page still has its frame; what that leaves is either no text or too little.
    "no_text": {Reason.NO_TEXT, Reason.BELOW_STANDARD},
}
"""Where the truth's word for an outcome is not the one reason of the same name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """The day when all is done."""

    sites: Sites
    context: Context
    folder: Path
    receipts: dict[str, Receipt]
    truth: dict[str, Expected]

    @property
    def fates(self) -> dict[str, FinalOutcome]:
        """What the ledger says of each link."""
        return {fate.link_id: fate for fate in rows_of(self.context.store, FINAL_OUTCOMES)}

    @property
    def articles(self) -> dict[str, Article]:
        """The admitted articles by link."""
        return {article.link_id: article for article in admitted_articles(self.context.store, DAY)}

    @property
    def evening(self) -> BatchManifest:
        """The second batch."""
        return sealed_batches(self.context.store, DAY)[1]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    """Morning harvest, build; evening harvest, build."""
    folder = tmp_path_factory.mktemp("walk")
    with open_newsroom(EARLY) as sites:
        context = context_of(sites, folder)
        harvest(context, "20260429T010000Z")
        built(context, DAY)
        sites.set_now(EVENING)
        harvest(context, "20260429T220000Z")
        receipts = built(context, DAY)
        yield Walked(sites=sites, context=context, folder=folder, receipts=receipts, truth=truth_of(sites))


def truth_of(sites: Sites) -> dict[str, Expected]:
    """What was announced in the last days, by link; an address announced twice is one link."""
    days = [DAY - timedelta(days=back) for back in range(9)]
    lines = [line for day in days for line in sites.truth(day, seen_at=EVENING) if line.outcome != "duplicate"]
    return {link_id(line.url): line for line in lines}


def expected_reasons(line: Expected) -> set[Reason]:
    """What may become of an announced address on the day."""
    if line.outcome != "off_site" and line.changed_at < TOO_OLD:
        return {Reason.TOO_OLD}
    return OUTCOMES.get(line.outcome) or {Reason(line.outcome)}  # type: ignore[call-arg]


def test_every_announced_link_has_its_outcome(walked: Walked) -> None:
    fates = walked.fates
    todays = {link for link, line in walked.truth.items() if line.announced_at.date() == DAY}
    assert todays <= set(fates) <= set(walked.truth)
    wrong = {line.url: fates[link] for link, line in walked.truth.items() if is_wrong(fates.get(link), line)}
    assert wrong == {}


def is_wrong(fate: FinalOutcome | None, line: Expected) -> bool:
    return fate is not None and fate.reason not in expected_reasons(line)


def test_the_articles_say_what_the_pages_say(walked: Walked) -> None:
    articles = walked.articles
    assert len(articles) > 100
    for link, article in articles.items():
        line = walked.truth[link]
        assert (article.title, article.language) == (line.title, line.language)
        assert article.original_publisher == line.original_publisher
        assert article.published_at == line.published_at
        if line.published_at is None:
            assert article.published_on == line.published_on
        assert article.announced_at in (line.announced_at, None)
        assert article.counted_on == DAY
        assert article.site == line.url.split("/")[2]


def test_the_texts_are_whole_paragraphs_of_the_page(walked: Walked) -> None:
    """All of them, also of an article on several pages."""
    for link, article in walked.articles.items():
        line = walked.truth[link]
        missing = [paragraph for paragraph in (line.zh or line.en) if paragraph not in article.text]
        assert missing == [], article.url
        assert article.pages == len(line.breaks) + 1


def test_the_ranking_lists_are_rows_of_their_own(walked: Walked) -> None:
    receipt = current(walked.context.store, PartitionKey(stage="extract", day=DAY, batch=walked.evening.batch))
    assert receipt is not None
    rows = list(read_rows(walked.context.store, receipt, RANKINGS))
    assert {row.rank for row in rows} == set(range(1, 61))
    assert {row.day for row in rows} == {DAY}
    assert not any(row.title in article.text for row in rows for article in walked.articles.values())


def test_a_copied_report_is_an_article_on_each_site_that_printed_it(walked: Walked) -> None:
    copies = [walked.truth[link] for link in walked.articles if walked.truth[link].kind == "wire"]
    todays = [line for line in copies if line.published_on >= DAY]
    assert len({line.site for line in todays}) == 4


def test_what_changed_during_the_day_is_a_revision(walked: Walked) -> None:
    revised = {link: article for link, article in walked.articles.items() if article.revision > 1}
    assert {(walked.truth[link].kind, article.revision) for link, article in revised.items()} == {("revised", 2)}
    assert {walked.truth[link].site for link in revised} == {"hyacinth", "langang"}
    assert all(article.title == walked.truth[link].title for link, article in revised.items())
    assert all(article.first_seen_at == EARLY for article in revised.values())


def test_the_evening_fetches_nothing_twice(walked: Walked) -> None:
    rows = list(read_batch_rows(walked.context.store, walked.evening, CANDIDATES))
    again = [row for row in rows if row.reason is None and row.announced_at and row.announced_at < EARLY]
    robots = [row for row in again if walked.truth[row.link_id].outcome == "robots"]
    assert {row.url for row in again} - {row.url for row in robots} == {row.url for row in rows if row.is_recheck}
    assert sum(row.reason is Reason.KNOWN_ALREADY for row in rows) > 50


def test_the_ledger_balances_and_its_seams_close(walked: Walked) -> None:
    rows = [row for row in rows_of(walked.context.store, BOUNDARIES) if row.kind == "stage"]
    sums = {stage: [row for row in rows if row.stage == stage] for stage in STAGES}
    passed = len(walked.fates)
    for stage in STAGES:
        assert sum(row.received for row in sums[stage]) == passed
        assert all(row.received == row.passed + row.lost + row.pending for row in sums[stage])
        passed = sum(row.passed for row in sums[stage])
    assert {row.source for row in rows} == {outlet.masthead.key for outlet in walked.sites.outlets}


def test_every_surface_tells_the_same_figures_of_the_day(walked: Walked) -> None:
    """The board's page and files, the digest, the ledger, each source's page, and what the dashboards count."""
    refresh(walked.context)
    state = open_board(walked.context)
    board = TestClient(create_app(lambda: state), base_url="http://127.0.0.1")
    board.params = {"day": str(DAY), "lang": "en"}
    tables = {name: _file(board, name) for name in ("articles", "stories", "days", "stages", "sources")}
    page = dict(re.findall(r'<div class="(\w+)"><dt>[^<]*</dt><dd>([\d,]+)', board.get("/").text))
    generation = Generation(prefix="m", name="articles", number=1, period="month")
    placed = documents_of(walked.context, placed_articles(walked.context.store, DAY), generation)
    documents = [document.source or {} for _, document in placed]
    audited = {row["stage"]: row for row in tables["stages"]}["audit"]

    assert (
        {len(walked.articles), len(tables["articles"]), len(documents), int(page["articles"])}
        == {int(tables["days"][-1]["articles"]), int(audited["passed"])}
        == {sum(int(row["articles"]) for row in tables["stories"])}
    )
    assert len(tables["stories"]) == int(page["stories"]) == len({document["story_id"] for document in documents})
    told = f"{page['articles']} articles by {page['publishers']} publishers on {page['sites']} sites."
    assert told in board.get("/digest").text
    assert int(page["sites"]) == len({document["site"] for document in documents})
    assert int(page["publishers"]) == len({document["publisher"] for document in documents})
    by_source = Counter(document["source"] for document in documents)
    for source in walked.context.catalogue.sources:
        assert f">{by_source[source.name]} articles<" in board.get("/source", params={"name": source.name}).text


def _file(board: TestClient, name: str) -> list[dict[str, str]]:
    text = board.get(f"/csv/{name}.csv").text.removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def test_building_again_does_nothing(walked: Walked) -> None:
    before = walked.context.store.list("")

    assert built(walked.context, DAY) == walked.receipts
    assert walked.context.store.list("") == before


def test_rebuilt_from_its_facts_alone_the_day_comes_out_the_same(walked: Walked) -> None:
    for facts in ("harvest", "register"):
        shutil.copytree(walked.folder / "lake" / facts, walked.folder / "rebuilt" / facts)
    again = context_of(walked.sites, walked.folder, lake="rebuilt")
    built(again, DAY)

    assert row_digests(again.store, DAY) == row_digests(walked.context.store, DAY)


def test_closed_the_day_is_remembered_by_the_next(walked: Walked) -> None:
    """Last, because it goes on to the next day."""
    tomorrow = EVENING + timedelta(hours=3)
    walked.sites.set_now(tomorrow)
    context = replace(walked.context, clock=lambda: tomorrow)
    close_day(context, DAY)
    assert is_closed(context.store, DAY)

    known = {link for link, fate in walked.fates.items() if link in walked.articles or is_fault(fate)}
    harvest(context, "20260430T010000Z")
    (manifest,) = sealed_batches(context.store, date(2026, 4, 30))
    rows = [row for row in read_batch_rows(context.store, manifest, CANDIDATES) if row.link_id in known]
    assert rows
    assert {row.reason for row in rows if not row.is_recheck} == {Reason.KNOWN_ALREADY}


def is_fault(fate: FinalOutcome) -> bool:
    return fate.reason in (Reason.GONE, Reason.CHALLENGE, Reason.NO_TEXT, Reason.BELOW_STANDARD)
