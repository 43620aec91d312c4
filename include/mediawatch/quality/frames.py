"""The narrow rows that an audit looks at, and the frames made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from mediawatch.language.plausibility import readable_share
from mediawatch.records import Article
from mediawatch.sources.publishers import key_of

if TYPE_CHECKING:
    import pyarrow as pa
    from pandas import DataFrame, Series

FEW: Final = 5
"""Articles of one source below which the share of the quarantined says nothing about the source."""

_EASTMOST_HOURS: Final = 14
"""A page dated with a day only was published up to so many hours "later" than UTC, where the day begins first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMeasures:
    """How much of a text can be read, of text and captions is captions, and of its lines has a language; 0 to 1."""

    readable_share: float = 1.0
    caption_share: float = 0.0
    labelled_share: float = 1.0

    @classmethod
    def of(cls, text: str, captions: Sequence[str], labels: Sequence[str]) -> TextMeasures:
        """The measures of a `text` with the `captions` of its pictures and the `labels` of its lines."""
        in_captions = sum(map(len, captions))
        return cls(
            readable_share=readable_share(text),
            caption_share=in_captions / max(in_captions + len(text), 1),
            labelled_share=sum(label not in ("", "und") for label in labels) / len(labels) if labels else 1.0,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """What the audit has to know about one article; its text is not part of it.  Lengths are characters."""

    link_id: str
    article_id: str
    revision: int
    source: str
    url: str
    title_length: int
    text_length: int
    han_share: float
    language: str
    published_at: datetime | None
    published_on: date | None
    announced_at: datetime | None
    first_seen_at: datetime
    fetched_at: datetime
    boilerplate_share: float = 0.0
    title: str = ""
    byline: str = ""
    site: str = ""
    original_publisher: str = ""
    text_digest: str = ""
    measures: TextMeasures = field(default_factory=TextMeasures)


def audit_row(article: Article) -> AuditRow:
    """The audit's view of `article`."""
    return AuditRow(
        **{name: getattr(article, name) for name in COLUMNS},
        measures=TextMeasures.of(article.text, article.captions, article.labels),
    )


COLUMNS: Final = tuple(one.name for one in fields(AuditRow) if one.name != "measures")
"""The fields of an article that an `AuditRow` has as they are."""
_OF_TEXT: Final = ("text", "captions", "labels")
READ: Final = tuple(name for name in (*COLUMNS, *_OF_TEXT) if name not in ("article_id", "revision"))
"""The columns of stored articles that an `AuditRow` is made of; article id and revision come from elsewhere."""


def stored_values(columns: pa.Table) -> Iterator[dict[str, Any]]:
    """Of each article in the columns READ what an `AuditRow` takes beside its id and revision.

    The texts of a thousand articles are in memory at a time.
    """
    for part in columns.to_batches(max_chunksize=1_000):
        for values in part.to_pylist():
            values["measures"] = TextMeasures.of(*(values.pop(name) for name in _OF_TEXT))
            yield values


def article_frame(rows: Sequence[AuditRow]) -> DataFrame:
    """One row an article, and columns for rules, empty where a rule does not apply.

    Lengths are split by script; `published` is the instant or the day's beginning; `hours_ahead` is how long after it
    was fetched a page says to have been published, `days_old` how long before, `days_from_announcement` how far its
    own date and the feed's differ.  `own_title` and `own_text` are title and text with their source, once an article;
    `title_is_site` is 1 where the title only names the site.
    """
    import pandas as pd

    frame = pd.DataFrame({name: [getattr(row, name) for row in rows] for name in COLUMNS})
    for name in (one.name for one in fields(TextMeasures)):
        frame[name] = [getattr(row.measures, name) for row in rows]
    for name in ("published_at", "published_on", "announced_at", "first_seen_at", "fetched_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    is_chinese = frame["language"].str.startswith("zh")
    for name in ("title_length", "text_length"):
        frame[f"{name}_chinese"] = frame[name].where(is_chinese)
        frame[f"{name}_other"] = frame[name].where(~is_chinese)
    frame["han_share_chinese"] = frame["han_share"].where(is_chinese)
    frame["text_beyond_title"] = frame["text_length"] - frame["title_length"]
    frame["byline_length"] = frame["byline"].str.len()
    # A revision has the title of the article that it is of.
    is_first = ~frame.duplicated(["source", "article_id"])
    for own, name in (("own_title", "title"), ("own_text", "text_digest")):
        frame[own] = (frame["source"] + "\n" + frame[name]).where(is_first & (frame[name] != ""))
    frame["title_is_site"] = [float(_names_site(row)) for row in rows]
    frame["publisher_length"] = frame["original_publisher"].str.len()
    return _with_ages(frame)


def source_frame(
    rows: Sequence[AuditRow], quarantined: Collection[str], likeness: Mapping[str, float] | None = None
) -> DataFrame:
    """One row a source: articles `received` and `failed`, the `share_failed` of those with at least FEW, and the
    `likeness` of its words to those of the days before, empty where that is not known.
    """
    import pandas as pd

    received = Counter(row.source for row in rows)
    failed = Counter(row.source for row in rows if row.link_id in quarantined)
    names = sorted(received)
    frame = pd.DataFrame(
        {"source": names, "received": [received[n] for n in names], "failed": [failed[n] for n in names]}
    )
    frame["share_failed"] = (frame["failed"] / frame["received"]).where(frame["received"] >= FEW)
    known = likeness or {}
    frame["likeness"] = pd.Series([known.get(name) for name in names], dtype="float64")
    return frame


def day_frame(rows: Sequence[AuditRow], quarantined: Collection[str], held_sources: Collection[str]) -> DataFrame:
    """One row for the day: articles `received`, `admitted`, and of the sources not held `judged` and `share_failed`.

    Sources that are held already do not speak for the day: one large broken site must not stop the others.
    """
    import pandas as pd

    judged = [row for row in rows if row.source not in held_sources]
    failed = sum(row.link_id in quarantined for row in judged)
    share = failed / len(judged) if judged else None
    return pd.DataFrame(
        {
            "scope": ["day"],
            "received": [len(rows)],
            "judged": [len(judged)],
            "admitted": [len(judged) - failed],
            "share_failed": pd.Series([share], dtype="float64"),
        }
    )


def _names_site(row: AuditRow) -> bool:
    """Whether the title is no more than a name of the site, or of who wrote it."""
    key = key_of(row.title)
    return key in {key_of(row.site), key_of(row.site.split(".", maxsplit=1)[0]), key_of(row.original_publisher)} - {""}


def _with_ages(frame: DataFrame) -> DataFrame:
    published = frame["published_at"].fillna(frame["published_on"])
    frame["published"] = published
    allowance = frame["published_at"].isna() * _EASTMOST_HOURS
    frame["hours_ahead"] = _days(published - frame["fetched_at"]) * 24 - allowance
    frame["days_old"] = _days(frame["fetched_at"] - published)
    frame["days_from_announcement"] = _days(frame["published_at"] - frame["announced_at"]).abs()
    return frame


def _days(span: Series) -> Series:
    return span.dt.total_seconds() / 86_400
