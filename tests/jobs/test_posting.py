"""Posting exactly once: repeats, lost answers, rate limits, refusals, and turns taken in the lanes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.clock import SystemClock
from app.db import Database
from app.jobs.pacing import Pace, hold_back, reserve
from app.jobs.tasks import TaskContext
from app.slack.gateway import OutcomeUnknown, RateLimited, SlackDown, SlackSaidNo, WebSlack
from app.slack.limits import OverLimit
from tests.jobs.conftest import Running, until
from tests.jobs.recorder import Recorder


async def token_for(team: str) -> str:
    return f"xoxb-{team}"


@pytest.fixture
async def recorder() -> AsyncIterator[Recorder]:
    async with Recorder() as one:
        yield one


@pytest.fixture
async def slack(recorder: Recorder, db: Database) -> AsyncIterator[WebSlack]:
    gateway = WebSlack(recorder.url, token_for, db=db, clock=SystemClock(), timeout=0.5)
    yield gateway
    await gateway.close()


async def test_the_same_key_is_posted_once(slack: WebSlack, recorder: Recorder) -> None:
    first = await slack.post_message("T1", "C1", "hello", key="k:1", payload={"share": 7})
    again = await slack.post_message("T1", "C1", "hello", key="k:1")
    assert first == again
    assert recorder.keys() == ["k:1"]
    assert recorder.messages[0]["metadata"] == {
        "event_type": "baobab",
        "event_payload": {"share": 7, "key": "k:1"},
    }
    assert recorder.tokens == {"Bearer xoxb-T1"}


@pytest.mark.parametrize("fault", ["lost", "500", "hang"])
async def test_a_post_whose_answer_was_lost_is_found_not_repeated(
    slack: WebSlack, recorder: Recorder, fault: str
) -> None:
    recorder.faults.append(fault)
    with pytest.raises(OutcomeUnknown):
        await slack.post_message("T1", "C1", "hello", key="k:1")
    found = await slack.post_message("T1", "C1", "hello", key="k:1")
    assert recorder.keys() == ["k:1"]
    assert found.ts == recorder.messages[0]["ts"]
    assert await slack.post_message("T1", "C1", "hello", key="k:1") == found


async def test_a_post_that_never_arrived_is_sent_again(slack: WebSlack, recorder: Recorder) -> None:
    recorder.faults.append("unsent")
    with pytest.raises(OutcomeUnknown):
        await slack.post_message("T1", "C1", "hello", key="k:1")
    await slack.post_message("T1", "C1", "hello", key="k:1")
    assert recorder.keys() == ["k:1"]
    assert "conversations.history" in recorder.calls


async def test_a_lost_direct_message_is_looked_for_in_the_conversation(slack: WebSlack, recorder: Recorder) -> None:
    recorder.faults.append("lost")
    with pytest.raises(OutcomeUnknown):
        await slack.post_message("T1", "U1", "hello", key="k:1")
    found = await slack.post_message("T1", "U1", "hello", key="k:1")
    assert (found.channel, recorder.keys()) == ("D1", ["k:1"])


async def test_where_history_is_closed_a_lost_post_is_sent_again(slack: WebSlack, recorder: Recorder) -> None:
    recorder.faults.append("unsent")
    recorder.history_error = "missing_scope"
    with pytest.raises(OutcomeUnknown):
        await slack.post_message("T1", "C1", "hello", key="k:1")
    await slack.post_message("T1", "C1", "hello", key="k:1")
    assert recorder.keys() == ["k:1"]


async def test_two_at_the_same_time_post_once(slack: WebSlack, recorder: Recorder) -> None:
    recorder.pause = 0.1
    both = await asyncio.gather(
        *(slack.post_message("T1", "C1", "hello", key="k:1") for _ in range(3)), return_exceptions=True
    )
    assert recorder.keys() == ["k:1"]
    assert any(not isinstance(one, BaseException) for one in both)


async def test_slack_down_is_not_an_unknown_outcome(db: Database) -> None:
    slack = WebSlack("http://127.0.0.1:9/api/", token_for, db=db, clock=SystemClock(), timeout=0.5)
    with pytest.raises(SlackDown):
        await slack.post_message("T1", "C1", "hello", key="k:1")
    await slack.close()


async def test_refusals_say_what_to_do(slack: WebSlack, recorder: Recorder) -> None:
    recorder.faults.extend(["is_archived", "no_such_thing"])
    with pytest.raises(SlackSaidNo, match="archived") as refused:
        await slack.post_message("T1", "C1", "hello", key="k:1")
    assert refused.value.error == "is_archived"
    with pytest.raises(SlackSaidNo, match="no_such_thing"):
        await slack.post_message("T1", "C1", "hello", key="k:1")
    recorder.history_error = "missing_scope"
    with pytest.raises(SlackSaidNo, match="channels:history"):
        await slack.find_message("T1", "C1", "k:1")


async def test_an_over_long_message_does_not_leave_the_house(slack: WebSlack, recorder: Recorder) -> None:
    with pytest.raises(OverLimit):
        await slack.post_message("T1", "C1", "x", [{"type": "divider"}] * 51, key="k:1")
    assert recorder.calls == []


async def test_a_job_waits_as_long_as_slack_asks_and_posts_once(
    slack: WebSlack, recorder: Recorder, running: Running, db: Database
) -> None:
    recorder.faults.extend(["429", "lost"])
    links: list[str] = []

    async def task(ctx: TaskContext, args: dict[str, Any]) -> None:
        async def send() -> str:
            return (await slack.post_message("T1", "C1", args["text"], key=f"{ctx.key}:send")).ts

        links.append(await ctx.step("send", send))

    async with running({"announce": task}) as engine:
        began = time.monotonic()
        async with db.transaction() as session:
            await engine.enqueue(session, "announce", "a:1", {"text": "hello"})
        await until(lambda: links, 15)
    assert time.monotonic() - began > 1.0
    assert recorder.keys() == ["a:1:send"]


async def test_a_channel_takes_a_short_burst_and_then_one_a_second(slack: WebSlack, recorder: Recorder) -> None:
    began = time.monotonic()
    await asyncio.gather(*(slack.post_message("T1", "C1", "hello", key=f"k:{n}") for n in range(5)))
    assert 1.5 < time.monotonic() - began < 4
    began = time.monotonic()
    await asyncio.gather(*(slack.post_message("T1", f"C1{n}", "hello", key=f"o:{n}") for n in range(5)))
    assert time.monotonic() - began < 1


async def test_lanes_are_shared_and_can_be_held_back(db: Database) -> None:
    pace, now = Pace(1.0, 2), 1000.0
    waits = []
    for _ in range(4):
        async with db.transaction() as session:
            waits.append(await reserve(session, "c", pace, now))
    assert waits == [0.0, 0.0, 1.0, 2.0]
    async with db.transaction() as session:
        assert await reserve(session, "c", pace, now + 60) == 0.0
        await hold_back(session, "c", now + 90)
        assert await reserve(session, "c", pace, now + 60) == 30.0


async def test_a_rate_limited_post_is_not_held_against_its_key(slack: WebSlack, recorder: Recorder) -> None:
    recorder.faults.append("429")
    with pytest.raises(RateLimited) as limited:
        await slack.post_message("T1", "C1", "hello", key="k:1")
    assert limited.value.retry_after == 1.0
    await slack.post_message("T1", "C1", "hello", key="k:1")
    assert recorder.keys() == ["k:1"]
    assert "conversations.history" not in recorder.calls
