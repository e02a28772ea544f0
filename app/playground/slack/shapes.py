"""How people, channels, messages and views look in Slack's JSON."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from app.playground import cast
from app.playground.slack import files
from app.playground.slack.inputs import state_values
from app.playground.slack.people import FOUNDED
from app.playground.slack.state import Channel, Ephemeral, Member, Message, UserGroup, View

if TYPE_CHECKING:
    from app.playground.slack.workspace import Workspace

BOT_PROFILE = {
    "id": cast.BOT_ID,
    "deleted": False,
    "name": "Baobab",
    "updated": FOUNDED,
    "app_id": cast.APP_ID,
    "icons": {},
    "team_id": cast.TEAM_ID,
}


def profile(who: Member, *, email: bool) -> dict[str, Any]:
    """A user's profile; the address only when `email`."""
    first, _, last = who.name.partition(" ")
    return {
        "title": who.title,
        "phone": "",
        "skype": "",
        "real_name": who.name,
        "real_name_normalized": who.name,
        "display_name": who.display_name,
        "display_name_normalized": who.display_name,
        "status_text": who.status_text,
        "status_emoji": who.status_emoji,
        "status_expiration": 0,
        "avatar_hash": "g" + who.id[-9:].lower(),
        "huddle_state": "in_a_huddle" if who.in_huddle else "default_unset",
        "huddle_state_expiration_ts": 0,
        "first_name": first,
        "last_name": last,
        "team": who.team_id,
        **({"email": who.email} if email and who.email else {}),
        **({"api_app_id": cast.APP_ID, "bot_id": cast.BOT_ID} if who.bot else {}),
    }


def user(
    who: Member, now: datetime, *, email: bool = False, locale: bool = False, stranger: bool = False
) -> dict[str, Any]:
    """A user object of users.info and of `team_join`, `user_change`.

    `stranger`: somebody from another organisation who shares no channel with the app.
    """
    zone = now.astimezone(ZoneInfo(who.zone))
    offset = zone.utcoffset()
    short: dict[str, Any] = {
        "id": who.id,
        "team_id": who.team_id,
        "name": who.handle,
        "deleted": who.left,
        "profile": profile(who, email=email),
        "is_bot": who.bot,
        "is_app_user": False,
        "updated": who.updated,
    }
    if who.left:
        return short
    return {
        **short,
        "color": "9f69e7",
        "real_name": who.name,
        "tz": who.zone,
        "tz_label": zone.tzname() or who.zone,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "is_admin": who.admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": who.guest,
        "is_ultra_restricted": who.kind == "single",
        "is_email_confirmed": bool(who.email),
        "who_can_share_contact_card": "EVERYONE",
        **({"is_stranger": stranger} if who.outsider else {}),
        **({"locale": who.locale} if locale and not who.outsider else {}),
    }


def channel(room: Channel, viewer: str, *, members: bool = False) -> dict[str, Any]:
    """A conversation object as `viewer` (a user id, mostly the bot) gets it."""
    if room.kind == "im":
        other = next((one for one in room.members if one != viewer), viewer)
        return {
            "id": room.id,
            "created": room.created,
            "is_archived": room.archived,
            "is_im": True,
            "is_org_shared": False,
            "context_team_id": cast.TEAM_ID,
            "user": other,
            "is_user_deleted": False,
            "priority": 0,
        }
    teams = [cast.TEAM_ID, *([cast.PARTNER_TEAM_ID] if room.shared else [])]
    return {
        "id": room.id,
        "name": room.name,
        "is_channel": room.kind == "public",
        "is_group": room.kind == "private",
        "is_im": False,
        "is_mpim": room.kind == "mpim",
        "is_private": room.kind != "public",
        "created": room.created,
        "is_archived": room.archived,
        "is_general": room.general,
        "unlinked": 0,
        "name_normalized": room.name,
        "is_shared": room.shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "context_team_id": cast.TEAM_ID,
        "updated": room.created * 1000,
        "parent_conversation": None,
        "creator": room.creator,
        "is_ext_shared": room.shared,
        "shared_team_ids": teams,
        "pending_connected_team_ids": [],
        "is_member": viewer in room.members,
        "topic": {"value": room.topic, "creator": "", "last_set": 0},
        "purpose": {"value": room.purpose, "creator": room.creator, "last_set": room.created},
        "previous_names": [],
        **({"num_members": len(room.members)} if members else {}),
    }


def channel_label(room: Channel) -> str:
    """A channel's name as commands and clicks carry it: `directmessage` and `privategroup` for closed ones."""
    return {"im": "directmessage", "mpim": room.name, "private": "privategroup"}.get(room.kind, room.name)


def message(slack: Workspace, one: Message, *, metadata: bool = False, thread: bool = True) -> dict[str, Any]:
    """A message object of history, and within clicks and answers to chat.postMessage.

    Without `metadata` only its `event_type` is told, never the `event_payload`.
    """
    answer: dict[str, Any] = {
        "type": "message",
        "user": one.user,
        "ts": one.ts,
        "text": one.text,
        "team": slack.member(one.user).team_id,
    }
    optional: dict[str, Any] = {
        "subtype": one.subtype,
        "blocks": one.blocks,
        "attachments": one.attachments,
        "username": one.username,
        "thread_ts": one.thread_ts,
        "files": [files.shape(slack, slack.files[ident]) for ident in one.files],
    }
    answer |= {name: value for name, value in optional.items() if value}
    if one.bot_id:
        answer |= {"bot_id": one.bot_id, "app_id": cast.APP_ID, "bot_profile": BOT_PROFILE}
    if one.edited_ts:
        answer["edited"] = {"user": one.edited_by, "ts": one.edited_ts}
    if one.reactions:
        answer["reactions"] = [
            {"name": name, "users": list(people), "count": len(people)} for name, people in one.reactions.items()
        ]
    if one.metadata:
        answer["metadata"] = one.metadata if metadata else {"event_type": one.metadata["event_type"]}
    replies = [] if one.is_reply or not thread else [
        reply
        for reply in slack.channel(one.channel).messages
        if reply.thread_ts == one.ts and reply.ts != one.ts and not reply.deleted
    ]  # fmt: skip
    if replies:
        people = list(dict.fromkeys(reply.user for reply in replies))
        answer |= {
            "thread_ts": one.ts,
            "reply_count": len(replies),
            "reply_users_count": len(people),
            "latest_reply": replies[-1].ts,
            "reply_users": people,
            "is_locked": False,
            "subscribed": False,
        }
    return answer


def view(one: View) -> dict[str, Any]:
    """A view object of views.* answers and of interactions, with its state."""
    sent = one.payload
    answer: dict[str, Any] = {
        "id": one.id,
        "team_id": cast.TEAM_ID,
        "type": one.kind,
        "blocks": one.blocks,
        "private_metadata": sent.get("private_metadata") or "",
        "callback_id": one.callback_id,
        "state": {"values": state_values(one.blocks, one.values, one.channel)},
        "hash": one.hash,
        "title": sent.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": bool(sent.get("clear_on_close")),
        "notify_on_close": bool(sent.get("notify_on_close")),
        "close": sent.get("close"),
        "submit": sent.get("submit"),
        "previous_view_id": one.previous_id or None,
        "root_view_id": one.root_id,
        "app_id": cast.APP_ID,
        "external_id": one.external_id,
        "app_installed_team_id": cast.TEAM_ID,
        "bot_id": cast.BOT_ID,
    }
    if one.kind == "modal":
        answer["submit_disabled"] = bool(sent.get("submit_disabled"))
    return answer


def group(one: UserGroup, *, users: bool = False, count: bool = False) -> dict[str, Any]:
    """A user group; its members only when `users`, their number only when `count`."""
    return {
        "id": one.id,
        "team_id": cast.TEAM_ID,
        "is_usergroup": True,
        "is_subteam": True,
        "name": one.name,
        "description": "",
        "handle": one.handle,
        "is_external": False,
        "date_create": FOUNDED,
        "date_update": FOUNDED,
        "date_delete": FOUNDED if one.disabled else 0,
        "auto_type": None,
        "created_by": cast.PEOPLE[0].id,
        "updated_by": cast.PEOPLE[0].id,
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
        **({"user_count": len(one.members)} if count else {}),
        **({"users": list(one.members)} if users else {}),
    }


def source(one: Message | Ephemeral) -> dict[str, Any]:
    """The `container` of a click on a message."""
    return {
        "type": "message",
        "message_ts": one.ts,
        "channel_id": one.channel,
        "is_ephemeral": isinstance(one, Ephemeral),
        **({"thread_ts": one.thread_ts} if one.thread_ts else {}),
    }
