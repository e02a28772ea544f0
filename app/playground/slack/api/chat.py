"""chat.*: posting, whispering, updating, deleting, permalinks."""

from __future__ import annotations

from typing import Any

from app.playground import cast
from app.playground.slack import shapes
from app.playground.slack.api.content import UPDATE_TEXT, checked_content, checked_metadata
from app.playground.slack.api.registry import Answer, Call, method
from app.playground.slack.state import Channel, Message, SlackError


def content_sent(call: Call) -> dict[str, Any]:
    """The content arguments of a chat method, parsed from JSON where they are text."""
    return {
        "text": call.text("text"),
        "markdown_text": call.text("markdown_text"),
        "blocks": call.json("blocks", "invalid_blocks_format"),
        "attachments": call.json("attachments", "invalid_attachments"),
    }


def target(call: Call) -> Channel:
    """Where to post: a conversation id, a channel's name, or a person's id (their DM with the bot)."""
    wanted = call.required("channel")
    slack = call.slack
    if wanted[0] in "UW" and wanted in slack.people:
        who = slack.member(wanted)
        if who.left or who.bot or (who.outsider and not slack.meets(call.me, who.id)):
            raise SlackError("channel_not_found")
        return slack.open_dm(call.me, wanted)
    return slack.named(wanted)


def check_may_post(call: Call, room: Channel) -> None:
    """`channel_not_found` for closed conversations without the bot, `not_in_channel`, `is_archived`, …"""
    inside = call.me in room.members
    if room.kind == "im" and not call.slack.config.messages_tab:
        raise SlackError("messages_tab_disabled")
    if not inside and room.kind != "public":
        raise SlackError("channel_not_found")
    if room.archived:
        raise SlackError("is_archived")
    if not inside and "chat:write.public" not in call.token.scopes:
        raise SlackError("not_in_channel")


def check_thread(call: Call, room: Channel) -> str:
    """The `thread_ts` argument, of a message that is there; `cannot_reply_to_message`."""
    thread = call.text("thread_ts")
    if thread and not any(one.ts == thread and not one.deleted for one in room.messages):
        raise SlackError("cannot_reply_to_message")
    return thread


@method("chat.postMessage", "chat:write", tier="special")
def post_message(call: Call) -> Answer:
    """Post as the app; a text beyond 40,000 characters is cut."""
    room = target(call)
    check_may_post(call, room)
    content = checked_content(call.slack, content_sent(call))
    metadata = checked_metadata(call.json("metadata", "invalid_metadata_format"))
    thread = check_thread(call, room)
    named = "chat:write.customize" in call.token.scopes
    posted = call.slack.post(
        room.id,
        call.me,
        content.text,
        blocks=content.blocks,
        attachments=content.attachments,
        metadata=metadata,
        thread_ts=thread,
        broadcast=call.flag("reply_broadcast"),
        bot_id=cast.BOT_ID,
        username=call.text("username") if named else "",
        icon_emoji=call.text("icon_emoji") if named else "",
    )
    # Nobody can have replied yet: no need to look.
    shown = shapes.message(call.slack, posted, thread=False)
    return {"channel": room.id, "ts": posted.ts, "message": shown}


@method("chat.postEphemeral", "chat:write", tier="4")
def post_ephemeral(call: Call) -> Answer:
    """Whisper to one member of a channel; `user_not_in_channel`."""
    person = call.required("user")
    room = target(call)
    check_may_post(call, room)
    if person not in call.slack.people or person not in room.members:
        raise SlackError("user_not_in_channel")
    content = checked_content(call.slack, content_sent(call), longest=40_000)
    note = call.slack.whisper(
        person,
        room.id,
        content.text,
        content.blocks,
        attachments=content.attachments,
        thread_ts=check_thread(call, room),
    )
    return {"message_ts": note.ts}


def own_message(call: Call, refusal: str) -> Message:
    """The message that `channel` and `ts` name, if the app posted it; else `refusal`."""
    room = call.room()
    message = call.slack.message(room.id, call.required("ts"))
    if message.user != call.me:
        raise SlackError(refusal)
    return message


@method("chat.update", "chat:write")
def update(call: Call) -> Answer:
    """Change an own message: without `blocks` they vanish, without `attachments` and `metadata` the old ones stay."""
    message = own_message(call, "cant_update_message")
    sent = content_sent(call)
    kept = message.attachments if sent["attachments"] is None else sent["attachments"]
    content = checked_content(call.slack, {**sent, "attachments": kept}, longest=UPDATE_TEXT)
    fields: dict[str, Any] = {"text": content.text, "blocks": content.blocks, "attachments": content.attachments}
    if call.args.get("metadata") is not None:
        fields["metadata"] = checked_metadata(call.json("metadata", "invalid_metadata_format"))
    # Slack shows "(edited)" only when there are no blocks.
    call.slack.edit(message, call.me, mark=not content.blocks, **fields)
    shown = shapes.message(call.slack, message)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shown}


@method("chat.delete", "chat:write")
def delete(call: Call) -> Answer:
    """Take an own message away."""
    message = own_message(call, "cant_delete_message")
    call.slack.delete(message)
    return {"channel": message.channel, "ts": message.ts}


@method("chat.getPermalink", tier="special")
def permalink(call: Call) -> Answer:
    """The address of a message in this workspace's pages."""
    room = call.room()
    message = call.slack.message(room.id, call.required("message_ts"))
    return {"channel": room.id, "permalink": call.slack.permalink(message)}
