"""What docs/thanks.md, docs/operations.md and the README say is so."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from app.bootstrap import CRON, Baobab
from app.cli import app as command_line
from app.huddles import jobs as huddle_jobs
from app.jobs.cron import nightly
from app.jobs.metrics import REGISTRY as JOBS_REGISTRY
from app.metrics import Metrics
from app.playground import cast
from app.playground.demo import demo_settings
from app.playground.slack.mentions import escaped
from app.playground.slack.workspace import Workspace
from app.polls import jobs as polls_jobs
from app.settings import Settings
from app.slack import thanks_text
from app.thanks import jobs, jobs_follow, jobs_forum
from app.thanks.policy import DEFAULT, stored
from app.upkeep import jobs as upkeep_jobs

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "thanks.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
LARGEST = 200_000
ANYBODY = "U0MATEO009"


def rows(page: str, first: str) -> list[list[str]]:
    """The rows of the table whose heading begins with this cell."""
    table = page.split(f"| {first} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table]


def test_the_table_of_settings_is_the_policy() -> None:
    told = {row[0].strip("`"): row[1] for row in rows(GUIDE, "setting")}
    assert told == {
        name: ", ".join(value) if isinstance(value, list) else str(value) for name, value in stored(DEFAULT).items()
    }


def test_the_examples_are_read_as_the_guide_says() -> None:
    slack = Workspace()
    shown = dict(rows(GUIDE, "you type"))
    typed = [part for cell in shown for part in re.findall(r"`([^`]+)`", cell)]

    def read(beginning: str) -> thanks_text.Said:
        (line,) = (one for one in typed if one.startswith(beginning))
        text = escaped(slack, ANYBODY, line).removeprefix("/thanks")
        return thanks_text.read(text.strip(), DEFAULT.values)

    both = read("/thanks @ana @jo")
    assert both.people == (cast.person("ana").id, cast.person("joao").id)
    assert (both.reason, both.value) == ("the malaria brief", "sharing")
    group = read("/thanks @km-team")
    assert [one.id for one in group.groups] == ["S0KMTEAM01"] and group.reason == "answering every newcomer"
    assert read("/thanks ana lucia").unsure == ("ana lucia",)
    assert thanks_text.read("@anna for the brief", DEFAULT.values).unsure == ("@anna",)


def test_the_hints_of_readme_and_demo_name_people_of_the_playground() -> None:
    slack = Workspace()
    demo = (ROOT / "app" / "playground" / "demo.py").read_text(encoding="utf-8")
    for page in (README, demo):
        lines = re.findall(r"/thanks @[^`\\\"]+", page)
        assert lines
        for line in lines:
            said = thanks_text.read(escaped(slack, ANYBODY, line).removeprefix("/thanks").strip(), DEFAULT.values)
            assert said.people and said.reason and not said.unsure


def test_the_readme_says_where_the_database_of_the_demo_is() -> None:
    (line,) = re.findall(r"^DATABASE_URL=(\S+) \.venv/bin/python -m app (.+)$", README, re.MULTILINE)
    assert line[0] == demo_settings(8000).database_url
    assert any(line[1].startswith(one) for one in _commands())


def test_what_the_guide_names_is_there() -> None:
    source = "".join(
        file.read_text(encoding="utf-8")
        for file in (*(ROOT / "app" / "slack").rglob("*.py"), *(ROOT / "handlers").glob("*.py"))
    )
    for name in (
        *("Keep private", "Show in the community", "Undo", "Edit", "Preferences", "Look through them"),
        *("Rules of thanks", "Looking after thank-yous", "Thank the author", "Posts saved", "Hide", "Do not count"),
    ):
        assert name in GUIDE and name in source, name


def test_the_jobs_of_the_guides_are_those_there_are() -> None:
    ours = {jobs_follow.TELL, jobs_follow.CARD, jobs.DIGEST_TASK, jobs_forum.FORUM_TASK}
    told = {row[0] for row in rows(GUIDE, "job")}
    assert ours | {"thanks.retention"} == told
    assert {one.job for one in (*CRON, *nightly())} == {row[0] for row in rows(OPERATIONS, "job")}


def test_the_jobs_that_follow_what_people_do_are_told_to_operators(tmp_path: Path) -> None:
    baobab = Baobab(Settings(_env_file=None, database_url=f"sqlite:///{tmp_path}/none.db"))
    there = {name for room in (polls_jobs, huddle_jobs) for name in room.tasks(baobab.services)}
    there |= set(upkeep_jobs.tasks(baobab.upkeep))
    nights, others = OPERATIONS.split("the others are these:", 1)
    there -= {row[0] for row in rows(nights, "job")}
    assert there == {name for row in rows(others, "job") for name in row[0].split(", ")}


def test_what_operators_are_told_to_watch_is_measured() -> None:
    measured = {
        f"{family.name}_total" if family.type == "counter" else family.name
        for registry in (Metrics().registry, JOBS_REGISTRY)
        for family in registry.collect()
    }
    named = set(re.findall(r"`(baobab_\w+)", OPERATIONS))
    assert named and named <= measured


def test_every_command_is_in_the_guide() -> None:
    told = [word for row in rows(OPERATIONS, "command") for word in re.findall(r"`([^`]+)`", row[0])]
    assert sorted(told) == sorted(_commands())


def _commands() -> Iterator[str]:
    root = get_command(command_line)
    assert isinstance(root, typer.core.TyperGroup)
    for name, one in root.commands.items():
        if isinstance(one, typer.core.TyperGroup):
            yield from (f"{name} {inner}" for inner in one.commands)
        else:
            yield name


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{one.name}" for one in sorted((ROOT / "docs").glob("*.md")))])
def test_links_lead_somewhere_and_pictures_are_small(page: str) -> None:
    file = ROOT / page
    for mark, words, target in re.findall(r"(!?)\[([^\]]*)\]\(([^)#\s]+)[^)]*\)", file.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        there = file.parent / target
        assert there.exists(), target
        if mark:
            assert words, "a picture is told in words too"
            content = there.read_bytes()
            assert content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) < LARGEST
            assert struct.unpack(">I", content[16:20])[0] <= 1280
