from __future__ import annotations

import json
from html import escape

import pytest

from mediawatch.extraction.body.embedded import Embedded, better_text
from tests.support.articles import PARAGRAPHS, article_of, html, outcome_of
from tests.support.growth import growth

TITLE = "城北水库春灌水量充足"
TEXT = "\n".join(PARAGRAPHS)
MARKUP = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
SHELL = "<div id='app'>正在载入</div>"


def script(text: str, kind: str = "") -> str:
    return f"<script{kind and f' type={kind!r}'}>{text}</script>"


def flight(text: str) -> str:
    return f"self.__next_f.push([1,{json.dumps(text)}])"


STATE = {"recommended": [{"title": "另一篇", "content": "别的文章的正文，也不短，讲的是另外一件事情。" * 30}]}
DESCRIBED = f'<meta name="description" content="{PARAGRAPHS[0][:30]}">'


@pytest.mark.parametrize(
    "embedded",
    [
        script(json.dumps({"@type": "NewsArticle", "headline": TITLE, "articleBody": TEXT}), "application/ld+json"),
        script(json.dumps({"props": STATE | {"post": {"title": TITLE, "content": MARKUP}}}), "application/json"),
        script("window.__STATE__ = " + json.dumps({"by": STATE | {"a": {"title": TITLE, "html": MARKUP}}}) + ";"),
        script(
            "window.__STATE__={"
            + f'"post":{{"title":"{TITLE}","blocks":'
            + json.dumps([{"type": "p", "content": [text]} for text in PARAGRAPHS])
            + "}}"
        ),
        script(f"window.__NUXT__=(function(a,b){{return {{post:{{body:{json.dumps(MARKUP)},id:a}}}}}}(1,2))"),
        script(f"var content = '{MARKUP}'; show(content)"),
        script("window.__DATA__ = JSON.parse(" + json.dumps(json.dumps({"title": TITLE, "text": TEXT})) + ")"),
        script(flight('5:{"title":' + json.dumps(TITLE) + ',"body":' + json.dumps(MARKUP)[:120]))
        + script(flight(json.dumps(MARKUP)[120:] + "}\n")),
        f"<template>{MARKUP}</template>",
        f"<noscript>{MARKUP}</noscript>",
        f"<textarea>{escape(MARKUP)}</textarea>",
    ],
)
def test_text_that_stands_only_in_scripts_or_hidden_parts(embedded: str) -> None:
    assert article_of(html(head=DESCRIBED, body=SHELL + embedded)).text == TEXT


def test_a_shown_text_is_not_replaced() -> None:
    state = script(json.dumps({"title": TITLE, "content": TEXT[:80]}), "application/json")
    assert article_of(html(body=MARKUP + state)).text == TEXT


def test_the_text_of_another_article_is_not_taken() -> None:
    outcome = outcome_of(html(body=SHELL + script(json.dumps(STATE), "application/json")))
    assert "别的文章" not in getattr(outcome, "text", "")


@pytest.mark.slow
@pytest.mark.parametrize("piece", ['\\"', '"', "'", "`a", '"a\\', "self.__next_f.push([1,", '"<p>', "[caption]", "=["])
def test_the_time_grows_with_the_length_only(piece: str) -> None:
    def read(size: int) -> None:
        hostile = f'"{piece * (size // len(piece))}'
        better_text(Embedded(scripts=(hostile,)), [{"articleBody": hostile}], shown="", title=TITLE, description=TEXT)

    assert growth(read, small=10_000, times=10) < 40
