"""Kibana dashboards as code: drawn from these modules, checked without a Kibana, kept as files to import."""

from mediawatch.dashboards.generating import file_name, render, saved_objects, write_files
from mediawatch.dashboards.navigation import HEALTH, KEYWORDS, OVERVIEW, STORIES
from mediawatch.dashboards.rules import StaleRule, stale_rules
from mediawatch.dashboards.saved_objects import CORE_LEVEL, LEVELS
from mediawatch.dashboards.wording import LANGUAGES, Language

__all__ = [
    "CORE_LEVEL",
    "HEALTH",
    "KEYWORDS",
    "LANGUAGES",
    "LEVELS",
    "OVERVIEW",
    "STORIES",
    "Language",
    "StaleRule",
    "file_name",
    "render",
    "saved_objects",
    "stale_rules",
    "write_files",
]
