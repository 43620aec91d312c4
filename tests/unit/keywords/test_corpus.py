"""Articles laid end to end, as columns."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from mediawatch.errors import BadConfiguration
from mediawatch.keywords import corpus, mining
from mediawatch.keywords.corpus import ArticleOfUnit, Corpus
from mediawatch.keywords.reading import PARTED, Reading, read
from mediawatch.language.aliases import Aliases
from tests.support.wires import FIRST, document


def readings() -> list[Reading]:
    """Those of two days, the later first."""
    days = (FIRST + timedelta(days=1), FIRST)
    return [read(document(day, number), Aliases()) for day in days for number in range(4)]


@pytest.mark.parametrize("at_a_time", [1, 3, 500])
def test_a_corpus_has_the_units_of_its_readings_in_time(monkeypatch: pytest.MonkeyPatch, at_a_time: int) -> None:
    monkeypatch.setattr(corpus, "_READINGS_AT_A_TIME", at_a_time)
    given = readings()
    found = Corpus.of(iter(given))
    ordered = sorted(given, key=lambda one: (one.day, one.at, one.article_id))
    assert [one.article_id for one in found.readings] == [one.article_id for one in ordered]
    place = 0
    for number, (one, own) in enumerate(zip(found.readings, ordered, strict=True)):
        for name in ("codes", "starts", "ends", "opens", "closes", "classes"):
            assert (getattr(one.units, name) == getattr(own.units, name)).all(), name
        units = np.arange(place, place + len(own.units), dtype=np.int32)
        assert set(found.article[units].tolist()) == {number} == {found.article.at(int(at)) for at in units}
        assert found.in_title[units].tolist() == [at < own.title_units for at in range(len(own.units))]
        assert (found.is_early[units] == (own.units.starts <= own.title_length + 70)).all()
        assert found.surface(place, 2) == own.folded[own.units.starts[0] : own.units.ends[1]]
        place += len(own.units) + 1
        assert found.codes[place - 1] == PARTED
    assert place == len(found.codes)


@pytest.mark.parametrize(("run", "width"), [("", 1), ("\u0436" * 200, 2), ("\u0436" * 40_000, 4)])
def test_what_stands_at_units_is_told_however_wide_they_are(run: str, width: int) -> None:
    """A run of letters of another script is one unit, and what stands behind it is told as well."""
    title, text = "星穹pro 发布", f"{run}，gpt-7 和港口 at&t。"
    found = Corpus.of([read(replace(document(FIRST, 1), title=title, text=text), Aliases())] * 2)
    assert found.columns.widths.dtype.itemsize == width
    [reading, _] = found.readings
    starts, ends, codes = reading.units.starts.tolist(), reading.units.ends.tolist(), reading.units.codes.tolist()
    for at in range(len(codes)):
        surfaces = {found.surface(first + at, 1) for first in (0, len(codes) + 1)}
        assert surfaces == {reading.folded[starts[at] : ends[at]]}
        assert found.start(at) == found.start(at + len(codes) + 1) == starts[at]
    units = {reading.folded[start:end] for start, end, code in zip(starts, ends, codes, strict=True) if code != PARTED}
    assert units >= {"星", "pro", "gpt-7", "和", "at&t"}
    assert found.surface(codes.index(ord("和")) - 1, 3) == "gpt-7 和港"


def test_no_article_has_units_beside_the_corpus() -> None:
    found = Corpus.of(readings())
    assert all(one.units.columns is found.columns for one in found.readings)


def test_a_corpus_of_nothing_is_empty() -> None:
    found = Corpus.of([])
    assert not found.readings
    assert not len(found.codes)


def test_the_article_of_a_unit_is_found_however_long_articles_are() -> None:
    sizes = np.random.default_rng(5).choice([1, 2, 3, 40, 64, 65, 500], 400).astype(np.int32)
    wanted = np.repeat(np.arange(len(sizes)), sizes)
    article = ArticleOfUnit(sizes)
    assert (article[np.arange(len(wanted), dtype=np.int32)] == wanted).all()
    assert [article.at(place) for place in (0, len(wanted) - 1)] == [0, len(sizes) - 1]


def test_more_units_than_can_be_numbered_are_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = read(document(FIRST, 1), Aliases())
    units = len(reading.units.codes) + 1
    monkeypatch.setattr(mining, "MOST_UNITS", units)
    assert len(Corpus.of([reading]).codes) == units
    with pytest.raises(BadConfiguration, match="several newsrooms"):
        Corpus.of([reading, reading])
