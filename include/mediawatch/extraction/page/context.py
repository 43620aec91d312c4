"""What is known of a page before its bytes are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from mediawatch.records import SiteRules
from mediawatch.sources.publishers import Publishers

NO_RULES: Final = SiteRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """`url` is where the page came from when `asked` was asked for; both may be empty.

    `timezone` is that of times written without one (empty: unknown, such times stay as printed), `fetched_at` bounds
    dates from above, `site_name` and `hosts` are the site's own.
    """

    url: str
    asked: str
    fetched_at: datetime
    content_type: str = ""
    announced_title: str = ""
    timezone: str = ""
    site_name: str = ""
    hosts: tuple[str, ...] = ()
    rules: SiteRules = NO_RULES
    publishers: Publishers = field(default_factory=Publishers)
