"""Effectively once: each request of Slack has a key; its effects and its answer are committed together.

A repeat (a network retry, a proxy that sends twice) finds the key taken and is answered as the first was.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.clock import Clock
from app.db import Database
from app.errors import AlreadyAnswered
from models import Receipt

Answer = dict[str, Any]


def request_key(body: Mapping[str, Any]) -> str:
    """The idempotency key of a parsed request body.

    Events carry an `event_id`; a submitted view is one view in one state (`id`, `hash` and what was filled in), so
    a double click on its button is a repeat and a changed form is not; commands, clicks and shortcuts carry a
    `trigger_id` of their own.
    """
    team = _team(body)
    if event_id := body.get("event_id"):
        return f"event:{team}:{event_id}"
    view = body.get("view")
    if body.get("type") == "view_submission" and isinstance(view, Mapping):
        state = json.dumps(view.get("state"), sort_keys=True).encode()
        return f"view:{team}:{view.get('id')}:{view.get('hash')}:{sha256(state).hexdigest()[:16]}"
    if body.get("type") == "view_closed" and isinstance(view, Mapping):
        return f"closed:{team}:{view.get('id')}:{view.get('hash')}"
    return f"trigger:{team}:{body.get('trigger_id', '')}"


def parse_body(raw: bytes, content_type: str) -> dict[str, Any]:
    """The body as Bolt will see it: JSON for events, a form for commands, a form with `payload` for the rest.

    Raises `ValueError` for anything else.
    """
    text = raw.decode("utf-8")
    if content_type.startswith("application/json"):
        body = json.loads(text)
    else:
        form = {key: values[0] for key, values in parse_qs(text, keep_blank_values=True).items()}
        body = json.loads(form["payload"]) if "payload" in form else form
    if not isinstance(body, dict):
        raise ValueError("not an object")
    return body


class Once:
    """One request: its key, and the transaction that keeps effects and answer together."""

    def __init__(self, db: Database, clock: Clock, key: str, team_id: str) -> None:
        self._db = db
        self._clock = clock
        self.key = key
        self.team_id = team_id
        self._answer: Answer | None = None

    async def check(self) -> None:
        """Raise `AlreadyAnswered` if this request was handled; saves slow work that precedes the transaction."""
        async with self._db.read_only() as session:
            found = (await session.exec(select(Receipt).where(Receipt.key == self.key))).first()
        if found is not None:
            raise AlreadyAnswered(found.answer)

    def answers(self, body: Answer) -> Answer:
        """Remember what this request is told; call inside the transaction. Gives the body back."""
        self._answer = body
        return body

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction that begins by taking the key; raises `AlreadyAnswered` if it is taken."""
        async with self._db.transaction() as session:
            await self._take(session)
            yield session
            if self._answer is not None:
                await session.exec(update(Receipt).where(col(Receipt.key) == self.key).values(answer=self._answer))

    async def _take(self, session: AsyncSession) -> None:
        insert = sqlite.insert if self._db.on_sqlite else postgresql.insert
        statement = (
            insert(Receipt)
            .values(key=self.key, team_id=self.team_id, waiting=False, created_at=self._clock.now())
            .on_conflict_do_nothing()
            .returning(col(Receipt.key))
        )
        if (await session.exec(statement)).first() is None:
            first = (await session.exec(select(Receipt).where(Receipt.key == self.key))).one()
            raise AlreadyAnswered(first.answer)


def _team(body: Mapping[str, Any]) -> str:
    team = body.get("team")
    if isinstance(team, Mapping):
        return str(team.get("id", ""))
    return str(body.get("team_id") or "")


def team_of(body: Mapping[str, Any]) -> str:
    """The id of the workspace whose installation this request belongs to ("" when there is none)."""
    view = body.get("view")
    if isinstance(view, Mapping) and view.get("app_installed_team_id"):
        return str(view["app_installed_team_id"])
    return _team(body)
