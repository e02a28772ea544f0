"""files.*: uploading in three steps, and sharing in conversations."""

from __future__ import annotations

import re
from typing import Any

from app.playground import cast
from app.playground.slack import files
from app.playground.slack.api.chat import check_may_post
from app.playground.slack.api.content import Content, checked_content
from app.playground.slack.api.registry import Answer, Call, invalid_arguments, method
from app.playground.slack.state import Channel, FileItem, SlackError

FILE_BYTES = 1_000_000_000
CHANNELS = 100
CHANNEL_ID = "^[CGDZ][A-Z0-9]{8,}$"


@method("files.getUploadURLExternal", "files:write", tier="4")
def upload_url(call: Call) -> Answer:
    """Where to send a file's bytes; an empty file (`length` 0) is a `missing_argument`."""
    name, length = call.required("filename"), call.integer("length", 0)
    if length == 0:
        raise SlackError("missing_argument")
    if length < 0:
        raise invalid_arguments("must be greater than 0 [json-pointer:/length]")
    if length > FILE_BYTES:
        raise SlackError("file_upload_size_restricted")
    item = FileItem(call.slack.fresh_id("F"), name, length)
    call.slack.files[item.id] = item
    return {"upload_url": f"{call.slack.config.base_url}/upload/{item.id}", "file_id": item.id}


@method("files.completeUploadExternal", "files:write", tier="4")
def complete_upload(call: Call) -> Answer:
    """Finish uploads and share them in a conversation, if one is named. `file_not_found`, `not_in_channel`, …

    `channel_id` takes a conversation's id only, not a person's: to send a file to a person open their DM first.
    """
    listed = call.json("files", "invalid_arguments")
    if not isinstance(listed, list) or not listed:
        raise invalid_arguments("missing required field: files")
    found = [call.slack.files.get(str(one.get("id"))) for one in listed]
    items = [one for one in found if one is not None and one.uploaded and not one.completed]
    if len(items) != len(listed):
        raise SlackError("file_not_found")
    rooms = _rooms(call)
    content = _comment(call)
    for item, sent in zip(items, listed, strict=True):
        item.completed, item.title = True, str(sent.get("title") or "")
    for room in rooms:
        _share(call, room, items, content)
    return {"files": [files.shape(call.slack, one) for one in items]}


def _rooms(call: Call) -> list[Channel]:
    """Where to share: all is checked before anything is done."""
    wanted = call.text("channel_id")
    if wanted and not re.match(CHANNEL_ID, wanted):
        raise invalid_arguments(f"input must match regex pattern: {CHANNEL_ID} [json-pointer:/channel_id]")
    several = call.ids("channels")
    if len(several) > CHANNELS:
        raise SlackError("channels_limit_exceeded")
    rooms = []
    for one in dict.fromkeys([*([wanted] if wanted else []), *several]):
        # Only the list takes people's ids.
        room = call.slack.open_dm(call.me, one) if one in call.slack.people else call.slack.channel(one)
        check_may_post(call, room)
        if call.me not in room.members:
            raise SlackError("not_in_channel")
        rooms.append(room)
    if call.text("thread_ts") and len(rooms) != 1:
        raise invalid_arguments("thread_ts needs exactly one channel [json-pointer:/thread_ts]")
    return rooms


def _comment(call: Call) -> Content:
    """The words with the files: `initial_comment`, else `blocks`."""
    sent: dict[str, Any] = {"text": call.text("initial_comment")}
    if not sent["text"]:
        sent = {"blocks": call.json("blocks", "invalid_blocks")}
    return checked_content(call.slack, sent) if any(sent.values()) else Content()


def _share(call: Call, room: Channel, items: list[FileItem], content: Content) -> None:
    for one in items:
        one.shared_in.append(room.id)
    call.slack.post(
        room.id,
        call.me,
        content.text,
        blocks=content.blocks,
        subtype="file_share",
        files=[one.id for one in items],
        thread_ts=call.text("thread_ts"),
        bot_id=cast.BOT_ID,
    )
