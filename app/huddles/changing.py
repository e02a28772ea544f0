"""Change what is planned: move one, skip one, change all that follow, cancel, and who hosts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import N_, Refused
from app.huddles.recurrence import ends_before, occurrences, shifted
from app.huddles.rows import ensure_slots, slots_of, touch
from app.huddles.rules import check_time, local_of, local_text, span
from app.huddles.shapes import Told
from models import CommunityLead, Huddle, HuddleQuestion, HuddleRsvp, HuddleSlot, Member

COMING = ("yes", "maybe")


async def move(
    session: AsyncSession, huddle: Huddle, slot: HuddleSlot, local: datetime, zone: str, minutes: int, now: datetime
) -> Told | None:
    """Move one occurrence; None when nothing changes. `NotUnderstood` for a time that is past.

    A zone may be corrected and the hour kept, or the other way round: both are a new wall time in a zone.
    """
    if not check_move(huddle, slot, local, zone, minutes, now):
        return None
    text = local_text(local, all_day=huddle.all_day)
    starts_at, ends_at = span(local, zone, minutes, all_day=huddle.all_day)
    if starts_at != slot.starts_at:
        slot.moved_from = slot.starts_at
    slot.starts_local, slot.zone, slot.minutes = text, zone, minutes
    slot.starts_at, slot.ends_at = starts_at, ends_at
    slot.sequence = max(slot.sequence, huddle.sequence) + 1
    slot.updated_at = now
    if not huddle.rule:
        huddle.starts_local, huddle.zone, huddle.minutes = text, zone, minutes
        huddle.sequence = slot.sequence
    await touch(session, huddle, now)
    return Told(slot.key, slot.sequence, await coming(session, [slot]))


def check_move(huddle: Huddle, slot: HuddleSlot, local: datetime, zone: str, minutes: int, now: datetime) -> bool:
    """Whether it would be another time; `NotUnderstood` for one that is past, `Refused` for what is over."""
    _check_open(huddle, slot, now)
    text = local_text(local, all_day=huddle.all_day)
    if (text, zone, minutes) == (slot.starts_local, slot.zone, slot.minutes):
        return False
    starts_at, ends_at = span(local, zone, minutes, all_day=huddle.all_day)
    check_time(ends_at if huddle.all_day else starts_at, now, "date")
    return True


async def concerned(
    session: AsyncSession, huddle: Huddle, slot: HuddleSlot, now: datetime, *, following: bool
) -> tuple[str, ...]:
    """Whom a change of this occurrence, or of it and all that follow, concerns: who said yes or maybe."""
    if not following:
        return await coming(session, [slot])
    return await coming(
        session, [one for one in await slots_of(session, huddle) if one.ends_at > now and _follows(one, slot)]
    )


async def cancel(session: AsyncSession, huddle: Huddle, slot: HuddleSlot, reason: str, now: datetime) -> Told:
    """Cancel one occurrence: skip it where there is a series, else the huddle as a whole."""
    _check_open(huddle, slot, now)
    slot.state = "cancelled"
    slot.reason = " ".join(reason.split())[:300]
    slot.sequence = max(slot.sequence, huddle.sequence) + 1
    slot.updated_at = now
    if not huddle.rule:
        huddle.state = "cancelled"
        huddle.sequence = slot.sequence
    await touch(session, huddle, now)
    return Told(slot.key, slot.sequence, await coming(session, [slot]))


async def cancel_all(session: AsyncSession, huddle: Huddle, slot: HuddleSlot, reason: str, now: datetime) -> Told:
    """Cancel a series from this occurrence on. Who said yes to several of its dates is told once."""
    _check_open(huddle, slot, now)
    coming_slots = [one for one in await slots_of(session, huddle) if _follows(one, slot) and one.state == "planned"]
    people = await coming(session, coming_slots)
    for one in coming_slots:
        one.state, one.reason, one.updated_at = "cancelled", " ".join(reason.split())[:300], now
        one.sequence = max(one.sequence, huddle.sequence) + 1
    huddle.sequence += 1
    if slot.original != huddle.starts_local and huddle.rule:
        # What has been stays in people's calendars.
        huddle.rule = ends_before(huddle.rule, local_of(slot.original), huddle.zone, all_day=huddle.all_day)
    huddle.state = "cancelled"
    await touch(session, huddle, now)
    return Told(slot.key, slot.sequence, people)


async def change_following(
    session: AsyncSession,
    huddle: Huddle,
    slot: HuddleSlot,
    local: datetime,
    zone: str,
    minutes: int,
    key: str,
    now: datetime,
) -> tuple[Huddle, tuple[HuddleSlot, ...], Told]:
    """End a series before this occurrence and go on with a new one at the new time.

    The card goes with it, unless earlier dates are still to come: those keep it, and the new series has none yet.
    Answers and questions for occurrences to come are carried over, one after the other. Gives the new series and
    its occurrences, which have no timers yet.
    """
    _check_open(huddle, slot, now)
    if not huddle.rule:
        raise Refused(N_("This huddle is not a series; move it instead."))
    starts_at, _ = span(local, zone, minutes, all_day=huddle.all_day)
    check_time(starts_at, now, "date")
    to_come = [one for one in await slots_of(session, huddle) if one.ends_at > now]
    after = [one for one in to_come if _follows(one, slot)]
    before = [one for one in to_come if one.state == "planned" and one not in after]
    people = await coming(session, after)
    own = {"id", "key", "sequence", "rule", "starts_local", "zone", "minutes", "follows", "created_at"}
    # Whoever draws the old one just now gives back the old one's lease, not a copy of it.
    made = Huddle(
        **huddle.model_dump(exclude=own | {"leased_until"}),
        key=key,
        sequence=0,
        rule=shifted(_endless(huddle.rule), local),
        starts_local=local_text(local, all_day=huddle.all_day),
        zone=zone,
        minutes=minutes,
        follows=huddle.key,
        created_at=now,
    )
    session.add(made)
    huddle.rule = ends_before(huddle.rule, local_of(slot.original), huddle.zone, all_day=huddle.all_day)
    if before:
        made.card_ts, made.drawn_at = "", None
        await touch(session, huddle, now)
    else:
        huddle.state, huddle.card_ts = "ended", ""
        huddle.updated_at = now
    huddle.sequence += 1
    await session.flush()
    fresh = await ensure_slots(session, made, now)
    for old, new in zip(after, fresh, strict=False):
        new.moved_from = old.starts_at
        for table in (HuddleRsvp, HuddleQuestion):
            await session.exec(update(table).where(col(table.slot_id) == old.id).values(slot_id=new.id))
    for old in after:
        old.state, old.updated_at = "cancelled", now
    await touch(session, made, now)
    return made, fresh, Told(fresh[0].key if fresh else "", fresh[0].sequence if fresh else 0, people)


async def set_hosts(
    session: AsyncSession, huddle: Huddle, host: str, co_hosts: Iterable[str], now: datetime
) -> tuple[str, ...]:
    """Hand a huddle over, or share it; gives who is new to it. `Refused` for somebody who left or is no person."""
    wanted = [host, *(one for one in dict.fromkeys(co_hosts) if one != host)][:6]
    rows = await session.exec(
        select(Member).where(Member.workspace_id == huddle.workspace_id, col(Member.slack_id).in_(wanted))
    )
    for member in rows:
        if member.deactivated or member.is_bot or member.is_external:
            raise Refused(N_("{name} cannot host here."), field="host", name=f"<@{member.slack_id}>")
    before = {huddle.host, *huddle.co_hosts}
    huddle.host, huddle.co_hosts = host, wanted[1:]
    await _hosts_from_now_on(session, huddle, now)
    await touch(session, huddle, now)
    return tuple(one for one in wanted if one not in before)


async def pass_on(
    session: AsyncSession, workspace_id: int, person: str, now: datetime
) -> tuple[tuple[Huddle, str], ...]:
    """Somebody left: what they host goes to a co-host, else to a lead of the community, else to nobody yet.

    Gives each huddle and its new host ("" where there is none).
    """
    hosted = (
        await session.exec(
            select(Huddle).where(
                Huddle.workspace_id == workspace_id, Huddle.host == person, col(Huddle.state) == "planned"
            )
        )
    ).all()
    given = []
    for huddle in hosted:
        staying = [one for one in huddle.co_hosts if one != person and await _is_here(session, workspace_id, one)]
        leads = await session.exec(
            select(CommunityLead.slack_id)
            .where(CommunityLead.community_id == huddle.community_id)
            .order_by(col(CommunityLead.position))
        )
        heirs = staying or [one for one in leads if one != person and await _is_here(session, workspace_id, one)]
        huddle.host = heirs[0] if heirs else None
        huddle.co_hosts = [one for one in huddle.co_hosts if one not in (person, huddle.host)]
        await _hosts_from_now_on(session, huddle, now)
        await touch(session, huddle, now)
        given.append((huddle, huddle.host or ""))
    return tuple(given)


async def _hosts_from_now_on(session: AsyncSession, huddle: Huddle, now: datetime) -> None:
    """What was held stays with who hosted it."""
    coming_ones = (col(HuddleSlot.huddle_id) == huddle.id) & (col(HuddleSlot.ends_at) > now)
    await session.exec(update(HuddleSlot).where(coming_ones).values(host=huddle.host))


async def coming(session: AsyncSession, slots: Sequence[HuddleSlot]) -> tuple[str, ...]:
    """Who said yes or maybe to one of these, each once."""
    found = await session.exec(
        select(HuddleRsvp.slack_id)
        .where(
            col(HuddleRsvp.slot_id).in_([one.id for one in slots]),
            col(HuddleRsvp.answer).in_(COMING),
            col(HuddleRsvp.slack_id).is_not(None),
        )
        .distinct()
        .order_by(col(HuddleRsvp.slack_id))
    )
    return tuple(one for one in found if one)


def upcoming(huddle: Huddle, now: datetime, count: int) -> list[datetime]:
    """Wall times that the rule gives next, changes of single occurrences not regarded."""
    found = occurrences(huddle.rule, local_of(huddle.starts_local), huddle.zone, now, all_day=huddle.all_day)
    return [local for local, _ in zip(found, range(count), strict=False)]


def _check_open(huddle: Huddle, slot: HuddleSlot, now: datetime) -> None:
    if slot.state != "planned" or huddle.state != "planned":
        raise Refused(N_("This huddle was cancelled or changed already."))
    if slot.ends_at <= now:
        raise Refused(N_("This huddle is over; it can no longer be changed."))


def _follows(one: HuddleSlot, slot: HuddleSlot) -> bool:
    return one.original >= slot.original


def _endless(rule: str) -> str:
    return ";".join(part for part in rule.split(";") if not part.startswith(("UNTIL=", "COUNT=")))


async def _is_here(session: AsyncSession, workspace_id: int, slack_id: str) -> bool:
    found = await session.exec(
        select(Member.deactivated).where(Member.workspace_id == workspace_id, Member.slack_id == slack_id)
    )
    gone = found.first()
    return gone is not None and not gone
