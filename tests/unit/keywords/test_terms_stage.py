"""The articles of a day, as the detector is told of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path

from mediawatch.keywords.terms_stage import documents_of
from tests.support.chronicle import about_the_new_word, quiet, write_day
from tests.support.lakes import a_context

DAY = date(2026, 4, 9)


def test_only_the_articles_that_are_asked_for_are_read(tmp_path: Path) -> None:
    context = a_context(tmp_path, at=datetime.combine(DAY, time(12), UTC))
    write_day(context, DAY, [*quiet(DAY), *about_the_new_word()])
    everything = list(documents_of(context.store, DAY))
    ids = {one.article_id for one in everything[1::3]}
    assert list(documents_of(context.store, DAY, ids=ids)) == everything[1::3] != everything
    assert not list(documents_of(context.store, DAY, ids=()))
