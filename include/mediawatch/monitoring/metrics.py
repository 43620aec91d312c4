"""The metrics, each declared once: its name, what it says, and by what it is told apart.

Every label has a bounded number of values: stages, outcomes and reasons are closed lists, and of the sources the
MOST_SOURCES with most links have series of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MOST_SOURCES: Final = 500
"""Sources with series of their own; the others are summed under OTHERS."""
OTHERS: Final = "(others)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A gauge as Prometheus names it, in its base unit; `labels` tell its series apart."""

    name: str
    about: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One series of `metric` with its value now; `labels` in the order in which the metric declares them."""

    metric: Metric
    value: float
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.labels) != len(self.metric.labels):
            raise ValueError(f"{self.metric.name} has the labels {self.metric.labels}, not {self.labels}")


LINKS: Final = Metric(
    name="mediawatch_links",
    about="Links of a day (today, yesterday) at each stage boundary, by outcome: received, passed, pending, lost.",
    labels=("day", "stage", "outcome"),
)
REASONS: Final = Metric(
    name="mediawatch_links_stopped",
    about="Links of a day (today, yesterday) that did not pass a stage, by reason and by the reason's class.",
    labels=("day", "stage", "reason", "class"),
)
SOURCE_LINKS: Final = Metric(
    name="mediawatch_source_links",
    about="Today's links of a source by how far they came.",
    labels=("source", "outcome"),
)
SOURCE_VISITS: Final = Metric(
    name="mediawatch_source_visits",
    about="Today's visits to the seeds of a source: all of them, and those that failed.",
    labels=("source", "outcome"),
)
SOURCES: Final = Metric(
    name="mediawatch_sources",
    about="Sources by their state, as of the last day that was judged.",
    labels=("state",),
)
LINKS_DUE: Final = Metric(
    name="mediawatch_links_due",
    about="Links of news first seen between three hours and two hours ago: all of them, and those admitted by now.",
    labels=("outcome",),
)
NEWEST_ARTICLE: Final = Metric(
    name="mediawatch_newest_article_timestamp_seconds", about="When the newest admitted article was first seen."
)
NEWEST_HARVEST: Final = Metric(
    name="mediawatch_newest_harvest_timestamp_seconds", about="When the newest sealed harvest was begun."
)
ALERTS: Final = Metric(
    name="mediawatch_alerts",
    about="Alerts due in the last 24 hours or still due, by whether the first message left within 75 minutes of the "
    "beginning of the harvest that brought them, quiet hours and the time until a digest not counted: in_time, late, "
    "or untold.",
    labels=("outcome",),
)
LATE: Final = Metric(
    name="mediawatch_late", about="1 while harvest, build, close, evaluation or message is late.", labels=("work",)
)
DAYS_LACKING: Final = Metric(
    name="mediawatch_lacking", about="Days of the last fourteen that lack something, by what.", labels=("lack",)
)
OUTBOX: Final = Metric(
    name="mediawatch_outbox_messages", about="Messages of the last seven days by their status.", labels=("status",)
)
OUTBOX_OLDEST: Final = Metric(
    name="mediawatch_outbox_oldest_timestamp_seconds",
    about="Since when the oldest message stands so that is not sent yet.",
    labels=("status",),
)
DISK: Final = Metric(
    name="mediawatch_disk_free_bytes", about="Free on the disk of the lake, and of temporary files.", labels=("disk",)
)
LEASES: Final = Metric(
    name="mediawatch_leases_held", about="Leases that are held at this moment, by kind of work.", labels=("work",)
)
BUILD: Final = Metric(name="mediawatch_build_info", about="1, with the release as a label.", labels=("version",))
READABLE: Final = Metric(
    name="mediawatch_part_readable", about="0 for a part of these metrics that could not be read now.", labels=("part",)
)

METRICS: Final = (
    LINKS,
    REASONS,
    SOURCE_LINKS,
    SOURCE_VISITS,
    SOURCES,
    LINKS_DUE,
    NEWEST_ARTICLE,
    NEWEST_HARVEST,
    ALERTS,
    LATE,
    DAYS_LACKING,
    OUTBOX,
    OUTBOX_OLDEST,
    DISK,
    LEASES,
    BUILD,
    READABLE,
)
"""What is read from the lake when it is asked for."""

STAGE_SECONDS: Final = Metric(
    name="mediawatch_stage_time_seconds_total", about="Seconds that partitions of a stage took.", labels=("stage",)
)
STAGE_PARTITIONS: Final = Metric(
    name="mediawatch_stage_partitions_total",
    about="Partitions of a stage that were made, and those that an error ended.",
    labels=("stage", "outcome"),
)
STAGE_ROWS: Final = Metric(
    name="mediawatch_stage_rows_total", about="Rows that a stage wrote.", labels=("stage", "table")
)

PUSHED: Final = (STAGE_SECONDS, STAGE_PARTITIONS, STAGE_ROWS)
"""What processes send by OpenTelemetry while they work, as a collector names it for Prometheus."""
