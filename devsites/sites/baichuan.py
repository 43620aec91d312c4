"""An aggregator: datelines with 来源, captions in brackets on lines of their own, a ranking list, RSS 2.0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from html import escape

from devsites import feeds
from devsites.edition import edition
from devsites.houses import BAICHUAN
from devsites.outlet import Document, Outlet, Route
from devsites.pages import Look, footer, linked, masthead, page, picture
from devsites.ranking import ranking
from devsites.stories import Caption, Story, Version

_LOOK = Look(ink="#7a1f1f", accent="#b23a2e", paper="#faf7f2", fonts='"Noto Sans CJK SC","Microsoft YaHei",sans-serif')
_SECTIONS = (
    ("/", "首页"),
    ("/list/world/", "国际"),
    ("/list/life/", "生活"),
    ("/rank/", "排行榜"),
    ("/go/app", "客户端"),
)
_FEED_DAYS = 3
SPONSOR = "https://offers.sponsor.example/today/"


class Baichuan(Outlet):
    """百川头条网: what others wrote, with their names."""

    masthead = BAICHUAN

    def path(self, story: Story) -> str:
        if story.kind in ("video", "barred"):
            return f"/{'video' if story.kind == 'video' else 'go'}/{story.code}.html"
        return f"/news/{story.day:%Y/%m/%d}/{story.code}.html"

    def robots(self) -> str:
        return "User-agent: *\nDisallow: /go/\nDisallow: /search\nAllow: /\n"

    def routes(self) -> Mapping[str, Route]:
        return {"/": self._home, "/feed.xml": self._feed, "/rank/": self._ranking_page}

    def twin(self, day: date) -> tuple[Story, str]:
        """The story that the feed of `day` announces twice, and its second address."""
        story = next(s for s in edition(self.masthead.key, day) if s.kind == "wire")
        return story, f"{self.url(story)}?utm_source=rss&utm_medium=feed&utm_campaign=daily"

    def sponsored(self, day: date) -> str:
        """The address on somebody else's host that the feed of `day` announces."""
        return f"{SPONSOR}{day:%Y%m%d}"

    def draw(self, story: Story, version: Version, page: int) -> str:
        if story.kind == "video":
            return self._video(story, version)
        local = self.local(story.published_at)
        dateline = f"{local:%Y-%m-%d %H:%M:%S} · {self.masthead.host} · 来源: {story.publisher}"
        main = (
            f'<div class="main"><h1>{escape(version.title)}</h1>\n<div class="meta">{escape(dateline)}</div>\n'
            f'<div class="content">\n{self._body(story, version)}\n</div>\n{self._ranking(story.day)}</div>'
        )
        return self._frame(version.title, f'<div class="wrap columns">{main}{self._side(story)}</div>')

    def _body(self, story: Story, version: Version) -> str:
        lines = []
        for index, paragraph in enumerate(version.zh):
            lines += [self._photo(story, caption) for caption in version.captions if caption.before == index]
            lines.append(f"<p>{escape(paragraph)}</p>")
        return "\n".join(lines)

    def _photo(self, story: Story, caption: Caption) -> str:
        image = picture(f"{story.code}/{caption.before}", "")
        return f"<p>{image}</p>\n<p>{self._bracketed(story, caption)}</p>"

    def _bracketed(self, story: Story, caption: Caption) -> str:
        opening, closing = "（）" if story.number % 2 else "()"
        return f"{opening}{escape(caption.text)}{closing}"

    def _ranking(self, day: date) -> str:
        lines = [(self.path(line.story), line.title) for line in ranking(self.masthead.key, day)]
        heading = '<h4>24小时新闻排行榜<a href="/rank/">更多&gt;&gt;</a></h4>'
        return f'<div class="rank">{heading}\n{linked(lines, tag="ol")}</div>'

    def _side(self, story: Story) -> str:
        return f'<div class="side"><h3>热门图文</h3>{linked(self.links(self.yesterday(story, 6)))}</div>'

    def _video(self, story: Story, version: Version) -> str:
        body = (
            f'<div class="wrap"><h1>{escape(version.title)}</h1><div class="player">{picture(str(story.code), "")}'
            f'<video controls preload="none" src="/media/{story.code}.mp4"></video></div>'
            f'<div class="meta">视频 · 时长 02:{story.number + 10}</div>{self._ranking(story.day)}</div>'
        )
        return self._frame(f"视频:{version.title}", body, '<meta property="og:type" content="video.other">')

    def _frame(self, title: str, body: str, *head: str) -> str:
        alternate = '<link rel="alternate" type="application/rss+xml" title="RSS" href="/feed.xml">'
        name = self.masthead.name
        top = masthead(name, self.masthead.slogan, _SECTIONS)
        foot = footer(
            f"© {name} 本站转载内容版权归原作者所有", '<a href="/about">关于我们</a> | <a href="/contact">联系方式</a>'
        )
        whole = f"{top}\n{body}\n{foot}"
        return page(title=f"{title}_{name}", look=_LOOK, lang="zh-CN", body=whole, head=[alternate, *head])

    def _home(self, moment: datetime) -> Document:
        teasers = "\n".join(
            f'<div class="teaser"><h2><a href="{self.path(story)}">{escape(story.at(moment).title)}</a></h2>'
            f'<span class="meta">{story.publisher} {self.local(story.published_at):%m-%d %H:%M}</span></div>'
            for story in self.latest(moment, days=2)
        )
        body = f'<div class="wrap columns"><div class="main">{teasers}</div></div>'
        return self._document(self._frame("首页", body), moment)

    def _ranking_page(self, moment: datetime) -> Document:
        return self._document(self._frame("排行榜", f'<div class="wrap">{self._ranking(moment.date())}</div>'), moment)

    def _document(self, html: str, moment: datetime) -> Document:
        return Document.of(html, "text/html; charset=utf-8", self.changed_at(moment, days=2))

    def _feed(self, moment: datetime) -> Document:
        changed = self.changed_at(moment, days=_FEED_DAYS)
        stories = list(self.latest(moment, days=_FEED_DAYS))
        entries = [self.entry(story, moment) for story in stories]
        for story in stories:
            if story == (twin := self.twin(story.day))[0]:
                again = self.entry(story, moment)
                entries += [replace(again, url=twin[1])]
                entries += [replace(again, url=self.sponsored(story.day), title="今日优惠", summary="广告")]
        text = feeds.rss(self.channel("/feed.xml"), entries, changed)
        return Document.of(text, "application/rss+xml; charset=utf-8", changed)
