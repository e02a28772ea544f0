"""The workspace in a process of its own: it outlives the app, and is driven through its control door."""

from __future__ import annotations

import pytest
from fastapi import FastAPI, Request
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from app.playground.slack.config import SlackConfig
from app.playground.slack.fake import FakeSlack
from app.playground.slack.remote import RemoteSlack
from app.playground.slack.running import HOST, Running, listening
from app.playground.slack.server import create_slack
from app.playground.slack.state import SlackError


def small_app(token: str, api_url: str) -> FastAPI:
    """Answers commands with a button, clicks with a post, by hand."""
    app = FastAPI()
    client = AsyncWebClient(token, base_url=api_url)

    @app.post("/slack/events")
    async def events(request: Request) -> dict[str, object]:
        form = await request.form()
        if "payload" in form:
            await client.chat_postMessage(channel="C0GENERAL1", text="clicked")
            return {}
        text = {"type": "plain_text", "text": "Press"}
        button = {"type": "button", "action_id": "press", "text": text}
        return {"text": str(form["text"]), "blocks": [{"type": "actions", "elements": [button]}]}

    return app


async def test_a_story_over_the_control_door() -> None:
    async with RemoteSlack(bot_token="xoxb-remote", request_url="http://127.0.0.1:9/slack/events") as slack:
        down = await slack.command("mateo", "/whereshare", "nobody home")
        assert down.error in ("dispatch_failed", "operation_timeout")
        taken = listening()
        serving = Running(small_app("xoxb-remote", slack.api_url), taken)
        await serving.start()
        await slack.deliver_to(f"http://{HOST}:{taken.getsockname()[1]}/slack/events")
        delivery = await slack.command("mateo", "/whereshare", "a job aid")
        assert (delivery.status, delivery.payload["text"]) == (200, "a job aid")
        failed, answer = await slack.ephemerals("mateo")
        assert failed.from_slack and answer.text == "a job aid"
        await slack.fault("500", "chat.postMessage", times=1)
        assert (await slack.click(answer, "press")).error == "dispatch_failed"
        assert (await slack.click(answer, "press")).ok
        assert [one.text for one in await slack.messages("general")] == ["clicked"]
        assert [one.status for one in await slack.calls("chat.postMessage")] == [500, 200]
        assert len(await slack.deliveries()) == 4
        assert await slack.views("mateo") == [] and await slack.home("mateo") is None
        with pytest.raises(SlackError, match="channel_not_found"):
            await slack.post("grace", "general", "not for guests")
        posted = await slack.post("amina", "general", "hello")
        await slack.do("react", person="U0MATEO009", channel=posted.channel, ts=posted.ts, name="wave")
        assert (await slack.messages("general"))[-1].reactions == {"wave": ["U0MATEO009"]}
        await serving.stop()


def test_a_manifest_sets_the_workspace_up() -> None:
    config = SlackConfig().with_manifest(
        {
            "features": {
                "slash_commands": [{"command": "/thanks", "description": "d", "should_escape": True}],
                "shortcuts": [{"name": "Find", "type": "message", "callback_id": "find", "description": "d"}],
            },
            "oauth_config": {"scopes": {"bot": ["commands"]}},
            "settings": {"event_subscriptions": {"bot_events": ["team_join"]}},
        }
    )
    assert [one.name for one in config.commands] == ["/thanks"] and config.shortcuts[0].kind == "message"
    assert (config.scopes, config.events) == ({"commands"}, {"team_join"})
    assert (config.home_tab, config.messages_tab, config.interactive) == (False, True, False)


async def test_what_a_manifest_forgot_does_not_work() -> None:
    async with FakeSlack(home_tab=False, messages_tab=False, interactive=False) as slack:
        with pytest.raises(SlackApiError, match="not_enabled"):
            await slack.client.views_publish(user_id="U0MATEO009", view={"type": "home", "blocks": []})
        with pytest.raises(SlackApiError, match="messages_tab_disabled"):
            await slack.client.chat_postMessage(channel="U0MATEO009", text="x")
        text = {"type": "plain_text", "text": "Press"}
        blocks = [{"type": "actions", "elements": [{"type": "button", "action_id": "press", "text": text}]}]
        await slack.client.chat_postMessage(channel="C0GENERAL1", text="x", blocks=blocks)
        with pytest.raises(SlackError, match="interactivity_disabled"):
            await slack.click(slack.messages("general")[0], "press", person="mateo")


async def test_a_read_only_messages_tab_takes_no_words() -> None:
    async with FakeSlack(messages_read_only=True) as slack:
        await slack.client.chat_postMessage(channel="U0MATEO009", text="for you")
        dm = slack.dm("mateo")[0].channel
        with pytest.raises(SlackError, match="messages_tab_disabled"):
            slack.post("mateo", dm, "thank you")
        with pytest.raises(SlackError, match="messages_tab_disabled"):
            await slack.command("mateo", "/whereshare", "x", dm)


async def test_mounted_under_a_path_it_answers_the_same() -> None:
    taken = listening()
    base = f"http://{HOST}:{taken.getsockname()[1]}/playground/slack"
    mounted, workspace, courier = create_slack(SlackConfig(base_url=base))
    web = FastAPI()
    web.mount("/playground/slack", mounted)
    serving = Running(web, taken)
    await serving.start()
    client = AsyncWebClient("xoxb-playground-bot", base_url=courier.slack.config.api_url)
    await client.chat_postMessage(channel="#general", text="hello")
    assert [one.text for one in workspace.channel("C0GENERAL1").messages] == ["hello"]
    url = workspace.grants.response_url("U0MATEO009", "C0GENERAL1")
    assert (await AsyncWebhookClient(url).send(text="for you")).body == "ok"
    # The control door, which has no sign-in, is not there.
    assert (await AsyncWebhookClient(f"{base}/control/messages").send(text="x")).status_code == 404
    await courier.close()
    await serving.stop()
