"""Inputs of the forms of huddles: block id and action id are the same word."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    InputBlock,
    InputInteractiveElement,
    Option,
    PlainTextInputElement,
    StaticSelectElement,
)

from app.slack.mrkdwn import cut
from app.slack.views import kit


def field(
    name: str, label: str, element: InputInteractiveElement, *, optional: bool = False, hint: str | None = None
) -> InputBlock:
    """One input; block id and action id are the same word."""
    return InputBlock(
        block_id=name,
        label=kit.plain(label),
        element=element,
        optional=optional,
        hint=kit.plain(hint) if hint else None,
    )


def text_input(name: str, value: str, limit: int, *, multiline: bool = False) -> PlainTextInputElement:
    """A text input with what it held."""
    return PlainTextInputElement(
        action_id=name, initial_value=value[:limit] or None, max_length=limit, multiline=multiline
    )


def select(name: str, options: Sequence[tuple[str, str]], chosen: str) -> StaticSelectElement:
    """A menu of (value, text)."""
    made = [Option(value=value, text=kit.plain(cut(text, 75))) for value, text in options]
    return StaticSelectElement(
        action_id=name, options=made, initial_option=next((one for one in made if one.value == chosen), None)
    )
