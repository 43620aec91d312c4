"""Links between the papers lead somewhere, pictures exist and say what they show, and every page can be reached."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.papers import DOCS, PAPERS, README, Link, anchors, links

LINKS = [link for paper in PAPERS for link in links(paper)]
INNER = [link for link in LINKS if "://" not in link.target]


def lands(link: Link) -> tuple[Path, str]:
    """The file and the anchor that a link leads to."""
    path, _, anchor = link.target.partition("#")
    return (link.paper.parent / path).resolve() if path else link.paper, anchor


@pytest.mark.parametrize("link", INNER, ids=lambda link: f"{link.paper.stem} -> {link.target}")
def test_a_link_leads_to_a_file_and_a_heading(link: Link) -> None:
    path, anchor = lands(link)

    assert path.exists()
    if anchor:
        assert anchor in anchors(path)


def test_links_to_other_places_are_few_and_safe() -> None:
    outer = {link.target for link in LINKS if "://" in link.target}

    assert all(target.startswith("https://") for target in outer)
    assert outer == {"https://keepachangelog.com/en/1.1.0/", "https://semver.org/spec/v2.0.0.html"}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_headings_have_names_of_their_own(paper: Path) -> None:
    assert len(anchors(paper)) == len(set(anchors(paper)))


def test_every_picture_is_there_and_says_what_it_shows() -> None:
    pictures = [link for link in LINKS if link.is_picture]

    assert {lands(picture)[0] for picture in pictures} == set((DOCS / "images").iterdir())
    assert all(len(picture.text) > 40 for picture in pictures)


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), [README]
    while waiting:
        paper = waiting.pop()
        reached.add(paper)
        near = {lands(link)[0] for link in INNER if link.paper == paper}
        waiting += [path for path in near if path.suffix == ".md" and path not in reached]

    assert reached == set(PAPERS)
