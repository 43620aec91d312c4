"""Twenty-two days of a stream, imported from WARC and built, or read as a corpus: the alerts are the same."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from mediawatch.harvest.importing.files import import_warc
from mediawatch.keywords import Rules, TextDocument
from mediawatch.keywords.detect_stage import alerts_of
from mediawatch.language.aliases import Aliases
from mediawatch.records import Alert
from mediawatch.sources.publishers import Publishers
from mediawatch.workflow.backtesting import Backtest, DaySpan
from mediawatch.workflow.runner import build_day
from mediawatch.workflow.watch import watch_day
from tests.support.articles import html, paragraphs
from tests.support.lakes import a_context
from tests.support.warcs import write_pages
from tests.support.wires import FIRST, PUBLISHERS, document, usual, with_word

pytestmark = pytest.mark.slow

DAYS = [FIRST + timedelta(days=number) for number in range(22)]
HOSTS = dict(zip(PUBLISHERS, ("morning.example", "evening.example", "wire.example", "radio.example"), strict=True))
NEW, COPIED, LATER = "沅鹭计划", "青塬大桥", "霁川鲟"


def stream() -> list[TextDocument]:
    """Usual days; a word by three publishers on the 19th, another one by two on the 20th and by two more on the 21st,
    and on the 22nd one whose texts are copies of a single report, which is one publisher and no news.
    """
    found = [one for day in DAYS for one in usual(day)]
    found += with_word(DAYS[18], NEW, PUBLISHERS[:3])
    found += with_word(DAYS[19], LATER, PUBLISHERS[:2])
    found += [
        document(DAYS[20], 200 + number, words=(LATER,), publisher=publisher)
        for number, publisher in enumerate(PUBLISHERS[2:])
    ]
    report = document(DAYS[21], 300, words=(COPIED,))
    found += [
        TextDocument(**{**fields_of(report), "article_id": f"copy-{n}", "publisher": publisher, "site": publisher})
        for n, publisher in enumerate(PUBLISHERS)
    ]
    return sorted(found, key=lambda one: (one.day, one.article_id))


def fields_of(one: TextDocument) -> dict[str, object]:
    return {name: getattr(one, name) for name in TextDocument.__dataclass_fields__}


def said(alerts: Sequence[Alert]) -> set[tuple[str, str, str, int, int]]:
    """What each first message says: the day, the kind, the word, its publishers and its articles."""
    return {
        (alert.day.isoformat(), alert.kind.value, alert.topic, len(alert.publisher_names), len(alert.article_ids))
        for alert in alerts
        if not alert.step
    }


def as_corpus(documents: Sequence[TextDocument], folder: Path) -> list[Alert]:
    file = folder / "stream.jsonl"
    file.write_text("".join(f"{line}\n" for line in corpus_lines(documents)), encoding="utf-8")
    backtest = Backtest(rules=Rules(), aliases=Aliases(), publishers=Publishers())
    return list(backtest.alerts(file, span=DaySpan()))


def corpus_lines(documents: Sequence[TextDocument]) -> Iterator[str]:
    for one in documents:
        row = {
            "id": one.article_id,
            "day": one.day.isoformat(),
            "published_at": one.at.isoformat(),
            "source": HOSTS[one.publisher],
            "language": one.language,
            "title": one.title,
            "text": one.text,
        }
        yield json.dumps(row, ensure_ascii=False)


def as_archive(documents: Sequence[TextDocument], folder: Path) -> list[Alert]:
    context = a_context(
        folder, watchlists_dir=folder / "none", at=datetime.combine(DAYS[-1] + timedelta(days=1), time(9), UTC)
    )
    import_warc(context, [a_warc(documents, folder / "stream.warc.gz")], is_any_host=True)
    for day in DAYS:
        build_day(context, day)
        watch_day(context, day)
    return [alert for day in DAYS for alert in alerts_of(context.store, day)]


def a_warc(documents: Sequence[TextDocument], file: Path) -> Path:
    write_pages(
        file, ((f"https://{HOSTS[one.publisher]}/{one.article_id}.html", one.at, page_of(one)) for one in documents)
    )
    return file


def page_of(one: TextDocument) -> bytes:
    head = f"<meta property='article:published_time' content='{one.at.isoformat()}'>"
    return html(title=one.title, head=head, body=paragraphs(*one.text.split("\n")), site=one.publisher).encode()


def test_archive_and_corpus_make_the_same_alerts(tmp_path: Path) -> None:
    documents = stream()
    corpus = said(as_corpus(documents, tmp_path))
    assert {(day, word) for day, _, word, _, _ in corpus} >= {
        (DAYS[18].isoformat(), NEW),
        (DAYS[20].isoformat(), LATER),
    }
    assert COPIED not in {word for _, _, word, _, _ in corpus}
    assert said(as_archive(documents, tmp_path)) == corpus
