"""Block Kit as Slack checks it: every block and view that comes in, with the complaints Slack would make.

Written from Slack's reference, apart from the app's own check of what it sends: two readings of one contract.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from app.playground.slack.elements import (
    AS_ACCESSORY,
    BLOCK_ID,
    BUTTON,
    IMAGE,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    PICTURE,
    SECTION_HAS_TEXT,
    URL,
)
from app.playground.slack.schema import (
    Check,
    Finding,
    Findings,
    any_field,
    anything,
    boolean,
    exactly_one,
    integer,
    items,
    number,
    one_of,
    plain,
    rich,
    shape,
    string,
    together,
    typed,
)

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 13_200
MARKDOWN_TEXT = 12_000
VIEW_BYTES = 250_000
# Where a block keeps several elements that can be acted on.
LISTED = {"actions": "elements", "context_actions": "elements", "card": "actions"}

NOT_IN_MESSAGES = frozenset({"alert"})
NOT_IN_HOME = frozenset(
    {"table", "data_table", "data_visualization", "markdown", "context_actions", "plan", "task_card", "alert"}
)
NOT_IN_MODALS = (NOT_IN_HOME - {"alert"}) | {"card", "carousel", "container"}


def rich_text(findings: Findings, at: str, value: Any) -> None:
    """A rich_text block: known containers, and text that counts towards the message's length."""
    containers = {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}
    leaves = {"text", "link", "user", "usergroup", "channel", "team", "emoji", "broadcast", "color", "date"}

    def walk(at: str, elements: Any, allowed: set[str]) -> None:
        if not isinstance(elements, list):
            findings.add(at, "must be an array")
            return
        for index, one in enumerate(elements):
            kind = one.get("type") if isinstance(one, dict) else None
            if kind not in allowed:
                findings.add(f"{at}/{index}/type", f"unsupported type: {kind}")
            elif kind in containers:
                inside = {"rich_text_section"} if kind == "rich_text_list" else leaves
                walk(f"{at}/{index}/elements", one.get("elements"), inside)
            else:
                findings.text += len(str(one.get("text") or ""))

    walk(f"{at}/elements", value.get("elements"), containers)


def _block(required: dict[str, Check], optional: dict[str, Check] | None = None, *more: Check) -> Check:
    return together(shape({"type": anything, **required}, {"block_id": BLOCK_ID, **(optional or {})}), *more)


_CELL = typed(
    {
        "raw_text": shape({"type": anything, "text": string(least=0, shown=True)}),
        "raw_number": shape({"type": anything, "value": number}, {"text": string()}),
        "rich_text": together(any_field("elements"), rich_text),
    },
    "a cell of a table",
)
_AXES = shape(
    {"categories": items(string(20), 20)},
    {"x_label": string(50, least=0), "y_label": string(50, least=0)},
)
_POINT = shape({"label": string(20), "value": number})
_SERIES = shape({"name": string(20), "data": items(_POINT, 20)})
_LINES = shape({"type": anything, "series": items(_SERIES, 6), "axis_config": _AXES})
_CHART = typed(
    {
        "line": _LINES,
        "bar": _LINES,
        "area": _LINES,
        "pie": shape(
            {"type": anything, "segments": items(shape({"label": string(20), "value": number}), 6)},
        ),
    },
    "a chart",
)
_CARD = _block(
    {},
    {
        "hero_image": IMAGE,
        "icon": IMAGE,
        "title": rich(150),
        "subtitle": rich(150),
        "body": rich(200),
        "actions": items(typed({"button": BUTTON}, "a button"), 2),
    },
    any_field("title", "body", "hero_image", "actions"),
)

BLOCKS: dict[str, Check] = {
    "section": _block(
        {},
        {"text": rich(3000), "fields": items(rich(2000), 10), "accessory": AS_ACCESSORY, "expand": boolean},
        SECTION_HAS_TEXT,
    ),
    "actions": _block({"elements": items(IN_ACTIONS, 25)}),
    "context": _block({"elements": items(IN_CONTEXT, 10)}),
    "context_actions": _block({"elements": items(IN_CONTEXT_ACTIONS, 5)}),
    "divider": _block({}),
    "header": _block({"text": plain(150)}, {"level": integer(1, 4)}),
    "image": _block(
        {"alt_text": string(2000)}, {"title": plain(2000), **PICTURE}, exactly_one("image_url", "slack_file")
    ),
    "input": _block(
        {"label": plain(2000), "element": IN_INPUT},
        {"dispatch_action": boolean, "hint": plain(2000), "optional": boolean},
    ),
    "markdown": _block({"text": string(MARKDOWN_TEXT, shown=True)}),
    "rich_text": _block({"elements": anything}, {}, rich_text),
    "table": _block({"rows": items(items(_CELL, 20), 100)}, {"column_settings": items(anything, 20, least=0)}),
    "data_table": _block(
        {"caption": string(), "rows": items(items(_CELL, 20), 101, least=2)},
        {"page_size": integer(1), "row_header_column_index": integer(0)},
    ),
    "data_visualization": _block({"title": string(50), "chart": _CHART}),
    "video": _block(
        {
            "alt_text": string(),
            "title": plain(199),
            "thumbnail_url": URL,
            "video_url": string(3000, pattern="^https://"),
        },
        {
            "title_url": string(3000, pattern="^https://"),
            "author_name": string(49),
            "description": plain(199),
            "provider_name": string(),
            "provider_icon_url": URL,
        },
    ),
    "alert": _block({"text": rich(3000)}, {"level": one_of("default", "info", "warning", "error", "success")}),
    "card": _CARD,
    "carousel": _block({"elements": items(_CARD, 10)}),
    "task_card": anything,
    "plan": anything,
    "container": anything,
    "file": _block({"external_id": string(), "source": one_of("remote")}),
    "call": _block({"call_id": string()}),
}
ANY_BLOCK = typed(BLOCKS, "a block")

_VIEW_FIELDS: dict[str, Check] = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
    "clear_on_close": boolean,
    "notify_on_close": boolean,
    "submit": plain(24),
    "close": plain(24),
}
_VIEWS = {
    "modal": shape(
        {"type": anything, "title": plain(24), "blocks": anything}, {**_VIEW_FIELDS, "submit_disabled": boolean}
    ),
    "home": shape({"type": anything, "blocks": anything}, {**_VIEW_FIELDS, "title": plain(24)}),
}


def check_message(blocks: Any) -> list[Finding]:
    """Complaints about a message's blocks, pointers from `/blocks`; empty when Slack would take them."""
    findings = Findings()
    _check_blocks(findings, "/blocks", blocks, MESSAGE_BLOCKS, NOT_IN_MESSAGES)
    return findings.found


def check_view(view: Any, kind: str) -> list[Finding]:
    """Complaints about a view that has to be a `modal` or a `home`, pointers from `/view`."""
    findings = Findings()
    if not isinstance(view, dict):
        return [Finding("/view", "must be an object")]
    if view.get("type") != kind:
        return [Finding("/view/type", f"unsupported type: {view.get('type')}")]
    _VIEWS[kind](findings, "/view", view)
    blocks = view.get("blocks")
    _check_blocks(findings, "/view/blocks", blocks, VIEW_BLOCKS, NOT_IN_MODALS if kind == "modal" else NOT_IN_HOME)
    listed = [one for one in blocks if isinstance(one, dict)] if isinstance(blocks, list) else []
    if kind == "modal" and "submit" not in view and any(one.get("type") == "input" for one in listed):
        findings.add("/view/submit", "missing required field: submit (there are input blocks)")
    if sum(bool(element.get("focus_on_load")) for _, _, element in elements(listed)) > 1:
        findings.add("/view/blocks", "only one element may have focus_on_load")
    return findings.found


def text_length(blocks: Any) -> int:
    """Characters of all text in a message's blocks together (Slack's limit is about 13,200)."""
    findings = Findings()
    _check_blocks(findings, "/blocks", blocks, MESSAGE_BLOCKS, frozenset())
    return findings.text


def view_bytes(view: Any) -> int:
    """Size of a view's JSON in bytes (Slack's limit is 250 kB)."""
    return len(json.dumps(view, ensure_ascii=False, separators=(",", ":")).encode())


def elements(blocks: list[Any]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Every element of blocks that can be acted on or filled in: block index, pointer within the block, element."""
    for index, block in enumerate(blocks):
        if not isinstance(block, dict):
            continue
        for name in ("element", "accessory"):
            if isinstance(block.get(name), dict):
                yield index, f"/{name}", block[name]
        name = LISTED.get(str(block.get("type")), "")
        listed = block.get(name)
        for place, one in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(one, dict):
                yield index, f"/{name}/{place}", one


def named(blocks: list[dict[str, Any]], fresh: Callable[[], str]) -> list[dict[str, Any]]:
    """The blocks with a block_id and every element with an action_id, made up where missing, as Slack does."""
    copied: list[dict[str, Any]] = json.loads(json.dumps(blocks))
    for block in copied:
        block.setdefault("block_id", fresh())
    for _, _, element in elements(copied):
        element.setdefault("action_id", fresh())
    return copied


def _check_blocks(findings: Findings, at: str, blocks: Any, most: int, forbidden: frozenset[str]) -> None:
    items(ANY_BLOCK, most, least=0)(findings, at, blocks)
    if not isinstance(blocks, list):
        return
    for index, block in enumerate(blocks):
        if isinstance(block, dict) and str(block.get("type")) in forbidden:
            findings.add(f"{at}/{index}/type", f"unsupported type: {block['type']}")
    _check_ids(findings, at, blocks)
    kinds = [block.get("type") for block in blocks if isinstance(block, dict)]
    if kinds.count("table") + kinds.count("data_table") > 1:
        findings.add(at, "only one table is allowed")
    if kinds.count("data_visualization") > 2:
        findings.add(at, "no more than 2 data_visualization blocks allowed")
    markdown = sum(
        len(str(one.get("text"))) for one in blocks if isinstance(one, dict) and one.get("type") == "markdown"
    )
    if markdown > MARKDOWN_TEXT:
        findings.add(at, f"markdown text must be less than {MARKDOWN_TEXT + 1} characters in all blocks together")


def _check_ids(findings: Findings, at: str, blocks: list[Any]) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        ident = block.get("block_id") if isinstance(block, dict) else None
        if isinstance(ident, str) and ident in seen:
            findings.add(f"{at}/{index}/block_id", f"`block_id` {ident} already exists")
        elif isinstance(ident, str):
            seen.add(ident)
    actions: set[tuple[int, str]] = set()
    for index, pointer, element in elements(blocks):
        action = element.get("action_id")
        if isinstance(action, str) and (index, action) in actions:
            findings.add(f"{at}/{index}{pointer}/action_id", f"`action_id` {action} already exists for this block")
        elif isinstance(action, str):
            actions.add((index, action))
        in_modal_input = at.startswith("/view") and pointer == "/element"
        if not in_modal_input and (element.get("type") == "file_input" or element.get("response_url_enabled")):
            findings.add(f"{at}/{index}{pointer}", "only allowed in input blocks of modals")
