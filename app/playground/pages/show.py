"""Pages out of the workspace: one conversation, or the App Home, for one acting person."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.playground import cast
from app.playground.pages import emoji, scene
from app.playground.pages.messages import avatar, draw_history
from app.playground.pages.modals import draw_home, draw_modal
from app.playground.pages.outbound import said
from app.playground.pages.reader import Reader
from app.playground.slack.config import Command, Shortcut
from app.playground.slack.state import Channel
from app.playground.slack.workspace import Workspace

HERE = Path(__file__).parent
HINTS = (
    "/whereshare I have a job aid on postpartum haemorrhage in French",
    "/thanks @ana @joão for the malaria brief #sharing",
    '/pulse-poll "How useful was the webinar?" "Very" "Somewhat" "Not"',
    "/huddle Data quality clinic, Thursday 15:00",
)


@dataclass(frozen=True)
class Link:
    """A link of the sidebar to another part of the demo."""

    name: str
    url: str


@dataclass(frozen=True)
class Pages:
    """Draws pages. `base` is the path the pages live under, without a slash at its end.

    `instance` is another at each start of the server: an open page then loads itself anew.
    """

    workspace: Workspace
    base: str
    commands: tuple[Command, ...]
    shortcuts: tuple[Shortcut, ...]
    forum_url: str = ""
    links: tuple[Link, ...] = ()
    hints: tuple[str, ...] = HINTS
    site: str = ""
    instance: str = ""
    # What the sidebar offers to let pass, as minutes and words; nothing where time cannot be moved.
    steps: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _templates(self) -> Environment:
        return Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """Scripts, styles and the icon by name."""
        return {one.name: one.read_bytes() for one in sorted((HERE / "static").iterdir()) if one.is_file()}

    @cached_property
    def build(self) -> str:
        """Changes when any of the files does, so that browsers may keep them."""
        return hashlib.blake2s(b"".join(self.files.values()), digest_size=6).hexdigest()

    def reader(self, me: str) -> Reader:
        """The acting person as reader of these pages."""
        return scene.reader_of(self.workspace, me, self.base, self.site)

    def conversation(self, me: str, room: Channel, pages: int) -> str:
        """The page of one conversation; the caller has checked that the person may see it."""
        workspace = self.workspace
        reader = self.reader(me)
        shown, more = scene.history_of(workspace, me, room, pages)
        shortcuts = self.shortcuts_of(me)
        stage = scene.stage_of(workspace, reader, room, self.base, shortcuts, shown)
        sign, title = scene.room_title(workspace, me, room)
        who = workspace.member(me)
        quiet = workspace.ephemerals_of(me) or not stage.writable or not scene.has_app(who)
        return self._page(
            me,
            room.id,
            room=room,
            sign=sign,
            title=title,
            about=room.topic or room.purpose,
            messages=draw_history(shown, stage),
            empty=not shown,
            more=more,
            pages=pages,
            member=me in room.members,
            writable=stage.writable,
            closed=said(scene.closed_because(workspace, me, room)),
            joinable=not room.direct and not room.archived and not who.guest and me not in room.members,
            hints=() if quiet else self.hints_of(),
            global_shortcuts=[one for one in shortcuts if one.kind == "global"],
            completions=self._completions(me),
        )

    def hints_of(self) -> list[str]:
        """What to try first, of commands that there are."""
        known = {one.name for one in self.commands}
        return [one for one in self.hints if one.partition(" ")[0] in known]

    def shortcuts_of(self, me: str) -> tuple[Shortcut, ...]:
        """The shortcuts this person is offered."""
        return self.shortcuts if scene.has_app(self.workspace.member(me)) else ()

    def home(self, me: str) -> str:
        """The page of the app's Home tab."""
        reader = self.reader(me)
        home = draw_home(self.workspace.modals.home(me), reader)
        return self._page(
            me, "home", room=None, sign="", title="Baobab", about="App Home", home=home, member=True, hints=()
        )

    def _page(self, me: str, current: str, **more: Any) -> str:
        workspace = self.workspace
        who = workspace.member(me)
        sidebar = scene.sidebar_of(workspace, me, current)
        reader = self.reader(me)
        # The person one switches to stays here when they may; else they start in #general or what they have.
        links = {one.id: self.landing(one.id, current) for one in sidebar.people}
        return self._templates.get_template("page.html").render(
            base=self.base,
            build=self.build,
            team=cast.TEAM_NAME,
            me=who,
            actor=scene.actor(who, workspace.clock.now()),
            today=f"{reader.now.astimezone(ZoneInfo(who.zone)):%a %-d %b}",
            epoch=int(reader.now.timestamp() * 1000),
            current=current,
            steps=self.steps,
            face=avatar(me, who.name),
            faces={one.id: avatar(one.id, one.name) for one in sidebar.people},
            sidebar=sidebar,
            links=links,
            waiting=sum(row.unread for row in (sidebar.assistant, *sidebar.channels, *sidebar.directs)),
            version=workspace.feed.version,
            instance=self.instance,
            app_is_ours=scene.has_app(who),
            modals=draw_modal(workspace.modals.stack(me), reader),
            forum_url=self.forum_url,
            more_links=self.links,
            emoji=emoji.offered(),
            **more,
        )

    def landing(self, person: str, wanted: str = "") -> str:
        """Where a person's page begins: the wanted conversation when they may see it, else their first one."""
        if wanted == "home" and scene.has_app(self.workspace.member(person)):
            return wanted
        if wanted and self.workspace.sees(person, wanted):
            return wanted
        if self.workspace.sees(person, cast.ROOMS[0].id):
            return cast.ROOMS[0].id
        joined = self.workspace.joined_channels(person)
        return joined[0].id if joined else self.workspace.open_dm(person, cast.BOT_USER_ID).id

    def _completions(self, me: str) -> dict[str, Any]:
        workspace = self.workspace
        people = [one for one in workspace.people.values() if not one.left]
        commands = self.commands if scene.has_app(workspace.member(me)) else ()
        return {
            "commands": [{"name": one.name, "hint": one.usage_hint, "about": one.description} for one in commands],
            "people": [{"handle": one.handle, "name": one.name, "about": one.title} for one in people]
            + [{"handle": one.handle, "name": one.name, "about": "group"} for one in workspace.groups.values()],
            "channels": [{"name": one.name, "about": one.purpose} for one in workspace.visible_channels(me)],
        }


def error_page(title: str, words: str, base: str) -> str:
    """A small page for an address that leads nowhere."""
    back = Markup('<p><a href="{}/">Back to the playground</a></p>').format(base)
    head = Markup('<!doctype html><html lang="en"><meta charset="utf-8"><title>{}</title>').format(title)
    style = Markup('<link rel="stylesheet" href="{}/static/now/layout.css">').format(base)
    return str(head + style + Markup('<main class="empty"><h1>{}</h1><p>{}</p>').format(title, words) + back)
