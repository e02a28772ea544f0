"""Thanks in the demo's database: a year of them, the wishes of some people, and rules that let visitors see it work.

In a local Slack the cards and the direct messages of the weeks before today are there too, drawn as they always are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db import Database
from app.playground.forum.state import Forum
from app.playground.seed.slack import fill_slack
from app.playground.seed.thanks_fate import STANDING, shown_in, thanks_of_the_year
from app.playground.seed.thanks_past import thanks_given
from app.playground.seed.thanks_shapes import PastCard, PastThanks
from app.playground.seed.thanks_shown import show_cards, show_told
from app.playground.slack.workspace import Workspace as LocalSlack
from app.thanks.policy import SETTINGS_KEY
from models import Audit, Community, Preference, Thanks, ThanksCard, ThanksRecipient, ThanksSecond, Workspace

# Visitors come at any hour, and would wait until morning for messages to colleagues who sleep.
NO_QUIET_HOURS = {"quiet_from": "00:00", "quiet_to": "00:00"}
CARDS_SINCE = timedelta(days=30)
TOLD_SINCE = timedelta(days=4)
PREFERRED = timedelta(days=380)
# Where the forum of `make demo` is, unless told otherwise: addresses of posts have to be whole.
BASE_URL = "http://localhost:8000/playground/forum"


async def seed_thanks(
    db: Database, workspace_id: int, now: datetime, forum: Forum, slack: LocalSlack | None = None
) -> None:
    """Add the year of thanks before today, once. Without a local Slack no card and no message is said to be there."""
    written = slack or _own_slack(now)
    given = thanks_given(now, forum, written, forum.config.base_url or BASE_URL)
    past, cards = thanks_of_the_year(given, written, now)
    async with db.transaction() as session:
        first = select(Thanks.id).where(Thanks.workspace_id == workspace_id, Thanks.key == past[0].key)
        if (await session.exec(first)).first() is not None:
            return
        workspace = await session.get(Workspace, workspace_id)
        if workspace is None:
            raise LookupError(f"there is no workspace {workspace_id}")
        workspace.settings = {SETTINGS_KEY: NO_QUIET_HOURS, **workspace.settings}
        await _prefer(session, workspace_id, now)
        shown = [one for one in cards if slack is not None and one.at > now - CARDS_SINCE]
        drawn = await _add_cards(session, workspace_id, shown)
        people = await _add_thanks(session, workspace_id, past, {(one.channel_id, one.day): one for one in drawn})
        if slack is not None:
            await show_cards(session, workspace, drawn, past, slack)
            await show_told(session, workspace, [one for one, at in people if at > now - TOLD_SINCE], slack)


def _own_slack(now: datetime) -> LocalSlack:
    """A local Slack for what people wrote in it, where none is served."""
    slack = LocalSlack()
    fill_slack(slack, now)
    return slack


async def _prefer(session: AsyncSession, workspace_id: int, now: datetime) -> None:
    known = set(await session.exec(select(Preference.slack_id).where(Preference.workspace_id == workspace_id)))
    for person, visibility in STANDING.items():
        if person not in known:
            session.add(
                Preference(
                    workspace_id=workspace_id, slack_id=person, visibility=visibility, updated_at=now - PREFERRED
                )
            )


async def _add_cards(session: AsyncSession, workspace_id: int, cards: Sequence[PastCard]) -> list[ThanksCard]:
    ids = await _communities(session, workspace_id)
    rows = [
        ThanksCard(
            workspace_id=workspace_id,
            community_id=ids[one.community],
            channel_id=one.channel,
            kind=one.kind,
            day=one.day,
            ts=one.ts,
            version=1,
            drawn=1,
            posted_at=one.at,
        )
        for one in cards
    ]
    session.add_all(rows)
    await session.flush()
    return rows


async def _add_thanks(
    session: AsyncSession, workspace_id: int, past: Sequence[PastThanks], cards: dict[tuple[str, str], ThanksCard]
) -> list[tuple[ThanksRecipient, datetime]]:
    """Store everything; the members thanked, each with the moment of it."""
    ids = await _communities(session, workspace_id)
    rows = [_row(workspace_id, one, ids.get(one.community)) for one in past]
    session.add_all(rows)
    await session.flush()
    told: list[tuple[ThanksRecipient, datetime]] = []
    for one, row in zip(past, rows, strict=True):
        where = shown_in(one)
        for part in one.people:
            card = cards.get((where, part.shown_at.date().isoformat())) if part.shown_at else None
            person = ThanksRecipient(
                workspace_id=workspace_id,
                thanks_id=row.id or 0,
                slack_id=part.slack_id or None,
                forum_username=part.forum_username or None,
                by_group=part.by_group,
                choice=part.choice,
                shown_at=part.shown_at,
                shown_in=where if part.shown_at else "",
                card_id=card.id if card else None,
                created_at=one.at,
            )
            session.add(person)
            if part.slack_id and one.status != "withdrawn":
                told.append((person, one.at))
        session.add_all(
            ThanksSecond(
                workspace_id=workspace_id,
                thanks_id=row.id or 0,
                slack_id=second.person,
                channel_id=second.channel,
                message_ts=second.ts,
                emoji=second.emoji,
                event_ts=f"{second.at.timestamp():.6f}",
                created_at=second.at,
            )
            for second in one.seconds
        )
        if one.act:
            session.add(
                Audit(
                    workspace_id=workspace_id,
                    actor=one.act.keeper,
                    act=f"thanks.{one.act.act}",
                    subject=f"thanks:{one.key}",
                    reason=one.act.reason,
                    created_at=one.act.at,
                )
            )
    await session.flush()
    return told


def _row(workspace_id: int, one: PastThanks, community_id: int | None) -> Thanks:
    alone = sum(not part.by_group for part in one.people)
    return Thanks(
        workspace_id=workspace_id,
        key=one.key,
        giver=one.giver,
        reason=one.reason,
        value=one.value,
        community_id=community_id,
        source=one.source,
        status=one.status,
        hidden=one.hidden,
        channel_id=one.channel,
        channel_kind=one.kind,
        message_ts=one.message_ts,
        forum_url=one.forum_url,
        cost=alone + len({part.by_group for part in one.people if part.by_group}),
        created_at=one.at,
        edited_at=one.edited_at,
        updated_at=one.changed_at,
    )


async def _communities(session: AsyncSession, workspace_id: int) -> dict[str, int]:
    found = await session.exec(select(Community.slug, Community.id).where(Community.workspace_id == workspace_id))
    return {slug: number or 0 for slug, number in found.all()}
