"""The verbs of /whereshare: consider a draft, keep the answer, keep what the person did with it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from app.communities.queries import led_by
from app.communities.shapes import CommunityCard
from app.communities.shelf import DirectoryShelf
from app.errors import N_, NotUnderstood, Refused
from app.members.queries import knowledge_team
from app.routing import queries
from app.routing.prior import PriorTopic, PriorWork
from app.routing.ranking.ranker import Ranker
from app.routing.ranking.shapes import CommunityText, Ranking
from app.routing.rules import MAX_TEXT, too_short
from models import Proposal, Route, RouteAct

# Stored with each answer; the rest of the ranking can be computed again.
KEPT = 10
EARLIER_SHOWN = 3


@dataclass(frozen=True)
class Draft:
    """What a person wants to share: their words, who and where they are, and the message it came from, if any.

    `origin` is {}, or for a cross-post {"channel", "thread_ts", "author", "permalink"}.
    """

    text: str
    slack_id: str
    channel_id: str = ""
    source: str = "command"
    origin: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Considered:
    """What was found for a draft, before anything is kept."""

    ranking: Ranking
    earlier: tuple[PriorTopic, ...]
    cards: Mapping[str, CommunityCard]


class Desk:
    """Looks at drafts: the ranker and the index of earlier topics behind one question."""

    def __init__(self, ranker: Ranker, prior: PriorWork) -> None:
        self._ranker = ranker
        self._prior = prior
        self.shelf = DirectoryShelf()
        # Considering and preparing hold a reading connection (SQLite has four) for as long as the encoders take:
        # those who only want to be acknowledged must still find one.
        self.seats = asyncio.Semaphore(2)
        self.late_seats = asyncio.Semaphore(1)

    async def prepare(self, session: AsyncSession, workspace_id: int) -> None:
        """Do beforehand what the first question would wait for: vectors of the directory, codes of the topics."""
        cards = await self.shelf.directory(session, workspace_id)
        learned = await queries.feedback(session, workspace_id)
        await self._prior.load(session, workspace_id)
        await self._ranker.prepare([_text(card) for card in cards if _is_living(card)], learned)

    async def close(self) -> None:
        """Stop background work; the encoders are closed by whoever made them."""
        await self._ranker.close()

    async def consider(self, session: AsyncSession, workspace_id: int, draft: Draft, now: datetime) -> Considered:
        """Rank the workspace's communities for a draft and look for earlier topics. Reads only.

        Take a seat before the session: `seats` where a person waits, `late_seats` in jobs.

        Raises `NotUnderstood` with one question back when the draft says too little, `Refused` when there is no
        directory yet.
        """
        cards = await self.shelf.directory(session, workspace_id)
        living = [card for card in cards if _is_living(card)]
        if not living:
            raise Refused(
                N_(
                    "No communities are listed here yet. An admin can add them with "
                    "`python -m app import communities FILE`; until then, ask in your main channel."
                )
            )
        if too_short(draft.text, [word for card in living for word in (*card.keywords, card.name)]):
            raise NotUnderstood(
                N_(
                    "What is it about, and who is it for? One sentence is enough, for example: "
                    "“a job aid on postpartum haemorrhage for midwives, in French”."
                ),
                field="draft",
            )
        learned = await queries.feedback(session, workspace_id)
        ranking, earlier = await asyncio.gather(
            self._ranker.rank(draft.text, [_text(card) for card in living], learned),
            self._prior.find(session, workspace_id, draft.text, limit=EARLIER_SHOWN, now=now),
        )
        return Considered(ranking, earlier, {card.slug: card for card in cards})


def route_for(workspace_id: int, key: str, draft: Draft, found: Considered, now: datetime) -> Route:
    """The answer as a Route that is not stored yet: method version, scores, parts and reasons, earlier topics."""
    route = Route(
        workspace_id=workspace_id,
        key=key,
        slack_id=draft.slack_id,
        channel_id=draft.channel_id,
        source=draft.source,
        text=draft.text[:MAX_TEXT],
        origin=dict(draft.origin),
        created_at=now,
    )
    _complete(route, found)
    return route


def _complete(route: Route, found: Considered) -> None:
    ranking = found.ranking
    route.language = ranking.language
    route.method = ranking.method
    route.verdict = ranking.verdict
    route.confidence = ranking.confidence
    route.ranked = [
        {
            "id": one.id,
            "score": round(one.score, 4),
            "parts": [str(part) for part in one.parts],
            "reasons": [_plain(asdict(reason)) for reason in one.reasons],
        }
        for one in ranking.ranked[:KEPT]
    ]
    route.prior = [
        {
            "forum_id": topic.forum_id,
            "title": topic.title,
            "slug": topic.slug,
            "author": topic.author,
            "posted_at": topic.posted_at.isoformat(),
            "answered": topic.answered,
            "replies": topic.replies,
            "score": round(topic.score, 4),
        }
        for topic in found.earlier
    ]


async def act(session: AsyncSession, route: Route, slack_id: str, kind: str, subject: str, now: datetime) -> bool:
    """Record what a person did with an answer; doing it twice changes nothing. Tells whether it was new.

    What is said of an earlier topic replaces what was said before.
    """
    _own(route, slack_id)
    if kind in ("reuse", "extend", "different"):
        await _forget_other_words(session, route, slack_id, subject)
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    added = await session.exec(
        insert(RouteAct)
        .values(
            workspace_id=route.workspace_id,
            route_id=route.id,
            slack_id=slack_id,
            act=kind,
            subject=subject,
            created_at=now,
        )
        .on_conflict_do_nothing()
        .returning(col(RouteAct.id))
    )
    return added.first() is not None


async def propose(session: AsyncSession, route: Route, slack_id: str, now: datetime) -> None:
    """Start a proposal record: none of the communities fits this person's draft."""
    _own_words(route)
    if await act(session, route, slack_id, "none_fits", "", now):
        session.add(
            Proposal(
                workspace_id=route.workspace_id,
                route_id=route.id or 0,
                slack_id=slack_id,
                text=route.text,
                created_at=now,
            )
        )


async def whom_to_ask(session: AsyncSession, route: Route, slack_id: str, lead: str) -> tuple[str, ...]:
    """Who gets this person's question: the lead the answer named, if still one, else the knowledge team.

    `lead` is a Slack id or "". Raises `Refused` when there is nobody but the asker, or the words are another's.
    """
    _own(route, slack_id)
    _own_words(route)
    # What they lead, not the whole directory: a transaction to write waits for this.
    cards = await led_by(session, route.workspace_id, lead) if lead and lead != slack_id else ()
    if any(one.slack_id == lead and not one.deactivated for card in cards for one in card.leads):
        return (lead,)
    whom = tuple(one for one in await knowledge_team(session, route.workspace_id) if one != slack_id)
    if not whom:
        raise Refused(
            N_("There is nobody else I could ask yet. An admin can name a knowledge team for this workspace.")
        )
    return whom


def _own(route: Route, slack_id: str) -> None:
    if route.slack_id != slack_id:
        raise Refused(N_("This answer belongs to somebody else. Run /whereshare to get your own."))


def _own_words(route: Route) -> None:
    """Guidance is given on another's message, often a private one: its words are not the reader's to send on."""
    if route.source == "guidance":
        raise Refused(N_("These are somebody else's words, so they stay where they are. Please ask their author."))


async def _forget_other_words(session: AsyncSession, route: Route, slack_id: str, subject: str) -> None:
    await session.exec(
        delete(RouteAct).where(
            col(RouteAct.route_id) == route.id,
            col(RouteAct.slack_id) == slack_id,
            col(RouteAct.subject) == subject,
            col(RouteAct.act).in_(("reuse", "extend", "different")),
        )
    )


def _is_living(card: CommunityCard) -> bool:
    return card.status not in ("archived", "proposed")


def _text(card: CommunityCard) -> CommunityText:
    return CommunityText(
        id=card.slug,
        name=card.name,
        purpose=card.purpose,
        keywords=card.keywords,
        languages=card.languages,
        examples=card.examples,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value
