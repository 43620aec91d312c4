"""A list tried on articles: counts, and finds marked in the original text."""

from __future__ import annotations

from dataclasses import replace

from mediawatch.keywords.watching import Matcher, WatchList, mark, try_watchlists
from mediawatch.language.aliases import Aliases
from mediawatch.records import Article
from tests.support.articles import article_of, html

NAMES = Aliases.of([{"canonical": "特朗普", "forms": ["川普"], "en": "Trump"}])
LIST = WatchList.model_validate(
    {
        "name": "trade",
        "terms": ["关税", "特朗普", "稀土"],
        "regex": [r"加征\s*\d+%"],
        "min_articles": 2,
        "min_publishers": 2,
    }
)


def an_article(title: str, text: str, **changes: object) -> Article:
    return replace(article_of(html()), title=title, text=text, **changes)  # type: ignore[arg-type]


def test_shows_the_original_spelling() -> None:
    text = "ＴＲＵＭＰ與川普：加徵 25%關稅"
    pieces = mark(Matcher((LIST,), NAMES), text, ["关税", "特朗普"], [r"加征\s*\d+%"])

    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, is_found in pieces if is_found] == ["ＴＲＵＭＰ", "川普", "加徵 25%", "關稅"]


def test_reports_what_each_list_finds() -> None:
    articles = [
        an_article("川普宣布加徵關稅", "第一段。\n市場下跌，" + "很長的一句話" * 20, site="a.example"),
        an_article("城北水库", "工程师说水库与关税无关。" + "水" * 200, site="b.example"),
        an_article("天气", "晴", site="c.example"),
    ]
    (trial,) = try_watchlists([LIST], NAMES, articles)

    assert (trial.articles, trial.publishers, trial.would_alert) == (2, 2, True)
    assert trial.by_term == (("关税", 2), ("特朗普", 1))
    assert trial.silent == ("稀土", r"加征\s*\d+%")
    assert trial.finds[0].title == (("川普", True), ("宣布加徵", False), ("關稅", True))
    assert trial.finds[0].excerpt == ()
    assert [piece for piece, is_found in trial.finds[1].excerpt if is_found] == ["关税"]
    assert max(len(piece) for piece, _ in trial.finds[1].excerpt) <= 40


def test_copies_of_one_publisher_are_one_publisher_and_thresholds_are_said() -> None:
    articles = [an_article("关税", "", site=f"{n}.example", publisher_id="wire") for n in range(5)]
    (trial,) = try_watchlists([LIST], NAMES, articles, shown=2)
    assert (trial.articles, trial.publishers, trial.would_alert, len(trial.finds)) == (5, 1, False, 2)
