"""The files of names: read with file and line, and those that ship with the product."""

from __future__ import annotations

from pathlib import Path

import pytest

from mediawatch.errors import BadCatalogue
from mediawatch.language import Aliases, fold
from mediawatch.sources.aliases import read_aliases

SHIPPED = read_aliases(Path("include/aliases"))
GOOD = "- {canonical: 特朗普, forms: [川普], kind: person, en: [Trump]}\n"


def read(tmp_path: Path, **files: str) -> Aliases:
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return read_aliases(tmp_path)


def test_a_file_is_a_list_of_names(tmp_path: Path) -> None:
    assert read(tmp_path, people=GOOD).rewrite("川普") == "特朗普"


def test_without_a_folder_there_are_none(tmp_path: Path) -> None:
    assert read_aliases(tmp_path / "none") == Aliases()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            GOOD + "- {canonical: 普京, forms: [川普], kind: person}\n",
            r"b.yaml:2: '川普' is a form of 特朗普 at .*b.yaml:1",
        ),
        ("- {canonical: 普京, forms: [普], kind: person}\n", r"b.yaml:1: '普' is shorter than 2 characters"),
        (GOOD + "\n- canonical: 普京\n  forms: [普丁]\n  kind: persn\n", r"b.yaml:5: kind: "),
        ("- {canonical: 普京, form: [普丁], kind: person}\n", r"b.yaml:1: form: "),
        ("canonical: 普京\n", r"b.yaml:1: must be a list"),
        ("- {canonical: 普京, forms: [普丁], kind: person, unless: [北京]}\n", r"b.yaml:1: '北京' hides none"),
    ],
)
def test_faults_name_file_and_line(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(BadCatalogue, match=fault):
        read(tmp_path, b=text)


def test_a_form_of_two_files_is_refused_with_both_places(tmp_path: Path) -> None:
    with pytest.raises(BadCatalogue, match=r"b.yaml:1: '川普' is a form of 特朗普 at .*a.yaml:1 already"):
        read(tmp_path, a=GOOD, b="- {canonical: 川普通, forms: [川普], kind: person}\n")


def test_enough_names_are_shipped() -> None:
    assert len(SHIPPED.names) >= 300
    assert {name.kind for name in SHIPPED.names} == {"person", "place", "organisation"}


@pytest.mark.parametrize("name", SHIPPED.names, ids=lambda name: name.canonical)
def test_every_shipped_form_leads_to_its_canonical_spelling(name) -> None:  # type: ignore[no-untyped-def]
    assert name.canonical == fold(name.canonical)
    for form in name.spellings:
        assert SHIPPED.canonical(form) == SHIPPED.rewrite(fold(form)) == name.canonical
    for word in name.unless:
        assert SHIPPED.rewrite(fold(word)) in (fold(word), SHIPPED.canonical(word))


@pytest.mark.parametrize(
    "text",
    [
        "四川普通话考试",
        "银川普降大雨",
        "公布希望小学名单",
        "用信用卡达到上限",
        "菲律宾士兵",
        "调查德国警方",
        "股东协议生效",
        "茶叶门店关门",
        "湖南韩先生",
        "湖北韩女士",
        "增加萨达姆时期的档案",
        "柏林布兰登堡门",
        "利库德集团",
        "一碗雪梨汤",
        "示范斯诺克",
    ],
)
def test_words_that_hold_a_form_by_chance_stay(text: str) -> None:
    assert SHIPPED.rewrite(text) == text


def test_the_names_that_newsrooms_ask_for() -> None:
    asked = "川普 澤倫斯基 紐西蘭 寮國 沙烏地阿拉伯 輝達 杜哈 北韓 歐巴馬 普丁 蒲亭 納坦雅胡 馬克宏 義大利"
    assert SHIPPED.rewrite(fold(asked)) == (
        "特朗普 泽连斯基 新西兰 老挝 沙特 英伟达 多哈 朝鲜 奥巴马 普京 普京 内塔尼亚胡 马克龙 意大利"
    )
    assert "雪梨" in SHIPPED.forms("悉尼")
