"""Triggers, response URLs, views: what may be used when, and how often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from app.clock import StillClock
from app.playground.slack.fake import FakeSlack

MATEO = "U0MATEO009"


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def modal(title: str = "Hello", **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain(title), "blocks": [{"type": "divider"}], **more}


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as raised:
        await call
    return str(raised.value.response["error"])


async def test_a_trigger_opens_one_modal_within_three_seconds() -> None:
    clock = StillClock(datetime(2026, 3, 1, tzinfo=UTC))
    async with FakeSlack(clock=clock) as slack:
        first, second = (slack.workspace.grants.trigger(MATEO) for _ in range(2))
        opened = await slack.client.views_open(trigger_id=first, view=modal())
        assert opened["view"]["root_view_id"] == opened["view"]["id"]
        assert await error_of(slack.client.views_open(trigger_id=first, view=modal())) == "exchanged_trigger_id"
        clock.move(timedelta(seconds=4))
        assert await error_of(slack.client.views_open(trigger_id=second, view=modal())) == "expired_trigger_id"
        assert await error_of(slack.client.views_open(trigger_id="1.2.3", view=modal())) == "invalid_trigger_id"


async def test_three_modals_may_lie_on_each_other(slack: FakeSlack) -> None:
    client, grants = slack.client, slack.workspace.grants
    assert await error_of(client.views_push(trigger_id=grants.trigger(MATEO), view=modal())) == "not_found"
    root = (await client.views_open(trigger_id=grants.trigger(MATEO), view=modal()))["view"]["id"]
    for _ in range(2):
        await client.views_push(trigger_id=grants.trigger(MATEO, view_id=root), view=modal())
    fourth = client.views_push(trigger_id=grants.trigger(MATEO, view_id=root), view=modal())
    assert await error_of(fourth) == "push_limit_reached"
    assert len(slack.views("mateo")) == 3


async def test_views_are_updated_by_id_hash_or_external_id(slack: FakeSlack) -> None:
    client, grants = slack.client, slack.workspace.grants
    sent = modal(external_id="mine")
    view = (await client.views_open(trigger_id=grants.trigger(MATEO), view=sent))["view"]
    updated = await client.views_update(external_id="mine", view=modal("Later", external_id="mine"))
    assert updated["view"]["id"] == view["id"] and updated["view"]["hash"] != view["hash"]
    stale = client.views_update(view_id=view["id"], hash=view["hash"], view=modal())
    assert await error_of(stale) == "hash_conflict"
    assert await error_of(client.views_update(view_id="V0NOWHERE", view=modal())) == "not_found"
    taken = client.views_open(trigger_id=grants.trigger("U0AMINA001"), view=sent)
    assert await error_of(taken) == "duplicate_external_id"


async def test_a_wrong_view_is_explained_with_pointers_and_spends_no_trigger(slack: FakeSlack) -> None:
    trigger = slack.workspace.grants.trigger(MATEO)
    with pytest.raises(SlackApiError) as raised:
        await slack.client.views_open(trigger_id=trigger, view=modal("T" * 25))
    assert raised.value.response["error"] == "invalid_arguments"
    assert raised.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    assert (await slack.client.views_open(trigger_id=trigger, view=modal()))["ok"]
    huge = modal(blocks=[{"type": "section", "text": plain("é" * 3000)} for _ in range(50)])
    call = slack.client.views_open(trigger_id=slack.workspace.grants.trigger(MATEO), view=huge)
    assert await error_of(call) == "view_too_large"


async def test_home_is_published_for_one_person(slack: FakeSlack) -> None:
    home = {"type": "home", "blocks": [{"type": "section", "text": plain("Hello Mateo")}]}
    first = (await slack.client.views_publish(user_id=MATEO, view=home))["view"]
    published = slack.home("mateo")
    assert published and slack.shown(published) == "Hello Mateo" and slack.home("amina") is None
    again = (await slack.client.views_publish(user_id=MATEO, view=home, hash=first["hash"]))["view"]
    assert again["id"] == first["id"]
    stale = slack.client.views_publish(user_id=MATEO, view=home, hash=first["hash"])
    assert await error_of(stale) == "hash_conflict"


async def answer(url: str, **body: Any) -> tuple[int, str]:
    response = await AsyncWebhookClient(url).send_dict(body)
    return response.status_code, response.body


async def test_a_response_url_works_five_times(slack: FakeSlack) -> None:
    # In a private channel the bot cannot see, too.
    url = slack.workspace.grants.response_url("U0AMINA001", "C0SECRET01")
    for number in range(5):
        assert await answer(url, text=f"answer {number}") == (200, "ok")
    status, body = await answer(url, text="once more")
    assert status == 404 and "used_url" in body
    assert len(slack.ephemerals("amina", "reorg-2026")) == 5
    assert slack.messages("reorg-2026") == []


async def test_a_response_url_ends_after_half_an_hour() -> None:
    clock = StillClock(datetime(2026, 3, 1, tzinfo=UTC))
    async with FakeSlack(clock=clock) as slack:
        url = slack.workspace.grants.response_url(MATEO, "C0GENERAL1")
        clock.move(timedelta(minutes=31))
        status, body = await answer(url, text="late")
        assert status == 404 and "expired_url" in body


async def test_a_response_url_replaces_deletes_or_tells_all(slack: FakeSlack) -> None:
    grants = slack.workspace.grants
    note = slack.workspace.whisper(MATEO, "C0GENERAL1", "first")
    await answer(grants.response_url(MATEO, "C0GENERAL1", note), text="second", replace_original=True)
    assert [one.text for one in slack.ephemerals("mateo")] == ["second"]
    await answer(grants.response_url(MATEO, "C0GENERAL1", note), delete_original=True)
    assert slack.ephemerals("mateo") == []
    await answer(grants.response_url(MATEO, "C0GENERAL1"), text="hear", response_type="in_channel")
    (posted,) = slack.messages("general")
    await answer(grants.response_url(MATEO, "C0GENERAL1", posted), text="heard", replace_original=True)
    assert [one.text for one in slack.messages("general")] == ["heard"]


async def test_a_response_url_refuses_wrong_content_plainly(slack: FakeSlack) -> None:
    url = slack.workspace.grants.response_url(MATEO, "C0GENERAL1")
    assert await answer(url, text="x", blocks=[{"type": "nonsense"}]) == (400, "invalid_blocks")
    assert await answer(url, text="") == (400, "no_text")
    async with aiohttp.ClientSession() as session, session.post(url, data=b"{") as response:
        assert response.status == 400
