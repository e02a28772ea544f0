"""A series of which a part goes on at another hour."""

from __future__ import annotations

from typing import Any

from models import Huddle, HuddleSlot
from tests.handlers.huddle_world import CHANNEL, clock, house, planned, shows, told
from tests.house import House

__all__ = ["clock", "house"]


def cards(house: House) -> list[Any]:
    return [one for one in house.slack.messages(CHANNEL) if one.user == "U0BAOBABOT" and not one.thread_ts]


async def test_dates_before_a_change_keep_their_card_and_the_new_hour_gets_its_own(house: House) -> None:
    shown = await planned(house, "Journal club, every Thursday 18:45")
    slots = await house.rows(HuddleSlot)
    await house.slack.click(shown, "huddle_yes", person="amina")
    await house.slack.click(shown, "huddle_manage", person="sunil")
    await house.slack.click(house.slack.view("sunil"), "huddle_move", "1|" + slots[1].key)
    await house.slack.submit(house.slack.view("sunil"), {"scope": "following", "date": "2026-12-01", "time": "20:00"})
    await house.slack.until(lambda: len(cards(house)) == 2)
    await house.at_rest()
    old, new = sorted(await house.rows(Huddle), key=lambda one: one.id)
    assert [(one.state, one.card_ts) for one in (old, new)] == [
        ("planned", shown.ts),
        ("planned", cards(house)[1].ts),
    ]
    # The first date stands as it was, with its answer; it can still be answered, and it is still listed.
    assert "Coming (1)" in house.slack.shown(cards(house)[0])
    assert "every Tuesday" in house.slack.shown(cards(house)[1])
    await house.slack.click(cards(house)[0], "huddle_yes", person="layla")
    await shows(house, "Coming (2)")
    await house.slack.command("layla", "/huddle", "list", CHANNEL)
    listed = house.slack.shown(house.slack.ephemeral("layla"))
    assert listed.index("every Thursday") < listed.index("every Tuesday")
    # Amina comes to the date that stays, so there is nothing to tell her.
    await house.at_rest()
    assert [one for one in house.slack.dm("amina") if "new time" in house.slack.shown(one)] == []
    # Who comes to one of the new dates hears of the next change.
    await house.slack.click(cards(house)[1], "huddle_yes", person="ana")
    await house.slack.click(cards(house)[1], "huddle_manage", person="sunil")
    fresh = [one for one in await house.rows(HuddleSlot) if one.huddle_id == new.id]
    await house.slack.click(house.slack.view("sunil"), "huddle_move", "1|" + fresh[0].key)
    await house.slack.submit(house.slack.view("sunil"), {"scope": "one", "date": "2026-12-02", "time": "20:00"})
    await told(house, "ana", "was moved")
    # A date on another day is still one of every Tuesday's.
    await house.slack.until(lambda: "Wednesday, 2 December" in str(cards(house)[1].blocks))
    assert "every Tuesday" in house.slack.shown(cards(house)[1])
    await house.slack.command("layla", "/huddle", "list", CHANNEL)
    assert "every Tuesday" in house.slack.shown(house.slack.ephemerals("layla")[-1])
