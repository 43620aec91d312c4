"""A server that folds by itself agrees with the program's folding, or differs only where listed here."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from mediawatch.language import character_map, fold
from mediawatch.search import choose_way, server_modules
from tests.support.index import Index

pytest_plugins = ("tests.support.index_fixtures",)
pytestmark = pytest.mark.server

DEPEND_ON_NEIGHBOURS = frozenset("么乾俱剋劄吒哩噁坏彷徵扞於昇氾沈濛甦畫瞭祕脩蒐薹藉衹袷覆谿逕釐鉅鍊鍾")
"""Characters whose simplified form depends on the word they stand in; the server has only the one they have alone."""

BATCH = 2000
HAN = [*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000), *range(0xF900, 0xFAFF), *range(0x20000, 0x2A6E0)]

SENTENCES = (
    "財政部週三宣布，對進口鋼材加徵關稅，臺灣業者憂心。",
    "颱風過後，港口恢復作業，輪船於週五離港。",
    "總統府發言人說明憲法修正案的審議進度",
    "這個體育館裡面有許多觀眾，歡呼聲響徹雲霄",
    "她的頭髮與發展無關，皇后與後來的皇後",
    "ＡＢＣ公司與iPhone 17的專利訴訟",
    "回覆讀者：乾隆年間的著作，我們並不瞭解",
)


@pytest.fixture
def folding_index(index: Index) -> Index:
    if choose_way(server_modules(index.client)) != "full":
        pytest.skip("this server cannot fold by itself (run with MEDIAWATCH_FULL_ES=1 for one that can)")
    return index


def tokens(index: Index, text: str) -> list[str]:
    answer = index.client.indices.analyze(index=index.live.anchor, analyzer="mw_chinese_search", text=text)
    return [token["token"] for token in answer["tokens"]]


def test_single_characters_fold_alike(folding_index: Index) -> None:
    characters = [chr(point) for point in HAN if chr(point).isalpha()]
    differing: list[tuple[str, str, str]] = []
    for begin in range(0, len(characters), BATCH):
        batch = characters[begin : begin + BATCH]
        # A character newer than the server's tokenizer gives no token, folded or not: both sides go through it.
        there, here = places(folding_index, batch), places(folding_index, [fold(character) for character in batch])
        differing += [
            (c, here.get(i, ""), there.get(i, "")) for i, c in enumerate(batch) if here.get(i) != there.get(i)
        ]

    assert differing == []
    assert len(character_map()) > 3000


def places(index: Index, characters: Sequence[str]) -> dict[int, str]:
    """Which token the server makes of which of `characters`."""
    answer = index.client.indices.analyze(
        index=index.live.anchor, analyzer="mw_chinese_search", text=" ".join(characters)
    )
    widths = [1 + len(character.encode("utf-16-le")) // 2 for character in characters]
    numbers = {offset: number for number, offset in enumerate([0, *itertools.accumulate(widths)])}
    return {numbers[token["start_offset"]]: token["token"] for token in answer["tokens"]}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_words_fold_alike_but_for_the_listed_characters(folding_index: Index, sentence: str) -> None:
    here = tokens(folding_index, fold(sentence))
    there = tokens(folding_index, sentence)

    differing = [pair for pair in zip(here, there, strict=True) if pair[0] != pair[1]]
    alone = {fold(character) for character in DEPEND_ON_NEIGHBOURS} | DEPEND_ON_NEIGHBOURS
    assert all(set(theirs) & alone for _, theirs in differing), differing


def test_either_script_typed_into_a_search_box_finds_the_other(folding_index: Index) -> None:
    for field in ("title", "search_text", "body_zh"):
        assert _field_tokens(folding_index, field, "關稅") == _field_tokens(folding_index, field, "关税") == ["关税"]


def _field_tokens(index: Index, field: str, text: str) -> list[str]:
    answer = index.client.indices.validate_query(
        index=index.live.anchor, query={"match_phrase": {field: text}}, explain=True
    )
    (told,) = {row["explanation"] for row in answer["explanations"]}
    return [told.partition(":")[2].strip('"')]
