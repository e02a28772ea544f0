"""conversations.*: listing, reading, opening, joining, making."""

from __future__ import annotations

import re

from app.playground.slack import shapes
from app.playground.slack.api.registry import HISTORY, MANAGE, READ, Answer, Call, method, readable
from app.playground.slack.state import Channel, Message, SlackError


def known(call: Call, scopes: dict[str, str]) -> Channel:
    """The conversation of the `channel` argument, with the scope for its kind."""
    if not call.token.scopes.intersection(scopes.values()):
        call.need(scopes["public"])
    room = call.room()
    call.need(scopes[room.kind])
    return room


@method("conversations.info", *READ.values())
def info(call: Call) -> Answer:
    """One conversation."""
    room = known(call, READ)
    return {"channel": shapes.channel(room, call.me, members=call.flag("include_num_members"))}


@method("conversations.list", *READ.values(), tier="2")
def list_(call: Call) -> Answer:
    """Public conversations and the bot's own closed ones, by `types`, in pages."""
    rooms, rest = call.page(readable(call, call.slack.channels.values()))
    return {"channels": [shapes.channel(one, call.me, members=True) for one in rooms], **rest}


@method("users.conversations", *READ.values(), tier="2")
def of_user(call: Call) -> Answer:
    """Conversations a person (default: the bot) is in, of those the bot can know."""
    person = call.text("user") or call.me
    call.slack.member(person)
    inside = [one for one in readable(call, call.slack.channels.values()) if person in one.members]
    rooms, rest = call.page(inside)
    return {"channels": [shapes.channel(one, call.me) for one in rooms], **rest}


@method("conversations.members", *READ.values(), tier="4")
def members(call: Call) -> Answer:
    """Ids of the people in a conversation, in pages."""
    room = known(call, READ)
    people, rest = call.page(room.members)
    return {"members": people, **rest}


def _timed(call: Call, messages: list[Message]) -> list[Message]:
    oldest, latest, inclusive = call.text("oldest"), call.text("latest"), call.flag("inclusive")
    for name, value in (("oldest", oldest), ("latest", latest)):
        if value and not re.fullmatch(r"\d+(\.\d+)?", value):
            raise SlackError(f"invalid_ts_{name}")
    low, high = float(oldest or 0), float(latest or "inf")
    return [one for one in messages if low < float(one.ts) < high or (inclusive and one.ts in (oldest, latest))]


def _readable_messages(call: Call) -> Channel:
    room = known(call, HISTORY)
    if call.me not in room.members:
        raise SlackError("not_in_channel")
    return room


@method("conversations.history", *HISTORY.values())
def history(call: Call) -> Answer:
    """Top-level messages, the newest first; metadata only with `include_all_metadata`."""
    room = _readable_messages(call)
    found = [one for one in room.messages if not one.deleted and (not one.is_reply or one.broadcast)]
    page, rest = call.page(_timed(call, found)[::-1], most=999)
    more = bool(rest["response_metadata"]["next_cursor"])
    metadata = call.flag("include_all_metadata")
    shown = [shapes.message(call.slack, one, metadata=metadata) for one in page]
    return {"messages": shown, "has_more": more, "pin_count": len(room.pins), **(rest if more else {})}


@method("conversations.replies", *HISTORY.values())
def replies(call: Call) -> Answer:
    """A thread: its parent, then replies, the oldest first; `thread_not_found`."""
    room = _readable_messages(call)
    ts = call.required("ts")
    found = [one for one in room.messages if not one.deleted and ts in (one.ts, one.thread_ts)]
    if not found:
        raise SlackError("thread_not_found")
    parent = [one for one in found if one.ts == ts]
    rest_of = _timed(call, [one for one in found if one.ts != ts])
    page, rest = call.page([*parent, *rest_of], default=1000)
    more = bool(rest["response_metadata"]["next_cursor"])
    metadata = call.flag("include_all_metadata")
    shown = [shapes.message(call.slack, one, metadata=metadata) for one in page]
    return {"messages": shown, "has_more": more, **(rest if more else {})}


@method("conversations.open", "im:write", "mpim:write")
def open_(call: Call) -> Answer:
    """A DM, or a group DM of up to eight others. `user_not_found`, `user_disabled`, `cannot_dm_bot`.

    Somebody from another organisation can be written to while they share a channel with the bot, else it is
    `invalid_user_combination`.
    """
    if call.has("channel"):
        room = call.room()
        return {"channel": {"id": room.id}, "no_op": True, "already_open": True}
    people = call.ids("users")
    if not people:
        raise SlackError("users_list_not_supplied")
    if len(people) > 8:
        raise SlackError("too_many_users")
    call.need("im:write" if len(people) == 1 else "mpim:write")
    for one in people:
        who = call.slack.people.get(one)
        if who is None:
            raise SlackError("user_not_found")
        if who.left:
            raise SlackError("user_disabled")
        if who.bot:
            raise SlackError("cannot_dm_bot")
        if who.outsider and not call.slack.meets(call.me, one):
            raise SlackError("invalid_user_combination")
    before = set(call.slack.channels)
    room = call.slack.open_dm(call.me, *people)
    shown = shapes.channel(room, call.me) if call.flag("return_im") else {"id": room.id}
    return {"channel": shown, **({"no_op": True, "already_open": True} if room.id in before else {})}


@method("conversations.join", "channels:join")
def join(call: Call) -> Answer:
    """The bot joins a public channel; already inside is a warning."""
    room = call.room()
    if room.kind != "public":
        raise SlackError("method_not_supported_for_channel_type")
    if not call.slack.join(call.me, room.id):
        call.warnings.append("already_in_channel")
    return {"channel": shapes.channel(room, call.me)}


@method("conversations.leave", *MANAGE.values())
def leave(call: Call) -> Answer:
    """The bot leaves."""
    room = known(call, MANAGE)
    if call.me not in room.members:
        return {"not_in_channel": True}
    call.slack.leave(call.me, room.id)
    return {}


@method("conversations.create", "channels:manage", "groups:write", tier="2")
def create(call: Call) -> Answer:
    """A new channel: lower-case letters, digits, hyphens, underscores, at most 80. `name_taken`, `invalid_name_…`."""
    private = call.flag("is_private")
    call.need(MANAGE["private" if private else "public"])
    name = call.text("name")
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > 80:
        raise SlackError("invalid_name_maxlength")
    if name != name.lower() or re.search(r"[\s.,!?@#]", name):
        raise SlackError("invalid_name_specials")
    if not re.search(r"\w", name):
        raise SlackError("invalid_name_punctuation")
    room = call.slack.create_channel(name, call.me, private=private)
    return {"channel": shapes.channel(room, call.me)}


@method("conversations.invite", "channels:manage", "channels:write.invites", "groups:write")
def invite(call: Call) -> Answer:
    """Put people into a channel the bot is in. Errors of single people come in `errors`."""
    room = call.room()
    if room.archived:
        raise SlackError("is_archived")
    if call.me not in room.members:
        raise SlackError("not_in_channel")
    people = call.ids("users")
    if not people:
        raise SlackError("no_user")
    wrong = [{"user": one, "ok": False, "error": error} for one in people if (error := _uninvitable(call, room, one))]
    if wrong and not (call.flag("force") and len(wrong) < len(people)):
        raise SlackError(str(wrong[0]["error"]), errors=wrong)
    for one in people:
        if not _uninvitable(call, room, one):
            call.slack.join(one, room.id, inviter=call.me)
    return {"channel": shapes.channel(room, call.me), **({"errors": wrong} if wrong else {})}


def _uninvitable(call: Call, room: Channel, person: str) -> str:
    who = call.slack.people.get(person)
    if who is None or who.left:
        return "user_not_found"
    if person == call.me:
        return "cant_invite_self"
    return "already_in_channel" if person in room.members else ""


@method("conversations.archive", *MANAGE.values(), tier="2")
def archive(call: Call) -> Answer:
    """Archive a channel; `already_archived`, `cant_archive_general`."""
    room = known(call, MANAGE)
    if room.general:
        raise SlackError("cant_archive_general")
    if room.archived:
        raise SlackError("already_archived")
    call.slack.archive(room.id, call.me)
    return {}


@method("conversations.setTopic", *MANAGE.values(), tier="2")
def set_topic(call: Call) -> Answer:
    """Set a channel's topic (at most 250 characters)."""
    room = known(call, MANAGE)
    if call.me not in room.members:
        raise SlackError("not_in_channel")
    if len(call.text("topic")) > 250:
        raise SlackError("too_long")
    room.topic = call.text("topic")
    return {"channel": shapes.channel(room, call.me)}
