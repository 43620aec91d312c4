"""From addresses that lead to one article, the template by which they are one."""

from __future__ import annotations

from dataclasses import replace

from mediawatch.harvest.discovery import Announced
from mediawatch.harvest.discovery.article_numbers import suggested_template
from tests.support.announcing import HOME, a_source, an_item

PAPER = a_source()
HEADLINES = ("城北水库春灌水量充足", "渡口停航三天检修趸船", "山区小学收到一车旧书", "老茶馆重新开张首日排长队")


def items(*forms: str, headlines: tuple[str, ...] = HEADLINES) -> list[Announced]:
    """Each headline under an address of each form."""
    return [
        an_item(HOME + form.format(number=5_590_597 + number, word=chr(97 + number)), title=headline)
        for number, headline in enumerate(headlines)
        for form in forms
    ]


def template_of(found: list[Announced]) -> str:
    suggested = suggested_template(found, PAPER)
    return suggested.template if suggested else ""


def test_sections_in_the_path() -> None:
    found = suggested_template(items("news/life/latest/{number}", "news/city/latest/{number}"), PAPER)
    assert found is not None
    assert (found.template, found.articles) == ("/news/*/latest/{id}", 4)
    assert str(found).startswith("article_id: ['/news/*/latest/{id}'] would make 4 articles one link each: https://")


def test_a_headline_in_the_address_that_is_changed() -> None:
    assert template_of(items("{word}-water-{number}.html", "{word}-{number}.html")) == "/*-{id}.html"
    assert template_of(items("{number}-{word}", "{number}-x{word}")) == "/{id}*"


def test_another_script_behind_the_number() -> None:
    assert template_of(items("a/{number}", "a/{number}-zh-hans")) == "/a/{id}*"


def test_a_number_that_two_articles_share_is_none() -> None:
    life = items("news/life/{number}")
    sport = [
        replace(each, url=each.url.replace("life", "sport"), title=title)
        for each, title in zip(life, reversed(HEADLINES), strict=True)
    ]
    assert template_of(life + sport) == ""
    shared = items("news/life/{number}", "news/city/{number}")
    assert (
        template_of([*shared, replace(life[0], url=life[0].url.replace("life", "sport"), title="另一件完全不同的事")])
        == ""
    )


def test_few_are_no_evidence_and_what_the_entry_knows_is_no_news() -> None:
    forms = ("news/life/{number}", "news/city/{number}")
    assert template_of(items(*forms, headlines=HEADLINES[:2])) == ""
    assert suggested_template(items(*forms), a_source(article_id=("/news/*/{id}",))) is None
    assert template_of(items("news/life/{number}")) == ""
    assert template_of([an_item("mailto:x"), an_item("https://elsewhere.example/news/12345")]) == ""
