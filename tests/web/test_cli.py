"""The command line: every command explains itself; what cannot be done is said kindly, never as a traceback."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from app import cli, commands
from app.slack.manifest import manifest

ROOT = Path(__file__).parents[2]
DATA = ROOT / "app" / "playground" / "data"
COMMANDS = (
    [],
    ["serve"],
    ["demo"],
    ["migrate"],
    ["doctor"],
    ["seed"],
    ["sync"],
    ["manifest"],
    ["import"],
    ["import", "communities"],
    ["route"],
    ["jobs"],
    ["jobs", "list"],
    ["jobs", "retry"],
    ["jobs", "cancel"],
)


@dataclass
class Said:
    """How a command ended: its exit code, and what it wrote."""

    code: int
    out: str
    err: str

    def kindly(self, *words: str) -> None:
        """It refused, with these words, on standard error alone, and without a traceback."""
        assert self.code == 1, self
        assert self.out == ""
        assert "Traceback" not in self.err
        assert [word for word in words if word not in self.err] == [], self.err


Run = Callable[..., Said]


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


def stored(file: Path) -> int:
    with sqlite3.connect(file) as connection:
        return int(connection.execute("select count(*) from community").fetchone()[0])


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(run: Run, command: list[str]) -> None:
    said = run(*command, "--help")
    assert said.code == 0
    assert "Usage: app" in said.out
    # A sentence on what it does, not only a list of options.
    assert len(said.out.split("\n\n")[0] + said.out) > 120
    assert said.err == ""


def test_it_is_started_as_a_module_and_refuses_without_secrets(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
    clean |= {"DATABASE_URL": f"sqlite:///{tmp_path}/never.db", "SLACK_BOT_TOKEN": "a-token-that-is-not-told"}
    ended = subprocess.run(
        [sys.executable, "-m", "app", "serve"], cwd=ROOT, env=clean, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "SLACK_SIGNING_SECRET" in ended.stderr
    assert "make demo" in ended.stderr
    assert "a-token-that-is-not-told" not in ended.stderr + ended.stdout
    assert not (tmp_path / "never.db").exists()


def test_serving_without_secrets_names_what_is_missing(run: Run) -> None:
    run("serve").kindly("SLACK_SIGNING_SECRET and SLACK_BOT_TOKEN", "python -m app doctor")
    assert run("serve", "--role", "boss").code == 2


def test_the_manifest_is_printed_for_an_address(run: Run) -> None:
    said = run("manifest", "--url", "https://chat.example.org")
    assert said.code == 0
    assert yaml.safe_load(said.out) == manifest("https://chat.example.org")
    assert json.loads(run("manifest", "--url", "https://chat.example.org", "--json").out)["features"]
    run("manifest", "--url", "chat.example.org").kindly("https://")
    assert run("manifest").code == 2


def test_the_doctor_ends_with_one_where_something_is_missing(run: Run) -> None:
    said = run("doctor")
    assert said.code == 1
    assert "SLACK_BOT_TOKEN is not set" in said.out
    assert "→" in said.out
    findings = json.loads(run("doctor", "--json").out)
    assert {"fail", "warn"} & {one["state"] for one in findings}
    assert all(one["fix"] for one in findings if one["state"] == "fail")


def test_jobs_are_listed_where_there_are_none_and_where_nothing_was_made(run: Run) -> None:
    run("jobs", "list").kindly("python -m app migrate")
    assert run("migrate").code == 0
    assert run("jobs", "list").out == "No failed jobs.\n"
    assert run("jobs", "list", "waiting").out == "No waiting jobs.\n"
    run("jobs", "list", "asleep").kindly("waiting, running, failed")
    run("jobs", "retry", "no-such-job").kindly("no-such-job")
    run("jobs", "cancel", "no-such-job").kindly("no-such-job")


def test_a_dry_run_of_an_import_stores_nothing(run: Run, installed: Path) -> None:
    said = run("import", "communities", DATA / "communities.yaml", "--dry-run")
    assert said.code == 0
    assert "Dry run, nothing was stored. It would be: 21 created" in said.out
    assert stored(installed) == 0


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
    run("import", "communities", DATA / "communities.yaml").kindly("python -m app migrate")
    assert run("migrate").code == 0
    run("import", "communities", DATA / "communities.yaml").kindly("SLACK_BOT_TOKEN")


def test_queries_are_answered_a_line_each(run: Run) -> None:
    queries = '{"id": "a", "text": "malaria nets"}\n\n{"text": "postpartum haemorrhage"}\n{"id": 3, "text": ""}\n'
    said = run("route", "--directory", DATA / "directory.json", stdin=queries)
    assert said.code == 0
    answers = [json.loads(line) for line in said.out.splitlines()]
    assert [one["id"] for one in answers] == ["a", "3", "3"]
    assert [answers[at]["ranked"][0]["id"] for at in (0, 1)] == ["malaria", "mnh"]
    assert all({"ranked", "confidence", "none"} <= set(one) for one in answers)
    assert run("route", "--directory", DATA / "directory.json").out == ""


def test_routing_says_what_it_lacks(run: Run, tmp_path: Path) -> None:
    directory = DATA / "directory.json"
    run("route").kindly("--directory", "--topics")
    run("route", "--directory", tmp_path / "no.json").kindly("no.json")
    run("route", "--topics", tmp_path / "no.json").kindly("no.json")
    run("route", "--directory", directory, "--feedback", tmp_path / "no.jsonl").kindly("no.jsonl")
    run("route", "--directory", directory, stdin='{"text": "x"}\nnot json\n').kindly("Line 2")
    run("route", "--directory", directory, stdin="[1]\n").kindly("Line 1")
    run("route", "--directory", directory, stdin=b"\xff\xfe{").kindly("UTF-8")
    for content in (b"{", b"[1]", b'{"communities": 5}', b"\xff\xfe", b"null"):
        (tmp_path / "odd.json").write_bytes(content)
        run("route", "--directory", tmp_path / "odd.json", stdin='{"text": "x"}\n').kindly()
        run("route", "--topics", tmp_path / "odd.json", stdin='{"text": "x"}\n').kindly()
    (tmp_path / "odd.jsonl").write_bytes(b"\xff\xfe{\n")
    run("route", "--directory", directory, "--feedback", tmp_path / "odd.jsonl").kindly("odd.jsonl")


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("DATABASE_URL", "mysql://me:hidden-word@host/x", "sqlite:///"),
        ("DATABASE_URL", "hidden-word", "sqlite:///"),
        ("DATABASE_URL", "postgresql://me:hidden-word@127.0.0.1:1/x", "cannot be used"),
        ("DATABASE_URL", "sqlite:////proc/no/x.db", "cannot be used"),
        ("PORT", "hidden-word", "PORT"),
        ("COMMAND_PREFIX", "HIDDEN hidden-word", "COMMAND_PREFIX"),
        ("ENCODERS", "hidden-word", "ENCODERS"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_not_repeated(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str, word: str
) -> None:
    monkeypatch.setenv(name, value)
    said = run("migrate")
    said.kindly(word)
    assert "hidden-word" not in said.err


def test_a_file_that_is_no_database_is_not_touched(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "cli.db"
    file.write_text("my diary\n" * 200, encoding="utf-8")
    run("migrate").kindly("not a database")
    run("jobs", "list").kindly("not a database")
    assert file.read_text(encoding="utf-8") == "my diary\n" * 200
