"""Clocks that tests turn themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Hand:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.moment = datetime(2025, 5, 4, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def turn(self, seconds: float) -> None:
        """Put it on."""
        self.moment += timedelta(seconds=seconds)
