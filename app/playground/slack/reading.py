"""What a person reads in a message or view, as plain lines."""

from __future__ import annotations

from typing import Any

from app.playground.slack.state import Ephemeral, Message, View

_SHOWN = ("title", "text", "label", "hint", "fields", "elements", "element", "accessory", "options", "placeholder",
          "option_groups", "rows", "description", "alt_text", "child_blocks", "submit", "close")  # fmt: skip


def shown_text(thing: Message | Ephemeral | View) -> str:
    """All text in it from top to bottom, a line each: of the blocks, or of `text` where there are none."""
    lines: list[str] = []
    if isinstance(thing, View):
        _walk({name: thing.payload.get(name) for name in ("title", "submit", "close")}, lines)
        lines += [thing.trouble] if thing.trouble else []
        lines += thing.errors.values()
    _walk(thing.blocks, lines)
    if not isinstance(thing, View):
        if not lines:
            lines.append(thing.text)
        _walk(thing.attachments, lines)
    return "\n".join(lines)


def _walk(node: Any, lines: list[str]) -> None:
    if isinstance(node, list):
        for one in node:
            _walk(one, lines)
    elif isinstance(node, dict):
        for name in _SHOWN:
            value = node.get(name)
            if isinstance(value, str):
                lines.append(value)
            elif value:
                _walk(value, lines)
