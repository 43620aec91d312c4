"""The identity of an address: two spellings of one article's URL normalise to one text, and so to one link_id.

The result is for comparing, not for fetching: `http` and `https`, `www.`, `m.` and `amp.` hosts, and a trailing slash
fall together here although a server may answer only one of them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from urllib.parse import unquote_plus, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

from mediawatch.sources.site_forms import known_form

_UNLESS_NUMBERS = frozenset({"from", "ref", "referrer", "refer", "share", "sharer", "trk", "campaign"})
"""Dropped when the value is a word: `from=timeline` tells the way here, `from=20` could be a page of a list."""

_BY_VALUE = frozenset(
    {
        *((name, value) for name in ("amp", "rss", "m", "mobile", "print", "printable") for value in ("", "1", "true")),
        *((name, "amp") for name in ("outputtype", "output", "format")),
        *((name, "yes") for name in ("print", "printable", "amp", "mobile")),
        *(("noredirect", value) for value in ("1", "true")),
        *(("redirected", value) for value in ("1", "true")),
        *((name, "app") for name in ("referer", "referrer")),
        ("origin", "rss"),
        *((name, "print") for name in ("view", "mode", "output", "format", "layout")),
        *((name, "rss") for name in ("f", "ref_src", "src", "via", "source", "feed")),
        *(("page", "1"), ("for", "pc")),
        *(
            (name, f"zh{mark}{region}")
            for name in ("variant", "lang", "language", "locale", "hl")
            for mark in "-_"
            for region in ("hans", "hant", "cn", "tw", "hk", "sg", "mo")
        ),
    }
)
"""Name and value, lower-case, that ask for a page's first part, for how it is shown (AMP, print, mobile) or for its
other script, or say that a feed led here."""
_MOMENTS = frozenset(
    {"t", "_t", "ts", "_ts", "_", "timestamp", "time", "tm", "rnd", "nocache", "cb", "v", "r", "rand", "random"}
)
_MOMENT = re.compile(r"1\d{9}(?:\d{3})?|0\.\d{2,20}")
"""Seconds or milliseconds since 1970, or chance: against caches.  What is shorter may be an article's number."""


def is_tracker(name: str, value: str) -> bool:
    """Whether the (decoded) parameter says nothing about which article is meant."""
    name = name.lower()
    if name in _UNLESS_NUMBERS:
        return not value.isdecimal()
    names, prefixes = _listed()
    if name in names or name.startswith(prefixes) or (name, value.lower()) in _BY_VALUE:
        return True
    return name in _MOMENTS and _MOMENT.fullmatch(value) is not None


@cache
def _listed() -> tuple[frozenset[str], tuple[str, ...]]:
    text = files(__package__).joinpath("trackers.txt").read_text("utf-8")
    words = [word for line in text.splitlines() if (word := line.partition("#")[0].strip())]
    prefixes = tuple(word.removesuffix("*") for word in words if word.endswith("*"))
    return frozenset(words), prefixes


LONGEST = 4096
"""Characters; browsers and servers give up at 2,000 to 8,000, and no article was ever announced with more."""

TWIN_LABELS = frozenset({"www", "m", "mobile", "amp", "wap", "3g", "h5", "touch", "mip", "mobi"})
_ROUNDS = 8
_DEFAULT_PORT = {"http": 80, "https": 443}
NOT_OF_THE_WEB = frozenset(
    (
        *(1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109),
        *(110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530),
        *(531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045),
        *(4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080),
    )
)
"""Ports of mail, shells, files and the like, to which browsers send no HTTP either (Fetch standard, 2.9): by redirects
a site could make us say something to the servers of others that they take for their own protocol."""
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]")
_SESSION_IN_PATH = re.compile(r"(?i);(?:jsessionid|phpsessid)=[^/;]*|/\(s\([a-z0-9]{24}\)\)")
_SLASHES = re.compile(r"//+")
_TWIN_PATH_START = re.compile(r"^/amp(?=/)")
_INDEX = re.compile(r"(?i)/(?:index|default)\.(?:s?html?|php|aspx?|jsp)$")
"""What servers give for a folder; two addresses of one page."""
_ESCAPED_TWICE = re.compile(r"(?<=[?&])(?:amp;)+")
_LEFT_OVER = ("&", "%20", "%C2%A0", "%E2%80%8B", "%EF%BB%BF")
"""What stays at the end of an address that was cut out of a text."""
_TWIN_PATH_END = re.compile(r"(?<!/)(?<!/amp)(?:/amp|/)++$|\.amp(?=\.html$|$)")


def normalise(url: str) -> str:
    """The identity form of `url`, ASCII only: `normalise(normalise(u)) == normalise(u)`.

    Raises ValueError for anything that is not a usable http(s) address: another scheme, no host, credentials, a port
    that is broken or of another protocol, more than LONGEST characters.
    """
    for _ in range(_ROUNDS):
        shorter = _reduced(url)
        if shorter == url:
            return url
        url = shorter
    raise ValueError(f"address does not settle: {url[:200]!r}")


def link_id(url: str) -> str:
    """32 hex digits (16-byte BLAKE2b) of the normalised address, by the form of its site where that is known.

    Raises ValueError like `normalise`.
    """
    return _hash(known_form(normalise(url)))


def address_id(text: str) -> str:
    """`link_id` for a usable address; for any other text the hash of the text as it stands.  Never raises."""
    try:
        return link_id(text)
    except ValueError:
        return _hash(f"unusable {text}")


def spelt_id(text: str) -> str:
    """As `address_id`, without what is known of the site: what a link id was before that was known.  Never raises."""
    try:
        return _hash(normalise(text))
    except ValueError:
        return _hash(f"unusable {text}")


def host_of(url: str) -> str:
    """The host as written, lower-case and IDNA, with its port where that is not the scheme's own.

    Raises ValueError like `normalise`.
    """
    scheme, host, port = _origin(_canonical(url))
    return host if port in (None, _DEFAULT_PORT[scheme]) else f"{host}:{port}"


def with_slashes(address: str) -> str:
    """`address` with slashes for the backslashes before its query, as browsers read them."""
    path, mark, query = address.partition("?")
    return path.replace("\\", "/") + mark + query


def is_usable(url: str) -> bool:
    """Whether `url` is an http(s) address that could be fetched."""
    try:
        host_of(url)
    except ValueError:
        return False
    return True


def is_address(fragment: str) -> bool:
    """Whether the part of an address behind # says what to read, as in #!/a/1 and #/detail/1, and not where on it."""
    return fragment.startswith(("!", "/"))


def twin_host(host: str) -> str:
    """`host` without the labels that mark another edition of the same site, such as www. and m."""
    label, dot, rest = host.partition(".")
    while dot and label in TWIN_LABELS and "." in rest:
        host = rest
        label, dot, rest = host.partition(".")
    return host


def is_on_site(url: str, hosts: Iterable[str]) -> bool:
    """Whether `url` leads to one of `hosts` or to a mobile, AMP or www twin of one.  An unusable address does not."""
    try:
        here = twin_host(host_of(url))
    except ValueError:
        return False
    return any(here == twin_host(host) for host in hosts)


def _reduced(url: str) -> str:
    url = _canonical(url)
    scheme, host, port = _origin(url)
    parts = urlsplit(url)
    host = twin_host(host)
    if port in (None, _DEFAULT_PORT[scheme]):
        scheme = "https"
    else:
        host = f"{host}:{port}"
    path = _TWIN_PATH_START.sub("", _SLASHES.sub("/", _SESSION_IN_PATH.sub("", parts.path)))
    path = _TWIN_PATH_END.sub("", _INDEX.sub("/", _without_left_over(path)))
    fragment = parts.fragment if is_address(parts.fragment) else ""
    return urlunsplit((scheme, host, path or "/", _telling(parts.query), fragment))


def _without_left_over(path: str) -> str:
    while found := next((each for each in _LEFT_OVER if path.endswith(each)), ""):
        path = path.removesuffix(found)
    return path


@lru_cache(maxsize=256)  # an address is asked for its id, its host and its site, one after another
def _canonical(url: str) -> str:
    """w3lib's canonical form with the fragment; the length is bounded before and after the percent-encoding."""
    url = _ESCAPED_TWICE.sub("", url) if "amp;" in url else url
    for text in (url, canonical := canonicalize_url(url[: LONGEST + 1], keep_fragments=True)):
        if len(text) > LONGEST:
            raise ValueError(f"an address of more than {LONGEST} characters")
    return canonical


def _telling(query: str) -> str:
    """The parameters of a canonical query that say what to read."""
    pairs = (pair.partition("=") for pair in query.split("&"))
    return "&".join(f"{n}={v}" for n, _, v in pairs if n and not is_tracker(unquote_plus(n), unquote_plus(v)))


def _origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and written port of a canonical `url`; ValueError when it is not a usable http(s) address."""
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORT:
        raise ValueError(f"not an http(s) address: {url[:200]!r}")
    if "@" in parts.netloc:
        raise ValueError("an address with credentials in it")
    if parts.port in NOT_OF_THE_WEB:
        raise ValueError(f"port {parts.port} is not one of the web")
    host = parts.netloc.removesuffix(f":{parts.port}").removesuffix(":").removesuffix(".")
    if not _HOST.fullmatch(host) or ".." in host or len(host) > 253 or parts.port == 0:
        raise ValueError(f"no usable host: {url[:200]!r}")
    return parts.scheme, host, parts.port


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
