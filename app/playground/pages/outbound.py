"""What people do on the page, handed to the courier; what went wrong comes back as words for a person."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from typing import Any

from app.playground.pages.place import Json
from app.playground.pages.values import Filled
from app.playground.slack.courier import Courier
from app.playground.slack.inputs import fill_in
from app.playground.slack.payloads import Source
from app.playground.slack.state import Message, SlackError, View
from app.playground.slack.transport import Delivery

_SAID = {
    "is_archived": "This channel is archived: nobody can write here any more.",
    "not_in_channel": "Join the channel first.",
    "channel_not_found": "This conversation is not there, or not for you.",
    "no_text": "Write something first.",
    "message_not_found": "That message is gone.",
    "not_found": "That is no longer open.",
    "not_allowed": "Partners from another workspace cannot use this.",
    "messages_tab_disabled": "Baobab writes to you here and takes no messages. Type / commands in any channel.",
    "user_disabled": "This account is closed.",
    "operation_timeout": "Baobab did not answer within three seconds (operation_timeout). Try again.",
    "dispatch_failed": "Baobab could not be reached or had an error (dispatch_failed). Try again.",
}
# What the workspace itself shows, in the modal or as a note in the channel.
_SHOWN_ELSEWHERE = frozenset({"invalid_input", "not_a_command"})


def said(code: str) -> str:
    """Slack's error word in words for a person."""
    return _SAID.get(code, f"Slack says: {code}")


class Outbound:
    """Acts of a person that the app hears of. Each answers words of trouble, or "" when all went well."""

    def __init__(self, courier: Courier) -> None:
        self._courier = courier

    async def command(self, person: str, channel: str, typed: str) -> str:
        """A slash command as typed, its name included; a failure also shows as Slackbot's note in the channel."""
        found = re.match(r"(\S+)\s*(.*)", typed, re.DOTALL)
        name, text = (found[1], found[2]) if found else (typed, "")
        try:
            await self._courier.command(person, name, text, channel)
        except SlackError as error:
            return said(error.code)
        return ""

    async def home_opened(self, person: str) -> None:
        """The person opened the Home; until the app publishes one the page says that it is empty."""
        await self._courier.open_home(person)

    async def act(self, person: str, source: Source, block: str, element: Json, value: Any, filled: Filled) -> str:
        """A click or a choice in `element`; `filled` is what else stands in the fields around it."""
        values = fill_in(source.blocks, filled)
        if isinstance(source, View):
            self._courier.slack.modals.fill(source, values)
        else:
            # Each browser has its own unsent choices: only this person's go with this click.
            source.values = values
        return await self._told(
            self._courier.click(person, source, str(element.get("action_id")), value, block_id=block)
        )

    async def submit(self, person: str, view: View, filled: Filled) -> str:
        """The submit button of a modal; field errors and trouble are shown by the modal itself."""
        return await self._told(self._courier.submit(person, view, filled), shown=True)

    async def close(self, person: str, view: View) -> str:
        """A modal dismissed."""
        return await self._told(self._courier.close_view(person, view))

    async def options(
        self, person: str, source: Source, block: str, action: str, typed: str
    ) -> list[tuple[str, list[Json]]]:
        """Options for an external select, as (group label or "", options); none when the app does not answer."""
        try:
            delivery, flat = await self._courier.options(person, source, action, typed, block_id=block)
        except (SlackError, KeyError):
            return []
        answer = delivery.json if delivery.ok else None
        groups = answer.get("option_groups") if isinstance(answer, dict) else None
        if not flat or not groups:
            return [("", flat)]
        return [(str((one.get("label") or {}).get("text", "")), list(one.get("options") or [])) for one in groups]

    async def shortcut(self, person: str, callback_id: str, message: Message | None) -> str:
        """A message shortcut, or a global one when there is no message."""
        if message is None:
            return await self._told(self._courier.shortcut(person, callback_id))
        return await self._told(self._courier.message_shortcut(person, callback_id, message))

    async def _told(self, sending: Awaitable[Delivery | None], *, shown: bool = False) -> str:
        try:
            delivery = await sending
        except SlackError as error:
            return said(error.code)
        except (KeyError, ValueError):
            return "That choice is no longer offered: the message has changed."
        if delivery is None or delivery.ok or shown or delivery.error in _SHOWN_ELSEWHERE:
            return ""
        return said(delivery.error)
