"""The database: one writing door, one reading door. Only this module commits.

SQLite allows one writer. Many writing connections made the slowest percent wait 240-440 ms; a single one,
taken in turn, 60 ms. So on SQLite the writing pool holds one connection and reads have their own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import NotUnderstood

# Below the three seconds that Slack waits, so that a lock held elsewhere fails here, with a message, not there.
STATEMENT_TIMEOUT_MS = 2500
BUSY_TIMEOUT_MS = 2500

_SHAPES = "it should look like sqlite:///var/baobab.db or postgresql://user:password@host/name"


class UnknownDatabase(NotUnderstood, ValueError):
    """DATABASE_URL is no address of a database we know; the message does not repeat it, for its password's sake."""


def async_url(url: str) -> URL:
    """The URL for SQLAlchemy's async engines, by aiosqlite or psycopg; `UnknownDatabase` for any other."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise UnknownDatabase(f"DATABASE_URL cannot be read: {_SHAPES}.") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return parsed.set(drivername="sqlite+aiosqlite")
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    raise UnknownDatabase(f"DATABASE_URL names {backend}: {_SHAPES}.")


def sync_url(url: str) -> str:
    """The URL for blocking tools (migrations, the job engine): sqlite:/// or postgresql+psycopg://."""
    parsed = async_url(url)
    driver = "sqlite" if parsed.get_backend_name() == "sqlite" else "postgresql+psycopg"
    return parsed.set(drivername=driver).render_as_string(hide_password=False)


def insert(session: AsyncSession, table: type[Any]) -> Any:
    """An INSERT of the session's database that knows ON CONFLICT."""
    return sqlite.insert(table) if session.get_bind().dialect.name == "sqlite" else postgresql.insert(table)


class Database:
    """Two doors to one database: `transaction()` to write, `read_only()` to read."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = async_url(url)
        self.on_sqlite = self.url.get_backend_name() == "sqlite"
        if self.on_sqlite:
            if self.url.database:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            self._writer = _sqlite_engine(self.url, pool_size=1, query_only=False)
            self._reader = _sqlite_engine(self.url, pool_size=4, query_only=True)
        else:
            self._writer = self._reader = create_async_engine(
                self.url,
                pool_size=pool_size,
                max_overflow=0,
                pool_pre_ping=True,
                connect_args={"options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC"},
            )
        # A session used after its door closed is a bug; make it loud.
        self._write = async_sessionmaker(
            self._writer, class_=AsyncSession, expire_on_commit=False, close_resets_only=False
        )
        self._read = async_sessionmaker(
            self._reader, class_=AsyncSession, expire_on_commit=False, close_resets_only=False
        )

    @property
    def engine(self) -> AsyncEngine:
        """The writing engine, for bulk loads that manage their own statements."""
        return self._writer

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction: commits when the block ends well, rolls back when it raises."""
        async with self._write.begin() as session:
            yield session

    @asynccontextmanager
    async def read_only(self) -> AsyncIterator[AsyncSession]:
        """A session for reading; nothing done in it is kept."""
        # Closing rolls back without expiring what was read, so that rows can be used after the door is shut.
        async with self._read() as session:
            yield session

    async def scrub_deleted(self) -> None:
        """Overwrite what was deleted from `poll_key`, as far as a database can: its file, its log of changes."""
        if self.on_sqlite:
            # The pages are overwritten already (secure_delete); the log still holds what they were.
            async with self._writer.connect() as connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                await connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
            return
        async with self._writer.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.exec_driver_sql("vacuum full poll_key")

    async def close(self) -> None:
        """Give all connections back."""
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()


def _sqlite_engine(url: URL, *, pool_size: int, query_only: bool) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=pool_size, max_overflow=0, pool_timeout=30)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # Writers take the lock at once: upgrading from a read lock fails instead of waiting.
        connection.isolation_level = None if query_only else "IMMEDIATE"
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=wal",
            "foreign_keys=on",
            "synchronous=full",
            f"query_only={'on' if query_only else 'off'}",
        ):
            cursor.execute(f"pragma {pragma}")
        cursor.close()

    return engine
