"""An export from App Home and from the command line: for admins, private, audited, nothing half-written."""

from __future__ import annotations

import asyncio
import csv
import io
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col
from typer.testing import CliRunner

from app.cli import app as command_line
from models import Audit, Member
from tests.house import House


async def _given(house: House) -> None:
    await house.slack.command("neema", "/thanks", "@ana for =HYPERLINK(1) and the brief", "general")


async def test_an_admin_gets_the_file_alone_and_the_audit_knows(house: House) -> None:
    slack = house.slack
    await _given(house)
    await slack.open_home("amina")
    await slack.settled()
    await slack.click(slack.home("amina"), "export_open")  # type: ignore[arg-type]
    form = slack.view("amina")
    await slack.submit(form, {"zone": "Atlantis"})
    assert "no time zone" in slack.view("amina").errors["zone"]
    sent = await slack.submit(form, {"zone": "Africa/Nairobi", "options": ["bom"]})
    await slack.again(sent)
    await slack.until(lambda: slack.files_of("amina"))
    (file,) = slack.files_of("amina")
    assert file.name == "recognition.csv"
    (line,) = csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"), newline=""))
    assert (line["reason"], line["giver_id"]) == ("'=HYPERLINK(1) and the brief", "U0NEEMA007")
    (audit,) = await house.rows(Audit)
    assert (audit.actor, audit.act, audit.details["rows"]) == ("U0AMINA001", "recognition.export", 1)
    assert slack.files_of("ana") == []


async def test_others_see_no_button_and_who_is_no_admin_any_more_is_refused_kindly(house: House) -> None:
    slack = house.slack
    await slack.open_home("neema")
    await slack.open_home("amina")
    await slack.settled()
    assert "export_open" not in slack.actions(slack.home("neema"))  # type: ignore[arg-type]
    stale = slack.home("amina")
    async with house.baobab.db.transaction() as session:
        await session.exec(update(Member).where(col(Member.slack_id) == "U0AMINA001").values(is_admin=False))
    house.baobab.services.people.forget_all()
    await slack.click(stale, "export_open")  # type: ignore[arg-type]
    assert "Only admins" in slack.shown(slack.view("amina"))
    assert await house.rows(Audit) == []


async def test_nothing_to_export_is_said_in_words(house: House) -> None:
    slack = house.slack
    await slack.open_home("amina")
    await slack.settled()
    await slack.click(slack.home("amina"), "export_open")  # type: ignore[arg-type]
    await slack.submit(slack.view("amina"), {"format": "jsonl"})
    await slack.until(lambda: any("there is no file" in slack.shown(one) for one in slack.dm("amina")))


async def test_the_command_line_writes_a_file_or_speaks_to_a_pipe(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await _given(house)
    monkeypatch.setenv("DATABASE_URL", str(house.baobab.settings.database_url))
    monkeypatch.setenv("SLACK_BOT_TOKEN", house.slack.token)
    monkeypatch.setenv("SLACK_API_URL", house.slack.api_url)
    shell, folder = CliRunner(), tmp_path / "exports"
    folder.mkdir()

    async def run(*words: str) -> Any:
        return await asyncio.to_thread(shell.invoke, command_line, ["export", "recognition", *words])

    piped = await run()
    assert piped.stdout_bytes.startswith(b"thanks_id,")
    assert "1 rows written" in piped.stderr
    for kind, start in (("csv", b"thanks_id"), ("xlsx", b"PK"), ("parquet", b"PAR1"), ("jsonl", b'{"thanks_id"')):
        file = folder / f"log.{kind}"
        done = await run("--format", kind, "--output", str(file), "--from", "2026-01-01", "--zone", "Africa/Nairobi")
        assert done.exit_code == 0, done.output
        assert file.read_bytes().startswith(start)
    with_addresses = await run("--emails")
    assert "@" in with_addresses.stdout.splitlines()[1]
    listed = [audit.details["order"] for audit in await house.rows(Audit)]
    assert [order.get("emails", False) for order in listed] == [False] * 5 + [True]

    broken = await run("--output", str(folder / "nowhere" / "log.csv"))
    assert broken.exit_code != 0
    wrong = await run("--from", "yesterday")
    assert wrong.exit_code != 0
    assert sorted(one.name for one in folder.iterdir()) == ["log.csv", "log.jsonl", "log.parquet", "log.xlsx"]
