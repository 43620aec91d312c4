"""The two assets the DAGs meet at.  An event on one is a hint to look into the lake, never the message itself."""

from __future__ import annotations

from airflow.sdk import Asset

RAW = Asset("raw", group="mediawatch")
"""A harvest was sealed: there are pages that no build has read yet."""

ARTICLES = Asset("articles", group="mediawatch")
"""A build published: admitted articles, their ledger and their index moved."""
