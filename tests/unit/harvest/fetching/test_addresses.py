"""Which addresses may be connected to."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from mediawatch.harvest.fetching.addresses import AddressPolicy, UnsafeAddress, is_public, literal_address

# fmt: off
REFUSED = [
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1",
    "2001:db8::1", "2002:7f00:1::", "2002:a00:1::", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1",
    "fec0::1", "ff02::1", "168.63.129.16", "::ffff:168.63.129.16", "64:ff9b::a83f:8110",
]
# fmt: on
PERMITTED = [
    "8.8.8.8",
    "1.1.1.1",
    "2606:4700:4700::1111",
    "2a00:1450:4001:830::200e",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]


@pytest.mark.parametrize("text", REFUSED)
def test_addresses_that_face_inwards_are_refused(text: str) -> None:
    assert not AddressPolicy().permits(ip_address(text))


@pytest.mark.parametrize("text", PERMITTED)
def test_public_addresses_are_permitted(text: str) -> None:
    assert AddressPolicy().permits(ip_address(text))


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("[::1]", "::1"),
        ("::ffff:127.0.0.1", "::ffff:127.0.0.1"),
        ("fe80::1%eth0", "fe80::1"),
        ("localhost", "127.0.0.1"),
        ("LOCALHOST.", "127.0.0.1"),
        ("db.localhost", "127.0.0.1"),
    ],
)
def test_every_spelling_of_an_address_is_read(host: str, address: str) -> None:
    assert literal_address(host) == ip_address(address)


@pytest.mark.parametrize("host", ["news.example", "127.0.0.1.example", "localhost.example", "1.2.3.4.5", ""])
def test_names_are_not_addresses(host: str) -> None:
    assert literal_address(host) is None


def test_a_source_can_allow_its_networks_and_no_more() -> None:
    policy = AddressPolicy.allowing(["127.0.0.0/8", "fd00:1::/64"])
    assert policy.permits(ip_address("127.9.9.9"))
    assert policy.permits(ip_address("::ffff:127.0.0.1"))
    assert policy.permits(ip_address("fd00:1::5"))
    assert not policy.permits(ip_address("::1"))
    assert not policy.permits(ip_address("10.0.0.1"))


def test_check_host_names_what_it_refuses() -> None:
    with pytest.raises(UnsafeAddress, match=r"0x7f\.1 is 127\.0\.0\.1"):
        AddressPolicy().check_host("0x7f.1")
    AddressPolicy().check_host("news.example")
    AddressPolicy.allowing(["127.0.0.0/8"]).check_host("127.1")


def test_multicast_is_never_public() -> None:
    assert not is_public(ip_address("232.1.1.1"))
    assert not is_public(ip_address("ff0e::1"))
