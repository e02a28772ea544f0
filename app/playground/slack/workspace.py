"""The workspace: people, channels, messages, and everything a person or the app does to them.

All changes go through here, so that pages (the feed) and the app (events) hear of each. One event loop, no locks.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import aclosing, contextmanager
from typing import Any

from app.clock import Clock, SystemClock
from app.playground import cast
from app.playground.slack.config import SlackConfig
from app.playground.slack.feed import Feed
from app.playground.slack.grants import Grants
from app.playground.slack.modals import Modals
from app.playground.slack.people import Rooms
from app.playground.slack.state import (
    ApiCall,
    Block,
    Change,
    Channel,
    Ephemeral,
    FileItem,
    Member,
    Message,
    SlackError,
    UserGroup,
)

Event = dict[str, Any]


class Workspace(Rooms):
    """A Slack workspace in memory.

    `modals` holds views, `grants` tokens, triggers and response URLs, `log` every Web API call received.
    `on_event` is called with each event (without envelope) that the app might have subscribed to.
    """

    def __init__(self, config: SlackConfig | None = None, clock: Clock | None = None) -> None:
        self.config = config or SlackConfig()
        self.clock = clock or SystemClock()
        self.feed = Feed()
        self.people: dict[str, Member] = {}
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, UserGroup] = {
            one[0]: UserGroup(one[0], one[1], one[2], list(one[3])) for one in cast.USER_GROUPS
        }
        self.files: dict[str, FileItem] = {}
        self.ephemerals: list[Ephemeral] = []
        self.log: list[ApiCall] = []
        self.on_event: list[Callable[[Event], None]] = []
        self.grants = Grants(self.config, self.clock)
        self.modals = Modals(self.feed, self.fresh_id)
        self._last_ts = 0
        self._quiet = False
        self._read: dict[tuple[str, str], str] = {}
        self._settle()

    # Time and ids

    def epoch(self) -> int:
        """The present instant in seconds."""
        return int(self.clock.now().timestamp())

    def fresh_ts(self) -> str:
        """A message timestamp `seconds.microseconds`, later than every one before."""
        now = round(self.clock.now().timestamp() * 1_000_000)
        self._last_ts = max(now, self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def fresh_id(self, letter: str) -> str:
        """An id of Slack's shape: a letter and ten of A-Z0-9, from the clock's fresh ids."""
        return letter + hashlib.sha256(self.clock.fresh_id().encode()).hexdigest()[:10].upper()

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Within it the app is told nothing: for filling the workspace with a past."""
        was, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = was

    def emit(self, event: Event) -> None:
        """Tell listeners about one event; `event_ts` is set when missing."""
        if self._quiet:
            return
        event.setdefault("event_ts", event.get("ts") or self.fresh_ts())
        for listener in self.on_event:
            listener(event)

    async def watch(self, person: str, since: int | None = None) -> AsyncGenerator[Change, None]:
        """Changes this person may see, for ever; from version `since` on, else from now."""
        # Closed at once when the page goes away, else the feed would go on filling its queue.
        async with aclosing(self.feed.watch(lambda one: self._sees_change(person, one), since)) as changes:
            async for change in changes:
                yield change

    def _sees_change(self, person: str, change: Change) -> bool:
        if change.person:
            return change.person == person
        return not change.channel or self.sees(person, change.channel)

    # Reading

    def history(self, channel: str, viewer: str = "") -> list[Message | Ephemeral]:
        """Top-level messages of a channel, oldest first, with the viewer's own ephemerals; all of it when no viewer.

        `channel_not_found` when the viewer may not see the channel.
        """
        if viewer and not self.sees(viewer, channel):
            raise SlackError("channel_not_found")
        posted: list[Message | Ephemeral] = [
            one for one in self.channel(channel).messages if not one.deleted and (not one.is_reply or one.broadcast)
        ]
        mine = self.ephemerals_of(viewer, channel) if viewer else []
        return sorted([*posted, *(one for one in mine if not one.thread_ts)], key=lambda one: one.ts)

    def thread(self, channel: str, ts: str, viewer: str = "") -> list[Message | Ephemeral]:
        """A thread's parent and replies, oldest first, with the viewer's own ephemerals there."""
        if viewer and not self.sees(viewer, channel):
            raise SlackError("channel_not_found")
        inside: list[Message | Ephemeral] = [
            one for one in self.channel(channel).messages if not one.deleted and ts in (one.ts, one.thread_ts)
        ]
        mine = self.ephemerals_of(viewer, channel) if viewer else []
        return sorted([*inside, *(one for one in mine if one.thread_ts == ts)], key=lambda one: one.ts)

    def message(self, channel: str, ts: str) -> Message:
        """One message that is not deleted; `message_not_found`."""
        for one in reversed(self.channel(channel).messages):
            if one.ts == ts and not one.deleted:
                return one
        raise SlackError("message_not_found")

    def permalink(self, message: Message) -> str:
        """The message's address, as Slack's: `/archives/CHANNEL/p` and the timestamp without its dot."""
        thread = f"?thread_ts={message.thread_ts}&cid={message.channel}" if message.is_reply else ""
        return f"{self.config.base_url}/archives/{message.channel}/p{message.ts.replace('.', '')}{thread}"

    def ephemerals_of(self, person: str, channel: str = "") -> list[Ephemeral]:
        """What only this person sees now, oldest first, in one channel or everywhere."""
        return [
            one for one in self.ephemerals if one.to == person and not one.deleted and channel in ("", one.channel)
        ]

    def ephemeral(self, person: str, ts: str) -> Ephemeral:
        """One ephemeral message of a person; `message_not_found`."""
        for one in reversed(self.ephemerals):
            if one.to == person and one.ts == ts and not one.deleted:
                return one
        raise SlackError("message_not_found")

    def unread(self, person: str, channel: str) -> int:
        """How many top-level messages of others came since the person last read the channel."""
        seen = self._read.get((person, channel), "")
        return sum(
            1 for one in self.history(channel) if isinstance(one, Message) and one.ts > seen and one.user != person
        )

    def mark_read(self, person: str, channel: str) -> None:
        """The person has seen the channel down to its end."""
        messages = self.channel(channel).messages
        self._read[person, channel] = messages[-1].ts if messages else ""

    # Writing

    def post(self, channel: str, user: str, text: str = "", **more: Any) -> Message:
        """Add one message as anybody (no checks of rights); `more` are other fields of `Message`."""
        room = self.channel(channel)
        message = Message(more.pop("ts", "") or self.fresh_ts(), channel, user, text, **more)
        room.messages.append(message)
        if len(room.messages) > 1 and room.messages[-2].ts > message.ts:
            room.messages.sort(key=lambda one: one.ts)
        self.feed.publish("message", channel=channel, ts=message.ts)
        self.emit(self.message_event(message))
        if not message.bot_id and f"<@{cast.BOT_USER_ID}>" in text and cast.BOT_USER_ID in room.members:
            mention = {**self.message_event(message), "type": "app_mention"}
            del mention["channel_type"]
            self.emit(mention)
        return message

    def check_may_write(self, person: str, channel: str) -> None:
        """Whether Slack's client gives this person a composer here.

        `user_disabled`, `channel_not_found`, `is_archived`, `not_in_channel`, `messages_tab_disabled`.
        """
        who, room = self.member(person), self.channel(channel)
        if who.left:
            raise SlackError("user_disabled")
        if not self.sees(person, channel):
            raise SlackError("channel_not_found")
        if room.archived:
            raise SlackError("is_archived")
        if person not in room.members:
            raise SlackError("not_in_channel")
        closed = self.config.messages_read_only or not self.config.messages_tab
        if room.kind == "im" and cast.BOT_USER_ID in room.members and closed:
            raise SlackError("messages_tab_disabled")

    def post_as_person(self, person: str, channel: str, text: str, thread_ts: str = "") -> Message:
        """A person types a message; `text` as Slack stores it. `no_text`, and what `check_may_write` raises."""
        self.check_may_write(person, channel)
        if not text.strip():
            raise SlackError("no_text")
        message = self.post(channel, person, text, thread_ts=thread_ts)
        self.mark_read(person, channel)
        return message

    def edit(self, message: Message, by: str, *, mark: bool = True, **fields: Any) -> None:
        """Change a message's `text`, `blocks`, `attachments` or `metadata`; `mark` shows "(edited)"."""
        before = self.message_event(message)
        for name, value in fields.items():
            setattr(message, name, value)
        if mark:
            message.edited_ts, message.edited_by = self.fresh_ts(), by
        self.feed.publish("message_changed", channel=message.channel, ts=message.ts)
        self._hidden_event("message_changed", message, message=self.message_event(message), previous_message=before)

    def delete(self, message: Message) -> None:
        """Take a message away."""
        message.deleted = True
        self.feed.publish("message_deleted", channel=message.channel, ts=message.ts)
        before = self.message_event(message)
        self._hidden_event("message_deleted", message, deleted_ts=message.ts, previous_message=before)

    def _hidden_event(self, subtype: str, about: Message, **more: Any) -> None:
        where = {"channel": about.channel, "channel_type": self.message_event(about)["channel_type"]}
        self.emit({"type": "message", "subtype": subtype, "hidden": True, **where, "ts": self.fresh_ts(), **more})

    def whisper(self, to: str, channel: str, text: str = "", blocks: Iterable[Block] = (), **more: Any) -> Ephemeral:
        """Show a message to one person only."""
        note = Ephemeral(self.fresh_ts(), channel, to, text, list(blocks), **more)
        self.ephemerals.append(note)
        self.feed.publish("ephemeral", channel=channel, person=to, ts=note.ts)
        return note

    def change_whisper(self, note: Ephemeral, *, deleted: bool = False, **fields: Any) -> None:
        """Replace or take away an ephemeral message."""
        for name, value in fields.items():
            setattr(note, name, value)
        note.deleted, note.edited = deleted, not deleted
        self.feed.publish("ephemeral_changed", channel=note.channel, person=note.to, ts=note.ts)

    def dismiss(self, person: str, ts: str) -> None:
        """The person presses "Dismiss message" under an ephemeral one."""
        self.change_whisper(self.ephemeral(person, ts), deleted=True)

    def add_reaction(self, person: str, channel: str, ts: str, name: str) -> None:
        """React with an emoji name. `channel_not_found`, `message_not_found`, `already_reacted`."""
        message = self._reactable(person, channel, ts)
        people = message.reactions.setdefault(name, [])
        if person in people:
            raise SlackError("already_reacted")
        people.append(person)
        self._reaction_changed("reaction_added", message, person, name)

    def remove_reaction(self, person: str, channel: str, ts: str, name: str) -> None:
        """Take a reaction back. `no_reaction` when there is none of this person."""
        message = self._reactable(person, channel, ts)
        people = message.reactions.get(name, [])
        if person not in people:
            raise SlackError("no_reaction")
        people.remove(person)
        if not people:
            del message.reactions[name]
        self._reaction_changed("reaction_removed", message, person, name)

    def _reactable(self, person: str, channel: str, ts: str) -> Message:
        if not self.sees(person, channel):
            raise SlackError("channel_not_found")
        return self.message(channel, ts)

    def _reaction_changed(self, kind: str, message: Message, person: str, name: str) -> None:
        self.feed.publish("reaction", channel=message.channel, ts=message.ts)
        self.emit(self.reaction_event(kind, message, person, name))

    def reaction_event(self, kind: str, message: Message, person: str, name: str) -> Event:
        """A `reaction_added` or `reaction_removed` event without its moment."""
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        return {"type": kind, "user": person, "item": item, "reaction": name, "item_user": message.user}
