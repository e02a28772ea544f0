"""One of every block and element, as an app would send them."""

# ruff: noqa: E501 - one block a line reads best

from __future__ import annotations

from typing import Any

Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": True}


def md(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str, about: str = "") -> Block:
    return {"text": plain(text), "value": value, **({"description": plain(about)} if about else {})}


def button(text: str, action: str, **more: Any) -> Block:
    return {"type": "button", "text": plain(text), "action_id": action, **more}


FRUIT = [option("Baobab", "baobab", "sour"), option("Mango", "mango"), option("Tamarind", "tamarind")]
CONFIRM = {"title": plain("Are you sure?"), "text": md("This *cannot* be undone."), "confirm": plain("Delete"),
           "deny": plain("Keep"), "style": "danger"}  # fmt: skip
SERIES = [
    {"name": "Topics", "data": [{"label": "Malaria", "value": 12}, {"label": "Maternal health", "value": 7}]},
    {"name": "Replies", "data": [{"label": "Malaria", "value": 30}, {"label": "Maternal health", "value": 18.5}]},
]
CHART = {"type": "bar", "series": SERIES, "axis_config": {"categories": ["Malaria", "Maternal health"]}}

MESSAGE_BLOCKS: list[Block] = [
    {"type": "header", "block_id": "head", "text": plain("Everything in the kitchen :herb:")},
    {"type": "section", "block_id": "sec", "text": md("Hello <@U0AMINA001>, see *this* in <#C0GENERAL1|general>."),
     "accessory": button("Delete it", "delete", style="danger", value="1", confirm=CONFIRM)},
    {"type": "section", "block_id": "fields", "fields": [md("*Lead*\nJoão"), md("*Language*\nFrench"), plain("Active")]},
    {"type": "context", "block_id": "ctx", "elements": [
        {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "a leaf"}, md("_since_ 2019"), plain("plain")]},
    {"type": "divider", "block_id": "div"},
    {"type": "actions", "block_id": "act", "elements": [
        button("Post it there", "post", style="primary", value="p"), button("Not this", "not", value="n"),
        button("Open the topic", "open", url="https://example.org/t/1"),
        {"type": "overflow", "action_id": "more", "options": [option("Ask a person", "ask"), option("None fits", "none")]},
        {"type": "static_select", "action_id": "fruit", "placeholder": plain("Pick a fruit"), "options": FRUIT},
        {"type": "datepicker", "action_id": "day", "initial_date": "2026-11-23"},
        {"type": "timepicker", "action_id": "hour", "initial_time": "09:30"}]},
    {"type": "image", "block_id": "img", "image_url": "https://example.org/p.png", "alt_text": "a map", "title": plain("Map")},
    {"type": "rich_text", "block_id": "rich", "elements": [
        {"type": "rich_text_section", "elements": [
            {"type": "text", "text": "Rich ", "style": {"bold": True}}, {"type": "user", "user_id": "U0JOAO0002"},
            {"type": "link", "url": "https://example.org", "text": " link"}, {"type": "emoji", "name": "tada"},
            {"type": "broadcast", "range": "here"}, {"type": "channel", "channel_id": "C0GENERAL1"},
            {"type": "date", "timestamp": 1700000000, "format": "{date_short}", "fallback": "then"}]},
        {"type": "rich_text_list", "style": "ordered", "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "first"}]}]},
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "as is"}]}]},
    {"type": "table", "block_id": "tab", "column_settings": [{"align": "left"}, {"align": "right"}], "rows": [
        [{"type": "raw_text", "text": "Community"}, {"type": "raw_text", "text": "Topics"}],
        [{"type": "raw_text", "text": "Malaria"}, {"type": "raw_text", "text": "12"}]]},
    {"type": "markdown", "block_id": "mark", "text": "## Heading\n\n**bold** and [a link](https://example.org)\n\n- one\n- two"},
    {"type": "data_visualization", "block_id": "viz", "title": "Activity", "chart": CHART},
    {"type": "video", "block_id": "vid", "title": plain("How to"), "alt_text": "a film", "thumbnail_url":
     "https://example.org/t.png", "video_url": "https://example.org/v"},
    {"type": "file", "block_id": "file", "external_id": "guide.pdf", "source": "remote"},
]  # fmt: skip


def field(name: str, label: str, element: Block, **more: Any) -> Block:
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "element": {"action_id": "v", **element},
        **more,
    }


MODAL_BLOCKS: list[Block] = [
    {"type": "alert", "block_id": "note", "level": "info", "text": md("Nothing is posted before *you* say so.")},
    field("title", "Title", {"type": "plain_text_input", "max_length": 80, "placeholder": plain("Short and clear")}),
    field("body", "Text", {"type": "plain_text_input", "multiline": True, "initial_value": "Dear all"},
          hint=plain("You can edit it")),
    field("mail", "E-mail", {"type": "email_text_input"}, optional=True),
    field("link", "Address", {"type": "url_text_input"}, optional=True),
    field("count", "How many", {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}, optional=True),
    field("one", "Fruit", {"type": "static_select", "options": FRUIT, "initial_option": FRUIT[1]}),
    field("groups", "Grouped", {"type": "static_select", "option_groups": [{"label": plain("Trees"), "options": FRUIT}]},
          optional=True),
    field("many", "Tags", {"type": "multi_static_select", "options": FRUIT, "initial_options": [FRUIT[0]]}, optional=True),
    field("who", "Who", {"type": "users_select"}, optional=True),
    field("whos", "Thank whom", {"type": "multi_users_select"}, optional=True),
    field("chan", "Channel", {"type": "channels_select"}, optional=True),
    field("conv", "Conversation", {"type": "conversations_select", "default_to_current_conversation": True}, optional=True),
    field("convs", "Conversations", {"type": "multi_conversations_select"}, optional=True),
    field("ext", "Community", {"type": "external_select", "min_query_length": 0}, optional=True),
    field("exts", "Communities", {"type": "multi_external_select", "min_query_length": 1}, optional=True),
    field("check", "Where", {"type": "checkboxes", "options": FRUIT, "initial_options": [FRUIT[0]]}, optional=True),
    field("radio", "Which", {"type": "radio_buttons", "options": FRUIT}, optional=True),
    field("day", "Day", {"type": "datepicker"}, optional=True),
    field("hour", "Hour", {"type": "timepicker", "initial_time": "10:00"}, optional=True),
    field("at", "Moment", {"type": "datetimepicker", "initial_date_time": 1_790_000_000}, optional=True),
    field("rich", "Rich", {"type": "rich_text_input"}, optional=True),
    field("live", "Live", {"type": "plain_text_input"}, optional=True, dispatch_action=True),
]  # fmt: skip

MODAL: Block = {
    "type": "modal",
    "callback_id": "kitchen",
    "title": plain("Post it there"),
    "submit": plain("Post"),
    "close": plain("Not now"),
    "notify_on_close": True,
    "blocks": MODAL_BLOCKS,
}
