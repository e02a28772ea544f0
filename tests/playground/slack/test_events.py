"""Events and their retries, and the feed that pages live on."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from app.playground import cast
from app.playground.slack.config import BOT_EVENTS
from app.playground.slack.fake import FakeSlack
from app.playground.slack.state import Change, Member


def kinds(app: Any) -> list[str]:
    return [body["event"]["type"] for body in app.heard]


async def test_opening_home_publishes_it(slack: FakeSlack, echo: AsyncApp) -> None:
    delivery = await slack.open_home("mateo")
    assert delivery.ok and "view" not in delivery.payload["event"]
    home = await slack.until(lambda: slack.home("mateo"))
    assert slack.shown(home) == "Welcome home"
    assert "view" in (await slack.open_home("mateo")).payload["event"]


async def test_the_app_hears_what_it_subscribed_to_where_it_is(slack: FakeSlack, echo: AsyncApp) -> None:
    message = slack.post("amina", "general", "Hello all")
    slack.react("mateo", message, "wave")
    slack.post("amina", "reorg-2026", f"not for <@{cast.BOT_USER_ID}>")
    slack.post("amina", "general", f"hey <@{cast.BOT_USER_ID}>")
    slack.workspace.join("U0MATEO009", "C0KM000000")
    await slack.settled()
    assert sorted(kinds(echo)) == ["app_mention", "member_joined_channel", "reaction_added"]
    reaction = next(body["event"] for body in echo.heard if body["event"]["type"] == "reaction_added")  # type: ignore[attr-defined]
    assert reaction["item"] == {"type": "message", "channel": "C0GENERAL1", "ts": message.ts}


async def test_channel_messages_come_only_with_their_subscription() -> None:
    async with FakeSlack(events=BOT_EVENTS | {"message.channels"}) as slack:
        slack.post("amina", "general", "Hello")
        slack.post("joao", "cop-leads", "private")
        await slack.client.chat_postMessage(channel="C0GENERAL1", text="by the bot itself")
        await slack.settled()
        texts = {one.payload["event"]["text"] for one in slack.deliveries}
    assert texts == {"Hello", "by the bot itself"}


async def test_a_newcomer_is_announced_with_their_zone(slack: FakeSlack, echo: AsyncApp) -> None:
    new = Member("U0NEW00001", "zoe", "Zoé Rakoto", "Zoé", "Intern", "zoe@x.org", "Indian/Antananarivo", "fr-FR")
    slack.workspace.add_person(new)
    slack.workspace.change_person("U0MATEO009", kind="left")
    await slack.settled()
    by_kind = {body["event"]["type"]: body["event"] for body in echo.heard}  # type: ignore[attr-defined]
    assert by_kind["team_join"]["user"]["tz"] == "Indian/Antananarivo"
    assert by_kind["user_change"]["user"]["deleted"] is True


async def test_an_event_is_delivered_four_times_at_most(slack: FakeSlack) -> None:
    slack.deliver_to("http://127.0.0.1:9/slack/events")
    await slack.event({"type": "reaction_added"})
    await slack.settled()
    assert [one.error for one in slack.courier.events.delivered] == ["dispatch_failed"] * 4
    assert len({one.payload["event_id"] for one in slack.courier.events.delivered}) == 1


async def test_a_retry_says_why_and_can_be_declined(slack: FakeSlack) -> None:
    seen: list[dict[bytes, bytes]] = []
    decline = False

    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        seen.append(headers)
        wrong = b"x-slack-retry-num" not in headers or decline
        more = [(b"x-slack-no-retry", b"1")] if decline else []
        await send({"type": "http.response.start", "status": 503 if wrong else 200, "headers": more})
        await send({"type": "http.response.body", "body": b""})

    slack.deliver_to(app)
    await slack.event({"type": "team_join", "user": "U0MATEO009"})
    await slack.settled()
    assert [one.get(b"x-slack-retry-num") for one in seen] == [None, b"1"]
    assert seen[1][b"x-slack-retry-reason"] == b"http_error"
    decline = True
    await slack.event({"type": "team_join", "user": "U0MATEO009"})
    await slack.settled()
    assert len(seen) == 3


async def test_the_past_is_filled_in_without_telling_the_app(slack: FakeSlack, echo: AsyncApp) -> None:
    with slack.workspace.quiet():
        slack.workspace.post("C0GENERAL1", "U0AMINA001", "long ago", ts="1700000000.000100")
        slack.workspace.join("U0MATEO009", "C0KM000000")
    await slack.settled()
    assert echo.heard == []  # type: ignore[attr-defined]


async def test_pages_hear_only_what_their_person_may_see(slack: FakeSlack) -> None:
    heard: list[Change] = []

    async def listen() -> None:
        async for change in slack.workspace.watch("U0MATEO009", since=0):
            heard.append(change)

    slack.post("amina", "general", "before listening")
    task = asyncio.create_task(listen())
    await asyncio.sleep(0)
    slack.post("amina", "reorg-2026", "secret")
    slack.workspace.whisper("U0AMINA001", "C0GENERAL1", "for amina")
    slack.workspace.whisper("U0MATEO009", "C0GENERAL1", "for mateo")
    await slack.client.views_open(
        trigger_id=slack.workspace.grants.trigger("U0AMINA001"),
        view={"type": "modal", "title": {"type": "plain_text", "text": "Hers"}, "blocks": []},
    )
    await slack.until(lambda: len(heard) >= 2)
    task.cancel()
    assert [(one.kind, one.channel) for one in heard] == [("message", "C0GENERAL1"), ("ephemeral", "C0GENERAL1")]


async def test_a_page_that_fell_behind_starts_over(slack: FakeSlack) -> None:
    stream = slack.workspace.watch("U0MATEO009", since=0)
    with slack.workspace.quiet():
        for _ in range(2100):
            slack.post("amina", "general", "x")
    assert (await anext(stream)).kind == "reset"
    assert slack.workspace.feed.watchers == 1
    await stream.aclose()
    assert slack.workspace.feed.watchers == 0


async def test_what_a_person_has_not_read(slack: FakeSlack) -> None:
    slack.post("amina", "general", "one")
    slack.post("amina", "general", "two")
    assert slack.workspace.unread("U0MATEO009", "C0GENERAL1") == 2
    slack.workspace.mark_read("U0MATEO009", "C0GENERAL1")
    slack.post("mateo", "general", "three")
    assert slack.workspace.unread("U0MATEO009", "C0GENERAL1") == 0
    assert slack.workspace.unread("U0AMINA001", "C0GENERAL1") == 1


async def test_reactions_are_taken_back_repeated_and_come_out_of_order(slack: FakeSlack, echo: AsyncApp) -> None:
    message = slack.post("amina", "general", "The malaria brief is out")
    with pytest.raises(LookupError):
        await slack.react_event_again("mateo", message, "raised_hands")
    slack.react("mateo", message, "raised_hands")
    slack.unreact("mateo", message, "raised_hands")
    await slack.settled()
    (again,) = await slack.react_event_again("mateo", message, "raised_hands")
    (gone,) = await slack.react_event_again("mateo", message, "raised_hands", removed=True)
    # A removal that was overtaken by the next reaction still says when it happened.
    early = slack.reaction("joao", message, "tada", removed=True)
    late = slack.reaction("joao", message, "tada")
    await slack.event(late)
    await slack.event(early)
    heard = [body for body in echo.heard if body["event"]["type"].startswith("reaction_")]  # type: ignore[attr-defined]
    ids = [body["event_id"] for body in heard]
    assert ids.count(again.payload["event_id"]) == ids.count(gone.payload["event_id"]) == 2
    assert [body["event"]["type"] for body in heard[-2:]] == ["reaction_added", "reaction_removed"]
    assert early["event_ts"] < late["event_ts"] and heard[-1]["event"]["item"]["ts"] == message.ts
    assert message.reactions == {}
