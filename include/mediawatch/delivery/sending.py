"""Sending one message through one channel, and saying what became of it without repeating any secret."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from mediawatch.delivery.attempts import (
    LOST,
    TOO_SLOW,
    SendAttempt,
    SendResult,
    no_connection,
    of_http,
    of_smtp,
    within,
)
from mediawatch.delivery.channels import ChannelKind
from mediawatch.delivery.mail import envelope_of, hand_over, is_plain, server_of
from mediawatch.delivery.message import Message
from mediawatch.delivery.webhooks import post, post_of
from mediawatch.errors import BadConfiguration
from mediawatch.logs import Silence

if TYPE_CHECKING:
    from apprise import AppriseAsset, NotifyBase

CONNECT_SECONDS: Final = 10
READ_SECONDS: Final = 20
TOTAL_SECONDS: Final = 60.0
"""A chat service answers within two seconds; a mail relay that greylists by waiting takes up to fifteen."""

_STATUS: Final = re.compile(r"\berror=(\d{3})\b")
_SMTP_CODE: Final = re.compile(r"\(([45]\d\d), ")
_NEVER_CONNECTED: Final = re.compile(
    r"Failed to establish a new connection|NameResolution|Name or service not known|getaddrinfo|ConnectTimeout"
    r"|Connection refused|No route to host|Network is unreachable|CERTIFICATE_VERIFY_FAILED|WRONG_VERSION_NUMBER"
)
"""What urllib3, smtplib and OpenSSL say when nothing of the message can have left; anything else may have arrived."""
_GAVE_UP: Final = re.compile(r"timed out|TimeoutError|ConnectTimeout|ReadTimeout", re.IGNORECASE)
"""What urllib3, requests and smtplib say when no answer came in time."""
_silence: Final = Silence("urllib3", "urllib3.connectionpool", "requests", "smtplib", heard="apprise")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """A message on its way: `key` is the same whenever it is sent again, `fields` go along where a channel has them."""

    message: Message
    key: str
    fields: Mapping[str, str] = field(default_factory=dict)


def send(address: str, kind: ChannelKind, outgoing: OutgoingMessage, *, seconds: float = TOTAL_SECONDS) -> SendAttempt:
    """Send `outgoing` to `address`, within `seconds`.  Raises BadConfiguration for an address that `check` refuses."""
    with _silence.held():
        asset = _asset(seconds)
        plugin = _plugin(_with_parameters(address, kind, outgoing), asset)
        try:
            return _sent(plugin, asset, kind, outgoing.message, seconds)
        except Exception as error:  # noqa: BLE001 - whatever a plugin does wrong, the message may be out
            return SendAttempt(result=SendResult.UNKNOWN, reason=f"the channel's plugin failed: {type(error).__name__}")


def _sent(plugin: NotifyBase, asset: AppriseAsset, kind: ChannelKind, message: Message, seconds: float) -> SendAttempt:
    """Send by our own clients what they know how to send, and the rest by Apprise."""
    if is_plain(plugin):
        envelope, server = envelope_of(plugin, message), server_of(plugin)
        return within(seconds, lambda: hand_over(envelope, server))
    if request := post_of(plugin, message, _text(message, kind, plugin)):
        return within(seconds, lambda: post(request))
    return _attempt(_notified(asset, plugin, kind, message))


def _notified(asset: AppriseAsset, plugin: NotifyBase, kind: ChannelKind, message: Message) -> Any:
    from apprise import Apprise, NotifyFormat

    caller = Apprise(asset=asset)
    caller.add(plugin)
    return caller.notify(
        title=message.title,
        body=message.html if kind.takes_html else _text(message, kind, plugin),
        body_format=NotifyFormat.HTML if kind.takes_html else NotifyFormat.TEXT,
        log_level=logging.DEBUG,
    )


def check(address: str) -> None:
    """Raise BadConfiguration, in words that hold no part of it, unless `address` is one target of one channel."""
    with _silence.held():
        _plugin(address, _asset(TOTAL_SECONDS))


def _asset(seconds: float) -> AppriseAsset:
    from apprise import AppriseAsset

    return AppriseAsset(
        app_id="Mediawatch",
        app_desc="Mediawatch",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        service_timeout=seconds,
        allow_templates=False,
    )


def _plugin(address: str, asset: AppriseAsset) -> NotifyBase:
    from apprise import Apprise

    plugin = Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
    if plugin is None:
        raise BadConfiguration("the address is none that Apprise understands; docs/alerts.md shows one of each kind")
    if len(plugin) > 1:
        raise BadConfiguration(
            "the address has several targets, of which one could fail after another has the message;"
            " write one channel for each"
        )
    return plugin


def _with_parameters(address: str, kind: ChannelKind, outgoing: OutgoingMessage) -> str:
    values = {"cto": str(CONNECT_SECONDS), "rto": str(READ_SECONDS)}
    values |= {kind.key_parameter: outgoing.key} if kind.key_parameter else {}
    values |= {f":{name}": value for name, value in outgoing.fields.items()} if kind.takes_fields else {}
    # A + that stands for itself marks a header for Apprise; written as %2B it is the same to it.
    added = "&".join(f"{quote(name, safe=':+')}={quote(value, safe='')}" for name, value in values.items())
    return f"{address}{'&' if '?' in address else '?'}{added}"


def _text(message: Message, kind: ChannelKind, plugin: NotifyBase) -> str:
    """The text as far as the channel takes it; where it has no titles, Apprise puts the title before it."""
    title = len(message.title) + 4
    octets = max(1, kind.octets - len(message.title.encode()) - 4) if kind.octets else 0
    return message.within(max(1, int(plugin.body_maxlen) - title), octets)


def _attempt(result: Any) -> SendAttempt:
    if result:
        return SendAttempt(result=SendResult.SENT)
    if "TIMEOUT" in getattr(result.status, "name", ""):
        return TOO_SLOW
    return _failure("\n".join(entry.message for entry in result.logs()))


def _failure(said: str) -> SendAttempt:
    """What the words of Apprise's log say of a failure; in doubt the channel may have the message."""
    if status := _STATUS.search(said):
        return replace(of_http(int(status[1])), is_final=False)
    if code := _SMTP_CODE.search(said):
        return of_smtp(int(code[1]))
    is_slow = bool(_GAVE_UP.search(said))
    if _NEVER_CONNECTED.search(said):
        return no_connection(is_slow=is_slow)
    if "Exception" in said or "onnection error" in said:
        return TOO_SLOW if is_slow else LOST
    return SendAttempt(result=SendResult.REFUSED, reason="refused by the service")
