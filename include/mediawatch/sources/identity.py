"""Which address an article of a source goes by, where the site gives one article several."""

from __future__ import annotations

from functools import lru_cache

from mediawatch.records import Source
from mediawatch.records.address_template import AddressTemplate
from mediawatch.sources.site_forms import known_form
from mediawatch.sources.urls import address_id, is_on_site, normalise, twin_host


def article_address(url: str, source: Source) -> str:
    """The normalised address, by the form of its site where that is known (`site_forms`); where one of the source's own
    `article_id` templates fits, that template with the number in it.

    So `/news/life/breakingnews/5590597` and the same number under another section come to one address, on whichever of
    the source's hosts.  Raises ValueError like `normalise`.
    """
    address = normalise(url)
    if not source.article_id or not is_on_site(address, source.hosts):
        return known_form(address)
    found = (_template(text).filled(address) for text in source.article_id)
    path = next(filter(None, found), "")
    return f"https://{twin_host(source.home_host)}{path}" if path else known_form(address)


def link_of(text: str, source: Source | None) -> str:
    """The link id of an address that `source` announces: that of the article's address; see `address_id`."""
    if source is None or not source.article_id:
        return address_id(text)
    try:
        return address_id(article_address(text, source))
    except ValueError:
        return address_id(text)


@lru_cache(maxsize=512)
def _template(text: str) -> AddressTemplate:
    return AddressTemplate(text)
