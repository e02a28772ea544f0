"""Commands, clicks, modals and shortcuts, answered by a real Bolt app."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from app.playground import cast
from app.playground.slack.config import Command
from app.playground.slack.fake import FakeSlack, SlackError


async def test_a_command_is_answered_to_the_person_alone(slack: FakeSlack, echo: AsyncApp) -> None:
    delivery = await slack.command("mateo", "/echo", "hello @amina & #general")
    assert (delivery.status, delivery.ok) == (200, True)
    said = "hello <@U0AMINA001|amina> &amp; <#C0GENERAL1|general>"
    assert slack.ephemeral("mateo").text == delivery.body == said
    assert slack.messages("general") == [] and slack.ephemerals("amina") == []


@pytest.mark.parametrize("text", ["null", "5", "[1]", "two\nlines", "؟ مرحبا 🙂"])
async def test_plain_text_is_never_taken_for_json(slack: FakeSlack, echo: AsyncApp, text: str) -> None:
    await slack.command("mateo", "/echo", text)
    assert slack.ephemeral("mateo").text == text


async def test_bolt_takes_text_with_braces_for_json(slack: FakeSlack, echo: AsyncApp) -> None:
    # Bolt labels an acked text that begins with a brace as JSON, so typed text must not be acked bare.
    await slack.command("mateo", "/echo", '{"text": "to all", "response_type": "in_channel"}')
    assert [one.text for one in slack.messages("general")] == ["to all"]


async def test_the_form_of_a_command_has_slacks_fields(slack: FakeSlack, echo: AsyncApp) -> None:
    delivery = await slack.command("joao", "/echo", "x", "cop-leads")
    assert set(delivery.payload) == {
        "token", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name", "command", "text",
        "api_app_id", "is_enterprise_install", "response_url", "trigger_id",
    }  # fmt: skip
    assert delivery.payload["channel_name"] == "privategroup"
    dm = slack.workspace.open_dm("U0JOAO0002", cast.BOT_USER_ID)
    assert (await slack.command("joao", "/echo", "x", dm.id)).payload["channel_name"] == "directmessage"


async def test_an_answer_for_the_channel_is_seen_by_all_and_an_empty_one_by_nobody(
    slack: FakeSlack, echo: AsyncApp
) -> None:
    await slack.command("mateo", "/public", "for all")
    await slack.command("mateo", "/nothing")
    assert [one.text for one in slack.messages("general")] == ["for all"]
    assert slack.ephemerals("mateo") == []


@pytest.mark.parametrize("forged", ["signature", "stale", "missing"])
async def test_a_forged_request_is_refused_and_the_person_told(slack: FakeSlack, echo: AsyncApp, forged: Any) -> None:
    delivery = await slack.command("mateo", "/echo", "x", forged=forged)
    assert (delivery.status, delivery.error) == (401, "dispatch_failed")
    note = slack.ephemeral("mateo")
    assert note.from_slack and note.text == '/echo failed with the error "dispatch_failed"'


async def test_a_malformed_timestamp_reaches_the_app_as_it_is(slack: FakeSlack, echo: AsyncApp) -> None:
    # slack_sdk's own verifier fails on it; the product's edge has to answer 401.
    assert (await slack.command("mateo", "/echo", "x", forged="malformed")).status in (401, 500)


async def test_an_answer_after_the_limit_is_too_late(echo: AsyncApp, slack: FakeSlack) -> None:
    object.__setattr__(slack.courier.post.config, "answer_within", 0.2)
    delivery = await slack.command("mateo", "/slow")
    assert (delivery.status, delivery.error) == (0, "operation_timeout")
    assert "operation_timeout" in slack.ephemeral("mateo").text


async def test_an_answer_slack_cannot_show_is_an_error(slack: FakeSlack, echo: AsyncApp) -> None:
    delivery = await slack.command("mateo", "/toolong")
    assert (delivery.status, delivery.error, delivery.ok) == (200, "invalid_blocks", False)
    assert delivery.problems == ("must be less than 151 characters [json-pointer:/blocks/0/text/text]",)
    assert slack.deliveries[-1] == delivery
    assert "invalid_blocks" in slack.ephemeral("mateo").text


async def test_who_may_not_command(slack: FakeSlack, echo: AsyncApp) -> None:
    partner = await slack.command("issa", "/echo", "x", "ext-ministry")
    assert (partner.error, partner.status) == ("not_a_command", 0)
    assert "not a valid command" in slack.ephemeral("issa").text
    with pytest.raises(SlackError, match="user_disabled"):
        await slack.command("peter", "/echo", "x", "general")
    with pytest.raises(SlackError, match="channel_not_found"):
        await slack.command("grace", "/echo", "x", "general")
    with pytest.raises(SlackError, match="not_in_channel"):
        await slack.command("mateo", "/echo", "x", "cop-km")
    assert (await slack.command("grace", "/echo", "x")).payload["channel_id"] == "C0WELCOME1"
    assert len(echo.heard) == 1  # type: ignore[attr-defined]


async def test_only_registered_commands_are_sent() -> None:
    async with FakeSlack(commands=(Command("/thanks"),)) as slack:
        assert (await slack.command("mateo", "/echo")).error == "not_a_command"


async def test_a_click_on_an_ephemeral_can_replace_it(slack: FakeSlack, echo: AsyncApp) -> None:
    await slack.command("mateo", "/buttons")
    note = slack.ephemeral("mateo")
    assert slack.actions(note) == ["press", "open"]
    delivery = await slack.click(note, "press")
    assert delivery.ok and "message" not in delivery.payload
    assert delivery.payload["container"] == {
        "type": "message", "message_ts": note.ts, "channel_id": "C0GENERAL1", "is_ephemeral": True,
    }  # fmt: skip
    action = delivery.payload["actions"][0]
    assert (action["type"], action["action_id"], action["block_id"], action["value"]) == (
        "button",
        "press",
        "row",
        "a",
    )
    assert [one.text for one in slack.ephemerals("mateo")] == ["pressed a"]
    assert [one.answer["ok"] for one in slack.calls("views.open")] == []


async def test_a_click_that_is_not_possible_is_said_so(slack: FakeSlack, echo: AsyncApp) -> None:
    await slack.command("mateo", "/buttons")
    note = slack.ephemeral("mateo")
    with pytest.raises(KeyError, match="only"):
        await slack.click(note, "other")
    with pytest.raises(SlackError, match="message_not_found"):
        await slack.click(note, "press", person="amina")
    with pytest.raises(KeyError, match="forged"):
        await slack.click(note, "press", "z")
    assert (await slack.click(note, "press", "z", forged="value")).payload["actions"][0]["value"] == "z"
    slack.workspace.dismiss("U0MATEO009", note.ts)
    with pytest.raises(SlackError, match="message_not_found"):
        await slack.click(note, "press")


async def test_a_choice_in_a_posted_message_carries_message_and_state(slack: FakeSlack, echo: AsyncApp) -> None:
    options = [{"text": {"type": "plain_text", "text": name}, "value": name} for name in ("red", "green")]
    select = {"type": "static_select", "action_id": "colour", "options": options}
    blocks = [{"type": "actions", "block_id": "row", "elements": [select]}]
    await slack.client.chat_postMessage(channel="C0MINISTRY", text="Colour?", blocks=blocks)
    (message,) = slack.messages("ext-ministry")
    delivery = await slack.click(message, "colour", "green", "issa")
    payload = delivery.payload
    assert delivery.ok
    assert payload["user"]["team_id"] == cast.PARTNER_TEAM_ID != payload["team"]["id"]
    assert payload["state"]["values"]["row"]["colour"]["selected_option"]["value"] == "green"
    assert payload["actions"][0]["selected_option"]["value"] == "green"
    assert payload["message"]["ts"] == message.ts and payload["channel"]["name"] == "ext-ministry"
    with pytest.raises(ValueError, match="not offered"):
        await slack.click(message, "colour", "blue", "issa")


async def test_a_modal_opens_takes_errors_and_closes(slack: FakeSlack, echo: AsyncApp) -> None:
    await slack.command("mateo", "/form")
    view = slack.view("mateo")
    assert view.title == "Form"
    empty = await slack.submit(view)
    assert empty.error == "invalid_input" and view.errors == {"what": "Please complete this required field."}
    await slack.submit(view, {"what": {"text": "wrong"}, "hue": {"colour": "red"}})
    assert view.errors == {"what": "Not that."}
    done = await slack.submit(view, {"text": "right"})
    values = done.payload["view"]["state"]["values"]
    assert values["what"]["text"] == {"type": "plain_text_input", "value": "right"}
    assert values["hue"]["colour"]["selected_option"]["value"] == "red"
    assert slack.views("mateo") == []
    with pytest.raises(SlackError, match="not_found"):
        await slack.submit(view, {"text": "right"})


async def test_a_modal_can_be_updated_pushed_and_cleared(slack: FakeSlack, echo: AsyncApp) -> None:
    await slack.command("mateo", "/form")
    view = slack.view("mateo")
    await slack.submit(view, {"text": "update"})
    assert view.title == "Updated" and view.values["what"]["text"]["value"] == "update"
    await slack.submit(view, {"text": "push"})
    top = slack.view("mateo")
    assert (top.title, top.previous_id, top.root_id) == ("On top", view.id, view.id)
    closed = await slack.close_view(top)
    assert closed and closed.payload["type"] == "view_closed" and slack.view("mateo") is view
    await slack.submit(view, {"text": "clear"})
    assert slack.views("mateo") == []


@pytest.mark.parametrize(("text", "error"), [("strange", "invalid_errors"), ("bad", "invalid_arguments")])
async def test_an_unusable_answer_to_a_modal_shows_trouble(
    slack: FakeSlack, echo: AsyncApp, text: str, error: str
) -> None:
    await slack.command("mateo", "/form")
    view = slack.view("mateo")
    delivery = await slack.submit(view, {"text": text})
    assert delivery.error == error and delivery.problems
    assert "trouble" in view.trouble and slack.view("mateo") is view


async def test_a_second_click_with_the_same_trigger_cannot_open_a_second_modal(
    slack: FakeSlack, echo: AsyncApp
) -> None:
    await slack.command("mateo", "/buttons")
    delivery = await slack.click(slack.ephemeral("mateo"), "open")
    repeated = await slack.again(delivery)
    assert repeated.payload["trigger_id"] == delivery.payload["trigger_id"]
    assert [one.error for one in slack.calls("views.open")] == ["", "exchanged_trigger_id"]


async def test_shortcuts_global_and_on_a_message_in_a_thread(slack: FakeSlack, echo: AsyncApp) -> None:
    await slack.shortcut("mateo", "start")
    assert slack.view("mateo").title == "Started"
    parent = slack.post("amina", "general", "Where is the manual?")
    reply = slack.post("mateo", "general", "I look for it too", parent.ts)
    delivery = await slack.message_shortcut("mateo", "look", reply)
    assert delivery.payload["message"]["thread_ts"] == parent.ts
    assert slack.ephemeral("mateo").text == "You mean: I look for it too"


async def test_an_external_select_asks_for_options(slack: FakeSlack, echo: AsyncApp) -> None:
    select = {"type": "external_select", "action_id": "search", "min_query_length": 1}
    blocks = [{"type": "actions", "block_id": "row", "elements": [select]}]
    await slack.client.chat_postMessage(channel="C0GENERAL1", text="Search", blocks=blocks)
    (message,) = slack.messages("general")
    options = await slack.options(message, "search", "mal", "mateo")
    assert options == [{"text": {"type": "plain_text", "text": "MAL"}, "value": "mal"}]
    chosen = await slack.click(message, "search", options[0], "mateo")
    assert chosen.payload["actions"][0]["selected_option"] == options[0]
