"""Links in messages by which a reader stops alerts of a kind: signed, so that whoever has one needs no login.

A link is good for one alert and its recipient, and for LINK_DAYS.  Opening it changes nothing: the page behind it asks.
The key is a setting; a new one makes all earlier links worthless.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from itsdangerous import BadData, URLSafeTimedSerializer

from mediawatch.records import Alert
from mediawatch.settings import Settings

LINK_DAYS: Final = 30
_SECONDS_A_DAY: Final = 86_400
_SALT: Final = "mediawatch stop link"


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRequest:
    """What a link names: an alert, the day of its message, and whom it was told."""

    alert_id: str
    day: date
    recipient: str


def stop_links(settings: Settings) -> StopLinks:
    """The links of the newsroom that is set up so."""
    return StopLinks(key=settings.link_key.get_secret_value(), board=settings.board_url)


@dataclass(frozen=True, slots=True, kw_only=True)
class StopLinks:
    """Makes and reads the links of the board at `board` (ends in a slash), signed with `key`."""

    key: str = field(repr=False)
    board: str

    def link(self, alert: Alert, recipient: str, language: str) -> str:
        """The address for `recipient` to stop alerts like `alert`; "" without a key or a board."""
        if not self.key or not self.board:
            return ""
        token = self._signer().dumps([alert.alert_id, alert.day.isoformat(), recipient])
        return f"{self.board}stop?token={token}&lang={language}"

    def read(self, token: str) -> StopRequest | None:
        """What `token` names; None for one that is not ours, was changed, or is older than LINK_DAYS."""
        if not self.key:
            return None
        try:
            alert_id, day, recipient = self._signer().loads(token, max_age=LINK_DAYS * _SECONDS_A_DAY)
        except BadData:
            return None
        return StopRequest(alert_id=alert_id, day=date.fromisoformat(day), recipient=recipient)

    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.key, salt=_SALT)
