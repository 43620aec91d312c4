"""Sites on loopback, reached without the proxies of whoever runs the tests."""

import pytest

from tests.support.sites import without_proxies


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    without_proxies(monkeypatch)
