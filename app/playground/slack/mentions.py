"""What Slack's "escape channels, users, and links" makes of a command's text."""

from __future__ import annotations

import re
import unicodedata

from app.playground.slack.people import SLACKBOT
from app.playground.slack.state import Member
from app.playground.slack.workspace import Workspace

# Accents may come as characters of their own, as some keyboards send them.
NAME = "\\w[\\w\u0300-\u036f.-]*"
_HANDLE = re.compile(rf"(?<![\w&@/.])@({NAME})", re.UNICODE)
_CHANNEL = re.compile(r"(?<![\w&#/])#([\w-]+)", re.UNICODE)
_ADDRESS = re.compile(r"(?<![\w|/:])([\w.+-]+@[\w-]+(?:\.[\w-]+)+)")
_URL = re.compile(r"https?://[^\s<>|]+")
_EVERYBODY = {"here", "channel", "everyone"}


def plain_name(typed: str) -> str:
    """A name as it is compared: without a difference between `João` and `joão`; accents count."""
    return unicodedata.normalize("NFC", typed).casefold()


def mentionable(slack: Workspace) -> dict[str, Member]:
    """Everybody by what can be typed after `@`: the handle, or a display name that only one person has."""
    found: dict[str, Member] = {}
    shared: set[str] = set()
    for who in slack.people.values():
        name = plain_name(who.display_name)
        if who.left or who.id == SLACKBOT or " " in name:
            continue
        if name in found:
            shared.add(name)
        found[name] = who
    handles = {who.handle: who for who in slack.people.values()}
    return {name: who for name, who in found.items() if name not in shared} | handles


def escaped(slack: Workspace, person: str, text: str) -> str:
    """Text as a person types it -> text as the app gets it with `should_escape`.

    `&lt;` and the like first; then `@handle` or `@Display`, `@group`, `@here`, `#channel` (those the person can see;
    private ones with an empty label), addresses and links. What matches nobody, or several, stays as typed.
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
    who = mentionable(slack).get(plain_name(handle))
    if who is not None:
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
