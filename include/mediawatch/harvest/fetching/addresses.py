"""Which network addresses may be connected to.

Public unicast only, so that no catalogue entry, redirect or DNS answer can make us ask machines that face inwards
(loopback, private, link-local, the metadata services of clouds), unless the source itself allows their network.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(text)
    # What `is_global` does not know everywhere: IETF protocols, 6to4 relays, Teredo, documentation, AS112.
    # 168.63.129.16, public by the registries, is the platform address that Azure answers inside its machines.
    for text in (
        *("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2001:db8::/32", "3fff::/20", "2620:4f:8000::/48"),
        "168.63.129.16/32",
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class UnsafeAddress(Exception):
    """The host is, or leads to nothing but, addresses that must not be connected to."""


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Public addresses and those in `allowed` networks."""

    allowed: tuple[IPNetwork, ...] = ()

    @classmethod
    def allowing(cls, networks: Iterable[str]) -> Self:
        """The policy that also allows `networks` (CIDR notation)."""
        return cls(tuple(ipaddress.ip_network(text) for text in networks))

    def permits(self, address: IPAddress) -> bool:
        """Whether a connection to `address` may be made; one that embeds an IPv4 address is judged by that."""
        plain = embedded_ipv4(address) or address
        if any(plain in network or address in network for network in self.allowed):
            return True
        return is_public(plain)

    def check_host(self, host: str) -> None:
        """Raises UnsafeAddress when `host` is, without asking anybody, an address that is not permitted."""
        address = literal_address(host)
        if address is not None and not self.permits(address):
            raise UnsafeAddress(f"{host} is {address}" if host != str(address) else host)


def is_public(address: IPAddress) -> bool:
    """Whether `address` is unicast and globally reachable (IANA's special-purpose registries)."""
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    special = address.is_multicast or any(address in network for network in _NOT_PUBLIC)
    return address.is_global and not special


def embedded_ipv4(address: IPAddress) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv4-mapped, 6to4 or NAT64 address leads to."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


@lru_cache(maxsize=4096)
def literal_address(host: str) -> IPAddress | None:
    """The address that `host` spells, in any form the C library takes.

    Those are `127.1`, `0x7f000001`, `2130706433` or `0177.0.0.1` beside the usual ones.  `localhost` and names below
    it are loopback by definition (RFC 6761).  None for any other name.
    """
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return ipaddress.IPv4Address("127.0.0.1")
    try:
        return ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(name))
    except (OSError, UnicodeError):
        return None
