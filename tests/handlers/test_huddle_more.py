"""/huddle after downtime, in private channels, in two languages; hosts, reminders by wish, refusals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from app.contributions.huddles import huddle_acts
from app.huddles import feeds
from app.huddles.changing import pass_on
from app.privacy.erasing import erase_person
from models import Huddle, HuddleQuestion, HuddleSlot, HuddleWish, Preference
from tests.clocks import RunningClock
from tests.handlers.huddle_world import CHANNEL, MONDAY, THURSDAY, card, clock, house, planned, shows, told
from tests.house import House

__all__ = ["clock", "house"]


def count(house: House, person: str, text: str) -> int:
    return len([one for one in house.slack.dm(person) if text in house.slack.shown(one)])


async def test_after_downtime_what_is_late_is_said_only_while_it_helps(house: House, clock: RunningClock) -> None:
    await planned(house, "In time, Thursday 18:45")
    await house.slack.command("sunil", "/huddle", "Too late, Thursday 16:45", CHANNEL)
    await house.slack.click(house.slack.ephemeral("sunil"), "huddle_post")
    cards = await house.slack.until(
        lambda: [one for one in house.slack.messages(CHANNEL) if one.user == "U0BAOBABOT"][1:] and both(house)
    )
    for shown in cards:
        for person in ("amina", "layla", "claire"):
            await house.slack.click(shown, "huddle_yes", person=person)
    now = house.baobab.services.clock.now()
    # Layla wants no reminders; Claire's quiet hours end when it would be of no use any more.
    await house.slack.click(cards[0], "huddle_no", person="fatou")
    await house.add(
        HuddleWish(workspace_id=house.workspace_id, slack_id="U0LAYLA006", remind="none", updated_at=now),
        Preference(
            workspace_id=house.workspace_id,
            slack_id="U0CLAIRE08",
            quiet_from="09:00",
            quiet_to="12:30",
            updated_at=now,
        ),
    )
    # Nobody was at work since Monday; it is three hours before the one and one before the other.
    clock.move_to(THURSDAY - timedelta(hours=3))
    (reminder,) = await told(house, "amina", "Coming up")
    assert "In time" in house.slack.shown(reminder)
    await house.at_rest()
    assert count(house, "amina", "Too late") == 0
    clock.move_to(THURSDAY - timedelta(hours=2, minutes=14))
    await told(house, "amina", "begins soon")
    await told(house, "claire", "begins soon")
    await house.at_rest()
    assert (count(house, "amina", "Too late"), count(house, "amina", "In time")) == (1, 1)
    # Claire said yes to that hour, so she is told in spite of her quiet hours, a quarter of an hour before.
    assert (count(house, "claire", "Too late"), count(house, "claire", "Coming up")) == (1, 0)
    assert house.slack.dm("layla") == house.slack.dm("fatou") == []
    # From a reminder one can still decline, and is told that it was heard.
    await house.slack.click((await told(house, "amina", "begins soon"))[0], "huddle_no", person="amina")
    await house.slack.until(lambda: "You said *No*" in house.slack.shown(house.slack.ephemeral("amina")))


def both(house: House) -> list[Any]:
    return [one for one in house.slack.messages(CHANNEL) if one.user == "U0BAOBABOT"]


async def test_what_is_planned_in_a_private_channel_stays_there(house: House) -> None:
    await house.slack.command("amina", "/huddle", "Budget talk, Thursday 15:00", "cop-leads")
    await house.slack.click(house.slack.ephemeral("amina"), "huddle_post")
    await house.slack.until(lambda: [one for one in house.slack.messages("cop-leads") if one.user == "U0BAOBABOT"])
    (row,) = await house.rows(Huddle)
    assert row.private is True
    await house.slack.command("mateo", "/huddle", "list", "general")
    assert "Budget" not in house.slack.shown(house.slack.ephemeral("mateo"))
    await house.slack.command("sunil", "/huddle", "list", "cop-leads")
    assert "Budget" in house.slack.shown(house.slack.ephemeral("sunil"))
    await house.slack.command("grace", "/huddle", "list", "welcome")
    assert "Budget" not in house.slack.shown(house.slack.ephemeral("grace"))
    async with house.baobab.db.read_only() as session:
        for kind, subject, expected in (("community", "km", 0), ("member", "U0AMINA001", 1), ("member", "U0X", 0)):
            feed = await feeds.current(session, house.workspace_id, kind, subject)
            _name, entries = await feeds.entries(session, feed, MONDAY)
            assert len(entries) == expected


async def test_one_huddle_in_two_languages_and_by_form(house: House) -> None:
    await house.slack.command("sunil", "/huddle", "", CHANNEL)
    form = house.slack.view("sunil")
    filled = {
        "title": "Data quality clinic",
        "date": "2026-11-26",
        "time": "15:00",
        "zone": "Asia/Kathmandu",
        "minutes": "60",
        "about": "Bring your registers",
        "language": "en",
        "dial_in": "+977 1 000",
        "marks": ["audio_first", "notes_after"],
        "second_language": "fr",
        "second_date": "2026-11-26",
    }
    await house.slack.submit(form, filled)
    assert "second_language" in house.slack.view("sunil").errors
    await house.slack.submit(form, {**filled, "second_time": "21:00", "link": "nonsense"})
    assert "link" in house.slack.view("sunil").errors
    await house.slack.submit(form, {**filled, "date": "2026-11-20", "link": ""})
    assert "date" in house.slack.view("sunil").errors
    await house.slack.submit(form, {**filled, "second_time": "21:00", "link": ""})
    ready = house.slack.view("sunil")
    assert "Second session in French" in house.slack.shown(ready)
    first = await house.slack.submit(ready)
    await house.slack.again(first)
    await house.slack.until(lambda: len(both(house)) == 2)
    await house.slack.settled()
    texts = [house.slack.shown(one) for one in both(house)]
    english = next(text for text in texts if "In French" in text)
    french = next(text for text in texts if "In English" in text)
    assert "audio first" in english
    assert "dial in: +977 1 000" in french
    assert sorted(one.starts_local for one in await house.rows(HuddleSlot)) == [
        "2026-11-26T15:00",
        "2026-11-26T21:00",
    ]


async def test_hosts_share_and_hand_over_and_what_took_place_counts(house: House, clock: RunningClock) -> None:
    shown = await planned(house)
    await house.slack.click(shown, "huddle_manage", person="sunil")
    await house.slack.click(house.slack.view("sunil"), "huddle_hosts")
    await house.slack.submit(house.slack.view("sunil"), {"host": "U0AMINA001", "co_hosts": ["U0SUNIL005"]})
    (message,) = await told(house, "amina", "asks you to host")
    await house.slack.click(message, "huddle_manage", person="amina")
    assert "Data quality clinic" in house.slack.shown(house.slack.view("amina"))
    (row,) = await house.rows(Huddle)
    assert (row.host, row.co_hosts) == ("U0AMINA001", ["U0SUNIL005"])
    clock.move_to(THURSDAY + timedelta(minutes=5))
    await shows(house, "I am here")
    for person in ("amina", "layla", "ana"):
        await house.slack.click(card(house), "huddle_was_there", person=person)
    await shows(house, "Here now (3)")
    since = datetime(2026, 11, 1, tzinfo=UTC)

    async def acts(until: datetime) -> list[tuple[str, str]]:
        async with house.baobab.db.read_only() as session:
            found = await huddle_acts(session, house.workspace_id, since, until, clock.now())
        return sorted((person, kind) for person, kind, _ in found)

    # Nothing counts before it is over.
    assert await acts(since + timedelta(days=60)) == []
    clock.move_to(THURSDAY + timedelta(minutes=50))
    assert await acts(since + timedelta(days=60)) == [
        ("U0AMINA001", "hosted"),
        ("U0ANA00003", "attended"),
        ("U0LAYLA006", "attended"),
    ]
    assert await acts(since + timedelta(days=1)) == []
    # Who takes over later hosts what comes later.
    async with house.baobab.db.transaction() as session:
        await pass_on(session, house.workspace_id, "U0AMINA001", clock.now())
    (row,), (slot,) = await house.rows(Huddle), await house.rows(HuddleSlot)
    assert (row.host, slot.host) == ("U0SUNIL005", "U0AMINA001")
    for person, line in (("amina", "hosted 1"), ("layla", "attended 1")):
        await house.slack.open_home(person)
        shown_home = await house.slack.until(lambda person=person: house.slack.home(person))
        assert line in house.slack.shown(shown_home)


async def test_right_now_and_help(house: House) -> None:
    await house.slack.command("sunil", "/huddle", "now", CHANNEL)
    answer = house.slack.ephemeral("sunil")
    assert "I cannot start one myself" in house.slack.shown(answer)
    await house.slack.click(answer, "huddle_tell_now")
    await house.slack.until(lambda: both(house))
    assert "is in this channel's huddle now" in house.slack.shown(both(house)[0])
    await house.slack.command("sunil", "/huddle", "help", CHANNEL)
    assert "find 45m next week" in house.slack.shown(house.slack.ephemeral("sunil"))


async def test_who_asks_to_be_forgotten_still_counts_without_a_name(house: House) -> None:
    shown = await planned(house)
    for person in ("amina", "layla"):
        await house.slack.click(shown, "huddle_yes", person=person)
    await house.slack.click(shown, "huddle_ask", person="amina")
    await house.slack.submit(house.slack.view("amina"), {"question": "Who counts?"})
    await house.slack.click(shown, "huddle_manage", person="sunil")
    await house.slack.click(house.slack.view("sunil"), "huddle_hosts")
    await house.slack.submit(house.slack.view("sunil"), {"host": "U0SUNIL005", "co_hosts": ["U0AMINA001"]})
    async with house.baobab.db.transaction() as session:
        await erase_person(session, house.workspace_id, "U0AMINA001", MONDAY, actor="U0AMINA001")
    assert [one.co_hosts for one in await house.rows(Huddle)] == [[]]
    assert await house.rows(HuddleQuestion) == []
    await house.slack.click(shown, "huddle_maybe", person="ana")
    text = await shows(house, "Coming (2)", "and 1 more", "Maybe (1)")
    assert "U0AMINA001" not in text
