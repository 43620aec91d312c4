"""Why a link did not become an indexed article: one closed vocabulary, each word with its class."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """`link_id` did not pass `stage`, for `reason`; `detail` is for people (a status, a rule's name, a host)."""

    stage: str
    link_id: str
    source: str
    reason: Reason
    detail: str = ""


class ReasonClass(StrEnum):
    """What a reason means to an operator."""

    FAULT = "fault"
    """Something is wrong, there or here; worth looking at when it grows."""
    POLICY = "policy"
    """Left out on purpose; never shown as loss of news."""
    RETRYABLE = "retryable"
    """Not decided yet: the link stays pending and is tried again in later runs."""


class Reason(StrEnum):
    """The reasons.  `reason.kind` is its class, `reason.meaning` one sentence for people."""

    kind: ReasonClass
    meaning: str

    def __new__(cls, word: str, kind: ReasonClass, meaning: str) -> Reason:
        member = str.__new__(cls, word)
        member._value_ = word
        member.kind = kind
        member.meaning = meaning
        return member

    # -- discovery
    KNOWN_ALREADY = "known_already", ReasonClass.POLICY, "The link had its final outcome in an earlier run."
    DUPLICATE = "duplicate", ReasonClass.POLICY, "The same link was announced twice in one run."
    TOO_OLD = "too_old", ReasonClass.POLICY, "Announced longer ago than the source's limit."
    OFF_SITE = "off_site", ReasonClass.POLICY, "The link leads to a host that the source does not name."
    OVER_LIMIT = (
        "over_limit",
        ReasonClass.RETRYABLE,
        "More links than the source's limit for one run; kept for the next.",
    )
    UNDATED = (
        "undated",
        ReasonClass.POLICY,
        "Listed in a sitemap without a date of publication, behind more of its kind than the source may fetch.",
    )
    FORGOTTEN = "forgotten", ReasonClass.POLICY, "A person asked for this address to be forgotten."
    BAD_ADDRESS = "bad_address", ReasonClass.FAULT, "Announced with an address that is not a usable http(s) URL."
    # -- seeds: feeds, sitemaps and list pages
    EMPTY_ANSWER = "empty_answer", ReasonClass.FAULT, "A feed, sitemap or list page was answered with nothing in it."
    NOT_A_FEED = (
        "not_a_feed",
        ReasonClass.FAULT,
        "Something else, such as a web page, stands where a feed or sitemap should be.",
    )
    MALFORMED = (
        "malformed",
        ReasonClass.FAULT,
        "A feed or sitemap is cut off or not well-formed, and nothing could be read in it.",
    )
    NO_LINKS = "no_links", ReasonClass.FAULT, "A list page or home page leads to nothing that looks like an article."
    # -- fetching
    ROBOTS = "robots", ReasonClass.POLICY, "robots.txt asks us not to fetch it."
    ROBOTS_UNREACHABLE = (
        "robots_unreachable",
        ReasonClass.RETRYABLE,
        "robots.txt could not be had (5xx or no answer), so nothing was fetched from the host in this run.",
    )
    UNCHANGED = "unchanged", ReasonClass.POLICY, "A re-check found the page as it was."
    GONE = "gone", ReasonClass.FAULT, "The site says that the page does not exist (404, 410, or in words on the page)."
    FORBIDDEN = "forbidden", ReasonClass.FAULT, "The site refuses us (401, 403, 451)."
    REFUSED = (
        "refused",
        ReasonClass.FAULT,
        "The site answered with another status that is final (4xx), or an archive holds only a redirect of it.",
    )
    RATE_LIMITED = "rate_limited", ReasonClass.RETRYABLE, "The site asks us to slow down (429)."
    SERVER_ERROR = "server_error", ReasonClass.RETRYABLE, "The site failed (5xx)."
    UNREACHABLE = "unreachable", ReasonClass.RETRYABLE, "No connection: name, network, TLS or a broken answer."
    TOO_SLOW = "too_slow", ReasonClass.RETRYABLE, "Connecting, reading or the whole transfer took too long."
    HOST_GIVEN_UP = (
        "host_given_up",
        ReasonClass.RETRYABLE,
        "The host failed too often and was left alone for the rest of the run.",
    )
    OUT_OF_TIME = "out_of_time", ReasonClass.RETRYABLE, "The run's time box ended before this link's turn."
    SHARD_MISSING = "shard_missing", ReasonClass.RETRYABLE, "The worker that had this link did not finish."
    TOO_LARGE = "too_large", ReasonClass.FAULT, "The decompressed answer is larger than the limit."
    NOT_HTML = "not_html", ReasonClass.FAULT, "The answer is not a web page."
    REDIRECT_LOOP = "redirect_loop", ReasonClass.FAULT, "More redirects than the limit, or a circle of them."
    UNSAFE_ADDRESS = (
        "unsafe_address",
        ReasonClass.FAULT,
        "Leads to a loopback, private, link-local or otherwise internal address.",
    )
    LEFT_SITE = "left_site", ReasonClass.FAULT, "A redirect leads to a host that the source does not name."
    EXPIRED = "expired", ReasonClass.FAULT, "Stayed pending until it was too old to try again."
    # -- extraction
    DAMAGED = "damaged", ReasonClass.FAULT, "Its bytes in the archive are damaged or gone; the detail names the file."
    UNDECODABLE = "undecodable", ReasonClass.FAULT, "The bytes cannot be read as text in any plausible encoding."
    UNPARSABLE = "unparsable", ReasonClass.FAULT, "The text cannot be read as a web page within bounds."
    TOO_COSTLY = (
        "too_costly",
        ReasonClass.FAULT,
        "Reading earlier pages of its source used up the processor time that one source may take in a run.",
    )
    CHALLENGE = "challenge", ReasonClass.FAULT, "A consent, login or captcha page stands where the article should be."
    PAYWALLED = "paywalled", ReasonClass.FAULT, "The page shows a teaser only and asks for a subscription."
    NOT_AN_ARTICLE = "not_an_article", ReasonClass.POLICY, "A list, live, video or gallery page."
    NO_TEXT = "no_text", ReasonClass.FAULT, "No article text was found on the page."
    COPY_OF_LINK = "copy_of_link", ReasonClass.POLICY, "Another link of the day led to the same article."
    # -- audit and index
    BELOW_STANDARD = "below_standard", ReasonClass.FAULT, "The audit put it in quarantine; the detail names the rule."
    REJECTED = (
        "rejected",
        ReasonClass.POLICY,
        "A person rejected it, its source of this day, or the day; the detail says which.",
    )
    HELD_BACK = "held_back", ReasonClass.RETRYABLE, "The audit holds its source or day back until a person decides."
    NOT_INDEXED_YET = "not_indexed_yet", ReasonClass.RETRYABLE, "Admitted; waits for Elasticsearch."
    INDEX_REFUSED = "index_refused", ReasonClass.FAULT, "Elasticsearch refused the document; the detail says why."

    @property
    def is_final(self) -> bool:
        """Whether a link with this outcome is done with ("seen")."""
        return self.kind is not ReasonClass.RETRYABLE
