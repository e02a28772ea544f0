"""What is typed, clicked and filled in over HTTP, what the app hears of it, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.playground import cast
from app.playground.slack.state import Message
from tests.playground.pages import kitchen
from tests.playground.pages.world import AMINA, GENERAL, GRACE, JOAO, World, last_heard


async def test_a_typed_message_is_seen_by_others_with_its_mention(world: World) -> None:
    await world.type(AMINA, GENERAL, "Hello @joao, <script>alert(1)</script> & welcome")
    page = await world.see(f"/{JOAO}/{GENERAL}")
    assert 'class="mention me" dir="auto">@João Macuácua' in page
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page


async def test_without_the_script_a_form_leads_back_to_the_page(world: World) -> None:
    answer = await world.http.post(
        f"/{AMINA}/{GENERAL}/send", data={"text": "hi"}, headers={"Origin": "http://page.test"}
    )
    assert answer.status_code == 303 and answer.headers["location"] == f"/playground/{AMINA}/{GENERAL}"


async def test_a_command_is_answered_privately_and_escaped(world: World) -> None:
    await world.type(AMINA, GENERAL, "/whereshare A guide for @joao <b>")
    assert world.stub.heard[-1]["text"] == "A guide for <@U0JOAO0002|joao> &lt;b&gt;"
    assert "Only visible to you" in await world.see(f"/{AMINA}/{GENERAL}")
    assert "Only visible to you" not in await world.see(f"/{JOAO}/{GENERAL}")


async def test_a_command_in_a_thread_is_explained_not_sent(world: World) -> None:
    first = world.workspace.history(GENERAL)[0]
    heard = len(world.stub.heard)
    await world.type(AMINA, GENERAL, "/whereshare x", thread=first.ts)
    assert len(world.stub.heard) == heard
    assert "cannot be used in a thread" in await world.see(f"/{AMINA}/{GENERAL}")


async def test_an_unknown_command_gets_slacks_own_words(world: World) -> None:
    await world.type(AMINA, GENERAL, "/dance")
    assert "/dance is not a valid command" in await world.see(f"/{AMINA}/{GENERAL}")


async def test_replies_are_folded_under_their_message(world: World) -> None:
    page = await world.see(f"/{AMINA}/{GENERAL}")
    assert "2 replies" in page
    await world.type(AMINA, GENERAL, "One more", thread=world.workspace.history(GENERAL)[2].ts)
    assert "3 replies" in await world.see(f"/{AMINA}/{GENERAL}")


async def test_reactions_are_added_and_taken_back(world: World) -> None:
    first = world.workspace.history(GENERAL)[0]
    assert isinstance(first, Message)
    await world.do(f"/{JOAO}/-/react", channel=GENERAL, ts=first.ts, name="heart")
    assert first.reactions["heart"] == [JOAO]
    await world.do(f"/{JOAO}/-/react", channel=GENERAL, ts=first.ts, name="heart")
    assert "heart" not in first.reactions


async def test_a_button_reaches_the_app_with_its_own_value_and_the_fields_around_it(world: World) -> None:
    await world.type(AMINA, GENERAL, "/kitchen")
    note = world.workspace.ephemerals_of(AMINA)[-1]
    where = {"kind": "ephemeral", "channel": GENERAL, "ts": note.ts}
    values = {"act": {"fruit": "mango", "day": "2026-12-01", "forged": "x"}}
    await world.do(f"/{AMINA}/-/act", **where, block="act", action="not", value="forged", values=values)
    told = last_heard(world.stub)
    assert told["actions"][0]["value"] == "n"
    assert told["state"]["values"]["act"]["fruit"]["selected_option"]["value"] == "mango"
    await world.do(f"/{AMINA}/-/act", **where, block="act", action="more", value="ask")
    assert last_heard(world.stub)["actions"][0]["selected_option"]["value"] == "ask"
    await world.do(f"/{AMINA}/-/act", **where, block="act", action="fruit", value="tamarind")
    assert last_heard(world.stub)["actions"][0]["selected_option"]["value"] == "tamarind"


async def test_a_message_redrawn_under_the_finger_still_takes_the_click(world: World) -> None:
    await world.type(AMINA, GENERAL, "/kitchen")
    note = world.workspace.ephemerals_of(AMINA)[-1]
    (row,) = (one for one in note.blocks if one["block_id"] == "act")
    row["block_id"] = "AFTER"
    where = {"kind": "ephemeral", "channel": GENERAL, "ts": note.ts, "block": "act", "action": "not"}
    await world.do(f"/{AMINA}/-/act", **where, value="n")
    (pressed,) = last_heard(world.stub)["actions"]
    assert (pressed["block_id"], pressed["value"]) == ("AFTER", "n")
    await world.do(f"/{AMINA}/-/act", 400, **where, value="another thanks")


async def test_nobody_clicks_on_what_is_anothers(world: World) -> None:
    await world.type(AMINA, GENERAL, "/kitchen")
    note = world.workspace.ephemerals_of(AMINA)[-1]
    where = {"kind": "ephemeral", "channel": GENERAL, "ts": note.ts, "block": "act", "action": "not"}
    await world.do(f"/{JOAO}/-/act", 400, **where)
    world.stub.open(AMINA, kitchen.MODAL)
    view = world.workspace.modals.top(AMINA)
    assert view is not None
    await world.do(f"/{JOAO}/-/act", 400, kind="view", view=view.id, block="live", action="v", value="x")
    await world.do(f"/{JOAO}/-/submit", view=view.id)
    assert world.workspace.modals.top(AMINA) is view


async def test_a_modal_shows_its_errors_then_closes(world: World) -> None:
    await world.type(AMINA, GENERAL, "/form")
    view = world.workspace.modals.top(AMINA)
    assert view is not None and "<dialog" in await world.see(f"/{AMINA}/{GENERAL}")
    await world.do(f"/{AMINA}/-/submit", view=view.id, values={"title": {"v": ""}})
    assert "Please complete this required field." in await world.see(f"/{AMINA}/{GENERAL}")
    await world.do(f"/{AMINA}/-/submit", view=view.id, values={"title": {"v": "bad"}, "body": {"v": "kept"}})
    page = await world.see(f"/{AMINA}/{GENERAL}")
    assert "Please find a kinder title." in page and ">\nkept</textarea>" in page
    sent = {"title": {"v": "good"}, "at": {"v": "2026-12-24T18:00"}, "many": {"v": ["mango"]}, "whos": {"v": [JOAO]}}
    sent |= {"ext": {"v": [{"text": "cop-mnh", "value": "cop-mnh"}]}, "check": {"v": []}}
    await world.do(f"/{AMINA}/-/submit", view=view.id, values=sent)
    state = last_heard(world.stub)["view"]["state"]["values"]
    assert state["at"]["v"]["selected_date_time"] == 1798124400  # 18:00 in Nairobi
    assert [one["value"] for one in state["many"]["v"]["selected_options"]] == ["mango"]
    assert state["whos"]["v"]["selected_users"] == [JOAO]
    assert state["ext"]["v"]["selected_option"]["value"] == "cop-mnh"
    assert state["check"]["v"]["selected_options"] == []
    assert world.workspace.modals.top(AMINA) is None


async def test_a_pushed_modal_lies_on_the_first_and_closing_tells_the_app(world: World) -> None:
    await world.type(AMINA, GENERAL, "/form")
    below = world.workspace.modals.top(AMINA)
    assert below is not None
    await world.do(f"/{AMINA}/-/submit", view=below.id, values={"title": {"v": "push"}})
    top = world.workspace.modals.top(AMINA)
    assert top is not None and top is not below
    assert "Once more" in await world.see(f"/{AMINA}/{GENERAL}")
    await world.do(f"/{AMINA}/-/close", view=top.id)
    assert last_heard(world.stub)["type"] == "view_closed" and world.workspace.modals.top(AMINA) is below


async def test_options_are_asked_of_the_app(world: World) -> None:
    await world.type(AMINA, GENERAL, "/form")
    view = world.workspace.modals.top(AMINA)
    assert view is not None
    asked = {"kind": "view", "view": view.id, "block": "ext", "action": "v", "query": "mnh", "list": "l"}
    rows = await world.do(f"/{AMINA}/-/options", **asked)
    assert 'role="option"' in rows and "cop-mnh" in rows


async def test_shortcuts_come_from_the_manifest_only(world: World) -> None:
    first = world.workspace.history(GENERAL)[0]
    await world.do(f"/{AMINA}/-/shortcut", kind="message", channel=GENERAL, ts=first.ts, id="find_community")
    assert last_heard(world.stub)["message"]["ts"] == first.ts
    await world.do(f"/{AMINA}/-/shortcut", kind="global", id="where_to_share")
    assert last_heard(world.stub)["type"] == "shortcut"
    await world.do(f"/{AMINA}/-/shortcut", 400, kind="global", id="invented")


async def test_a_public_channel_is_joined_before_one_writes(world: World) -> None:
    room = next(one for one in world.workspace.visible_channels(AMINA) if AMINA not in one.members)
    assert "Join the channel" in await world.see(f"/{AMINA}/{room.id}")
    await world.type(AMINA, room.id, "hello", status=400)
    await world.do(f"/{AMINA}/{room.id}/join")
    await world.type(AMINA, room.id, "hello")
    await world.do(f"/{GRACE}/{room.id}/join", 404)


async def test_where_the_app_takes_no_messages_there_is_no_composer(world: World) -> None:
    world.workspace.config = replace(world.workspace.config, messages_read_only=True)
    room = world.workspace.open_dm(AMINA, cast.BOT_USER_ID)
    world.workspace.post(room.id, cast.BOT_USER_ID, "A reminder", bot_id=cast.BOT_ID)
    page = await world.see(f"/{AMINA}/{room.id}")
    assert "takes no messages" in page and "<textarea" not in page and 'data-id="find_community"' in page
    await world.type(AMINA, room.id, "hello", status=400)


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://evil.test"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
async def test_what_comes_from_another_site_changes_nothing(world: World, headers: dict[str, str]) -> None:
    before = world.workspace.feed.version
    for path in (f"/{AMINA}/{GENERAL}/send", f"/{AMINA}/-/direct", f"/{AMINA}/-/react", f"/{AMINA}/{GENERAL}/join"):
        answer = await world.http.post(path, data={"text": "hi", "person": JOAO}, headers=headers)
        assert answer.status_code == 403
    assert world.workspace.feed.version == before
