"""The command line: every command explains itself; what cannot be done is said kindly, never as a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from app.slack.manifest import manifest
from tests.web.command_line import DATA, ROOT, Run

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
    ["import", "recognition"],
    ["token"],
    ["token", "create"],
    ["token", "list"],
    ["token", "revoke"],
    ["route"],
    ["jobs"],
    ["jobs", "list"],
    ["jobs", "retry"],
    ["jobs", "cancel"],
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(run: Run, command: list[str]) -> None:
    said = run(*command, "--help")
    assert said.code == 0
    assert "Usage: python -m app" in said.out
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
    run("serve").kindly("SLACK_SIGNING_SECRET and SLACK_BOT_TOKEN", ".venv/bin/python -m app doctor")
    assert run("serve", "--role", "boss").code == 2


def test_the_manifest_is_printed_for_an_address(run: Run) -> None:
    said = run("manifest", "--url", "https://chat.example.org")
    assert said.code == 0
    assert yaml.safe_load(said.out) == manifest("https://chat.example.org")
    assert json.loads(run("manifest", "--url", "https://chat.example.org", "--json").out)["features"]
    run("manifest", "--url", "chat.example.org").kindly("https://")
    assert run("manifest").code == 2


def test_an_address_slack_cannot_reach_is_printed_and_said(run: Run) -> None:
    assert run("manifest", "--url", "https://chat.example.org").err == ""
    for url in ("http://chat.example.org", "https://localhost:8000", "https://10.0.0.8", "http://127.0.0.1:8000"):
        said = run("manifest", "--url", url)
        assert (said.code, yaml.safe_load(said.out)) == (0, manifest(url))
        assert "https://" in said.err
        assert "public" in said.err
    said = run("manifest", "--url", "https://chat.example.org/baobab")
    assert yaml.safe_load(said.out) == manifest("https://chat.example.org/baobab")
    assert "https://chat.example.org/baobab/slack/events" in said.err


def test_reading_slack_without_a_token_says_which_setting_is_missing(run: Run, tmp_path: Path) -> None:
    run("sync").kindly("SLACK_BOT_TOKEN is not set")
    assert not (tmp_path / "cli.db").exists()


def test_switches_are_offered_only_where_they_do_something(run: Run) -> None:
    for command in COMMANDS:
        assert "--no-" not in run(*command, "--help").out


def test_the_doctor_ends_with_one_where_something_is_missing(run: Run) -> None:
    said = run("doctor")
    assert said.code == 1
    assert "SLACK_BOT_TOKEN is not set" in said.out
    assert "→" in said.out
    findings = json.loads(run("doctor", "--json").out)
    assert {"fail", "warn"} & {one["state"] for one in findings}
    assert all(one["fix"] for one in findings if one["state"] == "fail")


def test_jobs_are_listed_where_there_are_none_and_where_nothing_was_made(run: Run) -> None:
    for command in (["list"], ["retry", "some-key"], ["cancel", "some-key"]):
        said = run("jobs", *command)
        said.kindly(".venv/bin/python -m app migrate")
        assert "workflow_status" not in said.err
    assert run("migrate").code == 0
    assert run("jobs", "list").out == "No failed jobs.\n"
    assert run("jobs", "list", "waiting").out == "No waiting jobs.\n"
    run("jobs", "list", "asleep").kindly("waiting, running, failed")
    run("jobs", "retry", "no-such-job").kindly("no-such-job")
    run("jobs", "cancel", "no-such-job").kindly("no-such-job")


def test_queries_are_answered_a_line_each(run: Run) -> None:
    queries = '{"id": "a", "text": "malaria nets"}\n\n{"text": "postpartum haemorrhage"}\n{"id": 3, "text": ""}\n'
    said = run("route", "--directory", DATA / "directory.json", stdin=queries)
    assert said.code == 0
    answers = [json.loads(line) for line in said.out.splitlines()]
    assert [one["id"] for one in answers] == ["a", "3", "3"]
    assert [answers[at]["ranked"][0]["id"] for at in (0, 1)] == ["malaria", "mnh"]
    assert all({"ranked", "confidence", "none"} <= set(one) for one in answers)
    assert run("route", "--directory", DATA / "directory.json").out == ""


@pytest.mark.parametrize("ending", ["yaml", "csv"])
def test_a_directory_that_is_imported_can_be_ranked_too(run: Run, tmp_path: Path, ending: str) -> None:
    file = DATA / "communities.yaml"
    if ending == "csv":
        file = tmp_path / "directory.csv"
        rows = (
            "malaria,Malaria,Nets and treatment.,active\nmnh,Maternal,Safe births.,active\nold,Nets,Nets.,archived\n"
        )
        file.write_text("id,name,purpose,status\n" + rows, encoding="utf-8")
    said = run("route", "--directory", file, stdin='{"id": "a", "text": "malaria nets"}\n')
    assert said.code == 0, said
    ranked = [one["id"] for one in json.loads(said.out)["ranked"]]
    assert ranked[0] == "malaria"
    assert "old" not in ranked
    run("route", "--directory", file, stdin="malaria nets\n").kindly("Line 1", '{"id": "1", "text": "')


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
