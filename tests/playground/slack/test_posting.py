"""chat.* through the real client."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.errors import SlackApiError

from app.clock import StillClock
from app.playground import cast
from app.playground.slack.config import BOT_SCOPES
from app.playground.slack.fake import FakeSlack


async def error_of(call: object) -> str:
    with pytest.raises(SlackApiError) as raised:
        await call  # type: ignore[misc]
    return str(raised.value.response["error"])


async def test_the_bot_knows_itself_and_its_scopes(slack: FakeSlack) -> None:
    answer = await slack.client.auth_test()
    assert (answer["user_id"], answer["team_id"]) == (cast.BOT_USER_ID, cast.TEAM_ID)
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


async def test_a_post_appears_with_its_blocks_named(slack: FakeSlack) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*hello*"}}]
    answer = await slack.client.chat_postMessage(channel="C0GENERAL1", text="hello", blocks=blocks)
    (message,) = slack.messages("general")
    assert answer["ts"] == message.ts
    assert message.blocks[0]["block_id"]
    assert answer["message"]["bot_id"] == cast.BOT_ID
    assert slack.shown(message) == "*hello*"


async def test_a_post_to_a_person_lands_in_their_direct_messages(slack: FakeSlack) -> None:
    answer = await slack.client.chat_postMessage(channel="U0MATEO009", text="hola")
    assert answer["channel"].startswith("D")
    assert [one.text for one in slack.dm("mateo")] == ["hola"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NOWHERE1", "text": "x"}, "channel_not_found"),
        ({"channel": "C0SECRET01", "text": "x"}, "channel_not_found"),
        ({"channel": "C0GENERAL1", "text": " "}, "no_text"),
        ({"channel": "C0GENERAL1", "text": "x", "thread_ts": "1.1"}, "cannot_reply_to_message"),
        ({"channel": "C0GENERAL1", "text": "x", "metadata": {"event_type": 1}}, "invalid_metadata_format"),
        ({"channel": "C0GENERAL1", "blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
        ({"channel": "C0GENERAL1", "blocks": "[{"}, "invalid_blocks_format"),
        ({"channel": "U0PETER012", "text": "x"}, "channel_not_found"),
    ],
)
async def test_a_post_is_refused_in_slacks_words(slack: FakeSlack, arguments: dict[str, object], error: str) -> None:
    assert await error_of(slack.client.chat_postMessage(**arguments)) == error  # type: ignore[arg-type]
    assert slack.messages("general") == []


async def test_a_wrong_block_is_named_by_a_json_pointer(slack: FakeSlack) -> None:
    blocks = [{"type": "divider"}, {"type": "actions", "elements": [_button(n) for n in range(26)]}]
    with pytest.raises(SlackApiError) as raised:
        await slack.client.chat_postMessage(channel="C0GENERAL1", text="x", blocks=blocks)
    messages = raised.value.response["response_metadata"]["messages"]
    assert messages == ["[ERROR] no more than 25 items allowed [json-pointer:/blocks/1/elements]"]


def _button(number: int) -> dict[str, object]:
    text = {"type": "plain_text", "text": "Press"}
    return {"type": "button", "action_id": f"b{number}", "text": text}


async def test_membership_archive_and_scopes_are_checked(slack: FakeSlack) -> None:
    slack.workspace.archive("C0KM000000", "U0AMINA001")
    slack.workspace.leave(cast.BOT_USER_ID, "C0SBC00000")
    client = slack.client
    assert await error_of(client.chat_postMessage(channel="C0KM000000", text="x")) == "is_archived"
    assert (await client.chat_postMessage(channel="C0SBC00000", text="by chat:write.public"))["ok"]
    slack.workspace.grants.token(slack.token).scopes = BOT_SCOPES - {"chat:write.public"}
    assert await error_of(client.chat_postMessage(channel="C0SBC00000", text="x")) == "not_in_channel"
    slack.workspace.grants.token(slack.token).scopes = frozenset({"commands"})
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel="C0GENERAL1", text="x")
    assert raised.value.response.data == {  # type: ignore[comparison-overlap]
        "ok": False, "error": "missing_scope", "needed": "chat:write", "provided": "commands",
    }  # fmt: skip


async def test_tokens_are_checked(slack: FakeSlack) -> None:
    client = slack.client
    client.token = "xoxb-other"
    assert await error_of(client.auth_test()) == "invalid_auth"
    client.token = ""
    assert await error_of(client.auth_test()) == "not_authed"
    client.token = slack.token
    slack.workspace.grants.token(slack.token).inactive = True
    assert await error_of(client.auth_test()) == "account_inactive"
    assert await error_of(client.api_call("chat.nonsense")) == "unknown_method"


async def test_an_update_without_blocks_takes_the_blocks_away(slack: FakeSlack) -> None:
    client = slack.client
    blocks = [{"type": "divider"}]
    metadata = {"event_type": "route", "event_payload": {"key": "k1"}}
    posted = await client.chat_postMessage(channel="C0GENERAL1", text="a", blocks=blocks, metadata=metadata)
    await client.chat_update(channel="C0GENERAL1", ts=posted["ts"], text="b", blocks=blocks)
    assert slack.messages("general")[0].edited_ts == ""
    await client.chat_update(channel="C0GENERAL1", ts=posted["ts"], text="c")
    (message,) = slack.messages("general")
    assert (message.text, message.blocks, message.metadata) == ("c", [], metadata)
    assert message.edited_ts
    too_long = client.chat_update(channel="C0GENERAL1", ts=posted["ts"], text="x" * 4001)
    assert await error_of(too_long) == "msg_too_long"


async def test_only_own_messages_can_be_changed_or_deleted(slack: FakeSlack) -> None:
    theirs = slack.post("mateo", "general", "mine")
    client = slack.client
    update = client.chat_update(channel="C0GENERAL1", ts=theirs.ts, text="x")
    assert await error_of(update) == "cant_update_message"
    assert await error_of(client.chat_delete(channel="C0GENERAL1", ts=theirs.ts)) == "cant_delete_message"
    own = await client.chat_postMessage(channel="C0GENERAL1", text="own")
    await client.chat_delete(channel="C0GENERAL1", ts=own["ts"])
    assert await error_of(client.chat_delete(channel="C0GENERAL1", ts=own["ts"])) == "message_not_found"
    assert [one.text for one in slack.messages("general")] == ["mine"]


async def test_a_whisper_reaches_one_member_only(slack: FakeSlack) -> None:
    client = slack.client
    await client.chat_postEphemeral(channel="C0GENERAL1", user="U0MATEO009", text="psst")
    assert slack.ephemeral("mateo").text == "psst"
    assert slack.ephemerals("amina") == [] and slack.messages("general") == []
    outside = client.chat_postEphemeral(channel="C0KM000000", user="U0MATEO009", text="psst")
    assert await error_of(outside) == "user_not_in_channel"


async def test_metadata_comes_back_only_when_asked_for(slack: FakeSlack) -> None:
    slack.workspace.grants.token(slack.token).scopes = BOT_SCOPES | {"channels:history"}
    metadata = {"event_type": "route", "event_payload": {"key": "k1"}}
    posted = await slack.client.chat_postMessage(channel="C0GENERAL1", text="a", metadata=metadata)
    await slack.client.chat_postMessage(channel="C0GENERAL1", text="b", thread_ts=posted["ts"])
    without = await slack.client.conversations_history(channel="C0GENERAL1")
    assert posted["message"]["metadata"] == without["messages"][0]["metadata"] == {"event_type": "route"}
    assert without["messages"][0]["reply_count"] == 1
    asked = await slack.client.conversations_history(channel="C0GENERAL1", include_all_metadata=True)
    assert asked["messages"][0]["metadata"] == metadata
    replies = await slack.client.conversations_replies(channel="C0GENERAL1", ts=posted["ts"])
    assert [one["text"] for one in replies["messages"]] == ["a", "b"]


async def test_metadata_of_a_strange_type_is_lost_without_a_word(slack: FakeSlack) -> None:
    metadata = {"event_type": "thanks.card", "event_payload": {"key": "k1"}}
    await slack.client.chat_postMessage(channel="C0GENERAL1", text="a", metadata=metadata)
    assert slack.messages("general")[0].metadata is None


async def test_text_of_all_blocks_together_has_a_limit(slack: FakeSlack) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2700}} for _ in range(5)]
    call = slack.client.chat_postMessage(channel="C0GENERAL1", text="x", blocks=blocks)
    assert await error_of(call) == "msg_blocks_too_long"


async def test_long_text_is_cut_and_permalinks_lead_somewhere(slack: FakeSlack) -> None:
    posted = await slack.client.chat_postMessage(channel="C0GENERAL1", text="x" * 50_000)
    assert len(slack.messages("general")[0].text) == 40_000
    link = await slack.client.chat_getPermalink(channel="C0GENERAL1", message_ts=posted["ts"])
    assert link["permalink"].endswith(f"/archives/C0GENERAL1/p{posted['ts'].replace('.', '')}")


async def test_time_and_ids_come_from_the_clock() -> None:
    clock = StillClock(datetime(2026, 3, 1, tzinfo=UTC))
    async with FakeSlack(clock=clock) as slack:
        first, second = slack.post("amina", "general", "a"), slack.post("amina", "general", "b")
        clock.move(timedelta(seconds=5))
        third = slack.post("amina", "general", "c")
    assert (first.ts, second.ts, third.ts) == ("1772323200.000000", "1772323200.000001", "1772323205.000000")
