"""Visiting a source that is in the catalogue, or not yet: what is found is said, and nothing is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mediawatch.context import Context
from mediawatch.errors import BadConfiguration, BadRequest
from mediawatch.lake.disk import DiskStore
from mediawatch.sources.catalogue import Catalogue
from mediawatch.workflow.adding_sources import probe
from mediawatch.workflow.checking_sources import SourceFinding, alive_again, check_sources, probe_sources, summary
from tests.support.articles import html
from tests.support.gazette import FEED, Gazette, open_gazettes
from tests.support.lakes import MORNING
from tests.support.sites import LOOPBACK, reply

pytestmark = pytest.mark.slow

HOUR = timedelta(hours=1)


def checked(context: Context) -> SourceFinding:
    (finding,) = check_sources(context)
    stored = context.store.list("")
    assert [key for key in stored if not key.startswith("leases/host/")] == []
    return finding


def test_one_that_lives(context: Context, paper: Gazette) -> None:
    paper.publish("/a/old", at=MORNING - 9 * HOUR)
    paper.publish("/a/new", at=MORNING - HOUR, title="水库今年的水来得早")
    finding = checked(context)

    assert (finding.verdict, finding.items, finding.newest_at) == ("alive", 2, MORNING - HOUR)
    assert (finding.article_title, finding.robots, finding.trouble) == ("水库今年的水来得早", "allowed", "")
    assert finding.article_characters > 80
    assert str(finding).startswith("paper: alive; 2 items; newest 2026-04-29 08:00 UTC; robots allowed; article «水库")


class ReadOnly(DiskStore):
    """A lake that this process may read and not write to, as one that is mounted so."""

    def create(self, key: str, data: bytes) -> bool:
        raise BadConfiguration(f"{self.root}: cannot be read or written (Read-only file system)")


def test_a_lake_that_cannot_be_written_to_is_no_hindrance_and_that_is_said(
    context: Context, paper: Gazette, tmp_path: Path
) -> None:
    paper.publish("/a/1", at=MORNING - HOUR)
    (tmp_path / "closed").mkdir()
    closed, said = replace(context, store=ReadOnly(tmp_path / "closed")), list[str]()
    (finding,) = check_sources(closed, report=said.append)
    assert finding.verdict == "alive"
    [line] = said
    assert line.startswith("hosts were asked without holding them")
    assert "Read-only file system" in line
    assert [*(tmp_path / "closed").iterdir()] == []
    said.clear()
    check_sources(context, report=said.append)
    assert said == []


def test_many_are_summed_up_with_the_names_of_those_in_trouble(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1", at=MORNING - HOUR)
    alive = checked(context)
    others = {"herald": "silent", "post": "blocked", "times": "blocked"}
    found = [alive, *(replace(alive, source=name, verdict=verdict) for name, verdict in others.items())]

    assert summary(found) == ["4 sources: 1 alive, 2 blocked, 1 silent", "blocked: post, times", "silent: herald"]
    assert summary([]) == ["0 sources"]


def test_the_newest_item_may_be_no_article(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1", at=MORNING - 2 * HOUR)
    paper.publish("/video/2", at=MORNING - HOUR, answer=reply(html(body="<p> </p>")))
    assert checked(context).verdict == "alive"
    assert paper.asked("/video/2")


def test_one_whose_articles_have_several_addresses(context: Context, paper: Gazette) -> None:
    headlines = ("水库今年的水来得早", "镇图书馆新馆开放", "渔会讨论夜间捕捞限额", "学校周边人行道改善")
    for number, title in enumerate(headlines, start=4100123):
        for section in ("life", "city"):
            paper.publish(f"/news/{section}/{number}", at=MORNING - HOUR, title=title)
    finding = checked(context)
    assert "article_id" in finding.advice
    assert "/news/*/{id}" in finding.advice


def test_those_that_are_switched_off_are_probed_and_told_when_they_live(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1", at=MORNING - HOUR)
    off = replace(context, catalogue=Catalogue(sources=(paper.source(enabled=False),)))
    assert check_sources(off) == []
    findings = probe_sources(off)
    assert alive_again(off, findings) == ["alive again, and switched off: paper; `enabled: true` takes them up"]
    assert alive_again(context, findings) == []
    assert alive_again(off, [replace(findings[0], verdict="silent")]) == []


def test_one_that_has_said_nothing_for_days(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1", at=MORNING - timedelta(days=4))
    assert checked(context).verdict == "silent"


def test_one_that_does_not_want_us(context: Context, paper: Gazette) -> None:
    paper.site.says("/robots.txt", reply("User-agent: *\nDisallow: /", content_type="text/plain"))
    finding = checked(context)
    assert (finding.verdict, finding.robots) == ("blocked", "disallowed")
    assert "robots" in finding.trouble


def test_one_whose_feed_is_gone(context: Context, paper: Gazette) -> None:
    paper.site.says(FEED, reply(status=404))
    finding = checked(context)
    assert (finding.verdict, finding.items) == ("broken", 0)
    assert f"{paper.url(FEED)}: gone" in finding.trouble


def test_one_whose_articles_cannot_be_read(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1", "/a/2", answer=reply(html(body="<p> </p>")))
    finding = checked(context)
    assert (finding.verdict, finding.article_title) == ("broken", "")
    assert "no_text" in finding.trouble


def test_several_are_visited_and_a_name_that_nobody_has_is_refused(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1")
    with open_gazettes("other") as [other]:
        both = replace(context, catalogue=Catalogue(sources=(paper.source(), other.source(enabled=False))))
        assert [finding.source for finding in check_sources(both)] == ["paper"]
        assert [finding.source for finding in check_sources(both, ["other"])] == ["other"]
    with pytest.raises(BadRequest, match=r"no source is called 'papers' \(did you mean 'paper'"):
        check_sources(context, ["papers"])


class TestAdding:
    """Probing keeps the pace of a guest, so what is proposed is shown in `tests/unit/harvest/discovery`."""

    @pytest.mark.parametrize("url", ["news", "ftp://news.example/", "https://"])
    def test_what_is_no_site_is_refused(self, context: Context, url: str) -> None:
        with pytest.raises(BadRequest, match="is not the address of a site"):
            probe(context, url)

    def test_a_site_that_is_not_public_is_refused_unless_it_is_allowed(self, context: Context, paper: Gazette) -> None:
        with pytest.raises(BadRequest, match="internal address"):
            probe(context, paper.url("/"))
        assert paper.site.heard == []

    def test_a_home_page_that_is_not_there_is_said(self, context: Context, paper: Gazette) -> None:
        with pytest.raises(BadRequest, match=r"does not exist \(404, 410"):
            probe(context, paper.url("/"), allow_addresses=LOOPBACK)
