"""A newsroom whose paper printed a page that is to be forgotten, and everything that quotes it since."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Any

import yaml

from mediawatch.board.digest import keep_digests
from mediawatch.board.local_index import refresh_day
from mediawatch.context import Context
from mediawatch.delivery import MessageKind
from mediawatch.delivery.deliver import deliver
from mediawatch.keywords.detect_stage import alerts_of, watchlists_of
from mediawatch.records import Seed
from mediawatch.settings import Settings
from mediawatch.tables.order import WATCHING
from mediawatch.workflow.closing import close_day
from mediawatch.workflow.digests import digest_notices
from mediawatch.workflow.forgetting.addresses import Forgotten, forget
from mediawatch.workflow.runner import build_day, run_stage
from mediawatch.workflow.watch import watch_day
from tests.support.alerting import a_recipient
from tests.support.articles import html, paragraphs
from tests.support.gazette import Gazette, at, page
from tests.support.lakes import DAY, EVENING, MORNING, harvest
from tests.support.sites import Reply, redirect, reply
from tests.support.whole_lake import holders
from tests.unit.delivery.test_deliver import Post

FIRST, SECOND = "20260429T090000Z", "20260429T220000Z"
NEXT = DAY + timedelta(days=1)
TITLE = "港口管理处深夜撤走七台起重机的内部通知"
TEXT = "值班员老周在凌晨两点数了两遍，七台起重机确实一台不剩，谁也没有给他看过调令。"
SLUG = "canary-7401"
OTHER = "读者来信：旧城的路灯何时再亮"
LETTERS = (
    "编辑部本周收到一百二十封读者来信，其中大半谈的是旧城的路灯，有人附上了手绘的地图。",
    "住在东门的退休教师写道，孩子放学的小巷天黑得早，希望市里把熄灭的几盏尽快修好。",
    "市政处回信说，零件已经订好，月底前会有人上门，届时每一盏都会编号登记。",
)
QUOTED = ("值班员老周在凌晨两点数了两遍", "谁也没有给他看过调令")
"""Of `TEXT`, what stands on either side of the watched word: a quotation has it in pieces."""
CANARIES = (TITLE, TEXT, SLUG, *QUOTED)
Documents = Mapping[tuple[str, str], Any]
"""What an index holds, by index and id."""


@dataclass(frozen=True, kw_only=True)
class Town:
    """The newsroom, its paper, what its index holds, and what it sent."""

    context: Context
    paper: Gazette
    indexed: Callable[[], Documents]
    post: Post

    @property
    def lake(self) -> Path:
        return Path(self.context.settings.lake_url)

    def left(self) -> list[str]:
        """Where the lake and the index still hold a canary."""
        return [*holders(self.lake, *CANARIES), *(name for _, name in self.left_in_index())]

    def left_in_index(self) -> list[tuple[str, str]]:
        """The documents that still hold a canary, by index and id."""
        documents = self.indexed().items()
        return [at for at, source in documents if self._is_told(json.dumps(source, ensure_ascii=False))]

    def folders(self) -> set[str]:
        return {name.partition("/")[0] for name in holders(self.lake, *CANARIES)}

    def forget(self, path: str) -> Forgotten:
        """Forget the address, and build again what that names, as the command does."""
        done = forget(self.context, self.paper.url(path), why="a court said so")
        self.rebuild(*done.days, watched=done.watched)
        return done

    def rebuild(self, *days: object, watched: tuple[object, ...] = ()) -> None:
        for day in days:
            build_day(self.context, day)  # type: ignore[arg-type]
            for stage in WATCHING if day in watched else ():
                run_stage(self.context, stage, day)  # type: ignore[arg-type]

    def tell(self) -> None:
        """To one at once, to another who waits for the evening."""
        kinds = (MessageKind.ALERTS, MessageKind.DIGEST)
        deliver(
            self.context,
            [alert for day in (DAY, NEXT) for alert in alerts_of(self.context.store, day)],
            recipients=[a_recipient(messages=kinds), a_recipient("late", messages=kinds, deliver="23:59")],
            notices=digest_notices(self.context),
            watchlists=watchlists_of(self.context),
            live_days=[DAY, NEXT],
            sending=self.post,
            environ={},
        )

    @staticmethod
    def _is_told(document: str) -> bool:
        return any(canary in document for canary in CANARIES)


def kept_page(url: str) -> Reply:
    """Another article, whose page leads to the secret one in a list of what is read, in a teaser and in a script."""
    listed = [f"<li><a href='/b/{number}'>读者来信第{number}封的回音</a></li>" for number in range(1, 4)]
    listed.insert(1, f"<li><a href='/a/{SLUG}?from=rank' title='{TITLE}'>{TITLE}</a></li>")
    teaser = f"<div class='rel'><a href='{url}'><img alt='{TITLE}' src='/i.png'></a><a href='{url}'>{TITLE}</a></div>"
    state = json.dumps({"related": [{"title": TITLE, "url": url}, {"title": "别的", "url": "/b/9"}]})
    bottom = f"<div><h3>热门新闻</h3><ol>{''.join(listed)}</ol></div>{teaser}<script>var state = {state};</script>"
    head = f"<meta property='article:published_time' content='{MORNING.isoformat()}'>"
    body = paragraphs(*LETTERS)
    return reply(html(title=OTHER, head=head, body=body, bottom=bottom))


def rss(paper: Gazette, *, hidden: str) -> Reply:
    """A feed that says more than titles."""
    items = "".join(
        f"<item><title>{escape(title)}</title><link>{escape(paper.url(path))}</link>"
        f"<description>{escape(text)}</description><pubDate>Wed, 29 Apr 2026 08:00:00 GMT</pubDate></item>"
        for path, title, text in ((hidden, TITLE, TEXT), ("/a/kept", OTHER, LETTERS[0]))
    )
    return reply(f"<?xml version='1.0'?><rss version='2.0'><channel><title>Paper</title>{items}</channel></rss>",
                 content_type="application/rss+xml")  # fmt: skip


def open_town(
    context: Context, paper: Gazette, folder: Path, *, elasticsearch_url: str, indexed: Callable[[], Documents]
) -> Town:
    """The paper announces by feed and list page, over an address that redirects; a watch list, letters, a digest."""
    (folder / "watchlists").mkdir()
    lists = [{"name": "port", "terms": ["起重机"], "min_publishers": 1, "min_articles": 1}]
    (folder / "watchlists/lists.yaml").write_text(yaml.safe_dump(lists, allow_unicode=True), encoding="utf-8")
    settings = {
        **context.settings.model_dump(),
        "elasticsearch_url": elasticsearch_url,
        "watchlists_dir": folder / "watchlists",
    }
    paper.site.says("/go/1", redirect(f"/hop/{SLUG}"))
    paper.site.says(f"/hop/{SLUG}", redirect(f"/a/{SLUG}"))
    paper.site.says(f"/a/{SLUG}", page(TITLE, TEXT, MORNING))
    paper.site.says("/a/kept", kept_page(paper.url(f"/a/{SLUG}")))
    paper.site.says("/feed.xml", rss(paper, hidden="/go/1"))
    paper.site.says("/front", reply(f"<html><body><h2><a href='/go/1'>{TITLE}</a></h2><p>{TEXT}</p></body></html>"))
    seeds = (
        Seed(kind="feed", url=paper.url("/feed.xml")),
        Seed(kind="list_page", url=paper.url("/front")),
    )
    catalogue = replace(context.catalogue, sources=(paper.source(discovery=seeds),))
    return Town(
        context=replace(context, settings=Settings.model_validate(settings), catalogue=catalogue),
        paper=paper,
        indexed=indexed,
        post=Post(),
    )


def live_through(town: Town) -> Town:
    """Harvested twice, closed, watched, told, on the board and in the index; a day later the story goes on."""
    harvest(town.context, FIRST)
    harvest(at(town.context, EVENING), SECOND)
    tomorrow = replace(town, context=at(town.context, MORNING + timedelta(days=1)))
    close_day(tomorrow.context, DAY)
    watch_day(tomorrow.context, DAY)
    refresh_day(tomorrow.context, DAY)
    keep_digests(tomorrow.context, [DAY])
    tomorrow.tell()
    return tomorrow
