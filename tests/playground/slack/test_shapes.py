"""What we send and answer has Slack's field names: checked where samples of Slack's payloads are at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from app.playground.slack.config import BOT_SCOPES
from app.playground.slack.fake import FakeSlack

SAMPLES = Path(__file__).parents[4] / "shared" / "specs" / "slack" / "payload-samples"
pytestmark = pytest.mark.skipif(not SAMPLES.exists(), reason="samples of Slack's payloads are not at hand")

# Documented by Slack, missing in the samples.
KNOWN = frozenset(
    "state response_urls message view response_url action_ts cache_ts hash metadata is_mpim is_org_shared user "
    "priority is_pending_ext_shared parent_conversation is_user_deleted is_app_user app_id blocks channel_type "
    "bot_profile auto_type args num_members is_stranger team event_ts baobab".split()
)


def sample(name: str) -> Any:
    return json.loads((SAMPLES / name).read_text(encoding="utf-8"))


def strange(ours: Any, theirs: Any, at: str = "") -> list[str]:
    """Fields of ours that their sample does not have."""
    if isinstance(ours, list) and isinstance(theirs, list) and theirs:
        return [found for one in ours for found in strange(one, theirs[0], at)]
    if not isinstance(ours, dict) or not isinstance(theirs, dict) or not theirs:
        return []
    found = [f"{at}/{name}" for name in ours if name not in theirs and name not in KNOWN]
    for name in ours.keys() & theirs.keys() - {"blocks", "state", "values"}:
        found += strange(ours[name], theirs[name], f"{at}/{name}")
    return found


async def test_interactions(slack: FakeSlack, echo: AsyncApp) -> None:
    text = {"type": "plain_text", "text": "Press"}
    button = {"type": "button", "action_id": "open", "text": text, "value": "1"}
    blocks = [{"type": "actions", "elements": [button]}]
    await slack.client.chat_postMessage(channel="C0GENERAL1", text="Press", blocks=blocks)
    (message,) = slack.messages("general")
    pairs = [
        (await slack.command("mateo", "/echo"), "SlashCommandPayload.json"),
        (await slack.click(message, "open", person="mateo"), "BlockActionPayload.json"),
        (await slack.submit(slack.view("mateo"), {"text": "push"}), "ViewSubmissionPayload.json"),
        (await slack.close_view(slack.view("mateo")), "ViewClosedPayload.json"),
        (await slack.message_shortcut("mateo", "look", message), "MessageShortcutPayload.json"),
    ]
    for delivery, name in pairs:
        assert delivery and strange(delivery.payload, sample(f"interactions/{name}")) == []


async def test_events(slack: FakeSlack, echo: AsyncApp) -> None:
    message = slack.post("amina", "general", "Hello <@U0BAOBABOT>")
    slack.react("mateo", message, "wave")
    slack.workspace.join("U0MATEO009", "C0KM000000")
    slack.workspace.change_person("U0MATEO009", title="Colleague")
    await slack.open_home("mateo")
    await slack.settled()
    names = {"app_mention": "AppMention", "reaction_added": "ReactionAdded", "user_change": "UserChange",
             "member_joined_channel": "MemberJoinedChannel", "app_home_opened": "AppHomeOpened"}  # fmt: skip
    heard = {one.payload["event"]["type"]: one.payload for one in slack.deliveries}
    assert set(heard) == set(names)
    envelope = {"event_context", "context_team_id", "context_enterprise_id", "is_ext_shared_channel"}
    for kind, name in names.items():
        found = strange(heard[kind], sample(f"events/{name}Payload.json"))
        assert {one.removeprefix("/") for one in found} <= envelope


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("auth.test", {}),
        ("users.info", {"user": "U0AMINA001", "include_locale": "true"}),
        ("users.list", {}),
        ("users.profile.get", {"user": "U0AMINA001"}),
        ("conversations.info", {"channel": "C0MINISTRY"}),
        ("conversations.list", {}),
        ("conversations.members", {"channel": "C0GENERAL1"}),
        ("chat.postEphemeral", {"channel": "C0GENERAL1", "user": "U0AMINA001", "text": "x"}),
        ("usergroups.list", {"include_users": "true"}),
        ("usergroups.users.list", {"usergroup": "S0KMTEAM01"}),
        ("team.info", {}),
        ("emoji.list", {}),
        ("files.getUploadURLExternal", {"filename": "a.txt", "length": "3"}),
    ],
)
async def test_answers(slack: FakeSlack, method: str, arguments: dict[str, str]) -> None:
    slack.workspace.grants.token(slack.token).scopes = BOT_SCOPES
    answer = await slack.client.api_call(method, params=arguments)
    assert strange(answer.data, sample(f"web-api/{method}.json")) == []
