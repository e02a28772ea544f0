"""Block Kit's limits, each at its edge; where Slack's contract is at hand as a schema, both come to one verdict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.playground.slack.blockkit import check_message, check_view, text_length

SCHEMA = Path(__file__).parents[4] / "shared" / "specs" / "slack" / "blockkit.schema.json"
Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(**more: Any) -> Json:
    return {"type": "section", **more}


def button(**more: Any) -> Json:
    return {"type": "button", "action_id": "b", "text": plain("Go"), **more}


def option(value: str, **more: Any) -> Json:
    return {"text": plain(value), "value": value, **more}


def options(number: int) -> list[Json]:
    return [option(f"v{one}") for one in range(number)]


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def field(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("Label"), "element": element, **more}


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "s", **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Title"), "blocks": list(blocks), **more}


FINE: list[Json] = [
    section(text=mrkdwn("x" * 3000)),
    section(fields=[plain("x" * 2000)] * 2),
    section(text=plain("x"), accessory=button(value="v" * 2000, style="primary")),
    actions(*(button(action_id=f"b{one}") for one in range(25))),
    actions(select(options=options(100))),
    actions(select(options=options(2), initial_option={**option("v1"), "text": {**plain("v1"), "emoji": True}})),
    actions(select(option_groups=[{"label": plain("g"), "options": options(100)}])),
    actions({"type": "overflow", "action_id": "o", "options": options(5)}),
    actions({"type": "datepicker", "action_id": "d", "initial_date": "2026-02-28"}),
    {"type": "header", "text": plain("x" * 150)},
    {"type": "context", "elements": [mrkdwn("x"), plain("y")] * 5},
    {"type": "divider", "block_id": "x" * 255},
    {"type": "image", "image_url": "https://example.org/x.png", "alt_text": "x"},
    {"type": "markdown", "text": "x" * 12_000},
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "hi"}]}]},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}] * 20] * 100},
    field({"type": "plain_text_input", "action_id": "t", "min_length": 1, "max_length": 3000}),
    field({"type": "number_input", "action_id": "n", "is_decimal_allowed": False, "min_value": "1"}),
]

WRONG: list[tuple[Json, str, str]] = [
    ({"type": "nonsense"}, "/blocks/0/type", "unsupported type: nonsense"),
    ({"text": plain("x")}, "/blocks/0", "missing required field: type"),
    (section(), "/blocks/0", "missing required field: text"),
    (section(text=mrkdwn("x" * 3001)), "/blocks/0/text/text", "must be less than 3001 characters"),
    (section(text=mrkdwn("")), "/blocks/0/text/text", "must be more than 0 characters"),
    (section(text="x"), "/blocks/0/text", "must be an object"),
    (section(text=plain("x"), extra=1), "/blocks/0", "invalid additional property: extra"),
    (section(fields=[plain("x")] * 11), "/blocks/0/fields", "no more than 10 items allowed"),
    (section(fields=[plain("x" * 2001)]), "/blocks/0/fields/0/text", "must be less than 2001 characters"),
    (section(text=plain("x"), accessory=field(button())), "/blocks/0/accessory/type", "unsupported type: input"),
    (actions(), "/blocks/0/elements", "no less than 1 items allowed"),
    (actions(*(button(action_id=f"b{one}") for one in range(26))), "/blocks/0/elements",
     "no more than 25 items allowed"),
    (actions(button(text=plain("x" * 76))), "/blocks/0/elements/0/text/text", "must be less than 76 characters"),
    (actions(button(text=mrkdwn("x"))), "/blocks/0/elements/0/text/type", "unsupported type: mrkdwn"),
    (actions(button(value="x" * 2001)), "/blocks/0/elements/0/value", "must be less than 2001 characters"),
    (actions(button(value=7)), "/blocks/0/elements/0/value", "must be a string"),
    (actions(button(style="loud")), "/blocks/0/elements/0/style", "must be one of: primary, danger"),
    (actions(button(action_id="x" * 256)), "/blocks/0/elements/0/action_id", "must be less than 256 characters"),
    (actions(button(), button()), "/blocks/0/elements/1/action_id", "`action_id` b already exists for this block"),
    (actions({"type": "plain_text_input", "action_id": "t"}), "/blocks/0/elements/0/type",
     "unsupported type: plain_text_input"),
    (actions(select()), "/blocks/0/elements/0", "must provide exactly one of: options, option_groups"),
    (actions(select(options=options(101))), "/blocks/0/elements/0/options", "no more than 100 items allowed"),
    (actions(select(options=[option("x" * 76)])), "/blocks/0/elements/0/options/0/text/text",
     "must be less than 76 characters"),
    (actions(select(options=options(2), initial_option=option("v9"))), "/blocks/0/elements/0/initial_option",
     "initial_option must match an item in `options`"),
    (actions(select(options=[option("a"), option("a")])), "/blocks/0/elements/0/options",
     "duplicate option values are not allowed"),
    (actions({"type": "overflow", "options": options(6)}), "/blocks/0/elements/0/options",
     "no more than 5 items allowed"),
    (actions({"type": "checkboxes", "options": options(11)}), "/blocks/0/elements/0/options",
     "no more than 10 items allowed"),
    (actions({"type": "datepicker", "initial_date": "28.2.2026"}), "/blocks/0/elements/0/initial_date",
     "does not match regexp ^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"),
    ({"type": "header", "text": plain("x" * 151)}, "/blocks/0/text/text", "must be less than 151 characters"),
    ({"type": "header", "text": mrkdwn("x")}, "/blocks/0/text/type", "unsupported type: mrkdwn"),
    ({"type": "context", "elements": [plain("x")] * 11}, "/blocks/0/elements", "no more than 10 items allowed"),
    ({"type": "image", "image_url": "https://x.org/x.png"}, "/blocks/0", "missing required field: alt_text"),
    ({"type": "alert", "text": plain("x")}, "/blocks/0/type", "unsupported type: alert"),
    (field({"type": "plain_text_input", "max_length": 3001}), "/blocks/0/element/max_length",
     "must be between 1 and 3000"),
    (field({"type": "plain_text_input", "min_length": 5, "max_length": 4}), "/blocks/0/element/min_length",
     "min_length must not be greater than max_length"),
    (field({"type": "file_input", "action_id": "f"}), "/blocks/0/element", "only allowed in input blocks of modals"),
]  # fmt: skip


@pytest.mark.parametrize("block", FINE, ids=lambda block: str(block["type"]))
def test_what_is_within_the_limits_passes(block: Json) -> None:
    assert check_message([block]) == []


@pytest.mark.parametrize(("block", "pointer", "message"), WRONG)
def test_what_is_beyond_them_is_named_with_its_place(block: Json, pointer: str, message: str) -> None:
    assert f"{message} [json-pointer:{pointer}]" in [str(one) for one in check_message([block])]


def test_a_message_takes_fifty_blocks_and_a_modal_a_hundred() -> None:
    divider = {"type": "divider"}
    assert check_message([divider] * 50) == [] and check_message([divider] * 51)
    assert check_view(modal(*[divider] * 100), "modal") == [] and check_view(modal(*[divider] * 101), "modal")


def test_blocks_that_must_be_alone_or_few() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}
    assert check_message([table, table])
    assert check_message([{"type": "markdown", "text": "x" * 7000}] * 2)
    same = {"type": "divider", "block_id": "same"}
    assert str(check_message([same, same])[0]) == "`block_id` same already exists [json-pointer:/blocks/1/block_id]"


@pytest.mark.parametrize(
    ("view", "complaint"),
    [
        (modal(title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
        (modal(field({"type": "plain_text_input"})), "missing required field: submit"),
        (modal(private_metadata="x" * 3001), "[json-pointer:/view/private_metadata]"),
        (modal(callback_id="x" * 256), "[json-pointer:/view/callback_id]"),
        (modal({"type": "markdown", "text": "x"}), "unsupported type: markdown [json-pointer:/view/blocks/0/type]"),
        (modal(color="red"), "invalid additional property: color [json-pointer:/view]"),
        ({"type": "modal", "blocks": []}, "missing required field: title [json-pointer:/view]"),
        ({"type": "home", "blocks": []}, "unsupported type: home [json-pointer:/view/type]"),
    ],
)
def test_wrong_modals(view: Json, complaint: str) -> None:
    assert any(complaint in str(one) for one in check_view(view, "modal"))


def test_a_home_and_a_modal_have_blocks_of_their_own() -> None:
    alert = {"type": "alert", "text": plain("x")}
    assert check_view(modal(alert), "modal") == []
    assert check_view({"type": "home", "blocks": [alert]}, "home")
    focus = field({"type": "plain_text_input", "focus_on_load": True})
    assert check_view(modal(focus, focus, submit=plain("Go")), "modal")


def test_text_counts_all_that_is_read() -> None:
    blocks = [
        section(text=plain("x" * 10), accessory=button(text=plain("y" * 5))),
        {"type": "header", "text": plain("z")},
    ]
    assert text_length(blocks) == 16


NAMES = ["text", "type", "elements", "fields", "element", "rows", "accessory", "options", "option_groups", "label"]
KINDS = ["section", "actions", "context", "input", "rich_text", "table", "image", "header", "card", "carousel",
         "static_select", "multi_static_select", "checkboxes", "button", "plain_text"]  # fmt: skip
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(KINDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.sampled_from(NAMES), JUNK, max_size=4), max_size=3), st.sampled_from(KINDS[:10]))
@settings(deadline=None)
def test_no_input_breaks_the_check(blocks: list[Json], kind: str) -> None:
    marked = [{**one, "type": kind} for one in blocks]
    assert isinstance(check_message(marked), list)
    assert isinstance(check_view({"type": "modal", "blocks": marked}, "modal"), list)


needs_schema = pytest.mark.skipif(not SCHEMA.exists(), reason="Slack's contract as a schema is not at hand")


@needs_schema
@pytest.mark.parametrize("block", [*FINE, *(wrong[0] for wrong in WRONG)])
def test_the_schema_comes_to_the_same_verdict(block: Json) -> None:
    import jsonschema

    beyond_schema = ("already exists", "must match an item", "duplicate option", "min_length must", "only allowed")
    judge = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    ours = [one for one in map(str, check_message([block])) if not any(word in one for word in beyond_schema)]
    if block.get("type") == "alert":  # the schema does not know where a block may stand
        return
    assert judge.is_valid([block]) == (not ours)
