"""Odd input of every kind: a clear answer within a second, nobody pinged, nothing leaked, nothing half-done."""

from __future__ import annotations

import json

import pytest
from sqlmodel import select

from app.playground import cast
from app.slack.limits import problems_in_message
from models import CommunityLead, Member, Route
from tests.house import House

ODD = {
    "empty": "",
    "spaces": " \u00a0 \n ",
    "very long": "postpartum hemorrhage and newborn care " * 2500,
    "one endless word": "x" * 100_000,
    "NUL": "malaria\x00 nets\x00",
    "emoji": "🎉🦟🩺 :tada:",
    "right to left": "أداة مساعدة للولادة \u202eنزيف ما بعد الولادة",
    "channel ping": "<!channel> malaria nets <!here> <!everyone>",
    "escaped ping": "&lt;!channel&gt; malaria nets",
    "raw name": "ask @ana about malaria nets",
    "mention": "ask <@U0ANA00003|ana> about malaria nets in <#C0MNH00000|cop-mnh>",
    "private channel mention": "as in <#C0SECRET01|> about malaria nets",
    "smart quotes": "“malaria” ‘nets’ – the «new» ones…",
    "mrkdwn": "*malaria* _nets_ `code` ```block``` > quote ~gone~",
    "html": "<script>alert(1)</script> malaria nets",
    "half letters": "malaria \ud83d nets",
    "combining": "malaria" + "\u0301" * 300,
    "template": "{name} %s {0} malaria nets {}",
    "bars": "malaria | nets | 1|k|x",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
async def test_any_text_gets_a_clear_private_answer(house: House, text: str) -> None:
    if "\ud83d" in text:
        text = text.encode("utf-8", "replace").decode()
    delivery = await house.slack.command("mateo", "/whereshare", text, "general")
    assert delivery.status == 200
    if delivery.body:
        body = json.loads(delivery.body)
        assert body["response_type"] == "ephemeral"
        assert problems_in_message(body["text"], body.get("blocks")) == []
        assert "<!channel>" not in delivery.body
        assert "<!here>" not in delivery.body
        assert "went wrong" not in delivery.body
        # Reading: nobody but leads is mentioned, and those by our own lines.
        assert "reorg-2026" not in delivery.body
    else:
        assert house.slack.view("mateo")
    assert _bot_messages(house) == []


async def test_a_command_from_a_private_channel_we_are_not_in_is_answered_there(house: House) -> None:
    room = house.slack.where("reorg-2026")
    person = next(one for one in room.members if one != cast.BOT_USER_ID)
    delivery = await house.slack.command(person, "/whereshare", "malaria nets", "reorg-2026")
    assert delivery.status == 200
    assert "Malaria" in house.slack.shown(house.slack.ephemeral(person))


async def test_a_guest_learns_no_channel_names(house: House) -> None:
    delivery = await house.slack.command("grace", "/whereshare", "malaria nets for pregnant women")
    assert delivery.status == 200
    assert "Malaria" in delivery.body
    assert "<#C" not in delivery.body
    assert "ask its lead to invite you" in delivery.body


async def test_a_stranger_of_another_organisation_cannot_use_our_buttons(house: House) -> None:
    await house.slack.command("mateo", "/whereshare", "malaria nets", "general")
    payload = {
        "type": "block_actions",
        "team": {"id": cast.TEAM_ID, "domain": "x"},
        "user": {"id": "U0ISSA0011", "team_id": cast.PARTNER_TEAM_ID, "username": "issa"},
        "api_app_id": cast.APP_ID,
        "trigger_id": "1.2.3",
        "container": {"type": "message"},
        "actions": [{"action_id": "whereshare_start", "block_id": "b", "value": "1|", "type": "button"}],
    }
    delivery = await house.slack.courier.post.interaction(payload)
    assert delivery.status == 200
    with pytest.raises(LookupError):
        house.slack.view("issa")


async def test_a_lead_who_left_is_not_named_and_the_community_is_passed_over(house: House) -> None:
    async with house.baobab.db.transaction() as session:
        leads = (await session.exec(select(CommunityLead).where(CommunityLead.slack_id == "U0NEEMA007"))).all()
        assert leads
        neema = (await session.exec(select(Member).where(Member.slack_id == "U0NEEMA007"))).one()
        neema.deactivated = True
        neema.seen_at = house.baobab.services.clock.now()
        session.add(neema)
    delivery = await house.slack.command(
        "mateo", "/whereshare", "malaria nets and malaria case management", "general"
    )
    assert "U0NEEMA007" not in delivery.body
    assert "is close, but it has no lead at the moment" in delivery.body


async def test_a_merged_community_points_to_its_heir(house: House) -> None:
    delivery = await house.slack.command(
        "mateo", "/whereshare", "drones and blockchain, frontier technology pilots", "general"
    )
    assert "Frontier Technology is now part of it" in delivery.body


async def test_an_unexpected_failure_shows_a_reference_that_the_log_has(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(type(house.baobab.services.desk), "consider", broken)
    delivery = await house.slack.command("mateo", "/whereshare", "malaria nets", "general")
    shown = house.slack.shown(house.slack.ephemeral("mateo"))
    assert delivery.status == 200
    assert "secret detail" not in delivery.body
    reference = shown.split("`")[1]
    assert reference in capsys.readouterr().out
    assert await house.rows(Route) == []


async def test_a_bare_slack_id_of_nobody_is_still_answered(house: House) -> None:
    asker = await house.baobab.services.people.asker(cast.TEAM_ID, "U0NOBODY99")
    assert asker.reader.locale == "en"


def _bot_messages(house: House) -> list[object]:
    return [
        message
        for channel in house.slack.workspace.channels.values()
        for message in channel.messages
        if message.user == cast.BOT_USER_ID
    ]
