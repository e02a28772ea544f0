"""What givers, recipients and leads do with a thanks afterwards, and what others see of it then."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from app.thanks import choosing, moderation
from app.thanks.jobs_follow import Team, follow
from app.thanks.shapes import Keeper
from models import Thanks, ThanksRecipient
from tests.handlers.thanks_house import (
    MALARIA,
    MNH,
    a_thanks_house,
    drawn,
    ours,
    policy,
    quiet,
    receipt,
    told,
    until_card,
    until_no_card,
    until_told,
)
from tests.house import House, MovedClock


@pytest.fixture
def clock() -> MovedClock:
    """Runs on, and is moved."""
    return MovedClock()


@pytest.fixture
async def house(database_url: str, clock: MovedClock) -> AsyncIterator[House]:
    async with a_thanks_house(database_url, rules={"unanswered": "show", "cooldown_minutes": 0}, clock=clock) as made:
        yield made


async def thank(house: House, typed: str, giver: str = "joao", channel: str = MALARIA) -> str:
    await house.slack.command(giver, "/thanks", typed, channel)
    assert "You thanked" in receipt(house, giver)
    return str((await house.rows(Thanks))[-1].key)


async def test_an_edit_reaches_recipient_card_and_receipt(house: House) -> None:
    slack = house.slack
    await thank(house, "@fatou and @sunil for the breif")
    shown = slack.ephemeral("joao")
    card = await until_card(house, MALARIA, "breif")
    await until_told(house, "sunil", "breif")
    await slack.click(shown, "thanks_edit")
    view = slack.view("joao")
    assert "Your thanks to <@U0FATOU004> and <@U0SUNIL005>." in slack.shown(view)
    await slack.submit(view, {"reason": " "})
    assert "What do you thank them for" in slack.view("joao").errors["reason"]
    await slack.submit(view, {"reason": "the brief", "value": "sharing"})
    # The window is closed: the receipt is where it was.
    assert slack.views("joao") == []
    for person in ("fatou", "sunil"):
        assert "#sharing · Malaria · edited" in slack.shown(await until_told(house, person, "the brief"))
    assert (await until_card(house, MALARIA, "the brief · #sharing")).ts == card.ts
    await slack.until(lambda: "edited" in slack.shown(shown))
    # To another community: the card there gets it, the one here loses it.
    await slack.click(shown, "thanks_edit")
    await slack.submit(slack.view("joao"), {"reason": "the brief", "community": "mnh"})
    await until_card(house, MNH, "the brief")
    await until_no_card(house, MALARIA)
    assert len(told(house, "fatou")) == 1


async def test_giving_and_taking_back_in_turn_does_not_go_on_ringing(house: House, clock: MovedClock) -> None:
    slack = house.slack

    async def rung() -> int:
        await quiet(house)
        return len(slack.calls("chat.postMessage"))

    async def taken_back() -> None:
        await slack.click(slack.ephemeral("joao"), "thanks_undo")
        await slack.until(lambda: not told(house, "fatou"))

    # A slip is mended at once.
    for words in ("the breif", "the brief"):
        await thank(house, f"@fatou for {words}", channel="general")
        await until_told(house, "fatou", words)
        await taken_back()
    for _ in range(3):
        await thank(house, "@fatou for everything", channel="general")
        assert "once Undo is over: you took some back" in receipt(house, "joao")
        clock.move(timedelta(minutes=9))
        assert (await rung(), told(house, "fatou")) == (2, [])
        await taken_back()
    # Others' thanks do not wait for that, nor do his to others.
    await thank(house, "@fatou for the data", "neema", channel="general")
    await until_told(house, "fatou", "the data")
    assert "once Undo is over" not in receipt(house, "neema")
    await thank(house, "@fatou and @sunil for the slides", channel="general")
    await until_told(house, "sunil", "the slides")
    # The last one stands: it is told once it can no longer be taken back.
    assert await rung() == 4 and len(told(house, "fatou")) == 1
    clock.move(timedelta(minutes=11))
    await until_told(house, "fatou", "the slides")
    assert await rung() == 5


async def test_a_form_that_stays_open_for_long_is_answered_by_message(house: House, clock: MovedClock) -> None:
    slack = house.slack
    await thank(house, "@fatou for the breif")
    await slack.click(slack.ephemeral("joao"), "thanks_edit")
    # Slack lets the receipt be changed for half an hour after the click.
    clock.move(timedelta(minutes=31))
    await slack.submit(slack.view("joao"), {"reason": "the brief"})
    assert slack.views("joao") == []
    said = slack.shown(await until_told(house, "joao", "the brief"))
    assert "You thanked <@U0FATOU004>" in said and "edited" in said


async def test_only_the_giver_changes_it_and_only_in_time(house: House, clock: MovedClock) -> None:
    slack = house.slack
    key = await thank(house, "@fatou for the brief")
    mine = slack.ephemeral("joao")
    await thank(house, "@sunil for the data", "neema")
    hers = slack.ephemeral("neema")
    for act in ("thanks_undo", "thanks_edit"):
        await slack.click(hers, act, f"1|{key}", forged="value")
        assert "somebody else's" in receipt(house, "neema")
    message = await until_told(house, "sunil", "the data")
    await slack.click(message, "thanks_private", f"1|{key}", person="sunil", forged="value")
    assert "for somebody else" in receipt(house, "sunil")
    clock.move(timedelta(minutes=11))
    await slack.click(mine, "thanks_undo")
    assert "10 minutes; that time is over" in receipt(house, "joao")
    # The window is open when the time ends: nothing is lost silently.
    await slack.click(mine, "thanks_edit")
    clock.move(timedelta(hours=24))
    await slack.submit(slack.view("joao"), {"reason": "too late"})
    assert "is over. It stays as it is." in slack.shown(slack.view("joao"))
    await slack.click(mine, "thanks_edit")
    assert "is over. It stays as it is." in receipt(house, "joao")
    assert [one.status for one in await house.rows(Thanks)] == ["counted", "counted"]


async def test_a_standing_wish_changes_messages_and_cards_at_once(house: House) -> None:
    slack = house.slack
    team = Team("T0BAOBAB01", house.workspace_id)

    async def prefers(visibility: str, tell: str = "at_once") -> None:
        wish = {"visibility": visibility, "tell": tell, "quiet_from": "", "quiet_to": ""}
        services = house.baobab.services
        async with house.baobab.db.transaction() as session:
            effects = await choosing.prefer(
                session, house.workspace_id, "U0FATOU004", **wish, now=services.clock.now()
            )
            await follow(services, session, team, effects)

    await thank(house, "@fatou for the brief")
    await thank(house, "@fatou for the slides", "neema")
    await until_card(house, MALARIA, "*Fatou*, thanked by João and Neema: the slides")
    await until_told(house, "fatou", "the brief")
    await until_told(house, "fatou", "the slides")
    await prefers("private")
    await until_no_card(house, MALARIA)
    await slack.until(lambda: all("as you always want it" in one for one in told(house, "fatou")))
    await prefers("ask", "never")
    await thank(house, "@fatou for the data", "sunil")
    await until_card(house, MALARIA, "the data")
    await quiet(house)
    assert len(told(house, "fatou")) == 2


async def test_what_a_lead_hides_is_nowhere_and_may_come_back(house: House) -> None:
    slack = house.slack
    services, team = house.baobab.services, Team("T0BAOBAB01", house.workspace_id)

    async def moderates(act: str) -> None:
        async with house.baobab.db.transaction() as session:
            keeper = Keeper("U0NEEMA007", is_admin=False)
            _, effects, _ = await moderation.moderate(
                session, house.workspace_id, key, keeper, act, "Too much.", services.clock.now()
            )
            await follow(services, session, team, effects)

    # In the night, before its recipient hears of it.
    await policy(house, unanswered="show", quiet_from="00:00", quiet_to="23:59")
    key = await thank(house, "@fatou for the brief")
    await moderates("hide")
    await policy(house, unanswered="show")
    services.people.forget_all()
    async with house.baobab.db.transaction() as session:
        for row in await house.rows(ThanksRecipient):
            assert await services.jobs.timers.move(session, f"thanks-tell:{row.id}", services.clock.now())
    await quiet(house)
    await drawn(house)
    assert told(house, "fatou") == []
    assert ours(house, MALARIA) == []
    await moderates("unhide")
    await until_card(house, MALARIA, "the brief")
    message = await until_told(house, "fatou", "the brief")
    await moderates("uncount")
    await until_no_card(house, MALARIA)
    await slack.until(lambda: slack.actions(message) == [])


async def test_quiet_hours_are_each_recipients_own(house: House, clock: MovedClock) -> None:
    """Two in the afternoon in London: in Kathmandu it is a quarter to eight in the evening, in Bogotá nine."""
    slack = house.slack
    noon = clock.now().replace(hour=14, minute=0, second=0, microsecond=0) + timedelta(days=1)
    clock.move(noon - clock.now())
    await policy(house, unanswered="private", quiet_from="19:00", quiet_to="08:00")
    await thank(house, "@sunil and @mateo for the brief", "amina", "general")
    await until_told(house, "mateo", "the brief")
    await quiet(house)
    assert told(house, "sunil") == []
    # Taken back in the night, it is never sent; given again, it comes in the morning.
    await slack.click(slack.ephemeral("amina"), "thanks_undo")
    await slack.until(lambda: not told(house, "mateo"))
    await thank(house, "@sunil for the slides", "amina", "general")
    clock.move(timedelta(hours=12, minutes=14))
    await quiet(house)
    assert told(house, "sunil") == []
    clock.move(timedelta(minutes=2))
    await until_told(house, "sunil", "the slides")
    await quiet(house)
    assert len(told(house, "sunil")) == 1


async def test_who_cannot_be_reached_is_no_secret_to_the_giver(house: House) -> None:
    slack = house.slack
    # Nothing is posted but the message to her.
    await policy(house)
    slack.fault("error", "chat.postMessage", code="messages_tab_disabled")
    await thank(house, "@fatou for the brief")
    message = await until_told(house, "joao", "could not tell them")
    assert "<@U0FATOU004> is kept" in slack.shown(message)
    assert [one.status for one in await house.rows(Thanks)] == ["counted"]


async def test_trouble_at_slack_delays_and_loses_nothing(house: House) -> None:
    slack = house.slack
    slack.fault("429", "chat.postMessage", seconds=0.2)
    slack.fault("429", "chat.update", seconds=0.2)
    await thank(house, "@fatou for the brief")
    await thank(house, "@sunil for the data")
    await until_told(house, "fatou", "the brief")
    await until_told(house, "sunil", "the data")
    await until_card(house, MALARIA, "the data")
    await drawn(house)
    assert len(told(house, "fatou")) == len(told(house, "sunil")) == len(ours(house, MALARIA)) == 1
