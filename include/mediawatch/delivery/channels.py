"""What is known of each kind of channel: how its address is written, and whether a message may be sent twice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

from mediawatch.errors import BadConfiguration
from mediawatch.settings import FILE, secret_in_file

Dialect = Literal["plain", "markdown"]
"""How a channel shows plain text: as it is, or read as Markdown whatever is declared."""

PREFIX: Final = "MEDIAWATCH_CHANNEL_"
"""Beginning of the environment variables that addresses may name; no others, so that no file can send away what they
hold."""

_VARIABLE: Final = re.compile(r"\$\{([^{}]*)\}")
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_USERINFO: Final = re.compile(r"://([^/?#]*)@")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelKind:
    """A kind of channel.

    `schemes` begin its address for Apprise.  `example` is such an address.  `key_parameter` is the parameter of the
    address that carries a key which is the same whenever one message is sent again.  `drops_repeats` says whether the
    receiver drops a key it has already, which makes the channel idempotent; "declared" means that the receiver is our
    users' own and that they have to say so.  `is_open` says that an address may hold no secret, so that it may stand
    in a file.  `takes_html` says that messages go as HTML, `takes_fields` that the address may add fields to what is
    sent.  `octets` is a limit of the service in UTF-8 bytes that Apprise does not know of; 0 means none.
    """

    name: str
    schemes: tuple[str, ...]
    example: str
    key_parameter: str = ""
    drops_repeats: Literal["never", "declared", "always"] = "never"
    is_open: bool = False
    takes_html: bool = False
    takes_fields: bool = False
    dialect: Dialect = "plain"
    octets: int = 0


KINDS: Final = (
    ChannelKind(
        name="e-mail",
        schemes=("mailto", "mailtos"),
        example="mailtos://USER:PASSWORD@smtp.news.example?from=alerts@news.example&to=desk@news.example",
        key_parameter="+X-Mediawatch-Delivery",
        is_open=True,
        takes_html=True,
    ),
    ChannelKind(name="Slack", schemes=("slack",), example="slack://TOKEN_A/TOKEN_B/TOKEN_C"),
    ChannelKind(name="Telegram", schemes=("tgram",), example="tgram://BOT_TOKEN/CHAT_ID"),
    ChannelKind(name="Discord", schemes=("discord",), example="discord://WEBHOOK_ID/TOKEN", dialect="markdown"),
    ChannelKind(name="Feishu (飞书)", schemes=("feishu",), example="feishu://TOKEN", octets=18_000),
    ChannelKind(name="Lark", schemes=("lark",), example="lark://TOKEN", octets=18_000),
    ChannelKind(name="DingTalk (钉钉)", schemes=("dingtalk",), example="dingtalk://SECRET@ACCESS_TOKEN", octets=18_000),
    ChannelKind(name="WeCom (企业微信)", schemes=("wecombot",), example="wecombot://BOT_KEY", octets=2048),
    ChannelKind(
        name="Matrix", schemes=("matrix", "matrixs"), example="matrixs://USER:PASSWORD@matrix.news.example/%23desk"
    ),
    ChannelKind(name="ntfy", schemes=("ntfy", "ntfys"), example="ntfys://ntfy.news.example/TOPIC", octets=3_800),
    ChannelKind(
        name="Mattermost",
        schemes=("mmost", "mmosts"),
        example="mmosts://chat.news.example/TOKEN",
        dialect="markdown",
    ),
    ChannelKind(
        name="webhook",
        schemes=("json", "jsons", "form", "forms", "xml", "xmls"),
        example="jsons://hooks.news.example/alerts",
        key_parameter="+Idempotency-Key",
        drops_repeats="declared",
        is_open=True,
        takes_fields=True,
    ),
    ChannelKind(
        name="Opsgenie",
        schemes=("opsgenie",),
        example="opsgenie://API_KEY",
        key_parameter="alias",
        drops_repeats="always",
    ),
    ChannelKind(
        name="PagerDuty",
        schemes=("pagerduty",),
        example="pagerduty://INTEGRATION_KEY@API_KEY",
        key_parameter="dedup",
        drops_repeats="always",
    ),
)
"""Described kinds; every other channel of Apprise works as well and counts as not idempotent."""

_OTHER: Final = ChannelKind(name="other", schemes=(), example="")


def kind_of(address: str) -> ChannelKind:
    """The kind of channel that an address is, by its scheme."""
    found = _SCHEME.match(address)
    scheme = found[1].lower() if found else ""
    return next((kind for kind in KINDS if scheme in kind.schemes), _OTHER)


def checked_template(text: str) -> str:
    """`text` itself when it may stand in a file.

    Raises ValueError, with the remedy, for an address that holds its secret in the open.  What was written is not
    repeated: it may be the secret.
    """
    for name in _VARIABLE.findall(text):
        if not re.fullmatch(rf"{PREFIX}[A-Z0-9_]+", name):
            raise ValueError(f"${{...}} must name a variable that begins with {PREFIX}")
    if _VARIABLE.fullmatch(text):
        return text
    remedy = f"put the whole address into an environment variable and write ${{{PREFIX}NAME}} here"
    if not _SCHEME.match(text):
        raise ValueError(f"is no address of a channel; {remedy}")
    user = _USERINFO.search(text)
    if not kind_of(text).is_open:
        raise ValueError(f"the address of such a channel holds a secret, which must not stand in a file; {remedy}")
    if user and _VARIABLE.sub("", user[1]).strip(":"):
        raise ValueError(f"a user or password must not stand in a file; {remedy}")
    if re.search(r"[?&](?:\+|-|pass|token|key|secret|pgp)", text, re.IGNORECASE):
        raise ValueError(f"headers and keys must not stand in a file; {remedy}")
    return text


def variables_in(template: str) -> tuple[str, ...]:
    """The names of the environment variables that an address needs."""
    return tuple(dict.fromkeys(_VARIABLE.findall(template)))


def resolved(template: str, environ: Mapping[str, str]) -> str:
    """The address that `template` and the environment make: a secret.

    Raises BadConfiguration that names the variable which is missing or empty.
    """
    values = {name: value_of(name, environ) for name in variables_in(template)}
    for name, value in values.items():
        if not value:
            raise BadConfiguration(f"{name} is not set; a channel in recipients.yaml needs it")
    if _VARIABLE.fullmatch(template):
        return values[variables_in(template)[0]]
    return _VARIABLE.sub(lambda found: quote(values[found[1]], safe=""), template)


def value_of(name: str, environ: Mapping[str, str]) -> str:
    """What the variable `name` holds, or the file that `<name>_FILE` names; "" for neither.

    Raises BadConfiguration for a file that cannot be read or is empty.
    """
    file = environ.get(f"{name}{FILE}", "")
    return secret_in_file(file, f"{name}{FILE}") if file else environ.get(name, "").strip()
