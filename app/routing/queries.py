"""Reads of /whereshare: what was learned from earlier answers, and an answer as it stands now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.communities.queries import directory
from app.communities.shapes import CommunityCard
from app.errors import N_, NotFound
from app.routing.ranking.shapes import Feedback
from app.routing.rules import Answer, EarlierTopic, Shared, shown_verdict, suggest
from models import Route, RouteAct, Sent, Share

# The newest are enough: weights level off well before, and every query reads them.
FEEDBACK_LIMIT = 2000


async def feedback(session: AsyncSession, workspace_id: int) -> tuple[Feedback, ...]:
    """Accepted and rejected answers of the workspace, oldest first, at most `FEEDBACK_LIMIT`."""
    rows = await session.exec(
        select(Route.text, RouteAct.subject, RouteAct.slack_id, RouteAct.act)
        .join(RouteAct, col(RouteAct.route_id) == col(Route.id))
        .where(RouteAct.workspace_id == workspace_id, col(RouteAct.act).in_(("accepted", "rejected")))
        .order_by(col(RouteAct.id).desc())
        .limit(FEEDBACK_LIMIT)
    )
    found = [
        Feedback(text, subject, person, "accepted" if act == "accepted" else "rejected")
        for text, subject, person, act in rows
    ]
    return tuple(reversed(found))


async def route_by_key(session: AsyncSession, workspace_id: int, key: str) -> Route:
    """One answer's row; `NotFound` when it is not there (any more)."""
    found = await session.exec(select(Route).where(Route.workspace_id == workspace_id, Route.key == key))
    route = found.first()
    if route is None:
        raise NotFound(N_("I no longer have this answer. Please run /whereshare again."))
    return route


async def answer(session: AsyncSession, workspace_id: int, key: str, *, forum_url: str, now: datetime) -> Answer:
    """One answer as it stands now, with what the person did so far."""
    route = await route_by_key(session, workspace_id, key)
    cards = await directory(session, workspace_id)
    acts = (await session.exec(select(RouteAct).where(RouteAct.route_id == route.id))).all()
    shares = (await session.exec(select(Share).where(Share.route_id == route.id).order_by(col(Share.id)))).all()
    return compose(route, {card.slug: card for card in cards}, acts, shares, forum_url=forum_url, now=now)


def compose(
    route: Route,
    cards: Mapping[str, CommunityCard],
    acts: Sequence[RouteAct],
    shares: Sequence[Share],
    *,
    forum_url: str,
    now: datetime,
) -> Answer:
    """Put an answer together from its row, the directory as it is now, and the person's acts. Pure."""
    mine = [act for act in acts if act.slack_id == route.slack_id]
    rejected = frozenset(act.subject for act in mine if act.act == "rejected")
    suggestions, passed = suggest(route.ranked, cards, rejected, now)
    none_fits = any(act.act == "none_fits" for act in mine)
    said = {act.subject: act.act for act in mine if act.act in ("reuse", "extend", "different")}
    return Answer(
        key=route.key,
        text=route.text,
        verdict="none" if none_fits else shown_verdict(route.verdict, suggestions, route.ranked, len(rejected)),
        suggestions=suggestions,
        passed_over=passed,
        earlier=tuple(
            EarlierTopic(
                forum_id=entry["forum_id"],
                title=entry["title"],
                url=f"{forum_url}/t/{entry['slug']}/{entry['forum_id']}" if forum_url else "",
                author=entry["author"],
                posted_at=datetime.fromisoformat(entry["posted_at"]),
                answered=entry["answered"],
                replies=entry["replies"],
                said=said.get(str(entry["forum_id"]), ""),
            )
            for entry in route.prior
        ),
        source=route.source,
        asked=tuple(act.subject for act in mine if act.act == "asked"),
        none_fits=none_fits,
        shared=tuple(
            Shared(
                community=share.community,
                channel_state=share.channel_state,
                channel_link=share.channel_link,
                forum_state=share.forum_state,
                forum_link=share.forum_link,
                problem=share.problem,
            )
            for share in shares
        ),
        origin=route.origin,
        channel_id=route.channel_id,
    )


async def author_of_post(session: AsyncSession, workspace_id: int, channel_id: str, ts: str) -> str:
    """The Slack id of whose words a message of ours holds: shared by "Post it there", or carried over; else ""."""
    keys = await session.exec(select(Sent.key).where(Sent.channel == channel_id, Sent.outcome == ts))
    names = [key.split(":")[1] for key in keys.all() if key.startswith("share:") and key.endswith(":channel")]
    found = await session.exec(
        select(Share.slack_id, Route.origin)
        .join(Route, col(Route.id) == col(Share.route_id))
        .where(Share.workspace_id == workspace_id, col(Share.key).in_(names))
    )
    row = found.first()
    return str(row[1].get("author") or row[0]) if row else ""
