"""The app manifest keeps to Slack's schema and limits, and asks for nothing without a reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from app.errors import NotUnderstood
from app.slack.manifest import COMMANDS, EVENTS, PLACEHOLDER_URL, SCOPES, SHORTCUTS, bot_scopes, manifest, text

ROOT = Path(__file__).parents[2]
SPECS = ROOT.parent / "shared" / "specs" / "slack"
# Slack documents these events; the collected list lacks them, the collected payloads have them.
DOCUMENTED = {
    "user_change": "UserChangePayload",
    "channel_archive": "ChannelArchivePayload",
    "user_huddle_changed": "UserHuddleChangedPayload",
}
needs_specs = pytest.mark.skipif(not SPECS.is_dir(), reason="Slack's specifications are not beside the project")

PREFIXES = st.from_regex(r"[a-z0-9_-]{0,16}", fullmatch=True)


def spec(path: str) -> Any:
    return json.loads((SPECS / path).read_text(encoding="utf-8"))


@needs_specs
@pytest.mark.parametrize("prefix", ["", "cop-"])
def test_slacks_schema_accepts_it(prefix: str) -> None:
    schema = spec("manifest/manifest.schema.1.0.0.json")
    content = manifest(PLACEHOLDER_URL, prefix)
    jsonschema.validate(content, schema)
    content["features"]["shortcuts"][0]["name"] = "Find the right community!"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, schema)


@needs_specs
@pytest.mark.parametrize("event", EVENTS, ids=lambda one: one.name)
def test_every_event_is_one_slack_sends_and_its_scope_is_asked_for(event: Any) -> None:
    found = [one for one in spec("events/events.json") if one["name"] == event.name]
    # One is listed without what it asks for; its payload is collected.
    if found and "scopes" in found[0]:
        # Where Slack lists several, each brings its own kind of channel.
        assert (event.scope in found[0]["scopes"]) if event.scope else found[0]["scopes"] == []
        assert "Events" in found[0]["APIs"]
    else:
        payload = spec(f"payload-samples/events/{DOCUMENTED[event.name]}.json")
        assert payload["event"]["type"] == event.name
    assert not event.scope or event.scope in bot_scopes()


@given(PREFIXES)
def test_it_stays_within_slacks_limits(prefix: str) -> None:
    content = manifest(PLACEHOLDER_URL, prefix)
    about, features = content["display_information"], content["features"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 175 <= len(about["long_description"]) <= 4000
    # Who looks the app up learns of everything it can be asked.
    assert all(f"/{prefix}{one.name} " in about["long_description"] for one in COMMANDS)
    assert len(features["slash_commands"]) <= 50
    for command in features["slash_commands"]:
        assert len(command["command"]) <= 32
        assert command["command"].startswith(f"/{prefix}")
        assert len(command["usage_hint"]) <= 1000
        assert len(command["description"]) <= 2000
        assert command["should_escape"] is True
    assert len(features["shortcuts"]) <= 10
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150


def test_nothing_stands_in_the_table_twice_or_without_a_reason() -> None:
    for names in (
        [one.name for one in COMMANDS],
        [one.callback_id for one in SHORTCUTS],
        [one.name for one in EVENTS],
        [one.name for one in SCOPES],
    ):
        assert len(names) == len(set(names))
    assert all(one.reason for one in (*EVENTS, *SCOPES))


def test_every_address_is_the_one_door() -> None:
    content = manifest("https://chat.example.org/")
    door = "https://chat.example.org/slack/events"
    assert {command["url"] for command in content["features"]["slash_commands"]} == {door}
    assert content["settings"]["event_subscriptions"]["request_url"] == door
    assert content["settings"]["interactivity"]["request_url"] == door


def test_the_file_in_the_repository_is_what_the_command_prints() -> None:
    assert (ROOT / "slack-manifest.yaml").read_text(encoding="utf-8") == text(PLACEHOLDER_URL)


def test_yaml_and_json_say_the_same() -> None:
    url, prefix = "https://baobab.example.net", "cop-"
    assert yaml.safe_load(text(url, prefix)) == manifest(url, prefix) == json.loads(text(url, prefix, as_json=True))


@pytest.mark.parametrize("url", ["", "baobab.example.org", "ftp://x", "https://", "https://x?y=1", "http://[::1"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(NotUnderstood, match="should look like"):
        manifest(url)


@pytest.mark.parametrize("prefix", ["COP-", "my cop ", "x" * 30])
def test_a_prefix_slack_would_refuse_is_refused_here(prefix: str) -> None:
    with pytest.raises(NotUnderstood, match="COMMAND_PREFIX"):
        manifest(PLACEHOLDER_URL, prefix)
