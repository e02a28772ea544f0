"""A workspace of four for the tests of privacy, and where in the database a word stands."""

from __future__ import annotations

from sqlalchemy import LargeBinary, String, cast
from sqlalchemy import select as sql_select
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from app.clock import StillClock
from app.db import Database
from app.members.rules import Profile
from app.members.service import ensure_workspace, note_members
from app.thanks import service
from app.thanks.shapes import Named, Place, Wish

ANA, BO, CY, DI = "U0ANA", "U0BO", "U0CY", "U0DI"


async def a_workspace(db: Database, clock: StillClock) -> int:
    """A workspace with its four people; its id."""
    async with db.transaction() as session:
        workspace = await ensure_workspace(session, "T1", "One", clock.now())
        workspace.settings = {"thanks": {"quiet_from": "00:00", "quiet_to": "00:00"}}
        people = [Profile(one, "T1", f"Name of {one}", zone="Asia/Kathmandu") for one in (ANA, BO, CY, DI)]
        await note_members(session, workspace.id or 0, people, clock.now())
    return workspace.id or 0


async def give(
    db: Database, here: int, clock: StillClock, giver: str, *people: str, reason: str = "the brief"
) -> str:
    async with db.transaction() as session:
        wish = Wish(giver, tuple(Named(one) for one in people), reason, place=Place("C1", "public", "1.1"))
        thanks, _ = await service.give(session, here, clock.fresh_id(), wish, clock.now())
        return thanks.key


async def places_of(session: AsyncSession, word: str) -> list[str]:
    """Every column of every table in which a word stands, as `table.column`."""
    found = []
    connection = await session.connection()
    for table in SQLModel.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, LargeBinary):
                continue
            has = cast(column, String).contains(word, autoescape=True)
            if (await connection.execute(sql_select(column).where(has).limit(1))).first() is not None:
                found.append(f"{table.name}.{column.name}")
    return found
