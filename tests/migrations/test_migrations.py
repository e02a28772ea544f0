"""Migrations: one line of them, there and back, harmless when repeated or run by two at once, equal to the models."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import make_url
from sqlmodel import SQLModel

import models
from app import migrate
from app.db import sync_url
from app.jobs.store import prepare

ROOT = Path(__file__).parents[2]

# What runs out there may stand at any of these, as people update when they like.
REVISIONS = [one.revision for one in ScriptDirectory.from_config(migrate.configuration("sqlite://")).walk_revisions()]

# The machinery's own tables serve all workspaces together; the workspace is itself; the index hangs on `topic`.
SHARED = {"receipt", "sent", "lane", "beat", "timer", "workspace"}


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with nothing in it; on SQLite not even the file is there."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/new folder/empty.db"
        return
    name = f"migrations_{uuid4().hex[:12]}"
    admin = os.environ["TEST_POSTGRES_URL"]
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield make_url(admin).set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def tables(url: str) -> set[str]:
    """Names of the tables of the public schema, without Alembic's own."""
    engine = sa.create_engine(sync_url(url), poolclass=sa.NullPool)
    with engine.connect() as connection:
        return set(sa.inspect(connection).get_table_names()) - {"alembic_version"}


def revision(url: str) -> str | None:
    engine = sa.create_engine(sync_url(url), poolclass=sa.NullPool)
    with engine.connect() as connection:
        return migrate.current_revision(connection)


def in_a_process_of_its_own(url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "import sys; from app import migrate; migrate.upgrade(sys.argv[1])", url],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_there_is_one_line_of_revisions() -> None:
    scripts = ScriptDirectory.from_config(migrate.configuration("sqlite://"))
    assert scripts.get_heads() == [migrate.newest_revision()]
    assert len(scripts.get_bases()) == 1
    assert all(one.doc and one.module.downgrade for one in scripts.walk_revisions())


def test_an_empty_database_gets_every_table_and_again_changes_nothing(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    first = tables(empty_url)
    assert set(SQLModel.metadata.tables) <= first
    assert revision(empty_url) == migrate.newest_revision()
    migrate.upgrade(empty_url)
    assert tables(empty_url) == first


def test_the_migrated_database_is_what_the_models_say(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    # The job engine's tables may be there already; they are its own business.
    prepare(empty_url)
    command.check(migrate.configuration(empty_url))


def test_the_way_back_leaves_nothing(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    command.downgrade(migrate.configuration(empty_url), "base")
    assert tables(empty_url) == set()
    assert revision(empty_url) is None
    migrate.upgrade(empty_url)
    assert revision(empty_url) == migrate.newest_revision()


@pytest.mark.parametrize("earlier", REVISIONS[:0:-1])
def test_a_database_in_use_at_any_earlier_revision_can_be_brought_to_today(empty_url: str, earlier: str) -> None:
    migrate.upgrade(empty_url, earlier)
    in_use = a_row_in_every_table(empty_url)
    migrate.upgrade(empty_url)
    kept = {name: rows(empty_url, name) for name in in_use}
    assert kept == dict.fromkeys(in_use, 1)
    command.check(migrate.configuration(empty_url))


def a_row_in_every_table(url: str) -> list[str]:
    """Put a row into each table, with something in every column; gives the tables' names."""
    engine = sa.create_engine(sync_url(url), poolclass=sa.NullPool)
    found = sa.MetaData()
    with engine.begin() as connection:
        found.reflect(connection)
        # The index of words is the database's own business.
        held = [table for table in found.sorted_tables if table.name in SQLModel.metadata.tables]
        for table in held:
            connection.execute(table.insert().values({one.name: something(one) for one in table.columns}))
    return [table.name for table in held]


def something(column: sa.Column[Any]) -> Any:
    """A value that the column takes; numbers and names are alike everywhere, so that references lead somewhere."""
    given: dict[type, Any] = {
        bool: True,
        int: 1,
        float: 0.5,
        str: "T1",
        bytes: b"1",
        datetime: datetime(2026, 1, 1, tzinfo=UTC),
        date: date(2026, 1, 1),
        dict: {},
    }
    kind = dict if isinstance(column.type, sa.JSON) else column.type.python_type
    return given[kind]


def rows(url: str, table: str) -> int:
    """How many rows a table holds."""
    engine = sa.create_engine(sync_url(url), poolclass=sa.NullPool)
    with engine.connect() as connection:
        return int(connection.execute(sa.text(f'select count(*) from "{table}"')).scalar_one())


def test_recipients_take_over_when_they_were_thanked(empty_url: str) -> None:
    migrate.upgrade(empty_url, "0004")
    engine = sa.create_engine(sync_url(empty_url), poolclass=sa.NullPool)
    moments = ["2026-01-01 08:00:00.000001", "2026-02-02 09:00:00.000000"]
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "insert into workspace (id, team_id, name, locale, zone, knowledge_team, settings, created_at) "
                "values (1, 'T1', 'One', 'en', 'UTC', '[]', '{}', '2026-01-01 00:00:00.000000')"
            )
        )
        for number, moment in enumerate(moments, 1):
            connection.execute(
                sa.text(
                    "insert into thanks (workspace_id, id, key, reason, value, source, status, hidden, channel_id, "
                    "channel_kind, message_ts, forum_url, cost, created_at, updated_at) values (1, :id, :key, 'r', "
                    "'', 'form', 'counted', false, '', '', '', '', 1, :at, '2026-03-03 00:00:00.000000')"
                ),
                {"id": number, "key": f"k{number}", "at": moment},
            )
            connection.execute(
                sa.text(
                    "insert into thanks_recipient (workspace_id, id, thanks_id, slack_id, by_group, choice, "
                    "shown_in, told_channel, told_ts) values (1, :id, :id, 'U1', '', '', '', '', '')"
                ),
                {"id": number},
            )
    migrate.upgrade(empty_url)
    both = "select r.created_at, t.created_at from thanks_recipient r join thanks t on t.id = r.thanks_id"
    with engine.connect() as connection:
        found = connection.execute(sa.text(both)).all()
    assert len(found) == 2 and all(one == other and one for one, other in found)


def test_two_processes_that_migrate_at_once_do_no_harm(empty_url: str) -> None:
    both = [in_a_process_of_its_own(empty_url) for _ in range(2)]
    said = [one.communicate(timeout=60) for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    assert revision(empty_url) == migrate.newest_revision()
    command.check(migrate.configuration(empty_url))


def test_a_migration_that_fails_leaves_nothing_half_done(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_dialect: str) -> list[str]:
        return ["create table topic_search_half (x integer)", "this is no statement"]

    with monkeypatch.context() as patched:
        patched.setattr("app.routing.prior.schema.upgrade", broken)
        with pytest.raises(sa.exc.DBAPIError):
            migrate.upgrade(empty_url)
    assert tables(empty_url) == set()
    migrate.upgrade(empty_url)
    assert revision(empty_url) == migrate.newest_revision()


def test_every_row_belongs_to_a_workspace() -> None:
    assert models.__all__
    for name, table in SQLModel.metadata.tables.items():
        if name in SHARED:
            assert "workspace_id" not in table.columns, name
            continue
        column = table.columns["workspace_id"]
        assert not column.nullable, name
        (key,) = column.foreign_keys
        assert key.target_fullname == "workspace.id", name
        assert key.ondelete == "CASCADE", name
        assert any("workspace_id" in index.columns for index in table.indexes), name


def test_nothing_but_models_and_the_search_index_is_made(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    extra = tables(empty_url) - set(SQLModel.metadata.tables)
    assert {name for name in extra if not name.startswith("topic_search")} == set()
