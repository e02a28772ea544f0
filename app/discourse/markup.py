"""Slack's mrkdwn as Discourse's Markdown: the words stay, nothing pings anybody by accident."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_FENCE = re.compile(r"```(.*?)```", re.S)
_CODE = re.compile(r"`([^`\n]+)`")
_TOKEN = re.compile(r"<([^<>\n]+)>")
_EMOJI = re.compile(r":[a-z0-9_+'-]{1,60}:(?::skin-tone-[2-6]:)?")
_SAFE_ADDRESS = re.compile(r"(?:https?://|mailto:)\S+", re.I)
# An @ before a letter would notify the forum's user of that name, one behind a word is an address or a handle.
_AT = re.compile(r"(?<![A-Za-z0-9_])@(?=\w)")
# Markdown turns these into characters, an @ among them, before it looks for names.
_ENTITY = re.compile(r"&(?=#?\w+;)")
_ZERO_WIDTH = "\u200b"
_SPECIAL = re.compile(r"([\\\[\]#|])")
_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_STRIKE = re.compile(r"(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])")
_BULLET = re.compile(r"^(\s*)[•◦▪](?:\s+)", re.M)
_MARK = "\ue000{}\ue001"
_MARKED = re.compile("\ue000(\\d+)\ue001")


def to_markdown(
    text: str, *, people: Mapping[str, str] | None = None, channels: Mapping[str, str] | None = None
) -> str:
    """A Slack message's text for a forum post.

    `people` maps Slack user ids to names, `channels` channel ids to names without #; unknown ones become
    "someone" and "a channel". Mentions turn into plain names; no @ is left that could notify a forum user.
    """
    kept: list[str] = []

    def keep(made: str) -> str:
        kept.append(made)
        return _MARK.format(len(kept) - 1)

    text = text.replace("\x00", "").replace("\ue000", "").replace("\ue001", "").replace("\r\n", "\n")
    text = _FENCE.sub(lambda m: keep(_fenced(_raw(m[1]))), text)
    text = _CODE.sub(lambda m: keep(f"`{_raw(m[1])}`"), text)
    text = _TOKEN.sub(lambda m: _token(m[1], people or {}, channels or {}, keep), text)
    text = _unescaped(text)
    text = _EMOJI.sub(lambda m: keep(m[0]), text)
    text = _BULLET.sub(lambda m: m[1] + "- ", text)
    text = _BOLD.sub(lambda m: f"{keep('**')}{m[1]}{keep('**')}", text)
    text = _STRIKE.sub(lambda m: f"{keep('~~')}{m[1]}{keep('~~')}", text)
    text = _escaped(text)
    # Code may stand in the label of a link: what is kept holds marks itself, a few levels deep.
    while _MARKED.search(text):
        text = _MARKED.sub(lambda m: kept[int(m[1])], text)
    return text.strip()


def plainly(text: str) -> str:
    """Typed words for the inside of a line of a forum post: shown letter by letter, whatever marks they hold.

    A bar is escaped too, so that they may stand in a table.
    """
    return _name(text.replace("\x00", ""))


def _raw(code: str) -> str:
    """Code as it was typed: Slack links addresses and escapes three characters even inside it."""
    shown = _TOKEN.sub(lambda m: m[1].split("|", 1)[-1], code)
    return _unescaped(shown)


def _unescaped(text: str) -> str:
    """Undo the three escapes that Slack makes, and no others."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _fenced(code: str) -> str:
    ticks = "`" * max(3, max((len(run) for run in re.findall(r"`+", code)), default=0) + 1)
    body = code.strip("\n")
    return f"\n{ticks}text\n{body}\n{ticks}\n"


def _escaped(text: str) -> str:
    lines = []
    for line in text.split("\n"):
        quote, rest = ("> ", line[1:].lstrip()) if line.startswith(">") else ("", line)
        rest = _ENTITY.sub("&amp;", _SPECIAL.sub(r"\\\1", rest)).replace("<", "&lt;")
        lines.append(quote + _AT.sub("@" + _ZERO_WIDTH, rest))
    return "\n".join(lines)


def _token(inner: str, people: Mapping[str, str], channels: Mapping[str, str], keep: Callable[[str], str]) -> str:
    """What stands between < and >: a person, a channel, a broadcast, a date, or a link."""
    target, _, label = inner.partition("|")
    label = _unescaped(label)
    if target.startswith("@"):
        return keep(_name(people.get(target[1:]) or label.lstrip("@") or "someone"))
    if target.startswith("#"):
        name = channels.get(target[1:]) or label.lstrip("#")
        return keep(_name(f"#{name}" if name else "a channel"))
    if target.startswith("!"):
        return keep(_name(_broadcast(target[1:], label)))
    address = _unescaped(target)
    if not _SAFE_ADDRESS.fullmatch(address):
        return keep(_name(label or address))
    if target.lower().startswith("mailto:"):
        # A bare address in a post is read by harvesters and, with its @, as a mention: show the label only.
        return keep(_name(label or address[7:]))
    address = _quoted(address)
    if not label or label in (target, address) or label == address.split("://", 1)[-1]:
        return keep(f"<{address}>")
    return keep(f"[{_name(label)}]({address})")


def _broadcast(target: str, label: str) -> str:
    if target.startswith("subteam^"):
        return label.lstrip("@") or "a group"
    if target.startswith("date^"):
        return label or target.split("^")[2] if target.count("^") >= 2 else label
    return {"channel": "everyone in the channel", "here": "everyone here", "everyone": "everyone"}.get(
        target, label or "a group"
    )


def _name(text: str) -> str:
    """A name or label as plain text: no mark-up, no @ that notifies, one line."""
    flat = " ".join(text.split())
    plain = _ENTITY.sub("&amp;", re.sub(r"([\\\[\]*_`~#|])", r"\\\1", flat)).replace("<", "&lt;")
    return _AT.sub("@" + _ZERO_WIDTH, plain)


def _quoted(address: str) -> str:
    """The address without the characters that would end a Markdown link early."""
    for char in "()<>[]\\|\"'`* ":
        address = address.replace(char, f"%{ord(char):02X}")
    return address
