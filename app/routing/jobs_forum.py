"""Post a person's words on the forum in their own name, where their account is known."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import structlog

from app.discourse.gateway import Enqueued
from app.discourse.markup import to_markdown
from app.errors import DomainError, Refused, Unavailable
from app.members import queries as members
from app.members import service as members_service
from app.services import Services
from app.slack.mrkdwn import escape
from models import Member, Share

log = structlog.get_logger(__name__)


async def publish(services: Services, team_id: str, share: Share, origin: Mapping[str, Any]) -> tuple[str, bool]:
    """Begin the topic; gives its link and whether a moderator holds it. Safe to repeat: keyed by the share.

    With an `origin` (a route's) the words are another person's, who is named. Raises `DomainError`s: `Unavailable`
    to try again, others with a reason for the person.
    """
    forum = services.forum
    if forum is None or share.category_id is None:
        raise Refused("No forum is connected.")
    async with services.db.read_only() as session:
        member = await members.member(session, share.workspace_id, share.slack_id)
    username = await _account(services, team_id, share, member)
    # Kept as plain text: its angle brackets are the person's own, not Slack's.
    raw = to_markdown(escape(share.text))
    if origin:
        async with services.db.read_only() as session:
            author = await members.member(session, share.workspace_id, str(origin["author"]))
        raw += f"\n\n*First shared by {_name(author)} on Slack.*"
    if not username:
        raw += f"\n\n*{'Carried over' if origin else 'Shared'} by {_name(member)} from Slack.*"
    made = await forum.create_topic(
        username=username or services.settings.discourse_api_username,
        title=share.title,
        raw=raw,
        category_id=share.category_id,
        tags=share.tags,
        # Discourse takes 50 letters of [A-Za-z0-9_-].
        external_id="baobab-" + sha256(share.key.encode()).hexdigest()[:32],
    )
    return ("", True) if isinstance(made, Enqueued) else (made.url, False)


def _name(member: Member | None) -> str:
    return to_markdown(escape(member.name)) if member and member.name else "a colleague"


async def _account(services: Services, team_id: str, share: Share, member: Member | None) -> str:
    """The person's forum username: linked before, or found by their address now; "" where there is none."""
    if member is not None and member.forum_username:
        return member.forum_username
    forum = services.forum
    if forum is None:
        return ""
    try:
        user = await services.slack.user_info(team_id, share.slack_id)
        address = str((user.get("profile") or {}).get("email") or "")
        found = await forum.find_user_by_email(address) if address else None
    except Unavailable:
        raise
    except DomainError as problem:
        # A key without that right, or a person without an address: their name stands in the text instead.
        log.info("no forum account could be looked up", reason=problem.message)
        return ""
    if found is None or not found.active:
        return ""
    async with services.db.transaction() as session:
        await members_service.link_forum(
            session, share.workspace_id, share.slack_id, username=found.username, user_id=found.id
        )
    return found.username
