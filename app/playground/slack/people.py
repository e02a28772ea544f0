"""Members and channels of the workspace: who is where, who sees what, joining and leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.playground import cast
from app.playground.slack.state import Channel, ChannelKind, Member, Message, SlackError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.playground.slack.feed import Feed

SLACKBOT = "USLACKBOT"
FOUNDED = 1_700_000_000


class Rooms:
    """The part of a workspace that knows people and channels; `Workspace` adds messages to it."""

    people: dict[str, Member]
    channels: dict[str, Channel]
    feed: Feed

    def epoch(self) -> int:
        raise NotImplementedError

    def fresh_ts(self) -> str:
        raise NotImplementedError

    def fresh_id(self, letter: str) -> str:
        raise NotImplementedError

    def emit(self, event: dict[str, Any]) -> None:
        raise NotImplementedError

    def _settle(self) -> None:
        for one in cast.PEOPLE:
            self.people[one.id] = newcomer(one)
        self.people[cast.BOT_USER_ID] = Member(
            cast.BOT_USER_ID, "baobab", "Baobab", "Baobab", "", "", "UTC", "en-US", kind="bot", updated=FOUNDED
        )
        self.people[SLACKBOT] = Member(
            SLACKBOT, "slackbot", "Slackbot", "Slackbot", "", "", "UTC", "en-US", updated=FOUNDED
        )
        for room in cast.ROOMS:
            inside = [*cast.members_of(room), *([cast.BOT_USER_ID] if room.bot_inside else [])]
            self.channels[room.id] = Channel(
                room.id,
                room.name,
                "private" if room.private else "public",
                purpose=room.purpose,
                creator=cast.PEOPLE[0].id,
                created=FOUNDED,
                shared=room.shared,
                general=room.id == "C0GENERAL1",
                community=room.community,
                members=inside,
            )

    def member(self, user: str) -> Member:
        """One person by id; `user_not_found`."""
        found = self.people.get(user)
        if found is None:
            raise SlackError("user_not_found")
        return found

    def channel(self, channel: str) -> Channel:
        """One conversation by id; `channel_not_found`."""
        found = self.channels.get(channel)
        if found is None:
            raise SlackError("channel_not_found")
        return found

    def named(self, name: str) -> Channel:
        """One channel by name (with or without `#`) or id; `channel_not_found`."""
        wanted = name.removeprefix("#")
        for one in self.channels.values():
            if wanted in (one.id, one.name) and (one.name or one.id == wanted):
                return one
        raise SlackError("channel_not_found")

    def actors(self) -> list[Member]:
        """People who can be acted as: everyone but bots and leavers."""
        return [one for one in self.people.values() if not one.bot and not one.left and one.id != SLACKBOT]

    def sees(self, person: str, channel: str) -> bool:
        """Whether a person can open a channel: members always, others only public ones and no guests or outsiders."""
        who, room = self.people.get(person), self.channels.get(channel)
        if who is None or room is None or who.left:
            return False
        return person in room.members or (room.kind == "public" and not who.guest and not who.outsider)

    def meets(self, one: str, other: str) -> bool:
        """Whether two people share a channel (not a DM)."""
        return any(not room.direct and {one, other} <= set(room.members) for room in self.channels.values())

    def visible_channels(self, person: str) -> list[Channel]:
        """Channels (not DMs) a person can open, joined or not, by name."""
        found = [one for one in self.channels.values() if not one.direct and self.sees(person, one.id)]
        return sorted(found, key=lambda one: one.name)

    def joined_channels(self, person: str) -> list[Channel]:
        """Channels (not DMs) a person is in and that are not archived, by name."""
        return [one for one in self.visible_channels(person) if person in one.members and not one.archived]

    def dms(self, person: str) -> list[Channel]:
        """Direct conversations of a person, the latest message first."""
        found = [one for one in self.channels.values() if one.direct and person in one.members]
        return sorted(found, key=lambda one: one.messages[-1].ts if one.messages else "", reverse=True)

    def open_dm(self, *people: str) -> Channel:
        """The DM of two people, or group DM of more (3 to 9); made when it is not there. `user_not_found`."""
        members = list(dict.fromkeys(people))
        for one in members:
            self.member(one)
        for room in self.channels.values():
            if room.direct and set(room.members) == set(members):
                return room
        kind: ChannelKind = "im" if len(members) <= 2 else "mpim"
        handles = sorted(self.people[one].handle for one in members)
        name = "" if kind == "im" else f"mpdm-{'--'.join(handles)}-1"
        room = Channel(
            self.fresh_id("D" if kind == "im" else "G"),
            name,
            kind,
            creator=members[0],
            created=self.epoch(),
            members=members,
        )
        self.channels[room.id] = room
        for one in members:
            self.feed.publish("channel", channel=room.id, person=one)
        return room

    def create_channel(self, name: str, creator: str, *, private: bool = False, purpose: str = "") -> Channel:
        """A new channel with its creator inside; `name_taken`."""
        if any(one.name == name for one in self.channels.values()):
            raise SlackError("name_taken")
        room = Channel(
            self.fresh_id("C"),
            name,
            "private" if private else "public",
            purpose=purpose,
            creator=creator,
            created=self.epoch(),
            members=[creator],
        )
        self.channels[room.id] = room
        self.feed.publish("channel", channel=room.id)
        if not private:
            summary = {"id": room.id, "name": name, "created": room.created, "creator": creator}
            self.emit({"type": "channel_created", "channel": summary})
        return room

    def join(self, person: str, channel: str, inviter: str = "") -> bool:
        """Put someone into a channel; False when already inside. `is_archived`, `user_disabled`."""
        room = self.channel(channel)
        if room.archived:
            raise SlackError("is_archived")
        if self.member(person).left:
            raise SlackError("user_disabled")
        if person in room.members:
            return False
        room.members.append(person)
        self._membership("member_joined_channel", room, person, inviter)
        return True

    def leave(self, person: str, channel: str) -> None:
        """Take someone out of a channel; nothing when not inside."""
        room = self.channel(channel)
        if person in room.members:
            room.members.remove(person)
            self._membership("member_left_channel", room, person, "")

    def _membership(self, kind: str, room: Channel, person: str, inviter: str) -> None:
        self.feed.publish("channel", channel=room.id)
        self.feed.publish("channel", channel=room.id, person=person)
        event = {"type": kind, "user": person, "channel": room.id, "team": self.people[person].team_id}
        event["channel_type"] = "C" if room.kind == "public" else "G"
        self.emit({**event, **({"inviter": inviter} if inviter else {})})

    def archive(self, channel: str, by: str) -> None:
        """Archive a channel: nobody can write there any more."""
        self.channel(channel).archived = True
        self.feed.publish("channel", channel=channel)
        self.emit({"type": "channel_archive", "channel": channel, "user": by})

    def unarchive(self, channel: str, by: str) -> None:
        """Bring an archived channel back."""
        self.channel(channel).archived = False
        self.feed.publish("channel", channel=channel)
        self.emit({"type": "channel_unarchive", "channel": channel, "user": by})

    def rename(self, channel: str, name: str) -> None:
        """Give a channel another name."""
        room = self.channel(channel)
        room.name = name
        self.feed.publish("channel", channel=channel)
        summary = {"id": channel, "name": name, "name_normalized": name, "created": room.created}
        self.emit({"type": "channel_rename", "channel": summary})

    def add_person(self, person: Member, channels: Iterable[str] = ("C0GENERAL1", "C0WELCOME1")) -> Member:
        """Someone new arrives: `team_join`, then they join `channels`."""
        self.people[person.id] = person
        self.feed.publish("member")
        self.emit({"type": "team_join", "user": person.id})
        for one in channels:
            self.join(person.id, one)
        return person

    def change_person(self, person: str, **fields: Any) -> Member:
        """Change someone's fields (`kind="left"` deactivates them): `user_change`."""
        who = self.member(person)
        for name, value in fields.items():
            setattr(who, name, value)
        who.updated = self.epoch()
        if who.left:
            for room in self.channels.values():
                if not room.direct and person in room.members:
                    room.members.remove(person)
        self.feed.publish("member")
        self.emit({"type": "user_change", "user": person})
        if "in_huddle" in fields:
            self.emit({"type": "user_huddle_changed", "user": person})
        return who

    def message_event(self, message: Message) -> dict[str, Any]:
        """The `message` event of one posted message, with its `channel_type`."""
        room = self.channel(message.channel)
        kinds = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}
        optional = {
            "subtype": message.subtype,
            "thread_ts": message.thread_ts,
            "bot_id": message.bot_id,
            "app_id": cast.APP_ID if message.bot_id else "",
            "blocks": message.blocks,
        }
        return {
            "type": "message",
            "channel": message.channel,
            "channel_type": kinds[room.kind],
            "user": message.user,
            "text": message.text,
            "ts": message.ts,
            "team": self.member(message.user).team_id,
            **{name: value for name, value in optional.items() if value},
        }


def newcomer(person: cast.Person) -> Member:
    """A workspace member from a person of the cast; e-mail addresses end in `example.org`."""
    outside = person.kind == "partner"
    return Member(
        person.id,
        person.handle,
        person.name,
        person.name.split()[0],
        person.title,
        "" if outside else f"{person.handle}@baobab.example.org",
        person.zone,
        person.locale,
        kind=person.kind,
        admin=person.admin,
        team_id=cast.PARTNER_TEAM_ID if outside else cast.TEAM_ID,
        updated=FOUNDED,
    )
