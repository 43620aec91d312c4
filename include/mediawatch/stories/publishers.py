"""What is told of a story: its first copy, its days, and its publishers, who said it, however many sites carry it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from mediawatch.records import Story
from mediawatch.tables.stories import Member


def told(story_id: str, members: Sequence[Member], publishers: Mapping[str, str], day: date) -> Story:
    """The story of `members` as known on `day`; `publishers` has the publisher of each.  An article that came twice is
    one.
    """
    ordered = sorted(members, key=lambda member: (member.at, member.article_id, member.day))
    earliest = ordered[0]
    return Story(
        story_id=story_id,
        day=day,
        first_on=min(member.day for member in members),
        title=earliest.title,
        url=earliest.url,
        language=earliest.language,
        publisher=publishers[earliest.article_id],
        articles=len({member.article_id for member in members}),
        sites=len({member.site for member in members}),
        publishers=len({publishers[member.article_id] for member in members}),
        earliest_at=earliest.at,
        newest_at=ordered[-1].at,
    )


def publishers_of(members: Sequence[Member]) -> dict[str, str]:
    """{article id: publisher} of all members of one story.

    An article's publisher is the publisher that it names.  Where others of the story name publishers, what a site says
    of itself counts only if one of them names it too: sites sign what they copy.  An article that names nobody has the
    publisher that most name, of several the one of the earliest copy; where nobody names one, the site of the earliest.
    """
    ordered = sorted(members, key=lambda member: (member.at, member.article_id))
    named = {m.named_publisher for m in ordered if m.named_publisher and m.named_publisher != m.site}
    signed = named or {m.named_publisher for m in ordered if m.named_publisher}
    counts = Counter(m.named_publisher for m in ordered if m.named_publisher in signed)
    main = max(counts, key=lambda name: counts[name]) if counts else ordered[0].site if ordered else ""
    return {m.article_id: m.named_publisher if m.named_publisher in signed else main for m in ordered}
