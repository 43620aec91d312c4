"""docs/operating.md knows every DAG, what each says to do when it fails, when it runs, and every target of make."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from mediawatch.lake.folders import COMMANDS, FACTS, FOLDERS, LEASES
from mediawatch.settings import Settings
from tests.support.papers import DOCS, PAPERS, ROOT, bare, rows, section, targets, text_of

PAGE = DOCS / "operating.md"
DAGS = sorted((ROOT / "dags").glob("*.py"))


def doc_of(dag: Path) -> str:
    """What the DAG says of itself in Airflow's UI."""
    return ast.get_docstring(ast.parse(dag.read_text(encoding="utf-8"))) or ""


@pytest.mark.parametrize("dag", DAGS, ids=lambda dag: dag.stem)
def test_a_dag_has_a_section_that_covers_each_failure_it_names(dag: Path) -> None:
    failures = doc_of(dag).partition("### What to do when it fails")[2]
    named = set(re.findall(r"\*\*(\w+)\*\*", failures))

    assert failures
    assert named <= set(re.findall(r"\*\*(\w+)\*\*", section(PAGE, dag.stem)))


@pytest.mark.parametrize("dag", DAGS, ids=lambda dag: dag.stem)
def test_a_dag_is_in_the_readme_and_in_the_day(dag: Path) -> None:
    assert f"`{dag.stem}`" in text_of(ROOT / "README.md")
    assert f"`{dag.stem}`" in section(PAGE, "A day")


def test_the_hours_of_the_day_are_those_of_the_schedules() -> None:
    said = {
        re.findall(r"`(\w+)`", what)[0]: when for when, what, *_ in rows(section(PAGE, "A day").partition("###")[0])
    }
    crons = {dag.stem: re.findall(r'CronTriggerTimetable\("([^"]+)"', dag.read_text(encoding="utf-8")) for dag in DAGS}

    assert Settings.model_fields["harvest_schedule"].default == "5,35 * * * *"
    assert said["harvest_news"].startswith("at 5 and 35 past each hour")
    assert (crons["build_day"], said["build_day"]) == (["15 * * * *"], "then, and at 15 past each hour")
    assert (crons["watch_keywords"], said["watch_keywords"]) == (["35 * * * *"], "then, and at 35 past each hour")
    assert (crons["close_day"], said["close_day"]) == (["30 4 * * *"], "04:30")
    assert (crons["check_sources"], said["check_sources"]) == (["40 4 * * 1"], "Mondays 04:40")
    assert (crons["verify_lake"], said["verify_lake"]) == (["50 4 * * 0"], "Sundays 04:50")
    assert (crons["evaluate_rule"], said["evaluate_rule"]) == (["20 5 * * 1"], "Mondays 05:20")
    assert (crons["housekeeping"], said["housekeeping"]) == (["50 5 * * 6"], "Saturdays 05:50")
    assert 'schedule="@once"' in (ROOT / "dags/provision_search.py").read_text(encoding="utf-8")


def test_the_retries_are_those_of_the_tasks() -> None:
    from mediawatch.orchestration.failures import TASK_DEFAULTS

    first, factor = TASK_DEFAULTS["retry_delay"], TASK_DEFAULTS["retry_exponential_backoff"]
    minutes = [int((first * factor**n).total_seconds() // 60) for n in range(TASK_DEFAULTS["retries"])]

    assert minutes == [1, 2, 4, 8]
    sentence = " ".join(section(PAGE, "The DAGs when they fail").split())
    assert "four times, after 1, 2, 4 and 8 minutes" in sentence


def test_the_folders_of_facts_are_those_that_are_backed_up_and_restored() -> None:
    backup = section(PAGE, "Back up the lake")
    named = re.findall(r"`(\w+)/`", backup.partition("Everything else")[0])

    assert named == list(FACTS)
    assert {*FACTS, *COMMANDS, LEASES} == FOLDERS


def test_what_heals_damage_is_a_command() -> None:
    told = {
        bare(folder): command
        for folders, command in rows(section(PAGE, "Damage in the lake"))
        for folder in folders.split(", ")
    }

    for folder, command in COMMANDS.items():
        assert command.replace("{day}", "DAY").split(" --lake")[0] in told[folder]


def test_every_target_of_make_is_explained() -> None:
    listed = [bare(target).removeprefix("make ") for target, _ in rows(section(PAGE, "Targets of make"))]

    assert sorted(listed) == sorted(targets())


def test_every_target_of_make_is_one_of_the_makefile() -> None:
    defined = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert targets() == defined


def test_the_four_troubles_have_one_command_each() -> None:
    troubles = {bare(name).strip("*"): command for name, _, command, _ in rows(section(PAGE, "The four troubles"))}

    assert list(troubles) == ["late", "silent", "blocked", "lost"]
    assert all(re.fullmatch(r"`mediawatch [^`]+`", command) for command in troubles.values())


def test_every_status_of_a_message_is_explained_and_every_bad_one_has_a_remedy() -> None:
    states = {bare(state) for state, *_ in rows(section(DOCS / "alerts.md", "What became of a message"))}
    remedies = set(re.findall(r"\*\*(\w+)\*\*", section(PAGE, "Messages that do not arrive")))

    assert {"waiting", "sending", "sent", "retrying", "failed", "unknown"} <= states
    assert remedies == {"waiting", "retrying", "failed", "unknown"}


def test_every_trouble_that_an_error_sends_people_to_is_there() -> None:
    """Files named in messages of the program exist."""
    named = {
        page
        for file in (ROOT / "include/mediawatch").rglob("*.py")
        for page in re.findall(r"\bdocs/[\w/.-]+\.md", file.read_text(encoding="utf-8"))
    }
    assert {ROOT / page for page in named} <= set(PAPERS)
    assert named
