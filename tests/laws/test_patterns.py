"""The law of regular expressions: the time of every one in the project is at most linear in the text.

One page must not cost another one.  An exponential pattern never ends on forty characters, a quadratic one takes
minutes on a line of a megabyte, and both kinds read well.  So every pattern is searched in texts made against it, of up
to 102,400 characters; a new one is found by itself (tests/support/patterns.py).
"""

from __future__ import annotations

import ast
from types import ModuleType

import pytest

from tests.support.pattern_growth import Subject, runaways
from tests.support.patterns import Site, SourceFile, all_sites

pytestmark = pytest.mark.slow

LEAST = 200
"""Patterns that the walk has to find for its silence to mean anything: there were 240 when it was written."""

EXPONENTIAL = (
    r"(a+)+$",
    r"^(?:页码\s*[:：]?\s*)?(?:\[?\d{1,3}\]?\s*|(?:上|下)一页\s*|首页\s*|尾页\s*|[<>«»…]\s*)+$",
    r"^.{0,16}?(?:特派|驻\S{1,4})*(?:记者|作者)",
)
"""With two that the package had: a pager's line of digits, a byline of 驻驻驻."""
QUADRATIC = (
    r"\s*[|｜]\s*",
    r"<[^>]+>",
    r"[0-9]+[a-z]",
    r"charset\s*=\s*[\"']?\s*(\w+)",
    r"(?:记者|作者).*$",
    rb"<meta[^>]*charset",
)
LINEAR = (
    r"\s+",
    r"(?:(?<!\s)\s++)?+[|｜]\s*",
    r"<[^<>]+>",
    r"[a-z]{0,60}x",
    r"^\s*+[\[(]?\s*+\d{1,3}",
    rb"<meta[^>]{0,200}?charset",
)


@pytest.fixture(scope="module")
def sites() -> list[Site]:
    return all_sites()


def test_every_pattern_is_seen(sites: list[Site]) -> None:
    assert [f"{site.path}:{site.line}: {site.problem}" for site in sites if site.problem] == []
    assert len({subject for site in sites for subject in site.subjects}) > LEAST


def test_no_pattern_takes_more_than_linear_time(sites: list[Site]) -> None:
    places: dict[Subject, str] = {}
    for site in sites:
        places |= {each: f"{site.path}:{site.line}" for each in site.subjects if each not in places}
    subjects = list(places)
    found = runaways(subjects)
    assert [f"{places[subjects[at]]}: {subjects[at].pattern!r}: {seen}" for at, seen in sorted(found.items())] == []


def test_the_law_catches_what_runs_away_and_nothing_else() -> None:
    patterns = (*EXPONENTIAL, *QUADRATIC, *LINEAR)
    at_the_beginning_only = Subject.of(r"\s*\|", uses=("match", "fullmatch"))
    found = runaways([*map(Subject.of, patterns), at_the_beginning_only], patience=0.25)
    assert [patterns[at] for at in sorted(found)] == [*EXPONENTIAL, *QUADRATIC]


@pytest.mark.parametrize(
    "source",
    [
        "import re as expressions",
        "from re import compile",
        "import regex",
        "import re\nfound = re.template('a')",
        "import re\n\ndef seek(word, text):\n    return re.search(word + 's?', text)",
        "import re\n\ndef seek(words):\n    return list(map(re.compile, words))",
        "from pydantic import ConfigDict\nconfig = ConfigDict(regex_engine='python-re')",
    ],
)
def test_a_pattern_that_the_walk_cannot_see_is_refused(source: str) -> None:
    assert [site.problem for site in _walked(source) if site.problem]


def test_patterns_made_of_a_modules_own_names_are_worked_out_with_their_uses() -> None:
    source = """
import re
MARKS = "!?"
_END = re.compile(rf"[{MARKS}]+$")
_WORDS = re.compile("|".join(["a", "b"]), re.IGNORECASE)

def is_end(text):
    return _END.match(text) or _END.fullmatch(text)

def words(text):
    return _WORDS.split(text), re.search(b"[" + MARKS.encode() + b"]", text, flags=re.DOTALL)
"""
    module = ModuleType("walked")
    exec(source, vars(module))  # noqa: S102 -- the text above
    assert [subject for site in _walked(source, module) for subject in site.subjects] == [
        Subject.of(r"[!?]+$", 0, ("fullmatch", "match")),
        Subject.of("a|b", 2),
        Subject.of(b"[!?]", 16, ("search",)),
    ]


def _walked(source: str, module: ModuleType | None = None) -> list[Site]:
    return list(SourceFile(path="walked.py", tree=ast.parse(source), module=module, seen={}).sites())
