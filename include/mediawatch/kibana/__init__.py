"""Kibana dashboards as code: drawn from these modules, checked without a Kibana, kept as files to import."""

from mediawatch.kibana.generating import file_name, render, saved_objects, write_files
from mediawatch.kibana.navigation import HEALTH, KEYWORDS, OVERVIEW, STORIES
from mediawatch.kibana.rules import StaleRule, stale_rules
from mediawatch.kibana.saved_objects import CORE_LEVEL, LEVELS
from mediawatch.kibana.wording import LANGUAGES, Language

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
