"""What can go wrong on the way to Slack, on demand."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from app.clock import StillClock
from app.playground.slack.fake import FakeSlack


async def post(client: AsyncWebClient, text: str = "x", channel: str = "C0GENERAL1") -> int:
    """Post, and return the HTTP status."""
    try:
        return (await client.chat_postMessage(channel=channel, text=text)).status_code
    except SlackApiError as error:
        return int(error.response.status_code)


async def test_too_many_calls_come_with_a_time_to_wait(slack: FakeSlack) -> None:
    slack.fault("429", "chat.postMessage", times=2, seconds=7)
    with pytest.raises(SlackApiError) as raised:
        await slack.client.chat_postMessage(channel="C0GENERAL1", text="x")
    assert raised.value.response["error"] == "ratelimited"
    assert raised.value.response.headers["Retry-After"] == "7"
    assert (await slack.client.auth_test())["ok"]
    assert [await post(slack.client), await post(slack.client)] == [429, 200]
    assert [(one.status, one.fault) for one in slack.calls("chat.postMessage")] == [
        (429, "429"), (429, "429"), (200, ""),
    ]  # fmt: skip


async def test_slack_is_down_or_says_no(slack: FakeSlack) -> None:
    slack.fault("500", times=1)
    slack.fault("error", "chat.postMessage", code="fatal_error")
    assert await post(slack.client) == 500
    with pytest.raises(SlackApiError, match="fatal_error"):
        await slack.client.chat_postMessage(channel="C0GENERAL1", text="x")
    assert slack.messages("general") == []


async def test_a_lost_answer_has_had_its_effect(slack: FakeSlack) -> None:
    slack.fault("drop_after", "chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await slack.client.chat_postMessage(channel="C0GENERAL1", text="posted")
    slack.fault("drop_before", "chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await slack.client.chat_postMessage(channel="C0GENERAL1", text="never arrived")
    assert [one.text for one in slack.messages("general")] == ["posted"]


async def test_a_client_that_resends_blindly_posts_twice(slack: FakeSlack) -> None:
    slack.fault("drop_after", "chat.postMessage")
    resending = AsyncWebClient(
        slack.token, base_url=slack.api_url, retry_handlers=[AsyncConnectionErrorRetryHandler()]
    )
    await resending.chat_postMessage(channel="C0GENERAL1", text="x")
    assert [one.text for one in slack.messages("general")] == ["x", "x"]


async def test_a_slow_answer_can_be_given_up(slack: FakeSlack) -> None:
    slack.fault("delay", "chat.postMessage", seconds=0.3)
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(slack.client.chat_postMessage(channel="C0GENERAL1", text="x"), 0.1)
    await slack.until(lambda: slack.messages("general"))


async def test_real_limits_one_post_a_second_in_each_channel() -> None:
    clock = StillClock(datetime(2026, 3, 1, tzinfo=UTC))
    async with FakeSlack(limits="real", clock=clock) as slack:
        burst = [await post(slack.client) for _ in range(7)]
        assert burst == [200] * 5 + [429] * 2
        assert await post(slack.client, channel="C0WELCOME1") == 200
        clock.move(timedelta(seconds=2))
        assert [await post(slack.client) for _ in range(3)] == [200, 200, 429]


async def test_real_limits_by_tier() -> None:
    clock = StillClock(datetime(2026, 3, 1, tzinfo=UTC))
    async with FakeSlack(limits="real", clock=clock) as slack:
        for _ in range(20):
            await slack.client.users_list()
        with pytest.raises(SlackApiError) as raised:
            await slack.client.users_list()
        assert raised.value.response.headers["Retry-After"] == "3"
        clock.move(timedelta(seconds=3))
        assert (await slack.client.users_list())["ok"]
