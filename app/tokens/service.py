"""Make and revoke tokens, each audited, and note when one was last used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from sqlalchemy import or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.audit.service import note
from app.errors import NotFound, Refused
from app.tokens import queries, rules
from models import ApiToken


@dataclass(frozen=True)
class NewToken:
    """A token that was just made. `text` is shown to its owner now and never again."""

    name: str
    text: str = field(repr=False)
    scopes: tuple[str, ...] = ()
    expires_at: datetime | None = None


async def create(
    session: AsyncSession,
    workspace_id: int,
    *,
    scopes: Sequence[str],
    name: str = "",
    days: int | None = rules.DEFAULT_DAYS,
    fresh_id: Callable[[], str],
    actor: str,
    now: datetime,
) -> NewToken:
    """Make a token; `days` None lasts until it is revoked. Without a name it is called by its scope and the day.

    Raises `NotUnderstood`, or `Refused` for a name that is taken (a revoked token keeps its name in the audit).
    """
    wanted = rules.checked_scopes(scopes)
    expires_at = rules.expiry(now, days)
    called = rules.checked_name(name) if name else await _free_name(session, workspace_id, wanted[0], now)
    text = rules.token_of(fresh_id(), fresh_id())
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    added = await session.exec(
        insert(ApiToken)
        .values(
            workspace_id=workspace_id,
            name=called,
            hash=rules.digest(text),
            start=rules.start_of(text),
            scopes=list(wanted),
            created_by=actor[:100],
            created_at=now,
            expires_at=expires_at,
        )
        .on_conflict_do_nothing(index_elements=["workspace_id", "name"])
        .returning(col(ApiToken.id))
    )
    if added.first() is None:
        raise Refused(f"There is a token called '{called}' already, and names are not used twice. Choose another.")
    ends = expires_at.isoformat() if expires_at else None
    await note(
        session, workspace_id, actor, "token.create", f"token:{called}", now, scopes=list(wanted), expires_at=ends
    )
    return NewToken(called, text, wanted, expires_at)


async def revoke(session: AsyncSession, workspace_id: int, name: str, *, actor: str, now: datetime) -> bool:
    """Make a token useless from now on; False when it was revoked before. `NotFound` with the names there are."""
    changed = await session.exec(
        update(ApiToken)
        .where(
            col(ApiToken.workspace_id) == workspace_id, col(ApiToken.name) == name, col(ApiToken.revoked_at).is_(None)
        )
        .values(revoked_at=now)
    )
    if changed.rowcount:
        await note(session, workspace_id, actor, "token.revoke", f"token:{name}", now)
        return True
    names = [one.name for one in await queries.all_tokens(session, workspace_id)]
    if name not in names:
        known = f"There are: {', '.join(names)}." if names else "No token was made yet."
        raise NotFound(f"There is no token called '{name}'. {known}")
    return False


async def note_use(session: AsyncSession, token_id: int, now: datetime) -> None:
    """Write down that a token was used, unless that was done within the last minute."""
    last = col(ApiToken.last_used_at)
    await session.exec(
        update(ApiToken)
        .where(col(ApiToken.id) == token_id, or_(last.is_(None), last <= now - rules.USE_NOTED_EVERY))
        .values(last_used_at=now)
    )


async def _free_name(session: AsyncSession, workspace_id: int, scope: str, now: datetime) -> str:
    base = f"{scope.split(':')[0]}-{now:%Y-%m-%d}"
    taken = set((await session.exec(select(ApiToken.name).where(ApiToken.workspace_id == workspace_id))).all())
    names = (base if number == 1 else f"{base}-{number}" for number in count(1))
    return next(name for name in names if name not in taken)
