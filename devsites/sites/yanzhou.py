"""An old portal in GBK, announced by nothing but its paged list of relative links."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from html import escape

from devsites.houses import YANZHOU
from devsites.outlet import Document, Outlet, Route
from devsites.pages import Look, footer, linked, masthead, page, picture
from devsites.stories import Caption, Story, Version

LINK_PATTERN = r"/\d{4}-\d{2}/\d{2}/content_\d+\.htm$"

_LOOK = Look(ink="#0f4c81", accent="#2d7dd2", paper="#ffffff", fonts='SimSun,"Noto Sans CJK SC",sans-serif', width=980)
_SECTIONS = (("/", "首页"), ("/list/index.htm", "滚动新闻"), ("/print/today.htm", "打印版"), ("/bbs/", "社区"))
_PER_PAGE = 15
_LIST_PAGES = 4
_LIST_DAYS = 12


class Yanzhou(Outlet):
    """雁洲在线: served as GBK, which the page says in its `meta` and the server does not."""

    masthead = YANZHOU

    def path(self, story: Story) -> str:
        return f"/{story.day:%Y-%m}/{story.day:%d}/content_{story.code}.htm"

    def caption(self, caption: Caption) -> str:
        return f"{caption.text} {caption.credit} 摄"

    def publisher(self, story: Story) -> str:
        return story.publisher or self.masthead.name

    def encode(self, html: str) -> tuple[bytes, str]:
        return html.encode("gbk"), "text/html"

    def robots(self) -> str:
        return "User-agent: *\nDisallow: /print/\nDisallow: /bbs/\n"

    def routes(self) -> Mapping[str, Route]:
        pages: dict[str, Route] = {self._list_path(n): partial(self._list, number=n) for n in range(1, _LIST_PAGES + 1)}
        return {"/": self._home, **pages}

    def draw(self, story: Story, version: Version, page: int) -> str:
        local = self.local(story.published_at)
        crumbs = '<a href="/">首页</a> &gt; <a href="/list/index.htm">滚动新闻</a> &gt; 正文'
        dateline: tuple[str, ...] = (f"{local:%Y年%m月%d日 %H:%M}", f"来源：{self.publisher(story)}")
        dateline += (f"作者：{story.byline}",) if story.byline else ()
        article = (
            f'<td class="main" valign="top"><div class="crumbs">您的位置： {crumbs}</div>'
            f"<h1>{escape(version.title)}</h1>"
            f'<div class="meta">{"&nbsp;&nbsp;".join(map(escape, dateline))}</div>\n'
            f'<div id="zoom">\n{self._body(story, version)}\n</div>\n<p align="right">(责任编辑：汪小禾)</p>\n'
            '<div class="tools"><span>分享到</span><span>收藏</span><span>扫一扫</span></div>'
            f'<div class="more"><h3>滚动新闻</h3>{linked(self._relative(self.yesterday(story, 4)))}</div></td>'
        )
        hot = linked(self._relative(self.yesterday(story, 6)), tag="ol")
        side = f'<td class="side" valign="top"><h3>热点排行</h3>{hot}</td>'
        table = f'<table class="wrap" width="980"><tr>{article}{side}</tr></table>'
        return self._frame(version.title, table)

    def _relative(self, stories: list[Story]) -> list[tuple[str, str]]:
        return [(f"../..{path}", title) for path, title in self.links(stories)]

    def _body(self, story: Story, version: Version) -> str:
        lines = []
        for index, paragraph in enumerate(version.zh):
            for caption in (c for c in version.captions if c.before == index):
                lines.append(f'<p align="center">{picture(f"{story.code}/{index}", "")}</p>')
                lines.append(f'<p align="center" class="cap">{escape(self.caption(caption))}</p>')
            lines.append(f"<p>  {escape(paragraph)}</p>")
        return "\n".join(lines)

    def _frame(self, title: str, body: str) -> str:
        name = self.masthead.name
        foot = footer(
            f"{name} 版权所有 未经授权不得转载", "雁洲网备0000000号 违法和不良信息举报邮箱：jubao@yanzhou.example"
        )
        whole = f"{masthead(name, self.masthead.slogan, _SECTIONS)}\n{body}\n{foot}"
        return page(title=f"{title}_{name}", look=_LOOK, lang="zh-CN", body=whole, charset="gb2312")

    def _list_path(self, number: int) -> str:
        return "/list/index.htm" if number == 1 else f"/list/index_{number}.htm"

    def _list(self, moment: datetime, *, number: int) -> Document:
        stories = list(self.latest(moment, days=_LIST_DAYS))[(number - 1) * _PER_PAGE : number * _PER_PAGE]
        items = "\n".join(
            f'<li><a href="..{self.path(story)}">{escape(story.at(moment).title)}</a> '
            f'<span class="meta">{self.local(story.published_at):%m-%d %H:%M}</span></li>'
            for story in stories
        )
        pager = " ".join(f'<a href="{self._list_path(n)[6:]}">{n}</a>' for n in range(1, _LIST_PAGES + 1))
        listed = f'<ul class="list">{items}</ul><div class="pages">第 {pager} 页</div>'
        body = f'<div class="wrap"><h2>滚动新闻</h2>{listed}</div>'
        return self._document(self._frame("滚动新闻", body), moment)

    def _home(self, moment: datetime) -> Document:
        news = linked(self.links(list(self.latest(moment, days=2))))
        return self._document(self._frame("首页", f'<div class="wrap"><h2>要闻</h2>{news}</div>'), moment)

    def _document(self, html: str, moment: datetime) -> Document:
        data, content_type = self.encode(html)
        return Document.of(data, content_type, self.changed_at(moment, days=_LIST_DAYS))
