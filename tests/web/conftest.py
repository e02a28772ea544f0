"""The command line, run in a folder of its own."""

from __future__ import annotations

import io
import os
import sqlite3
import sys
from pathlib import Path

import pytest

from app import cli, commands
from tests.web.command_line import Run, Said


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run a command in a folder of its own, with nothing configured but an empty place for a database."""
    for name in list(os.environ):
        if name.startswith(("SLACK_", "DISCOURSE_", "SECRET_", "COMMAND_", "PUBLIC_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/cli.db")
    monkeypatch.setenv("ENCODERS", "off")
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api/")
    monkeypatch.setattr(commands, "set_up_logs", lambda *_, **__: None)
    monkeypatch.chdir(tmp_path)

    def go(*arguments: object, stdin: str | bytes = "") -> Said:
        raw = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "argv", ["app", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return go


@pytest.fixture
def installed(run: Run, tmp_path: Path) -> Path:
    """A migrated database with one workspace; gives the file."""
    assert run("migrate").code == 0
    file = tmp_path / "cli.db"
    with sqlite3.connect(file) as connection:
        connection.execute(
            "insert into workspace (team_id, name, locale, zone, knowledge_team, settings, created_at) "
            "values ('T1', 'One', 'en', 'UTC', '[]', '{}', '2026-01-01 00:00:00')"
        )
    return file
