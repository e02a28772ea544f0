"""Pieces that several views of /thanks share: names of people, the reason as a quote, what belongs to it."""

from __future__ import annotations

from collections.abc import Sequence

from app.i18n import Reader
from app.slack.mrkdwn import cut, escape, link, quote
from app.thanks.shapes import Person, Shown

NAMED = 12
# Letters of a name, and of a reason once it is escaped and quoted: with what stands around it, it fits a section.
NAME = 60
QUOTED = 2000


def person(slack_id: str, name: str, reader: Reader) -> str:
    """A mention where there is a member, else their name, else that somebody was there."""
    _ = reader.words()
    return f"<@{slack_id}>" if slack_id else fitted(name, NAME, NAME) or _("somebody")


def people(listed: Sequence[Person], reader: Reader, *, others: int = 0) -> str:
    """Everybody by mention, joined as the reader's language joins; a crowd is cut short with its number.

    `others` is how many more there are who are not named.
    """
    _ = reader.words()
    names = [person(one.slack_id, one.name, reader) for one in listed]
    if len(names) > NAMED:
        others += len(names) - NAMED + 1
        names = names[: NAMED - 1]
    if others:
        names.append(_("one other") if others == 1 else _("{count} others").format(count=others))
    return reader.listing(names)


def reason(text: str, reader: Reader) -> str:
    """The reason as a quote; what was blanked since is said to be gone."""
    _ = reader.words()
    if not text:
        return "> " + _("(the words are no longer kept)")
    shown, size = quote(text), len(text)
    while len(shown) > QUOTED:
        size = min(size - 1, size * QUOTED // len(shown))
        shown = quote(cut(text, size))
    return shown


def fitted(text: str, letters: int, room: int) -> str:
    """Escaped text of at most so many letters that take at most so much room: each `&` takes five."""
    shown = escape(cut(text, letters))
    while len(shown) > room:
        letters = min(letters - 1, letters * room // len(shown))
        shown = escape(cut(text, letters))
    return shown


def value(slug: str) -> str:
    """A value as people type it."""
    return f"#{escape(slug)}" if slug else ""


def about(thanks: Shown, reader: Reader) -> list[str]:
    """Value, community, and the forum's post, each where there is one. Guests are not told of communities."""
    _ = reader.words()
    facts = [value(thanks.value)]
    if thanks.community_name and not reader.guest:
        facts.append(escape(thanks.community_name))
    if thanks.forum_url:
        facts.append(link(thanks.forum_url, _("the post")))
    if thanks.edited:
        facts.append(_("edited"))
    return [one for one in facts if one]


def seconds(count: int, reader: Reader) -> str:
    """A number of seconds in all."""
    _ = reader.words()
    return _("seconded {count} times").format(count=count) if count > 1 else _("seconded once")


def seconded(count: int, reader: Reader) -> str:
    """How many second it, "" where nobody does."""
    _ = reader.words()
    if not count:
        return ""
    return _("one person seconds this") if count == 1 else _("{count} people second this").format(count=count)
