"""Pieces that several views of /thanks share: names of people, the reason as a quote, what belongs to it."""

from __future__ import annotations

from collections.abc import Sequence

from app.i18n import Reader
from app.slack.mrkdwn import cut, escape, link, quote
from app.thanks.shapes import Person, Shown

NAMED = 12


def person(slack_id: str, name: str, reader: Reader) -> str:
    """A mention where there is a member, else their name, else that somebody was there."""
    _ = reader.words()
    return f"<@{slack_id}>" if slack_id else escape(name) or _("somebody")


def people(listed: Sequence[Person], reader: Reader) -> str:
    """Everybody by mention, joined as the reader's language joins; a crowd is cut short with its number."""
    _ = reader.words()
    names = [person(one.slack_id, one.name, reader) for one in listed]
    if len(names) > NAMED:
        rest = _("{count} others").format(count=len(names) - NAMED + 1)
        names = [*names[: NAMED - 1], rest]
    return reader.listing(names)


def reason(text: str, reader: Reader) -> str:
    """The reason as a quote; what was blanked since is said to be gone."""
    _ = reader.words()
    return quote(cut(text, 1000)) if text else "> " + _("(the words are no longer kept)")


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
