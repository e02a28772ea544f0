"""A long read of its own: one consistent state of the database, without a time limit, in nobody's way.

Sessions of `app.db` end a statement after some seconds, which is right for requests. An export reads for minutes,
from a thread. SQLite's log and PostgreSQL's row versions keep its state while others write on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, event
from sqlalchemy.sql import Executable

from app.db import BUSY_TIMEOUT_MS, sync_url

ROWS_AT_ONCE = 2_000


class Snapshot:
    """One state of the database. Blocking: use it in a thread."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.on_sqlite = connection.dialect.name == "sqlite"

    def all(self, query: Executable) -> Sequence[Any]:
        """All rows of a small answer."""
        return self._connection.execute(query).all()

    def batches(self, query: Executable) -> Iterator[Sequence[Any]]:
        """The rows of an answer of any length, as they come."""
        size = ROWS_AT_ONCE
        options = {"stream_results": True, "max_row_buffer": size}
        with self._connection.execute(query, execution_options=options) as answer:
            # One row was read ahead; the rest are the driver's own: what the queries ask for needs no conversion,
            # and objects for a million rows take longer than reading them.
            if first := answer.fetchmany(1):
                yield [tuple(row) for row in first]
            cursor: Any = answer.cursor
            while first and (rows := cursor.fetchmany(size)):
                yield rows


@contextmanager
def snapshot(url: str) -> Iterator[Snapshot]:
    """Open a snapshot; nothing can be written through it."""
    parsed = sync_url(url)
    on_sqlite = parsed.startswith("sqlite")
    told = {} if on_sqlite else {"options": "-c statement_timeout=0 -c timezone=UTC"}
    engine = create_engine(parsed, poolclass=NullPool, connect_args=told)
    if on_sqlite:
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    else:
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    try:
        with engine.connect() as connection, connection.begin():
            yield Snapshot(connection)
    finally:
        engine.dispose()


def _prepare(connection: Any, _record: Any) -> None:
    # Python's driver begins no transaction for a read.
    connection.isolation_level = None
    for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "query_only=on"):
        connection.execute(f"pragma {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("begin")
