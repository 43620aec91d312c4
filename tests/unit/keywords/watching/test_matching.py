"""Texts and the lists they answer: both scripts, aliases, whole words, all, any and not."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from mediawatch.keywords.watching import Matcher, WatchList
from mediawatch.language import fold
from mediawatch.language.aliases import Aliases

NAMES = Aliases.of(
    [
        {"canonical": "特朗普", "forms": ["川普"], "en": ["Trump", "Donald Trump"]},
        {"canonical": "悉尼", "forms": ["雪梨港"]},
    ]
)


def a_list(name: str = "list", **keys: Any) -> WatchList:
    return WatchList.model_validate({"name": name, **keys})


def terms_in(
    title: str, text: str = "", *lists: WatchList, source: str = "harrow", language: str = "zh-Hans"
) -> list[str]:
    found = Matcher(lists, NAMES).matches(fold(title), fold(text), source=source, language=language)
    return [match.term for match in found]


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("关税", "宣布對鋼鋁加徵關稅"),
        ("關稅", "宣布对钢铝加征关税"),
        ("川普", "特朗普表示"),
        ("特朗普", "川普表示"),
        ("特朗普", "Trump said on Monday"),
        ("Donald Trump", "川普表示"),
        ("川普关税", "特朗普關稅"),
        ("tariff", "A TARIFF on steel"),
        ("tariff*", "new tariffs"),
        ("tariff*", "tariff"),
        ("trade war", "the Trade War goes on"),
        ("GPT-7", "发布ＧＰＴ－７模型"),
        ("5G", "推广5G网络"),
        ("Pro", "星穹Pro发布"),
        ("C++", "learn c++ now"),
        ("Łódź", "in łódź today"),
        ("iPhone 17", "iPhone17发布"),
        ("iPhone17", "the iPhone 17 is out"),
        ("GPT-5", "GPT5 与 GPT 6"),
        ("O'Neill", "O’Neill said"),
        ("卫生署", "衞生署公布"),
        ("F-35", "the F-35B landed"),
        ("F-35", "五架F-35B降落"),
        ("iPhone 17", "iPhone17e发布"),
        ("歼-20", "三架歼20升空"),
        ("歼20", "三架殲－20升空"),
        ("神舟20号", "神舟 20 号返回"),
        ("F-16", "四架F16战机"),
        ("F16", "四架F-16V战机"),
        ("AI芯片", "新的 AI 芯片"),
        ("5G 基站", "新建5G基站"),
        ("让·雅克", "讓‧雅克到訪"),
        ("让·雅克", "让・雅克到访"),
        ("trade  war", "the trade war"),
        ("“双减”政策", "「雙減」政策"),
        ("“双减”政策", '"双减"政策'),
        ('"soft power"', "what “soft power” means"),
        ("rock 'n' roll", "rock `n' roll"),
        ("Straße", "in der STRASSE"),
        ("strasse", "in der Straße"),
    ],
)
def test_finds(term: str, text: str) -> None:
    assert terms_in("", text, a_list(terms=[term])) == [term]


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("tariff", "tariffs"),
        ("pro", "protest"),
        ("art", "start"),
        ("5G", "15g of gold"),
        ("tariff*", "antitariff"),
        ("trade war", "trade warriors"),
        ("关税", "关于税收"),
        ("F-35", "F-355"),
        ("B-2", "B-21"),
        ("GPT-4", "gpt-4turbo"),
        ("5G", "5ghz"),
        ("A4", "the A-4 road"),
        ("F-16", "rf-16"),
        ("关税AI", "关税和AI"),
        ("歼-20", "歼-201"),
        ("中国20", "中国 - 20"),
        ("35", "35b"),
    ],
)
def test_does_not_find(term: str, text: str) -> None:
    assert terms_in("", text, a_list(terms=[term])) == []


def test_a_span_has_the_letter_of_a_variant_and_its_quotation_marks() -> None:
    matcher = Matcher((a_list(terms=["F-35", "“隐形”战机"]),), NAMES)
    text = matcher.rewritten(fold("「隱形」戰機F-35B降落"))
    spans = matcher.spans(text, ["F-35", "“隐形”战机"])
    assert [text[start:end] for start, end in spans] == ["「隐形」战机", "f-35b"]


def test_all_any_and_not() -> None:
    wanted = a_list(terms=["军演", "军机"], all=["台湾"], any=["海峡", "空域"], none_of=["演习片"])

    assert terms_in("臺灣海峽軍演", "", wanted) == ["军演"]
    assert terms_in("台湾空域", "军机与军演", wanted) == ["军演", "军机"]
    assert terms_in("海峡军演", "", wanted) == []
    assert terms_in("台湾军演", "", wanted) == []
    assert terms_in("台湾海峡军演", "演习片", wanted) == []


def test_a_list_of_context_alone_names_what_it_found() -> None:
    assert terms_in("台湾海峡", "", a_list(all=["台湾"], any=["海峡", "空域"])) == ["台湾", "海峡"]


def test_titles_alone_where_the_list_says_so() -> None:
    wanted = a_list(terms=["降息"], where="title")
    assert terms_in("美联储降息", "", wanted) == ["降息"]
    assert terms_in("美联储会议", "可能降息", wanted) == []


def test_sources_and_languages_limit() -> None:
    chinese, harrow = a_list(terms=["关税"], languages=["zh"]), a_list(terms=["关税"], sources=["harrow"])
    assert terms_in("关税", "", chinese, language="zh-Hant") == ["关税"]
    assert terms_in("关税", "", chinese, language="en") == []
    assert terms_in("关税", "", harrow, source="harrow") == ["关税"]
    assert terms_in("关税", "", harrow, source="wutong") == []


def test_patterns_are_terms_and_show_what_they_found() -> None:
    wanted = a_list(terms=["禽流感"], regex=[r"H[0-9]+N[0-9]+"])
    (match,) = Matcher((wanted,)).matches(fold("检出H5N5病毒"), "", source="s", language="zh-Hans")
    assert (match.watchlist, match.term, match.canonical) == ("list", "H[0-9]+N[0-9]+", "h5n5")


def test_each_list_answers_for_itself_and_the_canonical_word_is_one() -> None:
    lists = (a_list("a", terms=["川普", "Trump"]), a_list("b", terms=["特朗普"]))
    found = Matcher(lists, NAMES).matches("特朗普", "", source="s", language="zh-Hans")
    assert [(match.watchlist, match.term, match.canonical) for match in found] == [
        ("a", "川普", "特朗普"),
        ("a", "Trump", "特朗普"),
        ("b", "特朗普", "特朗普"),
    ]


def test_nothing_to_look_for_finds_nothing() -> None:
    assert Matcher(()).matches("关税", "", source="s", language="zh-Hans") == ()


def test_thousands_of_terms_find_what_each_alone_finds() -> None:
    words = [f"{a}{b}{c}" for a in "关加反进出口岸港" for b in "税征制禁运输货币" for c in "战令额率差逆顺市场会议"]
    assert len(words) > 500
    wanted = a_list(terms=words)
    text = "".join(words[::37]) + "关税战 tariff"
    assert set(terms_in("", text, wanted)) == {word for word in words if word in text}


def test_a_matcher_survives_the_way_to_another_process() -> None:
    matcher = Matcher((a_list(terms=["川普"], regex=["关税+"]),), NAMES)
    before = matcher.matches("特朗普", "关税税", source="s", language="zh-Hans")
    again = pickle.loads(pickle.dumps(matcher))  # noqa: S301 - our own bytes
    assert again.matches("特朗普", "关税税", source="s", language="zh-Hans") == before != ()
