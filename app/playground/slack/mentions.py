"""What Slack's "escape channels, users, and links" makes of a command's text."""

from __future__ import annotations

import re

from app.playground.slack.workspace import Workspace

_HANDLE = re.compile(r"(?<![\w&@/.])@([\w][\w.-]*)", re.UNICODE)
_CHANNEL = re.compile(r"(?<![\w&#/])#([\w-]+)", re.UNICODE)
_ADDRESS = re.compile(r"(?<![\w|/:])([\w.+-]+@[\w-]+(?:\.[\w-]+)+)")
_URL = re.compile(r"https?://[^\s<>|]+")
_EVERYBODY = {"here", "channel", "everyone"}


def escaped(slack: Workspace, person: str, text: str) -> str:
    """Text as a person types it -> text as the app gets it with `should_escape`.

    `&lt;` and the like first; then `@handle`, `@group`, `@here`, `#channel` (those the person can see; private ones
    with an empty label), addresses and links. What matches nobody stays as typed.
    """
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    parts: list[str] = []
    rest = 0
    for link in _URL.finditer(text):
        parts += [_names(slack, person, text[rest : link.start()]), f"<{link.group()}>"]
        rest = link.end()
    return "".join([*parts, _names(slack, person, text[rest:])])


def _names(slack: Workspace, person: str, text: str) -> str:
    text = _ADDRESS.sub(lambda found: f"<mailto:{found.group(1)}|{found.group(1)}>", text)
    text = _CHANNEL.sub(lambda found: _channel(slack, person, found), text)
    return _HANDLE.sub(lambda found: _person(slack, found), text)


def _person(slack: Workspace, found: re.Match[str]) -> str:
    handle = found.group(1).rstrip(".-")
    tail = found.group(1)[len(handle) :]
    if handle in _EVERYBODY:
        return f"<!{handle}>{tail}"
    for who in slack.people.values():
        if who.handle == handle:
            return f"<@{who.id}|{who.handle}>{tail}"
    for group in slack.groups.values():
        if group.handle == handle and not group.disabled:
            return f"<!subteam^{group.id}|@{group.handle}>{tail}"
    return found.group()


def _channel(slack: Workspace, person: str, found: re.Match[str]) -> str:
    for room in slack.visible_channels(person):
        if room.name == found.group(1):
            return f"<#{room.id}|{'' if room.kind == 'private' else room.name}>"
    return found.group()
