"""CSS selectors as XPath that libxml2 evaluates without looking at a page again and again.

cssselect writes `a ~ b` as a walk from each `a` to all its later siblings, whose results libxml2 joins and compares one
with another: 4,000 paragraphs side by side take 11 s.  Here what stands left of a combinator is a condition of what
stands right of it, or, for `~`, the walk begins at the first `a` of each parent alone.  What cssselect counts to know
whether there is any is asked for with `[1]`, which ends at the first: libxml2 collects all of it otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cssselect import HTMLTranslator, parse
from cssselect.xpath import XPathExpr

from mediawatch.records import SiteRules

if TYPE_CHECKING:
    from lxml.html import HtmlElement


@lru_cache(maxsize=1024)
def compiled(selector: str) -> Any:
    """`selector` ready to be applied.  Raises ValueError with the reason when it is neither."""
    from cssselect import SelectorError
    from lxml.etree import XPath, XPathError

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


_BELOW = "descendant-or-self::"
_BESIDE = "/following-sibling::"


def css_to_xpath(css: str) -> str:
    """What finds the elements that `css` selects at and below the context node.  Raises cssselect's SelectorError."""
    if ":has(" in css.lower():  # what stands in its brackets is walked from left to right
        return HTMLTranslator().css_to_xpath(css, prefix=_BELOW)
    translator = _Translator()
    found = []
    for selector in parse(css):
        expression = translator.xpath(selector.parsed_tree)
        if selector.pseudo_element:
            translator.xpath_pseudo_element(expression, selector.pseudo_element)
        found.append(expression)
    if len(found) == 1 or any(each.path for each in found):
        return " | ".join(f"{_BELOW}{each}" for each in found)
    # A union would compare the elements of one selector with those of the others.
    return f"{_BELOW}*[{' or '.join(f'self::{each}' for each in found)}]"


class _Translator(HTMLTranslator):
    """Writes conditions where cssselect writes steps; an expression that has begun with steps goes on with them."""

    def xpath_descendant_combinator(self, left: XPathExpr, right: XPathExpr) -> XPathExpr:
        """`right` has a `left` above it."""
        if left.path:
            return super().xpath_descendant_combinator(left, right)
        return right.add_condition(f"ancestor::{left}[1]")

    def xpath_child_combinator(self, left: XPathExpr, right: XPathExpr) -> XPathExpr:
        """`right` stands directly in a `left`."""
        return super().xpath_child_combinator(left, right) if left.path else right.add_condition(f"parent::{left}")

    def xpath_direct_adjacent_combinator(self, left: XPathExpr, right: XPathExpr) -> XPathExpr:
        """`right` follows a `left` at once."""
        if left.path:
            return super().xpath_direct_adjacent_combinator(left, right)
        return right.add_condition(f"preceding-sibling::*[1]/self::{left}")

    def xpath_indirect_adjacent_combinator(self, left: XPathExpr, right: XPathExpr) -> XPathExpr:
        """`right` follows a `left`, the first of their parent as well as any other."""
        if left.path and not left.path.endswith(_BESIDE):
            return super().xpath_indirect_adjacent_combinator(left, right)
        right.path = f"{'' if left.path else '*/'}{left}[1]{_BESIDE}"
        return right

    def xpath_first_child_pseudo(self, xpath: XPathExpr) -> XPathExpr:
        """Nothing stands before it."""
        return xpath.add_condition("not(preceding-sibling::*[1])")

    def xpath_last_child_pseudo(self, xpath: XPathExpr) -> XPathExpr:
        """Nothing stands behind it."""
        return xpath.add_condition("not(following-sibling::*[1])")

    def xpath_only_child_pseudo(self, xpath: XPathExpr) -> XPathExpr:
        """It stands alone."""
        return self.xpath_last_child_pseudo(self.xpath_first_child_pseudo(xpath))

    def xpath_only_of_type_pseudo(self, xpath: XPathExpr) -> XPathExpr:
        """It is the only one of its name."""
        self._check_of_type_element(xpath, "only-of-type")
        return self.xpath_last_of_type_pseudo(self.xpath_first_of_type_pseudo(xpath))

    def xpath_first_of_type_pseudo(self, xpath: XPathExpr) -> XPathExpr:
        """Nothing of its name stands before it."""
        self._check_of_type_element(xpath, "first-of-type")
        return xpath.add_condition(f"not(preceding-sibling::{xpath.element}[1])")

    def xpath_last_of_type_pseudo(self, xpath: XPathExpr) -> XPathExpr:
        """Nothing of its name stands behind it."""
        self._check_of_type_element(xpath, "last-of-type")
        return xpath.add_condition(f"not(following-sibling::{xpath.element}[1])")
