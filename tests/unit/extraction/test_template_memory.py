"""Boilerplate memory over days: learned from closed ones, frozen by a day's first build, out of the articles."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from mediawatch.context import Context
from mediawatch.errors import Contended
from mediawatch.extraction.extract_stage import STAGE as EXTRACT
from mediawatch.extraction.template_memory import memory_generation, remembered, template_lines, without_boilerplate
from mediawatch.lake.batches import sealed_batches
from mediawatch.lake.partitions import PartitionKey, current
from mediawatch.pipeline.admitted import admitted_articles
from mediawatch.records import Article
from mediawatch.tables.extraction import ARTICLES, PAGE_LINES, SOURCE_WORDS
from mediawatch.workflow.closing import close_day
from mediawatch.workflow.forgetting.addresses import forget
from mediawatch.workflow.runner import is_built, run_stage
from tests.support.articles import article_of, html, paragraphs
from tests.support.days import row_digests
from tests.support.gazette import Gazette, at
from tests.support.lakes import DAY, MORNING, built, harvest, rows_of
from tests.support.sites import reply

pytestmark = pytest.mark.slow

FOOTER = "读者热线由专人在工作日接听，来信请寄城北区水库路一号本报编辑部，来稿一律不退。"
OTHER = "本报新的读者服务已经开通，欢迎各位读者在工作时间前往城北区水库路办事大厅咨询。"


def later(context: Context, days: int) -> Context:
    return at(context, MORNING + timedelta(days=days))


def on(days: int) -> date:
    return DAY + timedelta(days=days)


def own(day: int, number: int) -> list[str]:
    """Paragraphs of one article alone."""
    return [
        f"市水务局第{day}天的第{number}份通报说，第{part}号水库的蓄水量比去年同期多出两成，{what}可以放心。"
        for part, what in enumerate((f"春灌{number}", f"行船{day}", f"供水{day}{number}"), start=1)
    ]


def print_pages(paper: Gazette, day: int, count: int, footer: str = FOOTER) -> None:
    """Publish so many articles with `footer` below."""
    moment = MORNING + timedelta(days=day)
    for number in range(count):
        title = f"城北水库第{day}天第{number}份通报"
        head = f"<meta property='article:published_time' content='{moment.isoformat()}'>"
        body = paragraphs(*own(day, number), footer)
        paper.publish(f"/{day}/{number}", at=moment, title=title, answer=reply(html(title=title, head=head, body=body)))


def lived(context: Context, paper: Gazette, day: int, *, count: int = 3, footer: str = FOOTER) -> None:
    """One day, harvested, built and closed."""
    print_pages(paper, day, count, footer)
    harvest(later(context, day), f"2026{day:04}")
    close_day(later(context, day + 1), on(day))


def printed(context: Context, day: int) -> list[Article]:
    return list(admitted_articles(context.store, on(day)))


def held(context: Context, day: int) -> set[str]:
    return {line.example for line in template_lines(context.store, on(day))}


@pytest.fixture
def learned(context: Context, paper: Gazette) -> Context:
    """Two days closed, and a third one built."""
    lived(context, paper, 0)
    lived(context, paper, 1)
    print_pages(paper, 2, 3)
    harvest(later(context, 2), "20260002")
    built(later(context, 2), on(2))
    return context


def test_the_first_days_keep_the_line_and_the_next_one_does_not(learned: Context) -> None:
    for day in (0, 1):
        assert {(FOOTER in a.text, a.boilerplate_share) for a in printed(learned, day)} == {(True, 0.0)}
    articles = printed(learned, 2)
    assert len(articles) == 3
    for article in articles:
        assert FOOTER not in article.text
        assert article.body_zh == article.text
        assert article.text_length == len(article.text)
        assert len(article.labels) == len(article.text.split("\n")) == 3
        assert 0.1 < article.boilerplate_share < 0.5
    (line,) = template_lines(learned.store, on(2))
    assert (line.example, line.pages, line.first_on, line.last_on) == (FOOTER[:60], 6, on(0), on(1))


def test_the_line_is_still_learned_from_where_it_was_taken_out(learned: Context) -> None:
    (manifest,) = sealed_batches(learned.store, on(2))
    rows = rows_of(learned.store, PAGE_LINES, day=on(2), batch=manifest.batch)
    assert all(FOOTER in row.examples for row in rows)

    close_day(later(learned, 3), on(2))
    (line,) = template_lines(learned.store, on(3))
    assert (line.pages, line.last_on) == (9, on(2))


def test_a_closed_day_says_with_which_words_its_texts_begin(learned: Context) -> None:
    (row,) = rows_of(learned.store, SOURCE_WORDS, day=on(1))
    assert (row.source, row.texts) == ("paper", 3)
    assert list(row.counts) == sorted(row.counts, reverse=True)
    assert len(row.words) == len(row.counts) > 0


def test_a_template_that_changed_is_forgotten(context: Context, paper: Gazette) -> None:
    lived(context, paper, 0, count=5)
    assert held(context, 1) == {FOOTER}
    lived(context, paper, 7, count=5, footer=OTHER)
    assert held(context, 8) == set()  # on one day of two each: neither is sure
    lived(context, paper, 8, count=5, footer=OTHER)
    assert held(context, 9) == {OTHER}
    assert held(context, 8 + 15) == set()


def test_built_again_alone_the_day_comes_out_the_same(learned: Context) -> None:
    before = row_digests(learned.store, on(2))
    for stage in ("extract", "analyse", "audit", "cluster", "index", "ledger", "publish"):
        learned.store.delete_all(f"{stage}/day={on(2)}")
    learned.store.delete_all("lines")
    built(later(learned, 2), on(2))

    assert row_digests(learned.store, on(2)) == before


def test_what_becomes_of_earlier_days_does_not_reach_a_day_that_was_built(learned: Context, paper: Gazette) -> None:
    before = template_lines(learned.store, on(2))
    learned.store.delete_all(f"lines/day={on(1)}")
    assert is_built(later(learned, 2), on(2))
    assert template_lines(learned.store, on(2)) == before

    forget(later(learned, 2), paper.url("/0/0"), why="asked for")
    assert current(learned.store, PartitionKey(stage="lines", day=on(0))) is None
    assert template_lines(learned.store, on(2)) == before


def test_a_later_batch_of_the_day_is_built_with_the_same_memory(learned: Context, paper: Gazette) -> None:
    before = memory_generation(learned.store, on(2))
    learned.store.delete_all(f"lines/day={on(1)}")
    print_pages(paper, 2, 4)  # the fourth is new
    harvest(later(learned, 2), "20260002b")
    run_stage(later(learned, 2), "extract", on(2))

    assert memory_generation(learned.store, on(2)) == before
    evening = sealed_batches(learned.store, on(2))[1].batch
    (article,) = rows_of(learned.store, ARTICLES, day=on(2), batch=evening)
    assert FOOTER not in article.text


def test_identity_is_of_the_text_before(learned: Context, paper: Gazette) -> None:
    """A page that did not change is no new revision because its template was learned in the meantime."""
    moment, again = MORNING + timedelta(days=1), MORNING + timedelta(days=2)
    body = paragraphs(*own(1, 0), FOOTER)
    paper.publish("/1/0", at=moment, updated=again, answer=reply(html(title="城北水库第1天第0份通报", body=body)))
    harvest(at(learned, again + timedelta(hours=1)), "20260002c")
    built(later(learned, 2), on(2))

    assert {article.revision for article in printed(learned, 2)} == {1}
    assert paper.link("/1/0") not in {article.link_id for article in printed(learned, 2)}


def test_two_first_builds_agree_or_one_gives_way(learned: Context) -> None:
    close_day(later(learned, 3), on(2))
    before = memory_generation(learned.store, on(3))
    learned.store.delete_all(f"lines/day={on(2)}")
    remembered(learned.store, on(3), memory_generation(learned.store, on(3)))

    with pytest.raises(Contended, match=f"boilerplate/day={on(3)} was frozen by another build"):
        remembered(learned.store, on(3), before)


def test_an_article_of_little_but_template_text_stays_whole() -> None:
    from mediawatch.extraction.boilerplate.lines import keys_of

    article = article_of(html())
    template = {"daily": frozenset(keys_of(article.text.split("\n")))}
    assert without_boilerplate(article, template) == replace(article, boilerplate_share=1.0)
    assert without_boilerplate(article, {"another": template["daily"]}) == article


def test_extraction_of_a_day_waits_for_nothing(context: Context, paper: Gazette) -> None:
    """Asking what is to be done freezes nothing."""
    print_pages(paper, 0, 1)
    harvest(context, "20260000")
    keys = context.store.list("")
    EXTRACT.partitions(context, DAY)

    assert context.store.list("") == keys
