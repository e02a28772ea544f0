"""Between a form and Slack's `state.values`: what an element holds, before and after a person touched it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.playground.pages.place import Json, block_id, items

# Element type -> the key of its value in `state.values`, and the key of its initial value.
SINGLE: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
MULTI: dict[str, tuple[str, str]] = {
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
}
_FROM_OPTIONS = frozenset({"static_select", "radio_buttons", "multi_static_select", "checkboxes", "overflow"})
_EXTERNAL = frozenset({"external_select", "multi_external_select"})

Raw = str | Sequence[Any] | None


def holds(element: Json, state: Json | None = None, channel: str = "") -> Any:
    """What the element holds now: the person's choice in `state`, else its initial value, else nothing."""
    kind = str(element.get("type"))
    keys = SINGLE.get(kind) or MULTI.get(kind)
    if keys is None:
        return None
    if state is not None and keys[0] in state:
        return state[keys[0]]
    if element.get("default_to_current_conversation") and not element.get(keys[1]) and channel:
        return [channel] if kind in MULTI else channel
    return element.get(keys[1], [] if kind in MULTI else None)


def options_of(element: Json) -> list[Json]:
    """All options of an element, those in groups included."""
    found = items(element.get("options"))
    for group in items(element.get("option_groups")):
        found.extend(items(group.get("options")))
    return found


def read(element: Json, raw: Raw, zone: str) -> Json:
    """What a browser sent for one element, as Slack puts it into `state.values`.

    `raw` is a string, a list of strings (several choices), or for external selects a list of
    `{"text", "value"}`. An option that was not offered counts as none chosen.
    """
    kind = str(element.get("type"))
    many = _many(raw)
    if kind in MULTI:
        key = MULTI[kind][0]
        if kind in _FROM_OPTIONS:
            return {"type": kind, key: [one for one in options_of(element) if one.get("value") in many]}
        if kind in _EXTERNAL:
            return {"type": kind, key: [_option(one) for one in many]}
        return {"type": kind, key: [str(one) for one in many if one]}
    first = many[0] if many else None
    if kind in _FROM_OPTIONS:
        chosen = next((one for one in options_of(element) if one.get("value") == first), None)
        return {"type": kind, "selected_option": chosen}
    if kind in _EXTERNAL:
        return {"type": kind, "selected_option": _option(first) if first else None}
    if kind == "rich_text_input":
        return {"type": kind, "rich_text_value": _rich(str(first)) if first else None}
    if kind == "datetimepicker":
        return {"type": kind, "selected_date_time": _epoch(str(first), zone) if first else None}
    key = SINGLE[kind][0] if kind in SINGLE else "value"
    return {"type": kind, key: str(first) if first not in (None, "") else None}


def state_values(blocks: Sequence[Json], sent: Mapping[str, Any], zone: str) -> dict[str, dict[str, Json]]:
    """Slack's `state.values` of a message or view, from what a browser sent as `{block_id: {action_id: raw}}`.

    Every stateful element is in it, those the browser left out with their initial value, as Slack does.
    """
    values: dict[str, dict[str, Json]] = {}
    for index, block in enumerate(blocks):
        name = block_id(block, index)
        if inner := items(block.get("child_blocks")):
            values.update(state_values(inner, sent, zone))
        given = sent.get(name)
        for element in elements_of(block):
            kind, action = str(element.get("type")), str(element.get("action_id"))
            if kind not in SINGLE and kind not in MULTI:
                continue
            if isinstance(given, Mapping) and action in given:
                entry = read(element, given[action], zone)
            else:
                entry = {"type": kind, (SINGLE.get(kind) or MULTI[kind])[0]: holds(element)}
            values.setdefault(name, {})[action] = entry
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


def _many(raw: Raw) -> list[Any]:
    if raw is None:
        return []
    return [raw] if isinstance(raw, str) else list(raw)


def _option(one: Any) -> Json:
    sent = one if isinstance(one, Mapping) else {"text": one, "value": one}
    text = sent.get("text")
    words = text.get("text") if isinstance(text, Mapping) else text
    return {
        "text": {"type": "plain_text", "text": str(words), "emoji": True},
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
