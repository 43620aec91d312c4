"""A lake over another one: the one below shines through, and is never written to."""

from __future__ import annotations

from pathlib import Path

import pytest

from mediawatch.errors import BadRequest
from mediawatch.lake.disk import DiskStore
from mediawatch.lake.overlay import OverlayStore
from mediawatch.lake.store import Missing

BELOW = {"a/day=1/x": b"one", "a/day=2/x": b"two", "b/y": b"three", "c": b"four"}


@pytest.fixture
def below(tmp_path: Path) -> DiskStore:
    store = DiskStore(tmp_path / "below")
    for key, data in BELOW.items():
        store.put(key, data)
    return store


@pytest.fixture
def over(below: DiskStore, tmp_path: Path) -> OverlayStore:
    return opened(below, tmp_path, "a/day=2")


def opened(below: DiskStore, folder: Path, *hidden: str) -> OverlayStore:
    return OverlayStore(below, DiskStore(folder / "above"), DiskStore(folder / "gone"), hidden)


def content(store: DiskStore) -> dict[str, bytes]:
    return {key: store.read(key) for key in store.list("")}


def test_what_is_below_shines_through_but_for_what_is_hidden(over: OverlayStore) -> None:
    assert over.list("") == ["a/day=1/x", "b/y", "c"]
    assert over.folders("a") == ["day=1"]
    assert over.sizes("a") == {"a/day=1/x": 3}
    assert (over.read("c"), over.size("b/y"), over.read_range("b/y", 1, 2)) == (b"four", 5, b"hr")
    assert not over.exists("a/day=2/x")
    for ask in (over.read, over.size):
        with pytest.raises(Missing, match="a/day=2/x"):
            ask("a/day=2/x")


def test_what_is_written_lies_above(over: OverlayStore, below: DiskStore, tmp_path: Path) -> None:
    over.put("c", b"other")
    assert over.create("a/day=2/x", b"new")
    assert not over.create("b/y", b"taken")
    assert (over.read("c"), over.read("a/day=2/x"), over.read("b/y")) == (b"other", b"new", b"three")
    assert over.list("a") == ["a/day=1/x", "a/day=2/x"]
    assert over.url("c") == str(tmp_path / "above/c")
    assert over.url("b/y") == str(tmp_path / "below/b/y")
    assert content(below) == BELOW


def test_what_is_deleted_is_gone_above_only_and_may_be_made_anew(
    over: OverlayStore, below: DiskStore, tmp_path: Path
) -> None:
    over.put("c", b"other")
    over.delete("c")
    over.delete("none")
    over.delete_all("a/day=1")
    assert over.list("") == ["b/y"]
    assert over.folders("") == ["b"]
    assert opened(below, tmp_path).list("") == ["a/day=2/x", "b/y"]
    assert over.create("c", b"again")
    over.delete_all("b")
    assert over.list("") == ["c"]
    assert over.sizes("") == {"c": 5}
    assert content(below) == BELOW
    with pytest.raises(BadRequest, match="below the root"):
        over.delete_all("")
