"""The Slack calls we make, and no others. Rooms never see this; jobs and listeners do.

Errors: `SlackSaidNo` (will not work again as it is), `RateLimited`, `SlackDown` and `OutcomeUnknown` (all of them
`Unavailable`: try again). In a job's step the latter are tried again by themselves. `team` is a Slack team id.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from app.clock import Clock
from app.db import Database
from app.slack.calls import Answer, Caller, TokenFor
from app.slack.limits import check_message, check_view
from app.slack.posting import Posted, Poster
from app.slack.refusals import OutcomeUnknown, RateLimited, SlackDown, SlackSaidNo
from app.slack.uploading import Uploader

Blocks = Sequence[Mapping[str, Any]]

__all__ = [
    "Blocks",
    "OutcomeUnknown",
    "Posted",
    "RateLimited",
    "SlackDown",
    "SlackGateway",
    "SlackSaidNo",
    "WebSlack",
]


class SlackGateway(Protocol):
    """What Baobab asks of Slack."""

    async def auth_test(self, team: str = "") -> Answer:
        """Who the token is: `team_id`, `team`, `user_id`, `bot_id`, `url`."""
        ...

    async def post_message(
        self,
        team: str,
        channel: str,
        text: str,
        blocks: Blocks | None = None,
        *,
        key: str,
        thread_ts: str | None = None,
        payload: Mapping[str, Any] | None = None,
    ) -> Posted:
        """Post once per `key` to a channel, or to a person by user id; a repeat says where the first went.

        `payload` goes into the message's metadata beside the key. Links are not unfurled.
        """
        ...

    async def update_message(self, team: str, channel: str, ts: str, text: str, blocks: Blocks | None = None) -> None:
        """Redraw a message of ours; without blocks the old ones vanish."""
        ...

    async def delete_message(self, team: str, channel: str, ts: str) -> None:
        """Remove a message of ours; one that is gone already is fine."""
        ...

    async def post_ephemeral(
        self, team: str, channel: str, user: str, text: str, blocks: Blocks | None = None
    ) -> None:
        """Show something to one person in a channel the bot is in. Not durable: people may miss it."""
        ...

    async def respond(self, response_url: str, body: Mapping[str, Any]) -> None:
        """Send a message body to a response URL: five times within half an hour."""
        ...

    async def find_message(
        self, team: str, channel: str, key: str, *, thread_ts: str | None = None, oldest: float = 0.0
    ) -> str | None:
        """The ts of the message that was posted with this key, among the latest thousand since `oldest`."""
        ...

    async def open_dm(self, team: str, *users: str) -> str:
        """The id of the direct conversation with these people."""
        ...

    async def views_open(self, team: str, trigger_id: str, view: Answer) -> Answer:
        """Open a modal, within three seconds of the click; the view as Slack keeps it."""
        ...

    async def views_push(self, team: str, trigger_id: str, view: Answer) -> Answer:
        """Put a modal on top of the one from which the click came."""
        ...

    async def views_update(self, team: str, view_id: str, view: Answer, *, hash: str | None = None) -> Answer:
        """Redraw an open modal; with `hash`, only if nobody has redrawn it since."""
        ...

    async def views_publish(self, team: str, user: str, view: Answer) -> Answer:
        """Draw a person's App Home."""
        ...

    async def user_info(self, team: str, user: str) -> Answer:
        """A person's `user` object, with locale."""
        ...

    async def user_by_email(self, team: str, address: str) -> Answer | None:
        """The `user` object of the person with this address; None where there is none."""
        ...

    def users_list(self, team: str) -> AsyncIterator[list[Answer]]:
        """Everybody, in pages of `user` objects with locale, bots and leavers included."""
        ...

    async def conversation_info(self, team: str, channel: str) -> Answer:
        """A conversation's `channel` object."""
        ...

    async def conversation_members(self, team: str, channel: str) -> list[str]:
        """The user ids in a conversation, bots included."""
        ...

    async def usergroup_members(self, team: str, usergroup: str) -> list[str]:
        """The user ids of a user group."""
        ...

    async def message(self, team: str, channel: str, ts: str) -> Answer | None:
        """One message by its ts, where the bot may read; None when it is gone."""
        ...

    async def permalink(self, team: str, channel: str, ts: str) -> str:
        """The address of a message."""
        ...

    async def send_file(self, team: str, person: str, file: Path, *, filename: str, comment: str, key: str) -> str:
        """Send a file to a person by direct message, once a key; Slack's id of it."""
        ...

    async def add_reaction(self, team: str, channel: str, ts: str, name: str) -> None:
        """React to a message; once is enough."""
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...


class WebSlack:
    """The real thing, on slack_sdk. `token_for(team_id)` gives the bot token; timeouts are in seconds."""

    def __init__(
        self,
        base_url: str,
        token_for: TokenFor,
        *,
        db: Database,
        clock: Clock,
        timeout: float = 5.0,
        interactive_timeout: float = 2.0,
    ) -> None:
        self._caller = Caller(
            base_url, token_for, db=db, clock=clock, timeout=timeout, interactive=interactive_timeout
        )
        self._poster = Poster(self._caller, db, clock, timeout=timeout + 1.0)
        self._uploader = Uploader(self._caller, db, clock, timeout=timeout + 1.0)

    async def auth_test(self, team: str = "") -> Answer:
        return await self._caller.call(team, "auth.test")

    async def post_message(
        self,
        team: str,
        channel: str,
        text: str,
        blocks: Blocks | None = None,
        *,
        key: str,
        thread_ts: str | None = None,
        payload: Mapping[str, Any] | None = None,
    ) -> Posted:
        return await self._poster.post(team, channel, text, blocks, key=key, thread_ts=thread_ts, payload=payload)

    async def update_message(self, team: str, channel: str, ts: str, text: str, blocks: Blocks | None = None) -> None:
        check_message(text, blocks)
        listed = list(blocks) if blocks is not None else None
        await self._caller.call(team, "chat.update", channel=channel, ts=ts, text=text, blocks=listed)

    async def delete_message(self, team: str, channel: str, ts: str) -> None:
        try:
            await self._caller.call(team, "chat.delete", channel=channel, ts=ts)
        except SlackSaidNo as error:
            if error.error != "message_not_found":
                raise

    async def post_ephemeral(
        self, team: str, channel: str, user: str, text: str, blocks: Blocks | None = None
    ) -> None:
        check_message(text, blocks)
        listed = list(blocks) if blocks is not None else None
        await self._caller.call(team, "chat.postEphemeral", channel=channel, user=user, text=text, blocks=listed)

    async def respond(self, response_url: str, body: Mapping[str, Any]) -> None:
        if not body.get("delete_original"):
            check_message(str(body.get("text") or ""), body.get("blocks"))
        await self._caller.respond(response_url, dict(body))

    async def find_message(
        self, team: str, channel: str, key: str, *, thread_ts: str | None = None, oldest: float = 0.0
    ) -> str | None:
        return await self._poster.find(team, channel, key, thread_ts=thread_ts, oldest=oldest)

    async def open_dm(self, team: str, *users: str) -> str:
        answer = await self._caller.call(team, "conversations.open", users=",".join(users))
        return str(answer["channel"]["id"])

    async def views_open(self, team: str, trigger_id: str, view: Answer) -> Answer:
        return await self._view(team, "views.open", view, trigger_id=trigger_id)

    async def views_push(self, team: str, trigger_id: str, view: Answer) -> Answer:
        return await self._view(team, "views.push", view, trigger_id=trigger_id)

    async def views_update(self, team: str, view_id: str, view: Answer, *, hash: str | None = None) -> Answer:
        return await self._view(team, "views.update", view, view_id=view_id, hash=hash)

    async def views_publish(self, team: str, user: str, view: Answer) -> Answer:
        return await self._view(team, "views.publish", view, user_id=user)

    async def user_info(self, team: str, user: str) -> Answer:
        answer = await self._caller.call(team, "users.info", interactive=True, user=user, include_locale=True)
        return dict(answer["user"])

    async def user_by_email(self, team: str, address: str) -> Answer | None:
        try:
            answer = await self._caller.call(team, "users.lookupByEmail", interactive=True, email=address)
        except SlackSaidNo as error:
            if error.error in ("users_not_found", "user_not_found"):
                return None
            raise
        return dict(answer["user"])

    def users_list(self, team: str) -> AsyncIterator[list[Answer]]:
        return self._caller.pages(team, "users.list", "members", limit=200, include_locale=True)

    async def conversation_info(self, team: str, channel: str) -> Answer:
        answer = await self._caller.call(team, "conversations.info", interactive=True, channel=channel)
        return dict(answer["channel"])

    async def conversation_members(self, team: str, channel: str) -> list[str]:
        pages = self._caller.pages(team, "conversations.members", "members", channel=channel, limit=200)
        return [member async for page in pages for member in page]

    async def usergroup_members(self, team: str, usergroup: str) -> list[str]:
        answer = await self._caller.call(team, "usergroups.users.list", interactive=True, usergroup=usergroup)
        return [str(member) for member in answer.get("users") or ()]

    async def message(self, team: str, channel: str, ts: str) -> Answer | None:
        answer = await self._caller.call(
            team,
            "conversations.history",
            interactive=True,
            channel=channel,
            oldest=ts,
            latest=ts,
            inclusive=True,
            limit=1,
        )
        return next((dict(one) for one in answer.get("messages") or () if one.get("ts") == ts), None)

    async def permalink(self, team: str, channel: str, ts: str) -> str:
        answer = await self._caller.call(team, "chat.getPermalink", interactive=True, channel=channel, message_ts=ts)
        return str(answer["permalink"])

    async def send_file(self, team: str, person: str, file: Path, *, filename: str, comment: str, key: str) -> str:
        return await self._uploader.send(team, person, file, filename=filename, comment=comment, key=key)

    async def add_reaction(self, team: str, channel: str, ts: str, name: str) -> None:
        try:
            await self._caller.call(team, "reactions.add", channel=channel, timestamp=ts, name=name)
        except SlackSaidNo as error:
            if error.error != "already_reacted":
                raise

    async def close(self) -> None:
        await self._caller.close()

    async def _view(self, team: str, method: str, view: Answer, **args: Any) -> Answer:
        check_view(view)
        answer = await self._caller.call(team, method, interactive=True, view=view, **args)
        return dict(answer.get("view") or {})
