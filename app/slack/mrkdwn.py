"""Slack's text: what people typed made safe to show, and Slack's escapes made readable."""

from __future__ import annotations

import re

# `<@U1|ann>`, `<#C1|general>`, `<!subteam^S1|@team>`, `<!here>`, `<!date^…|fallback>`, `<https://…|label>`
_ENTITY = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")
# Half of a character of two (a lone surrogate) cannot be stored either.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_SIGNS = str.maketrans({"*": "\u2217", "~": "\u223c", "`": "\u02cb"})
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


def escape(text: str) -> str:
    """Make typed text show as typed in mrkdwn: nothing is pinged, nothing becomes a link by brackets."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def inert(text: str) -> str:
    """Escaped text for a place within bold or struck-through words: marks that were typed neither end nor begin one.

    They become signs that look the same. An underscore within a word is none: `data_2026` stays.
    """
    return _UNDERSCORE.sub("\u02cd", escape(text).translate(_SIGNS))


def unescape(text: str) -> str:
    """The inverse of `escape`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def clean(text: str) -> str:
    """Drop NUL and other control characters (a database cannot store NUL), keep newlines, tabs and joiners."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")).strip()


def readable(text: str) -> str:
    """Command text or a message as a person reads it: labels for entities, escapes undone, controls dropped."""

    def label(match: re.Match[str]) -> str:
        kind, target, shown = match.group(1), match.group(2), match.group(3)
        if kind == "@":
            return "@" + (shown or target)
        if kind == "#":
            return "#" + (shown or target)
        if kind == "!":
            return shown or "@" + target.split("^")[0]
        return f"{shown} ({target})" if shown and shown != target else target

    return clean(unescape(_ENTITY.sub(label, text)))


def mentioned(text: str) -> tuple[str, ...]:
    """Ids of the people mentioned in escaped text, in order, each once."""
    return tuple(dict.fromkeys(_MENTION.findall(text)))


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, ending in an ellipsis where something was left out. Cut before escaping."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def chunks(text: str, limit: int) -> list[str]:
    """Escaped pieces of at most `limit` characters each, broken at a line or a space where there is one."""
    pieces: list[str] = []
    rest = text
    while rest:
        size = len(rest)
        while len(escape(rest[:size])) > limit:
            size = min(size - 1, int(size * limit / len(escape(rest[:size]))))
        if size < len(rest):
            soft = max(rest.rfind("\n", 0, size), rest.rfind(" ", 0, size))
            size = soft + 1 if soft > size // 2 else size
        pieces.append(escape(rest[:size].rstrip()) or "​")
        rest = rest[size:]
    return pieces


def quote(text: str) -> str:
    """Escaped text as a block quote, every line marked."""
    return "\n".join("> " + line for line in escape(text).split("\n"))


def link(url: str, label: str) -> str:
    """A mrkdwn link; the label is escaped, and a bar in it would end it."""
    return f"<{url}|{escape(label).replace('|', '/')}>"
