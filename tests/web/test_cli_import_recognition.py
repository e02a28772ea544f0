"""Importing an earlier recognition log from the command line."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.web.command_line import Run

FILE = "Date,From,To,Message\n2024-03-01,Ana,João,for the brief\n2024-03-02,João,Ana,for both maps\n"


@pytest.fixture
def people(installed: Path) -> Path:
    """Two people whom we have met."""
    with sqlite3.connect(installed) as connection:
        for slack_id, name in (("U0ANA00003", "Ana"), ("U0JOAO0002", "João")):
            connection.execute(
                "insert into member (workspace_id, slack_id, home_team_id, name, zone, locale, is_bot, is_admin, "
                "is_guest, is_external, deactivated, seen_at) "
                "values (1, ?, 'T1', ?, 'UTC', 'en', 0, 0, 0, 0, 0, '2026-01-01')",
                (slack_id, name),
            )
    return installed


def stored(file: Path) -> list[tuple[str, str, str]]:
    with sqlite3.connect(file) as connection:
        return connection.execute("select giver, reason, source from thanks order by id").fetchall()


def test_a_log_is_looked_at_first_then_taken_in_and_once_only(run: Run, people: Path, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_text(FILE, encoding="utf-8-sig")
    planned = run("import", "recognition", file, "--dry-run")
    assert planned.code == 0
    assert "It would be: 2 thank-yous to 2 people, given 2024-03-01 to 2024-03-02, added" in planned.out
    assert stored(people) == []
    assert "Imported: 2 thank-yous" in run("import", "recognition", file, "--zone", "Asia/Kathmandu").out
    assert stored(people) == [("U0ANA00003", "for the brief", "import"), ("U0JOAO0002", "for both maps", "import")]
    again = run("import", "recognition", file, "--zone", "Asia/Kathmandu", "--team", "T1")
    assert "Imported: 0 thank-yous to 0 people added, 2 there already." in again.out
    assert len(stored(people)) == 2


def test_options_help_where_a_file_is_not_understood(run: Run, people: Path, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_text("Wann;Von;An;Was\n01/02/2024;Ana;Johnny;hi\n", encoding="utf-8")
    named = ("--map", "Wann=date", "--map", "Von=giver", "--map", "An=recipient", "--map", "Was=reason")
    run("import", "recognition", file).kindly("line 1, date: No column has the date", '--map "Column=date"')
    wrong = run("import", "recognition", file, *named)
    wrong.kindly("line 2, date", "--date-format DMY", "line 2, recipient: 'Johnny'", '--person "Johnny=U…"')
    assert stored(people) == []
    done = run("import", "recognition", file, *named, "--date-format", "dmy", "--person", "Johnny=U0JOAO0002")
    assert "given 2024-02-01 to 2024-02-01" in done.out
    for option, said in (
        (("--zone", "Nowhere/Land"), "time zone"),
        (("--date-format", "YMD"), "DMY or MDY"),
        (("--person", "Johnny"), "as in the file=U0123ABCD"),
        (("--map", "Wann"), "Column=field"),
        (("--team", "T9"), "no workspace T9"),
    ):
        run("import", "recognition", file, *option).kindly(said)


def test_what_cannot_be_read_or_found_is_said_kindly(run: Run, installed: Path, tmp_path: Path) -> None:
    run("import", "recognition", tmp_path / "nowhere.csv").kindly("nowhere.csv cannot be read")
    run("import", "recognition", tmp_path).kindly("cannot be read")
    file = tmp_path / "old.csv"
    for content in (b"", b"\xff\xfe\x00{", b"PK\x03\x04\x00", b"\x00", b'a,b\n"', FILE.encode("cp1252")):
        file.write_bytes(content)
        run("import", "recognition", file).kindly("line ")
    file.write_text(FILE.replace("Ana", "ana@example.org"), encoding="utf-8")
    run("import", "recognition", file).kindly("line 3, recipient: 'ana@example.org'", "SLACK_BOT_TOKEN is not set")


def test_before_a_workspace_is_known_it_says_what_to_do(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_text(FILE, encoding="utf-8")
    run("import", "recognition", file, "--dry-run").kindly("First run: .venv/bin/python -m app sync")
    assert not (tmp_path / "cli.db").exists()
    run("import", "recognition", file).kindly("app migrate")
    assert run("migrate").code == 0
    run("import", "recognition", file).kindly("SLACK_BOT_TOKEN")
