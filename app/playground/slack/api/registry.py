"""The register of methods, and the arguments, scopes and pages they share."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from app.playground.slack.state import Channel, SlackError, Token
from app.playground.slack.workspace import Workspace

Thing = TypeVar("Thing")

# Scope to read a conversation, or its messages, by its kind.
READ = {"public": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}
HISTORY = {"public": "channels:history", "private": "groups:history", "im": "im:history", "mpim": "mpim:history"}
MANAGE = {"public": "channels:manage", "private": "groups:write", "im": "im:write", "mpim": "mpim:write"}


def invalid_arguments(*complaints: str) -> SlackError:
    """The error for wrong arguments, with one `[ERROR] …` line each."""
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {one}" for one in complaints]})


@dataclass
class Call:
    """One call: the workspace, the caller's token, and its arguments (from a form, a query or JSON)."""

    slack: Workspace
    token: Token
    args: Mapping[str, Any]
    warnings: list[str] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Whether an argument was given and is not empty."""
        return self.args.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        """An argument as text."""
        value = self.args.get(name)
        return default if value is None else str(value)

    def required(self, name: str) -> str:
        """An argument as text; `invalid_arguments` when missing."""
        if not self.has(name):
            raise invalid_arguments(f"missing required field: {name}")
        return self.text(name)

    def flag(self, name: str, default: bool = False) -> bool:
        """An argument as yes or no: `true`, `1`."""
        return str(self.args[name]).lower() in ("true", "1") if self.has(name) else default

    def integer(self, name: str, default: int) -> int:
        """An argument as a whole number; `invalid_arguments`."""
        try:
            return int(self.args[name]) if self.has(name) else default
        except (TypeError, ValueError):
            raise invalid_arguments(f"must be an integer [json-pointer:/{name}]") from None

    def json(self, name: str, error: str) -> Any:
        """An argument that is JSON, as text or already parsed; `error` when it cannot be read."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise SlackError(error) from None

    def ids(self, name: str) -> list[str]:
        """An argument that is a list of ids, comma-separated or a JSON list."""
        value = self.args.get(name)
        listed = value if isinstance(value, list) else str(value or "").strip("[]").replace('"', "").split(",")
        return [str(one).strip() for one in listed if str(one).strip()]

    def need(self, *scopes: str) -> None:
        """`missing_scope` unless the token has one of these scopes."""
        if scopes and not self.token.scopes.intersection(scopes):
            raise SlackError("missing_scope", needed=scopes[0], provided=",".join(sorted(self.token.scopes)))

    def room(self, name: str = "channel") -> Channel:
        """The conversation named by an argument, if the bot can know of it; `channel_not_found`."""
        room = self.slack.channel(self.required(name))
        if room.kind != "public" and self.me not in room.members:
            raise SlackError("channel_not_found")
        return room

    @property
    def me(self) -> str:
        """The user id behind the token."""
        return self.token.user

    def page(
        self, things: Sequence[Thing], default: int = 100, most: int = 1000
    ) -> tuple[list[Thing], dict[str, Any]]:
        """One page by `limit` and `cursor`, and the `response_metadata`. `invalid_limit`, `invalid_cursor`."""
        limit = self.integer("limit", default)
        if not 0 <= limit <= most:
            raise SlackError("invalid_limit")
        start = _start(self.text("cursor"))
        if start > len(things):
            raise SlackError("invalid_cursor")
        end = start + (limit or default)
        cursor = base64.b64encode(f"next:{end}".encode()).decode() if end < len(things) else ""
        return list(things[start:end]), {"response_metadata": {"next_cursor": cursor}}


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, start = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise SlackError("invalid_cursor") from None
    if word != "next" or not start.isdigit():
        raise SlackError("invalid_cursor")
    return int(start)


Answer = dict[str, Any]
Method = Callable[[Call], Answer]


@dataclass(frozen=True)
class Registered:
    """One method: what it does, scopes of which one is needed, and its rate tier (calls a minute; 0 is special)."""

    name: str
    run: Method
    scopes: tuple[str, ...]
    per_minute: int


METHODS: dict[str, Registered] = {}
TIERS = {"special": 0, "2": 20, "3": 50, "4": 100}


def method(name: str, *scopes: str, tier: str = "3") -> Callable[[Method], Method]:
    """Register a Web API method."""

    def register(run: Method) -> Method:
        METHODS[name] = Registered(name, run, scopes, TIERS[tier])
        return run

    return register


def kinds_asked(call: Call) -> list[str]:
    """The kinds of conversations in `types`; `invalid_types`; each needs its scope."""
    names = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
    asked = call.ids("types") or ["public_channel"]
    if any(one not in names for one in asked):
        raise SlackError("invalid_types")
    for one in asked:
        call.need(READ[names[one]])
    return [names[one] for one in asked]


def readable(call: Call, rooms: Iterable[Channel]) -> list[Channel]:
    """Those conversations the bot can know of: public ones and its own, as `types` and `exclude_archived` say."""
    kinds = kinds_asked(call)
    return [
        room
        for room in rooms
        if room.kind in kinds
        and (room.kind == "public" or call.me in room.members)
        and not (room.archived and call.flag("exclude_archived"))
    ]
