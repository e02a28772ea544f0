"""Tokens from the command line: the token alone on standard output, once; lists never show it."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from tests.web.command_line import Run


def test_a_token_is_made_listed_and_revoked(run: Run, installed: Path) -> None:
    assert "token create --scope recognition:read" in run("token", "list").out
    made = run("token", "create", "--scope", "recognition:read", "--name", "warehouse", "--days", "30")
    assert made.code == 0
    token = made.out.removesuffix("\n")
    assert re.fullmatch(r"bao_[\w-]{44}", token), "nothing else on standard output, so that it can be piped"
    assert "read the recognition log, until 2" in made.err
    assert token not in made.err
    ever = run("token", "create", "--scope", "recognition:read", "--name", "for ever", "--never-expires")
    assert "until it is revoked" in ever.err
    listed = run("token", "list").out
    assert token[4:] not in listed
    assert [line.split()[0] for line in listed.splitlines()] == ["NAME", "warehouse", "for"]
    assert token[:8] in listed and "recognition:read" in listed and "never" in listed and "active" in listed
    assert run("token", "revoke", "warehouse").out == "'warehouse' is revoked.\n"
    assert run("token", "revoke", "warehouse").out == "'warehouse' was revoked before.\n"
    assert "revoked 2" in run("token", "list").out
    assert token.encode()[4:] not in installed.read_bytes()
    with sqlite3.connect(installed) as connection:
        acts = connection.execute("select actor, act, subject from audit order by id").fetchall()
    assert acts == [
        ("cli", "token.create", "token:warehouse"),
        ("cli", "token.create", "token:for ever"),
        ("cli", "token.revoke", "token:warehouse"),
    ]


def test_what_cannot_be_done_is_said_kindly(run: Run, installed: Path) -> None:
    create = ("token", "create", "--scope")
    run(*create, "recognition:raed").kindly("Did you mean recognition:read?")
    run(*create, "recognition:read", "--days", "0").kindly("1 to 3650 days")
    run(*create, "recognition:read", "--days", "3", "--never-expires").kindly("either --days or --never-expires")
    run(*create, "recognition:read", "--team", "T9").kindly("no workspace T9")
    run("token", "revoke", "nobody's").kindly("No token was made yet")
    assert "No tokens" in run("token", "list").out
