"""The weeks before today in the local Slack: messages in several languages, with threads and reactions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from app.playground import cast
from app.playground.seed import content
from app.playground.slack.workspace import Workspace

_MENTION = re.compile(r"\{@([a-z]+)\}")
_CHANNEL = re.compile(r"\{#([a-z-]+)\}")


@dataclass(frozen=True)
class SlackMessage:
    """One message of the past. `parent` is the index of the thread's first message in the list, None at the top.

    `reactions` are pairs of an emoji's name and the people's Slack ids.
    """

    channel: str
    person: str
    at: datetime
    text: str
    parent: int | None = None
    reactions: tuple[tuple[str, tuple[str, ...]], ...] = ()


def slack_history(now: datetime) -> list[SlackMessage]:
    """The messages of the five weeks before `now`, each thread's replies after its first message."""
    dice = Random("in its shade")
    made: list[SlackMessage] = []
    for entry in content.load("slack"):
        day = (now - timedelta(days=entry["days"])).replace(second=0, microsecond=0)
        at = min(day.replace(hour=dice.randint(7, 15), minute=dice.randint(0, 59)), now - timedelta(minutes=30))
        reactions = tuple(
            (emoji, tuple(cast.person(one).id for one in people))
            for emoji, people in entry.get("reactions", {}).items()
        )
        channel, first = cast.room(entry["in"]).id, len(made)
        made.append(SlackMessage(channel, cast.person(entry["who"]).id, at, _text(entry["text"]), None, reactions))
        for who, text in entry.get("replies", ()):
            at = min(at + timedelta(minutes=dice.randint(2, 95), seconds=dice.randint(1, 59)), now)
            made.append(SlackMessage(channel, cast.person(who).id, at, _text(text), first))
    return made


def fill_slack(workspace: Workspace, now: datetime) -> int:
    """Put the past into a workspace without telling the app; everybody has read it. How many messages it got."""
    stamps: list[str] = []
    with workspace.quiet():
        for number, one in enumerate(slack_history(now)):
            # The number keeps the stamps of a channel apart, as Slack's microseconds do.
            ts = f"{int(one.at.timestamp())}.{number:06d}"
            thread = "" if one.parent is None else stamps[one.parent]
            if one.person not in workspace.channel(one.channel).members:
                workspace.channel(one.channel).members.append(one.person)
            workspace.post(one.channel, one.person, one.text, ts=ts, thread_ts=thread)
            for emoji, people in one.reactions:
                for person in people:
                    if workspace.sees(person, one.channel):
                        workspace.add_reaction(person, one.channel, ts, emoji)
            stamps.append(ts)
    for channel in {one.channel for one in slack_history(now)}:
        for person in workspace.channel(channel).members:
            workspace.mark_read(person, channel)
    return len(stamps)


def _text(written: str) -> str:
    """The text as Slack stores it: mentions and channels by id."""
    text = _MENTION.sub(lambda m: f"<@{cast.person(m[1]).id}>", written)
    return _CHANNEL.sub(lambda m: f"<#{cast.room(m[1]).id}|{m[1]}>", text)
