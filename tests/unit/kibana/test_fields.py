"""What people can see of the index, and what they cannot, field by field."""

from __future__ import annotations

from mediawatch.kibana import saved_objects
from mediawatch.kibana.checks import fields_of, used_fields
from tests.support.mappings import own_mappings

IDENTITY = "an identity or a digest, for joining and for machines"
SEARCHED = "text that is searched, and opened in Discover"
VIEWED = "of single articles: shown when a row is opened"
OTHER_FORM = "another form of a field that is shown"
VIEWED_FIGURE = "shown when a figure is opened"
WHOLE = "shown when the alert is opened"
NESTED = "no chart or column can be made of nested fields; the words by day and the flat headlines are shown"
NOON = "its noon is drawn"
LEFT_OUT = {
    "articles": {
        "announced_at": VIEWED,
        "article_id": IDENTITY,
        "authors": VIEWED,
        "body_en": SEARCHED,
        "body_zh": SEARCHED,
        "boilerplate_share": VIEWED,
        "byline": VIEWED,
        "canonical_url": IDENTITY,
        "captions": SEARCHED,
        "credits": "its roles are the fields",
        "credits.editor": VIEWED,
        "credits.photographer": VIEWED,
        "credits.translator": VIEWED,
        "credits.writer": VIEWED,
        "extracted_by": IDENTITY,
        "first_seen_at": VIEWED,
        "han_share": VIEWED,
        "languages": "the main language is shown",
        "link_id": IDENTITY,
        "original_publisher": "as printed; `publisher` is who it is",
        "pages": VIEWED,
        "provenance_confidence": VIEWED,
        "published_confidence": VIEWED,
        "published_origin": VIEWED,
        "published_precision": VIEWED,
        "published_on": "only where a page tells no time",
        "publisher_id": "`publisher` is the same, and the site where no page names one",
        "revision": VIEWED,
        "search_names": "keys of publisher, site, source, author and language, for searches",
        "search_text": SEARCHED,
        "search_title": SEARCHED,
        "section": VIEWED,
        "text_digest": IDENTITY,
        "text_length": VIEWED,
        "title.en": SEARCHED,
        "title_en": SEARCHED,
        "title_en.raw": OTHER_FORM,
        "title_length": VIEWED,
    },
    "rankings": {
        "link_id": IDENTITY,
        "site": "a control filters by it",
        "source": "a control filters by it",
        "title": SEARCHED,
    },
    "stories": {"absorbed": IDENTITY, "day": NOON},
    "terms": {"day": NOON, "forms": SEARCHED, "kind": "how the word was found, which no reader asks", "term": SEARCHED},
    "alerts": {
        "also": SEARCHED,
        "article_ids": IDENTITY,
        "episode_on": WHOLE,
        "forms": SEARCHED,
        "forms.raw": WHOLE,
        "headlines": NESTED,
        "headlines.article_id": NESTED,
        "headlines.language": NESTED,
        "headlines.published_at": NESTED,
        "headlines.publisher": NESTED,
        "headlines.title": NESTED,
        "headlines.url": NESTED,
        "last_seen_on": WHOLE,
        "p_value": WHOLE,
        "evaluation": IDENTITY,
        "series": NESTED,
        "series.articles": NESTED,
        "series.day": NESTED,
        "series.is_covered": NESTED,
        "series.publishers": NESTED,
        "topic": IDENTITY,
        "topic.raw": IDENTITY,
    },
    "evidence": {
        "alert_id": IDENTITY,
        "article_id": IDENTITY,
        "day": NOON,
        "language": VIEWED,
        "story_id": IDENTITY,
        "term.raw": "a control filters by it",
        "title.raw": OTHER_FORM,
    },
    "figures": {"days_known": VIEWED_FIGURE, "severity": VIEWED_FIGURE, "verdict": VIEWED_FIGURE},
    "runs": {
        "batch": "the same as `run_key`",
        "day": NOON,
        "detail": "shown when the row is opened",
        "ended_at": "the duration is shown",
        "is_passed": OTHER_FORM,
        "stage": "one stage has runs",
    },
}


def test_each_field_is_shown_or_left_out_for_a_reason() -> None:
    used = used_fields(saved_objects("en"))
    unused = {
        kind: sorted(fields_of(mapping).keys() - used[f"mw-data-{kind}"]) for kind, mapping in own_mappings().items()
    }

    assert {kind: names for kind, names in unused.items() if names} == {
        kind: sorted(reasons) for kind, reasons in LEFT_OUT.items()
    }


def test_each_field_that_is_shown_exists() -> None:
    mappings = own_mappings()
    for view, names in used_fields(saved_objects("en")).items():
        assert names <= fields_of(mappings[view.removeprefix("mw-data-")]).keys(), view
