"""The values that walk through the product: frozen, slotted, keyword-only; one module a value."""

from mediawatch.records.alert import Alert, AlertKind, DayCount, Headline
from mediawatch.records.article import Article
from mediawatch.records.exchange import Exchange
from mediawatch.records.link import Link
from mediawatch.records.loss import Loss
from mediawatch.records.page import Page
from mediawatch.records.quality import QualityResult
from mediawatch.records.ranking import Ranking
from mediawatch.records.reason import Reason, ReasonClass
from mediawatch.records.source import Announcer, Limits, Pace, SiteRules, Source
from mediawatch.records.story import Story
from mediawatch.records.tally import Tally
from mediawatch.records.times import Clock, as_utc, day_of, now, timezone_name

__all__ = [
    "Alert",
    "AlertKind",
    "Announcer",
    "Article",
    "Clock",
    "DayCount",
    "Exchange",
    "Headline",
    "Limits",
    "Link",
    "Loss",
    "Pace",
    "Page",
    "QualityResult",
    "Ranking",
    "Reason",
    "ReasonClass",
    "SiteRules",
    "Source",
    "Story",
    "Tally",
    "as_utc",
    "day_of",
    "now",
    "timezone_name",
]
