"""Kibana dashboards as code: drawn from `dashboards.yaml`, checked without a Kibana, kept as files to import."""

from mediawatch.kibana.alerting_rules import StaleRule, stale_rules
from mediawatch.kibana.bilingual import LANGUAGES, Language
from mediawatch.kibana.generating import file_name, render, saved_objects, write_files
from mediawatch.kibana.navigation import HEALTH, KEYWORDS, OVERVIEW, STORIES
from mediawatch.kibana.saved_objects import CORE_LEVEL, LEVELS

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
