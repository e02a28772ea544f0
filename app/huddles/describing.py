"""Change what a huddle is about and where people meet; when it is, is changed in `changing`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import N_, Refused
from app.huddles.changing import coming
from app.huddles.rows import slots_of, touch
from app.huddles.rules import check_title
from app.huddles.shapes import Told
from models import Huddle


@dataclass(frozen=True)
class Details:
    """What can be changed of a huddle, by the names of its columns."""

    title: str
    about: str
    link: str
    dial_in: str
    language: str
    audio_first: bool
    notes_after: bool


async def describe(
    session: AsyncSession, huddle: Huddle, details: Details, now: datetime
) -> tuple[bool, Told | None]:
    """Change a huddle, all of a series; whether anything is new, and whom to tell that people meet elsewhere.

    Another address or number matters to those who come; words that were mended do not. `NotUnderstood` for a title
    that is missing or too long, `Refused` where nothing is to come.
    """
    check_title(details.title, "title")
    ahead = [one for one in await slots_of(session, huddle) if one.state == "planned" and one.ends_at > now]
    if huddle.state != "planned" or not ahead:
        raise Refused(N_("This huddle is over; it can no longer be changed."))
    before = {name: getattr(huddle, name) for name in asdict(details)}
    if before == asdict(details):
        return False, None
    for name, value in asdict(details).items():
        setattr(huddle, name, value)
    # Calendars take up what has a higher number, or is younger.
    huddle.sequence = max([huddle.sequence, *(one.sequence for one in ahead)]) + 1
    for slot in ahead:
        slot.updated_at = now
    await touch(session, huddle, now)
    if (before["link"], before["dial_in"]) == (details.link, details.dial_in):
        return True, None
    return True, Told(ahead[0].key, huddle.sequence, await coming(session, ahead))
