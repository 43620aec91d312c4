"""A bilingual reposter: traditional masthead, simplified headline, English byline, paragraphs by turns, Atom."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from html import escape

from devsites import feeds
from devsites.houses import HYACINTH
from devsites.outlet import Document, Outlet, Route
from devsites.pages import Look, footer, linked, masthead, page, picture
from devsites.stories import Caption, Story, Version

_LOOK = Look(
    ink="#3b2a63", accent="#6d4fa3", paper="#fbfaff", fonts='Georgia,"Noto Serif CJK SC","Songti SC",serif', width=760
)
_SECTIONS = (("/", "首頁"), ("/dual/", "雙語"), ("/forum/", "論壇"), ("/member/login", "登入"))
_FEED_DAYS = 7


class Hyacinth(Outlet):
    """風信子雙語網: the world's press in two languages."""

    masthead = HYACINTH

    def path(self, story: Story) -> str:
        return f"/{'live' if story.kind == 'live' else 'mh'}-{story.code}/"

    def caption(self, caption: Caption) -> str:
        return f"{caption.text}。 ({caption.credit})"

    def robots(self) -> str:
        return "User-agent: *\nDisallow: /member/\nDisallow: /forum/\n\nUser-agent: BadBot\nDisallow: /\n"

    def routes(self) -> Mapping[str, Route]:
        return {"/": self._home, "/atom.xml": self._feed}

    def draw(self, story: Story, version: Version, page: int) -> str:
        if story.kind == "live":
            return self._live(story, version)
        local = self.local(story.published_at)
        english = f'<h2 class="en-title">{escape(version.title_en)}</h2>' if story.number % 2 else ""
        article = (
            f'<article class="main"><div class="article-header">'
            f"<header><h1>{escape(version.title)}</h1>{english}</header>"
            f'<div class="byline-box"><address>{story.byline}</address> '
            f'<time datetime="{local:%Y-%m-%d}">{local.year}年{local.month}月{local.day}日</time></div></div>\n'
            f'<section class="article-body">\n{self._body(story, version)}\n</section></article>'
        )
        return self._frame(version.title, f'<div class="wrap">{article}{self._more(story)}</div>')

    def _body(self, story: Story, version: Version) -> str:
        lines = []
        for index, (zh, en) in enumerate(zip(version.zh, version.en, strict=True)):
            lines += [self._figure(story, caption) for caption in version.captions if caption.before == index]
            lines.append(f'<div class="article-paragraph">{escape(en)}</div>')
            lines.append(f'<div class="article-paragraph">{escape(zh)}</div>')
        return "\n".join(lines)

    def _figure(self, story: Story, caption: Caption) -> str:
        printed = escape(self.caption(caption))
        return f"<figure>{picture(f'{story.code}/{caption.before}', '')}<figcaption>{printed}</figcaption></figure>"

    def _more(self, story: Story) -> str:
        related = linked(self.links(self.yesterday(story, 5)))
        return (
            f'<div class="more"><h3>同类信息</h3>{related}<p><a href="/dual/">查看全部</a></p></div>\n'
            '<div class="newsletter"><h3>邮件订阅</h3><p>输入您的邮件地址，每周一封，两种文字。</p>'
            '<form action="/member/subscribe"><input type="email" name="email"><button>订阅</button></form></div>\n'
            '<div class="social"><a href="/rss">rss</a> <a href="/mail">mail</a> <a href="/share">分享本页</a></div>'
        )

    def _live(self, story: Story, version: Version) -> str:
        start = self.local(story.published_at)
        posts = "\n".join(
            f"<li><time>{start + timedelta(minutes=7 * n):%H:%M}</time> {escape(zh)}</li>"
            for n, zh in enumerate(version.zh[:4])
        )
        body = f'<div class="wrap"><h1>直播：{escape(version.title)}</h1><ul class="live-blog">{posts}</ul></div>'
        kind = {"@context": "https://schema.org", "@type": "LiveBlogPosting", "headline": version.title}
        described = f'<script type="application/ld+json">{json.dumps(kind, ensure_ascii=False)}</script>'
        return self._frame(f"直播 {version.title}", body, described)

    def _frame(self, title: str, body: str, *head: str) -> str:
        alternate = '<link rel="alternate" type="application/atom+xml" title="Atom" href="/atom.xml">'
        name = self.masthead.name
        foot = footer(f"{name} · {self.masthead.slogan}", "本站作为一个开放的园地，欢迎任何遵守约定的读者来信。")
        whole = f"{masthead(name, self.masthead.slogan, _SECTIONS)}\n{body}\n{foot}"
        return page(title=f"{title} | {name}", look=_LOOK, lang="zh", body=whole, head=[alternate, *head])

    def _home(self, moment: datetime) -> Document:
        teasers = "\n".join(
            f'<div class="teaser"><h2><a href="{self.path(story)}">{escape(story.at(moment).title)}</a></h2>'
            f'<div class="byline">{story.byline}</div></div>'
            for story in self.latest(moment, days=4)
        )
        html = self._frame("首頁", f'<div class="wrap">{teasers}</div>')
        return Document.of(html, "text/html; charset=utf-8", self.changed_at(moment, days=4))

    def _feed(self, moment: datetime) -> Document:
        changed = self.changed_at(moment, days=_FEED_DAYS)
        entries = [self.entry(story, moment) for story in self.latest(moment, days=_FEED_DAYS)]
        text = feeds.atom(self.channel("/atom.xml"), entries, self.local(changed))
        return Document.of(text, "application/atom+xml; charset=utf-8", changed)
