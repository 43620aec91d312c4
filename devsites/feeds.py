"""The formats in which sites announce: RSS 2.0, Atom, RSS 1.0 (RDF), news sitemaps, sitemap indexes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One announced item; `content` is HTML, empty where the feed gives a summary only."""

    url: str
    title: str
    published_at: datetime
    updated_at: datetime
    summary: str = ""
    content: str = ""
    byline: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What a feed says of itself."""

    title: str
    home: str
    url: str
    description: str
    language: str


def rss(channel: Channel, entries: Iterable[Entry], built_at: datetime) -> str:
    """RSS 2.0, with `content:encoded` where there is content."""
    items = "\n".join(_rss_item(entry) for entry in entries)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>{escape(channel.title)}</title>
<link>{channel.home}</link>
<atom:link href="{channel.url}" rel="self" type="application/rss+xml"/>
<description>{escape(channel.description)}</description>
<language>{channel.language}</language>
<lastBuildDate>{format_datetime(built_at)}</lastBuildDate>
{items}
</channel>
</rss>
"""


def _rss_item(entry: Entry) -> str:
    content = f"\n<content:encoded><![CDATA[{entry.content}]]></content:encoded>" if entry.content else ""
    creator = f"\n<dc:creator>{escape(entry.byline)}</dc:creator>" if entry.byline else ""
    return f"""<item>
<title>{escape(entry.title)}</title>
<link>{escape(entry.url)}</link>
<guid isPermaLink="true">{escape(entry.url)}</guid>
<pubDate>{format_datetime(entry.published_at)}</pubDate>{creator}
<description>{escape(entry.summary)}</description>{content}
</item>"""


def atom(channel: Channel, entries: Iterable[Entry], built_at: datetime) -> str:
    """Atom, whose entries tell publication and update apart."""
    items = "\n".join(_atom_entry(entry) for entry in entries)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{channel.language}">
<title>{escape(channel.title)}</title>
<subtitle>{escape(channel.description)}</subtitle>
<id>{channel.home}</id>
<link rel="self" href="{channel.url}"/>
<link rel="alternate" type="text/html" href="{channel.home}"/>
<updated>{built_at.isoformat()}</updated>
{items}
</feed>
"""


def _atom_entry(entry: Entry) -> str:
    return f"""<entry>
<title>{escape(entry.title)}</title>
<id>{escape(entry.url)}</id>
<link rel="alternate" href="{escape(entry.url)}"/>
<published>{entry.published_at.isoformat()}</published>
<updated>{entry.updated_at.isoformat()}</updated>
<author><name>{escape(entry.byline)}</name></author>
<summary>{escape(entry.summary)}</summary>
</entry>"""


def rdf(channel: Channel, entries: Iterable[Entry], built_at: datetime) -> str:
    """RSS 1.0, with Dublin Core dates."""
    listed = list(entries)
    order = "\n".join(f'<rdf:li rdf:resource="{escape(entry.url)}"/>' for entry in listed)
    items = "\n".join(_rdf_item(entry) for entry in listed)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="{channel.url}">
<title>{escape(channel.title)}</title>
<link>{channel.home}</link>
<description>{escape(channel.description)}</description>
<dc:date>{built_at.isoformat()}</dc:date>
<items><rdf:Seq>
{order}
</rdf:Seq></items>
</channel>
{items}
</rdf:RDF>
"""


def _rdf_item(entry: Entry) -> str:
    return f"""<item rdf:about="{escape(entry.url)}">
<title>{escape(entry.title)}</title>
<link>{escape(entry.url)}</link>
<description>{escape(entry.summary)}</description>
<dc:creator>{escape(entry.byline)}</dc:creator>
<dc:date>{entry.published_at.isoformat()}</dc:date>
</item>"""


def news_sitemap(entries: Iterable[Entry], *, publication: str, language: str) -> str:
    """A sitemap with the news extension."""
    urls = "\n".join(_news_url(entry, publication, language) for entry in entries)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
{urls}
</urlset>
"""


def _news_url(entry: Entry, publication: str, language: str) -> str:
    return f"""<url>
<loc>{escape(entry.url)}</loc>
<lastmod>{entry.updated_at.isoformat()}</lastmod>
<news:news>
<news:publication><news:name>{escape(publication)}</news:name><news:language>{language}</news:language></news:publication>
<news:publication_date>{entry.published_at.isoformat()}</news:publication_date>
<news:title>{escape(entry.title)}</news:title>
</news:news>
</url>"""


def sitemap(places: Iterable[tuple[str, datetime]]) -> str:
    """A plain sitemap of (address, last change)."""
    return _sitemap("urlset", "url", places)


def sitemap_index(children: Iterable[tuple[str, datetime]]) -> str:
    """A sitemap of sitemaps."""
    return _sitemap("sitemapindex", "sitemap", children)


def _sitemap(root: str, element: str, places: Iterable[tuple[str, datetime]]) -> str:
    entries = "\n".join(
        f"<{element}><loc>{escape(url)}</loc><lastmod>{changed.isoformat()}</lastmod></{element}>"
        for url, changed in places
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{entries}
</{root}>
"""
