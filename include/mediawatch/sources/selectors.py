"""Selectors of a site's rules: CSS, or XPath where they begin like one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mediawatch.records import SiteRules

if TYPE_CHECKING:
    from lxml.html import HtmlElement


@lru_cache(maxsize=1024)
def compiled(selector: str) -> Any:
    """`selector` ready to be applied.  Raises ValueError with the reason when it is neither."""
    from cssselect import SelectorError
    from lxml.etree import XPath, XPathError

    from mediawatch.sources.css import css_to_xpath

    try:
        is_path = selector.lstrip().startswith(("/", "./", "("))
        return XPath(selector if is_path else css_to_xpath(selector))
    except (SelectorError, XPathError) as error:
        raise ValueError(f"is neither CSS nor XPath: {error}") from error


def selected(root: HtmlElement, selector: str) -> list[Any]:
    """What `selector` finds under `root` in page order: elements, or strings where it is an XPath to text."""
    found = compiled(selector)(root)
    return found if isinstance(found, list) else [found] if isinstance(found, str) and found else []


def words_of(item: Any) -> str:
    """The words of an element or string."""
    return " ".join((item if isinstance(item, str) else item.text_content()).split())


def selector_faults(rules: SiteRules) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """(path of the key, what is wrong with it) for each selector of `rules` that cannot be applied."""
    for key, value in rules:
        for number, selector in enumerate(value if isinstance(value, tuple) else (value,)):
            if selector is None:
                continue
            try:
                compiled(selector)
            except ValueError as error:
                yield (key, number) if isinstance(value, tuple) else (key,), str(error)
