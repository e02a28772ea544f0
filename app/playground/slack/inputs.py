"""What people fill in: element states as Slack reports them, and what Slack's client refuses to send."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from app.playground.slack.blockkit import elements
from app.playground.slack.elements import offered

Values = dict[str, dict[str, Any]]

# Where an element's state carries what was chosen, and where its initial value stands.
STATE_FIELDS: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", ""),
}
MANY = frozenset({kind for kind in STATE_FIELDS if kind.startswith("multi_")} | {"checkboxes", "file_input"})


def initial_state(element: Mapping[str, Any], channel: str = "") -> dict[str, Any] | None:
    """An element's state before anybody touched it; None for those without state (buttons, overflow)."""
    kind = str(element.get("type"))
    if kind not in STATE_FIELDS:
        return None
    chosen, initial = STATE_FIELDS[kind]
    value = element.get(initial, [] if kind in MANY else None)
    if element.get("default_to_current_conversation") and channel and initial not in element:
        value = [channel] if kind in MANY else channel
    return {"type": kind, chosen: value}


def filled(element: Mapping[str, Any], value: Any) -> dict[str, Any]:
    """The state of an element after a person chose `value`.

    Options are named by their value (or given whole), times and dates as Slack writes them, several as a list.
    `ValueError` when the value is not offered or the element takes none.
    """
    kind = str(element.get("type"))
    if kind == "overflow":
        return {"type": kind, "selected_option": _option(element, value)}
    if kind not in STATE_FIELDS:
        raise ValueError(f"a {kind} cannot be filled in")
    chosen = STATE_FIELDS[kind][0]
    if chosen == "selected_options":
        return {"type": kind, chosen: [_option(element, one) for one in value]}
    if chosen == "selected_option":
        return {"type": kind, chosen: None if value is None else _option(element, value)}
    if kind in MANY:
        return {"type": kind, chosen: list(value)}
    if chosen == "value":
        return {"type": kind, chosen: None if value in (None, "") else str(value)}
    return {"type": kind, chosen: value if value != "" else None}


def _option(element: Mapping[str, Any], value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    for one in offered(dict(element)):
        if one.get("value") == value:
            return dict(one)
    if str(element.get("type")).endswith("external_select"):
        return {"text": {"type": "plain_text", "text": str(value), "emoji": True}, "value": str(value)}
    names = [one.get("value") for one in offered(dict(element))]
    raise ValueError(f"{value!r} is not offered by {element.get('action_id')}: {names}")


def find_element(
    blocks: list[dict[str, Any]], action_id: str, block_id: str = "", value: str | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The block and element with this action_id; `KeyError` lists the ones there are.

    Where several blocks carry the same action_id, `block_id` or a button's `value` tells them apart.
    """
    found = [
        (blocks[index], one)
        for index, _, one in elements(blocks)
        if one.get("action_id") == action_id and block_id in ("", blocks[index].get("block_id"))
    ]
    for block, one in found:
        if value is not None and one.get("value") == value:
            return block, one
    if found:
        return found[0]
    raise KeyError(f"no {action_id!r} here, only {[one.get('action_id') for _, _, one in elements(blocks)]}")


def state_values(blocks: list[dict[str, Any]], values: Values, channel: str = "") -> Values:
    """`state.values` as Slack sends it: every element with state, touched or not."""
    answer: Values = {}
    for index, _, element in elements(blocks):
        state = initial_state(element, channel)
        if state is None:
            continue
        block_id, action_id = str(blocks[index].get("block_id")), str(element.get("action_id"))
        answer.setdefault(block_id, {})[action_id] = values.get(block_id, {}).get(action_id, state)
    return answer


def fill_in(blocks: list[dict[str, Any]], given: Mapping[str, Any]) -> Values:
    """Element states from friendly values: `{block_id: {action_id: value}}`, or `{block_id or action_id: value}`.

    `KeyError` when nothing is called so, `ValueError` when a value is not offered.
    """
    answer: Values = {}
    for name, inner in given.items():
        for block, element, value in _places(blocks, name, inner):
            answer.setdefault(str(block["block_id"]), {})[str(element["action_id"])] = filled(element, value)
    return answer


def _places(blocks: list[dict[str, Any]], name: str, inner: Any) -> list[tuple[dict[str, Any], dict[str, Any], Any]]:
    inside = [(blocks[index], one) for index, _, one in elements(blocks) if blocks[index].get("block_id") == name]
    if inside and isinstance(inner, Mapping) and not {"value", "text"} <= set(inner):
        return [(*find_element(blocks, action, name), value) for action, value in inner.items()]
    if inside:
        return [(*inside[0], inner)]
    return [(*find_element(blocks, name), inner)]


def refused_by_client(blocks: list[dict[str, Any]], values: Values) -> dict[str, str]:
    """What Slack's own client says before sending a modal: `{block_id: message}`; empty when it sends it."""
    answer: dict[str, str] = {}
    for block in blocks:
        element = block.get("element")
        if block.get("type") != "input" or not isinstance(element, dict):
            continue
        block_id = str(block.get("block_id"))
        state = values.get(block_id, {}).get(str(element.get("action_id")), {})
        chosen = state.get(STATE_FIELDS.get(str(element.get("type")), ("value", ""))[0])
        if chosen in (None, "", []):
            if not block.get("optional"):
                answer[block_id] = "Please complete this required field."
        elif isinstance(chosen, str) and (complaint := _typed_wrong(element, chosen)):
            answer[block_id] = complaint
    return answer


def _typed_wrong(element: Mapping[str, Any], text: str) -> str:
    kind = element.get("type")
    if kind == "plain_text_input":
        if len(text) < element.get("min_length", 0):
            return f"Must be at least {element['min_length']} characters."
        if len(text) > element.get("max_length", 3000):
            return f"Must be at most {element.get('max_length', 3000)} characters."
    if kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        return "Enter a valid email address."
    if kind == "url_text_input" and not re.match(r"https?://\S+$", text):
        return "Enter a valid URL."
    if kind == "number_input":
        return _not_a_number(element, text)
    return ""


def _not_a_number(element: Mapping[str, Any], text: str) -> str:
    if not re.fullmatch(r"-?\d+(\.\d+)?", text) or ("." in text and not element.get("is_decimal_allowed")):
        return "Enter a valid number."
    if "min_value" in element and float(text) < float(element["min_value"]):
        return f"Must be at least {element['min_value']}."
    if "max_value" in element and float(text) > float(element["max_value"]):
        return f"Must be at most {element['max_value']}."
    return ""
