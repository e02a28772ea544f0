"""Calendar feeds: which huddles are in whose, and the signed tokens that open them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db import insert
from app.errors import N_, NotFound
from app.huddles.calendar import Entry, Exceptional
from app.huddles.rules import local_of
from models import Community, CommunityChannel, Huddle, HuddleFeed, HuddleRsvp, HuddleSlot

KINDS = ("huddle", "community", "member")
# What has been stays in a feed for so long.
PAST = timedelta(days=90)
_DOMAIN = b"baobab calendar feed 1"


@dataclass(frozen=True)
class Feed:
    """What a token opens: a huddle by key, a community by slug, or a member by Slack id."""

    workspace_id: int
    kind: str
    subject: str
    version: int = 1


def token_of(feed: Feed, secret: str) -> str:
    """The token of a feed: what it is, and a signature by the installation's secret. Not for others to guess."""
    text = f"{feed.workspace_id}|{feed.kind}|{feed.subject}|{feed.version}".encode()
    return f"{_base64(text)}.{_base64(_signature(text, secret))}"


def address_of(feed: Feed, public_url: str, secret: str) -> str:
    """Where calendars find a feed; "" without the secret that signs it."""
    return f"{public_url}/calendar/{token_of(feed, secret)}.ics" if secret else ""


def feed_of(token: str, secret: str) -> Feed:
    """The feed a token opens, if we signed it; `NotFound` for any other token."""
    gone = NotFound(N_("There is no such calendar."))
    try:
        text, signature = (_unbase64(part) for part in token.split("."))
        if not secret or not hmac.compare_digest(signature, _signature(text, secret)):
            raise gone
        workspace_id, kind, subject, version = text.decode().split("|")
        return Feed(int(workspace_id), kind, subject, int(version))
    except ValueError:
        raise gone from None


def _signature(text: bytes, secret: str) -> bytes:
    key = hmac.new(secret.encode(), _DOMAIN, hashlib.sha256).digest()
    return hmac.new(key, text, hashlib.sha256).digest()


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unbase64(text: str) -> bytes:
    made = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    # One token, one spelling.
    if _base64(made) != text:
        raise ValueError(text)
    return made


async def current(session: AsyncSession, workspace_id: int, kind: str, subject: str) -> Feed:
    """The feed as its addresses are made now."""
    found = await session.exec(
        select(HuddleFeed.version).where(
            HuddleFeed.workspace_id == workspace_id, HuddleFeed.kind == kind, HuddleFeed.subject == subject
        )
    )
    return Feed(workspace_id, kind, subject, found.first() or 1)


async def renew(session: AsyncSession, workspace_id: int, kind: str, subject: str, now: datetime) -> Feed:
    """Make all addresses of a feed void; gives the new one."""
    await session.exec(
        insert(session, HuddleFeed)
        .values(workspace_id=workspace_id, kind=kind, subject=subject, version=2, public=False, updated_at=now)
        .on_conflict_do_update(
            index_elements=["workspace_id", "kind", "subject"],
            set_={"version": col(HuddleFeed.version) + 1, "updated_at": now},
        )
    )
    return await current(session, workspace_id, kind, subject)


async def entries(session: AsyncSession, feed: Feed, now: datetime) -> tuple[str, tuple[Entry, ...]]:
    """Name and entries of a feed; `NotFound` for one whose addresses were made void, or whose subject is gone.

    A community's feed has no huddles of private channels; a member's has what they host or said yes or maybe to,
    without the dates that they declined.
    """
    if (await current(session, feed.workspace_id, feed.kind, feed.subject)).version != feed.version:
        raise NotFound(N_("This calendar has a new address. Please take it from Slack again."))
    query = select(Huddle).where(Huddle.workspace_id == feed.workspace_id, Huddle.state != "draft")
    declined: frozenset[int] = frozenset()
    name = ""
    if feed.kind == "huddle":
        query = query.where(Huddle.key == feed.subject)
    elif feed.kind == "community":
        community = (
            await session.exec(
                select(Community).where(Community.workspace_id == feed.workspace_id, Community.slug == feed.subject)
            )
        ).first()
        if community is None:
            raise NotFound(N_("There is no such calendar."))
        name = community.name
        query = query.where(Huddle.community_id == community.id, col(Huddle.private).is_(False))
    elif feed.kind == "member":
        rows = (
            await session.exec(
                select(HuddleRsvp.slot_id, HuddleRsvp.answer, HuddleSlot.huddle_id)
                .join(HuddleSlot, col(HuddleSlot.id) == col(HuddleRsvp.slot_id))
                .where(HuddleRsvp.workspace_id == feed.workspace_id, HuddleRsvp.slack_id == feed.subject)
            )
        ).all()
        declined = frozenset(slot_id for slot_id, answer, _ in rows if answer == "no")
        mine = {huddle_id for _, answer, huddle_id in rows if answer in ("yes", "maybe")}
        query = query.where((col(Huddle.host) == feed.subject) | col(Huddle.id).in_(mine))
    else:
        raise NotFound(N_("There is no such calendar."))
    huddles = (await session.exec(query.order_by(col(Huddle.id)))).all()
    if feed.kind == "huddle" and not huddles:
        raise NotFound(N_("There is no such calendar."))
    slots = (
        await session.exec(
            select(HuddleSlot)
            .where(col(HuddleSlot.huddle_id).in_([one.id for one in huddles]))
            .order_by(col(HuddleSlot.starts_at))
        )
    ).all()
    names = await channel_names(session, huddles)
    made = []
    for huddle in huddles:
        own = [one for one in slots if one.huddle_id == huddle.id]
        if feed.kind == "huddle" or _is_recent(huddle, own, now):
            entry = entry_of(huddle, own, declined, place_of(huddle, names))
            # Nothing of it is left: every date was declined or went to the series that follows.
            if entry is not None:
                made.append(entry)
    return name, tuple(made)


async def channel_names(session: AsyncSession, huddles: Sequence[Huddle]) -> dict[str, str]:
    """Names of the communities' open channels among those of these huddles, by Slack id."""
    found = await session.exec(
        select(CommunityChannel.slack_id, CommunityChannel.name).where(
            col(CommunityChannel.slack_id).in_({one.channel_id for one in huddles}),
            col(CommunityChannel.private).is_(False),
        )
    )
    return {slack_id: name for slack_id, name in found.all() if name}


def place_of(huddle: Huddle, names: Mapping[str, str]) -> str:
    """Where people meet, for a calendar that is not for everybody: the address, else the channel in Slack."""
    if huddle.link:
        return huddle.link
    name = "" if huddle.private else names.get(huddle.channel_id, "")
    return f"Slack, #{name}" if name else "Slack"


def entry_of(
    huddle: Huddle, slots: Sequence[HuddleSlot], declined: frozenset[int] = frozenset(), place: str = ""
) -> Entry | None:
    """A huddle with its changed occurrences as a calendar has it; None for one without any date."""
    if not huddle.rule:
        slot = next(iter(slots), None)
        if slot is not None and slot.id in declined:
            return None
        return _basic(huddle, max([huddle.sequence, *(one.sequence for one in slots)]), (), place)
    exceptions = tuple(
        Exceptional(
            original=local_of(one.original),
            local=local_of(one.starts_local),
            zone=one.zone,
            minutes=one.minutes,
            sequence=max(one.sequence, huddle.sequence),
            cancelled=one.state == "cancelled" or one.id in declined,
            stamped=one.updated_at,
        )
        for one in slots
        if one.state == "cancelled"
        or one.id in declined
        or (one.starts_local, one.zone, one.minutes) != (one.original, huddle.zone, huddle.minutes)
    )
    return _basic(huddle, huddle.sequence + sum(one.cancelled for one in exceptions), exceptions, place)


def _basic(huddle: Huddle, sequence: int, exceptions: tuple[Exceptional, ...], place: str) -> Entry:
    marks = [huddle.about]
    if huddle.dial_in:
        marks.append(f"☎ {huddle.dial_in}")
    return Entry(
        uid=f"{huddle.key}@baobab",
        sequence=sequence,
        stamped=huddle.updated_at,
        title=huddle.title,
        local=local_of(huddle.starts_local),
        zone=huddle.zone,
        minutes=huddle.minutes,
        all_day=huddle.all_day,
        rule=huddle.rule,
        exceptions=exceptions,
        cancelled=huddle.state == "cancelled" and not (huddle.rule and "UNTIL=" in huddle.rule),
        about="\n".join(one for one in marks if one),
        url=huddle.link,
        place=place,
    )


def _is_recent(huddle: Huddle, slots: Sequence[HuddleSlot], now: datetime) -> bool:
    if huddle.state == "planned" and huddle.rule:
        return True
    return any(one.ends_at > now - PAST for one in slots)
