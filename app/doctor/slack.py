"""Checks of the connection to Slack: token, scopes, signing secret, clock."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

from app import PROGRAM
from app.doctor.context import Context
from app.doctor.findings import Finding
from app.slack.manifest import bot_scopes

# Slack refuses us, and we Slack, when the clocks differ by five minutes.
SKEW_WARN, SKEW_FAIL = 60, 300

_WHERE_IT_IS = "api.slack.com/apps → your app → OAuth & Permissions → Bot User OAuth Token"
_WRONG_KINDS = {
    "xapp-": "an app-level token",
    "xoxp-": "a person's token",
    "xoxa-": "a legacy workspace token",
    "xoxc-": "a browser session's token",
    "xoxs-": "a browser session's token",
    "xoxe": "a token of an app with token rotation",
}
_ERRORS = {
    "invalid_auth": "Slack does not know this token",
    "token_revoked": "this token was revoked",
    "token_expired": "this token has expired",
    "account_inactive": "this token belongs to an app or person that was removed",
    "not_authed": "no token reached Slack",
}


async def token(ctx: Context) -> Finding:
    """Is it a bot token, and does Slack accept it?"""
    name, value = "slack token", ctx.settings.slack_bot_token.get_secret_value().strip()
    if not value:
        return Finding(
            name, "fail", "SLACK_BOT_TOKEN is not set.", f"Copy it from {_WHERE_IT_IS}; it begins with xoxb-."
        )
    for start, kind in _WRONG_KINDS.items():
        if value.startswith(start):
            message = f"SLACK_BOT_TOKEN is {kind}, not the bot's."
            return Finding(name, "fail", message, f"Copy the one that begins with xoxb- from {_WHERE_IT_IS}.")
    if not value.startswith("xoxb-"):
        message = "SLACK_BOT_TOKEN does not look like a token of Slack."
        return Finding(name, "fail", message, f"Copy the one that begins with xoxb- from {_WHERE_IT_IS}.")
    reply = await ctx.slack()
    if not reply.reached:
        message = f"Slack cannot be reached at {ctx.settings.slack_api_url} ({reply.error})."
        return Finding(
            name, "fail", message, "Check SLACK_API_URL, and that this machine may open https connections."
        )
    if reply.error:
        known = reply.error in _ERRORS
        fix = (
            f"Install the app in the workspace again, then copy the token from {_WHERE_IT_IS}."
            if known
            else "Try again in a minute; status.slack.com tells of outages."
        )
        return Finding(name, "fail", f"{_ERRORS.get(reply.error, 'Slack refused')} ({reply.error}).", fix)
    if not reply.data.get("bot_id"):
        message = "The token is valid, but not a bot's."
        return Finding(name, "fail", message, f"Copy the one that begins with xoxb- from {_WHERE_IT_IS}.")
    team, user = reply.data.get("team", "?"), reply.data.get("user", "?")
    return Finding(name, "ok", f"Slack knows it: @{user} in {team}.")


async def scopes(ctx: Context) -> Finding:
    """Does the token carry what the manifest asks for, and no more?"""
    name = "slack scopes"
    skipped = await _unanswered(ctx, name)
    if skipped:
        return skipped
    header = (await ctx.slack()).headers.get("x-oauth-scopes")
    if header is None:
        return Finding(name, "warn", "Slack did not say which scopes the token has.", "Try again in a minute.")
    has = {one.strip() for one in header.split(",") if one.strip()}
    missing, extra = sorted(bot_scopes() - has), sorted(has - bot_scopes())
    if missing:
        return Finding(
            name,
            "fail",
            f"The token lacks {', '.join(missing)}.",
            f"Paste the output of `{PROGRAM} manifest --url PUBLIC_URL` under App Manifest, then reinstall the "
            "app: scopes take effect only then.",
        )
    if extra:
        fix = "Remove what nothing else needs under OAuth & Permissions, then reinstall the app."
        return Finding(name, "warn", f"The token may do more than needed: {', '.join(extra)}.", fix)
    return Finding(name, "ok", f"All {len(has)} scopes of the manifest.")


async def signing_secret(ctx: Context) -> Finding:
    """Does the signing secret look like one? Only Slack's next request can prove it."""
    name, value = "signing secret", ctx.settings.slack_signing_secret.get_secret_value()
    where = "Copy it from api.slack.com/apps → your app → Basic Information → Signing Secret."
    if not value:
        return Finding(name, "fail", "SLACK_SIGNING_SECRET is not set: every request of Slack is refused.", where)
    if value != value.strip():
        return Finding(name, "fail", "SLACK_SIGNING_SECRET has white space around it.", "Remove it.")
    if value.startswith("xox") or value == ctx.settings.slack_bot_token.get_secret_value():
        return Finding(name, "fail", "SLACK_SIGNING_SECRET is a token, not the signing secret.", where)
    if not ctx.settings.playground and not re.fullmatch("[0-9a-f]{32}", value):
        return Finding(name, "warn", "SLACK_SIGNING_SECRET is not 32 digits 0-9 a-f, as Slack's are.", where)
    return Finding(name, "ok", "It has the right shape; the next command of Slack proves it.")


async def clock(ctx: Context) -> Finding:
    """Does this machine's clock agree with Slack's?"""
    name = "clock"
    if ctx.settings.playground:
        return Finding(name, "ok", "The playground goes by this machine's clock.")
    skipped = await _unanswered(ctx, name, only_reach=True)
    if skipped:
        return skipped
    reply = await ctx.slack()
    try:
        theirs = parsedate_to_datetime(reply.headers.get("date", ""))
        skew = (reply.at - theirs).total_seconds()
    except (TypeError, ValueError):
        return Finding(name, "warn", "Slack's answer carried no time to compare with.", "Try again in a minute.")
    fix = "Let the system keep time: `timedatectl set-ntp true`, or your host's equivalent."
    ahead = f"This clock is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} Slack's"
    if abs(skew) > SKEW_FAIL:
        return Finding(name, "fail", f"{ahead}: from 300 s on every request is refused.", fix)
    if abs(skew) > SKEW_WARN:
        return Finding(name, "warn", f"{ahead}.", fix)
    return Finding(name, "ok", f"Within {max(1, round(abs(skew)))} s of Slack's.")


async def _unanswered(ctx: Context, name: str, *, only_reach: bool = False) -> Finding | None:
    if not ctx.settings.slack_bot_token.get_secret_value().strip():
        return Finding(name, "warn", "Not checked: without a token Slack is not asked.", "Set SLACK_BOT_TOKEN first.")
    reply = await ctx.slack()
    if not reply.reached:
        return Finding(name, "warn", "Not checked: Slack did not answer.", "Mend the slack token first.")
    if reply.error and not only_reach:
        return Finding(name, "warn", "Not checked: Slack did not accept the token.", "Mend the slack token first.")
    return None
