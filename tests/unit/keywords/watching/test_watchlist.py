"""Watch lists as people write them, and what is said when they are written wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from mediawatch.errors import BadConfiguration
from mediawatch.keywords.watching import read_watchlist_files, read_watchlists

INCLUDE = Path(__file__).parents[4] / "include"


def written(folder: Path, text: str, name: str = "lists.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_reads_every_key(tmp_path: Path) -> None:
    (found,) = read_watchlist_files(
        [
            written(
                tmp_path,
                """
name: trade
label: {zh: 贸易, en: Trade}
description: tariffs
terms: [关税, tariff*]
all: [中国]
any: [加征, 反制]
not: [体育]
regex: ['加征\\s*[0-9]+%']
where: title
languages: [zh]
sources: [harrow]
not_sources: [wutong]
min_articles: 3
min_publishers: 2
recipients: [desk]
""",
            )
        ]
    )

    assert (found.name, found.label.zh, found.all_of, found.any_of, found.none_of) == (
        "trade",
        "贸易",
        ("中国",),
        ("加征", "反制"),
        ("体育",),
    )
    assert (found.min_articles, found.min_publishers, found.recipients) == (3, 2, ("desk",))
    assert found.admits("harrow", "zh-Hant")
    assert not found.admits("harrow", "en")
    assert not found.admits("baichuan", "zh-Hans")
    assert not found.admits("wutong", "zh-Hans")


def test_the_folder_is_read_without_its_other_files_and_without_lists_that_are_off(tmp_path: Path) -> None:
    written(tmp_path, "[{name: b, terms: [关税]}, {name: a, terms: [关税]}, {name: off, terms: [x], enabled: false}]")
    written(tmp_path, "what: ever", "recipients.yaml")
    written(tmp_path, "what: ever", "exclusions.yaml")
    written(tmp_path, "# nothing\n", "empty.yml")

    assert [each.name for each in read_watchlists(tmp_path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: a\ntermz: [x]", "lists.yaml:2: termz: no such key (did you mean 'terms'?)"),
        ("name: a\nterms: [x]\nlabel: {zn: 贸易}", "lists.yaml:3: label.zn: no such key; known are zh, en"),
        ("terms: [x]", "lists.yaml:1: name: is missing"),
        ("name: A b\nterms: [x]", "lists.yaml:1: name: "),
        ("name: a", "lists.yaml:1: terms: a list needs terms, regex, all or any"),
        ("name: a\nnot: [x]", "lists.yaml:1: terms: a list needs"),
        ("name: a\nterms:\n  - x\n  - '—'", "lists.yaml:4: terms.1: a term needs a letter or a digit"),
        ("name: a\nterms: [关税*]", "lists.yaml:2: terms.0: * may stand once, at the end of a word in Latin letters"),
        ("name: a\nregex: ['(a']", "lists.yaml:2: regex.0: is not a regular expression"),
        ("name: a\nregex: ['(a+)+b']", "lists.yaml:2: regex.0: + repeats a group"),
        ("name: a\nterms: [x]\nmin_publishers: 0", "lists.yaml:3: min_publishers: "),
        ("- x", "lists.yaml:1: an entry must be a mapping of keys"),
        ("name: [", "lists.yaml:"),
        ("[{name: a, terms: [x]},\n {name: a, terms: [y]}]", "lists.yaml:2: name: a is taken at "),
    ],
)
def test_says_file_line_key_and_remedy(tmp_path: Path, text: str, says: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(BadConfiguration) as caught:
        read_watchlist_files([file])
    assert says in str(caught.value)


def test_tells_all_faults_of_all_files(tmp_path: Path) -> None:
    written(tmp_path, "{name: a, terms: [x], one: 1}", "a.yaml")
    written(tmp_path, "{name: b, terms: [x], two: 2}", "b.yaml")
    with pytest.raises(BadConfiguration) as caught:
        read_watchlists(tmp_path)
    assert len(str(caught.value).splitlines()) == 2


def test_a_folder_or_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="nowhere: no such folder"):
        read_watchlists(tmp_path / "nowhere")
    with pytest.raises(BadConfiguration, match=r"no\.yaml: no such file"):
        read_watchlist_files([tmp_path / "no.yaml"])


def test_the_shipped_lists_are_sound_and_labelled() -> None:
    lists = read_watchlists(INCLUDE / "watchlists")

    assert len(lists) >= 5
    assert all(each.label.zh and each.label.en and each.description for each in lists)
    assert not any(each.recipients for each in lists)
