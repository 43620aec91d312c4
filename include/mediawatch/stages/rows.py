"""The facts of a harvest as rows: what was announced, and where."""

from __future__ import annotations

from mediawatch.records import Link
from mediawatch.tables.harvest import DiscoveredLink


def candidate_of(link: Link, *, is_carried: bool = False) -> DiscoveredLink:
    """`link` as a candidate to be fetched."""
    return DiscoveredLink(
        link_id=link.link_id,
        url=link.url,
        source=link.source,
        site=link.site,
        title=link.title,
        announced_at=link.announced_at,
        updated_at=link.updated_at,
        discovered_by=link.discovered_by,
        first_seen_at=link.first_seen_at,
        reason=None,
        is_carried=is_carried,
    )
