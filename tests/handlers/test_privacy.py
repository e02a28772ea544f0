"""One's own data from App Home: a file by direct message, and an erasure that is asked twice."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from app.cli import app as command_line
from models import Member, Thanks, Workspace
from tests.house import House


@pytest.fixture
async def no_quiet_hours(house: House) -> House:
    async with house.baobab.db.transaction() as session:
        workspace = (await session.exec(select(Workspace))).one()
        workspace.settings = {"thanks": {"quiet_from": "00:00", "quiet_to": "00:00"}}
    return house


async def _home(house: House, person: str) -> Any:
    await house.slack.open_home(person)
    await house.slack.settled()
    return house.slack.home(person)


async def test_my_data_comes_as_a_file_that_only_i_see(no_quiet_hours: House) -> None:
    house, slack = no_quiet_hours, no_quiet_hours.slack
    await slack.command("neema", "/thanks", "@ana for the malaria brief", "general")
    await slack.until(lambda: slack.dm("ana"))
    pressed = await slack.click(await _home(house, "ana"), "privacy_download")
    await slack.again(pressed)
    assert "in a moment" in slack.shown(slack.view("ana"))
    await slack.until(lambda: slack.files_of("ana"))
    (file,) = slack.files_of("ana")
    held = json.loads(file.content)
    assert held["thanks you received"][0]["reason"] == "the malaria brief"
    assert held["profile"][0]["name"]
    assert slack.files_of("neema") == []


async def test_an_erasure_is_asked_twice_and_takes_words_and_messages_away(no_quiet_hours: House) -> None:
    house, slack = no_quiet_hours, no_quiet_hours.slack
    await slack.command("neema", "/thanks", "@ana and @joao for the malaria brief", "general")
    await slack.until(lambda: slack.dm("ana") and slack.dm("joao"))
    await slack.click(await _home(house, "neema"), "privacy_open_erase")
    form = slack.view("neema")
    assert "What goes" in slack.shown(form)
    assert [one.giver for one in await house.rows(Thanks)] == ["U0NEEMA007"]

    await slack.submit(form, {"privacy_agreed": ["yes"]})
    await slack.until(lambda: any("I have forgotten you" in slack.shown(one) for one in slack.dm("neema")))
    (thanks,) = await house.rows(Thanks)
    assert (thanks.giver, thanks.reason, thanks.status) == (None, "", "counted")
    (member,) = await house.rows(Member, Member.slack_id == "U0NEEMA007")
    assert (member.name, member.erased) == ("", True)
    await slack.until(lambda: "the malaria brief" not in slack.shown(slack.dm("ana")[0]))
    assert "somebody thanked you" in slack.shown(slack.dm("ana")[0])

    await slack.command("neema", "/thanks", "@ana for coming back", "general")
    (member,) = await house.rows(Member, Member.slack_id == "U0NEEMA007")
    assert (bool(member.name), member.erased) == (True, False)


async def test_who_is_erased_loses_the_messages_about_them(no_quiet_hours: House) -> None:
    house, slack = no_quiet_hours, no_quiet_hours.slack
    await slack.command("neema", "/thanks", "@ana for the malaria brief", "general")
    await slack.until(lambda: slack.dm("ana"))
    await slack.click(await _home(house, "ana"), "privacy_open_erase")
    await slack.submit(slack.view("ana"), {"privacy_agreed": ["yes"]})
    await slack.until(lambda: any("I have forgotten you" in slack.shown(one) for one in slack.dm("ana")))
    await slack.until(lambda: not any("thanked you" in slack.shown(one) for one in slack.dm("ana")))
    assert [one.reason for one in await house.rows(Thanks)] == [""]


async def test_an_admin_does_both_from_the_command_line(
    no_quiet_hours: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, slack = no_quiet_hours, no_quiet_hours.slack
    await slack.command("neema", "/thanks", "@ana for the malaria brief", "general")
    monkeypatch.setenv("DATABASE_URL", str(house.baobab.settings.database_url))
    shell = CliRunner()

    import asyncio

    async def run(*words: str, answer: str = "") -> Any:
        return await asyncio.to_thread(shell.invoke, command_line, list(words), input=answer)

    shown = await run("member", "export", "U0NEEMA007")
    assert json.loads(shown.stdout)["thanks you gave"][0]["reason"] == "the malaria brief"
    assert (await run("member", "erase", "U0NEEMA007", answer="n\n")).exit_code == 1
    assert [one.giver for one in await house.rows(Thanks)] == ["U0NEEMA007"]
    done = await run("member", "erase", "U0NEEMA007", "--yes")
    assert "Erased:" in done.stdout, done.output
    assert [one.giver for one in await house.rows(Thanks)] == [None]
