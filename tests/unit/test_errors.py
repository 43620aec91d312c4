"""The error tree: what a caller reads from an error's type."""

from __future__ import annotations

import pytest

from mediawatch import errors
from mediawatch.errors import MediawatchError

TREE = {
    "BadConfiguration": (2, False),
    "BadCatalogue": (2, False),
    "BadRequest": (2, False),
    "GateClosed": (3, False),
    "Corrupt": (4, False),
    "Contended": (75, True),
    "NotReady": (75, True),
    "ConfigurationDrift": (75, True),
    "Outage": (69, False),
    "Unavailable": (69, True),
}


@pytest.mark.parametrize(("name", "meaning"), TREE.items())
def test_the_type_says_how_to_leave_and_whether_to_come_back(name: str, meaning: tuple[int, bool]) -> None:
    kind = getattr(errors, name)
    assert issubclass(kind, MediawatchError)
    assert (kind.exit_code, kind.can_retry) == meaning


def test_the_tree_has_no_other_branches_and_its_picture_shows_them_all() -> None:
    def below(kind: type[MediawatchError]) -> set[str]:
        kinds = [k for k in kind.__subclasses__() if k.__module__ == errors.__name__]
        return {k.__name__ for k in kinds}.union(*map(below, kinds))

    assert below(MediawatchError) == TREE.keys()
    assert errors.__doc__ is not None
    assert all(name in errors.__doc__ for name in TREE)


def test_a_catalogues_fault_is_a_fault_of_configuration() -> None:
    with pytest.raises(errors.BadConfiguration, match=r"paper\.yaml:3: name: missing"):
        raise errors.BadCatalogue("paper.yaml:3: name: missing")


def test_the_root_is_a_fault_of_the_program() -> None:
    assert (MediawatchError.exit_code, MediawatchError.can_retry) == (1, False)
