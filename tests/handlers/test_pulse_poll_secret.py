"""Secret means secret: with the whole database in hand, before and after the close."""

from __future__ import annotations

import hmac
import sqlite3
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from app.db import sync_url
from models import Poll, PollKey, PollText, PollVote
from tests.house import House, a_house
from tests.polling import WEBINAR, board, make, says, the_poll, told, vote, votes

SECRET = "a-server-secret"
CHOSE = {"mateo": 1, "neema": 1, "ana": 2, "layla": 3, "fatou": 1, "joao": 2}


def everything(database_url: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, the job engine's too, as a thief of the database would read it."""
    engine = sa.create_engine(sync_url(database_url), poolclass=sa.NullPool)
    found: dict[str, list[dict[str, Any]]] = {}
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        schemas = [one for one in inspector.get_schema_names() if one not in ("information_schema", "pg_catalog")]
        for schema in schemas:
            for name in inspector.get_table_names(schema):
                if name.startswith("topic_search"):
                    continue
                where = f'"{schema}"."{name}"'
                found[f"{schema}.{name}"] = [
                    dict(row) for row in connection.execute(sa.text(f"select * from {where}")).mappings()
                ]
    return found


def naming(dump: dict[str, list[dict[str, Any]]], *words: str) -> list[tuple[str, dict[str, Any]]]:
    """The rows in which all of these words stand."""
    return [(table, row) for table, rows in dump.items() for row in rows if all(word in str(row) for word in words)]


async def test_without_a_secret_key_there_are_no_secret_polls(database_url: str) -> None:
    async with a_house(database_url, secret_key="") as house:
        await house.slack.command("claire", "/pulse-poll", WEBINAR + " --secret", "general")
        assert "SECRET_KEY" in house.slack.shown(house.slack.ephemeral("claire"))
        assert await house.rows(Poll) == []
        await house.slack.command("claire", "/pulse-poll", WEBINAR, "general")
        assert len(await house.rows(Poll)) == 1


async def test_no_row_links_a_person_to_a_choice_once_it_is_closed(database_url: str) -> None:
    async with a_house(database_url, secret_key=SECRET) as house:
        message = await make(house, WEBINAR + " --secret --results always")
        assert "Secret from everyone" in board(house)
        for person, number in list(CHOSE.items())[:4]:
            await vote(house, message, person, number)
        shown = await says(house, "4 people voted")
        # Under five nothing is told, not to the creator either.
        assert (
            "Results are shown from five voters on; with fewer they never are" in shown
            and "█" not in shown
            and "░" not in shown
        )
        await house.slack.click(message, "poll_manage", person="claire")
        assert "So far fewer than five people voted" in house.slack.shown(house.slack.view("claire"))
        assert "Voters so far: 4. With fewer than five its results are never shown" in str(
            house.slack.view("claire").blocks
        )
        for person, number in list(CHOSE.items())[4:]:
            await vote(house, message, person, number)
        await says(house, "Very\n█████░░░░░ 3 · 50%")
        assert "Very" in house.slack.shown(await told(house, "mateo", "Your vote is counted"))
        people = {one: house.slack.who(one) for one in CHOSE}

        # Before the close: no row names a voter. Whoever has the database and SECRET_KEY can try people one by one.
        open_dump = everything(database_url)
        for table in ("poll_vote", "poll_text", "poll_key", "receipt"):
            rows = next(rows for name, rows in open_dump.items() if name.endswith(f".{table}"))
            assert not [row for row in rows if any(one in str(row) for one in people.values())]
        found = _tried(open_dump, people, SECRET)
        assert found == CHOSE
        assert _tried(open_dump, people, "not-the-secret") == {}

        stored = _place_of_keys(database_url)
        await house.slack.click(house.slack.view("claire"), "poll_close")
        await says(house, "Closed")
        await house.slack.until(lambda: house.slack.dm("claire"))
        poll = await the_poll(house)
        dump = everything(database_url)
        assert await house.rows(Poll, Poll.state == "closed")
        assert _tried(dump, people, SECRET) == {}
        tokens = {row["voter"] for row in _votes(open_dump)}
        # The choices are what they were; tokens and key are nowhere any more.
        assert Counter(row["option"] for row in _votes(dump)) == Counter(CHOSE.values())
        assert not [token for token in tokens if naming(dump, token)]
        key = _rows(open_dump, "poll_key")[0]["key"]
        assert _rows(dump, "poll_key") == [] and not naming(dump, key)
        # No row anywhere, of jobs and receipts too, holds one of the voters together with this poll.
        for who in people.values():
            assert not naming(dump, who, poll.key)
        await house.slack.click(message, "poll_manage", person="claire")
        assert "poll_reopen" not in house.slack.actions(house.slack.view("claire"))
        if database_url.startswith("sqlite"):
            _nothing_left_in_the_file(database_url, key)
        else:
            assert _place_of_keys(database_url) != stored


async def test_with_fewer_than_five_it_is_said_before_that_nothing_will_ever_be_shown(database_url: str) -> None:
    words = "Results are shown from five voters on; with fewer they never are"
    async with a_house(database_url, secret_key=SECRET) as house:
        message = await make(house, WEBINAR + " --secret")
        assert words in board(house)
        assert words in house.slack.shown(house.slack.ephemerals("claire")[0])
        await vote(house, message, "mateo", 1)
        await says(house, "1 person voted")
        await house.slack.click(message, "poll_manage", person="claire")
        tools = house.slack.view("claire")
        assert words in house.slack.shown(tools)
        (sure,) = [
            one["confirm"]["text"]["text"]
            for block in tools.blocks
            for one in block.get("elements", ())
            if one.get("action_id") == "poll_close"
        ]
        assert "cannot be opened again. Voters so far: 1. With fewer than five its results are never shown" in sure
        await house.slack.click(tools, "poll_close")
        shown = await says(house, "Closed")
        assert words not in shown
        assert "Fewer than five people voted, so the results are never shown" in shown
        await house.slack.command("claire", "/pulse-poll", WEBINAR, "general")
        assert words not in house.slack.shown(house.slack.ephemerals("claire")[-1])


def _tried(dump: dict[str, Any], people: dict[str, str], secret: str) -> dict[str, int]:
    """What somebody finds who has all rows and a SECRET_KEY, and tries every person."""
    choices = {row["voter"]: row["option"] for row in _votes(dump)}
    found = {}
    for row in _rows(dump, "poll_key"):
        joined = hmac.digest(secret.encode(), bytes.fromhex(row["key"]), "sha256")
        for name, slack_id in people.items():
            token = hmac.new(joined, slack_id.encode(), sha256).hexdigest()
            if token in choices:
                found[name] = choices[token]
    return found


def _rows(dump: dict[str, Any], table: str) -> list[dict[str, Any]]:
    return next(rows for name, rows in dump.items() if name.endswith(f".{table}"))


def _votes(dump: dict[str, Any]) -> list[dict[str, Any]]:
    return _rows(dump, "poll_vote")


def _place_of_keys(database_url: str) -> int | None:
    """The number of the file in which PostgreSQL keeps the keys: another one once they are written anew."""
    if database_url.startswith("sqlite"):
        return None
    engine = sa.create_engine(sync_url(database_url), poolclass=sa.NullPool)
    with engine.connect() as connection:
        return int(connection.execute(sa.text("select pg_relation_filenode('poll_key')")).scalar_one())


def _nothing_left_in_the_file(database_url: str, key: str) -> None:
    """Not even in pages that are free now, nor in the log of changes."""
    file = Path(database_url.removeprefix("sqlite:///"))
    for one in (file, file.with_name(file.name + "-wal")):
        if one.exists():
            assert key.encode() not in one.read_bytes(), one.name
    assert sqlite3.connect(file).execute("pragma integrity_check").fetchone() == ("ok",)


async def test_a_vote_leaves_no_time_and_no_order(database_url: str) -> None:
    async with a_house(database_url, secret_key=SECRET) as house:
        message = await make(house, WEBINAR + " --secret")
        for person, number in CHOSE.items():
            await vote(house, message, person, number)
        await says(house, "6 people voted")
        kinds = {column.name: type(column.type).__name__ for column in PollVote.__table__.columns}  # type: ignore[attr-defined]
        assert set(kinds) == {"workspace_id", "poll_id", "voter", "question", "option", "rank"}
        if database_url.startswith("sqlite"):
            # Kept in the order of the tokens, without a hidden number for each row.
            engine = sa.create_engine(sync_url(database_url), poolclass=sa.NullPool)
            with engine.connect() as connection:
                stored = connection.execute(sa.text("select voter from poll_vote")).scalars().all()
                assert stored == sorted(stored)
                with pytest.raises(sa.exc.OperationalError, match="rowid"):
                    connection.execute(sa.text("select rowid from poll_vote"))


async def test_without_its_key_or_with_another_secret_nobody_votes_twice(database_url: str) -> None:
    async with a_house(database_url, secret_key=SECRET) as house:
        message = await make(house, WEBINAR + " --secret")
        async with house.baobab.db.transaction() as session:
            key = (await session.exec(select(PollKey))).one()
            key.under = "another secret"
        await vote(house, message, "mateo", 1)
        await told(house, "mateo", "can take no more votes")
        assert await _nothing(house)


async def test_after_a_change_of_the_secret_it_still_closes_and_forgets_who(database_url: str) -> None:
    async with a_house(database_url, secret_key=SECRET) as house:
        message = await make(house, WEBINAR + " --secret --close 2d")
        for person, number in CHOSE.items():
            await vote(house, message, person, number)
        await says(house, "6 people voted")
        async with house.baobab.db.transaction() as session:
            key = (await session.exec(select(PollKey))).one()
            key.under = "another secret"
        before = {voter for voter, _ in await votes(house)}
        await house.slack.click(message, "poll_manage", person="claire")
        await house.slack.click(house.slack.view("claire"), "poll_remind_now")
        await house.slack.click(house.slack.view("claire"), "poll_close")
        await says(house, "Very\n█████░░░░░ 3 · 50%")
        await house.slack.until(lambda: any("closed" in house.slack.shown(one) for one in house.slack.dm("claire")))
        assert (await the_poll(house)).reach == {}
        after = {voter for voter, _ in await votes(house)}
        assert len(after) == len(CHOSE) and not before & after
        # Nobody is asked to vote where nobody can.
        assert [house.slack.dm(one) for one in ("mateo", "neema", "fatou")] == [[], [], []]


async def _nothing(house: House) -> bool:
    async with house.baobab.db.read_only() as session:
        return not (await session.exec(select(PollVote))).all() and not (await session.exec(select(PollText))).all()
