"""The verbs of "Post it there": keep a person's words while they edit, post them on their click, note where they are.

A share is a `draft` until its author presses the last button; only then may a job touch it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import N_, NotFound, NotUnderstood, Refused
from app.routing import service
from models import Route, Share

# Discourse's defaults: `min_topic_title_length`, `min_first_post_length`, `max_tags_per_topic`, `max_tag_length`.
TITLE_MIN = 15
TITLE_MAX = 255
WORDS_MIN = 20
TAGS_MAX = 5
TAG_LENGTH = 20

_TAG_BREAK = re.compile(r"[,;\n]")
_TAG_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Wish:
    """What the form said: words, title and tags as typed, and where they should go."""

    text: str
    title: str
    tags: str
    to_channel: bool
    to_forum: bool


def suggested_title(text: str) -> str:
    """A title for the forum from the first line or sentence; "" where it would be too short."""
    first = text.strip().split("\n")[0].split(". ")[0].strip()
    if len(first) > 100:
        first = first[:100].rsplit(" ", 1)[0]
    return first if len(first) >= TITLE_MIN else ""


def tag_list(typed: str) -> list[str]:
    """Tags as Discourse stores them: lower case, letters, digits and dashes, 20 of them, each tag once."""
    tags = ("-".join(_TAG_WORD.findall(part.lower()))[:TAG_LENGTH] for part in _TAG_BREAK.split(typed))
    return list(dict.fromkeys(tag for tag in tags if tag))


def check_wish(wish: Wish) -> None:
    """Raise `NotUnderstood` with the form's field where something has to be mended before it can be posted."""
    if not wish.text.strip():
        raise NotUnderstood(N_("Please write what you want to share."), field="words")
    if not (wish.to_channel or wish.to_forum):
        raise NotUnderstood(N_("Please choose at least one place."), field="places")
    if wish.to_forum and len(wish.title.strip()) < TITLE_MIN:
        raise NotUnderstood(N_("The forum needs a title of {count} letters or more."), field="title", count=TITLE_MIN)
    if wish.to_forum and len(wish.text.strip()) < WORDS_MIN:
        raise NotUnderstood(N_("The forum needs at least {count} letters of text."), field="words", count=WORDS_MIN)
    if wish.to_forum and len(tag_list(wish.tags)) > TAGS_MAX:
        raise NotUnderstood(N_("The forum takes {count} tags at most."), field="tags", count=TAGS_MAX)


async def draft(
    session: AsyncSession,
    route: Route,
    key: str,
    slack_id: str,
    community: str,
    wish: Wish,
    channel_id: str,
    category_id: int | None,
    now: datetime,
) -> Share:
    """Keep what the form says, without posting anything; coming back to the form replaces it.

    Words that are carried over are another person's and stay as they were written.
    """
    if route.origin:
        wish = replace(wish, text=route.text)
    check_wish(wish)
    if (wish.to_channel and not channel_id) or (wish.to_forum and category_id is None):
        # The directory changed while the form was open.
        raise NotUnderstood(N_("One of these places is no longer there. Please choose again."), field="places")
    mine = select(Share).where(Share.workspace_id == route.workspace_id, Share.key == key)
    share = (await session.exec(mine)).first()
    if share is None:
        share = Share(
            workspace_id=route.workspace_id,
            key=key,
            route_id=route.id or 0,
            slack_id=slack_id,
            community=community,
            text="",
            created_at=now,
        )
        session.add(share)
    elif share.slack_id != slack_id:
        raise Refused(N_("These words belong to somebody else."))
    elif share.channel_state not in ("", "draft") or share.forum_state not in ("", "draft"):
        raise Refused(N_("This was posted already."))
    share.text = wish.text.strip()
    share.title = wish.title.strip()[:TITLE_MAX]
    share.tags = tag_list(wish.tags)
    share.channel_id = channel_id if wish.to_channel else ""
    share.category_id = category_id if wish.to_forum else None
    share.channel_state = "draft" if share.channel_id else ""
    share.forum_state = "draft" if share.category_id is not None else ""
    await session.flush()
    return share


async def confirm(session: AsyncSession, route: Route, key: str, slack_id: str, now: datetime) -> Share:
    """The person pressed the last button: the words may go out, and the community counts as accepted."""
    share = await by_key(session, route.workspace_id, key)
    if share.slack_id != slack_id:
        raise Refused(N_("These words belong to somebody else."))
    if share.channel_state == "draft":
        share.channel_state = "waiting"
    if share.forum_state == "draft":
        share.forum_state = "waiting"
    await service.act(session, route, slack_id, "accepted", share.community, now)
    await session.flush()
    return share


async def by_key(session: AsyncSession, workspace_id: int, key: str) -> Share:
    """One share of the workspace; `NotFound` when it is gone."""
    found = await session.exec(select(Share).where(Share.workspace_id == workspace_id, Share.key == key))
    share = found.first()
    if share is None:
        raise NotFound(N_("I no longer have these words. Please start again from the answer."))
    return share


async def note_channel(
    session: AsyncSession, workspace_id: int, key: str, *, link: str = "", problem: str = ""
) -> None:
    """Where the words are in Slack, or why they are not there."""
    share = await by_key(session, workspace_id, key)
    share.channel_state, share.channel_link = ("failed", "") if problem else ("posted", link[:500])
    share.problem = problem[:500] or share.problem


async def note_forum(
    session: AsyncSession, workspace_id: int, key: str, *, link: str = "", held: bool = False, problem: str = ""
) -> None:
    """Where the words are on the forum, that a moderator holds them, or why they are not there."""
    share = await by_key(session, workspace_id, key)
    share.forum_state = "failed" if problem else "held" if held else "posted"
    share.forum_link = link[:500]
    share.problem = problem[:500] or share.problem
