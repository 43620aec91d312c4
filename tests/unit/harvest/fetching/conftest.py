"""A site on loopback, reached without the proxies of whoever runs the tests."""

from collections.abc import Iterator

import pytest

from tests.support.sites import Site, without_proxies


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    without_proxies(monkeypatch)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running
