"""conversations.*, users.*, reactions and files through the real client."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from app.playground import cast
from app.playground.slack.config import BOT_SCOPES
from app.playground.slack.fake import FakeSlack


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as raised:
        await call
    return str(raised.value.response["error"])


async def test_lists_come_in_pages(slack: FakeSlack) -> None:
    names: list[str] = []
    cursor = ""
    pages = 0
    while True:
        page = await slack.client.conversations_list(types="public_channel,private_channel", limit=10, cursor=cursor)
        names += [one["name"] for one in page["channels"]]
        pages += 1
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert pages == 3 and len(names) == len(set(names)) == 25
    assert "cop-leads" in names and "reorg-2026" not in names
    assert await error_of(slack.client.conversations_list(cursor="nonsense")) == "invalid_cursor"
    assert await error_of(slack.client.conversations_list(limit=5000)) == "invalid_limit"
    assert await error_of(slack.client.conversations_list(types="secret")) == "invalid_types"


async def test_a_private_channel_without_the_bot_is_not_there(slack: FakeSlack) -> None:
    client = slack.client
    assert await error_of(client.conversations_info(channel="C0SECRET01")) == "channel_not_found"
    assert await error_of(client.conversations_members(channel="C0SECRET01")) == "channel_not_found"
    info = (await client.conversations_info(channel="C0MINISTRY", include_num_members=True))["channel"]
    assert info["is_ext_shared"] and info["num_members"] == 5
    theirs = await client.users_conversations(user="U0AMINA001", types="public_channel,private_channel")
    assert "reorg-2026" not in [one["name"] for one in theirs["channels"]]


async def test_history_needs_its_scope_and_membership(slack: FakeSlack) -> None:
    client = slack.client
    assert await error_of(client.conversations_history(channel="C0GENERAL1")) == "missing_scope"
    slack.workspace.grants.token(slack.token).scopes = BOT_SCOPES | {"channels:history"}
    slack.workspace.leave(cast.BOT_USER_ID, "C0GENERAL1")
    assert await error_of(client.conversations_history(channel="C0GENERAL1")) == "not_in_channel"
    await client.conversations_join(channel="C0GENERAL1")
    for number in range(5):
        slack.post("amina", "general", str(number))
    page = await client.conversations_history(channel="C0GENERAL1", limit=2)
    assert [one["text"] for one in page["messages"]] == ["4", "3"] and page["has_more"]
    oldest = slack.messages("general")[2].ts
    late = await client.conversations_history(channel="C0GENERAL1", oldest=oldest)
    assert [one["text"] for one in late["messages"]] == ["4", "3"]
    inclusive = await client.conversations_history(channel="C0GENERAL1", oldest=oldest, inclusive=True)
    assert len(inclusive["messages"]) == 3
    assert await error_of(client.conversations_replies(channel="C0GENERAL1", ts="1.1")) == "thread_not_found"


async def test_direct_messages_are_opened_with_people_who_are_there(slack: FakeSlack) -> None:
    client = slack.client
    first = await client.conversations_open(users="U0MATEO009")
    again = await client.conversations_open(users=["U0MATEO009"])
    assert first["channel"]["id"] == again["channel"]["id"] and again["already_open"]
    assert await error_of(client.conversations_open(users="U0PETER012")) == "user_disabled"
    assert await error_of(client.conversations_open(users="U0NOBODY")) == "user_not_found"
    group = await client.conversations_open(users=["U0MATEO009", "U0AMINA001"], return_im=True)
    assert group["channel"]["is_mpim"]


async def test_channels_are_made_and_people_invited(slack: FakeSlack) -> None:
    client = slack.client
    made = (await client.conversations_create(name="cop-new"))["channel"]
    assert await error_of(client.conversations_create(name="cop-new")) == "name_taken"
    assert await error_of(client.conversations_create(name="Cop New")) == "invalid_name_specials"
    assert await error_of(client.conversations_create(name="x" * 81)) == "invalid_name_maxlength"
    assert await error_of(client.conversations_create(name="secret", is_private=True)) == "missing_scope"
    await client.conversations_invite(channel=made["id"], users="U0MATEO009,U0AMINA001")
    again = client.conversations_invite(channel=made["id"], users="U0MATEO009")
    assert await error_of(again) == "already_in_channel"
    members = await client.conversations_members(channel=made["id"])
    assert members["members"] == [cast.BOT_USER_ID, "U0MATEO009", "U0AMINA001"]


async def test_people_are_described_as_slack_does(slack: FakeSlack) -> None:
    client = slack.client
    people = {one["id"]: one for one in (await client.users_list(include_locale=True))["members"]}
    assert people["U0PETER012"]["deleted"] and "tz" not in people["U0PETER012"]
    assert people["U0GRACE010"]["is_restricted"] and not people["U0GRACE010"]["is_ultra_restricted"]
    issa = people["U0ISSA0011"]
    assert issa["team_id"] == cast.PARTNER_TEAM_ID and "email" not in issa["profile"]
    assert people["U0AMINA001"]["is_admin"] and people["USLACKBOT"]["is_bot"] is False
    assert people["U0SUNIL005"]["tz_offset"] == 20700 and people["U0JOAO0002"]["locale"] == "pt-PT"
    found = await client.users_lookupByEmail(email="mateo@baobab.example.org")
    assert found["user"]["id"] == "U0MATEO009"
    assert await error_of(client.users_lookupByEmail(email="peter@baobab.example.org")) == "users_not_found"
    slack.workspace.grants.token(slack.token).scopes = frozenset({"users:read"})
    assert "email" not in (await client.users_info(user="U0AMINA001"))["user"]["profile"]


async def test_groups_team_emoji_and_quiet_hours(slack: FakeSlack) -> None:
    client = slack.client
    groups = await client.usergroups_list(include_users=True)
    assert groups["usergroups"][0]["users"] == ["U0AMINA001", "U0CLAIRE08"]
    assert (await client.usergroups_users_list(usergroup="S0LEADS001"))["users"]
    assert await error_of(client.usergroups_users_list(usergroup="S0NONE")) == "no_such_subteam"
    assert (await client.team_info())["team"]["id"] == cast.TEAM_ID
    assert (await client.emoji_list())["emoji"]
    slack.workspace.change_person("U0MATEO009", snoozed_until=slack.workspace.epoch() + 600)
    assert (await client.dnd_info(user="U0MATEO009"))["snooze_enabled"]
    assert (await client.dnd_teamInfo(users="U0MATEO009,U0AMINA001"))["users"]["U0MATEO009"]["dnd_enabled"]


async def test_reactions(slack: FakeSlack) -> None:
    client = slack.client
    message = slack.post("amina", "general", "Hello")
    where = {"channel": "C0GENERAL1", "timestamp": message.ts}
    await client.reactions_add(name="wave", **where)
    assert await error_of(client.reactions_add(name="wave", **where)) == "already_reacted"
    assert await error_of(client.reactions_add(name="not an emoji", **where)) == "invalid_name"
    slack.react("mateo", message, "wave")
    got = await client.reactions_get(**where)
    assert got["message"]["reactions"] == [{"name": "wave", "users": [cast.BOT_USER_ID, "U0MATEO009"], "count": 2}]
    await client.reactions_remove(name="wave", **where)
    assert await error_of(client.reactions_remove(name="wave", **where)) == "no_reaction"


async def test_partners_are_written_to_while_they_share_a_channel(slack: FakeSlack) -> None:
    client, issa = slack.client, "U0ISSA0011"
    assert (await client.users_info(user=issa))["user"]["is_stranger"] is False
    opened = await client.conversations_open(users=issa)
    await client.chat_postMessage(channel=opened["channel"]["id"], text="Merci")
    await client.chat_postMessage(channel=issa, text="encore")
    assert [one.text for one in slack.dm("issa")] == ["Merci", "encore"]
    slack.workspace.leave(issa, "C0MINISTRY")
    assert (await client.users_info(user=issa))["user"]["is_stranger"] is True
    assert await error_of(client.conversations_open(users=issa)) == "invalid_user_combination"
    assert await error_of(client.chat_postMessage(channel=issa, text="x")) == "channel_not_found"
    assert await error_of(client.users_lookupByEmail(email="issa@baobab.example.org")) == "users_not_found"


async def test_user_groups_tell_members_and_their_number_when_asked(slack: FakeSlack) -> None:
    client = slack.client
    plain = (await client.usergroups_list())["usergroups"]
    assert all("users" not in one and "user_count" not in one for one in plain)
    told = (await client.usergroups_list(include_users=True, include_count=True))["usergroups"]
    assert [(one["handle"], one["user_count"], len(one["users"])) for one in told] == [
        ("km-team", 2, 2),
        ("leads", 8, 8),
    ]
    slack.workspace.groups["S0KMTEAM01"].disabled = True
    assert [one["handle"] for one in (await client.usergroups_list())["usergroups"]] == ["leads"]
    assert await error_of(client.usergroups_users_list(usergroup="S0KMTEAM01")) == "no_such_subteam"
    asked = await client.usergroups_users_list(usergroup="S0KMTEAM01", include_disabled=True)
    assert asked["users"] == ["U0AMINA001", "U0CLAIRE08"]


async def test_a_direct_message_is_updated_deleted_and_linked_by_its_conversation(slack: FakeSlack) -> None:
    client = slack.client
    posted = await client.chat_postMessage(channel="U0MATEO009", text="Amina thanked you")
    where = {"channel": posted["channel"], "ts": posted["ts"]}
    linked = await client.chat_getPermalink(channel=posted["channel"], message_ts=posted["ts"])
    assert linked["permalink"].endswith(f"/archives/{posted['channel']}/p{posted['ts'].replace('.', '')}")
    assert await error_of(client.chat_update(**{**where, "channel": "U0MATEO009"}, text="x")) == "channel_not_found"
    await client.chat_update(**where, text="Kept private")
    assert [one.text for one in slack.dm("mateo")] == ["Kept private"]
    assert (await client.chat_delete(**where))["ts"] == posted["ts"]
    assert slack.dm("mateo") == []
    assert await error_of(client.chat_delete(**where)) == "message_not_found"
    theirs = slack.post("amina", "general", "mine")
    assert await error_of(client.chat_delete(channel="C0GENERAL1", ts=theirs.ts)) == "cant_delete_message"
