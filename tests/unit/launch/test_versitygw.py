"""Finding the S3-compatible server: what was built is taken, what cannot be built is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from launch.versitygw import VERSION, NoVersitygw, built, check_attributes, find_versitygw

BUILT = f"versitygw-{VERSION}"


def test_takes_what_was_built_before(tmp_path: Path) -> None:
    assert built(tmp_path) is None
    (tmp_path / BUILT).touch()
    assert find_versitygw(tmp_path) == built(tmp_path) == tmp_path / BUILT


def test_says_that_go_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoVersitygw, match="Go is not installed"):
        find_versitygw(tmp_path)


def test_says_why_it_could_not_be_built_and_leaves_nothing_half_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = tmp_path / "bin" / "go"
    go.parent.mkdir()
    go.write_text("#!/bin/sh\necho no route to host >&2\nexit 1\n")
    go.chmod(0o755)
    monkeypatch.setenv("PATH", f"{go.parent}:/usr/bin:/bin")
    cache = tmp_path / "cache"
    with pytest.raises(NoVersitygw, match="no route to host"):
        find_versitygw(cache, progress=lambda _: None)
    assert built(cache) is None
    assert not list(cache.glob("building-*"))


def test_a_file_system_without_extended_attributes_is_refused() -> None:
    with pytest.raises(NoVersitygw, match="extended attributes"):
        check_attributes(Path("/proc/self"))
