from __future__ import annotations

from pathlib import Path

import pytest

from mediawatch.errors import BadCatalogue
from mediawatch.sources.publishers import FOLDER, Publishers, read_publishers

SHIPPED = read_publishers(Path("include/sources") / FOLDER)


def identity(name: str) -> str | None:
    found = SHIPPED.named(name)
    return found.id if found else None


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (("法广", "法國國際廣播電台", "RFI", "Radio France Internationale", "法广中文网"), "rfi"),
        (("美联社", "美聯社", "AP", "The Associated Press"), "ap"),
        (("路透", "路透社", "Reuters", "路透中文網"), "reuters"),
        (("中央社", "CNA", "中央通訊社", "中央社讯"), "cna"),
        (("新华社", "新華社", "新华网", "Xinhua", "新华社客户端"), "xinhua"),
        (("人民网-社会频道", "人民日报", "人民日報海外版"), "peoples-daily"),
        (("BBC News 中文", "BBC中文網", "英國廣播公司"), "bbc"),
        (("半岛电视台", "半岛电视台＋通讯社", "通讯社 + 半島電視台 + 每日电讯报"), "aljazeera"),
    ],
)
def test_all_names_lead_to_one_publisher(names: tuple[str, ...], wanted: str) -> None:
    assert {identity(name) for name in names} == {wanted}


@pytest.mark.parametrize("name", ["", "某某网", "综合", "记者", "!!!"])
def test_other_words_lead_nowhere(name: str) -> None:
    assert identity(name) is None


def test_there_are_many_of_both_worlds() -> None:
    countries = {entry.country for entry in SHIPPED.entries}
    assert len(SHIPPED.entries) >= 300
    assert {"CN", "TW", "HK", "US", "GB", "FR", "SG", "JP"} <= countries


def test_hosts_and_houses() -> None:
    at = SHIPPED.at("https://www.rfi.fr/cn/a")
    assert at is not None
    assert at.id == "rfi"
    assert SHIPPED.at("news.example") is None
    assert SHIPPED.at("http://[") is None
    assert {entry.id for entry in SHIPPED.sharing("news.sina.com.hk")} == {"sina"}
    assert not list(SHIPPED.sharing("www.news.com.au"))


def test_the_beginning_and_the_inside_of_a_text() -> None:
    assert SHIPPED.beginning("新华社北京3月4日电") == "新华社"
    assert SHIPPED.beginning("没有这样的通讯社") == ""
    found = SHIPPED.named_in("据法新社报道")
    assert found is not None
    assert found.id == "afp"
    assert Publishers().named_in("据法新社报道") is None


def write(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    return folder


def test_no_folder_is_no_publisher(tmp_path: Path) -> None:
    assert read_publishers(tmp_path / "nothing").entries == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("- {id: a, name: 甲}\n- {id: a, name: 乙}\n", "a.yaml:2: id a is taken by a at"),
        ("- {id: a, name: 甲報}\n- {id: b, name: 甲报}\n", "a.yaml:2: name 甲报 is taken by a at"),
        (
            "- {id: a, name: 甲, hosts: [x.example]}\n- {id: b, name: 乙, hosts: [x.example]}\n",
            "a.yaml:2: host x.example is taken",
        ),
        ("- {id: a, name: 甲, nmae: 乙}\n", "a.yaml:1: nmae:"),
        ("- {id: A B, name: 甲}\n", "a.yaml:1: id:"),
        ("id: a\n", "a.yaml:1: must be a list"),
        ("- {id: a\n", "a.yaml:"),
    ],
)
def test_faults_are_named_with_file_and_line(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(BadCatalogue) as raised:
        read_publishers(write(tmp_path / FOLDER, text))
    assert fault in str(raised.value)
