"""Things to do once a session's transaction is committed; forgotten when it is rolled back."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.orm import Session
from sqlmodel.ext.asyncio.session import AsyncSession

_SLOT = "after_commit"


def after_commit(session: AsyncSession, act: Callable[[], None]) -> None:
    """Call `act` (quick, on the event loop) right after this session commits; the same `act` only once."""
    session.info.setdefault(_SLOT, {})[act] = None


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    for act in session.info.pop(_SLOT, ()):
        act()


@event.listens_for(Session, "after_rollback")
def _rolled_back(session: Session) -> None:
    session.info.pop(_SLOT, None)
