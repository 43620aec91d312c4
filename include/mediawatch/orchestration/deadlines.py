"""How long a task may take before Airflow ends the try: late enough never to hit sound work, early enough to notice."""

from __future__ import annotations

from datetime import timedelta

from mediawatch.settings import Settings

QUICK = timedelta(minutes=10)
"""Planning, sealing, provisioning: work on listings and manifests, seconds when all is well."""

STAGE = timedelta(hours=3)
"""One stage over one day.  A day of 100,000 pages takes about half an hour to extract on two processors."""

VERIFYING = timedelta(hours=3)
"""Reading the whole lake once: 1 TB at 100 MB/s."""

CHECKING = timedelta(hours=2)
"""One polite visit to every source."""


def fetching(settings: Settings) -> timedelta:
    """The time box, and a margin for the transfers under way when it ends and for closing the last segment."""
    return timedelta(seconds=settings.time_box_seconds) + QUICK
