"""The doctor's checks of Slack, the address, the forum and the house: healthy, and each failure."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from app.doctor import Finding, examine, render
from app.doctor.context import Check, Context
from app.doctor.visit import CHECKS
from app.slack.manifest import bot_scopes
from tests.services.doctor_world import NOW, SECRET, TOKEN, Setup, World, healthy_world, visit


@pytest.fixture
async def setup(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Setup]:
    async with healthy_world(tmp_path, sqlite_template) as world:
        yield world


async def test_a_healthy_house_has_nothing_to_mend(setup: Setup) -> None:
    found = await visit(setup.settings)
    states = {name: one.state for name, one in found.items() if one.state != "ok"}
    # Only what a test cannot have: an address with a certificate.
    assert states == {"public url": "warn", "forum": "warn"}
    assert "unencrypted" in found["forum"].message
    assert [one.name for one in CHECKS] == list(found)
    assert found["slack token"].message == "Slack knows it: @baobab in Health."


async def test_the_playground_is_well_on_plain_http(setup: Setup) -> None:
    setup.world.signing_secret = "playground-signing-secret"
    found = await visit(setup.but(playground=True, secret_key="", slack_signing_secret="playground-signing-secret"))
    assert {one.state for one in found.values()} == {"ok"}
    assert render(tuple(found.values())).endswith("All is well.")


Change = Callable[[World], None]


def world(**changes: Any) -> Change:
    return lambda it: it.__dict__.update(changes)


def skewed(seconds: float) -> Change:
    return world(date=format_datetime(NOW + timedelta(seconds=seconds), usegmt=True))


@pytest.mark.parametrize(
    ("check", "state", "says", "settings", "change"),
    [
        ("settings", "warn", "SECRET_KEY is not set", {"secret_key": ""}, None),
        ("settings", "warn", "easy to guess", {"secret_key": "a" * 60}, None),
        ("slack token", "fail", "not set", {"slack_bot_token": ""}, None),
        ("slack token", "fail", "app-level", {"slack_bot_token": "xapp-1-sesame"}, None),
        ("slack token", "fail", "a person's", {"slack_bot_token": "xoxp-1-sesame"}, None),
        ("slack token", "fail", "rotation", {"slack_bot_token": "xoxe.xoxb-1-sesame"}, None),
        ("slack token", "fail", "does not look like", {"slack_bot_token": "sesame-sesame"}, None),
        ("slack token", "fail", "revoked", {}, world(auth={"ok": False, "error": "token_revoked"})),
        ("slack token", "fail", "does not know", {}, world(auth={"ok": False, "error": "invalid_auth"})),
        ("slack token", "fail", "not a bot's", {}, world(auth={"ok": True, "user": "ann", "team": "H"})),
        ("slack token", "fail", "internal_error", {}, world(auth={"ok": False, "error": "internal_error"})),
        ("slack token", "fail", "cannot be reached", {}, world(auth={}, slack_status=503)),
        ("slack token", "fail", "cannot be reached", {"slack_api_url": "http://127.0.0.1:9/api/"}, None),
        ("slack scopes", "fail", "The token lacks channels:history", {}, world(scopes="commands")),
        ("slack scopes", "warn", "pins:write", {}, world(scopes=",".join([*bot_scopes(), "pins:write"]))),
        ("slack scopes", "warn", "did not say", {}, world(scopes=None)),
        ("slack scopes", "warn", "Not checked", {"slack_bot_token": ""}, None),
        ("signing secret", "fail", "not set", {"slack_signing_secret": ""}, None),
        ("signing secret", "fail", "white space", {"slack_signing_secret": SECRET + " "}, None),
        ("signing secret", "fail", "is a token", {"slack_signing_secret": TOKEN}, None),
        ("signing secret", "warn", "32 digits", {"slack_signing_secret": "sesame open"}, None),
        ("clock", "ok", "Within", {}, skewed(-59)),
        ("clock", "warn", "61 s ahead", {}, skewed(-61)),
        ("clock", "warn", "300 s behind", {}, skewed(300)),
        ("clock", "fail", "301 s behind", {}, skewed(301)),
        ("clock", "warn", "no time", {}, world(date=None)),
        ("clock", "warn", "without a token Slack is not asked", {"slack_bot_token": ""}, None),
        ("clock", "ok", "Within", {}, world(auth={"ok": False, "error": "invalid_auth"})),
        ("public url", "fail", "no address", {"public_url": "baobab.example"}, None),
        ("public url", "fail", "Nothing answers", {"public_url": "http://127.0.0.1:9"}, None),
        ("public url", "fail", "is not known", {"public_url": "https://baobab.invalid"}, None),
        ("public url", "fail", "something else (HTTP 404", {}, world(health=(404, ""))),
        ("public url", "fail", "something else (HTTP 200", {}, world(health=(200, "<html>"))),
        ("public url", "fail", "redirects", {}, world(health=(302, ""))),
        ("public url", "fail", "another app", {}, world(signing_secret="of another app")),
        ("public url", "warn", "is not checked", {"slack_signing_secret": ""}, None),
        ("slack door", "fail", "another app", {}, world(signing_secret="of another app")),
        ("slack door", "warn", "no signing secret", {"slack_signing_secret": ""}, None),
        ("slack door", "fail", "did not sign", {}, world(door=200)),
        ("slack door", "fail", "HTTP 502", {}, world(door=502)),
        ("slack door", "warn", "Not checked", {"public_url": "http://127.0.0.1:9"}, None),
        ("database", "fail", "no database yet", {"database_url": "sqlite:////tmp/nowhere/at/all.db"}, None),
        ("database", "fail", "not one of", {"database_url": "mysql://u:sesame-pw@h/db"}, None),
        ("database", "fail", "not one of", {"database_url": "sesame"}, None),
        ("database", "fail", "does not answer", {"database_url": "postgresql://u:sesame-pw@127.0.0.1:9/db"}, None),
        ("migrations", "warn", "Not checked", {"database_url": "sqlite:////tmp/nowhere/at/all.db"}, None),
        ("disk", "ok", "free", {"database_url": "sqlite:////tmp/nowhere/at/all.db"}, None),
        ("forum", "ok", "None is connected", {"discourse_url": ""}, None),
        ("forum", "fail", "DISCOURSE_API_KEY is not", {"discourse_api_key": ""}, None),
        ("forum", "fail", "no address", {"discourse_url": "forum"}, None),
        ("forum", "fail", "refuses the key", {"discourse_api_key": "another-sesame"}, None),
        ("forum", "fail", "127.0.0.1:9", {"discourse_url": "http://127.0.0.1:9"}, None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_each_failure_is_named_with_its_fix(
    setup: Setup, check: str, state: str, says: str, settings: dict[str, str], change: Change | None
) -> None:
    if change:
        change(setup.world)
    findings = await visit(setup.but(**settings))
    found = findings[check]
    assert (found.state, says in found.message) == (state, True), found
    assert bool(found.fix) == (state != "ok")
    assert "sesame" not in render(tuple(findings.values()))


async def test_a_neighbour_that_never_answers_costs_its_check_only(setup: Setup) -> None:
    async def endless(_ctx: Context) -> Finding:
        await asyncio.sleep(60)
        raise AssertionError

    checks = (Check("slow", endless, seconds=0.2), *(one for one in CHECKS if one.name == "time zones"))
    slow, zones = await asyncio.wait_for(examine(setup.settings, checks=checks), 5)
    assert (slow.state, slow.message, zones.state) == ("fail", "No answer within 0 seconds.", "ok")


async def test_slack_is_asked_once_for_all_checks(setup: Setup) -> None:
    await visit(setup.settings)
    assert setup.world.asked == 1


def test_findings_are_drawn_as_a_list_with_their_fixes() -> None:
    findings = (
        Finding("clock", "ok", "Within 1 s."),
        Finding("slack token", "fail", "It was revoked.", "Install again."),
        Finding("disk", "warn", "Little room.", "Make room."),
    )
    assert render(findings).splitlines() == [
        "✓ clock        Within 1 s.",
        "✗ slack token  It was revoked.",
        "               → Install again.",
        "! disk         Little room.",
        "               → Make room.",
        "",
        "1 to mend before it works, 1 to look at.",
    ]
    assert findings[1].as_dict() == {
        "name": "slack token",
        "state": "fail",
        "message": "It was revoked.",
        "fix": "Install again.",
    }
