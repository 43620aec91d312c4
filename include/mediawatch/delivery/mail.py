"""E-mail with a plain text of its own beside the page: what Apprise makes of HTML has no links and a broken chart."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_string
from functools import cache
from importlib import import_module
from smtplib import SMTPException
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apprise import AppriseAsset, NotifyBase


def with_text(message: str, text: str) -> str:
    """The mail `message` with `text` as its plain part."""
    mail = message_from_string(message)
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            del part["Content-Transfer-Encoding"]
            part.set_payload(text.encode("utf-8", "replace").decode(), "utf-8")
            break
    return mail.as_string()


def with_plain_part(plugin: NotifyBase, address: str, asset: AppriseAsset, text: str) -> NotifyBase:
    """Apprise's e-mail `plugin` for `address`, so that the plain part of its mails is `text`.

    One that signs or encrypts stays as it is, and so does a plugin of another kind.
    """
    kind = _email().NotifyEmail
    if not isinstance(plugin, kind) or plugin.pgp_mode != _email().PGPMode.NONE:
        return plugin
    made: NotifyBase = _plugin_class()(**kind.parse_url(address), asset=asset, plain=text)
    return made


def _email() -> Any:
    """Apprise's module of e-mail, most of which has no types."""
    return import_module("apprise.plugins.email.base")


@cache
def _plugin_class() -> Any:
    """A class that is made when it is needed: Apprise is not loaded to read recipients."""
    from apprise import NotifyFormat
    from apprise.exception import AppriseImproperlyConfigured
    from apprise.plugins.email.smtp import AppriseSMTPController

    email = _email()
    failures = (OSError, SMTPException, RuntimeError, AppriseImproperlyConfigured)

    class Mail(email.NotifyEmail):  # type: ignore[misc, name-defined]
        """Sends as Apprise does, but for the plain part; once, whatever becomes of it."""

        def __init__(self, *, plain: str, **values: Any) -> None:
            super().__init__(**values)
            self.plain = plain

        def send(self, body: str, title: str = "", **_: Any) -> bool:
            """Whether the server took the mail.  What it says goes to Apprise's log, as Apprise writes it."""
            server: dict[str, Any] = {
                "host": self.smtp_host,
                "port": self.port,
                "secure_mode": self.secure_mode,
                "user": self.user,
                "password": self.password,
                "verify_certificate": self.verify_certificate,
                "socket_connect_timeout": self.socket_connect_timeout,
            }
            try:
                with AppriseSMTPController(**server) as smtp:
                    return all(
                        smtp.sendmail(self.from_addr[1], mail.to_addrs, with_text(mail.body, self.plain))
                        for mail in self._mails(body, title)
                    )
            except failures as error:
                self.logger.warning("Connection error while submitting email to %s", self.smtp_host)
                self.logger.debug("Socket Exception: %s", error)
                return False

        def _mails(self, body: str, title: str) -> Iterator[Any]:
            yield from email.NotifyEmail.prepare_emails(
                subject=title,
                body=body,
                notify_format=NotifyFormat.HTML,
                from_addr=self.from_addr,
                to=self.targets,
                cc=self.cc,
                bcc=self.bcc,
                reply_to=self.reply_to,
                smtp_host=self.smtp_host,
                headers={"X-Application": self.app_id, **self.headers},
                names=self.names,
                tzinfo=self.tzinfo,
            )

    return Mail
