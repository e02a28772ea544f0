"""Importing a directory from the command line: whole or not at all, and a dry run needs nothing but the file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.web.command_line import DATA, Run


def stored(file: Path) -> int:
    with sqlite3.connect(file) as connection:
        return int(connection.execute("select count(*) from community").fetchone()[0])


def test_a_dry_run_of_an_import_stores_nothing(run: Run, installed: Path) -> None:
    said = run("import", "communities", DATA / "communities.yaml", "--dry-run")
    assert said.code == 0
    assert "Dry run, nothing was stored. It would be: 21 created" in said.out
    assert stored(installed) == 0


def test_a_dry_run_needs_neither_workspace_nor_database(run: Run, tmp_path: Path) -> None:
    for _ in ("without a database", "without a workspace"):
        said = run("import", "communities", DATA / "communities.yaml", "--dry-run")
        assert said.code == 0
        assert "It would be: 21 created, 0 updated" in said.out
        assert "compared with an empty directory" in said.out
        run("import", "communities", DATA / "communities.yaml", "--dry-run", "--team", "T9").kindly("no workspace T9")
        if not (tmp_path / "cli.db").exists():
            assert run("migrate").code == 0
    (tmp_path / "bad.yaml").write_text("communities:\n  - id: A B\n", encoding="utf-8")
    run("import", "communities", tmp_path / "bad.yaml", "--dry-run").kindly("line 2")


def test_an_import_stores_all_and_again_changes_nothing(run: Run, installed: Path) -> None:
    assert "Imported: 21 created" in run("import", "communities", DATA / "communities.yaml").out
    assert stored(installed) == 21
    assert "21 unchanged" in run("import", "communities", DATA / "communities.yaml").out
    run("import", "communities", DATA / "communities.yaml", "--team", "T9").kindly("no workspace T9")


def test_a_file_with_errors_is_refused_with_their_lines_and_nothing_of_it_is_stored(
    run: Run, installed: Path, tmp_path: Path
) -> None:
    file = tmp_path / "directory.yaml"
    good = "communities:\n  - id: mnh\n    name: Maternal\n    purpose: To exchange.\n"
    file.write_text(good + "  - id: km\n    nmae: Knowledge\n  - just words\n", encoding="utf-8")
    run("import", "communities", file).kindly("line 6, nmae", "Did you mean name?", "line 7")
    assert stored(installed) == 0


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00{", b"{", b"PK\x03\x04\x00", b"\x00\x00", b"a: [b", b"words"])
@pytest.mark.parametrize("ending", ["yaml", "csv", "json", "xlsx"])
def test_a_broken_file_is_refused_kindly(run: Run, tmp_path: Path, content: bytes, ending: str) -> None:
    file = tmp_path / f"directory.{ending}"
    file.write_bytes(content)
    run("import", "communities", file).kindly("line ")


def test_a_file_that_is_not_there_is_named(run: Run, installed: Path, tmp_path: Path) -> None:
    run("import", "communities", tmp_path / "nowhere.yaml").kindly("nowhere.yaml")
    run("import", "communities", tmp_path).kindly("directory")


def test_before_a_workspace_is_known_an_import_says_what_to_do(run: Run) -> None:
    said = run("import", "communities", DATA / "communities.yaml")
    said.kindly(".venv/bin/python -m app migrate")
    assert "no such table" not in said.err
    assert run("migrate").code == 0
    run("import", "communities", DATA / "communities.yaml").kindly("SLACK_BOT_TOKEN")
