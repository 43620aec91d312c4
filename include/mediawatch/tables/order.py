"""In which order a day is made: the one place where the stages stand in their order."""

from __future__ import annotations

from typing import Final

BUILDING: Final = ("extract", "analyse", "audit", "cluster", "index", "ledger", "publish")
"""The stages that build a day."""

WATCHING: Final = ("terms", "detect", "announce")
"""Those that look for news in a built day."""
