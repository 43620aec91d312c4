"""A blog in WordPress's manner: titles in addresses, a feed with content, wp-sitemap and gzipped child, paged posts."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from html import escape
from urllib.parse import quote

from devsites import feeds
from devsites.houses import WUTONG
from devsites.outlet import Document, Outlet, Route
from devsites.pages import Look, footer, linked, masthead, page, picture
from devsites.stories import Caption, Story, Version

_LOOK = Look(
    ink="#27443b", accent="#4f8a6b", paper="#f7faf7", fonts='"Noto Sans CJK SC","PingFang SC",sans-serif', width=940
)
_SECTIONS = (("/", "首页"), ("/category/notes/", "札记"), ("/category/press/", "转载"), ("/about/", "关于"))
_FEED_DAYS = 5
_SITEMAP_DAYS = 7
_ABOUT_CHANGED = datetime(2021, 3, 1, tzinfo=UTC)


class Wutong(Outlet):
    """梧桐札记: some own notes, some found elsewhere."""

    masthead = WUTONG

    def path(self, story: Story) -> str:
        slug = re.sub(r"[^\w]+", "-", story.versions[0].title).strip("-")
        return f"/{story.day:%Y/%m/%d}/{quote(slug)}-{story.code}/"

    def caption(self, caption: Caption) -> str:
        return f"图：{caption.text}"

    def robots(self) -> str:
        return (
            "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n\n"
            f"Sitemap: {self.base_url}/wp-sitemap.xml\n"
        )

    def routes(self) -> Mapping[str, Route]:
        return {
            "/": self._home,
            "/about/": self._about,
            "/feed/": self._feed,
            "/wp-sitemap.xml": self._index,
            "/wp-sitemap-posts-post-1.xml.gz": self._posts,
            "/wp-sitemap-posts-page-1.xml": self._fixed_pages,
        }

    def draw(self, story: Story, version: Version, page: int) -> str:
        local = self.local(story.published_at)
        source = f'<span class="source">来源：{escape(story.publisher)}</span> ' if story.publisher else ""
        author = f'<span class="author vcard">{escape(story.byline)}</span> ' if story.byline else ""
        post = (
            f'<article id="post-{story.code}" class="post main"><header class="entry-header">'
            f'<h1 class="entry-title">{escape(version.title)}</h1><div class="entry-meta meta">{author}{source}'
            f'<time class="entry-date published" datetime="{local.isoformat()}">{local:%Y年%m月%d日 %H:%M}</time></div>'
            f'</header>\n<div class="entry-content">\n{self._content(story, version, page)}\n</div>\n'
            f"{self._after(story) if story.kind != 'blank' else ''}</article>"
        )
        head = [f'<meta property="article:published_time" content="{local.isoformat()}">']
        head.append(f'<link rel="canonical" href="{self.base_url}{self.page_path(story, page)}">')
        side = "" if story.kind == "blank" else self._side(story)
        body = f'<div class="wrap columns">{post}{side}</div>'
        return self._frame(version.title, body, *head)

    def _content(self, story: Story, version: Version, page: int) -> str:
        bounds = (0, *story.breaks, len(version.zh))
        lines = [self._figure(story, caption) for caption in version.captions] if story.kind == "blank" else []
        for index in range(bounds[page - 1], bounds[page]):
            lines += [self._figure(story, caption) for caption in version.captions if caption.before == index]
            lines.append(f"<p>{escape(version.zh[index])}</p>")
        return "\n".join([*lines, self._pager(story, page)])

    def _figure(self, story: Story, caption: Caption) -> str:
        image = picture(f"{story.code}/{caption.before}", caption.text)
        text = escape(self.caption(caption))
        return f'<figure class="wp-caption">{image}<figcaption class="wp-caption-text">{text}</figcaption></figure>'

    def _pager(self, story: Story, current: int) -> str:
        if not story.breaks:
            return ""
        links = [
            f"<span>{n}</span>"
            if n == current
            else f'<a class="post-page-numbers" href="{self.page_path(story, n)}">{n}</a>'
            for n in range(1, len(story.breaks) + 2)
        ]
        if current <= len(story.breaks):
            links.append(f'<a rel="next" href="{self.page_path(story, current + 1)}">下一页</a>')
        return f'<div class="page-links">页码：{" ".join(links)}</div>'

    def _after(self, story: Story) -> str:
        related = linked(self.links(self.yesterday(story, 3)))
        return (
            '<div class="tools"><span>微信扫一扫</span><span>分享到微博</span><span>打印</span></div>'
            f'<div class="more"><h3>相关阅读</h3>{related}</div>'
            '<div class="comments"><h3>发表评论</h3><p>您的邮箱不会公开，必填项已标注。</p></div>'
        )

    def _side(self, story: Story) -> str:
        posts = linked(self.links(self.yesterday(story, 5)))
        tags = '<a href="/tag/harbour/">港口</a> <a href="/tag/books/">旧书</a>'
        return f'<aside class="side"><h3>近期文章</h3>{posts}<h3>标签</h3><p>{tags}</p></aside>'

    def _frame(self, title: str, body: str, *head: str) -> str:
        name = self.masthead.name
        feed = f'<link rel="alternate" type="application/rss+xml" title="{name}" href="{self.base_url}/feed/">'
        foot = footer(f"{name} · 自豪地采用简单的工具")
        whole = f"{masthead(name, self.masthead.slogan, _SECTIONS)}\n{body}\n{foot}"
        return page(title=f"{title} - {name}", look=_LOOK, lang="zh-Hans", body=whole, head=[feed, *head])

    def _home(self, moment: datetime) -> Document:
        posts = "\n".join(self._teaser(story, story.at(moment)) for story in self.latest(moment, days=3))
        html = self._frame("首页", f'<div class="wrap"><main>{posts}</main></div>')
        return Document.of(html, "text/html; charset=utf-8", self.changed_at(moment, days=3))

    def _teaser(self, story: Story, version: Version) -> str:
        link = f'<a href="{self.path(story)}" rel="bookmark">{escape(version.title)}</a>'
        return f'<article class="teaser"><h2>{link}</h2><p>{escape("".join(version.zh[:1]))}</p></article>'

    def _about(self, moment: datetime) -> Document:
        html = self._frame("关于", '<div class="wrap"><h1>关于本站</h1><p>几个朋友的札记，偶尔转载。</p></div>')
        return Document.of(html, "text/html; charset=utf-8", _ABOUT_CHANGED)

    def _feed(self, moment: datetime) -> Document:
        changed = self.changed_at(moment, days=_FEED_DAYS)
        entries = [self.entry(story, moment, with_content=True) for story in self.latest(moment, days=_FEED_DAYS)]
        text = feeds.rss(self.channel("/feed/"), entries, changed)
        return Document.of(text, "application/rss+xml; charset=UTF-8", changed)

    def _index(self, moment: datetime) -> Document:
        changed = self.changed_at(moment, days=_SITEMAP_DAYS)
        children = [
            (f"{self.base_url}/wp-sitemap-posts-post-1.xml.gz", changed),
            (f"{self.base_url}/wp-sitemap-posts-page-1.xml", _ABOUT_CHANGED),
        ]
        return Document.of(feeds.sitemap_index(children), "application/xml; charset=UTF-8", changed)

    def _posts(self, moment: datetime) -> Document:
        places = [(self.url(story), story.at(moment).at) for story in self.latest(moment, days=_SITEMAP_DAYS)]
        data = gzip.compress(feeds.sitemap(places).encode(), mtime=0)
        return Document.of(data, "application/gzip", self.changed_at(moment, days=_SITEMAP_DAYS))

    def _fixed_pages(self, moment: datetime) -> Document:
        text = feeds.sitemap([(f"{self.base_url}/about/", _ABOUT_CHANGED - timedelta(days=1))])
        return Document.of(text, "application/xml; charset=UTF-8", _ABOUT_CHANGED)
