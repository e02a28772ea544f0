"""Reads what stands behind /thanks: whom, for what, with which value. Pure; the text comes escaped from Slack.

People stand at the beginning (`@ana, @joão and @km-team for …`); where nobody does, those named anywhere else are
meant. A mention inside the reason is part of the reason. Only mentions and user groups name somebody for sure: an
`@name` as typed, an e-mail address or a plain name is kept apart, to be asked about.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.slack.mrkdwn import clean, unescape

_USER = r"<@(?P<user>[UW][A-Z0-9]+)(?:\|[^>]*)?>"
_GROUP = r"<!subteam\^(?P<group>S[A-Z0-9]+)(?:\|(?P<group_name>[^>]*))?>"
_ALL = r"<!(?P<all>here|channel|everyone)(?:\|[^>]*)?>"
# An address begins where no letter of one stands before: else every letter of a long word would be tried as a start.
_MAIL = (
    r"(?:<mailto:(?P<mail>[^|>\s]+)(?:\|[^>]*)?>"
    r"|(?<![\w.+'-])(?P<raw_mail>[\w.+'-]+@[\w-]+(?:\.[\w-]+)+))"
)
_LINK = r"<(?P<link>https?://[^|>\s]+)(?:\|[^>]*)?>"
# By what cannot be in it: vowel signs of many scripts are no letters to `\w`. Points at its end are not its own.
_HANDLE = r"(?<![\w.@/+-])@(?P<handle>[^\W_](?:[^\s<>@&|,;:،؛、，；：]*[^\s<>@&|,;:،؛、，；：.'’!?…)-])?)"
_WHO = re.compile("|".join((_USER, _GROUP, _ALL, _MAIL, _LINK, _HANDLE)))

_AND = ("and", "et", "y", "e", "na", "und", "र", "अनि", "और", "و", "和", "跟", "与")
_TO = ("to", "à", "a")
_THANKS = ("thanks", "merci", "gracias", "obrigado", "obrigada", "asante")
_CARRY_NOTHING = frozenset((*_AND, *_TO, *_THANKS, "&amp;"))
# Marks of direction come along when names are pasted; between people they carry nothing.
_MARKS = "\u200b-\u200f\u202a-\u202e\u2060-\u2069"
_BETWEEN = re.compile(
    rf"(?:[\s,;+/،؛、，；{_MARKS}]|&amp;|(?<!\w)(?:{'|'.join((*_AND, *_TO))})(?=\s*[<@]))*", re.IGNORECASE
)
# What leads from the people to the reason; a colon that begins an emoji belongs to it.
_FOR_WORDS = "for|pour|por|para|kwa"
_FOR = re.compile(
    rf"^(?:[\s,;.،：，{_MARKS}–—-]|:(?![\w+'-]+:))*(?:(?:{_FOR_WORDS})(?:\s*[:,：，–—]\s*|\s+|$))?", re.IGNORECASE
)
_PLAIN_NAME = re.compile(rf"^(?P<name>[^<>@#:：]{{2,80}}?)\s*(?:[:：]|\s(?:{_FOR_WORDS})\s)", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r"\s*(?:[,;،、，；]|&amp;|\s(?:and|et|y|e|na|und|र|और|和)\s)\s*", re.IGNORECASE)
_TAG = re.compile(r"(?<![\w&#])(?:#(?P<tag>[^\s#<>|&,;:،؛、，；：.'’!?…()]+)|<#C[A-Z0-9]+\|(?P<channel>[^>]*)>)")
_ENTITY = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")
_QUOTES = (
    *(("“", "”"), ("„", "“"), ("„", "”"), ("”", "”"), ("«", "»"), ("»", "«"), ("‹", "›"), ('"', '"')),
    *(("‘", "’"), ("‚", "‘"), ("’", "’"), ("'", "'"), ("「", "」"), ("『", "』"), ("《", "》"), ("＂", "＂")),
)


@dataclass(frozen=True)
class Group:
    """A user group as it was mentioned; `name` may be ""."""

    id: str
    name: str


@dataclass(frozen=True)
class Said:
    """What was understood. `unsure` are names and addresses as typed; `links` addresses that may be forum posts.

    `reason` still holds Slack's mentions, so that names can be put in for them; see `readable_reason`.
    """

    people: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    unsure: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    everybody: bool = False
    reason: str = ""
    value: str = ""


def read(text: str, values: Iterable[str], forum_url: str = "") -> Said:
    """Read a command's text; `values` are the slugs that a `#tag` may mean.

    Addresses below `forum_url` may be posts; any other stays in the reason.
    """
    text = clean(text)
    found, rest = _leading(text, forum_url)
    if not found:
        found, rest = _anywhere(text, forum_url)
    if not found and (named := _PLAIN_NAME.match(text)):
        reason, value = _reason(text[named.end() :], values)
        names = dict.fromkeys(one.strip() for one in _BETWEEN_NAMES.split(named["name"]) if one.strip())
        return Said(unsure=tuple(unescape(one) for one in names), reason=reason, value=value)
    return _said(found, rest, values)


def readable_reason(reason: str, names: Mapping[str, str]) -> str:
    """A reason as plain text: `@name` for a mention (from `names`, else its label, else its id), escapes undone."""

    def label(match: re.Match[str]) -> str:
        kind, target, shown = match[1], match[2], match[3] or ""
        if kind == "@":
            return "@" + (names.get(target) or shown or target)
        if kind == "#":
            return "#" + (shown or target)
        if kind == "!":
            return shown or "@" + target.removeprefix("subteam^").split("^")[0]
        return target.removeprefix("mailto:")

    return clean(unescape(_ENTITY.sub(label, reason)))


def mentioned(reason: str) -> tuple[str, ...]:
    """Ids of people mentioned inside a reason."""
    return tuple(dict.fromkeys(found["user"] for found in re.finditer(_USER, reason)))


def _leading(text: str, forum_url: str) -> tuple[list[re.Match[str]], str]:
    found: list[re.Match[str]] = []
    at = 0
    while True:
        between = _BETWEEN.match(text, at)
        who = _WHO.match(text, between.end() if between else at)
        if who is None or not _ours(who, forum_url):
            return found, text[at:]
        found.append(who)
        at = who.end()


def _ours(who: re.Match[str], forum_url: str) -> bool:
    if not who["link"]:
        return True
    given, forum = (one.partition("://")[2].casefold() for one in (unescape(who["link"]), forum_url))
    return bool(forum) and given.startswith(forum + "/")


def _anywhere(text: str, forum_url: str) -> tuple[list[re.Match[str]], str]:
    """Nobody stands first: those named for sure, or else as typed, wherever they stand; they leave the reason."""
    every = [one for one in _WHO.finditer(text) if _ours(one, forum_url)]
    sure = [one for one in every if one["user"] or one["group"] or one["all"]]
    found = sure or [one for one in every if one["link"]] or every
    kept, at = [], 0
    for one in found:
        kept.append(_without_joints(text[at : one.start()]))
        at = one.end()
    return found, " ".join(part for part in (*kept, text[at:].strip()) if part)


def _without_joints(text: str) -> str:
    """Without the words at its end that only led to a person."""
    while True:
        text = text.rstrip(" \t\n,;،、，；")
        last = text[max(text.rfind(blank) for blank in " \t\n") + 1 :]
        if last.casefold() not in _CARRY_NOTHING:
            return text.strip()
        text = text[: len(text) - len(last)]


def _said(found: list[re.Match[str]], rest: str, values: Iterable[str]) -> Said:
    def each(*names: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one[name] for one in found for name in names if one[name]))

    groups = {
        one["group"]: Group(one["group"], unescape(one["group_name"] or "").lstrip("@"))
        for one in found
        if one["group"]
    }
    handles = ["@" + one for one in each("handle")]
    reason, value = _reason(rest, values)
    return Said(
        people=each("user"),
        groups=tuple(groups.values()),
        unsure=(*each("mail", "raw_mail"), *handles),
        links=tuple(unescape(one) for one in each("link")),
        everybody=bool(each("all")),
        reason=reason,
        value=value,
    )


def _reason(rest: str, values: Iterable[str]) -> tuple[str, str]:
    """The reason without the word that leads to it and its quotes; the first tag of the list as its value."""
    text = _FOR.sub("", rest, count=1).strip()
    known = {_same(one): one for one in values}
    value = ""
    for tag in _TAG.finditer(text):
        slug = known.get(_same(tag["tag"] or tag["channel"] or ""), "")
        if slug:
            value = slug
            # At either end it is a label; inside a sentence it is a word of it.
            if not text[tag.end() :].strip(" .!。"):
                text = text[: tag.start()].rstrip() + text[tag.end() :].strip()
            elif not text[: tag.start()].strip():
                text = _FOR.sub("", text[tag.end() :], count=1).strip()
            break
    return _unquoted(text.strip()), value


def _same(word: str) -> str:
    return unicodedata.normalize("NFC", word).casefold()


def _unquoted(text: str) -> str:
    for opening, closing in _QUOTES:
        inner = text[len(opening) : -len(closing)]
        if len(text) > 2 and text.startswith(opening) and text.endswith(closing) and opening not in inner:
            return inner.strip()
    return text
