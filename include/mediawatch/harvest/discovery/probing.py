"""Looking a new site over: which addresses to try, and what the answers suggest as its catalogue entry.

Pure like the rest: whoever fetches asks for `candidates_for`, then once or twice for `further_candidates`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from mediawatch.errors import BadRequest
from mediawatch.harvest.discovery.announcement import Announced, Announcement, AnnouncementKind
from mediawatch.harvest.discovery.lists import FEED_PATHS, feeds_named_by
from mediawatch.harvest.discovery.markup import page_tree, plain_title
from mediawatch.harvest.discovery.reading import read_announcement
from mediawatch.language import language_of
from mediawatch.language.folding import BLANKS_BEFORE
from mediawatch.records import Exchange, Seed, Source
from mediawatch.sources.urls import address_id, host_of, is_on_site, twin_host
from mediawatch.sources.yaml_nodes import to_yaml

SITEMAP_PATHS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/sitemap.xml")
MOST_SEEDS = 4
"""Feeds or sitemaps proposed for one site; a person adds more where sections are wanted."""

_HOPS = 10
_FEWEST_ITEMS = 3
_PLACES: Mapping[str, tuple[str, str]] = {
    "au": ("AU", "Australia/Sydney"),
    "ca": ("CA", "America/Toronto"),
    "cn": ("CN", "Asia/Shanghai"),
    "de": ("DE", "Europe/Berlin"),
    "fr": ("FR", "Europe/Paris"),
    "hk": ("HK", "Asia/Hong_Kong"),
    "in": ("IN", "Asia/Kolkata"),
    "jp": ("JP", "Asia/Tokyo"),
    "kr": ("KR", "Asia/Seoul"),
    "my": ("MY", "Asia/Kuala_Lumpur"),
    "nz": ("NZ", "Pacific/Auckland"),
    "sg": ("SG", "Asia/Singapore"),
    "tw": ("TW", "Asia/Taipei"),
    "uk": ("GB", "Europe/London"),
}
_TITLE_END = re.compile(BLANKS_BEFORE + r"(?:[|–—_·:：]|(?<=\s)-\s).*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A catalogue entry to start from; `notes` tell what was found and what was guessed, `items` what it announces."""

    source: Source
    notes: tuple[str, ...]
    items: tuple[Announced, ...]

    @property
    def text(self) -> str:
        """The entry as catalogue YAML, its notes as comments."""
        return to_yaml(self.source, self.notes)


def candidates_for(home_url: str) -> tuple[Announcement, ...]:
    """The home page, robots.txt and the usual addresses of feeds and news sitemaps; ValueError for an unusable URL."""
    host_of(home_url)
    usual: list[tuple[AnnouncementKind, str]] = [("robots", "/robots.txt")]
    usual += [("feed", path) for path in FEED_PATHS] + [("sitemap", path) for path in SITEMAP_PATHS]
    guesses = (_candidate(kind, urljoin(home_url, path), is_guess=True) for kind, path in usual)
    return (_candidate("home", home_url), *guesses)


def further_candidates(home_url: str, exchanges: Iterable[Exchange]) -> tuple[Announcement, ...]:
    """What the answers so far name and nobody asked for yet: feeds of the home page, sitemaps of robots.txt, children
    of indexes.  Empty when there is nothing more to ask; unanswered addresses come again.
    """
    answers = _Answers(exchanges)
    tried = {each.url for each in candidates_for(home_url)} | set(answers.by_url)
    named = _all_candidates(home_url, answers, _draft(home_url, answers.to(home_url)))
    return tuple(each for each in named if each.url not in tried)


def suggest(home_url: str, exchanges: Iterable[Exchange]) -> Suggestion:
    """The entry that the answers of all rounds speak for.  Raises BadRequest when the home page could not be had."""
    answers = _Answers(exchanges)
    home = answers.to(home_url)
    if home is None:
        raise BadRequest(f"{home_url}: no page came back, so there is nothing to suggest")
    draft = _draft(home_url, home)
    found = list(_announcing(_all_candidates(home_url, answers, draft), answers, draft))
    items = tuple(item for _, announced in found for item in announced)
    listed = read_announcement(_candidate("list_page", home.url), home, draft).items
    discovery = tuple(seed for seed, _ in found) or (_last_resort(home, listed),)
    source = draft.model_copy(
        update={
            "discovery": discovery,
            "hosts": _hosts(draft, items or listed),
            "languages": (_language(items or listed, draft),),
        }
    )
    return Suggestion(source=source, notes=tuple(_notes(source, found, listed)), items=items or listed)


class _Answers:
    """Exchanges by address, redirects followed."""

    def __init__(self, exchanges: Iterable[Exchange]) -> None:
        self.by_url = {each.url: each for each in exchanges}

    def to(self, url: str) -> Exchange | None:
        """The good answer that `url` leads to, or None."""
        for _ in range(_HOPS):
            answer = self.by_url.get(url)
            if answer is None or not answer.header("location") or answer.status not in range(300, 400):
                return answer if answer and 200 <= answer.status < 300 else None
            url = urljoin(url, answer.header("location"))
        return None


def _candidate(kind: AnnouncementKind, url: str, *, is_guess: bool = False) -> Announcement:
    return Announcement(url=url, kind=kind, source="", is_guess=is_guess)


def _all_candidates(home_url: str, answers: _Answers, draft: Source) -> list[Announcement]:
    """The usual addresses and all that the answers name, from one to the next; read_sitemap bounds the depth."""
    queue = list(candidates_for(home_url))
    known = {each.url for each in queue}
    for candidate in queue:  # grows while it is walked
        answer = answers.to(candidate.url)
        for each in _named_by(candidate, answer, draft) if answer else ():
            if each.url not in known:
                known.add(each.url)
                queue.append(each)
    return queue


def _named_by(candidate: Announcement, answer: Exchange, draft: Source) -> tuple[Announcement, ...]:
    if candidate.kind in ("robots", "sitemap"):
        return read_announcement(candidate, answer, draft).follow[:MOST_SEEDS]
    tree = page_tree(answer.body, answer.header("content-type")) if candidate.kind == "home" else None
    return () if tree is None else tuple(_candidate("feed", url) for url in feeds_named_by(tree, answer.url))


def _announcing(
    candidates: Iterable[Announcement], answers: _Answers, draft: Source
) -> Iterator[tuple[Seed, tuple[Announced, ...]]]:
    """Feeds and sitemaps with items on the site, each adding some that the ones before it lack; feeds first."""
    seen: set[str] = set()
    yielded = 0
    for candidate in sorted(candidates, key=lambda each: (each.kind != "feed", each.is_guess)):
        answer = answers.to(candidate.url)
        if answer is None or candidate.kind not in ("feed", "sitemap") or yielded == MOST_SEEDS:
            continue
        items = read_announcement(candidate, answer, draft).items
        fresh = {address_id(item.url) for item in items if _is_near(item.url, draft) and _is_news(item)} - seen
        if len(fresh) >= (_FEWEST_ITEMS if candidate.is_guess or yielded else 1):
            seen |= fresh
            yielded += 1
            yield Seed(kind="feed" if candidate.kind == "feed" else "news_sitemap", url=candidate.url), items


def _is_news(item: Announced) -> bool:
    """Feeds announce news even undated; an undated sitemap entry is any page of the site."""
    return item.discovered_by.startswith("feed ") or item.announced_at is not None


def _is_near(url: str, draft: Source) -> bool:
    """On the home's host or below its domain."""
    try:
        host = host_of(url)
    except ValueError:
        return False
    return is_on_site(url, draft.hosts) or host.endswith("." + twin_host(draft.home_host))


def _hosts(draft: Source, items: Iterable[Announced]) -> tuple[str, ...]:
    below = {host_of(item.url) for item in items if _is_near(item.url, draft)}
    twins = {twin_host(host) for host in draft.hosts}
    return (*draft.hosts, *sorted(host for host in below if twin_host(host) not in twins))


def _last_resort(home: Exchange, listed: tuple[Announced, ...]) -> Seed:
    return Seed(kind="list_page" if len(listed) >= _FEWEST_ITEMS else "auto", url=home.url)


def _draft(home_url: str, home: Exchange | None) -> Source:
    """What the address and the page's head tell.  Raises ValueError for an unusable address."""
    url = home.url if home else home_url
    host = host_of(url)
    tree = page_tree(home.body, home.header("content-type")) if home else None
    country, timezone = _PLACES.get(host.partition(":")[0].rpartition(".")[2], ("US", "UTC"))
    return Source(
        name=_name(host),
        title=_site_title(tree) or host,
        home=f"{urlsplit(url).scheme}://{host}{urlsplit(url).path or '/'}",
        hosts=(host,),
        timezone=timezone,
        languages=(_declared_language(tree),),
        country=country,
        discovery=(Seed(kind="auto", url=url),),
    )


def _name(host: str) -> str:
    """A name from the host: its labels without twins and the last one, joined by dashes."""
    labels = twin_host(host.partition(":")[0]).split(".")
    kept = [label for label in labels[:-1] if label not in {"com", "co", "org", "net", "gov", "edu"}] or labels
    return (re.sub(r"[^a-z0-9-]+", "-", "-".join(kept)).strip("-") or "source")[:63]


def _site_title(tree: Any) -> str:
    if tree is None:
        return ""
    named = [str(each) for each in tree.xpath("//meta[@property='og:site_name']/@content")]
    titles = [_TITLE_END.sub("", str(each)) for each in tree.xpath("//head/title/text()")]
    return next((title for title in map(plain_title, (*named, *titles)) if title), "")


def _declared_language(tree: Any) -> str:
    declared = (
        "" if tree is None else str(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "")
    )
    words = declared.strip().lower().replace("_", "-").split("-")
    if words[0] == "zh":
        return "zh-Hant" if {"tw", "hk", "mo", "hant"} & set(words) else "zh-Hans"
    return words[0] if re.fullmatch(r"[a-z]{2,3}", words[0]) else "en"


def _language(items: Iterable[Announced], draft: Source) -> str:
    """The language of the announced titles, or the one that the page declares."""
    language = language_of("\n".join(item.title for item in items))
    return draft.languages[0] if language == "und" else language


def _notes(
    source: Source, found: list[tuple[Seed, tuple[Announced, ...]]], listed: tuple[Announced, ...]
) -> Iterator[str]:
    for seed, items in found:
        dates = [item.announced_at for item in items if item.announced_at]
        newest = f", newest {max(dates):%Y-%m-%d %H:%M} UTC" if dates else ", without dates"
        yield f"{seed.kind} {seed.url}: {len(items)} items{newest}"
    if not found:
        yield f"no feed and no news sitemap; the home page shows {len(listed)} links that look like articles"
    yield f"guessed, please check: country {source.country}, timezone {source.timezone}, language {source.languages[0]}"
