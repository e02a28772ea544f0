"""Alembic's environment: one connection, a lock so that only one process migrates, only our own tables compared."""

from typing import Any

import sqlalchemy as sa
from alembic import context
from sqlmodel import SQLModel

import models  # noqa: F401 - fills the metadata
from app.db import sync_url
from app.settings import Settings

# Any number nobody else uses: PostgreSQL's advisory locks are shared by the whole database.
MIGRATION_LOCK = 8_061_977
# Seconds to wait for another process that migrates the same file.
SQLITE_WAIT = 30


def _ours(_object: Any, name: str | None, type_: str, _reflected: bool, _compare_to: Any) -> bool:
    """Leave out the job engine's tables and the full-text index, which are no models of ours."""
    if type_ == "table":
        return name in SQLModel.metadata.tables
    return not (name or "").startswith("topic_search")


def _run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        include_object=_ours,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
        # SQLite can take a table back; Alembic does not expect it to.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SET LOCAL lock_timeout = '10s'"))
            connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
        context.run_migrations()


def _engine(url: str) -> sa.Engine:
    if not url.startswith("sqlite"):
        return sa.create_engine(url, poolclass=sa.NullPool)
    engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args={"timeout": SQLITE_WAIT})

    # Python's driver begins no transaction before DDL: two processes would make the same table, and a migration
    # that fails would be half done.
    @sa.event.listens_for(engine, "connect")
    def by_hand(connection: Any, _record: Any) -> None:
        connection.isolation_level = None

    @sa.event.listens_for(engine, "begin")
    def take_the_lock(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    engine = _engine(sync_url(context.config.attributes.get("database_url") or Settings().database_url))
    with engine.connect() as connection:
        _run(connection)
