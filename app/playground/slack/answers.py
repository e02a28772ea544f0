"""What the app says back: bodies of command acks, and posts to response URLs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from app.playground import cast
from app.playground.slack.api.content import Content, checked_content
from app.playground.slack.state import Ephemeral, Message, ResponseUrl, SlackError
from app.playground.slack.transport import Delivery
from app.playground.slack.workspace import Workspace


def said(delivery: Delivery) -> dict[str, Any]:
    """An ack body as a message: JSON as it is, other text as `{"text": …}`, nothing as `{}`."""
    body, kinds = delivery.body, [value for name, value in delivery.headers.items() if name.lower() == "content-type"]
    if not body.strip():
        return {}
    if kinds and "json" not in kinds[0]:
        return {"text": body}
    try:
        parsed = json.loads(body)
    except ValueError:
        return {"text": body}
    return parsed if isinstance(parsed, dict) else {"text": body}


def say(
    slack: Workspace, person: str, channel: str, sent: Mapping[str, Any], thread_ts: str = ""
) -> Message | Ephemeral | None:
    """Show an answer to a person, or to the channel with `response_type: in_channel`. None when there is nothing.

    Raises what `checked_content` raises. Works where the bot is no member.
    """
    if not any(sent.get(name) for name in ("text", "blocks", "attachments")):
        return None
    content = checked_content(slack, sent)
    thread = str(sent.get("thread_ts") or thread_ts)
    if sent.get("response_type") == "in_channel":
        return slack.post(
            channel,
            cast.BOT_USER_ID,
            content.text,
            blocks=content.blocks,
            attachments=content.attachments,
            thread_ts=thread,
            bot_id=cast.BOT_ID,
        )
    return slack.whisper(
        person, channel, content.text, content.blocks, attachments=content.attachments, thread_ts=thread
    )


def use_response_url(slack: Workspace, token: str, sent: Mapping[str, Any]) -> None:
    """What a POST to a response URL does.

    `invalid_url`, `used_url`, `expired_url`; `no_text`, `invalid_blocks`, … for its content.
    """
    granted = slack.grants.use_response_url(token)
    source = _source(slack, granted)
    if sent.get("delete_original"):
        if isinstance(source, Ephemeral):
            slack.change_whisper(source, deleted=True)
        elif source is not None:
            slack.delete(source)
        return
    content = checked_content(slack, sent)
    if sent.get("replace_original") and source is not None:
        _replace(slack, source, content)
        return
    say(slack, granted.person, granted.channel, sent, granted.thread_ts)


def _source(slack: Workspace, granted: ResponseUrl) -> Message | Ephemeral | None:
    if not granted.source_ts:
        return None
    try:
        if granted.source_ephemeral:
            return slack.ephemeral(granted.person, granted.source_ts)
        return slack.message(granted.channel, granted.source_ts)
    except SlackError:
        return None


def _replace(slack: Workspace, source: Message | Ephemeral, content: Content) -> None:
    fields: dict[str, Any] = {"text": content.text, "blocks": content.blocks, "attachments": content.attachments}
    if isinstance(source, Ephemeral):
        slack.change_whisper(source, **fields)
    else:
        slack.edit(source, cast.BOT_USER_ID, mark=not content.blocks, **fields)
