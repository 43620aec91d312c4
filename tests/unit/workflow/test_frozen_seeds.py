"""A feed that stands still beside a living site is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mediawatch.context import Context
from mediawatch.records import Seed
from mediawatch.sources.catalogue import Catalogue
from mediawatch.workflow.checking_sources import SourceFinding, check_sources
from tests.support.articles import html
from tests.support.gazette import FEED, Entry, Gazette, atom
from tests.support.lakes import MORNING
from tests.support.sites import reply

DAY = timedelta(days=1)
LINK = "/2026/04/29/1234567"


def checked(context: Context) -> SourceFinding:
    (finding,) = check_sources(context)
    return finding


def front(paper: Gazette, path: str) -> None:
    paper.site.says("/", reply(html(body=f'<p><a href="{path}">城北水库今年的水来得比往年早</a></p>')))


def test_beside_a_home_page_with_new_articles(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1", at=MORNING - 300 * DAY)
    front(paper, LINK)
    finding = checked(context)
    assert finding.verdict == "frozen"
    said = f"frozen, its newest item is of 2025-07-03, while the site has one of 2026-04-29 ({paper.url(LINK)})"
    assert f"{paper.url(FEED)}: {said}" in finding.trouble


def test_beside_another_seed(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1", at=MORNING - DAY)
    old = Entry(url=paper.url("/a/0"), title="旧闻", published=MORNING - 9 * DAY, updated=MORNING - 9 * DAY)
    paper.site.says("/old.xml", reply(atom([old])))
    seeds = tuple(Seed(kind="feed", url=paper.url(path)) for path in (FEED, "/old.xml"))
    finding = checked(replace(context, catalogue=Catalogue(sources=(paper.source(discovery=seeds),))))
    assert finding.verdict == "alive"
    assert f"{paper.url('/old.xml')}: frozen, its newest item is of 2026-04-20" in finding.trouble
    assert paper.url(FEED) in finding.trouble


def test_not_where_the_site_is_as_old_or_says_nothing(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1", at=MORNING - 30 * DAY)
    front(paper, "/2026/03/30/1234567")
    assert (checked(context).verdict, "frozen" in checked(context).trouble) == ("silent", False)
    front(paper, "/a/1234567")
    assert checked(context).verdict == "silent"
