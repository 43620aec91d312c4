"""Templates of article addresses: what is the number, what may vary, and what is no template."""

from __future__ import annotations

import pytest

from mediawatch.records.address_template import AddressTemplate


@pytest.mark.parametrize(
    ("template", "path", "filled"),
    [
        ("/news/*/latest/{id}", "/news/life/latest/5590597", "/news/*/latest/5590597"),
        ("/news/*/latest/{id}", "/news/life/5590597", ""),
        ("/*-{id}.html", "/%E6%B0%B4-2-031821645.html", "/*-031821645.html"),
        ("/*/{id}-*", "/now/20261130000123-260407", "/*/20261130000123-*"),
        ("/n1/*/*/c*-{id}.html", "/n1/2026/1130/c1001-400.html", "/n1/*/*/c*-400.html"),
        ("/a/{id}*", "/a/55-zh-hans", "/a/55*"),
        ("/{id}/**", "/55", "/55/**"),
        ("/{id}/**", "/55/a/b", "/55/**"),
        ("/新闻/{id}", "/%E6%96%B0%E9%97%BB/7", "/新闻/7"),
        ("/news/*/{id}", "/news/world/latest", ""),  # a word is a section, not a number
        ("/doc-{id}.shtml", "/doc-inhabcd1234567.shtml", "/doc-inhabcd1234567.shtml"),
        ("/show?id={id}", "/show?c=3&id=9a", "/show?id=9a"),
        ("/show?id={id}", "/show?id=9a&id=9b", ""),
        ("/show?id={id}", "/show?c=3", ""),
        ("/a/{id}", "/a/9?page=2", "/a/9"),
        ("/a/{id}", "/a/9#/comments/1", ""),
    ],
)
def test_the_number_stays_and_the_rest_is_the_template(template: str, path: str, filled: str) -> None:
    assert AddressTemplate(template).filled(f"https://paper.example{path}") == filled


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("news/{id}", "must be a path that begins with /"),
        ("/" + "a" * 200 + "{id}", "of at most 200 characters"),
        ("/news/*", "must have {id} once"),
        ("/{id}/{id}", "must have {id} once"),
        ("/{id}/{slug}", "must have {id} once"),
        ("/*a*/{id}", "may have one * in a step"),
        ("/*{id}", "not right before {id}"),
        ("/**/{id}", "may have one * in a step"),
        ("/show?id=", "must have {id} once"),
        ("/{id}?page=2", "may name one parameter"),
        ("/show?a={id}&b=1", "may name one parameter"),
    ],
)
def test_what_is_no_template_is_refused_in_words(template: str, fault: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        AddressTemplate(template)
    assert fault in str(refused.value)
