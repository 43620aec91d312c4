"""Messages posted by `requests`: webhooks, and the incoming ones of Slack and Mattermost.

Apprise reads the address, and does not send: it tells only whether it worked, and follows redirects, which turn the
message into a GET without it.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from mediawatch.delivery.attempts import LOST, TOO_SLOW, SendAttempt, SendResult, no_connection, of_http
from mediawatch.delivery.message import Message

if TYPE_CHECKING:
    from apprise import NotifyBase

_AGENT: Final = "Mediawatch"
_ANSWER_BYTES: Final = 1000
_Maker = Callable[[Any, str, str], "Post | None"]
_NOT_TLS: Final = ("WRONG_VERSION_NUMBER", "CERTIFICATE_VERIFY_FAILED")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Post:
    """One request, which holds the secrets of its channel and shows nothing of itself.

    `says` is what the body of a good answer has to be, where the service tells it so.
    """

    url: str
    body: Mapping[str, object]
    method: str = "POST"
    is_form: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    auth: tuple[str, str] | None = None
    is_verified: bool = True
    timeout: tuple[float, float] = (10.0, 20.0)
    says: bytes = b""

    @property
    def options(self) -> dict[str, Any]:
        """What `requests` is told beside method and address."""
        content_type = {} if self.is_form else {"Content-Type": "application/json"}
        in_query = self.is_form and self.method == "GET"
        return {
            "params": {**self.params, **self.body} if in_query else dict(self.params),
            "data": None if in_query else dict(self.body) if self.is_form else json.dumps(dict(self.body)),
            "headers": {"User-Agent": _AGENT, **content_type, **self.headers},
            "auth": self.auth,
            "verify": self.is_verified,
            "allow_redirects": False,
            "stream": True,
        }


def post_of(plugin: NotifyBase, message: Message, text: str) -> Post | None:
    """The request for the address that `plugin` was made from; None when it is left to Apprise.

    `text` is the message's text as far as the channel takes it.
    """
    from apprise.plugins.custom_form import NotifyForm
    from apprise.plugins.custom_json import NotifyJSON
    from apprise.plugins.mattermost import NotifyMattermost
    from apprise.plugins.slack import NotifySlack

    makers: dict[type, _Maker] = {
        NotifyJSON: _json,
        NotifyForm: _form,
        NotifySlack: _slack,
        NotifyMattermost: _mattermost,
    }
    make = makers.get(type(plugin))
    return make(plugin, message.title, text) if make else None


def post(request: Post) -> SendAttempt:
    """Send `request` once, and say what became of it."""
    import requests

    try:
        with requests.request(request.method, request.url, timeout=request.timeout, **request.options) as response:
            outcome = of_http(response.status_code)
            if request.says and outcome.result is SendResult.SENT:
                answer = response.raw.read(_ANSWER_BYTES)
                return (
                    outcome if answer == request.says else SendAttempt(result=SendResult.UNKNOWN, reason="odd answer")
                )
            return outcome
    except requests.RequestException as error:
        return outcome_of(error)


def outcome_of(error: Exception) -> SendAttempt:
    """What an error of `requests` means: in doubt the service may have the message."""
    import requests
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError

    causes = list(_causes(error))
    is_slow = any(isinstance(cause, TimeoutError | requests.Timeout) for cause in causes)
    if any(isinstance(cause, ConnectTimeoutError | NewConnectionError | ProxyError) for cause in causes):
        return no_connection(is_slow=is_slow)
    if any(isinstance(cause, ssl.SSLError) and getattr(cause, "reason", "") in _NOT_TLS for cause in causes):
        return no_connection()
    if isinstance(error, ValueError):  # InvalidURL, InvalidHeader and their like, before anything is sent
        return SendAttempt(result=SendResult.REFUSED, reason="the address makes no request", is_final=True)
    return TOO_SLOW if is_slow else LOST


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and what it was raised for, however `requests` and urllib3 wrap it."""
    pending: list[Any] = [error]
    seen: set[int] = set()
    while pending:
        found = pending.pop()
        if isinstance(found, BaseException) and id(found) not in seen:
            seen.add(id(found))
            yield found
            pending += [*found.args, getattr(found, "reason", None), found.__cause__, found.__context__]


def _at(plugin: Any) -> dict[str, Any]:
    """Where a webhook is, and how it is asked."""
    port = f":{plugin.port}" if isinstance(plugin.port, int) else ""
    return {
        "url": f"{'https' if plugin.secure else 'http'}://{plugin.host}{port}{plugin.fullpath}",
        "method": plugin.method,
        "headers": plugin.headers,
        "params": plugin.params,
        "auth": (plugin.user, plugin.password or "") if plugin.user else None,
        **_manner(plugin),
    }


def _manner(plugin: Any) -> dict[str, Any]:
    return {"is_verified": plugin.verify_certificate, "timeout": plugin.request_timeout}


def _json(plugin: Any, title: str, text: str) -> Post:
    """Fields of the address are added; one that is there already is renamed, or left out by an empty name."""
    body: dict[str, object] = {"version": "1.0", "title": title, "message": text, "attachments": [], "type": "info"}
    for name, value in plugin.payload_extras.items():
        is_added = name not in body
        kept = body.pop(name, value)
        if is_added or value:
            body[name if is_added else value] = kept
    return Post(body=body, **_at(plugin))


def _form(plugin: Any, title: str, text: str) -> Post:
    values = {"version": "1.0", "title": title, "message": text, "type": "info"}
    named = {plugin.payload_map[name]: value for name, value in values.items() if plugin.payload_map[name]}
    return Post(body={**named, **plugin.payload_extras}, is_form=True, **_at(plugin))


def _slack(plugin: Any, title: str, text: str) -> Post | None:
    if plugin.mode != "hook" or plugin.channels != [None] or plugin.user or plugin.use_blocks:
        return None
    attachment = {"title": _escaped(title), "text": _escaped(text), "color": "#3AA3E3"}
    footer = {"footer": _AGENT} if plugin.include_footer else {}
    return Post(
        url=f"{plugin.webhook_url}/{plugin.token_a}/{plugin.token_b}/{plugin.token_c}",
        body={"mrkdwn": False, "attachments": [attachment | footer]},
        says=b"ok",
        **_manner(plugin),
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _mattermost(plugin: Any, title: str, text: str) -> Post | None:
    if plugin.mode != "webhook" or plugin.targets:
        return None
    port = f":{plugin.port}" if plugin.port else ""
    return Post(
        url=f"{plugin.schema}://{plugin.host}{port}{plugin.fullpath.rstrip('/')}/hooks/{plugin.token}",
        body={"text": f"{title}\r\n{text}", "username": plugin.user or _AGENT},
        **_manner(plugin),
    )
