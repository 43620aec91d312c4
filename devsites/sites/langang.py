"""A daily in traditional characters with a news sitemap."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from html import escape

from devsites import feeds
from devsites.houses import LANGANG
from devsites.outlet import Document, Outlet, Route
from devsites.pages import Look, footer, linked, masthead, page, picture
from devsites.stories import Caption, Story, Version

_LOOK = Look(ink="#1d3557", accent="#c1121f", paper="#fffdf8", fonts='"Noto Serif CJK TC","PMingLiU",serif')
_SECTIONS = (
    ("/", "首頁"),
    ("/cate/local", "地方"),
    ("/cate/world", "兩岸國際"),
    ("/cate/sport", "運動"),
    ("/member/", "會員"),
)
_TOPICS = ("trade", "weather", "transport", "science", "sport", "culture", "politics", "economy")
_SITEMAP_DAYS = 2


class Langang(Outlet):
    """嵐港日報: written here, named as such."""

    masthead = LANGANG

    def path(self, story: Story) -> str:
        section = 7320 + (_TOPICS.index(story.topic) if story.topic in _TOPICS else 9)
        return f"/news/story/{section}/{story.code}"

    def caption(self, caption: Caption) -> str:
        return f"{caption.text}。圖/{caption.credit}"

    def robots(self) -> str:
        return f"User-agent: *\nDisallow: /member/\nDisallow: /print/\n\nSitemap: {self.base_url}/sitemap-index.xml\n"

    def routes(self) -> Mapping[str, Route]:
        return {"/": self._home, "/sitemap-index.xml": self._index, "/news-sitemap.xml": self._sitemap}

    def draw(self, story: Story, version: Version, page: int) -> str:
        if story.kind == "challenge":
            return _CHALLENGE
        local = self.local(story.published_at)
        credit = f"{self.masthead.name} 記者{story.byline}/報導" if story.byline else f"來源：{story.publisher}"
        updated = f" 更新：{self.local(version.at):%Y-%m-%d %H:%M}" if version.at != story.published_at else ""
        article = (
            f'<article class="main article-content"><h1 class="article-content__title">{escape(version.title)}</h1>'
            f'<section class="meta"><time class="article-content__time">{local:%Y-%m-%d %H:%M}</time>{updated} '
            f'<span class="article-content__author">{escape(credit)}</span></section>\n'
            f'<section class="article-content__editor">\n{self._body(story, version)}\n</section>\n'
            f'<div class="tools"><span>分享</span><span>列印</span><span>A-</span><span>A+</span></div>'
            f'<div class="more"><h3>延伸閱讀</h3>{linked(self.links(self.yesterday(story, 4)))}</div></article>'
        )
        body = f'<div class="wrap columns">{article}{self._side(story)}</div>'
        return self._frame(version.title, body, self._described(story, version))

    def _body(self, story: Story, version: Version) -> str:
        lines = []
        for index, paragraph in enumerate(version.zh):
            lines += [self._figure(story, caption) for caption in version.captions if caption.before == index]
            lines.append(f"<p>{escape(paragraph)}</p>")
        return "\n".join(lines)

    def _figure(self, story: Story, caption: Caption) -> str:
        text = escape(self.caption(caption))
        return f"<figure>{picture(f'{story.code}/{caption.before}', '')}<figcaption>{text}</figcaption></figure>"

    def _side(self, story: Story) -> str:
        popular = linked(self.links(self.yesterday(story, 8)), tag="ol")
        return f'<aside class="side"><h3>點閱排行</h3>{popular}</aside>'

    def _described(self, story: Story, version: Version) -> str:
        facts = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": version.title,
            "datePublished": self.local(story.published_at).isoformat(),
            "dateModified": self.local(version.at).isoformat(),
            "author": _author(story),
            "publisher": {"@type": "Organization", "name": self.masthead.name},
        }
        return f'<script type="application/ld+json">{json.dumps(facts, ensure_ascii=False)}</script>'

    def _frame(self, title: str, body: str, *head: str) -> str:
        name = self.masthead.name
        foot = footer(f"{name} 版權所有", '<a href="/service">客服中心</a> | <a href="/privacy">隱私權政策</a>')
        whole = f"{masthead(name, self.masthead.slogan, _SECTIONS)}\n{body}\n{foot}"
        return page(title=f"{title} | {name}", look=_LOOK, lang="zh-Hant-TW", body=whole, head=head)

    def _home(self, moment: datetime) -> Document:
        teasers = "\n".join(
            f'<div class="teaser"><h2><a href="{self.path(story)}">{escape(story.at(moment).title)}</a></h2>'
            f"<time>{self.local(story.published_at):%m/%d %H:%M}</time></div>"
            for story in self.latest(moment, days=2)
        )
        html = self._frame("首頁", f'<div class="wrap">{teasers}</div>')
        return Document.of(html, "text/html; charset=utf-8", self.changed_at(moment, days=2))

    def _index(self, moment: datetime) -> Document:
        changed = self.changed_at(moment, days=_SITEMAP_DAYS)
        text = feeds.sitemap_index([(f"{self.base_url}/news-sitemap.xml", changed)])
        return Document.of(text, "application/xml", changed)

    def _sitemap(self, moment: datetime) -> Document:
        entries = [self.entry(story, moment) for story in self.latest(moment, days=_SITEMAP_DAYS)]
        text = feeds.news_sitemap(entries, publication=self.masthead.name, language="zh-tw")
        return Document.of(text, "application/xml", self.changed_at(moment, days=_SITEMAP_DAYS))


def _author(story: Story) -> dict[str, str]:
    if story.byline:
        return {"@type": "Person", "name": story.byline}
    return {"@type": "Organization", "name": story.publisher}


_CHALLENGE = """<!DOCTYPE html>
<html lang="zh-Hant"><head><meta charset="utf-8"><title>請稍候…</title>
<meta name="robots" content="noindex,nofollow"></head>
<body><div class="main-wrapper"><h1>請完成安全驗證</h1><p>我們需要先確認您不是機器人，才能繼續瀏覽。</p>
<form id="challenge-form" action="/cdn/verify" method="POST"><input type="hidden" name="token" value="0">
<div class="captcha"></div><label><input type="checkbox" name="human"> 我不是機器人</label></form>
<noscript>請啟用 JavaScript 與 Cookie 後重新整理。</noscript></div></body></html>
"""
