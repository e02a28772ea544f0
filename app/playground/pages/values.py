"""Between a form field and an element: what it holds, and what a browser sent for it in the workspace's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.playground.pages.place import Json, block_id, items
from app.playground.slack.inputs import MANY, STATE_FIELDS, initial_state

_FROM_OPTIONS = frozenset({"static_select", "radio_buttons", "multi_static_select", "checkboxes", "overflow"})
_EXTERNAL = frozenset({"external_select", "multi_external_select"})

# {block_id: {action_id: value}}; values as `app.playground.slack.inputs.filled` takes them.
Filled = dict[str, dict[str, Any]]


def holds(element: Json, state: Mapping[str, Any] | None = None, channel: str = "") -> Any:
    """What the element holds now: the person's choice in `state`, else its initial value, else nothing."""
    kind = str(element.get("type"))
    if kind not in STATE_FIELDS:
        return None
    key = STATE_FIELDS[kind][0]
    if state is not None and key in state:
        return state[key]
    return (initial_state(element, channel) or {}).get(key)


def options_of(element: Json) -> list[Json]:
    """All options of an element, those in groups included."""
    found = items(element.get("options"))
    for group in items(element.get("option_groups")):
        found.extend(items(group.get("options")))
    return found


def read(element: Json, raw: Any, zone: str) -> Any:
    """What a browser sent for one element, as the workspace takes it; an option never offered counts as none.

    `raw` is a string, a list of strings (several choices), or for external selects a list of `{"text", "value"}`.
    """
    kind = str(element.get("type"))
    several = [raw] if isinstance(raw, str) else list(raw or [])
    if kind in _EXTERNAL:
        several = [_option(one) for one in several]
    elif kind in _FROM_OPTIONS:
        known = {one.get("value"): one for one in options_of(element)}
        several = [known[one] for one in several if one in known]
    else:
        several = [str(one) for one in several if one not in (None, "")]
    if kind in MANY:
        return several
    if not several:
        return None
    if kind == "rich_text_input":
        return _rich(several[0])
    return _epoch(several[0], zone) if kind == "datetimepicker" else several[0]


def filled_in(blocks: Sequence[Json], sent: Mapping[str, Any], zone: str) -> Filled:
    """What a browser sent as `{block_id: {action_id: raw}}`; names that are not in the blocks are left out."""
    values: Filled = {}
    for index, block in enumerate(blocks):
        if inner := items(block.get("child_blocks")):
            values.update(filled_in(inner, sent, zone))
        name = block_id(block, index)
        given = sent.get(name)
        for element in elements_of(block):
            action = str(element.get("action_id"))
            if element.get("type") in STATE_FIELDS and isinstance(given, Mapping) and action in given:
                values.setdefault(name, {})[action] = read(element, given[action], zone)
    return values


def elements_of(block: Json) -> list[Json]:
    """The interactive elements of one block, wherever they sit."""
    found = items(block.get("elements")) if block.get("type") in ("actions", "context_actions") else []
    for key in ("element", "accessory"):
        one = block.get(key)
        if isinstance(one, dict):
            found.append(one)
    return found


def find(blocks: Sequence[Json], block: str, action: str) -> Json | None:
    """The element a click names, or `None` when it is no longer there."""
    for index, one in enumerate(blocks):
        inner = items(one.get("child_blocks"))
        if inner and (hit := find(inner, block, action)) is not None:
            return hit
        if block_id(one, index) == block:
            for element in elements_of(one):
                if element.get("action_id") == action:
                    return element
    return None


def epoch_to_local(value: object, zone: str) -> str:
    """An epoch second as the text of a `datetime-local` field on this zone's wall clock; nothing stays empty."""
    if not isinstance(value, int | float):
        return ""
    return datetime.fromtimestamp(value, ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def rich_words(value: object) -> str:
    """The bare words of a rich-text value, one line a section."""
    if not isinstance(value, dict):
        return ""
    return "\n".join(
        "".join(str(leaf.get("text", "")) for leaf in items(part.get("elements")))
        for part in items(value.get("elements"))
    )


def _option(one: Any) -> Json:
    sent = one if isinstance(one, Mapping) else {"text": one, "value": one}
    return {
        "text": {"type": "plain_text", "text": str(sent.get("text")), "emoji": True},
        "value": str(sent.get("value")),
    }


def _rich(text: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def _epoch(text: str, zone: str) -> int | None:
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int(wall.replace(tzinfo=ZoneInfo(zone)).timestamp())
