"""E-mail by smtplib, step by step, so that it is known at which step it failed and with which code.

Apprise reads the address (it knows the servers of many providers) and sends only what is to be signed or encrypted.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP as LINES
from email.policy import EmailPolicy
from email.utils import format_datetime, formataddr, make_msgid
from smtplib import SMTP, SMTP_SSL, SMTPException, SMTPResponseException
from typing import TYPE_CHECKING, Any

from mediawatch.delivery.attempts import LOST, TOO_SLOW, SendAttempt, SendResult, no_connection, of_smtp
from mediawatch.delivery.message import Message

if TYPE_CHECKING:
    from apprise import NotifyBase

_OK = (250, 251)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed over; `mode` is insecure, starttls or ssl, `seconds` are for each step."""

    host: str
    port: int
    mode: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    is_verified: bool = True
    seconds: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A mail, from whom and to whom: `recipients` are those of To, Cc and Bcc."""

    sender: str
    recipients: tuple[str, ...]
    mail: EmailMessage


def hand_over(envelope: Envelope, server: MailServer) -> SendAttempt:
    """Give `envelope` to `server`, for all of its recipients or for none."""
    try:
        smtp = _connected(server)
    except SMTPResponseException as error:
        return of_smtp(error.smtp_code)
    except (OSError, SMTPException) as error:
        return no_connection(is_slow=isinstance(error, TimeoutError))
    with closing(smtp):
        try:
            refusal = _refusal(smtp, envelope)
        except (OSError, SMTPException) as error:
            return no_connection(is_slow=isinstance(error, TimeoutError))
        return refusal or _data(smtp, envelope.mail)


def _connected(server: MailServer) -> SMTP:
    """A server that has greeted us, with TLS and login where they are asked for."""
    context = ssl.create_default_context()
    if not server.is_verified:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if server.mode == "ssl":
        smtp: SMTP = SMTP_SSL(server.host, server.port, timeout=server.seconds, context=context)
    else:
        smtp = SMTP(server.host, server.port, timeout=server.seconds)
    try:
        if server.mode == "starttls":
            smtp.starttls(context=context)
        if server.user and server.password:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _refusal(smtp: SMTP, envelope: Envelope) -> SendAttempt | None:
    """What sender or recipient the server refuses, before anything of the mail has left; None when it takes all.

    One recipient refused is a mail refused: sent again to those who have it already it would be there twice.
    """
    smtp.ehlo_or_helo_if_needed()
    code, _ = smtp.mail(envelope.sender)
    for recipient in envelope.recipients:
        if code in _OK:
            code, _ = smtp.rcpt(recipient)
    return None if code in _OK else of_smtp(code)


def _data(smtp: SMTP, mail: EmailMessage) -> SendAttempt:
    """Send the mail itself.  From here on a lost connection leaves open whether the server has it."""
    try:
        code, _ = smtp.data(mail.as_bytes())
    except SMTPResponseException as error:
        return of_smtp(error.smtp_code)
    except TimeoutError:
        return TOO_SLOW
    except (OSError, SMTPException):
        return LOST
    with suppress(OSError, SMTPException):
        smtp.putcmd("quit")
    return SendAttempt(result=SendResult.SENT) if code in _OK else replace(of_smtp(code), is_final=code >= 500)


def server_of(plugin: Any) -> MailServer:
    """The server that the address of `plugin` names."""
    connect, read = plugin.request_timeout
    return MailServer(
        host=plugin.smtp_host,
        port=plugin.port,
        mode=plugin.secure_mode,
        user=plugin.user or "",
        password=plugin.password or "",
        is_verified=plugin.verify_certificate,
        seconds=max(connect, read),
    )


class _Subject(str):
    """A subject that keeps its blanks: EmailMessage loses one wherever it breaks a line between two encoded words
    (Python's issue 92081, mended after 3.11)."""

    __slots__ = ()
    name = "Subject"

    def fold(self, *, policy: EmailPolicy) -> str:
        """The header as it is sent."""
        header = Header(self, header_name=self.name, maxlinelen=policy.max_line_length)
        return f"{self.name}: {header.encode(linesep=policy.linesep)}{policy.linesep}"


def envelope_of(plugin: Any, message: Message) -> Envelope:
    """`message` as a mail from and to whom the address of `plugin` says: the page, and its text beside it."""
    name, sender = plugin.from_addr
    targets = {address: name for name, address in plugin.targets}
    copies, hidden = sorted(plugin.cc - plugin.bcc - targets.keys()), sorted(plugin.bcc - targets.keys())
    mail = EmailMessage(policy=LINES)
    mail["Subject"] = _Subject(" ".join(message.title.split()))
    mail["From"] = formataddr((name or "", sender))
    mail["To"] = _listed(list(targets), targets)
    for header, addresses in (("Cc", copies), ("Reply-To", sorted(plugin.reply_to - targets.keys()))):
        if addresses:
            mail[header] = _listed(addresses, plugin.names)
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = make_msgid(domain=plugin.smtp_host)
    for header, value in {"X-Application": plugin.app_id, **plugin.headers}.items():
        mail[header] = value
    mail.set_content(_writable(message.twin), cte="base64")
    mail.add_alternative(_writable(message.html), subtype="html", cte="base64")
    return Envelope(sender=sender, recipients=tuple(dict.fromkeys([*targets, *copies, *hidden])), mail=mail)


def is_plain(plugin: NotifyBase) -> bool:
    """Whether `plugin` sends mail that is neither signed nor encrypted."""
    from apprise.plugins.email.base import NotifyEmail, PGPMode

    return isinstance(plugin, NotifyEmail) and plugin.pgp_mode == PGPMode.NONE


def _listed(addresses: Sequence[str], names: Mapping[str, Any]) -> str:
    return ", ".join(formataddr((names.get(address) or "", address)) for address in addresses)


def _writable(text: str) -> str:
    """`text` without halves of characters, which UTF-8 cannot hold."""
    return text.encode("utf-8", "replace").decode()
