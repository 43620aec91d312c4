"""Where articles are announced, and which of the announced ones are this run's links.  Pure: nothing here fetches."""

from mediawatch.harvest.discovery.announcement import Announced, Announcement, Findings, announcements, failed
from mediawatch.harvest.discovery.reading import read_announcement
from mediawatch.harvest.discovery.selection import Selection, select

__all__ = [
    "Announced",
    "Announcement",
    "Findings",
    "Selection",
    "announcements",
    "failed",
    "read_announcement",
    "select",
]
