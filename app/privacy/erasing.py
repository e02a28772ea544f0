"""Forget a person: totals stay, the link goes, their words go. At once, and for good."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import cast, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import String, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.audit import service as audit
from app.errors import N_, Refused
from app.huddles.erasing import forget_in_huddles
from app.polls.erasing import forget_votes
from app.privacy.erasing_thanks import unlink_thanks
from app.privacy.holdings import HOLDINGS, mark
from app.privacy.rows import columns_of, mine
from app.thanks.shapes import Effects
from models import Audit, Member, Route, RouteAct, Share, Workspace


async def erase_person(
    session: AsyncSession, workspace_id: int, slack_id: str, now: datetime, *, actor: str
) -> tuple[dict[str, int], Effects]:
    """Erase a member; how many rows of each kind were touched, and what has to follow outside the database.

    `actor` is who wants it: the person's own id, or `cli`. Erasing again what was erased changes nothing. Raises
    `Refused` for a bot, of which nothing is anybody's.
    """
    member = await _locked(session, workspace_id, slack_id, now)
    if member.is_bot:
        raise Refused(N_("That is a bot, not a person: there is nothing to erase."))
    again = member.erased
    counts, effects = await unlink_thanks(session, workspace_id, slack_id, member.forum_username, now)
    counts["polls voted in"] = await forget_votes(session, workspace_id, slack_id)
    await forget_in_huddles(session, workspace_id, slack_id)
    for one in HOLDINGS:
        if one.on_erasure == "delete":
            found = await session.exec(delete(one.table).where(mine(one, workspace_id, slack_id)))
        elif one.on_erasure == "unlink":
            changes = {one.column: one.instead, **one.blank}
            found = await session.exec(update(one.table).where(mine(one, workspace_id, slack_id)).values(changes))
        else:
            continue
        counts[one.title] = found.rowcount
    counts["messages of yours that a lead carried over"] = await _carried_over(session, workspace_id, slack_id)
    counts["questions that you were asked"] = await _asked(session, workspace_id, slack_id)
    counts["places in the knowledge team"] = await _knowledge_team(session, workspace_id, slack_id)
    await _audited(session, workspace_id, slack_id)
    member.name, member.zone, member.locale = "", "UTC", "en"
    member.forum_username, member.forum_user_id = None, None
    member.is_admin, member.erased = False, True
    await session.flush()
    if not again or any(counts.values()):
        by = mark(slack_id) if actor == slack_id else actor
        await audit.note(session, workspace_id, by, "member.erase", mark(slack_id), now, counts=counts)
    session.expire_all()
    return counts, effects


async def _locked(session: AsyncSession, workspace_id: int, slack_id: str, now: datetime) -> Member:
    """The member's row, made where there is none: it keeps the nightly reading of Slack from taking them in.

    Locked, so that a thanks they are giving is committed before this looks for it, or comes after it.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    blank = Member(workspace_id=workspace_id, slack_id=slack_id, seen_at=now).model_dump(exclude={"id"})
    await session.exec(insert(Member).values(blank).on_conflict_do_nothing())
    here = (Member.workspace_id == workspace_id, Member.slack_id == slack_id)
    return (await session.exec(select(Member).where(*here).with_for_update())).one()


async def _carried_over(session: AsyncSession, workspace_id: int, slack_id: str) -> int:
    """Messages of the person that a lead posted elsewhere with their name: the words go, the acts stay."""
    of_origin = next(one for one in HOLDINGS if one.place == "route.origin")
    ids = (await session.exec(select(col(Route.id)).where(mine(of_origin, workspace_id, slack_id)))).all()
    blank = next(one.blank for one in HOLDINGS if one.place == "route.slack_id")
    await session.exec(update(Route).where(col(Route.id).in_(ids)).values(blank))
    words = next(one.blank for one in HOLDINGS if one.place == "share.slack_id")
    await session.exec(update(Share).where(col(Share.route_id).in_(ids)).values(words))
    return len(ids)


async def _asked(session: AsyncSession, workspace_id: int, slack_id: str) -> int:
    """That somebody was asked stays, whom not. Two who were forgotten become one: an act is kept once."""
    asked = (RouteAct.workspace_id == workspace_id, RouteAct.act == "asked")
    rows = (await session.exec(select(RouteAct).where(*asked, RouteAct.subject == slack_id))).all()
    for row in rows:
        twin = select(RouteAct.id).where(
            *asked, RouteAct.route_id == row.route_id, RouteAct.slack_id == row.slack_id, RouteAct.subject == ""
        )
        if (await session.exec(twin)).first() is None:
            row.subject = ""
            session.add(row)
            await session.flush()
        else:
            await session.delete(row)
    return len(rows)


async def _knowledge_team(session: AsyncSession, workspace_id: int, slack_id: str) -> int:
    workspace = await session.get(Workspace, workspace_id, with_for_update=True)
    if workspace is None or slack_id not in workspace.knowledge_team:
        return 0
    workspace.knowledge_team = [one for one in workspace.knowledge_team if one != slack_id]
    return 1


async def _audited(session: AsyncSession, workspace_id: int, slack_id: str) -> None:
    """The audit keeps its lines; where they name the person, their mark stands."""
    columns = columns_of(Audit)
    about = {"actor": slack_id, "subject": f"member:{slack_id}"}
    for name, said in about.items():
        here = (columns["workspace_id"] == workspace_id, columns[name] == said)
        await session.exec(update(Audit).where(*here).values({name: mark(slack_id)}))
    named = select(Audit).where(
        Audit.workspace_id == workspace_id, cast(col(Audit.details), String).contains(slack_id, autoescape=True)
    )
    for line in (await session.exec(named)).all():
        line.details = _without(line.details, slack_id)
        session.add(line)


def _without(details: dict[str, Any], slack_id: str) -> dict[str, Any]:
    replaced: dict[str, Any] = json.loads(json.dumps(details).replace(slack_id, mark(slack_id)))
    return replaced
