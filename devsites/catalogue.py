"""The six sites as entries of a catalogue of sources."""

from __future__ import annotations

from urllib.parse import urlsplit

from devsites.outlet import Outlet
from devsites.sites.yanzhou import LINK_PATTERN

_ANNOUNCERS: dict[str, tuple[tuple[str, str], ...]] = {
    "baichuan": (("feed", "/feed.xml"),),
    "hyacinth": (("feed", "/atom.xml"),),
    "wutong": (("feed", "/feed/"), ("news_sitemap", "/wp-sitemap.xml")),
    "yanzhou": (("list_page", "/list/index.htm"),),
    "langang": (("news_sitemap", "/sitemap-index.xml"),),
    "harrow": (("feed", "/rss.rdf"), ("news_sitemap", "/news.xml")),
}


def entry_of(outlet: Outlet) -> dict[str, object]:
    """The catalogue entry of one site, as plain values for YAML."""
    masthead = outlet.masthead
    return {
        "name": masthead.key,
        "title": masthead.name,
        "home": f"{outlet.base_url}/",
        "hosts": [urlsplit(outlet.base_url).netloc],
        "timezone": masthead.timezone,
        "languages": list(masthead.languages),
        "country": masthead.country,
        "discovery": [_seed(outlet, kind, path) for kind, path in _ANNOUNCERS[masthead.key]],
        "pace": {"delay_seconds": 0.0, "jitter": 0.0},
        "limits": {"max_age_days": 3.0},
        "allow_addresses": ["127.0.0.0/8"],
        "status": "verified",
    }


def _seed(outlet: Outlet, kind: str, path: str) -> dict[str, str]:
    entry = {"kind": kind, "url": outlet.base_url + path}
    return entry | {"link_pattern": LINK_PATTERN} if kind == "list_page" else entry
