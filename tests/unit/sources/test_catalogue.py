from __future__ import annotations

from pathlib import Path

import pytest

from mediawatch.errors import BadCatalogue, BadRequest
from mediawatch.sources import read_catalogue

ENTRY = """\
- name: {name}
  title: {name}
  home: https://{host}/
  hosts: [{host}]
  timezone: Asia/Taipei
  languages: [zh-Hant]
  country: NO
  discovery:
    - kind: feed
      url: https://{host}/feed
"""


def entry(name: str, host: str = "", **more: str) -> str:
    lines = "".join(f"  {key}: {value}\n" for key, value in more.items())
    return ENTRY.format(name=name, host=host or f"{name}.example") + lines


def folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def faults(path: Path) -> list[str]:
    with pytest.raises(BadCatalogue) as caught:
        read_catalogue(path)
    return [line.removeprefix(f"{path}/") for line in str(caught.value).splitlines()]


def test_a_file_holds_one_source_or_several(tmp_path: Path) -> None:
    one = "\n".join(line[2:] for line in entry("single").splitlines())
    catalogue = read_catalogue(folder(tmp_path, a=entry("zeta") + entry("alpha", enabled="false"), b=one))
    assert [source.name for source in catalogue.sources] == ["alpha", "single", "zeta"]
    assert [source.name for source in catalogue.enabled().sources] == ["single", "zeta"]
    assert catalogue.named("zeta").country == "NO"
    assert catalogue.by_host("m.zeta.example") == catalogue.named("zeta")
    assert catalogue.by_host("other.example") is None


@pytest.mark.parametrize("text", ["", "# only a remark\n"])
def test_a_file_may_hold_no_source_yet(tmp_path: Path, text: str) -> None:
    assert [s.name for s in read_catalogue(folder(tmp_path, a=entry("alpha"), b=text)).sources] == ["alpha"]


def test_sources_are_chosen_by_name(tmp_path: Path) -> None:
    catalogue = read_catalogue(folder(tmp_path, a=entry("alpha") + entry("beta") + entry("off", enabled="false")))
    assert [source.name for source in catalogue.only(["off", "beta", "off"]).sources] == ["beta", "off"]
    assert [source.name for source in catalogue.only([]).sources] == ["alpha", "beta"]
    with pytest.raises(BadRequest, match="did you mean 'alpha'"):
        catalogue.only(["alhpa"])


def test_each_fault_has_its_file_and_line(tmp_path: Path) -> None:
    bad = entry("alpha", enabld="true", limits="{links_per_run: many, sitemapz: 3}").replace(
        "Asia/Taipei", "Asia/Taipe"
    )
    assert faults(folder(tmp_path, bad=bad, worse="- 3\n")) == [
        "bad.yaml:5: timezone: must be an IANA time zone such as Asia/Taipei",
        "bad.yaml:11: enabld: no such key (did you mean 'enabled'?)",
        "bad.yaml:12: limits.links_per_run: Input should be a valid integer, unable to parse string as an integer",
        "bad.yaml:12: limits.sitemapz: no such key (did you mean 'sitemaps'?)",
        "worse.yaml:1: a source must be a mapping of keys, not a number",
    ]


def test_faults_of_a_list_item_are_told_by_their_line(tmp_path: Path) -> None:
    text = entry("alpha") + "    - kind: list_page\n      url: https://alpha.example/\n      link_pattern: '('\n"
    assert faults(folder(tmp_path, bad=text)) == [
        "bad.yaml:13: discovery.1.link_pattern: is not a regular expression: "
        "missing ), unterminated subpattern at position 0"
    ]


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("/a(?=/b)", "look-around, including look-ahead and look-behind, is not supported"),
        (r"/(\d)\1/", "backreferences are not supported"),
        (r"(?:\w{1000}){1000}", "Compiled regex exceeds size limit of 10485760 bytes."),
    ],
)
def test_a_pattern_that_could_run_away_is_refused_with_file_and_line(tmp_path: Path, pattern: str, why: str) -> None:
    text = (
        entry("alpha") + f"    - kind: list_page\n      url: https://alpha.example/\n      link_pattern: '{pattern}'\n"
    )
    assert faults(folder(tmp_path, bad=text)) == [
        f"bad.yaml:13: discovery.1.link_pattern: cannot be searched in linear time: {why}"
    ]


def test_missing_keys_and_a_home_outside_the_hosts(tmp_path: Path) -> None:
    text = entry("alpha").replace("  timezone: Asia/Taipei\n", "") + entry("beta").replace(
        "home: https://beta", "home: https://b"
    )
    assert faults(folder(tmp_path, bad=text)) == [
        "bad.yaml:1: timezone: is missing",
        "bad.yaml:10: hosts must name the home's host 'b.example'",
    ]


def test_names_and_hosts_belong_to_one_source(tmp_path: Path) -> None:
    path = folder(tmp_path, a=entry("alpha"), b=entry("alpha", "b.example") + entry("gamma", "www.alpha.example"))
    assert faults(path) == [
        f"b.yaml:1: name: alpha is taken by alpha at {path}/a.yaml:1",
        f"b.yaml:11: hosts: alpha.example is taken by alpha at {path}/a.yaml:1",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: [1, 2", "bad.yaml:1: did not find expected ',' or ']'"),
        ("name: x\nname: y\n", "bad.yaml:2: name: written twice"),
        ("- &a {x: 1}\n- *a\n", "bad.yaml:2: aliases (*name) are not read here; write the value out"),
        ("[" * 5000, "bad.yaml:1: nested deeper than 12 levels"),
        ("? [a]\n: 1\n", "bad.yaml:1: a key must be a word"),
        ("name: x\nhosts: [a,\n", "bad.yaml:2: did not find expected node content"),
        ("a: 1\n---\nb: 2\n", "bad.yaml:2: but found another document"),
        ("a: !!python/object/apply:os.system [ls]\n", "bad.yaml:1: name: is missing"),
        ("x: '\u0007'\n", "bad.yaml:1: is not YAML: unacceptable character #x0007: control characters are not allowed"),
        ("- \n", "bad.yaml:1: a source must be a mapping of keys, not nothing"),
        ("a: " + "x" * 1_000_001, "bad.yaml:1: larger than 1000000 bytes"),
    ],
)
def test_what_is_not_plain_yaml_is_refused_with_its_line(tmp_path: Path, text: str, fault: str) -> None:
    assert fault in faults(folder(tmp_path, bad=text))


def test_a_bomb_of_aliases_is_not_built(tmp_path: Path) -> None:
    rows = "".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9)}]\n" for n in range(1, 30))
    assert faults(folder(tmp_path, bad=f"b0: &b0 [x]\n{rows}")) == [
        "bad.yaml:2: aliases (*name) are not read here; write the value out"
    ]


def test_other_encodings_and_empty_or_missing_folders(tmp_path: Path) -> None:
    with pytest.raises(BadCatalogue, match="no such folder"):
        read_catalogue(tmp_path / "none")
    with pytest.raises(BadCatalogue, match="no source in any"):
        read_catalogue(tmp_path)
    (tmp_path / "gbk.yml").write_bytes("a: 1\ntitle: 中文".encode("gbk"))
    assert faults(tmp_path) == ["gbk.yml:2: is not UTF-8"]


def test_words_mean_what_they_say(tmp_path: Path) -> None:
    text = entry("on", contact="yes", title="1e3").replace("  title: on\n", "")
    source = read_catalogue(folder(tmp_path, a=text.replace("title: 1e3", "title: '007'"))).named("on")
    assert (source.name, source.contact, source.title) == ("on", "yes", "007")
