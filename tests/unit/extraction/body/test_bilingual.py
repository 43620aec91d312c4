from __future__ import annotations

from mediawatch.extraction.body.bilingual import body_of, pairs_of
from tests.golden.shapes import EN, ZH


def paired(lines: list[str]) -> list[tuple[str, str]]:
    return [(lines[en], lines[zh]) for en, zh in pairs_of(lines, body_of(lines).labels)]


def test_paragraphs_by_turns_are_pairs_whichever_comes_first() -> None:
    wanted = list(zip(EN, ZH, strict=True))
    assert paired([line for pair in wanted for line in pair]) == wanted
    assert paired([line for en, zh in wanted for line in (zh, en)]) == wanted


def test_one_language_after_the_other_is_paired_in_order() -> None:
    assert paired([*EN, *ZH]) == list(zip(EN, ZH, strict=True))


def test_a_paragraph_without_translation_stays_alone() -> None:
    extra = "短讯。"
    lines = [EN[0], ZH[0], extra, *(line for pair in zip(EN[1:], ZH[1:], strict=True) for line in pair)]
    assert paired(lines) == list(zip(EN, ZH, strict=True))


def test_a_page_in_one_language_has_no_pairs() -> None:
    assert paired(list(ZH)) == paired(list(EN)) == paired([]) == []


def test_labels_tell_the_script_of_each_paragraph() -> None:
    traditional = "市圖書館週二宣佈，新館的自習區從下個月起通宵開放，讀者憑藉書證就能入座。"
    body = body_of([*ZH, traditional, EN[0]])
    assert body.labels == ("zh-Hans",) * 5 + ("zh-Hant", "en")
    assert (body.language, body.body_en) == ("zh-Hans", EN[0])
    assert body.languages[0] == "zh-Hans"
