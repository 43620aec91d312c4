"""Finding a Java that can run Elasticsearch."""

from __future__ import annotations

from pathlib import Path

import pytest

from launch.java import find_java, inspect_java

BANNERS = {
    8: 'java version "1.8.0_402"',
    17: 'openjdk version "17.0.15" 2025-04-15',
    21: 'Picked up JAVA_TOOL_OPTIONS: -Dx=1\nopenjdk version "21" 2023-09-19',
    25: 'openjdk version "25.0.3" 2026-04-21 LTS',
}


def a_java(home: Path, version: int, modules: str = "java.base@1\njdk.jdi@1") -> Path:
    java = home / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(
        f'#!/bin/sh\nif [ "$1" = --list-modules ]; then echo "{modules}"; else echo \'{BANNERS[version]}\' >&2; fi\n'
    )
    java.chmod(0o755)
    return home


@pytest.mark.parametrize(("version", "is_usable"), [(8, False), (17, False), (21, True), (25, True)])
def test_the_version_is_read_from_what_java_prints(tmp_path: Path, version: int, is_usable: bool) -> None:
    java = inspect_java(a_java(tmp_path / "jdk", version))

    assert java is not None
    assert (java.version, java.is_usable) == (version, is_usable)


def test_a_java_without_jdi_will_not_do(tmp_path: Path) -> None:
    java = inspect_java(a_java(tmp_path / "jre", 25, modules="java.base@25"))

    assert java is not None
    assert not java.is_usable
    assert "without jdk.jdi" in str(java)


def test_a_folder_without_java_holds_none(tmp_path: Path) -> None:
    assert inspect_java(tmp_path) is None


def test_the_first_usable_one_in_the_order_of_looking_wins(tmp_path: Path) -> None:
    homes = {name: tmp_path / name for name in ("named", "home", "path", "usual")}
    for name, version in {"named": 17, "home": 21, "path": 25, "usual": 25}.items():
        a_java(homes[name], version)
    environ = {
        "ES_JAVA_HOME": str(homes["named"]),
        "JAVA_HOME": str(homes["home"]),
        "PATH": str(homes["path"] / "bin"),
    }

    found = find_java(environ, folders=[str(tmp_path / "us*"), str(tmp_path / "none*")])

    assert [java.home for java in found] == [homes["home"], homes["path"], homes["usual"], homes["named"]]


def test_one_java_found_twice_is_one(tmp_path: Path) -> None:
    home = a_java(tmp_path / "jdk", 21)
    (tmp_path / "link").symlink_to(home)

    found = find_java({"JAVA_HOME": str(home), "PATH": ""}, folders=[str(tmp_path / "*")])

    assert [java.home for java in found] == [home]
