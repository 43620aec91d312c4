"""The connections stand on public names of urllib3 and http.client; how they behave is in test_wire.py."""

from __future__ import annotations

import ast
import http.client
from pathlib import Path

import pytest
import urllib3.connection
import urllib3.connectionpool
from requests.adapters import HTTPAdapter

from mediawatch.harvest.fetching import connections

FILES = sorted(Path(connections.__file__).parent.glob("*.py"))
THEIRS = (
    urllib3.connection.HTTPSConnection,
    urllib3.connectionpool.HTTPSConnectionPool,
    http.client.HTTPResponse,
    HTTPAdapter,
)


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def private_names(tree: ast.AST) -> set[str]:
    """The private attributes that are read or written, and the private methods and values of classes."""
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    inside = [part for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for part in node.body]
    named = {part.name for part in inside if isinstance(part, ast.FunctionDef)}
    named |= {target.id for part in inside for target in getattr(part, "targets", ()) if isinstance(target, ast.Name)}
    return {name for name in used | named if is_private(name)}


def own_names(tree: ast.AST) -> set[str]:
    """Private names that the module gives itself."""
    functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    stored = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)]
    return functions | {node.attr for node in stored}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_private_of_a_library_is_touched(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    theirs = {name for kind in THEIRS for name in dir(kind) if is_private(name)}
    assert private_names(tree) <= own_names(tree)
    if file.name == "connections.py":
        assert private_names(tree).isdisjoint(theirs)
