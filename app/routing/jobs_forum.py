"""Post a person's words on the forum in their own name, where their account is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.discourse.accounts import account_of
from app.discourse.answers import Enqueued
from app.discourse.markup import to_markdown
from app.discourse.writing import external_id
from app.errors import Refused
from app.members import queries as members
from app.services import Services
from app.slack.mrkdwn import escape
from models import Member, Share


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
    username = await account_of(services, team_id, share.workspace_id, share.slack_id)
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
        external_id=external_id(share.key),
    )
    return ("", True) if isinstance(made, Enqueued) else (made.url, False)


def _name(member: Member | None) -> str:
    return to_markdown(escape(member.name)) if member and member.name else "a colleague"
