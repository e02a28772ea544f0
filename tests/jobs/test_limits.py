"""Slack's limits: at them everything passes, one above does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.slack.limits import (
    OverLimit,
    check_message,
    check_view,
    problems_in_message,
    problems_in_view,
)
from app.slack.limits_elements import Complaints, check_options

Block = dict[str, Any]


def plain(size: int) -> Block:
    return {"type": "plain_text", "text": "x" * size}


def mrkdwn(size: int) -> Block:
    return {"type": "mrkdwn", "text": "x" * size}


def button(**more: Any) -> Block:
    return {"type": "button", "text": plain(3), "action_id": "a", **more}


def options(count: int, size: int = 5, value: int = 5, **more: Any) -> list[Block]:
    return [{"text": plain(size), "value": f"{n:0{value}d}", **more} for n in range(count)]


def element(made: Block) -> Block:
    return {"type": "actions", "elements": [made]}


def buttons(count: int) -> Block:
    return {"type": "actions", "elements": [button(action_id=f"a{n}") for n in range(count)]}


def confirm(**sizes: int) -> Block:
    parts = {"title": 5, "text": 5, "confirm": 5, "deny": 5, **sizes}
    return element(button(confirm={name: plain(size) for name, size in parts.items()}))


# What is measured, how to make a block of that measure, and the limit.
IN_BLOCKS: list[tuple[str, Callable[[int], Block], int]] = [
    ("section text", lambda n: {"type": "section", "text": mrkdwn(n)}, 3000),
    ("section fields", lambda n: {"type": "section", "fields": [mrkdwn(3)] * n}, 10),
    ("section field", lambda n: {"type": "section", "fields": [mrkdwn(n)]}, 2000),
    ("header", lambda n: {"type": "header", "text": plain(n)}, 150),
    ("context elements", lambda n: {"type": "context", "elements": [mrkdwn(2)] * n}, 10),
    ("context text", lambda n: {"type": "context", "elements": [mrkdwn(n)]}, 3000),
    ("actions elements", buttons, 25),
    ("button text", lambda n: element(button(text=plain(n))), 75),
    ("button value", lambda n: element(button(value="x" * n)), 2000),
    ("button url", lambda n: element(button(url="x" * n)), 3000),
    ("button label", lambda n: element(button(accessibility_label="x" * n)), 75),
    ("action_id", lambda n: element(button(action_id="x" * n)), 255),
    ("block_id", lambda n: {"type": "divider", "block_id": "x" * n}, 255),
    ("select options", lambda n: element({"type": "static_select", "options": options(n)}), 100),
    ("option text", lambda n: element({"type": "static_select", "options": options(1, size=n)}), 75),
    ("option value", lambda n: element({"type": "static_select", "options": options(1, value=n)}), 150),
    ("description", lambda n: element({"type": "static_select", "options": options(1, description=plain(n))}), 75),
    (
        "groups",
        lambda n: element(
            {"type": "static_select", "option_groups": [{"label": plain(3), "options": options(1)}] * n}
        ),
        100,
    ),
    ("overflow", lambda n: element({"type": "overflow", "options": options(n)}), 5),
    ("checkboxes", lambda n: element({"type": "checkboxes", "options": options(n)}), 10),
    ("radio buttons", lambda n: element({"type": "radio_buttons", "options": options(n)}), 10),
    ("placeholder", lambda n: element({"type": "users_select", "placeholder": plain(n)}), 150),
    ("confirm title", lambda n: confirm(title=n), 100),
    ("confirm text", lambda n: confirm(text=n), 300),
    ("confirm yes", lambda n: confirm(confirm=n), 30),
    ("confirm no", lambda n: confirm(deny=n), 30),
    ("image alt text", lambda n: {"type": "image", "image_url": "https://x", "alt_text": "x" * n}, 2000),
    ("image title", lambda n: {"type": "image", "image_url": "x", "alt_text": "x", "title": plain(n)}, 2000),
    ("input label", lambda n: {"type": "input", "label": plain(n), "element": {"type": "users_select"}}, 2000),
    ("input hint", lambda n: {"type": "input", "label": plain(1), "hint": plain(n), "element": button()}, 2000),
    ("table rows", lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": ""}]] * n}, 100),
    ("table cells", lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": ""}] * n]}, 20),
    ("markdown", lambda n: {"type": "markdown", "text": "x" * n}, 12_000),
]


@pytest.mark.parametrize(("what", "make", "limit"), IN_BLOCKS, ids=[row[0] for row in IN_BLOCKS])
def test_blocks_at_and_above_each_limit(what: str, make: Callable[[int], Block], limit: int) -> None:
    assert problems_in_message("text", [make(limit - 1)]) == []
    assert problems_in_message("text", [make(limit)]) == []
    found = problems_in_message("text", [make(limit + 1)])
    assert len(found) == 1
    assert found[0].pointer.startswith("/blocks")


def modal(**parts: Any) -> Block:
    return {"type": "modal", "title": plain(3), "blocks": [{"type": "divider"}], **parts}


IN_VIEWS: list[tuple[str, Callable[[int], Block], int]] = [
    ("title", lambda n: modal(title=plain(n)), 24),
    ("submit", lambda n: modal(submit=plain(n)), 24),
    ("close", lambda n: modal(close=plain(n)), 24),
    ("private_metadata", lambda n: modal(private_metadata="x" * n), 3000),
    ("callback_id", lambda n: modal(callback_id="x" * n), 255),
    ("external_id", lambda n: modal(external_id="x" * n), 255),
    ("blocks", lambda n: modal(blocks=[{"type": "divider"}] * n), 100),
    ("home blocks", lambda n: {"type": "home", "blocks": [{"type": "divider"}] * n}, 100),
    (
        "initial value",
        lambda n: modal(
            submit=plain(3),
            blocks=[
                {
                    "type": "input",
                    "label": plain(3),
                    "element": {"type": "plain_text_input", "initial_value": "x" * n},
                }
            ],
        ),
        3000,
    ),
]


@pytest.mark.parametrize(("what", "make", "limit"), IN_VIEWS, ids=[row[0] for row in IN_VIEWS])
def test_views_at_and_above_each_limit(what: str, make: Callable[[int], Block], limit: int) -> None:
    assert problems_in_view(make(limit)) == []
    found = problems_in_view(make(limit + 1))
    assert len(found) == 1
    assert found[0].pointer.startswith("/view/")


def test_messages_at_and_above_their_limits() -> None:
    check_message("x" * 4000, [{"type": "divider"}] * 50)
    assert [one.pointer for one in problems_in_message("x" * 4001)] == ["/text"]
    assert [one.pointer for one in problems_in_message("x", [{"type": "divider"}] * 51)] == ["/blocks"]
    big = [{"type": "section", "text": mrkdwn(2640)}] * 5
    check_message("x", big)
    assert problems_in_message("x", [*big, {"type": "context", "elements": [mrkdwn(1)]}])
    with pytest.raises(OverLimit, match="needs text"):
        check_message("  ", [{"type": "divider"}])


def test_what_the_schema_cannot_say() -> None:
    twice = [{"type": "divider", "block_id": "b"}] * 2
    assert [one.pointer for one in problems_in_message("x", twice)] == ["/blocks/1/block_id"]
    alike = {"type": "actions", "elements": [button(), button()]}
    assert [one.pointer for one in problems_in_message("x", [alike])] == ["/blocks/0/elements/1/action_id"]
    chosen = {"type": "static_select", "options": options(2), "initial_option": {"text": plain(1), "value": "other"}}
    assert problems_in_message("x", [element(chosen)])
    asks = {"type": "input", "label": plain(3), "element": {"type": "plain_text_input", "focus_on_load": True}}
    assert [one.pointer for one in problems_in_view(modal(blocks=[asks]))] == ["/view/submit"]
    assert [one.pointer for one in problems_in_view(modal(blocks=[asks, asks], submit=plain(2)))] == ["/view/blocks"]
    lengths = {"type": "plain_text_input", "min_length": 5, "max_length": 4}
    asks = {"type": "input", "label": plain(3), "element": lengths}
    assert problems_in_view(modal(blocks=[asks], submit=plain(2)))
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    assert [one.pointer for one in problems_in_message("x", [table, table])] == ["/blocks"]
    assert problems_in_view(modal(blocks=[table]))
    assert problems_in_view({"type": "home", "blocks": [{"type": "markdown", "text": "x"}]})
    assert problems_in_message("x", [{"type": "alert", "text": plain(1)}])
    assert problems_in_message("x", [{"type": "header", "text": mrkdwn(5)}])
    assert problems_in_message("x", [{"type": "section"}])
    with pytest.raises(OverLimit):
        check_view({"type": "modal", "title": plain(3), "blocks": []})


def test_suggestions_are_at_most_a_hundred() -> None:
    found = Complaints()
    check_options(found, "/options", options(100))
    check_options(found, "/options", [])
    assert not found
    check_options(found, "/options", options(101))
    assert found
