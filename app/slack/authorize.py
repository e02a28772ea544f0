"""Which workspace a request belongs to, and the bot's identity there: asked of Slack once, then remembered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from slack_bolt.authorization import AuthorizeResult

from app.clock import Clock
from app.db import Database
from app.members import service
from app.slack.gateway import SlackGateway


@dataclass(frozen=True)
class Installation:
    """One workspace and the bot's ids in it."""

    workspace_id: int
    team_id: str
    bot_user_id: str
    bot_id: str


class Authorizer:
    """Bolt's `authorize`: one auth.test for the one installed workspace, cached for good.

    Bolt's own asks Slack on every request, which has made every command of other apps time out.
    """

    def __init__(self, db: Database, clock: Clock, slack: SlackGateway, token: str) -> None:
        self._db = db
        self._clock = clock
        self._slack = slack
        self._token = token
        self._installation: Installation | None = None
        self._lock = asyncio.Lock()

    async def installation(self) -> Installation:
        """The installation, found at first use; `Unavailable` or `SlackSaidNo` when Slack does not confirm it."""
        if self._installation is None:
            async with self._lock:
                if self._installation is None:
                    self._installation = await self._ask()
        return self._installation

    async def _ask(self) -> Installation:
        me = await self._slack.auth_test()
        async with self._db.transaction() as session:
            workspace = await service.ensure_workspace(
                session, str(me["team_id"]), str(me.get("team") or ""), self._clock.now()
            )
            workspace_id = workspace.id
        if workspace_id is None:
            raise RuntimeError("a stored workspace has an id")
        return Installation(workspace_id, str(me["team_id"]), str(me["user_id"]), str(me.get("bot_id") or ""))

    async def authorize(self, enterprise_id: str | None) -> AuthorizeResult:
        """Bolt's question. People of other teams may click in shared channels; the installation stays ours."""
        found = await self.installation()
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=found.team_id,
            bot_user_id=found.bot_user_id,
            bot_id=found.bot_id or None,
            bot_token=self._token,
        )
