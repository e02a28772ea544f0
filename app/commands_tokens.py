"""What `token create`, `token list` and `token revoke` do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from app import PROGRAM
from app.clock import SystemClock
from app.commands import the_workspace
from app.db import Database
from app.errors import NotUnderstood
from app.settings import Settings
from app.tokens import queries, rules, service
from app.tokens.service import NewToken
from models import ApiToken

ACTOR = "cli"


def create(scopes: Sequence[str], name: str, days: int | None, *, never_expires: bool, team: str) -> NewToken:
    """Make a token; `days` None is the usual year."""
    if never_expires and days is not None:
        raise NotUnderstood("Say either --days or --never-expires.")
    lasting = None if never_expires else rules.DEFAULT_DAYS if days is None else days
    settings, clock = Settings(), SystemClock()

    async def work() -> NewToken:
        db = Database(settings.database_url)
        try:
            workspace_id = await the_workspace(settings, db, team)
            async with db.transaction() as session:
                return await service.create(
                    session,
                    workspace_id,
                    scopes=scopes,
                    name=name,
                    days=lasting,
                    fresh_id=clock.fresh_id,
                    actor=ACTOR,
                    now=clock.now(),
                )
        finally:
            await db.close()

    return asyncio.run(work())


def said_of(made: NewToken) -> str:
    """What its owner has to know of a new token, for standard error: the token itself stands alone on the other."""
    uses = " and ".join(rules.SCOPES[one] for one in made.scopes)
    until = f"until {made.expires_at:%Y-%m-%d}" if made.expires_at else "until it is revoked"
    return (
        f"This is the token '{made.name}'. It may {uses}, {until}.\n"
        "It is shown only now: keep it where secrets are kept. "
        f'If it gets into other hands: {PROGRAM} token revoke "{made.name}"'
    )


def listed(team: str) -> str:
    """All tokens of a workspace as a table, without the tokens themselves."""
    settings = Settings()

    async def work() -> tuple[ApiToken, ...]:
        db = Database(settings.database_url)
        try:
            workspace_id = await the_workspace(settings, db, team)
            async with db.read_only() as session:
                return await queries.all_tokens(session, workspace_id)
        finally:
            await db.close()

    found = asyncio.run(work())
    if not found:
        return f"No tokens. Make one: {PROGRAM} token create --scope recognition:read"
    now = SystemClock().now()
    rows = [("NAME", "START", "SCOPES", "MADE", "EXPIRES", "LAST USED", "STATE")]
    rows += [
        (
            one.name,
            one.start + "…",
            ",".join(one.scopes),
            _day(one.created_at, ""),
            _day(one.expires_at, "never"),
            f"{one.last_used_at:%Y-%m-%d %H:%M}Z" if one.last_used_at else "never",
            rules.state_of(one.expires_at, one.revoked_at, now)
            + (f" {one.revoked_at:%Y-%m-%d}" if one.revoked_at else ""),
        )
        for one in found
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def revoke(name: str, team: str) -> str:
    """Revoke a token; what to tell the operator."""
    settings = Settings()

    async def work() -> bool:
        db = Database(settings.database_url)
        try:
            workspace_id = await the_workspace(settings, db, team)
            async with db.transaction() as session:
                return await service.revoke(session, workspace_id, name, actor=ACTOR, now=SystemClock().now())
        finally:
            await db.close()

    return f"'{name}' is revoked." if asyncio.run(work()) else f"'{name}' was revoked before."


def _day(moment: datetime | None, otherwise: str) -> str:
    return f"{moment:%Y-%m-%d}" if moment else otherwise
