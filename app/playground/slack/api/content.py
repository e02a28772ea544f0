"""What a message may contain: text, blocks, metadata, checked as chat.postMessage and response URLs do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.playground.slack.blockkit import (
    MESSAGE_TEXT,
    VIEW_BYTES,
    check_message,
    check_view,
    named,
    text_length,
    view_bytes,
)
from app.playground.slack.state import Block, SlackError
from app.playground.slack.workspace import Workspace

TEXT_CUT = 40_000
UPDATE_TEXT = 4_000
METADATA_BYTES = 8_000


@dataclass
class Content:
    """Checked content of a message; block and action ids are all there."""

    text: str = ""
    blocks: list[Block] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)


def checked_content(slack: Workspace, sent: Mapping[str, Any], *, longest: int = 0) -> Content:
    """Content from `text`, `blocks`, `attachments` (parsed).

    `no_text`, `invalid_blocks` (with `errors`), `msg_blocks_too_long`; text beyond `longest` is `msg_too_long`, or
    cut at 40,000 characters when `longest` is 0.
    """
    text = str(sent.get("text") or sent.get("markdown_text") or "")
    blocks = sent.get("blocks") or []
    attachments = sent.get("attachments") or []
    if not isinstance(blocks, list) or not all(isinstance(one, dict) for one in blocks):
        raise SlackError("invalid_blocks_format")
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise SlackError("invalid_attachments")
    for one in attachments:
        _check_blocks(one.get("blocks") or [])
    _check_blocks(blocks)
    if not text.strip() and not blocks and not attachments:
        raise SlackError("no_text")
    if longest and len(text) > longest:
        raise SlackError("msg_too_long")
    return Content(text[:TEXT_CUT], named(blocks, lambda: slack.fresh_id("")[:5]), attachments)


def _check_blocks(blocks: list[Any]) -> None:
    complaints = [str(one) for one in check_message(blocks)]
    if complaints:
        listed = [f"[ERROR] {one}" for one in complaints]
        raise SlackError("invalid_blocks", errors=complaints, response_metadata={"messages": listed})
    if text_length(blocks) > MESSAGE_TEXT:
        raise SlackError("msg_blocks_too_long")


def checked_metadata(metadata: Any) -> dict[str, Any] | None:
    """Message metadata, or None when empty. `invalid_metadata_format`, `metadata_too_large`.

    An `event_type` with other characters than letters, digits, `_` and `-` loses the metadata without a word, as in
    Slack.
    """
    if not metadata:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if view_bytes(metadata) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return metadata if re.fullmatch(r"[A-Za-z0-9_-]+", metadata["event_type"]) else None


def checked_view(slack: Workspace, view: Any, kind: str) -> dict[str, Any]:
    """A view's payload with all ids made. `invalid_arguments` with `/view` pointers, `view_too_large`."""
    if isinstance(view, dict) and view_bytes(view) > VIEW_BYTES:
        raise SlackError("view_too_large")
    complaints = check_view(view, kind)
    if complaints:
        listed = [f"[ERROR] {one}" for one in complaints]
        raise SlackError("invalid_arguments", response_metadata={"messages": listed})
    return {**view, "blocks": named(view["blocks"], lambda: slack.fresh_id("")[:5])}
