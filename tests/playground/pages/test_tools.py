"""What comes to a person and what they can do with it: files, reactions, marks of what is new, names typed."""

from __future__ import annotations

import pytest

from app.playground import cast
from app.playground.pages import emoji
from app.playground.pages.attached import size
from app.playground.slack.api.content import checked_view
from app.playground.slack.state import FileItem, Message
from tests.playground.pages.kitchen import FRUIT, field, plain
from tests.playground.pages.parsing import outline, words_of
from tests.playground.pages.world import AMINA, GENERAL, JOAO, World, last_heard

FATOU, PETER = "U0FATOU004", "U0PETER012"


def from_app(world: World, person: str, text: str, **more: object) -> Message:
    """The app writes to somebody."""
    room = world.workspace.open_dm(person, cast.BOT_USER_ID)
    return world.workspace.post(room.id, cast.BOT_USER_ID, text, bot_id=cast.BOT_ID, **more)


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 byte"), (999, "999 bytes"), (1240, "1.2 kB"), (34_600_000, "35 MB"), (2 * 10**9, "2.0 GB")],
)
def test_sizes_are_told_in_words(count: int, words: str) -> None:
    assert size(count) == words


async def test_a_file_sent_to_a_person_is_fetched_by_them_alone(world: World) -> None:
    name, content = "Log d’août <1>.csv", b"\xef\xbb\xbfname\r\nAna\r\n"
    item = FileItem("F0LOG00001", name, len(content), "Recognition log", content, uploaded=True, completed=True)
    world.workspace.files[item.id] = item
    message = from_app(world, AMINA, "Here it is.", subtype="file_share", files=[item.id])
    item.shared_in.append(message.channel)
    page = await world.see(f"/{AMINA}/{message.channel}")
    assert "CSV · 14 bytes · Log d’août <1>.csv" in words_of(page.removeprefix("<!doctype html>"))
    links = {a["href"] for n, a in outline(page.removeprefix("<!doctype html>")) if n == "a" and "download" in a}
    (link,) = [str(one).removeprefix("/playground") for one in links]
    got = await world.http.get(link)
    assert got.content == content and got.headers["content-type"] == "text/csv; charset=utf-8"
    assert got.headers["content-disposition"].startswith("attachment; filename*=UTF-8''Log%20d")
    for stranger in (JOAO, PETER, "U0X"):
        assert (await world.http.get(link.replace(AMINA, stranger))).status_code == 404


async def test_a_direct_message_is_marked_until_it_is_read(world: World) -> None:
    await world.see(f"/{AMINA}/C0WELCOME1")
    first = from_app(world, AMINA, "João thanked you")
    from_app(world, JOAO, "Amina thanked you")
    page = await world.see(f"/{AMINA}/{GENERAL}")
    assert '<span class="count direct" aria-label="1 unread">1</span>' in page and "<title>• " in page
    assert 'id="waiting-count" class="count" data-mark="1"' in page
    # Whom else to act as to see what came.
    assert page.count('aria-label="1 unread from Baobab"') == 2
    assert "João thanked you" in await world.see(f"/{AMINA}/{first.channel}")
    page = await world.see(f"/{AMINA}/{GENERAL}")
    assert "waiting-count" not in page and page.count('aria-label="1 unread from Baobab"') == 1


async def test_what_the_app_changes_or_takes_back_is_changed_or_gone(world: World) -> None:
    message = from_app(world, AMINA, "João thanked you")
    where = f"/{AMINA}/{message.channel}"
    world.workspace.edit(message, cast.BOT_USER_ID, text="Kept private")
    assert "Kept private" in await world.see(where) and "João thanked you" not in await world.see(where)
    world.workspace.delete(message)
    assert "Kept private" not in await world.see(where)


async def test_emoji_for_thanks_are_at_hand_and_all_are_offered(world: World) -> None:
    page = await world.see(f"/{AMINA}/{GENERAL}")
    wanted = {"raised_hands", "tada", "heart", "pray", "clap", "+1"}
    elements = outline(page.removeprefix("<!doctype html>"))
    quick = {a["data-name"] for n, a in elements if n == "button" and a.get("data-do") == "react"}
    assert wanted <= quick
    assert {name for name, _ in emoji.offered()} == {str(a["data-emoji"]) for _, a in elements if "data-emoji" in a}
    assert len({char for _, char in emoji.offered()}) == len(emoji.offered())


async def test_one_s_own_reaction_is_pressed_and_counted_with_the_others(world: World) -> None:
    first = world.workspace.history(GENERAL)[0]
    await world.do(f"/{JOAO}/-/react", channel=GENERAL, ts=first.ts, name="raised_hands")
    await world.do(f"/{AMINA}/-/react", channel=GENERAL, ts=first.ts, name="raised_hands")
    assert 'aria-pressed="true" aria-label="raised hands, 2: João Macuácua, you"' in await world.see(
        f"/{AMINA}/{GENERAL}"
    )
    await world.do(f"/{AMINA}/-/react", channel=GENERAL, ts=first.ts, name="raised_hands")
    assert 'aria-pressed="false" aria-label="raised hands, 1: João Macuácua"' in await world.see(
        f"/{AMINA}/{GENERAL}"
    )


async def test_the_menu_of_a_message_lists_every_shortcut_also_in_threads(world: World) -> None:
    page = await world.see(f"/{AMINA}/{GENERAL}")
    shown = len([a for n, a in outline(page.removeprefix("<!doctype html>")) if n == "li" and a.get("data-ts")])
    for name in ("find_community", "thank_author"):
        assert page.count(f'data-do="shortcut" data-id="{name}"') == shown == 5


async def test_names_and_groups_are_found_as_people_write_them(world: World) -> None:
    await world.type(AMINA, GENERAL, "Thanks @joão, @km-team and @nobody: “well done”")
    said = world.workspace.history(GENERAL)[-1].text
    assert said == "Thanks <@U0JOAO0002>, <!subteam^S0KMTEAM01|@km-team> and @nobody: “well done”"
    await world.type(AMINA, GENERAL, "/thanks @João @km-team for ‘it’ @nobody")
    told = last_heard(world.stub)["text"]
    assert told == "<@U0JOAO0002|joao> <!subteam^S0KMTEAM01|@km-team> for ‘it’ @nobody"


async def test_a_picker_of_people_keeps_the_order_of_the_choice_and_offers_nobody_who_left(world: World) -> None:
    initial = [FATOU, PETER, JOAO]
    blocks = [field("to", "Whom", {"type": "multi_users_select", "initial_users": initial, "max_selected_items": 4})]
    sent = {"type": "modal", "title": plain("Thanks"), "submit": plain("Send"), "blocks": blocks}
    view = world.workspace.modals.open(AMINA, checked_view(world.workspace, sent, "modal"))
    elements = outline((await world.see(f"/{AMINA}/{GENERAL}")).removeprefix("<!doctype html>"))
    chips = [str(a["data-option"]) for _, a in elements if a.get("class") == "chip"]
    assert [next(one for one in initial if one in chip) for chip in chips] == initial
    rows = [str(a["data-option"]) for n, a in elements if n == "li" and a.get("role") == "option"]
    assert not any(PETER in row for row in rows) and "USLACKBOT" in rows[-1]
    assert [a["data-max"] for _, a in elements if "data-max" in a] == ["4"]
    await world.do(f"/{AMINA}/-/submit", view=view.id, values={"to": {"v": [JOAO, AMINA]}})
    assert last_heard(world.stub)["view"]["state"]["values"]["to"]["v"]["selected_users"] == [JOAO, AMINA]


async def test_options_in_groups_are_sent_in_the_order_of_the_choice(world: World) -> None:
    groups = [{"label": plain("Trees"), "options": FRUIT[:1]}, {"label": plain("Others"), "options": FRUIT[1:]}]
    blocks = [field("tags", "Tags", {"type": "multi_static_select", "option_groups": groups})]
    sent = {"type": "modal", "title": plain("Thanks"), "submit": plain("Send"), "blocks": blocks}
    view = world.workspace.modals.open(AMINA, checked_view(world.workspace, sent, "modal"))
    page = await world.see(f"/{AMINA}/{GENERAL}")
    assert '<li role="presentation" class="group">Trees</li>' in page
    await world.do(f"/{AMINA}/-/submit", view=view.id, values={"tags": {"v": ["mango", "baobab", "forged"]}})
    told = last_heard(world.stub)["view"]["state"]["values"]["tags"]["v"]["selected_options"]
    assert [one["value"] for one in told] == ["mango", "baobab"]
