"""Signatures and idempotency keys of Slack's requests."""

import json
from urllib.parse import urlencode

import pytest

from app.logs import MASK, redact
from app.slack.once import parse_body, request_key, team_of
from app.slack.signature import is_genuine, sign

BODY = b"token=x&text=hello"
NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("timestamp", "offset", "genuine"),
    [
        ("1800000000", 0, True),
        ("1800000000", 299, True),
        ("1800000000", 301, False),
        ("1800000000", -301, False),
        ("", 0, False),
        ("yesterday", 0, False),
        ("-1800000000", 0, False),
        ("１８００００００００", 0, False),
        ("9" * 400, 0, False),
    ],
)
def test_only_fresh_and_well_formed_timestamps_count(timestamp: str, offset: int, genuine: bool) -> None:
    assert is_genuine("secret", timestamp, sign("secret", timestamp, BODY), BODY, now=NOW + offset) is genuine


def test_another_secret_or_another_body_is_not_genuine() -> None:
    signature = sign("secret", "1800000000", BODY)
    assert not is_genuine("other", "1800000000", signature, BODY, now=NOW)
    assert not is_genuine("secret", "1800000000", signature, BODY + b"!", now=NOW)
    assert not is_genuine("secret", "1800000000", "v0=é", BODY, now=NOW)


def test_without_a_secret_nothing_is_genuine() -> None:
    assert not is_genuine("", "1800000000", sign("", "1800000000", BODY), BODY, now=NOW)


def test_keys_tell_requests_apart_and_repeats_alike() -> None:
    command = {"team_id": "T1", "trigger_id": "1.2.3", "command": "/x"}
    event = {"team_id": "T1", "event_id": "Ev1", "type": "event_callback"}
    assert request_key(command) == "trigger:T1:1.2.3"
    assert request_key(event) == "event:T1:Ev1"
    form = {"team": {"id": "T1"}, "type": "view_submission", "trigger_id": "9", "view": {"id": "V1", "hash": "h"}}
    filled = {**form, "view": {**form["view"], "state": {"values": {"a": 1}}}}  # type: ignore[dict-item]
    doubled = {**filled, "trigger_id": "10"}
    assert request_key(filled) == request_key(doubled)
    assert request_key(filled) != request_key(form)


def test_a_shared_channels_click_belongs_to_the_installing_workspace() -> None:
    assert team_of({"team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T2"}}) == "T1"
    assert team_of({"team": {"id": "T2"}, "view": {"app_installed_team_id": "T1"}}) == "T1"


def test_bodies_are_read_as_slack_sends_them() -> None:
    assert parse_body(b"command=%2Fx&text=", "application/x-www-form-urlencoded") == {"command": "/x", "text": ""}
    payload = urlencode({"payload": json.dumps({"type": "block_actions"})}).encode()
    assert parse_body(payload, "application/x-www-form-urlencoded") == {"type": "block_actions"}
    with pytest.raises(ValueError, match="object"):
        parse_body(b"[1]", "application/json")
    with pytest.raises(ValueError):
        parse_body(b"\xff\xfe", "application/json")


def test_secrets_never_reach_a_log() -> None:
    made_up = "xoxb-" + "1-2-abc"
    assert made_up not in str(redact({"message": f"token {made_up}", "url": "postgresql://me:pass@host/db"}))
    assert "pass@" not in str(redact({"url": "postgresql://me:pass@host/db"}))
    assert redact({"slack_bot_token": "anything", "nested": [{"Authorization": "Bearer abc"}]}) == {
        "slack_bot_token": MASK,
        "nested": [{"Authorization": MASK}],
    }
