"""Between the crawl and the network: the name we go by, one request in, one answer or trouble out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from mediawatch import __version__
from mediawatch.errors import BadConfiguration
from mediawatch.harvest.fetching.answers import Answer
from mediawatch.records import Limits

PRODUCT = "mediawatch"
"""The product token of the User-Agent, which robots.txt groups are matched against."""


def user_agent(contact: str = "") -> str:
    """The User-Agent that names the product and `contact` (an address or URL of whoever runs it).

    Raises BadConfiguration for a contact that cannot stand in a header.
    """
    comment = contact.strip()
    if not (comment.isascii() and comment.isprintable()) or set(comment) & set("()\\"):
        raise BadConfiguration(
            f"the contact {contact!r} must be plain ASCII without brackets to stand in the User-Agent"
        )
    return f"{PRODUCT}/{__version__} (+{comment})" if comment else f"{PRODUCT}/{__version__} (news monitor)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One GET.

    `allow_addresses` are networks permitted although not public; `headers` come on top of the transport's own.
    """

    url: str
    purpose: Literal["article", "announcement", "robots"]
    limits: Limits
    allow_addresses: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


class Transport(Protocol):
    """Carries requests.  `send` is called from many threads at once, with one request at a time to a host."""

    def send(self, outgoing: Outgoing) -> Answer:
        """The answer, or why there is none.  Raises only for faults of ours."""
        ...

    def abort(self) -> None:
        """End every request under way at once; called from another thread."""
        ...

    def close(self) -> None:
        """Let go of connections; no request is under way."""
        ...
