"""Every regular expression of the project, found in its source: nothing has to be registered.

Where the arguments of `re.compile`, `re.search` and the like can be worked out from the module's own names they are;
what is compiled while a module is imported is watched.  A pattern made at run time out of arguments is watched while
`tests.support.patterns_made` calls what makes it; one that nobody sees is a problem of its own.

As a program it prints the sites as JSON.  It is one because `re` is watched before the package is imported.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from tests.support.pattern_growth import Subject

ROOT: Final = Path(__file__).parents[2]
PLACES: Final = ("include/mediawatch", "dags", "plugins", "demo", "launch", "devsites")
_COMPILING: Final = {
    **{"compile": 1, "match": 2, "fullmatch": 2, "search": 2, "findall": 2, "finditer": 2},
    **{"split": 3, "sub": 4, "subn": 4},
}
"""The functions of `re` that compile a pattern, and where their flags stand."""
_HARMLESS: Final = frozenset(
    {"escape", "error", "Pattern", "Match", "IGNORECASE", "MULTILINE", "DOTALL", "VERBOSE", "ASCII", "I", "M", "S", "X"}
)
_OTHER_ENGINES: Final = frozenset({"regex", "re2", "_sre", "sre_compile"})
_EXPECTATION: Final = "Matches"
"""The condition of mediawatch.quality.expectations that takes a pattern for pandas to search by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place in the source that compiles patterns; `problem` says why they are unknown."""

    path: str
    line: int
    subjects: tuple[Subject, ...] = ()
    problem: str = ""


Seen = dict[str, list[tuple[int, Subject]]]
"""By file: the line from which something was compiled, and what."""


def all_sites() -> list[Site]:
    """The sites of the whole project, in the order of its files."""
    child = subprocess.run(
        [sys.executable, "-m", "tests.support.patterns"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "include")},
        capture_output=True,
        text=True,
        check=False,
    )
    if child.returncode:
        raise RuntimeError(f"the project could not be walked: {child.stderr[-4000:]}")
    told = json.loads(child.stdout.splitlines()[-1])
    return [Site(**{**each, "subjects": tuple(map(Subject.read, each["subjects"]))}) for each in told]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file of the project: its tree, what it is imported as, and what was seen to be compiled from it."""

    path: str
    tree: ast.Module
    module: ModuleType | None
    seen: Seen

    def sites(self) -> Iterator[Site]:
        """Where it compiles patterns, or may do so unseen."""
        parents = {child: parent for parent in ast.walk(self.tree) for child in ast.iter_child_nodes(parent)}
        for node in ast.walk(self.tree):
            if problem := _hiding(node):
                yield Site(path=self.path, line=getattr(node, "lineno", 0), problem=problem)
            elif isinstance(node, ast.Attribute) and _is_named(node.value, "re") and node.attr not in _HARMLESS:
                yield self._site(node, parents)
            elif isinstance(node, ast.Call) and _is_named(node.func, _EXPECTATION) and self._is_expectation():
                yield self._known(node, self._worked_out(node.args[1], ast.Constant(0)), ("search",))

    def _is_expectation(self) -> bool:
        condition = getattr(self.module, _EXPECTATION, None)
        return getattr(condition, "__module__", "") == "mediawatch.quality.expectations"

    def _site(self, node: ast.Attribute, parents: dict[ast.AST, ast.AST]) -> Site:
        if node.attr not in _COMPILING:
            return Site(path=self.path, line=node.lineno, problem=f"re.{node.attr} is unknown to this law")
        call = parents[node]
        if not isinstance(call, ast.Call) or call.func is not node:
            return self._known(node, self._watched(node), ("finditer",))
        if isinstance(parents[call], ast.Expr):  # compiled to see whether it can be, and thrown away
            return Site(path=self.path, line=node.lineno)
        return self._known(node, self._watched(call) or self._called(node.attr, call), self._uses(node, call, parents))

    def _known(self, node: ast.expr, subjects: list[Subject], uses: tuple[str, ...]) -> Site:
        subjects = [replace(each, uses=uses) for each in subjects]
        problem = "" if subjects else "a pattern made at run time: let tests/support/patterns_made.py make one like it"
        return Site(path=self.path, line=node.lineno, subjects=tuple(subjects), problem=problem)

    def _watched(self, node: ast.expr) -> list[Subject]:
        last = node.end_lineno or node.lineno
        return list(dict.fromkeys(each for line, each in self.seen.get(self.path, ()) if node.lineno <= line <= last))

    def _called(self, function: str, call: ast.Call) -> list[Subject]:
        named = {each.arg: each.value for each in call.keywords}
        place = _COMPILING[function]
        flags = named.get("flags", call.args[place] if len(call.args) > place else ast.Constant(0))
        return self._worked_out(call.args[0], flags) if call.args else []

    def _worked_out(self, pattern: ast.expr, flags: ast.expr) -> list[Subject]:
        """The pattern as far as the module's own names tell; nothing where it is made of a function's."""
        names = dict(vars(self.module)) if self.module else {"re": re}
        try:
            text, bits = (
                eval(compile(ast.fix_missing_locations(ast.Expression(each)), self.path, "eval"), names)  # noqa: S307
                for each in (pattern, flags)
            )
        except NameError:
            return []
        return [Subject.of(text, int(bits))]

    def _uses(self, node: ast.Attribute, call: ast.Call, parents: dict[ast.AST, ast.AST]) -> tuple[str, ...]:
        """How the pattern is asked: as this call does, or as do all places of the file that name what it makes."""
        if node.attr != "compile":
            return (_use(node.attr),)
        target = parents[call]
        names = [target.target] if isinstance(target, ast.AnnAssign) else getattr(target, "targets", [])
        if len(names) != 1 or not isinstance(names[0], ast.Name) or not names[0].id.startswith("_"):
            return ("finditer",)
        asked = [parents[each] for each in ast.walk(self.tree) if _is_read(each, names[0].id)]
        uses = {_use(each.attr) if isinstance(each, ast.Attribute) else "finditer" for each in asked}
        return ("finditer",) if "finditer" in uses or not uses else tuple(sorted(uses))


def _is_named(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_read(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)


def _use(function: str) -> str:
    return function if function in ("search", "match", "fullmatch") else "finditer"


def _hiding(node: ast.AST) -> str:
    """What would let a pattern escape: `re` under another name, or another engine."""
    if isinstance(node, ast.Import):
        for each in node.names:
            if (each.name == "re" and each.asname) or each.name.partition(".")[0] in _OTHER_ENGINES:
                return f"import {each.name} hides its patterns from this law; it knows `import re`"
    if isinstance(node, ast.ImportFrom) and node.module:
        hides = node.module == "re" and {each.name for each in node.names} - {"Pattern", "Match"}
        if hides or node.module.partition(".")[0] in _OTHER_ENGINES:
            return f"from {node.module} import ... hides its patterns from this law; it knows `import re`"
    if isinstance(node, ast.keyword) and node.arg == "regex_engine" and ast.unparse(node.value) != "'rust-regex'":
        return "the patterns of pydantic are searched in linear time; this asks for another engine"
    return ""


def watch() -> Seen:
    """Everything compiled from now on, by the file and line that asks for it."""
    seen: Seen = {}
    plain = re._compile  # type: ignore[attr-defined]
    library = str(Path(re.__file__).parent)

    def compile_seen(pattern: Any, flags: Any) -> Any:
        frame = sys._getframe(1)
        while frame.f_back and frame.f_code.co_filename.startswith(library):
            frame = frame.f_back
        path = Path(frame.f_code.co_filename)
        if isinstance(pattern, str | bytes) and path.is_relative_to(ROOT):
            seen.setdefault(str(path.relative_to(ROOT)), []).append((frame.f_lineno, Subject.of(pattern, int(flags))))
        return plain(pattern, flags)

    re._compile = compile_seen  # type: ignore[attr-defined]
    return seen


def _imported(path: Path) -> ModuleType:
    """The module of a file: under its name in the package or the demo, by itself in dags and plugins."""
    if path.parts[0] in ("dags", "plugins"):
        spec = importlib.util.spec_from_file_location(f"looked_at_{path.stem}", ROOT / path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    parts = path.with_suffix("").parts
    return importlib.import_module(".".join(parts[1:] if parts[0] == "include" else parts).removesuffix(".__init__"))


def _main() -> None:
    seen = watch()
    files = [path.relative_to(ROOT) for place in PLACES for path in sorted((ROOT / place).rglob("*.py"))]
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in files}
    asking = re.compile(rf"\bre\.\w|\b{_EXPECTATION}\(")
    modules = {path: _imported(path) for path, text in texts.items() if asking.search(text)}
    importlib.import_module("tests.support.patterns_made").make_all()
    walked = (
        SourceFile(path=str(path), tree=ast.parse(text), module=modules.get(path), seen=seen)
        for path, text in texts.items()
    )
    print(json.dumps([asdict(site) for each in walked for site in each.sites()]))


if __name__ == "__main__":
    _main()
