"""An English paper with RSS 1.0, whose ETag never changes, and a news sitemap."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from html import escape

from devsites import feeds
from devsites.houses import HARROW
from devsites.outlet import Document, Outlet, Route
from devsites.pages import Look, footer, linked, masthead, page, picture
from devsites.stories import Caption, Story, Version

LYING_ETAG = '"harrow-feed"'

_LOOK = Look(ink="#14323f", accent="#8c6d3f", paper="#fcfbf8", fonts='Georgia,"Times New Roman",serif', width=960)
_SECTIONS = (
    ("/", "Home"),
    ("/world/", "World"),
    ("/business/", "Business"),
    ("/sport/", "Sport"),
    ("/subscribers/", "Subscribe"),
)
_FEED_DAYS = 5
_SITEMAP_DAYS = 2


class Harrow(Outlet):
    """The Harrow Bay Courier."""

    masthead = HARROW

    def path(self, story: Story) -> str:
        if story.kind in ("live", "barred"):
            return f"/{'live' if story.kind == 'live' else 'subscribers'}/{story.code}"
        slug = re.sub(r"[^a-z0-9]+", "-", story.versions[0].title.lower().replace("'", "")).strip("-")
        return f"/{story.day:%Y/%b/%d}/{slug[:60].strip('-')}-{story.code}".lower()

    def caption(self, caption: Caption) -> str:
        return f"{caption.text}. Photograph: {caption.credit}"

    def byline(self, story: Story) -> str:
        return story.byline.title()

    def robots(self) -> str:
        return f"User-agent: *\nDisallow: /subscribers/\nDisallow: /search\n\nSitemap: {self.base_url}/news.xml\n"

    def routes(self) -> Mapping[str, Route]:
        return {"/": self._home, "/rss.rdf": self._feed, "/news.xml": self._sitemap}

    def draw(self, story: Story, version: Version, page: int) -> str:
        if story.kind == "live":
            return self._live(story, version)
        local = self.local(story.published_at)
        article = (
            f'<article class="main"><h1>{escape(version.title)}</h1><p class="byline">By {self.byline(story)}, '
            f'<time datetime="{local.isoformat()}">{local:%A} {local.day} {local:%B %Y %H.%M %Z}</time></p>\n'
            f'<div class="article-text">\n{self._body(story, version)}\n</div>\n'
            '<div class="tools"><span>Share</span><span>Email</span><span>Print</span></div>'
            '<div class="newsletter"><h3>Morning Tide</h3>'
            "<p>Our free newsletter, in your inbox before breakfast.</p></div>"
            "</article>"
        )
        popular = linked(self.links(self.yesterday(story, 5)), tag="ol")
        side = f'<aside class="side"><h3>Most read</h3>{popular}</aside>'
        return self._frame(
            version.title, f'<div class="wrap columns">{article}{side}</div>', *self._described(story, version)
        )

    def _body(self, story: Story, version: Version) -> str:
        lines = []
        for index, paragraph in enumerate(version.en):
            lines += [self._figure(story, caption) for caption in version.captions if caption.before == index]
            lines.append(f"<p>{escape(paragraph)}</p>")
        return "\n".join(lines)

    def _figure(self, story: Story, caption: Caption) -> str:
        text = escape(self.caption(caption))
        return (
            f"<figure>{picture(f'{story.code}/{caption.before}', caption.text)}<figcaption>{text}</figcaption></figure>"
        )

    def _described(self, story: Story, version: Version) -> list[str]:
        published = self.local(story.published_at).isoformat()
        facts = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": version.title}
        facts |= {"datePublished": published, "author": self.byline(story)}
        return [
            f'<meta property="og:title" content="{escape(version.title)}">',
            '<meta property="og:type" content="article">',
            f'<link rel="canonical" href="{self.url(story)}">',
            f'<script type="application/ld+json">{json.dumps(facts)}</script>',
        ]

    def _live(self, story: Story, version: Version) -> str:
        start = self.local(story.published_at)
        posts = "\n".join(
            f'<div class="live-post"><time>{start + timedelta(minutes=9 * n):%H.%M}</time><p>{escape(en)}</p></div>'
            for n, en in enumerate(version.en[:4])
        )
        heading = f"<h1>{escape(version.title)} – as it happened</h1>"
        body = f'<div class="wrap">{heading}<div class="live-blog">{posts}</div></div>'
        kind = {"@context": "https://schema.org", "@type": "LiveBlogPosting", "headline": version.title}
        return self._frame(
            f"Live: {version.title}", body, f'<script type="application/ld+json">{json.dumps(kind)}</script>'
        )

    def _frame(self, title: str, body: str, *head: str) -> str:
        alternate = '<link rel="alternate" type="application/rdf+xml" title="RSS" href="/rss.rdf">'
        name = self.masthead.name
        foot = footer(
            f"© {name}",
            '<a href="/terms">Terms</a> · <a href="/corrections">Corrections</a> · <a href="/tips">Send us a tip</a>',
        )
        whole = f"{masthead(name, self.masthead.slogan, _SECTIONS)}\n{body}\n{foot}"
        return page(title=f"{title} | {name}", look=_LOOK, lang="en-GB", body=whole, head=[alternate, *head])

    def _home(self, moment: datetime) -> Document:
        teasers = "\n".join(
            f'<div class="teaser"><h2><a href="{self.path(story)}">{escape(story.at(moment).title)}</a></h2>'
            f"<p>{escape(story.at(moment).en[0])}</p></div>"
            for story in self.latest(moment, days=2)
        )
        html = self._frame("News", f'<div class="wrap">{teasers}</div>')
        return Document.of(html, "text/html; charset=utf-8", self.changed_at(moment, days=2))

    def _feed(self, moment: datetime) -> Document:
        changed = self.changed_at(moment, days=_FEED_DAYS)
        entries = [self.entry(story, moment) for story in self.latest(moment, days=_FEED_DAYS)]
        text = feeds.rdf(self.channel("/rss.rdf"), entries, self.local(changed))
        return Document.of(text, "application/rdf+xml; charset=utf-8", changed, etag=LYING_ETAG)

    def _sitemap(self, moment: datetime) -> Document:
        entries = [self.entry(story, moment) for story in self.latest(moment, days=_SITEMAP_DAYS)]
        text = feeds.news_sitemap(entries, publication=self.masthead.name, language="en")
        return Document.of(text, "application/xml", self.changed_at(moment, days=_SITEMAP_DAYS))
