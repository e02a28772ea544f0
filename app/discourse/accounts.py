"""Who is who on both sides: a member's forum account and an account's member, by the same e-mail address.

Addresses are asked for at the moment they are needed and kept nowhere; what is kept is the link.
"""

from __future__ import annotations

import structlog

from app.errors import DomainError, Unavailable
from app.members import queries as members
from app.members import service as members_service
from app.services import Services
from app.slack.people import profile_of

log = structlog.get_logger(__name__)


async def account_of(services: Services, team_id: str, workspace_id: int, slack_id: str) -> str:
    """A member's forum username: linked before, or found by their address now; "" where there is none."""
    async with services.db.read_only() as session:
        member = await members.member(session, workspace_id, slack_id)
    if member is not None and member.forum_username:
        return member.forum_username
    forum = services.forum
    if forum is None:
        return ""
    try:
        user = await services.slack.user_info(team_id, slack_id)
        address = str((user.get("profile") or {}).get("email") or "")
        found = await forum.find_user_by_email(address) if address else None
    except Unavailable:
        raise
    except DomainError as problem:
        # A key without that right, or a person without an address.
        log.info("no forum account could be looked up", reason=problem.message)
        return ""
    if found is None or not found.active:
        return ""
    async with services.db.transaction() as session:
        await members_service.link_forum(session, workspace_id, slack_id, username=found.username, user_id=found.id)
    return found.username


async def member_of(services: Services, team_id: str, workspace_id: int, username: str) -> str:
    """The Slack id of an account's member: linked before, or found by their address now; "" where there is none."""
    async with services.db.read_only() as session:
        known = await members.by_forum_username(session, workspace_id, username)
    if known or services.forum is None:
        return known
    try:
        address = await services.forum.email_of(username)
        user = await services.slack.user_by_email(team_id, address) if address else None
    except Unavailable:
        raise
    except DomainError as problem:
        log.info("no member could be looked up for a forum account", reason=problem.message)
        return ""
    if user is None:
        return ""
    async with services.db.transaction() as session:
        profile = profile_of(user, team_id)
        await members_service.note_members(session, workspace_id, [profile], services.clock.now())
        await members_service.link_forum(session, workspace_id, profile.slack_id, username=username, user_id=None)
    return profile.slack_id
