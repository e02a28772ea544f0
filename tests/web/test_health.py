"""Whether the process lives, whether it can work, and what Prometheus reads: truthful, and free of secrets."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from app.bootstrap import Baobab
from app.clock import StillClock
from app.jobs.engine import Role
from app.main import create_app
from app.routing.ranking.encoders import NoEncoders
from app.settings import Settings

SECRETS = {
    "slack_signing_secret": "signing-secret-of-the-tests",
    "slack_bot_token": "bot-token-of-the-tests",
    "discourse_api_key": "forum-key-of-the-tests",
    "discourse_webhook_secret": "webhook-secret-of-the-tests",
    "secret_key": "session-secret-of-the-tests",
}
OURS = {
    "baobab_slack_request_seconds",
    "baobab_routes",
    "baobab_unexpected_failures",
    "baobab_jobs",
    "baobab_jobs_now",
    "baobab_jobs_oldest_waiting_seconds",
    "baobab_job_step_failures",
    "baobab_timers_fired",
    "baobab_intake_accepted",
}


class Served:
    """A Baobab that answers requests; what it would do in the background is not started."""

    def __init__(self, database_url: str, clock: StillClock, role: Role = "all") -> None:
        settings = Settings(
            _env_file=None,
            database_url=database_url,
            slack_api_url="http://127.0.0.1:9/api/",
            discourse_url="http://127.0.0.1:9",
            **SECRETS,  # type: ignore[arg-type]
        )
        self.baobab = Baobab(settings, role=role, clock=clock, encoders=NoEncoders())
        transport = httpx.ASGITransport(app=create_app(self.baobab), raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://baobab")

    async def get(self, path: str) -> httpx.Response:
        answer = await self.client.get(path)
        for secret in SECRETS.values():
            assert secret not in answer.text + str(answer.headers)
        return answer

    async def close(self) -> None:
        await self.client.aclose()
        await self.baobab.close()


@pytest.fixture
async def served(database_url: str, clock: StillClock) -> AsyncIterator[Served]:
    """On a fresh, migrated database."""
    made = Served(database_url, clock)
    yield made
    await made.close()


async def test_a_fresh_house_lives_and_is_ready(served: Served) -> None:
    assert (await served.get("/healthz")).json() == {"status": "ok"}
    ready = await served.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"ready": True, "checks": {"database": "ok", "migrations": "ok", "jobs": "ok"}}


async def test_a_database_that_is_behind_is_not_ready_and_says_what_to_do(served: Served) -> None:
    async with served.baobab.db.transaction() as session:
        await session.exec(text("update alembic_version set version_num = '0000'"))  # type: ignore[call-overload]
    ready = await served.get("/readyz")
    assert ready.status_code == 503
    assert "run migrate" in ready.json()["checks"]["migrations"]
    assert (await served.get("/healthz")).status_code == 200


async def test_a_queue_that_nobody_works_on_is_not_ready(database_url: str, clock: StillClock) -> None:
    served = Served(database_url, clock, role="web")
    jobs = served.baobab.jobs
    await jobs.start()
    async with served.baobab.db.transaction() as session:
        await jobs.enqueue(session, "forum.sync", "waits", {})
    clock.move(datetime.now(UTC) - clock.now() + timedelta(seconds=200))
    assert (await served.get("/readyz")).status_code == 200
    clock.move(timedelta(hours=1))
    ready = await served.get("/readyz")
    await jobs.stop()
    await served.close()
    assert ready.status_code == 503
    assert "does a worker run?" in ready.json()["checks"]["jobs"]


async def test_an_empty_database_is_not_ready_and_breaks_nothing(tmp_path: Path, clock: StillClock) -> None:
    served = Served(f"sqlite:///{tmp_path}/empty.db", clock)
    ready = await served.get("/readyz")
    assert ready.status_code == 503
    assert "run migrate" in ready.json()["checks"]["migrations"]
    assert (await served.get("/healthz")).status_code == 200
    await served.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_database_that_is_gone_is_not_ready_and_its_address_stays_ours(
    kind: str, tmp_path: Path, clock: StillClock
) -> None:
    folder = tmp_path / "folder-of-the-tests"
    urls = {
        "sqlite": f"sqlite:///{folder}/no.db",
        "postgresql": "postgresql://me:pass-of-the-tests@127.0.0.1:1/baobab",
    }
    served = Served(urls[kind], clock)
    shutil.rmtree(folder, ignore_errors=True)
    ready = await served.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["checks"] == {"database": "cannot be reached"}
    assert "of-the-tests" not in ready.text
    assert (await served.get("/healthz")).status_code == 200
    assert (await served.get("/metrics")).status_code == 200
    await served.close()


async def test_prometheus_can_read_the_metrics_and_finds_ours(served: Served) -> None:
    await served.get("/readyz")
    answer = await served.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    families = list(text_string_to_metric_families(answer.text))
    names = [family.name for family in families]
    assert len(names) == len(set(names))
    assert OURS - set(names) == set()
    assert all(family.documentation for family in families)
    assert [family.name for family in families if not family.name.startswith("baobab_")] == []


async def test_nothing_else_is_told_to_passers_by(served: Served) -> None:
    for path in ("/docs", "/redoc", "/openapi.json", "/.env", "/slack/events/..%2f..%2f.env"):
        assert (await served.get(path)).status_code == 404
