"""What a form reports of each kind of input: untouched, filled in, and after the app changed the form."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from app.playground import cast
from app.playground.slack.api.content import checked_view
from app.playground.slack.fake import FakeSlack
from app.playground.slack.state import View
from tests.playground.pages.kitchen import FRUIT, field, plain

Json = dict[str, Any]
GROUPS = [{"label": plain("Trees"), "options": FRUIT[:1]}, {"label": plain("Others"), "options": FRUIT[1:]}]

# Kind: (what else the element says, where its state is, untouched, a person's choice, what is then reported).
KINDS: dict[str, tuple[Json, str, Any, Any, Any]] = {
    "plain_text_input": ({}, "value", None, "the “brief”", "the “brief”"),
    "email_text_input": ({}, "value", None, "a@example.org", "a@example.org"),
    "url_text_input": ({}, "value", None, "https://example.org", "https://example.org"),
    "number_input": ({"is_decimal_allowed": False}, "value", None, 3, "3"),
    "static_select": ({"option_groups": GROUPS}, "selected_option", None, "mango", FRUIT[1]),
    "multi_static_select": ({"options": FRUIT}, "selected_options", [], ["mango", "baobab"], [FRUIT[1], FRUIT[0]]),
    "radio_buttons": ({"options": FRUIT}, "selected_option", None, "mango", FRUIT[1]),
    "checkboxes": ({"options": FRUIT}, "selected_options", [], ["mango"], [FRUIT[1]]),
    "users_select": ({}, "selected_user", None, "U0ANA00003", "U0ANA00003"),
    "multi_users_select": (
        {"initial_users": ["U0ANA00003"]},
        "selected_users",
        ["U0ANA00003"],
        ["U0JOAO0002", "U0ANA00003"],
        ["U0JOAO0002", "U0ANA00003"],
    ),
    "channels_select": ({}, "selected_channel", None, "C0KM000000", "C0KM000000"),
    "multi_channels_select": ({}, "selected_channels", [], ["C0KM000000"], ["C0KM000000"]),
    "conversations_select": (
        {"default_to_current_conversation": True},
        "selected_conversation",
        "C0GENERAL1",
        "C0KM000000",
        "C0KM000000",
    ),
    "multi_conversations_select": ({}, "selected_conversations", [], ["C0KM000000"], ["C0KM000000"]),
    "datepicker": ({"initial_date": "2026-11-23"}, "selected_date", "2026-11-23", "2026-11-24", "2026-11-24"),
    "timepicker": ({}, "selected_time", None, "09:30", "09:30"),
    "datetimepicker": ({}, "selected_date_time", None, 1_790_000_000, 1_790_000_000),
}


def opened(slack: FakeSlack, blocks: list[Json], callback: str = "form") -> View:
    """A form before Mateo, opened from #general."""
    sent = {
        "type": "modal",
        "callback_id": callback,
        "title": plain("Form"),
        "submit": plain("Send"),
        "blocks": blocks,
    }
    return slack.workspace.modals.open("U0MATEO009", checked_view(slack.workspace, sent, "modal"), "C0GENERAL1")


async def reported(slack: FakeSlack, view: View, values: Json) -> Json:
    """What a submission says of each block."""
    payload = (await slack.submit(view, values)).payload
    assert "channel" not in payload and payload["response_urls"] == []
    state: Json = payload["view"]["state"]["values"]
    return {block: inner["v"] for block, inner in state.items()}


async def test_every_kind_of_input_is_reported_untouched_and_filled_in(slack: FakeSlack) -> None:
    blocks = [field(kind, kind, {"type": kind, **more}, optional=True) for kind, (more, *_) in KINDS.items()]
    untouched = await reported(slack, opened(slack, blocks), {})
    assert untouched == {kind: {"type": kind, name: before} for kind, (_, name, before, _, _) in KINDS.items()}
    chosen = {kind: choice for kind, (_, _, _, choice, _) in KINDS.items()}
    filled = await reported(slack, opened(slack, blocks), chosen)
    assert filled == {kind: {"type": kind, name: after} for kind, (_, name, _, _, after) in KINDS.items()}


async def test_a_click_within_a_form_brings_its_hash_and_what_is_filled_in(slack: FakeSlack, echo: AsyncApp) -> None:
    press = {"type": "button", "action_id": "press", "text": plain("Suggest")}
    blocks = [
        field("why", "For what", {"type": "plain_text_input"}),
        {"type": "actions", "block_id": "row", "elements": [press]},
    ]
    view = opened(slack, blocks)
    slack.workspace.modals.fill(view, {"why": {"v": {"type": "plain_text_input", "value": "the brief"}}})
    seen = (await slack.click(view, "press")).payload["view"]
    assert seen["hash"] == view.hash and seen["state"]["values"]["why"]["v"]["value"] == "the brief"
    changed = {"type": "modal", "title": plain("Changed"), "submit": plain("Send"), "blocks": blocks}
    await slack.client.views_update(view_id=seen["id"], hash=seen["hash"], view=changed)
    assert view.title == "Changed" and view.values["why"]["v"]["value"] == "the brief"
    with pytest.raises(Exception, match="hash_conflict"):
        await slack.client.views_update(view_id=seen["id"], hash=seen["hash"], view=changed)


async def test_a_shortcut_on_the_apps_own_message_brings_its_metadata_and_thread(
    slack: FakeSlack, echo: AsyncApp
) -> None:
    metadata = {"event_type": "thanks", "event_payload": {"key": "k1"}}
    card = await slack.client.chat_postMessage(channel="C0GENERAL1", text="Today’s thank-yous", metadata=metadata)
    reply = await slack.client.chat_postMessage(channel="C0GENERAL1", text="One more", thread_ts=card["ts"])
    shown = slack.messages("general")
    heard = (await slack.message_shortcut("mateo", "look", shown[0])).payload["message"]
    assert heard["metadata"] == metadata and heard["user"] == cast.BOT_USER_ID and heard["bot_id"] == cast.BOT_ID
    assert (heard["thread_ts"], heard["reply_count"]) == (card["ts"], 1)
    heard = (await slack.message_shortcut("mateo", "look", shown[1])).payload["message"]
    assert (heard["ts"], heard["thread_ts"]) == (reply["ts"], card["ts"]) and "reply_count" not in heard
