"""All checks at once, each with its own time limit; nothing secret leaves."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import aiohttp
from pydantic import SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from app.clock import Clock, SystemClock
from app.doctor import address, house, slack, storage
from app.doctor.context import Check, Context
from app.doctor.findings import Finding
from app.errors import DomainError
from app.settings import Settings

CHECKS = (
    Check("settings", house.settings),
    Check("slack token", slack.token),
    Check("slack scopes", slack.scopes),
    Check("signing secret", slack.signing_secret),
    Check("clock", slack.clock),
    Check("public url", address.public_url),
    Check("slack door", address.slack_door),
    Check("database", storage.database),
    Check("migrations", storage.migrations),
    Check("jobs", storage.queue),
    Check("disk", storage.disk),
    # Several questions, and a forum may be far away.
    Check("forum", house.forum, seconds=15.0),
    # Loading the models takes longest, most of all on a machine that does other work.
    Check("encoders", house.encoders, seconds=house.ENCODER_SECONDS),
    Check("time zones", house.zones),
)


async def examine(
    settings: Settings, *, clock: Clock | None = None, checks: tuple[Check, ...] = CHECKS
) -> tuple[Finding, ...]:
    """Run the checks concurrently and give their findings in order; it changes nothing and always ends."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=4.5)) as http:
        ctx = Context(settings, clock or SystemClock(), http)
        findings = await asyncio.gather(*(_run(check, ctx) for check in checks))
    hidden = _secrets(settings)
    return tuple(_without(finding, hidden) for finding in findings)


async def _run(check: Check, ctx: Context) -> Finding:
    try:
        return await asyncio.wait_for(check.run(ctx), check.seconds)
    except TimeoutError:
        message = f"No answer within {check.seconds:.0f} seconds."
        return Finding(check.name, "fail", message, "See whether what it asks is up, and the network between.")
    except (DomainError, OSError, aiohttp.ClientError) as error:
        said = error.message if isinstance(error, DomainError) else type(error).__name__
        return Finding(check.name, "fail", f"The check itself stumbled: {said}", "See the log, then run it again.")


def _secrets(settings: Settings) -> tuple[str, ...]:
    found = [value.get_secret_value() for value in dict(settings).values() if isinstance(value, SecretStr)]
    try:
        found.append(str(make_url(settings.database_url).password or ""))
    except ArgumentError:
        found.append(settings.database_url)
    # Short ones would blot out ordinary words.
    return tuple(one for one in found if len(one) >= 6)


def _without(finding: Finding, hidden: tuple[str, ...]) -> Finding:
    message, fix = finding.message, finding.fix
    for secret in hidden:
        message, fix = message.replace(secret, "[hidden]"), fix.replace(secret, "[hidden]")
    return replace(finding, message=message, fix=fix)
