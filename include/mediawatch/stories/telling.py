"""A story as a value, told from its members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from mediawatch.records import Story
from mediawatch.tables.stories import Member


def told(story_id: str, members: Sequence[Member], voices: Mapping[str, str], day: date) -> Story:
    """The story of `members` as known on `day`; `voices` has the voice of each.  An article that came twice is one."""
    ordered = sorted(members, key=lambda member: (member.at, member.article_id, member.day))
    earliest = ordered[0]
    return Story(
        story_id=story_id,
        day=day,
        first_on=min(member.day for member in members),
        title=earliest.title,
        url=earliest.url,
        language=earliest.language,
        voice=voices[earliest.article_id],
        articles=len({member.article_id for member in members}),
        sites=len({member.site for member in members}),
        voices=len({voices[member.article_id] for member in members}),
        earliest_at=earliest.at,
        newest_at=ordered[-1].at,
    )
