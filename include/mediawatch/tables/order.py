"""In which order a day is made: the one place where the stages stand in their order."""

from __future__ import annotations

from typing import Final

BUILDING: Final = ("extract", "analyse", "audit", "cluster", "index", "ledger", "publish")
"""The stages that build a day."""

PREPARING: Final = ("read",)
"""Those that many workers make a batch ready with, segment by segment, for one that builds it; then it is dropped."""

WATCHING: Final = ("terms", "detect", "announce")
"""Those that look for news in a built day."""
