"""Statements run on a session's connection, past the object mapper: thousands of rows, no objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CursorResult, Executable
from sqlmodel.ext.asyncio.session import AsyncSession


async def run(
    session: AsyncSession, statement: Executable, values: Mapping[str, object] | None = None
) -> CursorResult[*tuple[Any, ...]]:
    """The statement's result within the session's transaction; objects changed before are written first."""
    await session.flush()
    connection = await session.connection()
    return await connection.execute(statement, dict(values or {}))


def dialect_of(session: AsyncSession) -> str:
    """ "sqlite" or "postgresql"."""
    return session.get_bind().dialect.name
