"""Who is asking: Slack's word on a person, remembered for a minute so that a command need not wait for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from app.clock import Clock
from app.db import Database
from app.errors import N_, DomainError, Refused
from app.i18n import Reader
from app.members import queries, service
from app.members.rules import Profile
from app.slack.gateway import SlackGateway

REMEMBERED = timedelta(seconds=60)
REMEMBERED_AT_MOST = 20_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Asker:
    """The person behind a request, and the workspace it belongs to."""

    workspace_id: int
    team_id: str
    slack_id: str
    reader: Reader
    is_admin: bool = False


def profile_of(user: Mapping[str, Any], team_id: str) -> Profile:
    """A `user` object of Slack (users.info, users.list, team_join, user_change) as a Profile."""
    profile = user.get("profile") or {}
    home = str(user.get("team_id") or profile.get("team") or team_id)
    name = profile.get("display_name") or profile.get("real_name") or user.get("real_name") or user.get("name") or ""
    return Profile(
        slack_id=str(user["id"]),
        home_team_id=home,
        name=str(name),
        zone=str(user.get("tz") or "UTC"),
        locale=str(user.get("locale") or "en"),
        # USLACKBOT calls itself a person.
        is_bot=bool(user.get("is_bot")) or user["id"] == "USLACKBOT",
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_external=bool(user.get("is_stranger")) or home != team_id,
        deactivated=bool(user.get("deleted")),
    )


class People:
    """Finds the asker of a request: from memory, from the database, or, once, from Slack."""

    def __init__(self, db: Database, clock: Clock, slack: SlackGateway) -> None:
        self._db = db
        self._clock = clock
        self._slack = slack
        self._met: dict[tuple[str, str], tuple[datetime, Asker]] = {}
        self._workspaces: dict[str, int] = {}

    async def asker(self, team_id: str, slack_id: str, *, user_team_id: str = "") -> Asker:
        """The person of a request; `Refused` for somebody of another organisation (Slack Connect)."""
        if user_team_id and user_team_id != team_id:
            raise Refused(
                N_(
                    "I only work for members of the workspace that installed me. "
                    "Please ask a colleague there to do this."
                )
            )
        now = self._clock.now()
        met = self._met.get((team_id, slack_id))
        if met is not None and now - met[0] < REMEMBERED:
            return met[1]
        found = await self._find(team_id, slack_id, now)
        if len(self._met) >= REMEMBERED_AT_MOST:
            self._met.clear()
        self._met[team_id, slack_id] = (now, found)
        return found

    async def behind(self, team_id: str, body: Mapping[str, Any]) -> Asker:
        """The person behind a click or a submitted form; `Refused` for somebody of another organisation."""
        user = body["user"]
        return await self.asker(team_id, str(user["id"]), user_team_id=str(user.get("team_id") or ""))

    def known_reader(self, team_id: str, slack_id: str) -> Reader:
        """The reader that was last met under this id, however long ago; English where nobody was."""
        met = self._met.get((team_id, slack_id))
        return met[1].reader if met else Reader()

    def forget(self, team_id: str, slack_id: str) -> None:
        """Slack says that this person changed."""
        self._met.pop((team_id, slack_id), None)

    def forget_all(self) -> None:
        """Everything may have changed."""
        self._met.clear()
        self._workspaces.clear()

    async def workspace_id(self, team_id: str) -> int:
        """The workspace of a Slack team; `Refused` where we are not installed."""
        known = self._workspaces.get(team_id)
        if known is None:
            async with self._db.read_only() as session:
                known = await queries.workspace_id_of(session, team_id)
            if known is None:
                raise Refused(N_("I am not installed in this workspace. Please ask an admin to install me."))
            self._workspaces[team_id] = known
        return known

    async def _find(self, team_id: str, slack_id: str, now: datetime) -> Asker:
        workspace_id = await self.workspace_id(team_id)
        async with self._db.read_only() as session:
            member = await queries.member(session, workspace_id, slack_id)
        if member is not None and not member.erased:
            reader = Reader(member.locale, member.zone, member.is_guest)
            return Asker(workspace_id, team_id, slack_id, reader, member.is_admin)
        return await self._meet(workspace_id, team_id, slack_id, now)

    async def _meet(self, workspace_id: int, team_id: str, slack_id: str, now: datetime) -> Asker:
        try:
            profile = profile_of(await self._slack.user_info(team_id, slack_id), team_id)
        except DomainError as error:
            # Not knowing somebody's language is no reason not to answer; the next sync brings it.
            log.info("a person could not be looked up", slack_id=slack_id, reason=error.message)
            return Asker(workspace_id, team_id, slack_id, Reader())
        async with self._db.transaction() as session:
            await service.note_members(session, workspace_id, [profile], now, met=True)
        reader = Reader(profile.locale, profile.zone, profile.is_guest)
        return Asker(workspace_id, team_id, slack_id, reader, profile.is_admin)
