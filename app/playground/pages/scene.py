"""What one page shows: the sidebar, the conversation and the open modals of the person who acts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale

from app.playground import cast
from app.playground.pages.messages import Shown, Stage
from app.playground.pages.reader import Reader
from app.playground.slack.config import Shortcut
from app.playground.slack.mentions import plain_name
from app.playground.slack.people import SLACKBOT
from app.playground.slack.state import Channel, Member, Message, SlackError
from app.playground.slack.workspace import Workspace

# Rows of history drawn at once; "Earlier messages" asks for as many more.
PAGE = 60


@dataclass(frozen=True)
class Actor:
    """One person who can be acted as, with what tells them apart; `unread` counts messages from the app."""

    id: str
    name: str
    title: str
    city: str
    time: str
    language: str
    lang: str
    marks: tuple[str, ...]
    unread: int = 0


@dataclass(frozen=True)
class Row:
    """One conversation of the sidebar. `sign` is `#`, a lock, or a dot for people."""

    id: str
    name: str
    sign: str
    unread: int = 0
    current: bool = False
    joined: bool = True


@dataclass(frozen=True)
class Sidebar:
    """The lists of the sidebar, in the order in which they stand."""

    assistant: Row
    channels: tuple[Row, ...]
    others: tuple[Row, ...]
    directs: tuple[Row, ...]
    people: tuple[Actor, ...]


def reader_of(workspace: Workspace, me: str, base: str, site: str = "") -> Reader:
    """The reader for one acting person: everyone's names, and only the channels they may see."""
    who = workspace.member(me)
    visible = workspace.visible_channels(me)
    conversations = {one.id: f"{_sign(one)}{one.name}" for one in visible if not one.archived}
    conversations.update({one.id: direct_name(workspace, me, one) for one in workspace.dms(me)})
    return Reader(
        me=me,
        zone=who.zone,
        locale=who.locale,
        now=workspace.clock.now(),
        people={one.id: one.name for one in workspace.people.values()},
        choosable=choosable(workspace),
        channels={one.id: one.name for one in visible},
        groups={one.id: f"@{one.handle}" for one in workspace.groups.values()},
        conversations=conversations,
        channel_url=f"{base}/{me}/",
        site=site,
    )


def choosable(workspace: Workspace) -> dict[str, str]:
    """Whom a picker of people offers: nobody who left, people by name, bots last."""
    present = [one for one in workspace.people.values() if not one.left]
    listed = sorted(present, key=lambda one: (one.bot or one.id == SLACKBOT, plain_name(one.name)))
    return {one.id: one.name for one in listed}


def sidebar_of(workspace: Workspace, me: str, current: str) -> Sidebar:
    """The sidebar of one person; `current` is the conversation that is open, or `home`."""
    rows = tuple(
        Row(
            one.id,
            one.name,
            _sign(one),
            unread=workspace.unread(me, one.id) if me in one.members and one.id != current else 0,
            current=one.id == current,
            joined=me in one.members,
        )
        # One looks for #general first, and for communities last.
        for one in sorted(
            workspace.visible_channels(me), key=lambda each: (not each.general, bool(each.community), each.name)
        )
        if not one.archived
    )
    bot = workspace.open_dm(me, cast.BOT_USER_ID)

    def direct(one: Channel, name: str, sign: str) -> Row:
        unread = workspace.unread(me, one.id) if one.id != current else 0
        return Row(one.id, name, sign, unread, one.id == current)

    return Sidebar(
        assistant=direct(bot, "Baobab — messages", "🌳"),
        channels=tuple(row for row in rows if row.joined),
        others=tuple(row for row in rows if not row.joined),
        directs=tuple(
            direct(one, direct_name(workspace, me, one), "•") for one in workspace.dms(me) if one is not bot
        ),
        people=tuple(
            replace(actor(one, workspace.clock.now()), unread=_unread_from_app(workspace, one.id, current))
            for one in workspace.actors()
        ),
    )


def _unread_from_app(workspace: Workspace, person: str, current: str) -> int:
    rooms = [one for one in workspace.dms(person) if one.kind == "im" and cast.BOT_USER_ID in one.members]
    return sum(workspace.unread(person, one.id) for one in rooms if one.id != current)


def actor(member: Member, now: datetime) -> Actor:
    """A person as the act-as list shows them."""
    language = member.locale.partition("-")[0]
    return Actor(
        member.id,
        member.name,
        member.title,
        member.zone.rpartition("/")[2].replace("_", " "),
        now.astimezone(ZoneInfo(member.zone)).strftime("%H:%M"),
        str(Locale(language).get_language_name("en")),
        language,
        marks_of(member),
    )


def marks_of(member: Member) -> tuple[str, ...]:
    """What a person is beside a colleague: admin, lead, guest, partner."""
    leads = any(one.id == member.id and one.leads for one in cast.PEOPLE)
    told = (("admin", member.admin), ("lead", leads), ("guest", member.guest), ("partner", member.outsider))
    return tuple(name for name, true in told if true)


def has_app(member: Member) -> bool:
    """Whether Slack shows someone the app's Home, commands and shortcuts: not to partners from elsewhere."""
    return not member.outsider


def direct_name(workspace: Workspace, me: str, room: Channel) -> str:
    """A direct conversation by the names of the others in it; one's own is a notepad."""
    others = [workspace.people[one].name for one in room.members if one != me]
    return ", ".join(others) or f"{workspace.people[me].name} (you)"


def room_title(workspace: Workspace, me: str, room: Channel) -> tuple[str, str]:
    """Sign and name of a conversation, as its heading shows them."""
    return ("", direct_name(workspace, me, room)) if room.direct else (_sign(room), room.name)


def history_of(workspace: Workspace, me: str, room: Channel, pages: int) -> tuple[list[Shown], bool]:
    """The last `pages` screenfuls of a conversation, oldest first, and whether there is more before them."""
    every = workspace.history(room.id, me)
    count = PAGE * max(pages, 1)
    return every[-count:], len(every) > count


def stage_of(
    workspace: Workspace,
    reader: Reader,
    room: Channel,
    base: str,
    shortcuts: tuple[Shortcut, ...],
    shown: list[Shown],
) -> Stage:
    """What the messages of one conversation are drawn with, the threads of those shown included."""
    threads: dict[str, list[Shown]] = {}
    tops = {one.ts for one in shown if isinstance(one, Message)}
    mine = workspace.ephemerals_of(reader.me, room.id)
    every: list[Shown] = [*room.messages, *mine]
    for one in sorted(every, key=lambda each: each.ts):
        if one.thread_ts in tops and one.thread_ts != one.ts and not one.deleted:
            threads.setdefault(one.thread_ts, []).append(one)
    closed = closed_because(workspace, reader.me, room)
    inside = reader.me in room.members
    return Stage(
        reader,
        f"{base}/{reader.me}/{room.id}",
        shortcuts,
        threads,
        inside,
        writable=not closed,
        files=workspace.files,
        file_url=f"{base}/{reader.me}/-/file/",
    )


def closed_because(workspace: Workspace, me: str, room: Channel) -> str:
    """Slack's error word for why a person has no composer here, or "" when they have one."""
    try:
        workspace.check_may_write(me, room.id)
    except SlackError as error:
        return error.code
    return ""


def _sign(room: Channel) -> str:
    if room.kind == "private":
        return "🔒"
    return "🔗" if room.shared else "#"
