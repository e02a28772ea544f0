"""What a person typed, as Slack's client sends it: mentions and links as tokens, the rest escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.playground.slack.mentions import NAME, plain_name

_PIECES = re.compile(
    rf"(?P<url>https?://[^\s<>]*[^\s<>.,;:!?)'\"])|(?<![\w&])(?P<sign>[@#])(?P<name>{NAME}(?<![.-]))"
)
_BROADCASTS = frozenset({"here", "channel", "everyone"})


def encode(
    text: str,
    people: Mapping[str, str],
    channels: Mapping[str, str],
    groups: Mapping[str, str],
) -> str:
    """Typed text with `@name` and `#channel` as `<@U…>` and `<#C…>`, addresses in angle brackets.

    The maps go from name (of people as `plain_name` has it) to id, and hold only what the person may see: other
    names stay as typed. Slash commands are sent as typed; the workspace encodes those.
    """
    written: list[str] = []
    at = 0
    for hit in _PIECES.finditer(text):
        written.append(_escape(text[at : hit.start()]))
        written.append(_piece(hit, people, channels, groups))
        at = hit.end()
    written.append(_escape(text[at:]))
    return "".join(written)


def is_command(text: str) -> bool:
    """Whether the text is a slash command: a slash and a name; `/ ` and `//` are not."""
    return re.match(r"/[a-z0-9][\w-]*(\s|$)", text) is not None


def command_name(text: str) -> str:
    """The command of a text that is one, with its slash."""
    return text.split(maxsplit=1)[0]


def _piece(
    hit: re.Match[str],
    people: Mapping[str, str],
    channels: Mapping[str, str],
    groups: Mapping[str, str],
) -> str:
    if hit["url"]:
        return f"<{_escape(hit['url'])}>"
    name = hit["name"]
    if hit["sign"] == "#":
        return f"<#{channels[name]}|{name}>" if name in channels else _escape(hit[0])
    if plain_name(name) in people:
        return f"<@{people[plain_name(name)]}>"
    if name in groups:
        return f"<!subteam^{groups[name]}|@{name}>"
    return f"<!{name}>" if name in _BROADCASTS else _escape(hit[0])


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
