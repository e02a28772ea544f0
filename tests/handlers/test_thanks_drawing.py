"""Cards in channels: one a day, drawn to the newest whatever fails meanwhile, gone when somebody wants it gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.playground import cast
from app.thanks.cards import LEASE
from app.thanks.jobs import DIGEST_TASK
from app.thanks.jobs_follow import CARD
from models import Preference, Thanks, ThanksCard
from tests.handlers.thanks_house import (
    MALARIA,
    MNH,
    a_thanks_house,
    drawn,
    ours,
    policy,
    quiet,
    told,
    until_card,
    until_told,
)
from tests.house import House, MovedClock

# A Sunday at ten in the morning, far from daylight saving anywhere here.
SUNDAY = datetime(2027, 1, 17, 10, tzinfo=UTC)
SHOWN = {"unanswered": "show", "cooldown_minutes": 0, "daily_cap": 1000}


@pytest.fixture
def clock() -> MovedClock:
    """Sunday morning, and moved on."""
    return MovedClock(SUNDAY)


@pytest.fixture
async def house(database_url: str, clock: MovedClock) -> AsyncIterator[House]:
    async with a_thanks_house(database_url, rules=SHOWN, clock=clock) as made:
        yield made


async def thank(house: House, typed: str, giver: str = "joao", channel: str = MALARIA) -> str:
    await house.slack.command(giver, "/thanks", typed, channel)
    return str((await house.rows(Thanks))[-1].key)


def posts(house: House) -> int:
    """How often we posted into channels."""
    sent = house.slack.calls("chat.postMessage")
    return len([one for one in sent if str(one.args.get("channel", "")).startswith("C")])


async def test_a_burst_is_one_message_and_few_pictures(database_url: str) -> None:
    async with a_thanks_house(database_url, rules=SHOWN, lifelike=True) as house:
        for reason in ("one", "two", "three"):
            await thank(house, f"@fatou for reason {reason}")
        await until_card(house, MALARIA, "reason three")
        await drawn(house)
        assert len(ours(house, MALARIA)) == posts(house) == 1
        assert len(house.slack.calls("chat.update")) <= 1


async def test_there_is_one_card_a_day_and_no_other(house: House, clock: MovedClock) -> None:
    await policy(house, **SHOWN, cards="day")
    await thank(house, "@fatou for monday")
    first = await until_card(house, MALARIA, "monday")
    await thank(house, "@sunil for more")
    assert (await until_card(house, MALARIA, "more")).ts == first.ts
    await thank(house, "@ana for elsewhere", "amina", MNH)
    await until_card(house, MNH, "elsewhere")
    clock.move(timedelta(days=1))
    await thank(house, "@fatou for tuesday")
    second = await until_card(house, MALARIA, "tuesday")
    assert second.ts != first.ts
    assert "monday" not in house.slack.shown(second)
    await drawn(house)
    assert (len(ours(house, MALARIA)), len(ours(house, MNH))) == (2, 1)


async def test_a_card_that_somebody_deleted_stays_away_that_day(house: House, clock: MovedClock) -> None:
    slack = house.slack
    await thank(house, "@fatou for the brief")
    card = await until_card(house, MALARIA, "brief")
    slack.workspace.delete(card)
    await thank(house, "@sunil for the data")
    await drawn(house)
    await slack.click(slack.ephemerals("joao")[0], "thanks_undo", person="joao")
    await slack.click(slack.ephemerals("joao")[1], "thanks_undo", person="joao")
    await drawn(house)
    await thank(house, "@neema for the slides")
    await drawn(house)
    await quiet(house)
    assert (ours(house, MALARIA), posts(house)) == ([], 1)
    clock.move(timedelta(days=1))
    await thank(house, "@neema for tomorrow")
    await until_card(house, MALARIA, "tomorrow")


async def test_a_channel_that_takes_no_card_costs_nobody_a_thanks(house: House) -> None:
    slack = house.slack
    wish: dict[str, Any] = {"visibility": "show", "tell": "never", "updated_at": house.baobab.services.clock.now()}
    await house.add(Preference(workspace_id=house.workspace_id, slack_id="U0FATOU004", **wish))
    slack.fault("error", "chat.postMessage", code="is_archived")
    await thank(house, "@fatou for the brief")
    await drawn(house)
    await quiet(house)
    assert (ours(house, MALARIA), posts(house), told(house, "fatou")) == ([], 1, [])
    assert (await house.rows(Thanks))[0].status == "counted"
    # The next one tries again, and brings what was missed.
    await thank(house, "@fatou for the data")
    await until_card(house, MALARIA, "the data")
    # An archived channel lets nothing be taken away: it is said once in the log, not for ever.
    slack.fault("error", "chat.delete", times=1, code="is_archived")
    for one in slack.ephemerals("joao"):
        await slack.click(one, "thanks_undo", person="joao")
    await drawn(house)
    await quiet(house)
    before = len(slack.calls())
    await asyncio.sleep(0.5)
    assert len(slack.calls()) == before


async def test_failures_bring_no_swarm_of_drawers(house: House) -> None:
    slack = house.slack
    await thank(house, "@fatou for the brief")
    await until_card(house, MALARIA, "brief")
    before = len(slack.calls("chat.update"))
    slack.fault("500", "chat.update", times=2)
    await thank(house, "@sunil for the data")
    await until_card(house, MALARIA, "the data")
    await drawn(house)
    await quiet(house)
    assert len(slack.calls("chat.update")) - before == 3
    assert len(ours(house, MALARIA)) == 1


async def test_a_drawer_that_died_is_followed_by_another(house: House, clock: MovedClock) -> None:
    await thank(house, "@fatou for the brief")
    await until_card(house, MALARIA, "brief")
    await drawn(house)
    async with house.baobab.db.transaction() as session:
        await session.exec(update(ThanksCard).values(leased_until=clock.now() + LEASE))
    await thank(house, "@sunil for the data")
    await until_told(house, "sunil", "the data")
    await asyncio.sleep(0.3)
    assert "the data" not in house.slack.shown(ours(house, MALARIA)[0])
    clock.move(LEASE)
    await until_card(house, MALARIA, "the data")
    await drawn(house)


async def test_many_drawers_at_once_end_with_the_newest_picture(house: House) -> None:
    slack, jobs = house.slack, house.baobab.services.jobs
    slack.fault("delay", "chat.postMessage", times=2, seconds=0.3)
    await thank(house, "@fatou for the brief")
    (card,) = await house.rows(ThanksCard)
    args = {"team_id": cast.TEAM_ID, "workspace_id": house.workspace_id, "card": card.id}
    for number in range(4):
        async with house.baobab.db.transaction() as session:
            await jobs.enqueue(session, CARD, f"again:{number}", args)
        await thank(house, f"@sunil for number {number}")
    await until_card(house, MALARIA, "number 3")
    await drawn(house)
    await quiet(house)
    assert (len(ours(house, MALARIA)), posts(house)) == (1, 1)
    assert "number 3" in slack.shown(ours(house, MALARIA)[0])


async def test_at_night_a_card_changes_silently_and_a_new_one_waits(house: House, clock: MovedClock) -> None:
    """The workspace lives in UTC; its people are told at any hour in this story."""
    await policy(house, **SHOWN, quiet_from="20:00", quiet_to="08:00")
    await thank(house, "@fatou for the day")
    await until_card(house, MALARIA, "the day")
    clock.move(timedelta(hours=11))
    # An evening's thanks is on the card of the morning; what is taken back leaves the old one at once.
    await thank(house, "@sunil for the evening")
    await house.slack.click(house.slack.ephemerals("joao")[0], "thanks_edit", person="joao")
    await house.slack.submit(house.slack.view("joao"), {"reason": "the day, in other words"})
    await until_card(house, MALARIA, "in other words")
    assert len(ours(house, MALARIA)) == 1
    clock.move(timedelta(hours=10, minutes=58))
    await asyncio.sleep(0.3)
    assert len(ours(house, MALARIA)) == 1
    clock.move(timedelta(minutes=3))
    card = await until_card(house, MALARIA, "the evening")
    assert "18 Jan 2027" in house.slack.shown(card)
    assert len(ours(house, MALARIA)) == 2


async def test_a_week_is_told_of_once_on_monday(house: House, clock: MovedClock) -> None:
    slack = house.slack
    await policy(house, **SHOWN, cards="week")
    await thank(house, "@fatou and @sunil for the brief")
    await thank(house, "@ana for the guide", "amina", MNH)
    await until_told(house, "fatou", "Malaria* sees it in its channel")
    await drawn(house)
    clock.move(timedelta(hours=22, minutes=50))
    await asyncio.sleep(0.3)
    assert ours(house, MALARIA) == []
    # Five past nine: the calendar looks once an hour.
    clock.move(timedelta(minutes=20))
    digest = await until_card(house, MALARIA, "Thank-yous of the week from 11 Jan 2027")
    assert "*Fatou* and *Sunil*, thanked by João: the brief" in slack.shown(digest)
    assert "React" not in slack.shown(digest)
    await until_card(house, MNH, "the guide")
    # A wish that comes later counts here as well.
    await slack.click(await until_told(house, "fatou", "the brief"), "thanks_private", person="fatou")
    await slack.until(lambda: "Fatou" not in slack.shown(ours(house, MALARIA)[0]))
    clock.move(timedelta(hours=3))
    async with house.baobab.db.transaction() as session:
        await house.baobab.services.jobs.enqueue(session, DIGEST_TASK, "once more", {})
    await drawn(house)
    await quiet(house)
    assert len(ours(house, MALARIA)) == 1


@pytest.mark.parametrize(("mode", "away", "comes"), [("both", 40, True), ("both", 80, False), ("none", 24, False)])
async def test_after_a_pause_a_digest_comes_late_or_not_at_all(
    house: House, clock: MovedClock, mode: str, away: int, comes: bool
) -> None:
    await policy(house, **SHOWN, cards=mode)
    await thank(house, "@fatou for the brief")
    if mode == "both":
        await until_card(house, MALARIA, "brief")
    else:
        assert "not shown in any channel" in house.slack.shown(await until_told(house, "fatou", "brief"))
    clock.move(timedelta(hours=away))
    async with house.baobab.db.transaction() as session:
        await house.baobab.services.jobs.enqueue(session, DIGEST_TASK, "by hand", {})
    await quiet(house)
    await drawn(house)
    digests = [one for one in await house.rows(ThanksCard) if one.kind == "week"]
    assert bool(digests) is comes
    assert len(ours(house, MALARIA)) == int(mode == "both") + int(comes)
