"""A served API over a small log, for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx

from app.bootstrap import Baobab
from app.clock import StillClock, SystemClock
from app.main import create_app
from app.routing.ranking.encoders import NoEncoders
from app.settings import Settings
from app.tokens import service as tokens
from models import Community, Member, Thanks, ThanksRecipient, Workspace

BASE = "/api/v1/recognition"
PEOPLE = {"U0ANA00003": "Ana", "U0JOAO0002": "João", "U0GRACE004": "Grace"}
ANA, JOAO, GRACE = PEOPLE


class Api:
    """An API that answers; what Baobab would do in the background is not started."""

    def __init__(self, database_url: str, clock: StillClock) -> None:
        settings = Settings(_env_file=None, database_url=database_url, slack_api_url="http://127.0.0.1:9/api/")
        self.clock = clock
        self.baobab = Baobab(settings, clock=clock, encoders=NoEncoders())
        self.db = self.baobab.db
        transport = httpx.ASGITransport(app=create_app(self.baobab))
        self.client = httpx.AsyncClient(transport=transport, base_url="http://baobab")
        self.token = ""
        self._keys = 0

    async def fill(self) -> None:
        """Two workspaces, three people and a community in the first."""
        now = self.clock.now()
        async with self.db.transaction() as session:
            session.add_all(Workspace(id=at, team_id=f"T{at}", name=f"Team {at}", created_at=now) for at in (1, 2))
            await session.flush()
            session.add_all(
                Member(workspace_id=1, slack_id=one, name=name, seen_at=now) for one, name in PEOPLE.items()
            )
            session.add(Community(id=1, workspace_id=1, slug="malaria", name="Malaria", updated_at=now))
        self.token = await self.a_token("first")

    async def a_token(self, name: str, *, workspace_id: int = 1, days: int | None = 1) -> str:
        """A token of a workspace."""
        async with self.db.transaction() as session:
            made = await tokens.create(
                session,
                workspace_id,
                scopes=["recognition:read"],
                name=name,
                days=days,
                fresh_id=SystemClock().fresh_id,
                actor="cli",
                now=self.clock.now(),
            )
        return made.text

    async def thank(self, *to: str, at: datetime | None = None, workspace_id: int = 1, **has: Any) -> int:
        """Put one thanks into the log; gives its id."""
        self._keys += 1
        moment = at or self.clock.now()
        row = {"giver": ANA, "reason": "for the brief", "key": f"k{self._keys}", "created_at": moment, **has}
        row.setdefault("updated_at", moment)
        async with self.db.transaction() as session:
            made = Thanks(workspace_id=workspace_id, **row)
            session.add(made)
            await session.flush()
            session.add_all(
                ThanksRecipient(workspace_id=workspace_id, thanks_id=made.id or 0, slack_id=one, created_at=moment)
                for one in to
            )
        return made.id or 0

    async def change(self, thanks_id: int, **has: Any) -> None:
        """Change a thanks as the room's verbs do: with the moment of the change."""
        async with self.db.transaction() as session:
            row = await session.get(Thanks, thanks_id)
            assert row is not None
            for name, value in {"updated_at": self.clock.now(), **has}.items():
                setattr(row, name, value)

    async def get(self, path: str = "", token: str | None = None, **query: object) -> httpx.Response:
        """One request with a token; every answer has an id, and none an e-mail address or a stack trace."""
        headers = {} if token == "" else {"Authorization": f"Bearer {token or self.token}"}
        answer = await self.client.get(BASE + path, headers=headers, params={k: str(v) for k, v in query.items()})
        assert len(answer.headers["x-request-id"]) == 12
        assert answer.headers["cache-control"] == "no-store"
        assert "Traceback" not in answer.text
        if answer.status_code != 200:
            assert answer.headers["content-type"] == "application/problem+json"
            problem = answer.json()
            assert problem["status"] == answer.status_code
            assert problem["title"] and len(problem["detail"].split()) > 4
            assert problem["request_id"] == answer.headers["x-request-id"]
        return answer

    async def lines(self, path: str = "", **query: object) -> list[dict[str, Any]]:
        """The data of an answer."""
        answer = await self.get(path, **query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["data"]
        return found

    async def settle(self, seconds: float = 6) -> None:
        """Let what was written come of age."""
        self.clock.move(timedelta(seconds=seconds))

    async def close(self) -> None:
        """Give everything back."""
        await self.client.aclose()
        await self.baobab.close()
