"""Slack's limits on messages and views, checked before anything is sent or acknowledged.

Slack refuses an over-long text or a 51st block whole, seconds after the person clicked; here it is a loud error of
ours instead. Limits: docs.slack.dev/reference/block-kit (2026-11). A problem's pointer is a JSON pointer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.slack.limits_elements import Complaints, check_element, in_text, length, listed

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
# chat.postMessage cuts at 40,000; chat.update refuses more than 4,000, and every message of ours may be redrawn.
MESSAGE_TEXT = 4000
# Undocumented: above it `msg_blocks_too_long`.
ALL_BLOCK_TEXT = 13_200
MARKDOWN_TEXT = 12_000
VIEW_BYTES = 250_000
METADATA_BYTES = 8000

_IN_MESSAGES = frozenset(
    "section actions context context_actions divider header image input markdown rich_text table video file call "
    "data_visualization data_table container card carousel plan task_card".split()
)
_ONLY_IN_MESSAGES = frozenset(
    "table data_table data_visualization markdown card carousel container context_actions plan task_card".split()
)
_IN_MODALS = (_IN_MESSAGES - _ONLY_IN_MESSAGES) | {"alert"}
_IN_HOME = (_IN_MESSAGES - _ONLY_IN_MESSAGES) | {"card", "carousel", "container"}


@dataclass(frozen=True)
class LimitProblem:
    """One thing that Slack would refuse: where (a JSON pointer) and what."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.message}"


class OverLimit(ValueError):
    """What we were about to send breaks Slack's limits: a programming error, with everything that is wrong."""

    def __init__(self, problems: Sequence[LimitProblem]) -> None:
        super().__init__("; ".join(str(one) for one in problems))
        self.problems = tuple(problems)


def check_message(
    text: str, blocks: Sequence[Mapping[str, Any]] | None = None, metadata: Mapping[str, Any] | None = None
) -> None:
    """Raise OverLimit unless Slack would take this message."""
    if problems := problems_in_message(text, blocks, metadata):
        raise OverLimit(problems)


def check_view(view: Mapping[str, Any]) -> None:
    """Raise OverLimit unless Slack would take this modal or Home view."""
    if problems := problems_in_view(view):
        raise OverLimit(problems)


def problems_in_message(
    text: str, blocks: Sequence[Mapping[str, Any]] | None = None, metadata: Mapping[str, Any] | None = None
) -> list[LimitProblem]:
    """What Slack would refuse in a message; the text is needed beside blocks, for notifications."""
    found = Complaints()
    if not text.strip():
        found.add("/text", "a message needs text, also beside blocks: notifications and screen readers use it")
    length(found, "/text", text, MESSAGE_TEXT)
    _blocks(found, "/blocks", blocks or (), MESSAGE_BLOCKS, _IN_MESSAGES)
    counted = [str(block.get("type")) for block in blocks or ()]
    if counted.count("table") + counted.count("data_table") > 1:
        found.add("/blocks", "one table a message")
    if counted.count("data_visualization") > 2:
        found.add("/blocks", "two charts a message")
    total = sum(_text_length(block) for block in blocks or ())
    if total > ALL_BLOCK_TEXT:
        found.add("/blocks", f"{total} characters in all blocks together, at most {ALL_BLOCK_TEXT}")
    if metadata is not None:
        size = len(json.dumps(metadata, ensure_ascii=False).encode())
        if size > METADATA_BYTES:
            found.add("/metadata", f"{size} bytes, at most {METADATA_BYTES}")
    return [LimitProblem(*one) for one in found]


def problems_in_view(view: Mapping[str, Any]) -> list[LimitProblem]:
    """What Slack would refuse in a modal or Home view."""
    found = Complaints()
    kind = view.get("type")
    if kind not in ("modal", "home"):
        found.add("/view/type", "modal or home")
    blocks = view.get("blocks") or ()
    if not blocks:
        found.add("/view/blocks", "a view needs at least one block")
    _blocks(found, "/view/blocks", blocks, VIEW_BLOCKS, _IN_HOME if kind == "home" else _IN_MODALS)
    length(found, "/view/private_metadata", view.get("private_metadata"), 3000)
    for name in ("callback_id", "external_id"):
        length(found, f"/view/{name}", view.get(name), 255)
    if kind == "modal":
        for name in ("title", "submit", "close"):
            in_text(found, f"/view/{name}", view.get(name), 24, plain=True, needed=name == "title")
        if not view.get("submit") and any(block.get("type") == "input" for block in blocks):
            found.add("/view/submit", "a modal with an input needs a submit button")
    if sum(_focused(block) for block in blocks) > 1:
        found.add("/view/blocks", "only one element may have the focus")
    size = len(json.dumps(view, ensure_ascii=False).encode())
    if size > VIEW_BYTES:
        found.add("/view", f"{size} bytes, at most {VIEW_BYTES}")
    return [LimitProblem(*one) for one in found]


def _blocks(
    found: Complaints, at: str, blocks: Sequence[Mapping[str, Any]], most: int, allowed: frozenset[str]
) -> None:
    if len(blocks) > most:
        found.add(at, f"{len(blocks)} blocks, at most {most}")
    seen: set[str] = set()
    markdown = 0
    for number, block in enumerate(blocks):
        here = f"{at}/{number}"
        kind = str(block.get("type"))
        if kind not in allowed:
            found.add(f"{here}/type", f"a {kind} block is not possible here")
            continue
        name = block.get("block_id")
        if name:
            length(found, f"{here}/block_id", name, 255)
            if name in seen:
                found.add(f"{here}/block_id", f"{name} is used twice")
            seen.add(name)
        if kind == "markdown":
            markdown += len(block.get("text") or "")
        _block(found, here, kind, block)
    if markdown > MARKDOWN_TEXT:
        found.add(at, f"{markdown} characters in markdown blocks, at most {MARKDOWN_TEXT}")


def _block(found: Complaints, at: str, kind: str, block: Mapping[str, Any]) -> None:
    if kind == "section":
        _section(found, at, block)
    elif kind == "header":
        in_text(found, f"{at}/text", block.get("text"), 150, plain=True)
    elif kind in ("actions", "context", "context_actions"):
        most = {"actions": 25, "context": 10, "context_actions": 5}[kind]
        elements = listed(found, f"{at}/elements", block.get("elements"), most, least=1)
        _unlike(found, at, elements)
        for number, element in enumerate(elements):
            here = f"{at}/elements/{number}"
            if element.get("type") in ("mrkdwn", "plain_text"):
                in_text(found, here, element, 3000)
            else:
                check_element(found, here, element)
    elif kind == "input":
        in_text(found, f"{at}/label", block.get("label"), 2000, plain=True)
        in_text(found, f"{at}/hint", block.get("hint"), 2000, plain=True, needed=False)
        check_element(found, f"{at}/element", block.get("element") or {})
    elif kind == "image":
        length(found, f"{at}/alt_text", block.get("alt_text"), 2000, needed=True)
        length(found, f"{at}/image_url", block.get("image_url"), 3000)
        in_text(found, f"{at}/title", block.get("title"), 2000, plain=True, needed=False)
    elif kind == "table":
        rows = listed(found, f"{at}/rows", block.get("rows"), 100, least=1)
        for number, row in enumerate(rows):
            listed(found, f"{at}/rows/{number}", row, 20, least=1)
    elif kind == "data_visualization":
        _chart(found, at, block)


def _section(found: Complaints, at: str, block: Mapping[str, Any]) -> None:
    fields = block.get("fields")
    in_text(found, f"{at}/text", block.get("text"), 3000, needed=not fields)
    if fields is not None:
        for number, one in enumerate(listed(found, f"{at}/fields", fields, 10, least=1)):
            in_text(found, f"{at}/fields/{number}", one, 2000)
    if accessory := block.get("accessory"):
        check_element(found, f"{at}/accessory", accessory)


def _chart(found: Complaints, at: str, block: Mapping[str, Any]) -> None:
    for path, owner in ((f"{at}/chart", block.get("chart") or {}), (at, block)):
        series = owner.get("series")
        if not isinstance(series, Sequence):
            continue
        for number, one in enumerate(listed(found, f"{path}/series", series, 6, least=1)):
            for name in ("data", "points"):
                if name in one:
                    listed(found, f"{path}/series/{number}/{name}", one[name], 20)


def _unlike(found: Complaints, at: str, elements: Sequence[Mapping[str, Any]]) -> None:
    seen: set[str] = set()
    for number, element in enumerate(elements):
        name = element.get("action_id")
        if name and name in seen:
            found.add(f"{at}/elements/{number}/action_id", f"{name} is used twice in the block")
        seen.add(str(name))


def _focused(block: Mapping[str, Any]) -> int:
    element = block.get("element")
    return int(isinstance(element, Mapping) and bool(element.get("focus_on_load")))


def _text_length(value: Any) -> int:
    """Characters people see in a block: every `text` string in it."""
    if isinstance(value, Mapping):
        own = value.get("text")
        return (len(own) if isinstance(own, str) else 0) + sum(_text_length(one) for one in value.values())
    if isinstance(value, list | tuple):
        return sum(_text_length(one) for one in value)
    return 0
