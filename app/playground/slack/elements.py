"""The interactive elements of Block Kit and their limits, as docs.slack.dev/reference/block-kit has them."""

from __future__ import annotations

from typing import Any

from app.playground.slack.schema import (
    Check,
    Findings,
    any_field,
    anything,
    boolean,
    exactly_one,
    integer,
    items,
    one_of,
    plain,
    rich,
    shape,
    string,
    together,
    typed,
)

ACTION_ID = string(255)
BLOCK_ID = string(255)
URL = string(3000, pattern=r"^[a-zA-Z][a-zA-Z0-9+.-]*:.+")
USER_ID = string(pattern=r"^[UW][A-Z0-9]+$")
CHANNEL_ID = string(pattern=r"^[CGD][A-Z0-9]+$")
DECIMAL = string(pattern=r"^-?[0-9]+(\.[0-9]+)?$")
STYLE = one_of("primary", "danger")

CONFIRM = shape(
    {"title": plain(100), "text": rich(300), "confirm": plain(30), "deny": plain(30)},
    {"style": STYLE},
)
OPTION = shape({"text": plain(75), "value": string(150)}, {"description": plain(75)})
RICH_OPTION = shape({"text": rich(75), "value": string(150)}, {"description": rich(75)})
OVERFLOW_OPTION = shape({"text": plain(75), "value": string(150)}, {"description": plain(75), "url": URL})
GROUP = shape({"label": plain(75), "options": items(OPTION, 100)})
DISPATCH = shape({"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)})
FILTER = shape(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public")),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
PICTURE = {
    "image_url": URL,
    "slack_file": together(shape({}, {"url": URL, "id": string()}), exactly_one("url", "id")),
}


def offered(element: dict[str, Any]) -> list[Any]:
    """All options of a select, its groups flattened."""
    groups = [one for one in _listed(element.get("option_groups")) if isinstance(one, dict)]
    lists = [element.get("options"), *(group.get("options") for group in groups)]
    return [option for options in lists for option in _listed(options)]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def bare(option: Any) -> Any:
    """An option without what Slack adds to it (emoji, verbatim), to compare two of them."""
    if not isinstance(option, dict):
        return option
    return {
        name: {"type": value.get("type"), "text": value.get("text")} if isinstance(value, dict) else value
        for name, value in option.items()
    }


def initial_is_offered(findings: Findings, at: str, value: Any) -> None:
    """`initial_option(s)` must equal options that are offered, description included."""
    initial = value.get("initial_options", [value["initial_option"]] if "initial_option" in value else [])
    known = [bare(one) for one in offered(value)]
    name = "initial_options" if "initial_options" in value else "initial_option"
    if isinstance(initial, list) and any(bare(one) not in known for one in initial):
        findings.add(f"{at}/{name}", f"{name} must match an item in `options`")


def values_differ(findings: Findings, at: str, value: Any) -> None:
    """Two options of one element may not have the same value."""
    seen = [one.get("value") for one in offered(value) if isinstance(one, dict)]
    if len(set(map(str, seen))) != len(seen):
        findings.add(f"{at}/options", "duplicate option values are not allowed")


def bounds_in_order(findings: Findings, at: str, value: Any) -> None:
    """`min_…` may not exceed `max_…`."""
    for low, high in (("min_length", "max_length"), ("min_value", "max_value")):
        try:
            if low in value and high in value and float(value[low]) > float(value[high]):
                findings.add(f"{at}/{low}", f"{low} must not be greater than {high}")
        except (TypeError, ValueError):
            continue


def _element(required: dict[str, Check], optional: dict[str, Check], *more: Check) -> Check:
    return together(shape({"type": anything, **required}, {"action_id": ACTION_ID, **optional}), *more)


_ASKING: dict[str, Check] = {"confirm": CONFIRM, "focus_on_load": boolean}
_SELECT: dict[str, Check] = {**_ASKING, "placeholder": plain(150)}
_TYPING: dict[str, Check] = {"dispatch_action_config": DISPATCH, "focus_on_load": boolean, "placeholder": plain(150)}
_MANY: dict[str, Check] = {"max_selected_items": integer(1)}
_STATIC: dict[str, Check] = {**_SELECT, "options": items(OPTION, 100), "option_groups": items(GROUP, 100)}
_CONVERSATIONS: dict[str, Check] = {**_SELECT, "default_to_current_conversation": boolean, "filter": FILTER}
_LISTED = (exactly_one("options", "option_groups"), initial_is_offered, values_differ)

BUTTON = _element(
    {"text": plain(75)},
    {"url": URL, "value": string(2000), "style": STYLE, "confirm": CONFIRM, "accessibility_label": string(75)},
)
IMAGE = together(
    shape({"type": anything, "alt_text": string(2000)}, PICTURE),
    exactly_one("image_url", "slack_file"),
)
_FEEDBACK = shape({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})

SELECTS: dict[str, Check] = {
    "checkboxes": _element(
        {"options": items(RICH_OPTION, 10)},
        {**_ASKING, "initial_options": items(RICH_OPTION, 10)},
        initial_is_offered,
        values_differ,
    ),
    "radio_buttons": _element(
        {"options": items(RICH_OPTION, 10)},
        {**_ASKING, "initial_option": RICH_OPTION},
        initial_is_offered,
        values_differ,
    ),
    "datepicker": _element(
        {}, {**_SELECT, "initial_date": string(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")}
    ),
    "timepicker": _element(
        {}, {**_SELECT, "initial_time": string(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"), "timezone": string()}
    ),
    "static_select": _element({}, {**_STATIC, "initial_option": OPTION}, *_LISTED),
    "multi_static_select": _element({}, {**_STATIC, **_MANY, "initial_options": items(OPTION, 100)}, *_LISTED),
    "external_select": _element({}, {**_SELECT, "initial_option": OPTION, "min_query_length": integer(0)}),
    "multi_external_select": _element(
        {}, {**_SELECT, **_MANY, "initial_options": items(OPTION, 100), "min_query_length": integer(0)}
    ),
    "users_select": _element({}, {**_SELECT, "initial_user": USER_ID}),
    "multi_users_select": _element({}, {**_SELECT, **_MANY, "initial_users": items(USER_ID)}),
    "conversations_select": _element(
        {}, {**_CONVERSATIONS, "initial_conversation": CHANNEL_ID, "response_url_enabled": boolean}
    ),
    "multi_conversations_select": _element(
        {}, {**_CONVERSATIONS, **_MANY, "initial_conversations": items(CHANNEL_ID)}
    ),
    "channels_select": _element({}, {**_SELECT, "initial_channel": CHANNEL_ID, "response_url_enabled": boolean}),
    "multi_channels_select": _element({}, {**_SELECT, **_MANY, "initial_channels": items(CHANNEL_ID)}),
}
DATETIME: dict[str, Check] = {
    "datetimepicker": _element({}, {**_ASKING, "initial_date_time": integer(1_000_000_000, 9_999_999_999)}),
}
PRESSED: dict[str, Check] = {
    "button": BUTTON,
    "workflow_button": _element(
        {"text": plain(75), "workflow": anything}, {"style": STYLE, "accessibility_label": string(75)}
    ),
    "overflow": _element({"options": items(OVERFLOW_OPTION, 5)}, {"confirm": CONFIRM}, values_differ),
}
TYPED: dict[str, Check] = {
    "plain_text_input": _element(
        {},
        {
            **_TYPING,
            "initial_value": string(3000, least=0),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
        bounds_in_order,
    ),
    "email_text_input": _element({}, {**_TYPING, "initial_value": string(least=0)}),
    "url_text_input": _element({}, {**_TYPING, "initial_value": string(least=0)}),
    "number_input": _element(
        {"is_decimal_allowed": boolean},
        {**_TYPING, "initial_value": DECIMAL, "min_value": DECIMAL, "max_value": DECIMAL},
        bounds_in_order,
    ),
    "rich_text_input": _element({}, {**_TYPING, "initial_value": anything}),
    "file_input": _element({}, {"filetypes": items(string()), "max_files": integer(1, 10)}),
}

IN_ACTIONS = typed({**PRESSED, **SELECTS, **DATETIME}, "an element of an actions block")
AS_ACCESSORY = typed({**PRESSED, **SELECTS, "image": IMAGE}, "an accessory of a section")
IN_INPUT = typed({**TYPED, **SELECTS, **DATETIME}, "the element of an input block")
IN_CONTEXT = typed(
    {
        "image": IMAGE,
        "plain_text": plain(3000),
        "mrkdwn": rich(3000),
    },
    "an element of a context block",
)
IN_CONTEXT_ACTIONS = typed(
    {
        "feedback_buttons": _element({"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, {}),
        "icon_button": _element(
            {"icon": one_of("trash"), "text": plain(75)},
            {
                "value": string(2000),
                "confirm": CONFIRM,
                "accessibility_label": string(75),
                "visible_to_user_ids": items(USER_ID),
            },
        ),
    },
    "an element of a context_actions block",
)
SECTION_HAS_TEXT = any_field("text", "fields")
