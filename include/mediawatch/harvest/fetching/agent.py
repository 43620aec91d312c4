"""Who we say we are."""

from __future__ import annotations

from mediawatch import __version__
from mediawatch.errors import BadConfiguration

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
