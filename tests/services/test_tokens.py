"""Tokens of programs: shown once, kept as hashes, ending, revocable, audited; and their commands."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import text

from app.audit.queries import of_subject
from app.clock import StillClock, SystemClock
from app.db import Database
from app.errors import NotFound, NotUnderstood, Refused
from app.logs import redact, set_up_logs
from app.tokens import queries, rules, service
from models import ApiToken, Workspace

SCOPE = "recognition:read"


@pytest.fixture
async def house(db: Database, clock: StillClock) -> AsyncIterator[Database]:
    async with db.transaction() as session:
        session.add(Workspace(id=1, team_id="T1", name="One", created_at=clock.now()))
        session.add(Workspace(id=2, team_id="T2", name="Two", created_at=clock.now()))
    yield db


async def make(db: Database, clock: StillClock, name: str = "", *, workspace_id: int = 1, **more: object) -> str:
    async with db.transaction() as session:
        made = await service.create(
            session,
            workspace_id,
            scopes=[SCOPE],
            name=name,
            fresh_id=SystemClock().fresh_id,
            actor="cli",
            now=clock.now(),
            **more,  # type: ignore[arg-type]
        )
    assert made.text not in repr(made)
    return made.text


async def found(db: Database, token: str) -> ApiToken | None:
    async with db.read_only() as session:
        return await queries.by_text(session, token)


async def test_a_token_is_long_random_and_kept_only_as_a_hash(house: Database, clock: StillClock) -> None:
    token = await make(house, clock, "warehouse")
    other = await make(house, clock, "another")
    assert token.startswith("bao_") and len(token) >= 4 + 43 and token != other
    async with house.read_only() as session:
        everything = str((await session.exec(text("select * from api_token"))).all())  # type: ignore[call-overload]
        everything += str((await session.exec(text("select * from audit"))).all())  # type: ignore[call-overload]
    assert token not in everything and token[4:] not in everything
    row = await found(house, token)
    assert row is not None and (row.name, row.start, row.scopes) == ("warehouse", token[:8], [SCOPE])
    assert row.expires_at == clock.now() + timedelta(days=365)
    for wrong in ("", "bao_", token[:-1], token + "x", token.swapcase(), "Bearer " + token, "bao_" + "é" * 50):
        assert await found(house, wrong) is None


async def test_it_ends_when_it_should_and_at_once_when_revoked(house: Database, clock: StillClock) -> None:
    day, ever = await make(house, clock, "a day", days=1), await make(house, clock, "for ever", days=None)

    async def states() -> list[str]:
        rows = [await found(house, one) for one in (day, ever)]
        return [rules.state_of(one.expires_at, one.revoked_at, clock.now()) for one in rows if one]

    clock.move(timedelta(days=1) - timedelta(seconds=1))
    assert await states() == ["active", "active"]
    clock.move(timedelta(seconds=1))
    assert await states() == ["expired", "active"]
    async with house.transaction() as session:
        assert await service.revoke(session, 1, "for ever", actor="U1", now=clock.now())
        assert not await service.revoke(session, 1, "for ever", actor="U1", now=clock.now()), "once is enough"
        with pytest.raises(NotFound, match="a day, for ever"):
            await service.revoke(session, 1, "nobody's", actor="U1", now=clock.now())
        with pytest.raises(NotFound, match="No token was made yet"):
            await service.revoke(session, 2, "for ever", actor="U1", now=clock.now())
    assert await states() == ["expired", "revoked"]
    async with house.read_only() as session:
        acts = [(one.act, one.actor) for one in await of_subject(session, 1, "token:for ever")]
    assert acts == [("token.revoke", "U1"), ("token.create", "cli")]


async def test_names_are_used_once_in_a_workspace_and_made_up_where_none_is_given(
    house: Database, clock: StillClock
) -> None:
    await make(house, clock, " ware  house ")
    with pytest.raises(Refused, match="'ware house'"):
        await make(house, clock, "ware house")
    await make(house, clock, "ware house", workspace_id=2)
    await make(house, clock)
    await make(house, clock)
    async with house.read_only() as session:
        names = [one.name for one in await queries.all_tokens(session, 1)]
    assert names == ["ware house", "recognition-2026-11-23", "recognition-2026-11-23-2"]
    at_once = await asyncio.gather(*(make(house, clock, "racing") for _ in range(5)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in at_once) == ["Refused"] * 4 + ["str"]


async def test_what_makes_no_sense_is_refused_kindly(house: Database, clock: StillClock) -> None:
    for wrong, said in (
        ({"days": 0}, "--never-expires"),
        ({"days": 3651}, "3650"),
        ({"name": "x" * 101}, "100 letters"),
        ({"name": "a\x00b"}, "such as warehouse"),
    ):
        with pytest.raises(NotUnderstood, match=said):
            await make(house, clock, **wrong)  # type: ignore[arg-type]
    for scopes, said in (
        (["recognition:raed"], "Did you mean recognition:read"),
        (["*"], "There are"),
        ([], "--scope"),
    ):
        with pytest.raises(NotUnderstood, match=said):
            rules.checked_scopes(scopes)
    async with house.read_only() as session:
        assert await queries.all_tokens(session, 1) == ()


async def test_its_last_use_is_written_at_most_once_a_minute(house: Database, clock: StillClock) -> None:
    token = await make(house, clock, "busy")
    written = []
    for seconds in (0, 30, 29, 1, 60):
        clock.move(timedelta(seconds=seconds))
        row = await found(house, token)
        assert row is not None and row.id is not None
        due = rules.use_is_due(row.last_used_at, clock.now())
        async with house.transaction() as session:
            await service.note_use(session, row.id, clock.now())
        after = await found(house, token)
        assert after is not None
        assert (after.last_used_at == clock.now()) is due
        written.append(due)
    assert written == [True, False, False, True, True]


def test_a_token_never_reaches_a_log() -> None:
    token = rules.token_of(SystemClock().fresh_id(), SystemClock().fresh_id())
    stream = io.StringIO()
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        set_up_logs("json", stream)
        log = structlog.get_logger("test")
        log.warning(
            f"asked with {token}", url=f"/api/v1/recognition?access={token}", header=f"Bearer {token}", x=[token]
        )
        logging.getLogger("library").warning("asked with %s", token)
    finally:
        logging.getLogger().handlers[:] = handlers
        logging.getLogger().setLevel(level)
        structlog.reset_defaults()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert len(lines) == 2
    assert token[4:] not in stream.getvalue()
    assert redact("bao_bab is a tree") == "bao_bab is a tree"
