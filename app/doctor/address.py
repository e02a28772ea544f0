"""Checks of the public address: is it this app, over a certificate Slack trusts, and is its door locked?"""

from __future__ import annotations

import json
from ipaddress import ip_address
from urllib.parse import urlsplit

import aiohttp

from app import PROGRAM
from app.doctor.context import Context
from app.doctor.findings import Finding
from app.slack.manifest import EVENTS_PATH
from app.slack.signature import sign

_CHALLENGE = "is-it-this-baobab"
_SIGN_FIRST = "Set SLACK_SIGNING_SECRET first: a request signed with it tells this app from others."
_SERVE = f"Start it with `{PROGRAM} serve`, and let the proxy or tunnel in front of it pass requests on."

_RESTART = f"See what runs there, start this app again (`{PROGRAM} serve`), and check PUBLIC_URL."


async def public_url(ctx: Context) -> Finding:
    """Does PUBLIC_URL lead over https to this app?"""
    name, url = "public url", ctx.settings.public_url
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return Finding(name, "fail", "PUBLIC_URL is no address.", "Write it like https://baobab.example.org.")
    try:
        async with ctx.http.get(f"{url}/healthz", allow_redirects=False) as answer:
            status, body = answer.status, await answer.text(errors="replace")
    except aiohttp.ClientConnectorCertificateError:
        return Finding(
            name,
            "fail",
            f"The certificate of {parts.hostname} is not valid here, so Slack will refuse it too.",
            "Renew it, serve the whole chain with the intermediate certificate, and check the host's name.",
        )
    except aiohttp.ClientConnectorDNSError:
        fix = "Check the spelling of PUBLIC_URL, and the name's DNS entry."
        return Finding(name, "fail", f"The name {parts.hostname} is not known.", fix)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return Finding(name, "fail", f"Nothing answers at {url} ({type(error).__name__}).", _SERVE)
    if 300 <= status < 400:
        fix = "Put the address it leads to into PUBLIC_URL; Slack does not follow far."
        return Finding(name, "fail", f"{url} redirects (HTTP {status}).", fix)
    if status != 200 or '"ok"' not in body:
        return Finding(name, "fail", f"{url} is answered by something else (HTTP {status} at /healthz).", _SERVE)
    if not _secret(ctx):
        return Finding(
            name, "warn", f"Something answers at {url}; whether it is this app is not checked.", _SIGN_FIRST
        )
    if not await _knows_our_secret(ctx):
        message = f"What answers at {url} is another app, or this one with another SLACK_SIGNING_SECRET."
        return Finding(name, "fail", message, _RESTART)
    if parts.scheme == "http":
        if ctx.settings.playground or _at_home(parts.hostname):
            message = "This app answers, on this machine only: Slack itself cannot reach it."
            return Finding(name, "ok" if ctx.settings.playground else "warn", message, _https(ctx))
        return Finding(name, "fail", "This app answers, but without https, which Slack demands.", _https(ctx))
    return Finding(name, "ok", f"This app answers at {url}, with a valid certificate.")


def _https(ctx: Context) -> str:
    if ctx.settings.playground:
        return ""
    return (
        "Put a proxy with a certificate (Caddy, nginx, your host's) or a tunnel in front, and set PUBLIC_URL to it."
    )


def _at_home(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _secret(ctx: Context) -> str:
    return ctx.settings.slack_signing_secret.get_secret_value()


async def _knows_our_secret(ctx: Context) -> bool:
    """Whether Slack's own question at setting up, signed with our secret, is answered as Slack expects it."""
    # A stranger who is asked learns nothing: this signature opens nothing but this question.
    body = json.dumps({"type": "url_verification", "challenge": _CHALLENGE}).encode()
    timestamp = str(int(ctx.clock.now().timestamp()))
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": sign(_secret(ctx), timestamp, body),
    }
    url = ctx.settings.public_url + EVENTS_PATH
    try:
        async with ctx.http.post(url, data=body, headers=headers, allow_redirects=False) as answer:
            return answer.status == 200 and _CHALLENGE in await answer.text(errors="replace")
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return False


async def slack_door(ctx: Context) -> Finding:
    """Is a request without Slack's signature refused at the door, and one with it let in?"""
    name, url = "slack door", ctx.settings.public_url + EVENTS_PATH
    if not _secret(ctx):
        return Finding(
            name, "warn", "Not checked: there is no signing secret to prove that it is this app.", _SIGN_FIRST
        )
    try:
        async with ctx.http.post(url, data=b"{}", allow_redirects=False) as answer:
            status = answer.status
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return Finding(name, "warn", "Not checked: nothing answers there.", "Mend the public url first.")
    if status == 401 and await _knows_our_secret(ctx):
        return Finding(name, "ok", "Requests with Slack's signature are let in, others refused.")
    if status == 401:
        message = (
            f"{EVENTS_PATH} refuses what our SLACK_SIGNING_SECRET signs: it is another app, or has another secret."
        )
        return Finding(name, "fail", message, _RESTART)
    if status < 300:
        message = f"{EVENTS_PATH} accepts requests that Slack did not sign!"
        return Finding(
            name, "fail", message, "Take it off the net; whatever answers there is not this app as it should be."
        )
    fix = f"Pass {EVENTS_PATH} through the proxy unchanged, POST requests and their headers included."
    return Finding(name, "fail", f"{EVENTS_PATH} answers HTTP {status} where 401 is right.", fix)
