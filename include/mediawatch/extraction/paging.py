"""The joining of the bodies of an article that stands on several pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mediawatch.extraction.body.bilingual import body_of
from mediawatch.extraction.identity import digest_of
from mediawatch.language import han_share
from mediawatch.records import Article


def join_pages(pages: Sequence[Article]) -> Article:
    """One article of the pages of `pages`, in order; the first one's in all but body, captions, credits and `pages`.

    Lines that a later page repeats from the pages before it (a standfirst, a note) are kept once.
    """
    first = pages[0]
    lines: list[str] = []
    for page in pages:
        seen = set(lines)
        lines += [line for line in page.text.splitlines() if line not in seen]
    body = body_of(lines)
    return replace(
        first,
        text=body.text,
        body_zh=body.body_zh,
        body_en=body.body_en,
        language=body.language,
        languages=body.languages,
        labels=body.labels,
        credits=tuple(dict.fromkeys(credit for page in pages for credit in page.credits)),
        captions=tuple(dict.fromkeys(caption for page in pages for caption in page.captions)),
        text_length=len(body.text),
        han_share=han_share(body.text),
        text_digest=digest_of(body.text),
        pages=sum(page.pages for page in pages),
    )
