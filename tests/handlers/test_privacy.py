"""One's own data from App Home and the command line: a file by direct message, and an erasure that is asked twice."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import String, cast, inspect, text
from sqlalchemy import select as sql_select
from sqlmodel import SQLModel, select
from typer.testing import CliRunner

from app.cli import app as command_line
from app.playground.slack.state import Message
from app.privacy import jobs_erasure
from app.thanks.jobs_follow import Team
from models import Audit, Member, Route, Thanks, ThanksSecond, Workspace
from tests.house import House

NEEMA, ANA = "U0NEEMA007", "U0ANA00003"


@pytest.fixture
async def awake(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """No hour is quiet, and what waits for others waits for a moment only."""
    async with house.baobab.db.transaction() as session:
        workspace = (await session.exec(select(Workspace))).one()
        workspace.settings = {"thanks": {"quiet_from": "00:00", "quiet_to": "00:00"}}
    monkeypatch.setattr(jobs_erasure, "AFTER", timedelta(seconds=0.4))
    return house


async def home(house: House, person: str) -> Any:
    await house.slack.open_home(person)
    await house.slack.settled()
    return house.slack.home(person)


async def until_said(house: House, person: str, words: str) -> Message:
    """The message in somebody's conversation with us that says this."""
    slack = house.slack
    found = await slack.until(lambda: [one for one in slack.dm(person) if words in slack.shown(one)])
    message: Message = found[-1]
    return message


async def places_of(house: House, word: str) -> set[str]:
    """Every table and column, the job engine's too, in which a word stands."""
    found = set()
    async with house.baobab.db.read_only() as session:
        connection = await session.connection()
        for table in SQLModel.metadata.tables.values():
            for column in table.columns:
                has = cast(column, String).contains(word, autoescape=True)
                if (await connection.execute(sql_select(column).where(has).limit(1))).first() is not None:
                    found.add(f"{table.name}.{column.name}")
        schema = None if house.baobab.db.on_sqlite else "dbos"
        for name in ("workflow_status", "workflow_input", "workflow_output", "operation_outputs"):
            columns = await connection.run_sync(lambda c, name=name: inspect(c).get_columns(name, schema=schema))  # type: ignore[misc]
            where = " or ".join(f"cast({one['name']} as text) like :word" for one in columns)
            query = text(f"select 1 from {f'{schema}.' if schema else ''}{name} where {where}")
            if (await connection.execute(query, {"word": f"%{word}%"})).first() is not None:
                found.add(name)
    return found


async def member(house: House, slack_id: str) -> Member:
    (found,) = await house.rows(Member, Member.slack_id == slack_id)
    assert isinstance(found, Member)
    return found


async def test_my_data_comes_as_a_file_that_only_i_see(awake: House) -> None:
    house, slack = awake, awake.slack
    await slack.command("neema", "/thanks", "@ana for the malaria brief", "general")
    await slack.until(lambda: slack.dm("ana"))
    pressed = await slack.click(await home(house, "ana"), "privacy_download")
    await slack.again(pressed)
    assert "in a moment" in slack.shown(slack.view("ana"))
    await slack.until(lambda: slack.files_of("ana"))
    (file,) = slack.files_of("ana")
    held = json.loads(file.content)
    assert held["thanks you received"][0]["reason"] == "the malaria brief"
    assert held["profile"][0]["name"]
    assert slack.files_of("neema") == []


async def test_an_erasure_is_asked_twice_and_leaves_no_trace_but_what_counts(awake: House) -> None:
    house, slack = awake, awake.slack
    await slack.command("neema", "/thanks", "@ana and @joao for the zebra brief", "cop-malaria")
    await until_said(house, "joao", "zebra")
    await slack.click(await until_said(house, "ana", "zebra"), "thanks_show", person="ana")
    await slack.until(lambda: any("zebra" in slack.shown(one) for one in slack.messages("cop-malaria")))
    await slack.command("ana", "/thanks", "@neema for the giraffe", "general")
    await until_said(house, "neema", "giraffe")
    await slack.command("neema", "/whereshare", "malaria nets for a zebra", "general")

    await slack.click(await home(house, "neema"), "privacy_open_erase")
    form = slack.view("neema")
    assert "What goes" in slack.shown(form)
    assert "What stays" in slack.shown(form)
    assert "zebra" in (await house.rows(Thanks))[0].reason
    sent = await slack.submit(form, {"privacy_agreed": ["yes"]})
    await slack.again(sent)
    await until_said(house, "neema", "I have forgotten you")

    given, received = await house.rows(Thanks)
    assert (given.giver, given.reason, given.status) == (None, "", "counted")
    assert (received.giver, received.reason, received.status) == (ANA, "", "counted")
    assert [one.text for one in await house.rows(Route)] == [""]
    assert ((await member(house, NEEMA)).name, (await member(house, NEEMA)).erased) == ("", True)
    # Messages follow: those to others lose the words, the card too, those to her go.
    await slack.until(lambda: "zebra" not in "".join(slack.shown(one) for one in slack.dm("ana")))
    await slack.until(lambda: not any("zebra" in slack.shown(one) for one in slack.messages("cop-malaria")))
    await slack.until(lambda: len(slack.dm("neema")) == 1)

    # The id stays as a mark not to take her in, and in the arguments of the job that does this.
    marks = {"member.slack_id", "workflow_input"}
    for _ in range(30):
        traces = await places_of(house, NEEMA) - marks | await places_of(house, "zebra")
        if not traces:
            break
        await asyncio.sleep(0.3)
    assert traces | await places_of(house, "giraffe") == set()
    assert [one.act for one in await house.rows(Audit)] == ["member.erase"]


async def test_who_was_erased_comes_back_only_by_what_they_do(awake: House) -> None:
    house, slack = awake, awake.slack
    await slack.click(await home(house, "neema"), "privacy_open_erase")
    await slack.submit(slack.view("neema"), {"privacy_agreed": ["yes"]})
    await until_said(house, "neema", "I have forgotten you")

    # Neither what others do, nor a look at Home, nor a change in Slack, nor the night.
    refused = await slack.command("ana", "/thanks", "@neema for the zebra", "general")
    assert "keep nothing about them" in refused.body
    view = await home(house, "neema")
    await slack.event({"type": "user_change", "user": NEEMA})
    await house.baobab.upkeep.read_members()
    assert (await house.rows(Member, Member.slack_id == ANA))[0].locale == "es-LA"
    message = slack.post("joao", "general", "a message")
    await slack.message_shortcut("ana", "thank_author", message)
    await slack.submit(slack.view("ana"), {"reason": "the zebra"})
    for person in ("neema", "fatou"):
        slack.react(person, message, "raised_hands")
        await slack.settled()
    assert [one.slack_id for one in await house.rows(ThanksSecond)] == ["U0FATOU004"]
    assert ((await member(house, NEEMA)).name, (await member(house, NEEMA)).erased) == ("", True)
    # To look at one's data, or to ask again, is no coming back either.
    await slack.click(view, "privacy_download")
    await slack.until(lambda: slack.files_of("neema"))
    assert ((await member(house, NEEMA)).name, (await member(house, NEEMA)).erased) == ("", True)

    await slack.command("neema", "/thanks", "@ana for coming back", "general")
    assert (bool((await member(house, NEEMA)).name), (await member(house, NEEMA)).erased) == (True, False)
    assert NEEMA in [one.giver for one in await house.rows(Thanks)]


async def test_what_was_under_way_during_an_erasure_goes_a_little_later_unless_they_came_back(
    awake: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, services = awake, awake.baobab.services
    monkeypatch.setattr(jobs_erasure, "AFTER", timedelta(hours=1))
    team = Team("T0BAOBAB01", house.workspace_id)
    async with house.baobab.db.transaction() as session:
        for one in (NEEMA, ANA):
            await jobs_erasure.begin_erasure(services, session, team, one, actor="cli", cause=one)
    await house.slack.command("ana", "/whereshare", "malaria nets", "general")
    now = services.clock.now()
    for one in (NEEMA, ANA):
        row: dict[str, Any] = {"key": one, "giver": one, "reason": "late", "created_at": now, "updated_at": now}
        await house.add(Thanks(workspace_id=house.workspace_id, **row))
    async with house.baobab.db.transaction() as session:
        for one in (ANA, NEEMA):
            args = {"team_id": team.team_id, "workspace_id": team.workspace_id, "slack_id": one, "names": [one]}
            await services.jobs.enqueue(session, jobs_erasure.AFTER_TASK, f"now:{one}", args)
    for _ in range(100):
        given = [(one.giver, one.reason) for one in await house.rows(Thanks)]
        if given[0] == (None, ""):
            break
        await asyncio.sleep(0.05)
    assert given == [(None, ""), (ANA, "late")]


async def test_reasons_past_their_time_are_blank_in_the_morning(awake: House) -> None:
    house = awake
    now = house.baobab.services.clock.now()
    async with house.baobab.db.transaction() as session:
        workspace = (await session.exec(select(Workspace))).one()
        workspace.settings = {"thanks": {"keep_months": 6}}
        for key, days in (("old", 400), ("new", 30)):
            made = now - timedelta(days=days)
            words: dict[str, Any] = {
                "key": key,
                "giver": NEEMA,
                "reason": "words",
                "created_at": made,
                "updated_at": made,
            }
            session.add(Thanks(workspace_id=house.workspace_id, **words))
        await house.baobab.jobs.enqueue(session, "thanks.retention", "night", {})

    async def blank() -> list[tuple[str, str]]:
        return [(one.key, one.reason) for one in await house.rows(Thanks)]

    for _ in range(100):
        if await blank() == [("old", ""), ("new", "words")]:
            break
        await asyncio.sleep(0.05)
    assert await blank() == [("old", ""), ("new", "words")]


async def test_an_admin_does_both_from_the_command_line(awake: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house, slack = awake, awake.slack
    await slack.command("neema", "/thanks", "@ana for the malaria brief", "general")
    monkeypatch.setenv("DATABASE_URL", str(house.baobab.settings.database_url))
    shell = CliRunner()

    async def run(*words: str, answer: str = "") -> Any:
        return await asyncio.to_thread(shell.invoke, command_line, list(words), input=answer)

    shown = await run("member", "export", NEEMA)
    assert json.loads(shown.stdout)["thanks you gave"][0]["reason"] == "the malaria brief"
    asked = await run("member", "erase", NEEMA, answer="n\n")
    assert asked.exit_code == 1
    # An operator reads of somebody else.
    assert "thanks they gave: 1" in asked.stdout
    assert "There is no way back" in asked.stdout
    assert [one.giver for one in await house.rows(Thanks)] == [NEEMA]
    done = await run("member", "erase", NEEMA, "--yes")
    assert "Erased:" in done.stdout, done.output
    assert "thanks they gave: 1" in done.stdout
    assert not re.search(r"\byours?\b|\byou\b", asked.stdout + done.stdout)
    assert [one.giver for one in await house.rows(Thanks)] == [None]
    # The running service sees to Slack.
    await slack.until(lambda: "malaria brief" not in "".join(slack.shown(one) for one in slack.dm("ana")))
