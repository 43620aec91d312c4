"""Past days from dated sitemaps: each page counts on the day on which it was published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from mediawatch.context import Context
from mediawatch.errors import BadRequest
from mediawatch.lake.batches import sealed_batches, sealed_days
from mediawatch.pipeline.admitted import admitted_articles
from mediawatch.records import Reason, Seed
from mediawatch.workflow.backfilling import backfill
from mediawatch.workflow.runner import build_day
from tests.support.gazette import Gazette, open_gazettes
from tests.support.lakes import DAY, MORNING, a_context, harvest
from tests.support.sites import reply

pytestmark = pytest.mark.slow

OLD = DAY - timedelta(days=400)
OLDER = DAY - timedelta(days=401)


def urlset(paper: Gazette, *lines: tuple[str, date | None]) -> str:
    entries = "".join(
        f"<url><loc>{paper.url(path)}</loc>{f'<lastmod>{day}T09:00:00+00:00</lastmod>' if day else ''}</url>"
        for path, day in lines
    )
    return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</urlset>"


@pytest.fixture(name="paper")
def _paper() -> Iterator[Gazette]:
    """A paper with a sitemap a day, of which one has articles that moved, are gone or have no date."""
    with open_gazettes("paper") as [paper]:
        for path, day in (("/a", OLDER), ("/b", OLD), ("/new", DAY), ("/elsewhere", OLDER)):
            paper.publish(path, at=MORNING + (day - DAY))
        paper.site.says("/moved", reply(status=301, headers=[("Location", paper.url("/elsewhere"))]))
        paper.site.says("/gone", reply(status=410))
        locations = "".join(f"<sitemap><loc>{paper.url(f'/{day}.xml')}</loc></sitemap>" for day in (OLDER, OLD, DAY))
        paper.site.says(
            "/index.xml",
            reply(f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{locations}</sitemapindex>"),
        )
        lines = (("/a", OLDER), ("/moved", OLDER), ("/gone", OLDER), ("/undated", None))
        paper.site.says(f"/{OLDER}.xml", reply(urlset(paper, *lines)))
        paper.site.says(f"/{OLD}.xml", reply(urlset(paper, ("/b", OLD))))
        paper.site.says(f"/{DAY}.xml", reply(urlset(paper, ("/new", DAY))))
        yield paper


@pytest.fixture(name="context")
def _context(tmp_path: Path, paper: Gazette) -> Context:
    seed = Seed(kind="news_sitemap", url=paper.url("/index.xml"))
    return a_context(tmp_path, paper.source(discovery=(seed,)))


def test_each_page_counts_on_the_day_that_its_announcement_says(context: Context, paper: Gazette) -> None:
    done = backfill(context, ["paper"], OLDER, OLD)

    assert (done.undated, done.unread) == (1, ())
    older, old = done.days
    assert (older.day, older.announced, older.known, older.taken) == (OLDER, 3, 0, 2)
    assert older.failed == Counter({Reason.GONE: 1, Reason.COPY_OF_LINK: 1})
    assert (old.day, old.announced, old.taken, old.failed) == (OLD, 1, 1, Counter())
    assert sealed_days(context.store) == [OLDER, OLD]
    assert paper.asked("/new") == []
    build_day(context, OLD)
    [article] = admitted_articles(context.store, OLD)
    assert (article.url, article.counted_on) == (paper.url("/b"), OLD)
    assert article.fetched_at.date() == DAY


def test_what_the_lake_has_is_not_asked_for_again(context: Context, paper: Gazette) -> None:
    backfill(context, ["paper"], OLD, OLD)
    again = backfill(context, ["paper"], OLDER, OLD)
    assert [(day.day, day.known, day.taken) for day in again.days] == [(OLDER, 0, 2), (OLD, 1, 0)]
    assert len(paper.asked("/b")) == 1
    assert len(sealed_batches(context.store, OLD)) == 1


def test_a_seed_that_does_not_answer_is_named(context: Context, paper: Gazette) -> None:
    paper.site.says(f"/{OLD}.xml", reply(status=500))
    done = backfill(context, ["paper"], OLD, OLD)
    assert list(done.days) == []
    assert [line.partition(": ")[0] for line in done.unread] == [paper.url(f"/{OLD}.xml")]


def test_a_harvest_of_today_goes_on_as_ever(context: Context) -> None:
    backfill(context, ["paper"], OLDER, OLD)
    harvest(context, "today")
    assert sealed_days(context.store) == [OLDER, OLD, DAY]


@pytest.mark.parametrize(
    ("names", "first", "last"), [([], OLD, OLD), (["paper"], OLD, OLDER), (["paper"], OLD, DAY), (["papper"], OLD, OLD)]
)
def test_what_cannot_be_filled_in_is_refused(context: Context, names: list[str], first: date, last: date) -> None:
    with pytest.raises(BadRequest):
        backfill(context, names, first, last)
