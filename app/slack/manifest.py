"""The Slack app manifest, built from one table: what the app listens to, and why it needs each scope.

Limits are those of Slack's app manifest reference; a test holds this table equal to the registered listeners.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import yaml

from app import PROGRAM
from app.errors import NotUnderstood

EVENTS_PATH = "/slack/events"
PLACEHOLDER_URL = "https://baobab.example.org"
COMMAND_MAX = 32


@dataclass(frozen=True)
class Command:
    """A slash command, without the prefix a workspace may put before its name."""

    name: str
    description: str
    usage_hint: str


@dataclass(frozen=True)
class Shortcut:
    """A shortcut in the menu of a message (`message`) or of the composer (`global`); the name has 24 characters."""

    callback_id: str
    name: str
    description: str
    type: str = "message"


@dataclass(frozen=True)
class Event:
    """An event the app subscribes to; `scope` is the bot scope Slack asks for it, "" where it asks for none."""

    name: str
    scope: str
    reason: str


@dataclass(frozen=True)
class Scope:
    """A permission of the bot and what would not work without it."""

    name: str
    reason: str


COMMANDS = (
    Command(
        "whereshare",
        "Find the right community for what you want to share or ask, and who did it before",
        "[what you have or want to know]",
    ),
    Command(
        "pulse-poll",
        "Ask a quick poll here: names visible, or secret from everyone",
        '"Question?" "Option" "Option" [--close 2d] [--secret] [--multi 2]',
    ),
    Command(
        "thanks", "Thank one or several people for something they did", "@ana @joão for the malaria brief #sharing"
    ),
    Command(
        "huddle",
        "Plan an informal meeting at an hour that is fair, or find one",
        "[title, Thursday 15:00 | find 45m next week | list | now]",
    ),
)

SHORTCUTS = (
    Shortcut(
        "find_community",
        "Find the right community",
        "See privately which community of practice fits this message",
    ),
    Shortcut("thank_author", "Thank the author", "Thank whoever wrote this message"),
)

EVENTS = (
    Event("app_home_opened", "", "draw the Home tab when somebody looks at it"),
    Event("app_uninstalled", "", "stop sending when the app is removed"),
    Event("tokens_revoked", "", "stop sending when the token is taken back"),
    Event("user_change", "users:read", "notice that a lead left, and keep names, zones and languages true"),
    Event("team_join", "users:read", "know newcomers"),
    Event("channel_rename", "channels:read", "keep the names of communities' channels true"),
    Event("channel_archive", "channels:read", "send nobody to a closed channel"),
    Event("channel_deleted", "channels:read", "send nobody to a deleted channel"),
    Event("member_joined_channel", "channels:read", "know who is in a community"),
    Event("member_left_channel", "channels:read", "know who is in a community"),
    Event("user_huddle_changed", "users:read", "suggest to a host who was there"),
    Event("reaction_added", "reactions:read", "let people second a thank-you with an emoji"),
    Event("reaction_removed", "reactions:read", "count no second that was taken back"),
)

SCOPES = (
    Scope("commands", "slash commands and shortcuts"),
    Scope("chat:write", "post what a person decided to post, and answer in direct messages"),
    Scope("chat:write.public", "post to a community's public channel without being invited there first"),
    Scope("im:write", "open a direct message with a lead who is asked"),
    Scope("im:history", "look whether a direct message arrived before sending it again"),
    Scope("channels:read", "names of public channels, and whether they are archived"),
    Scope("groups:read", "the same for private channels the app was invited to"),
    Scope(
        "channels:history", "look whether a post arrived before posting it again, and read a thread's first message"
    ),
    Scope("groups:history", "the same in private channels the app was invited to"),
    Scope("users:read", "names, time zones, languages, guests and who has left"),
    Scope("users:read.email", "link a person to their forum account, and find the person of an e-mail address"),
    Scope("files:write", "send an export, or a person's own data, privately as a file"),
    Scope("usergroups:read", "thank the people of a user group"),
    Scope("reactions:read", "let people second a thank-you with an emoji"),
)

DESCRIPTION = "Communities of practice: find where to share, thank people, ask a poll, meet at a fair hour."
# Where people read it a line is a paragraph; {prefix} stands before the names of commands.
_LONG = """\
Baobab helps communities of practice to share in the right place, to thank, to decide and to meet.
/{prefix}whereshare names the community that fits what you have or want to know, says why, and shows who asked or \
answered the same before. The answer is private, and nothing is posted without your click.
/{prefix}thanks tells the people you name what you thank them for, privately; their community sees it only if they \
want that.
/{prefix}pulse-poll asks a question in a channel, with names visible or secret from everyone, from one line of text \
or from a form.
/{prefix}huddle plans an informal meeting at an hour that is fair to everybody's zone, announces it and reminds \
those who come.
The Home tab holds what is yours: your thank-yous, polls and huddles, your preferences, and your data to take with \
you or to delete."""


def manifest(public_url: str, prefix: str = "") -> dict[str, Any]:
    """The manifest for an app served at `public_url`, commands named with `prefix` (`cop-`).

    Raises `NotUnderstood` for an address that is none, or a prefix that makes a command too long.
    """
    url = _checked(public_url) + EVENTS_PATH
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Baobab",
            "description": DESCRIPTION,
            "background_color": "#3f4f2f",
            "long_description": _LONG.format(prefix=prefix),
        },
        "features": {
            # Nobody reads what people write to the app, so the messages tab takes no text.
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "Baobab", "always_online": True},
            "shortcuts": [
                {"name": one.name, "type": one.type, "callback_id": one.callback_id, "description": one.description}
                for one in SHORTCUTS
            ],
            "slash_commands": [
                {
                    "command": _command(one.name, prefix),
                    "url": url,
                    "description": one.description,
                    "usage_hint": one.usage_hint,
                    # Mentions arrive as ids; as typed, handles are neither unique nor lasting.
                    "should_escape": True,
                }
                for one in COMMANDS
            ],
        },
        "oauth_config": {"scopes": {"bot": [one.name for one in SCOPES]}},
        "settings": {
            "event_subscriptions": {"request_url": url, "bot_events": [one.name for one in EVENTS]},
            "interactivity": {"is_enabled": True, "request_url": url, "message_menu_options_url": url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": False,
            "token_rotation_enabled": False,
        },
    }


def bot_scopes() -> frozenset[str]:
    """The scopes the bot token has to carry."""
    return frozenset(one.name for one in SCOPES)


def text(public_url: str, prefix: str = "", *, as_json: bool = False) -> str:
    """The manifest as text for a terminal or a file: YAML with the reason of each scope, or JSON."""
    content = manifest(public_url, prefix)
    if as_json:
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    head = (
        f"# The Slack app manifest. Make your own with: {PROGRAM} manifest --url https://your.address\n"
        "# Why each scope is needed:\n"
    )
    width = max(len(one.name) for one in SCOPES)
    reasons = "".join(f"#   {one.name:<{width}}  {one.reason}\n" for one in SCOPES)
    return head + reasons + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)


def concerns(public_url: str) -> tuple[str, ...]:
    """Sentences on what an address that can be written may still lack: https, the public net, a bare path."""
    address = _checked(public_url)
    parts = urlsplit(address)
    found = []
    if parts.scheme != "https" or _private(parts.hostname or ""):
        found.append(
            f"Slack will refuse {address}: it needs an address that begins with https:// and is reached from the "
            "public net, such as a tunnel's."
        )
    if parts.path:
        found.append(
            f"Slack will call {address}{EVENTS_PATH}: the proxy has to take {parts.path} away and pass the rest "
            f"on to {EVENTS_PATH}. Put the whole address into PUBLIC_URL too."
        )
    return tuple(found)


def _private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal"))


def _checked(public_url: str) -> str:
    try:
        parts = urlsplit(public_url.strip())
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise NotUnderstood("The public address should look like https://baobab.example.org, as browsers reach it.")
    return public_url.strip().rstrip("/")


def _command(name: str, prefix: str) -> str:
    command = f"/{prefix}{name}"
    if len(command) > COMMAND_MAX or command != command.lower() or not command.isascii() or " " in command:
        raise NotUnderstood(
            f"{command} is no possible command: at most {COMMAND_MAX} small letters, digits, hyphens, underscores. "
            "Shorten COMMAND_PREFIX."
        )
    return command
