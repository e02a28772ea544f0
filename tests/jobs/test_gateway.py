"""The gateway against the local workspace, which checks what Slack checks: every call we make, through slack_sdk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel

import models  # noqa: F401 - fills the metadata
from app.clock import SystemClock
from app.db import Database
from app.playground.slack.config import BOT_SCOPES
from app.playground.slack.fake import FakeSlack
from app.slack.gateway import OutcomeUnknown, SlackSaidNo, WebSlack

TEAM = "T0BAOBAB01"
BLOCKS: list[dict[str, Any]] = [{"type": "section", "text": {"type": "mrkdwn", "text": "*hello*"}}]


@pytest.fixture
async def fake() -> AsyncIterator[FakeSlack]:
    # Without these a post whose answer was lost cannot be looked for.
    scopes = BOT_SCOPES | {"channels:history", "groups:history", "im:history", "im:write", "mpim:history"}
    async with FakeSlack(scopes=scopes) as one:
        yield one


@pytest.fixture
async def slack(fake: FakeSlack, tmp_path: Path) -> AsyncIterator[WebSlack]:
    db = Database(f"sqlite:///{tmp_path}/gateway.db")
    async with db.engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)

    async def token_for(team: str) -> str:
        return fake.token

    gateway = WebSlack(fake.api_url, token_for, db=db, clock=SystemClock(), timeout=0.5)
    yield gateway
    await gateway.close()
    await db.close()


async def test_a_message_is_posted_redrawn_linked_and_removed(slack: WebSlack, fake: FakeSlack) -> None:
    me = await slack.auth_test()
    assert me["team_id"] == TEAM
    channel = fake.where("general").id
    posted = await slack.post_message(TEAM, channel, "hello", BLOCKS, key="k:1")
    assert posted.channel == channel
    assert posted.ts.replace(".", "") in await slack.permalink(TEAM, channel, posted.ts)
    assert await slack.find_message(TEAM, channel, "k:1") == posted.ts
    reply = await slack.post_message(TEAM, channel, "a reply", key="k:2", thread_ts=posted.ts)
    assert await slack.find_message(TEAM, channel, "k:2", thread_ts=posted.ts) == reply.ts
    await slack.update_message(TEAM, channel, posted.ts, "hello again", BLOCKS)
    await slack.add_reaction(TEAM, channel, posted.ts, "tada")
    await slack.add_reaction(TEAM, channel, posted.ts, "tada")
    await slack.delete_message(TEAM, channel, reply.ts)
    await slack.delete_message(TEAM, channel, reply.ts)
    assert reply.ts not in [one.ts for one in fake.messages("general")]


async def test_a_lost_answer_is_found_in_channels_threads_and_direct_messages(
    slack: WebSlack, fake: FakeSlack
) -> None:
    channel = fake.where("general").id
    root = await slack.post_message(TEAM, channel, "root", key="root")
    for where, thread in ((channel, None), (channel, root.ts), (fake.who("amina"), None)):
        key = f"lost:{where}:{thread}"
        fake.fault("drop_after", "chat.postMessage")
        with pytest.raises(OutcomeUnknown):
            await slack.post_message(TEAM, where, "once", key=key, thread_ts=thread)
        await slack.post_message(TEAM, where, "once", key=key, thread_ts=thread)
    texts = [one.text for one in fake.messages("general")] + [one.text for one in fake.dm("amina")]
    assert texts.count("once") == 3


async def test_people_and_conversations_are_read(slack: WebSlack, fake: FakeSlack) -> None:
    amina = fake.who("amina")
    assert (await slack.user_info(TEAM, amina))["tz"] == "Africa/Nairobi"
    listed = [user["id"] async for page in slack.users_list(TEAM) for user in page]
    assert amina in listed
    channel = fake.where("general").id
    assert (await slack.conversation_info(TEAM, channel))["name"] == "general"
    assert amina in await slack.conversation_members(TEAM, channel)
    direct = await slack.open_dm(TEAM, amina)
    assert direct.startswith("D")
    await slack.post_ephemeral(TEAM, channel, amina, "only you", BLOCKS)
    assert "only you" in fake.ephemeral("amina").text


async def test_home_is_drawn_and_refusals_are_explained(slack: WebSlack, fake: FakeSlack) -> None:
    await slack.views_publish(TEAM, fake.who("amina"), {"type": "home", "blocks": BLOCKS})
    assert fake.home("amina") is not None
    with pytest.raises(SlackSaidNo) as refused:
        await slack.views_open(
            TEAM, "1.2.nothing", {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": BLOCKS}
        )
    assert refused.value.error in ("invalid_trigger_id", "expired_trigger_id")
    with pytest.raises(SlackSaidNo, match="cannot see that channel"):
        await slack.post_message(TEAM, "C0NOWHERE", "hello", key="k:9")
