"""The values that walk through the product: frozen, slotted, keyword-only; one module a value."""

from mediawatch.records.alert import Alert, AlertKind, DayCount, Headline
from mediawatch.records.article import Article, Ranking
from mediawatch.records.ledger.tallies import Tally
from mediawatch.records.page import Exchange, Link, Page
from mediawatch.records.quality import QualityResult
from mediawatch.records.reason import Loss, Reason, ReasonClass
from mediawatch.records.source import Cadence, Checked, JsonFields, Limits, Pace, Seed, Seen, SiteRules, Source
from mediawatch.records.story import Story
from mediawatch.records.times import Clock, as_utc, day_of, now, timezone_name

__all__ = [
    "Alert",
    "AlertKind",
    "Article",
    "Cadence",
    "Checked",
    "Clock",
    "DayCount",
    "Exchange",
    "Headline",
    "JsonFields",
    "Limits",
    "Link",
    "Loss",
    "Pace",
    "Page",
    "QualityResult",
    "Ranking",
    "Reason",
    "ReasonClass",
    "Seed",
    "Seen",
    "SiteRules",
    "Source",
    "Story",
    "Tally",
    "as_utc",
    "day_of",
    "now",
    "timezone_name",
]
